"""The rows of a day as a problem for the planner, and its answer as moves of a draft (D5, D7; docs/planning.md "At the desk")."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from math import cos, radians
from typing import Any

from handlers.context import Context
from handlers.plan_check import conflicts, fitness_of, on_grid, soonest, why_nobody
from handlers.plan_day import DAY_MIN, Crew, Day, Stop

METRES_A_DEGREE = 111_320
HOME_WAY_MIN = 60  # hours are hours of service; the way from home and back lies outside of them
EARLIEST_BREAK, LATEST_BREAK = 11 * 60, 15 * 60
PROMISED, WISHED = 3, 1  # how much more it weighs to leave out what was promised
ANY_PRICE = 1000


@dataclass(frozen=True)
class Problem:
    """What the planner is given: a day, and for a worker's illness the plan that held and the event."""

    town: dict[str, Any]
    old: dict[str, Any] | None = None
    event: dict[str, Any] | None = None


def problem_of(ctx: Context, day: Day) -> Problem:
    """`day` with its draft laid over it: what was placed by hand stays, and what is promised, unless its worker is ill by then."""
    free = [s for s in day.stops.values() if _is_free(day, s)]
    town = _town(ctx, day, free)
    if not day.ill:
        return Problem(town)
    stands = [as_it_stands(s) for s in free]
    held = {s.key: {"worker": f"w{s.worker_id}", "start": s.start} for s in stands if s.worker_id is not None}
    return Problem(town, {"assignments": held}, _event(ctx, day, town))


def _event(ctx: Context, day: Day, town: Mapping[str, Any]) -> dict[str, Any]:
    """Who is ill, each from when on; and as of when the day is planned anew: the draft's earliest hour, or now where that is over."""
    known = {w["id"] for w in town["workers"]}
    ill = [{"worker": f"w{w}", "at": at} for w, at in all_ill(day).items() if f"w{w}" in known]
    first = min(day.ill.values())
    now = max(first, soonest(ctx, day) - ctx.settings.planning.notice_min)
    return ill[0] if len(ill) == 1 and now == first else {"ill": ill, "now": now}


def all_ill(day: Day) -> dict[int, int]:
    """Everybody who is ill to the end of the day, from which minute on: by the draft, or known before."""
    known = {w: first for w, c in day.crew.items() for first, last, why in c.away if why == "ill" and last == DAY_MIN}
    return {**known, **day.ill}


def _lost(day: Day, stop: Stop) -> bool:
    """Whether it stands with somebody who the draft says is ill by then."""
    stands = as_it_stands(stop)
    return stands.start >= day.ill.get(stands.worker_id or 0, DAY_MIN)


def _is_free(day: Day, stop: Stop) -> bool:
    """Whether the planner may place it: no worker yet, or the worker is ill by then, or that of somebody who comes along.

    What others have promised is no room for it: nothing of that moves before all have said yes.
    """
    whole = stop.movable and stop.minutes > 0 and stop.start + stop.minutes <= DAY_MIN
    lost = any(s.movable and _lost(day, s) for s in [stop, *day.with_it(stop)])
    return whole and stop.by != "hand" and (stop.state == "open" or lost)


def as_it_stands(stop: Stop) -> Stop:
    """Without what the planner made of it before."""
    return stop.was if stop.was is not None and stop.by == "plan" else stop


def _town(ctx: Context, day: Day, free: list[Stop]) -> dict[str, Any]:
    visits = [as_it_stands(s) for s in free]
    blocked, history = [], []
    named = {*day.ill, *(s.worker_id for s in visits)}  # a draft may have moved all that somebody had
    crews = {w: c for w, c in day.crew.items() if c.hours or day.of(w) or w in named}
    for stop in visits:
        fit = fitness_of(ctx, day, stop, stop.start)
        for worker_id, candidate in fit.found.items():
            own = stop.minutes if stop.worker_id == worker_id else 0
            codes = [c for c in fit.codes(worker_id, own) if c not in ("day_full", "week_full")]
            if worker_id != stop.worker_id and (codes or worker_id in fit.asked):
                blocked.append([stop.key, f"w{worker_id}"])
            if candidate.same_household:
                history.append([stop.key, f"w{worker_id}", candidate.same_household])
    return {
        "date": day.date.isoformat(),
        "travel": _travel(ctx),
        "agencies": [{"id": "ours", "status": "good"}],
        "residents": [{"id": s.key, "area": "here", **_point(ctx, s.at)} for s in visits],
        "workers": [_worker(ctx, day, c, {s.key for s in free}, visits) for c in crews.values()],
        "visits": [_visit(ctx, day, s, _at_once(day, s, visits)) for s in visits],
        "blocked": blocked, "history": history, "pairs": _pairs(visits),
    }  # fmt: skip


