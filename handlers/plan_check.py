"""What stands in the way of a visit with a worker at a time: the very conditions of matching, and the worker's day (D1, D5)."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta

from handlers.candidates import asked_for_this_time
from handlers.clock import local
from handlers.context import Context
from handlers.facts import facts_of
from handlers.plan_day import Crew, Day, Stop
from handlers.reasons import blocker_words
from handlers.travel import way_of
from handlers.words import _, say_minutes
from models.requests import Request
from models.rules.ranking import Candidate, Job
from models.rules.ranking import why_not as blockers_of

STEP = 15  # the grid of the plan, minutes


@dataclass(frozen=True)
class Conflict:
    """One thing that stands in the way: a code, and words for the coordinator."""

    code: str
    words: str


@dataclass(frozen=True)
class Fitness:
    """One thing at one time, and what is known of everybody with the skill for it."""

    job: Job
    found: dict[int, Candidate]
    asked: frozenset[int]

    def codes(self, worker_id: int, own: int) -> list[str]:
        """The hard conditions of matching that this worker does not meet; `own` minutes of the day are this thing's already."""
        c = self.found.get(worker_id)
        if c is None:
            return ["no_skill"]
        free = replace(c, free=True, minutes_day=c.minutes_day - own, minutes_week=c.minutes_week - own)
        return blockers_of(self.job, free)


def fitness_of(ctx: Context, day: Day, stop: Stop, start: int) -> Fitness:
    """Looks up once what decides for everybody: the facts of matching, as if it were wished at `start`."""
    then = Request.get(Request.id == stop.request_id)  # a copy; it is not kept
    asked = frozenset(asked_for_this_time(then)) if day.moment(start) == then.starts_at and stop.visit_id is None else frozenset[int]()
    setattr(then, "starts_at", day.moment(start))  # noqa: B010 (a column of UTC time holds a moment)
    setattr(then, "minutes", stop.minutes)  # noqa: B010
    facts, job = facts_of(ctx, then, list(day.crew))
    return Fitness(replace(job, not_workers=frozenset(then.wishes.get("not_worker_ids", []))), facts, asked)


def conflicts(ctx: Context, day: Day, stop: Stop, worker_id: int, start: int, fit: Fitness | None = None) -> list[Conflict]:
    """Everything that stands in the way, the plainest first; empty: it can be so. `day` holds the draft."""
    crew = day.crew.get(worker_id)
    if crew is None:
        return [Conflict("not_working", blocker_words("not_working"))]
    fit = fit or fitness_of(ctx, day, stop, start)
    found = [*_time(ctx, day, stop, start), *_away(crew, stop, start), *_around(ctx, day, stop, worker_id, start)]
    found += _not_together(day, stop, start)
    own = stop.minutes if (stop.was or stop).worker_id == worker_id and stop.visit_id is not None else 0
    said = [Conflict(code, blocker_words(code)) for code in fit.codes(worker_id, own)]
    if worker_id in fit.asked:
        said.append(Conflict("asked", _("has been asked for this time already")))
    return [*found, *said]


def _time(ctx: Context, day: Day, stop: Stop, start: int) -> list[Conflict]:
    """Nobody is sent anywhere new without notice."""
    if day.moment(start) >= ctx.now + timedelta(minutes=ctx.settings.planning.notice_min):
        return []
    notice = say_minutes(ctx.settings.planning.notice_min)
    return [Conflict("too_soon", _("too soon: nobody is sent with less than %(notice)s' notice", notice=notice))]


def _away(crew: Crew, stop: Stop, start: int) -> list[Conflict]:
    words = {"off": _("is off then"), "ill": _("is ill")}
    hit = [why for first, last, why in crew.away if start < last and start + stop.minutes > first]
    return [Conflict(why, words[why]) for why in hit[:1]]


def _not_together(day: Day, stop: Stop, start: int) -> list[Conflict]:
    """Others who come along have another time."""
    for other in day.with_it(stop):
        worker = day.crew.get(other.worker_id or 0)
        if worker is not None and other.start != start:
            words = _("%(worker)s comes along, at %(at)s", worker=worker.worker.called, at=clock_words(other.start))
            return [Conflict("together", words)]
    return []


