"""Workers of one area and skill, found by the hard rules without looking at each: a bit for every worker, a row of bits
for every answer to a rule. What a visit asks for is one `and` of such rows."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from models.rules.planning.town import Visit, Worker


@dataclass(frozen=True)
class Known:
    """A worker with what never changes during the day, worked out once."""

    worker: Worker
    papers: frozenset[str]
    may_work: bool
    rating: int  # points: 0 is the best


class UpTo:
    """Who has at most so much of something: one row of bits for each amount that occurs."""

    def __init__(self, amounts: Sequence[int]) -> None:
        self.amounts = sorted(set(amounts))
        by_amount: dict[int, int] = defaultdict(int)
        for at, amount in enumerate(amounts):
            by_amount[amount] |= 1 << at
        self.rows = [0]
        for amount in self.amounts:
            self.rows.append(self.rows[-1] | by_amount[amount])

    def __getitem__(self, most: int) -> int:
        return self.rows[bisect_right(self.amounts, most)]


def row_for(members: Sequence[Known], holds: Callable[[Known], bool]) -> int:
    """A bit for each member for whom it holds."""
    return sum(1 << at for at, member in enumerate(members) if holds(member))


class Bucket:
    """The workers of one area and skill, with their rows of bits."""

    def __init__(self, skill: str, members: Sequence[Known]) -> None:
        self.members = members
        self.everybody = (1 << len(members)) - 1
        workers = [m.worker for m in members]
        self.below_level = UpTo([w.skills[skill] for w in workers])
        self.price = UpTo([w.price for w in workers])
        self.age = UpTo([w.age for w in workers])
        self.week_left = UpTo([w.week_cap - w.week_minutes for w in workers])
        self.begins = UpTo([w.shift[0] for w in workers])
        self.ends = UpTo([w.shift[1] for w in workers])
        papers = {p for m in members for p in m.papers}
        languages = {spoken for w in workers for spoken in w.languages}
        genders = {w.gender for w in workers}
        self.paper = {p: row_for(members, lambda m, p=p: p in m.papers) for p in papers}  # type: ignore[misc]
        self.language = {x: row_for(members, lambda m, x=x: x in m.worker.languages) for x in languages}  # type: ignore[misc]
        self.gender = {g: row_for(members, lambda m, g=g: m.worker.gender == g) for g in genders}  # type: ignore[misc]

    def in_shift(self, v: Visit) -> int:
        """Those whose shift the visit could lie in."""
        return self.begins[v.latest] & ~self.ends[v.earliest + v.duration - 1]

    def fitting(self, v: Visit, among: int) -> Iterator[Known]:
        """Of those in this row of bits the ones whom no rule but the way and a block may stop."""
        bits = among & self.price[v.price_cap] & ~self.below_level[v.level - 1] & ~self.week_left[v.duration - 1]
        for paper in v.certificates:
            bits &= self.paper.get(paper, 0)
        if v.gender:
            bits &= self.gender.get(v.gender, 0)
        if v.ages:
            bits &= self.age[v.ages[1]] & ~self.age[v.ages[0] - 1]
        if v.languages:
            spoken = 0
            for language in v.languages:
                spoken |= self.language.get(language, 0)
            bits &= spoken
        members = self.members
        while bits:
            lowest = bits & -bits
            yield members[lowest.bit_length() - 1]
            bits ^= lowest