def _together(stop: Stop, free: list[Stop]) -> list[Stop]:
    return [s for s in free if stop.team and s.team == stop.team]


def _pairs(free: list[Stop]) -> list[dict[str, Any]]:
    """Those who come together are pairs, each two of them: at the same moment, by as many workers, all or none."""
    tied: dict[str, Any] = {"type": "simultaneous", "gap": [0, 0], "distinct": True}
    keys = [[s.key for s in together] for together in {s.team: _together(s, free) for s in free}.values()]
    return [{"id": f"{a}+{b}", "first": a, "second": b, **tied} for team in keys for a, b in combinations(team, 2)]


def _at_once(day: Day, stop: Stop, free: list[Stop]) -> int | None:
    """The one minute at which it can be, where somebody who comes along stands already."""
    keys = {s.key for s in free}
    fixed = [other.start for other in day.with_it(stop) if other.worker_id is not None and other.key not in keys]
    return fixed[0] if fixed else None


def _travel(ctx: Context) -> dict[str, int]:
    """The straight line's speed in metres a minute, and what is kept free besides; a routing service is not asked here."""
    speed = ctx.settings.travel.kmh * 1000 / 60 / ctx.settings.travel.factor
    return {"speed_m_per_min": max(1, round(speed)), "fixed_min": max(0, ctx.settings.matching.buffer_min - 10)}


def _point(ctx: Context, at: tuple[str, str] | None) -> dict[str, int]:
    """Metres east and north of the community's middle."""
    here = ctx.settings.community
    lat, lng = at or (here.lat, here.lng)
    east = (float(lng) - float(here.lng)) * METRES_A_DEGREE * cos(radians(float(here.lat)))
    return {"x": round(east), "y": round((float(lat) - float(here.lat)) * METRES_A_DEGREE)}


def _visit(ctx: Context, day: Day, stop: Stop, at: int | None) -> dict[str, Any]:
    first = stop.start if day.ill else max(stop.start, soonest(ctx, day))
    wished, last = max(first, stop.start), min(stop.start + ctx.settings.planning.later_min, DAY_MIN - stop.minutes)
    if at is not None:
        first = wished = last = at
    return {
        "id": stop.key, "resident": stop.key, "skill": stop.service, "level": 1, "duration": stop.minutes,
        "window": [first, wished], "hard_latest": max(first, last), "certs": [], "price_cap": ANY_PRICE,
        "priority": PROMISED if stop.state == "promised" else WISHED,
    }  # fmt: skip


def _worker(ctx: Context, day: Day, crew: Crew, free: set[str], visits: list[Stop]) -> dict[str, Any]:
    w, m = crew.worker, ctx.settings.matching
    kept = [s for s in day.of(w.id) if s.key not in free]
    mine = [s.service for s in visits if s.worker_id == w.id]
    busy = sum(s.minutes for s in kept)
    home = _point(ctx, (w.lat, w.lng) if w.lat else None)
    commitments = [{"start": s.start, "end": s.end, **_point(ctx, s.at)} for s in kept] + _not_working(day, crew, home)
    first = min([a for a, _b in crew.hours] + [s.start for s in kept] or [0])
    last = max([b for _a, b in crew.hours] + [s.end for s in kept] or [DAY_MIN])
    rest = {"minutes": ctx.settings.planning.break_min, "window": [EARLIEST_BREAK, LATEST_BREAK]}
    return {
        "id": f"w{w.id}", "agency": "ours", "status": "active" if w.state == "active" or kept or mine else "paused",
        "gender": "", "age": 40, "home": [home["x"], home["y"]], "skills": dict.fromkeys([*sorted(crew.skills), *mine], 4),
        "certs": [], "languages": [], "areas": ["here"], "max_travel": DAY_MIN, "break": rest,
        "shift": [max(0, first - HOME_WAY_MIN), min(DAY_MIN, last + HOME_WAY_MIN)], "commitments": commitments,
        "max_work": max(m.day_cap_min, busy), "max_visits": 12, "week_min": 0, "week_cap": m.week_cap_min,
        "stars_sum": w.stars_sum, "reviews": w.stars_count, "price": 1,
    }  # fmt: skip