def alone(day: Day, stop: Stop) -> list[Conflict]:
    """Somebody who is to come along has no worker yet: all of them or none."""
    lacking = [other for other in day.with_it(stop) if other.worker_id is None]
    return [Conflict("alone", _("nobody comes along yet"))] if lacking else []


def _around(ctx: Context, day: Day, stop: Stop, worker_id: int, start: int) -> list[Conflict]:
    """Other stops of that worker: at the same time, or with too little time for the way."""
    end, found = start + stop.minutes, []
    for other in day.of(worker_id):
        if other.key == stop.key or (other.visit_id is not None and other.visit_id == stop.visit_id):
            continue
        if start < other.end and end > other.start:
            words = _("%(who)s is at that time (%(from)s—%(to)s)", who=other.who, **_hours(other))
            found.append(Conflict("overlap", words))
            continue
        gap = other.start - end if other.start >= end else start - other.end
        needed = way_between(ctx, stop, other)
        if gap < needed:
            found.append(Conflict("way", _way_words(other, gap, needed)))
    return found


def _way_words(other: Stop, gap: int, needed: int) -> str:
    lengths = {"gap": _length(gap), "needed": _length(needed)}
    return _("only %(gap)s between it and %(who)s, the way needs %(needed)s", who=other.who, **lengths)


def _hours(stop: Stop) -> dict[str, str]:
    return {"from": clock_words(stop.start), "to": clock_words(stop.end)}


def _length(minutes: int) -> str:
    return say_minutes(minutes) if minutes else _("no time")


def clock_words(minute: int) -> str:
    """540 is 9:00."""
    return f"{minute // 60}:{minute % 60:02d}"


def way_between(ctx: Context, one: Stop, other: Stop) -> int:
    """Minutes that must lie between two stops: the way, and never less than is kept free when a job is taken."""
    least = -(-ctx.settings.matching.buffer_min // STEP) * STEP
    return max(least, way_minutes(ctx, one, other))


def way_minutes(ctx: Context, one: Stop, other: Stop) -> int:
    """Minutes on the way from one home to another; 0 where a place is not known."""
    if one.at is None or other.at is None:
        return 0
    a, b = ((float(lat), float(lng)) for lat, lng in (one.at, other.at))
    return way_of(ctx)(a, b)


def why_nobody(ctx: Context, day: Day, stop: Stop) -> tuple[str, int]:
    """Why nobody was found for something: the condition that stops most, and how many it stops; days_full: they have no time."""
    fit = fitness_of(ctx, day, stop, stop.start)
    stopped = Counter[str]()
    for worker_id in fit.found:
        codes = fit.codes(worker_id, 0) or (["asked"] if worker_id in fit.asked else [])
        away = [c.code for c in _away(day.crew[worker_id], stop, stop.start)] if worker_id in day.crew else []
        stopped[(codes + away + [""])[0]] += 1
    if stopped.pop("", 0):
        return "days_full", 0
    return min(stopped.items(), key=lambda item: (-item[1], item[0]), default=("no_skill", 0))


def nobody_words(code: str, count: int) -> str:
    """Why something could not be placed, for the coordinator."""
    said = {
        "days_full": _("those who could have no room left that day"),
        "no_skill": _("nobody offers this service"),
        "too_soon": _("too soon to send somebody"),
        "ill": _("who could is ill"),
        "off": _("who could is off"),
        "asked": _("all who could were asked for this time already"),
        "alone": _("nobody found who could come along"),
    }
    if code in said:
        return said[code]
    return _("%(n)s with the skill, stopped above all by: %(why)s", n=count, why=blocker_words(code))


def on_grid(minute: int) -> int:
    """The next quarter of an hour."""
    return -(-minute // STEP) * STEP


def soonest(ctx: Context, day: Day) -> int:
    """The first minute of the day at which somebody could still be sent; 0 for a day to come."""
    at = local(ctx.now) + timedelta(minutes=ctx.settings.planning.notice_min)
    return max(0, on_grid(int((at - day.moment(0)).total_seconds() // 60)))
