"""A worker falls ill: what has begun stays, what was promised stays where it can, and the ill worker's visits find others."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from models.rules.planning.arrays import Limits
from models.rules.planning.town import Assignment, Pair, Plan, Town, Unusable


@dataclass(frozen=True)
class Illness:
    """Who can't go on, and from which minute."""

    worker: str
    at: int


def illness_from(data: Mapping[str, Any]) -> Illness:
    """From JSON: {"worker": id, "at": minute}."""
    try:
        return Illness(str(data["worker"]), int(data["at"]))
    except (KeyError, TypeError, ValueError) as wrong:
        raise Unusable(f"not an event with worker and at: {wrong!r}") from wrong


@dataclass
class Narrowed:
    """What the search may still change, and the plan that it begins with."""

    fixed: dict[str, str] = field(default_factory=dict)
    earliest: dict[str, int] = field(default_factory=dict)
    window: dict[str, tuple[int, int]] = field(default_factory=dict)
    kept_by: dict[str, str] = field(default_factory=dict)
    not_by: dict[str, str] = field(default_factory=dict)
    loose: set[str] = field(default_factory=set)  # visits of the old plan that must be placed anew
    alone: set[str] = field(default_factory=set)


def narrow(town: Town, old: Plan, ill: Illness, notice: int) -> tuple[Limits, Plan]:
    """The limits of the re-plan, and what of the old plan still holds."""
    _check(town, old, ill)
    n = Narrowed()
    for v in town.visits:
        _visit(n, v.id, v.earliest, old.assignments.get(v.id), ill, notice)
    for p in town.pairs:
        _pair(n, town, p, old, ill, notice)
    promised = {v: a.start for v, a in old.assignments.items()}
    limits = Limits(
        earliest=n.earliest, window=n.window, fixed=n.fixed, promised=promised, kept_by=n.kept_by,
        closed=frozenset({ill.worker}), alone=frozenset(n.alone), not_by=n.not_by,
    )  # fmt: skip
    return limits, Plan({v: a for v, a in old.assignments.items() if v not in n.loose})


def _check(town: Town, old: Plan, ill: Illness) -> None:
    if ill.worker not in town.worker:
        raise Unusable(f"the ill worker {ill.worker} is not in the town")
    for visit, a in old.assignments.items():
        if visit not in town.visit or a.worker not in town.worker:
            raise Unusable(f"the old plan has {visit} for {a.worker}, whom the town doesn't know")


def _visit(n: Narrowed, visit: str, earliest: int, a: Assignment | None, ill: Illness, notice: int) -> None:
    soonest = ill.at + notice
    if a is None:
        n.earliest[visit] = soonest
    elif a.start < ill.at or (a.worker != ill.worker and a.start < soonest):
        n.fixed[visit] = a.worker
    elif a.worker == ill.worker:
        n.earliest[visit] = soonest
        n.loose.add(visit)
    else:
        n.earliest[visit] = a.start  # never before the time that was promised
        n.kept_by[visit] = a.worker


def _pair(n: Narrowed, town: Town, p: Pair, old: Plan, ill: Illness, notice: int) -> None:
    """A pair of which one half can't stay as it is."""
    halves = (p.first, p.second)
    fixed = [half for half in halves if half in n.fixed]
    if not n.loose & set(halves):
        if len(fixed) == 1:  # the other half was promised by somebody who is well: it stays too
            other = p.second if fixed[0] == p.first else p.first
            if other in old.assignments:
                _fix(n, other, old.assignments[other].worker)
        return
    begun = [half for half in fixed if old.assignments[half].start < ill.at]
    if begun:
        _alone(n, town, p, begun[0], old.assignments[begun[0]])
        return
    for half in halves:  # neither has begun: both are placed anew
        if half in n.fixed:
            n.kept_by[half] = n.fixed.pop(half)
            n.earliest[half] = ill.at + notice
        n.loose.add(half)


def _fix(n: Narrowed, visit: str, worker: str) -> None:
    n.fixed[visit] = worker
    n.kept_by.pop(visit, None)
    n.earliest.pop(visit, None)


def _alone(n: Narrowed, town: Town, p: Pair, begun: str, a: Assignment) -> None:
    """One half has begun, so the other must follow: at the agreed distance, by somebody else."""
    other, low, high = (p.second, p.least, p.most) if begun == p.first else (p.first, -p.most, -p.least)
    v = town.visit[other]
    n.window[other] = (max(v.earliest, a.start + low), min(v.latest, a.start + high))
    n.alone.add(other)
    if p.distinct:
        n.not_by[other] = a.worker


def disruption(old: Plan, new: Plan, ill: Illness, changed: int, shifted: float) -> float:
    """What it costs people that promises changed: another worker, another time."""
    moves, minutes = 0, 0
    for visit, a in new.assignments.items():
        before = old.assignments.get(visit)
        if before:
            moves += before.worker not in (a.worker, ill.worker)
            minutes += abs(before.start - a.start)
    return changed * moves + int(shifted * minutes)


def breaks_promises(old: Plan, new: Plan, ill: Illness, notice: int) -> list[tuple[str, str]]:
    """Hard rules of a re-plan that are broken: what had begun is kept, the ill rest, nobody is sent without notice."""
    broken = []
    for visit, a in new.assignments.items():
        before = old.assignments.get(visit)
        if a.worker == ill.worker and a.start >= ill.at:
            broken.append((visit, "ill"))
        if before and before.start < ill.at and before != a:
            broken.append((visit, "begun"))
        if before != a and a.start < ill.at + notice:
            broken.append((visit, "notice"))
    return broken + [(v, "begun") for v, a in old.assignments.items() if a.start < ill.at and v not in new.assignments]
