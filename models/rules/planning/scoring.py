"""Judges a plan by the rules of docs/planning.md: what is broken, and what it costs. It shares nothing with the search."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from models.rules.planning.arrays import Weights
from models.rules.planning.eligible import Rules
from models.rules.planning.index import Known
from models.rules.planning.town import Assignment, Plan, Point, Visit, Worker

Stop = tuple[int, int, Point]  # from, to, where
Broken = tuple[str, str]  # (visit, pair or worker; rule)


@dataclass(frozen=True)
class Score:
    """What a plan costs, part by part, and which hard rules it breaks."""

    broken: list[Broken] = field(default_factory=list)
    served: int = 0
    unserved_priority: int = 0
    travel: int = 0
    lateness: int = 0
    preference: int = 0
    gini: float = 0.0
    core: float = 0.0
    total: float = 0.0


def score(rules: Rules, plan: Plan, weights: Weights = Weights()) -> Score:
    """The whole judgement."""
    town, assigned = rules.town, plan.assignments
    known = {k.worker.id: k for k in rules.known}
    broken, by_worker, late, liking = _visits(rules, assigned, known)
    broken += _pairs(rules, assigned)
    travel, rates = 0, []
    for k in rules.known:
        mine = by_worker.get(k.worker.id, [])
        wrong, minutes, work = day_of(rules, k.worker, mine, weights.break_after)
        if mine:
            broken += [(k.worker.id, rule) for rule in wrong]
            travel += minutes - day_of(rules, k.worker, [], weights.break_after)[1]
        if k.may_work:
            rates.append(work / max(1, k.worker.shift[1] - k.worker.shift[0]))
    left = sum(v.priority for v in town.visits if v.id not in assigned)
    core = weights.unserved * left + weights.travel * travel + weights.late * late + liking
    unevenness = gini(rates)
    total = core + weights.unfair * unevenness
    return Score(broken, len(assigned), left, travel, late, liking, unevenness, core, total)


def _visits(
    rules: Rules, assigned: Mapping[str, Assignment], known: Mapping[str, Known]
) -> tuple[list[Broken], dict[str, list[tuple[int, Visit]]], int, int]:
    broken: list[Broken] = []
    by_worker: dict[str, list[tuple[int, Visit]]] = defaultdict(list)
    late = liking = 0
    for visit, a in assigned.items():
        v, k = rules.town.visit.get(visit), known.get(a.worker)
        if v is None or k is None:
            broken.append((visit, "unknown"))
            continue
        why = rules.why_not(v, k)
        broken += [(visit, why)] if why else []
        broken += [(visit, "window")] if not v.earliest <= a.start <= v.latest else []
        late += max(0, a.start - v.due)
        liking += sum(rules.preference(v, k).values()) if v.price_cap else 0
        by_worker[a.worker].append((a.start, v))
    return broken, by_worker, late, liking


def _pairs(rules: Rules, assigned: Mapping[str, Assignment]) -> list[Broken]:
    broken: list[Broken] = []
    for p in rules.town.pairs:
        a, b = assigned.get(p.first), assigned.get(p.second)
        if a is None or b is None:
            broken += [(p.id, "half_pair")] if a or b else []
            continue
        if not p.least <= b.start - a.start <= p.most:
            broken.append((p.id, "pair_gap"))
        if p.distinct and a.worker == b.worker:
            broken.append((p.id, "pair_same_worker"))
    return broken


def day_of(rules: Rules, w: Worker, visits: list[tuple[int, Visit]], break_after: int) -> tuple[list[str], int, int]:
    """One worker's day: hard rules that it breaks, minutes of travel, minutes at work."""
    stops = sorted([(s, s + v.duration, v.at) for s, v in visits] + [(c.start, c.end, c.at) for c in w.commitments])
    if not stops:
        return [], 0, 0
    between = rules.travel.minutes
    out, home = between(w.home, stops[0][2]), between(stops[-1][2], w.home)
    walks = [between(a[2], b[2]) for a, b in pairwise(stops)]
    leave, back = stops[0][0] - out, stops[-1][1] + home
    work = sum(end - start for start, end, _ in stops)
    mine = sum(v.duration for _, v in visits)
    broken = {
        "shift": leave < w.shift[0] or back > w.shift[1],
        "overlap": any(a[1] + t > b[0] for a, b, t in zip(stops, stops[1:], walks, strict=False)),
        "break": back - leave > break_after and not _rests(w, stops, walks),
        "max_work": work > w.max_work,
        "max_visits": len(stops) > w.max_visits,
        "week_cap": w.week_minutes + mine > w.week_cap,
    }
    return [rule for rule, is_broken in broken.items() if is_broken], out + home + sum(walks), work


def _rests(w: Worker, stops: list[Stop], walks: list[int]) -> bool:
    """Whether one gap holds the whole break inside its window, before or after the walk."""
    first, last, needed = w.rest.first, w.rest.last, w.rest.minutes
    return any(
        min(b[0] - t, last) - max(a[1], first) >= needed or min(b[0], last) - max(a[1] + t, first) >= needed
        for a, b, t in zip(stops, stops[1:], walks, strict=False)
    )


def gini(rates: list[float]) -> float:
    """How unevenly: 0 is all alike, near 1 is all for one."""
    whole, n = sum(rates), len(rates)
    if whole <= 0:
        return 0.0
    return sum((2 * rank - n - 1) * rate for rank, rate in enumerate(sorted(rates), 1)) / (n * whole)


def without_broken(rules: Rules, plan: Plan, weights: Weights = Weights()) -> Plan:
    """The plan without what breaks a rule: the last word before it is given out. A sound search loses nothing here."""
    kept = dict(plan.assignments)
    while broken := {name for name, _ in score(rules, Plan(kept), weights).broken}:
        halves = {half for p in rules.town.pairs if p.id in broken for half in (p.first, p.second)}
        kept = {v: a for v, a in kept.items() if v not in broken | halves and a.worker not in broken}
    return Plan(kept, plan.unserved)
