"""What a worker's leave touches, and leave that is taken back: the visits that are promised then, given up together (F4, D5, D7)."""

from datetime import datetime

from handlers.access import access_worker
from handlers.alerts import settle_alerts
from handlers.context import Context, Refused, use_case
from handlers.leaves import OVER_VISIT, promised_in, settle_over
from handlers.lifecycle import record
from handlers.visits import cant_come
from handlers.words import _
from models.visits import Visit
from models.workers import Leave

__all__ = ["Leave", "drop_leave", "give_up_in_leave", "keep_in_leave", "list_my_leave", "mark_of", "visits_in_leave"]
BEFORE = ("scheduled", "on_the_way")


@use_case("worker")
def visits_in_leave(ctx: Context, leave_id: int, mark: str = "") -> list[Visit]:
    """The asker's visits that are promised for that time and have not begun, soonest first; none once the leave was taken back, or
    is not the one any more that `mark` (mark_of) says."""
    return _touched(ctx, _mine(ctx, leave_id, mark))


@use_case("worker")
def give_up_in_leave(ctx: Context, leave_id: int, mark: str = "") -> int:
    """They can't come to any of these: each resident hears it and somebody else is sought; how many there were.

    Refuses not_now where none is left.
    """
    leave = _mine(ctx, leave_id, mark)
    lost = _touched(ctx, leave)
    if leave is None or not lost:
        raise Refused("not_now", _("Nothing is planned for you in that time any more."))
    for visit in lost:
        cant_come(ctx, visit.id, reason=leave.reason)
        settle_alerts(ctx.as_system(), OVER_VISIT, ("visit", visit.id))
    return len(lost)


@use_case("worker")
def keep_in_leave(ctx: Context, leave_id: int, mark: str = "") -> None:
    """They go to these all the same: nobody at the desk need look at them."""
    for visit in visits_in_leave(ctx, leave_id, mark):
        settle_alerts(ctx.as_system(), OVER_VISIT, ("visit", visit.id))


@use_case("worker")
def list_my_leave(ctx: Context) -> list[Leave]:
    """What lies ahead or has begun, soonest first."""
    mine = (Leave.community_id == ctx.community_id) & (Leave.worker_id == ctx.actor.worker_id)
    return list(Leave.select().where(mine & (Leave.ends_at > ctx.now)).order_by(Leave.starts_at))


@use_case("worker")
def drop_leave(ctx: Context, *, starts_at: datetime, ends_at: datetime) -> int:
    """They work after all: of every leave that touches this time, that part is taken back and the rest stays; how many there were."""
    access_worker(ctx, ctx.actor.worker_id or 0)  # the desk may be ending the same leave at this moment
    touched = [one for one in list_my_leave(ctx) if one.starts_at < ends_at and one.ends_at > starts_at]
    for leave in touched:
        leave.delete_instance()
        for first, last in ((leave.starts_at, starts_at), (ends_at, leave.ends_at)):
            if first < last:
                Leave.create(
                    community_id=ctx.community_id, worker_id=leave.worker_id, starts_at=first, ends_at=last, reason=leave.reason
                )
        settle_over(ctx, leave.worker_id, leave.starts_at, leave.ends_at)
        record(ctx, "worker", leave.worker_id, "back", data={"from": leave.starts_at.isoformat()})
    return len(touched)


def mark_of(leave: Leave) -> str:
    """Tells a leave from a later one that got its number after it was taken back (SQLite gives the last one away again)."""
    return f"{leave.starts_at.timestamp():.0f}-{leave.ends_at.timestamp():.0f}"


def _mine(ctx: Context, leave_id: int, mark: str) -> Leave | None:
    found: Leave | None = Leave.get_or_none(
        (Leave.community_id == ctx.community_id) & (Leave.id == leave_id) & (Leave.worker_id == ctx.actor.worker_id)
    )
    return None if found is not None and mark not in ("", mark_of(found)) else found


def _touched(ctx: Context, leave: Leave | None) -> list[Visit]:
    if leave is None:
        return []
    touched = promised_in(ctx, leave.worker_id, leave.starts_at, leave.ends_at, BEFORE)
    return [visit for visit in touched if visit.ends_at > ctx.now]
