"""Who suits one visit best (D1, D2): hard rules first, then declared points, each of them told."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from models.rules.planning.eligible import Rules
from models.rules.planning.index import Known
from models.rules.planning.town import Visit

FORMAT = "homecare-match/1"
DISTANCE_POINTS, FAIR_POINTS = 20, 10


@dataclass(frozen=True)
class Suited:
    """A worker for a visit: fewer points are better; the parts are the explanation, and add up to the points."""

    worker: str
    points: int
    parts: Mapping[str, int]


def free_from(rules: Rules, v: Visit, k: Known) -> int | None:
    """The earliest start that fits the worker's shift and commitments with the ways between, or None."""
    w = k.worker
    if sum(c.end - c.start for c in w.commitments) + v.duration > w.max_work or len(w.commitments) >= w.max_visits:
        return None
    minutes = rules.travel.minutes
    ready, here = w.shift[0], w.home
    for until, there, end in [*((c.start, c.at, c.end) for c in w.commitments), (w.shift[1], w.home, 0)]:
        start = max(v.earliest, ready + minutes(here, v.at))
        if start <= v.latest and start + v.duration + minutes(v.at, there) <= until:
            return start
        ready, here = end, there
    return None


def points_of(rules: Rules, v: Visit, k: Known) -> dict[str, int]:
    """Each declared part: preferences of the plan, the way from home, and how much work this week has brought already."""
    w = k.worker
    return {
        **rules.preference(v, k),
        "distance": DISTANCE_POINTS * rules.travel.minutes(w.home, v.at) // max(1, w.max_travel),
        "fair": FAIR_POINTS * w.week_minutes // w.week_cap,
    }


def match(rules: Rules, v: Visit, best: int = 5) -> tuple[list[Suited], int]:
    """The best few, ties by id, and how many could do it."""
    able = [k for k in rules.able(v, in_shift=True) if free_from(rules, v, k) is not None]
    found = [(points_of(rules, v, k), k.worker.id) for k in able]
    ranked = sorted(((sum(parts.values()), worker, parts) for parts, worker in found), key=lambda row: row[:2])
    return [Suited(worker, points, parts) for points, worker, parts in ranked[:best]], len(able)


def answer(rules: Rules, v: Visit, best: int = 5) -> dict[str, Any]:
    """One answer in the form homecare-match/1."""
    suited, count = match(rules, v, best)
    rows = [{"worker": s.worker, "score": s.points, "parts": dict(s.parts)} for s in suited]
    return {"eligible": count, "candidates": rows}
