"""What happens around a visit by the clock: reminders, the way, late, not come (F1, Q1)."""

from datetime import datetime, time, timedelta
from typing import Any

from handlers.alerts import raise_alert
from handlers.clock import local
from handlers.context import Context
from handlers.deadlines import on_due, set_deadline
from handlers.notices import visits as _declared  # noqa: F401 (declares what is told here)
from handlers.parties import parties_of
from handlers.replacing import later_today, release, wait_for_word
from handlers.team_of import called_of, others_with, visits_with
from handlers.visit_telling import tell_side, together_values
from handlers.widening import ask_fewer
from handlers.words import _, say_when
from models.clocks import Deadline
from models.visits import Visit

BEFORE = ("scheduled", "on_the_way")
HERE = ("in_service", "finished", "confirmed", "settled")
LONGEST_WAIT = timedelta(hours=1)  # somebody on the way is waited for, but not longer than this


def set_visit_clocks(ctx: Context, visit: Visit) -> None:
    """Starts all clocks of a new visit. Those past are left out, but never the hour before: it brings code and door."""
    rules = ctx.settings.visits
    start: datetime = visit.starts_at
    times: dict[str, datetime] = {
        "visit_evening": evening_before(start, rules.remind_evening_at),
        "visit_hour": start - timedelta(minutes=rules.remind_before_min),
        "visit_on_way": start - timedelta(minutes=rules.on_way_prompt_min),
        "visit_late": start + timedelta(minutes=rules.late_after_min),
        "visit_no_show": start + timedelta(minutes=rules.no_show_after_min),
    }
    for kind, at in times.items():
        if at > ctx.now or (kind == "visit_hour" and start > ctx.now):
            set_deadline(ctx, kind, ("visit", visit.id), max(at, ctx.now))


def reminders_ahead(ctx: Context, visit: Visit) -> str:
    """Which reminders are still to come: both, hour (only the one before the visit), or "": it begins too soon for any."""
    mine = (Deadline.community_id == ctx.community_id) & (Deadline.subject_kind == "visit")
    mine &= (Deadline.subject_id == visit.id) & (Deadline.state == "open") & (Deadline.due_at > ctx.now)
    ahead = {row.kind for row in Deadline.select(Deadline.kind).where(mine)}
    return "both" if "visit_evening" in ahead else "hour" if "visit_hour" in ahead else ""


def evening_before(start: datetime, at: time) -> datetime:
    """The reminder's hour on the local day before the visit."""
    day = local(start) - timedelta(days=1)
    return day.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)


def _waiting(row: Deadline, states: tuple[str, ...] = BEFORE) -> Visit | None:
    visit = Visit.find(row.subject_id)
    return visit if visit is not None and visit.state in states else None


@on_due("visit_evening", useful_for=timedelta(hours=12))
def _evening(ctx: Context, row: Deadline) -> None:
    """The evening before: both are reminded and can say that it won't work."""
    visit = _waiting(row)
    if visit is not None:
        _remind(ctx, visit, "visit_evening")


def _remind(ctx: Context, visit: Visit, notice: str) -> None:
    """The worker, and the resident: once for all who come together, and again if it is somebody else by then."""
    others, said = others_with(visit, BEFORE), together_values(visit, BEFORE)
    along: dict[str, Any] = {"others": others, "team": len(others) + 1} if others else {}
    tell_side(ctx, visit, "worker", notice, until=visit.starts_at, **along)
    mark = "-".join(str(one) for one in said.get("visits", ()))
    tell_side(ctx, visits_with(visit, BEFORE)[0], "resident", notice, mark=mark, until=visit.starts_at, **said)


@on_due("visit_hour", useful_for=timedelta(minutes=59))
def _hour(ctx: Context, row: Deadline) -> None:
    """An hour before: the resident gets the four digits, the worker the door."""
    visit = _waiting(row)
    if visit is not None:
        _remind(ctx, visit, "visit_hour")


@on_due("visit_on_way", useful_for=timedelta(minutes=40))
def _on_way(ctx: Context, row: Deadline) -> None:
    """The worker has not said that they set out: one quiet question."""
    visit = _waiting(row, ("scheduled",))
    if visit is not None and visit.worker_coming != "yes":
        tell_side(ctx, visit, "worker", "visit_set_out", until=visit.starts_at)


@on_due("visit_late", useful_for=timedelta(minutes=60))
def _late(ctx: Context, row: Deadline) -> None:
    """Not here yet: the resident is told honestly, staff alerted, once."""
    visit = _waiting(row)
    if visit is None or visit.late_told_at is not None:
        return
    visit.change(late_told_at=ctx.now)
    tell_side(ctx, visit, "resident", "visit_late", eta_at=visit.eta_at)
    tell_side(ctx, visit, "worker", "visit_late", eta_at=visit.eta_at)
    raise_alert(ctx, "visit_late", _alert_words(ctx, visit), about=("visit", visit.id))


def _alert_words(ctx: Context, visit: Visit) -> str:
    sides = parties_of(visit)
    return _(
        "%(worker)s is not at %(resident)s's yet; the visit was to begin %(when)s (%(number)s).",
        worker=sides.worker,
        resident=sides.resident,
        when=say_when(visit.starts_at, ctx.now),
        number=visit.number,
    )


@on_due("visit_no_show", useful_for=timedelta(days=2))
def _no_show(ctx: Context, row: Deadline) -> None:
    """Not come: noted as such, an alert, the resident told, somebody else is looked for (F2)."""
    visit = _waiting(row)
    if visit is None:
        return
    eta = _expected(ctx, visit)
    if eta is not None:
        set_deadline(ctx, "visit_no_show", ("visit", visit.id), eta + timedelta(minutes=5))
        return
    request = release(ctx, visit, "no_show", "not come")
    raise_alert(ctx, "visit_no_show", _alert_words(ctx, visit), about=("visit", visit.id))
    others = _still_coming(ctx, visit)
    later = None if others else later_today(ctx, request)
    tell_side(ctx, visit, "resident", "visit_no_show", later_at=later, others=others)
    if others:
        wait_for_word(ctx, request)
        ask_fewer(ctx, request)
    tell_side(ctx, visit, "worker", "visit_no_show")


def _still_coming(ctx: Context, visit: Visit) -> list[str]:
    """What those of them are called who are at work, or have not been waited for in vain as long as this one."""
    return [called_of(one.worker_id) for one in visits_with(visit, (*BEFORE, *HERE)) if not _overdue(ctx, one)]


def _overdue(ctx: Context, visit: Visit) -> bool:
    mine = (Deadline.community_id == ctx.community_id) & (Deadline.subject_kind == "visit") & (Deadline.subject_id == visit.id)
    due = Deadline.select().where(mine & (Deadline.kind == "visit_no_show") & (Deadline.state == "open") & (Deadline.due_at <= ctx.now))
    return visit.state in BEFORE and _expected(ctx, visit) is None and bool(due.exists())


def _expected(ctx: Context, visit: Visit) -> datetime | None:
    """When somebody who is on the way will arrive, if that is still ahead and near enough to wait for."""
    eta: datetime | None = visit.eta_at
    start: datetime = visit.starts_at
    near = eta is not None and ctx.now < eta <= start + LONGEST_WAIT
    return eta if visit.state == "on_the_way" and near else None
