"""The end of a visit by the clock: a worker who forgets to say 做完了 is asked, and later a colleague looks (F2)."""

from datetime import datetime, timedelta

from handlers.access import access_visit
from handlers.alerts import raise_alert
from handlers.context import FRONT, Context, Refused, use_case
from handlers.deadlines import on_due, set_deadline
from handlers.lifecycle import record
from handlers.notices import door as _declared  # noqa: F401 (declares what is told here)
from handlers.parties import is_worker_of, parties_of
from handlers.visit_telling import tell_side
from handlers.words import _, say_time
from models.clocks import Deadline
from models.visits import Visit


def watch_the_end(ctx: Context, visit: Visit) -> None:
    """Starts the clocks of the end: what was agreed, from when it really began."""
    _watch(ctx, visit, expected_end(visit))


def _watch(ctx: Context, visit: Visit, end: datetime) -> None:
    rules, about = ctx.settings.visits, ("visit", visit.id)
    set_deadline(ctx, "visit_ends", about, end + timedelta(minutes=rules.ask_done_after_min))
    set_deadline(ctx, "visit_not_ended", about, end + timedelta(minutes=rules.not_done_alert_min))


def expected_end(visit: Visit) -> datetime:
    """When the work is done by the terms, counted from the check-in where that was later."""
    start: datetime = visit.starts_at
    end: datetime = visit.ends_at
    began: datetime | None = visit.checked_in_at
    return max(start, began or start) + (end - start)


@use_case("worker", *FRONT)
def work_longer(ctx: Context, visit_id: int) -> Visit:
    """还要一会儿: asked again later. Refuses forbidden, not_now."""
    visit = access_visit(ctx, visit_id)
    if ctx.actor.kind == "person" and not is_worker_of(ctx, visit):
        raise Refused("forbidden", _("That is the worker's to say."), status=403)
    if visit.state != "in_service":
        raise Refused("not_now", _("That can't be done any more at this point."), state=visit.state)
    record(ctx, "visit", visit.id, "longer")
    _watch(ctx, visit, ctx.now)
    return visit


def _going_on(row: Deadline) -> Visit | None:
    visit = Visit.find(row.subject_id)
    return visit if visit is not None and visit.state == "in_service" else None


@on_due("visit_ends", useful_for=timedelta(hours=12))
def _ask(ctx: Context, row: Deadline) -> None:
    """The time is over and nobody has said 做完了: the worker is asked."""
    visit = _going_on(row)
    if visit is not None:
        tell_side(ctx, visit, "worker", "visit_still_on", mark=f"{row.due_at:%H%M}", end_at=expected_end(visit))


@on_due("visit_not_ended", useful_for=timedelta(days=7))
def _alert(ctx: Context, row: Deadline) -> None:
    """Still no word, long after: a coordinator asks both sides."""
    visit = _going_on(row)
    if visit is None:
        return
    sides = parties_of(visit)
    words = _(
        "%(worker)s has not said that the work at %(resident)s's is done; it was to end at %(end)s (%(number)s). "
        "Please ask both.",
        worker=sides.worker,
        resident=sides.resident,
        end=say_time(expected_end(visit)),
        number=visit.number,
    )
    raise_alert(ctx, "visit_not_ended", words, about=("visit", visit.id))