def _not_working(day: Day, crew: Crew, home: Mapping[str, int]) -> list[dict[str, int]]:
    """Stretches away, and those between two stretches of hours, spent at home; illnesses planned for are the planner's own matter."""
    gaps = [(a[1], b[0]) for a, b in zip(crew.hours, crew.hours[1:], strict=False) if a[1] < b[0]]
    is_ill = bool(day.ill) and crew.worker.id in all_ill(day)
    away = [(first, last) for first, last, why in crew.away if not (is_ill and why == "ill" and last == DAY_MIN)]
    return [{"start": first, "end": last, **home} for first, last in [*gaps, *away] if first < last]


def moves_from(ctx: Context, day: Day, assignments: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The planner's assignments as moves, on the grid, each looked at once more as the desk would; and why the others were left out.

    `day` holds the draft with what was placed by hand.
    """
    stops = {key: as_it_stands(s) if _is_free(day, s) else s for key, s in day.stops.items()}
    moves = {key: {"worker": s.worker_id, "start": s.start, "by": "hand"} for key, s in stops.items() if s.by == "hand"}
    trial = {key: s for key, s in stops.items() if not _is_free(day, s)}
    trial |= {key: stops[key] for key, a in assignments.items() if _where(stops[key], a) == (stops[key].worker_id, stops[key].start)}
    left = {}
    for key, a in sorted(assignments.items(), key=lambda row: (row[1]["start"], row[0])):
        if key in trial:
            continue
        stop, (worker_id, at) = stops[key], _where(stops[key], a)
        moved = replace(stop, worker_id=worker_id, start=at, was=stop, by="plan")
        if conflicts(ctx, replace(day, stops=trial), moved, worker_id, at):
            left[key] = list(why_nobody(ctx, day, stop))
            continue
        trial[key], moves[key] = moved, {"worker": worker_id, "start": at, "by": "plan"}
    for key, stop in day.stops.items():
        if _is_free(day, stop) and key not in assignments:
            left[key] = list(why_nobody(ctx, day, as_it_stands(stop)))
    _all_or_none(day, moves, left)
    for key in set(trial) - set(moves):
        trial[key] = as_it_stands(trial[key])
    _without_needless(ctx, replace(day, stops=trial), moves)
    return moves, left


def _where(stop: Stop, a: Mapping[str, Any]) -> tuple[int, int]:
    """Worker and minute of an assignment; another time than wished is on the grid."""
    return int(str(a["worker"])[1:]), stop.start if a["start"] == stop.start else on_grid(a["start"])


def _all_or_none(day: Day, moves: dict[str, Any], left: dict[str, Any]) -> None:
    """Where nobody could come along, what the planner made of the others is let go, too."""
    for stop in [day.stops[key] for key in left]:
        for other in day.with_it(stop):
            if moves.get(other.key, {}).get("by") == "plan":
                del moves[other.key]
                left.setdefault(other.key, ["alone", 0])


def _without_needless(ctx: Context, day: Day, moves: dict[str, Any]) -> None:
    """A promised visit of somebody who is well goes back where it stood if there is still room: as few as possible are asked."""
    stops = dict(day.stops)
    for key in [key for key, move in moves.items() if move["by"] == "plan"]:
        stood = stops[key].was
        if stood is None or stood.state != "promised" or stood.worker_id is None or _lost(day, stood):
            continue
        found = conflicts(ctx, replace(day, stops=stops), stood, stood.worker_id, stood.start)
        if not any(c.code in ("overlap", "way", "together") for c in found):
            stops[key] = stood
            del moves[key]
