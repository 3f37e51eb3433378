"""What a day of a community is made of: workers, residents, visits, and which visits belong together.

The dataclasses are read from and written to the JSON forms homecare-dispatch/1 and homecare-plan/1 (docs/planning.md).
Times are minutes of the day, places metres on a flat grid, prices per hour.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

Point = tuple[int, int]
INSTANCE, PLAN = "homecare-dispatch/1", "homecare-plan/1"


class Unusable(ValueError):
    """The JSON given is not what it should be; says what is missing or wrong."""


@dataclass(frozen=True)
class Certificate:
    """A document that is valid from a day to a day, both included (ISO)."""

    type: str
    first_day: str
    last_day: str


@dataclass(frozen=True)
class Commitment:
    """Something that stands in a worker's calendar already and is kept."""

    start: int
    end: int
    at: Point


@dataclass(frozen=True)
class Break:
    """So many minutes of rest, inside a window, when the tour is long."""

    minutes: int
    first: int
    last: int


@dataclass(frozen=True)
class Worker:
    """One who serves: where and when, what they can do, and what was agreed with them."""

    id: str
    agency: str
    is_active: bool
    gender: str
    age: int
    home: Point
    skills: Mapping[str, int]
    certificates: tuple[Certificate, ...]
    languages: frozenset[str]
    areas: frozenset[str]
    max_travel: int
    shift: tuple[int, int]
    rest: Break
    commitments: tuple[Commitment, ...]
    max_work: int
    max_visits: int
    week_minutes: int
    week_cap: int
    stars_sum: int
    reviews: int
    price: int


@dataclass(frozen=True)
class Visit:
    """What is asked for: what, where, how long, when, and by whom it may be done."""

    id: str
    resident: str
    area: str
    at: Point
    skill: str
    level: int
    duration: int
    earliest: int
    due: int  # later than this is late
    latest: int  # later than this is refused
    certificates: tuple[str, ...]
    price_cap: int
    priority: int
    gender: str = ""
    ages: tuple[int, int] | None = None
    languages: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Pair:
    """Two visits, both or neither: the second begins `least` to `most` minutes after the first."""

    id: str
    first: str
    second: str
    least: int
    most: int
    distinct: bool = True


def groups_of(pairs: Iterable[Pair]) -> list[list[str]]:
    """The visits that belong together, two by a pair or more where each two of them are one; the first half of the first pair leads."""
    group: dict[str, list[str]] = {}
    for p in pairs:
        one, other = group.setdefault(p.first, [p.first]), group.setdefault(p.second, [p.second])
        if one is not other:
            one += other
            group |= dict.fromkeys(other, one)
    return list({id(found): found for found in group.values()}.values())


@dataclass(frozen=True)
class Town:
    """Everything that a plan for one day is made from. Workers and visits stand in the order of their ids."""

    date: str
    metres_a_minute: int
    fixed_minutes: int
    good_agencies: frozenset[str]
    workers: tuple[Worker, ...]
    visits: tuple[Visit, ...]
    pairs: tuple[Pair, ...] = ()
    blocked: frozenset[tuple[str, str]] = frozenset()  # (resident, worker)
    history: Mapping[tuple[str, str], int] = field(default_factory=dict)

    @cached_property
    def visit(self) -> dict[str, Visit]:
        """Visits by their ids."""
        return {v.id: v for v in self.visits}

    @cached_property
    def worker(self) -> dict[str, Worker]:
        """Workers by their ids."""
        return {w.id: w for w in self.workers}

    @cached_property
    def group_of(self) -> dict[str, list[str]]:
        """The visits that a visit belongs together with, itself among them."""
        return {v: group for group in groups_of(self.pairs) for v in group}


@dataclass(frozen=True)
class Assignment:
    """Who serves a visit, and from which minute on."""

    worker: str
    start: int


