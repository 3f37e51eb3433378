"""A worker's time off: told by themselves, or entered at the desk for who phones; taken back when they can come after all (F4, D7)."""

from datetime import date, datetime, timedelta
from typing import Any

from handlers.access import access_worker, take_turn
from handlers.alerts import raise_alert, settle_alerts
from handlers.clock import SHANGHAI, local
from handlers.context import DESK, Context, Refused, use_case
from handlers.lifecycle import record
from handlers.words import _, say_date, say_range
from models.visits import Visit
from models.workers import Leave, Worker

ONE_DAY = timedelta(days=1)
OVER_VISIT = "leave_over_visit"  # the alert about each visit that is promised for the time off


def keep_leave(ctx: Context, worker: Worker, starts_at: datetime, ends_at: datetime, reason: str = "") -> Leave:
    """Off from one moment to another; visits agreed for that time come before a coordinator. Refuses the wrong way round or past
    (bad_time)."""
    if ends_at <= starts_at or ends_at <= ctx.now:
        raise Refused("bad_time", _("That time is past, or ends before it begins."))
    take_turn(worker)
    same = {"community_id": ctx.community_id, "worker_id": worker.id, "starts_at": starts_at, "ends_at": ends_at}
    known: Leave | None = Leave.get_or_none(**same)
    if known is not None:  # said twice it is one
        return known
    made: Leave = Leave.create(**same, reason=reason)
    for visit in promised_in(ctx, worker.id, starts_at, ends_at):
        words = _("%(name)s takes leave, but has %(number)s.", name=worker.called, number=visit.number)
        settle_alerts(ctx.as_system(), OVER_VISIT, ("visit", visit.id))  # of two leaves over one visit the newer one is told
        raise_alert(ctx, OVER_VISIT, words, about=("visit", visit.id), key=f"{made.id}:{ctx.now.isoformat()}")
    record(ctx, "worker", worker.id, "leave", reason=reason)
    return made


def promised_in(
    ctx: Context, worker_id: int, starts_at: datetime, ends_at: datetime, states: tuple[str, ...] = ("scheduled",)
) -> list[Visit]:
    """A worker's visits of these states that touch this time, soonest first."""
    mine = (Visit.community_id == ctx.community_id) & (Visit.worker_id == worker_id) & Visit.state.in_(states)
    return list(Visit.select().where(mine & (Visit.starts_at < ends_at) & (Visit.ends_at > starts_at)).order_by(Visit.starts_at))


def settle_over(ctx: Context, worker_id: int, starts_at: datetime, ends_at: datetime) -> None:
    """Leave for this time was taken back: of the visits then, those that are in no other leave need not be looked at any more."""
    theirs = (Leave.community_id == ctx.community_id) & (Leave.worker_id == worker_id)
    for visit in promised_in(ctx, worker_id, starts_at, ends_at):
        over = theirs & (Leave.starts_at < visit.ends_at) & (Leave.ends_at > visit.starts_at)
        if not Leave.select().where(over).exists():
            settle_alerts(ctx.as_system(), OVER_VISIT, ("visit", visit.id))


@use_case(*DESK)
def enter_leave(ctx: Context, worker_id: int, *, since: str, until: str) -> Leave:
    """A worker phones: off from one day (YYYY-MM-DD) to another, both included; `until` may be empty. Refuses bad_day, bad_time."""
    worker, first, end = access_worker(ctx, worker_id), _midnight(since), _midnight(until or since, ONE_DAY)
    return keep_leave(ctx, worker, first, end)


def _midnight(day: str, later: timedelta = timedelta()) -> datetime:
    try:
        found = date.fromisoformat(day)
        return datetime(found.year, found.month, found.day, tzinfo=SHANGHAI) + later
    except (ValueError, OverflowError):  # there is no day after the last one that a calendar has
        raise Refused("bad_day", _("Please choose a day."), status=400) from None


@use_case(*DESK)
def end_leave(ctx: Context, worker_id: int, *, leave_id: int) -> None:
    """They can come after all, or were marked by mistake: off no longer, from now on. Refuses what is over or not theirs (not_now)."""
    worker = access_worker(ctx, worker_id)
    mine = (Leave.community_id == ctx.community_id) & (Leave.worker_id == worker.id) & (Leave.id == leave_id)
    leave = Leave.select().where(mine & (Leave.ends_at > ctx.now)).first()
    if leave is None:
        raise Refused("not_now", _("That time off is over, or was taken back already."))
    first, last = leave.starts_at, leave.ends_at
    if leave.starts_at < ctx.now:
        leave.change(ends_at=ctx.now)
    else:
        leave.delete_instance()
    settle_over(ctx, worker.id, first, last)
    record(ctx, "worker", worker.id, "back", data={"from": first.isoformat(), "to": last.isoformat()})


def leaves_of(ctx: Context, worker_id: int) -> list[dict[str, Any]]:
    """A worker's time off, what is on and what comes, for staff: {"id", "when", "why"}."""
    mine = (Leave.community_id == ctx.community_id) & (Leave.worker_id == worker_id)
    rows = Leave.select().where(mine & (Leave.ends_at > ctx.now)).order_by(Leave.starts_at).limit(20)
    return [{"id": row.id, "when": _when(ctx, row), "why": _("ill") if row.reason == "ill" else ""} for row in rows]


def _when(ctx: Context, leave: Leave) -> str:
    """Whole days as days, else with the hours."""
    first, last = local(leave.starts_at), local(leave.ends_at)
    if (first.hour, first.minute, last.hour, last.minute) != (0, 0, 0, 0):
        return say_range(leave.starts_at, leave.ends_at, ctx.now)
    days = [say_date(first, ctx.now), say_date(last - ONE_DAY, ctx.now)]
    return days[0] if days[0] == days[1] else "—".join(days)
