"""Who may serve a visit (the hard rules) and how well they suit (preferences): one place for plan, match and their words."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property

from models.rules.planning.index import Bucket, Known
from models.rules.planning.town import Town, Visit, Worker
from models.rules.planning.travel import Travel, by_blocks

PRIOR_MILLI, PRIOR_REVIEWS = 4300, 8  # a newcomer's rating, and how many reviews it weighs
RATING_POINTS, CONTINUITY_POINTS, PRICE_POINTS, POINTS_A_VISIT = 20, 20, 10, 5


class Rules:
    """The hard rules and preferences of one town."""

    def __init__(self, town: Town, travel: Travel | None = None) -> None:
        self.town = town
        self.travel = travel or by_blocks(town)
        self._buckets: dict[tuple[str, str], Bucket] = {}

    @cached_property
    def known(self) -> tuple[Known, ...]:
        """Every worker, in the order of the town."""
        return tuple(map(self._known, self.town.workers))

    @cached_property
    def by_area_and_skill(self) -> Mapping[tuple[str, str], list[Known]]:
        """Workers who may be looked at for a visit; the others are not even counted."""
        found: dict[tuple[str, str], list[Known]] = defaultdict(list)
        for k in self.known:
            if k.may_work:
                for area in k.worker.areas:
                    for skill in k.worker.skills:
                        found[area, skill].append(k)
        return found

    def _known(self, w: Worker) -> Known:
        papers = frozenset(c.type for c in w.certificates if c.first_day <= self.town.date <= c.last_day)
        return Known(w, papers, w.is_active and w.agency in self.town.good_agencies, rating_points(w))

    def why_not(self, v: Visit, k: Known) -> str:
        """The first hard rule that this worker breaks for this visit; empty when they may serve it."""
        w = k.worker
        if not k.may_work:
            return "worker_inactive" if not w.is_active else "agency_not_good"
        if w.skills.get(v.skill, 0) < v.level:
            return "skill"
        if v.area not in w.areas:
            return "area"
        if w.price > v.price_cap:
            return "price"
        if v.gender and w.gender != v.gender:
            return "gender"
        return self._papers_or_wishes(v, k)

    def _papers_or_wishes(self, v: Visit, k: Known) -> str:
        w = k.worker
        for paper in v.certificates:
            if paper not in k.papers:
                return "certificate"
        if v.ages and not v.ages[0] <= w.age <= v.ages[1]:
            return "age"
        if v.languages and not v.languages & w.languages:
            return "language"
        if w.week_minutes + v.duration > w.week_cap:
            return "week_cap"
        if (v.resident, w.id) in self.town.blocked:
            return "blocked"
        return "travel" if self.travel.minutes(w.home, v.at) > w.max_travel else ""

    def able(self, v: Visit, in_shift: bool = False) -> list[Known]:
        """Everybody who may serve this visit; the same as those for whom `why_not` says nothing, without asking each.

        With `in_shift` only those whose shift the visit could lie in.
        """
        key, minutes = (v.area, v.skill), self.travel.minutes
        if key not in self._buckets:
            self._buckets[key] = Bucket(v.skill, self.by_area_and_skill.get(key, []))
        bucket = self._buckets[key]
        among = bucket.in_shift(v) if in_shift else bucket.everybody
        return [
            k
            for k in bucket.fitting(v, among)
            if (v.resident, k.worker.id) not in self.town.blocked
            and minutes(k.worker.home, v.at) <= k.worker.max_travel
        ]

    def preference(self, v: Visit, k: Known) -> dict[str, int]:
        """How little this worker suits: few stars, never there before, near the price the resident will pay."""
        been_there = self.town.history.get((v.resident, k.worker.id), 0)
        return {
            "rating": k.rating,
            "continuity": CONTINUITY_POINTS - min(CONTINUITY_POINTS, POINTS_A_VISIT * been_there),
            "price": PRICE_POINTS * k.worker.price // v.price_cap,
        }


def rating_points(w: Worker) -> int:
    """Mean stars, shrunk towards a newcomer's while there are few; five stars are 0 points, one star all of them."""
    milli = (1000 * w.stars_sum + PRIOR_REVIEWS * PRIOR_MILLI) // (w.reviews + PRIOR_REVIEWS)
    return (5000 - milli) * RATING_POINTS // 4000