@dataclass(frozen=True)
class Plan:
    """Visits that are served, and why the others are not."""

    assignments: Mapping[str, Assignment]
    unserved: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The form homecare-plan/1; reasons stand beside it."""
        kept = {v: {"worker": a.worker, "start": a.start} for v, a in sorted(self.assignments.items())}
        return {"format": PLAN, "assignments": kept, "unserved": dict(sorted(self.unserved.items()))}


def plan_from(data: Mapping[str, Any]) -> Plan:
    """A plan from homecare-plan/1."""
    try:
        rows = data["assignments"].items()
        return Plan({v: Assignment(str(a["worker"]), int(a["start"])) for v, a in rows})
    except (KeyError, TypeError, ValueError, AttributeError) as wrong:
        raise Unusable(f"not a plan of the form {PLAN}: {wrong!r}") from wrong


def town_from(data: Mapping[str, Any]) -> Town:
    """A town from homecare-dispatch/1, in the order of ids, so that the order of the input means nothing."""
    try:
        town = _town(data)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as wrong:
        raise Unusable(f"not a day of the form {INSTANCE}: {wrong!r}") from wrong
    _check(town)
    return town


def _town(data: Mapping[str, Any]) -> Town:
    residents = {r["id"]: r for r in data["residents"]}
    return Town(
        date=data["date"],
        metres_a_minute=data["travel"]["speed_m_per_min"],
        fixed_minutes=data["travel"]["fixed_min"],
        good_agencies=frozenset(a["id"] for a in data["agencies"] if a["status"] == "good"),
        workers=tuple(sorted(map(_worker, data["workers"]), key=lambda w: w.id)),
        visits=tuple(sorted((_visit(v, residents[v["resident"]]) for v in data["visits"]), key=lambda v: v.id)),
        pairs=tuple(sorted(map(_pair, data.get("pairs", ())), key=lambda p: p.id)),
        blocked=frozenset((r, w) for r, w in data["blocked"]),
        history={(r, w): n for r, w, n in data["history"]},
    )


def _worker(w: Mapping[str, Any]) -> Worker:
    return Worker(
        id=w["id"], agency=w["agency"], is_active=w["status"] == "active", gender=w["gender"], age=w["age"],
        home=(w["home"][0], w["home"][1]), skills=w["skills"],
        certificates=tuple(Certificate(c["type"], c["from"], c["to"]) for c in w["certs"]),
        languages=frozenset(w["languages"]), areas=frozenset(w["areas"]), max_travel=w["max_travel"],
        shift=(w["shift"][0], w["shift"][1]),
        rest=Break(w["break"]["minutes"], w["break"]["window"][0], w["break"]["window"][1]),
        commitments=tuple(sorted(_commitments(w["commitments"]), key=lambda c: (c.start, c.end))),
        max_work=w["max_work"], max_visits=w["max_visits"], week_minutes=w["week_min"], week_cap=w["week_cap"],
        stars_sum=w["stars_sum"], reviews=w["reviews"], price=w["price"],
    )  # fmt: skip


def _commitments(rows: Iterable[Mapping[str, Any]]) -> Iterable[Commitment]:
    return (Commitment(c["start"], c["end"], (c["x"], c["y"])) for c in rows)


def _visit(v: Mapping[str, Any], resident: Mapping[str, Any]) -> Visit:
    return Visit(
        id=v["id"], resident=v["resident"], area=resident["area"], at=(resident["x"], resident["y"]),
        skill=v["skill"], level=v["level"], duration=v["duration"],
        earliest=v["window"][0], due=v["window"][1], latest=v["hard_latest"],
        certificates=tuple(v["certs"]), price_cap=v["price_cap"], priority=v["priority"],
        gender=v.get("gender") or "", ages=(v["age"][0], v["age"][1]) if v.get("age") else None,
        languages=frozenset(v.get("languages_any") or ()),
    )  # fmt: skip


def _pair(p: Mapping[str, Any]) -> Pair:
    return Pair(p["id"], p["first"], p["second"], p["gap"][0], p["gap"][1], p["distinct"])


def _check(town: Town) -> None:
    """What the search relies on."""
    if len(town.worker) < len(town.workers) or len(town.visit) < len(town.visits):
        raise Unusable("two workers or two visits have the same id")
    if not {half for p in town.pairs for half in (p.first, p.second)} <= set(town.visit):
        raise Unusable("a pair names a visit that doesn't exist")
    tied: dict[str, list[Pair]] = {}
    for p in town.pairs:
        tied.setdefault(town.group_of[p.first][0], []).append(p)
    for lead, pairs in tied.items():
        _check_group(town.group_of[lead], pairs)


def _check_group(group: list[str], pairs: list[Pair]) -> None:
    """Two are a pair; more are all at the same moment, and each two of them a pair."""
    tied = {frozenset((p.first, p.second)) for p in pairs}
    whole = len(group) > 1 and len(pairs) == len(tied) == len(group) * (len(group) - 1) // 2
    if not whole or (len(group) > 2 and any((p.least, p.most) != (0, 0) for p in pairs)):
        raise Unusable(f"{', '.join(sorted(group))}: of more than two visits each two must be a pair, at the same time, and no two twice")
