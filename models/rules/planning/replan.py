"""Workers fall ill: what has begun stays, what was promised stays where it can, and the visits of the ill find others."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from models.rules.planning.arrays import Limits
from models.rules.planning.town import Assignment, Pair, Plan, Town, Unusable


@dataclass(frozen=True)
class Illness:
    """Who can't go on, and from which minute."""

    worker: str
    at: int


@dataclass(frozen=True)
class Illnesses:
    """Everybody who is ill that day, each from their own hour, and the minute at which the day is planned anew.

    What began before `now` is past. Who is ill keeps what begins before their own hour, and is given nothing more.
    """

    events: tuple[Illness, ...]
    now: int

    @cached_property
    def hours(self) -> dict[str, int]:
        """From which minute on each of the ill can't go on."""
        return {e.worker: e.at for e in sorted(self.events, key=lambda e: -e.at)}

    def loses(self, a: Assignment) -> bool:
        """Whether a promise can't be kept by who made it."""
        return a.worker in self.hours and a.start >= self.hours[a.worker]

    def has_begun(self, a: Assignment) -> bool:
        """Whether it lies in the past: nothing of it can be changed."""
        return a.start < self.now and not self.loses(a)


def illnesses_from(data: Mapping[str, Any], old: Plan) -> Illnesses:
    """From JSON: {"worker": id, "at": minute}, or for several {"ill": [such, ...]}, if need be with "now": minute.

    `old` is what is promised now. Without `now` the day is planned anew from the hour of the earliest of those who still
    have something in it that they can't do: what the others had was given on by then.
    """
    try:
        events = tuple(Illness(str(e["worker"]), int(e["at"])) for e in data.get("ill", [data]))
        now = int(data["now"]) if "ill" in data and "now" in data else None
    except (KeyError, TypeError, ValueError, AttributeError) as wrong:
        raise Unusable(f"not an event with worker and at: {wrong!r}") from wrong
    if not events:
        raise Unusable("an event must name somebody who is ill")
    return Illnesses(events, _since(events, old) if now is None else now)


def _since(events: tuple[Illness, ...], old: Plan) -> int:
    ill = Illnesses(events, 0)
    losing = {a.worker for a in old.assignments.values() if ill.loses(a)}
    return min((ill.hours[worker] for worker in losing), default=max(ill.hours.values()))


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


def narrow(town: Town, old: Plan, ill: Illnesses, notice: int) -> tuple[Limits, Plan]:
    """The limits of the re-plan, and what of the old plan still holds. Refuses (Unusable) whom the town doesn't know."""
    _check(town, old, ill)
    n = Narrowed()
    for v in town.visits:
        _visit(n, v.id, old.assignments.get(v.id), ill, notice)
    for p in town.pairs:
        _pair(n, town, p, old, ill, notice)
    promised = {v: a.start for v, a in old.assignments.items()}
    limits = Limits(
        earliest=n.earliest, window=n.window, fixed=n.fixed, promised=promised, kept_by=n.kept_by,
        closed=frozenset(ill.hours), alone=frozenset(n.alone), not_by=n.not_by,
    )  # fmt: skip
    return limits, Plan({v: a for v, a in old.assignments.items() if v not in n.loose})


def _check(town: Town, old: Plan, ill: Illnesses) -> None:
    if unknown := set(ill.hours) - set(town.worker):
        raise Unusable(f"the ill worker {min(unknown)} is not in the town")
    for visit, a in old.assignments.items():
        if visit not in town.visit or a.worker not in town.worker:
            raise Unusable(f"the old plan has {visit} for {a.worker}, whom the town doesn't know")


def _visit(n: Narrowed, visit: str, a: Assignment | None, ill: Illnesses, notice: int) -> None:
    soonest = ill.now + notice
    if a is None:
        n.earliest[visit] = soonest
    elif ill.loses(a):
        n.earliest[visit] = soonest
        n.loose.add(visit)
    elif a.start < soonest or a.worker in ill.hours:
        n.fixed[visit] = a.worker
    else:
        n.earliest[visit] = a.start  # never before the time that was promised
        n.kept_by[visit] = a.worker


def _pair(n: Narrowed, town: Town, p: Pair, old: Plan, ill: Illnesses, notice: int) -> None:
    """A pair of which one half can't stay as it is."""
    halves = (p.first, p.second)
    if not n.loose & set(halves):
        _standing(n, town, p, [half for half in halves if half in old.assignments], old)
        return
    begun = [half for half in halves if half in n.fixed and ill.has_begun(old.assignments[half])]
    if begun:
        n.alone.add(_tie(n, town, p, begun[0], old.assignments[begun[0]]))
        return
    for half in halves:  # neither has begun: both are placed anew
        if half in n.fixed:
            keeper = n.fixed.pop(half)
            n.kept_by |= {half: keeper} if keeper not in ill.hours else {}
            n.earliest[half] = ill.now + notice
        n.loose.add(half)


def _standing(n: Narrowed, town: Town, p: Pair, placed: list[str], old: Plan) -> None:
    """Whatever was promised of a pair can stay: if one half must, the other does, too, or is sought for just then."""
    if len(placed) == 1 or any(half in n.fixed for half in placed):
        for half in placed:
            _fix(n, half, old.assignments[half].worker)
    if len(placed) == 1:  # nobody was found for the other half before
        _tie(n, town, p, placed[0], old.assignments[placed[0]])


def _fix(n: Narrowed, visit: str, worker: str) -> None:
    n.fixed[visit] = worker
    n.kept_by.pop(visit, None)
    n.earliest.pop(visit, None)


def _tie(n: Narrowed, town: Town, p: Pair, stands: str, a: Assignment) -> str:
    """One half stays, so the other must follow: at the agreed distance, by somebody else. The other half."""
    other, low, high = (p.second, p.least, p.most) if stands == p.first else (p.first, -p.most, -p.least)
    v = town.visit[other]
    n.window[other] = (max(v.earliest, a.start + low), min(v.latest, a.start + high))
    if p.distinct:
        n.not_by[other] = a.worker
    return other


def disruption(old: Plan, new: Plan, ill: Illnesses, changed: int, shifted: float) -> float:
    """What it costs people that promises changed: another worker, another time. Those of the ill are not counted as moved."""
    moves, minutes = 0, 0
    for visit, a in new.assignments.items():
        before = old.assignments.get(visit)
        if before:
            moves += before.worker != a.worker and before.worker not in ill.hours
            minutes += abs(before.start - a.start)
    return changed * moves + int(shifted * minutes)


def breaks_promises(old: Plan, new: Plan, ill: Illnesses, notice: int) -> list[tuple[str, str]]:
    """Hard rules of a re-plan that are broken: what had begun is kept, the ill rest, nobody is sent without notice."""
    broken = []
    for visit, a in new.assignments.items():
        before = old.assignments.get(visit)
        if ill.loses(a) or (a.worker in ill.hours and before != a):
            broken.append((visit, "ill"))
        if before and ill.has_begun(before) and before != a:
            broken.append((visit, "begun"))
        if before != a and a.start < ill.now + notice:
            broken.append((visit, "notice"))
    return broken + [(v, "begun") for v, a in old.assignments.items() if ill.has_begun(a) and v not in new.assignments]
