"""When somebody could come: the nearest times to the wished one, for the chat, the mini-program and the desk alike (D1, D5).

The rules are in models/rules/free_times; what is offered has passed the search itself besides, so that a tap on it finds somebody.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from handlers.access import access_request
from handlers.candidates import Asked, find_ranked, supposed
from handlers.context import FRONT, Context, Refused, use_case
from handlers.facts import facts_of
from handlers.recommending import most_to_pay
from handlers.team_of import moving
from handlers.travel import way_of
from handlers.words import _
from models.people import Address
from models.requests import Request
from models.rules.free_times import Diary, Place, Stop, Terms, in_the_way, nearest
from models.rules.ranking import why_not
from models.rules.slots import QUARTER_S
from models.visits import Visit
from models.workers import BookedSlot, Leave, Worker, WorkerSkill, WorkingHours

LEAD = timedelta(minutes=60)  # what somebody who is asked now needs to be there
WEEK = timedelta(days=7)
TRIED = 12  # more times are not put to the search
MOST_WORKERS = 300  # more diaries are not read for one question
OPEN = ("submitted", "needs_info", "approved", "matching", "offered")
BOOKED = ("scheduled", "on_the_way", "in_service", "finished", "confirmed", "settled", "closed")


@dataclass(frozen=True)
class Offered:
    """A time at which somebody could come, and whom that is about (ids, and what they are called)."""

    at: datetime
    worker_ids: tuple[int, ...]
    called: tuple[str, ...]


@use_case("system", "resident", *FRONT)
def free_times(ctx: Context, request_id: int, *, worker_id: int | None = None) -> list[Offered]:
    """The nearest times for a request that has nobody yet, soonest first; `worker_id`: of this worker only. Empty: none in the next
    days, or it is booked by the day. Refuses not_found, and not_now where it is settled already."""
    request = access_request(ctx, request_id)
    if request.state not in OPEN:
        raise Refused("not_now", _("That one is settled already. If you'd like another time, just say so."))
    return times_for(ctx, request, worker_id=worker_id)


def times_for(ctx: Context, request: Request, *, worker_id: int | None = None) -> list[Offered]:
    """The same for a request that is at hand."""
    asked = Asked.of(ctx, request) if request.starts_at is not None and request.service else None
    if asked is None or asked.service.day_level:
        return []
    diaries = _diaries(ctx, request, worker_id)
    minutes, way = int((asked.end - asked.start) / timedelta(minutes=1)), way_of(ctx)
    found = nearest(diaries, minutes, _place(asked.home), asked.start, _terms(ctx), way) if diaries else iter(())
    offered: list[Offered] = []
    together = len(moving(request))
    for free in islice(found, TRIED):
        able = [r.worker_id for r in find_ranked(ctx, supposed(request, starts_at=free.start))[0]]
        ids = tuple(one for one in able if one in free.worker_ids)
        if ids and len(able) >= together:
            offered.append(Offered(free.start, ids, tuple(_names(ids))))
        if len(offered) == ctx.settings.free_times.most:
            break
    return sorted(offered, key=lambda one: one.at)


def hindrance(ctx: Context, request: Request, worker_id: int) -> str:
    """What of hours, days off, bookings, ways, the break and the caps keeps a worker from a request at its own time, as a code of
    models/rules/free_times.py; '' where nothing does. What is booked by the day has no hours."""
    asked = Asked.of(ctx, request)
    if asked.service.day_level:
        return ""
    diary = _Calendars(ctx.community_id, [worker_id], asked.start - WEEK, asked.end + WEEK).diary(worker_id)
    terms = replace(_terms(ctx), first=asked.start, holidays=True)
    return in_the_way(diary, Stop(asked.start, asked.end, _place(asked.home)), terms, way_of(ctx))


def _names(ids: Sequence[int]) -> Iterator[str]:
    found = {w.id: w.called for w in Worker.select().where(Worker.id.in_(ids))}
    return (found[one] for one in ids)


def _terms(ctx: Context) -> Terms:
    s = ctx.settings
    first = ctx.now + LEAD
    return Terms(
        s.matching.buffer_min, s.matching.day_cap_min, s.matching.week_cap_min, s.planning.break_after_min, s.planning.break_min,
        first, first + timedelta(days=s.free_times.days), s.free_times.holidays, s.free_times.step_min, s.free_times.apart_min,
    )  # fmt: skip


def _place(home: Address | None) -> Place | None:
    return (float(home.lat), float(home.lng)) if home is not None and home.lat and home.lng else None


def _diaries(ctx: Context, request: Request, worker_id: int | None) -> list[Diary]:
    """Those whom nothing but the time could keep from it, with their calendars."""
    ids = _fitting(ctx, request, worker_id)
    if not ids:
        return []
    first, last = ctx.now - WEEK, ctx.now + timedelta(days=ctx.settings.free_times.days) + WEEK
    look = _Calendars(ctx.community_id, ids, first, last)
    return [look.diary(one) for one in ids]


def _fitting(ctx: Context, request: Request, worker_id: int | None) -> list[int]:
    mine = (WorkerSkill.community_id == ctx.community_id) & (WorkerSkill.service == request.service) & WorkerSkill.active
    if worker_id is not None:
        mine &= WorkerSkill.worker_id == worker_id
    ids = [s.worker_id for s in WorkerSkill.select(WorkerSkill.worker_id).where(mine).order_by(WorkerSkill.worker_id).limit(MOST_WORKERS)]
    facts, job = facts_of(ctx, request, ids)
    job = replace(job, not_workers=frozenset(request.wishes.get("not_worker_ids", [])))
    most = most_to_pay(ctx, request)
    rested = {w: replace(c, free=True, works_then=True, minutes_day=0, minutes_week=0) for w, c in facts.items()}
    return [w for w, c in rested.items() if not why_not(job, c) and (most is None or c.price_fen <= most)]


class _Calendars:
    """Hours, bookings, visits and days off of some workers, each looked up once."""

    def __init__(self, here: int, ids: Sequence[int], first: datetime, last: datetime) -> None:
        self.here, self.ids, self.first, self.last = here, ids, first, last
        self.hours: dict[int, dict[int, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
        for row in WorkingHours.select().where(self._of(WorkingHours)):
            self.hours[row.worker_id][row.weekday].append((row.from_min, row.to_min))
        self.quarters: dict[int, set[int]] = defaultdict(set)
        span = BookedSlot.slot.between(int(first.timestamp()) // QUARTER_S, int(last.timestamp()) // QUARTER_S)
        for row in BookedSlot.select(BookedSlot.worker_id, BookedSlot.slot).where(self._of(BookedSlot) & span):
            self.quarters[row.worker_id].add(row.slot)
        self.away: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
        for row in Leave.select().where(self._of(Leave) & (Leave.ends_at > first) & (Leave.starts_at < last)):
            self.away[row.worker_id].append((row.starts_at, row.ends_at))
        self.stops = self._stops()

    def _of(self, model: Any) -> Any:
        return (model.community_id == self.here) & model.worker_id.in_(self.ids)

    def _stops(self) -> dict[int, list[Stop]]:
        mine = self._of(Visit) & Visit.state.in_(BOOKED) & Visit.starts_at.between(self.first, self.last)
        visits = list(Visit.select().where(mine))
        homes = {a.id: a for a in Address.select().where(Address.id.in_([v.address_id for v in visits]))} if visits else {}
        found: dict[int, list[Stop]] = defaultdict(list)
        for visit in visits:
            found[visit.worker_id].append(Stop(visit.starts_at, visit.ends_at, _place(homes.get(visit.address_id))))
        return found

    def diary(self, worker: int) -> Diary:
        """One of them, as the rule wants to know them."""
        return Diary(worker, self.hours[worker], self.stops[worker], frozenset(self.quarters[worker]), self.away[worker])
