"""The worker stands before a closed door: noted as there, the resident asked, a colleague alerted; never a no-show (F2, G4).

Whether the worker is paid for the way, and by whom, a person decides; no machine fines anybody.
"""

from datetime import datetime, timedelta

from handlers.access import access_visit
from handlers.alerts import raise_alert, settle_alerts
from handlers.checkin import as_worker, not_too_early
from handlers.context import FRONT, PEOPLE, Context, Refused, use_case
from handlers.deadlines import drop_deadlines, on_due, set_deadline
from handlers.lifecycle import record
from handlers.notices import door as _declared  # noqa: F401 (declares what is told here)
from handlers.parties import is_resident_of, parties_of
from handlers.replacing import release, wait_for_word
from handlers.team_of import visits_with
from handlers.visit_telling import tell_side
from handlers.words import _, say_time
from models.clocks import Deadline, Event
from models.visits import Visit

BEFORE = ("scheduled", "on_the_way")
AGAIN_AFTER = 600  # seconds: said again later than this, the resident is asked again


@use_case("worker", *FRONT)
def report_closed_door(ctx: Context, visit_id: int) -> datetime:
    """敲门没人: on record since when the worker is there, and until when they are asked to wait.

    The resident is asked whether they are at home, a coordinator alerted. From now on nobody counts as not come.
    Refuses forbidden, not_now (begun or off), too_early.
    """
    visit = as_worker(ctx, visit_id)
    if visit.state not in BEFORE:
        raise Refused("not_now", _("That can't be done any more at this point."), state=visit.state)
    not_too_early(ctx, visit)
    since = at_door_since(visit) or ctx.now
    start: datetime = visit.starts_at
    wait_until = max(since, start) + timedelta(minutes=ctx.settings.visits.closed_door_wait_min)
    record(ctx, "visit", visit.id, "at_door")
    visit.change(worker_coming="yes")
    drop_deadlines(ctx, ("visit", visit.id), "visit_late", "visit_no_show", "visit_on_way", note="at the door")
    set_deadline(ctx, "door_closed", ("visit", visit.id), max(wait_until, ctx.now))
    mark = str(int((ctx.now - since).total_seconds()) // AGAIN_AFTER)
    tell_side(ctx, visit, "resident", "door_closed", mark=mark, since=since, wait_until=wait_until)
    raise_alert(ctx, "door_closed", _alert_words(visit, since), about=("visit", visit.id))
    return max(wait_until, ctx.now)


def at_door_since(visit: Visit) -> datetime | None:
    """When the worker first said that nobody opens; None: never."""
    mine = (Event.community_id == visit.community_id) & (Event.subject_kind == "visit")
    said = mine & (Event.subject_id == visit.id) & (Event.verb == "at_door")
    first = Event.select().where(said).order_by(Event.id).first()
    at: datetime | None = first.at if first is not None else None
    return at


def _alert_words(visit: Visit, since: datetime) -> str:
    sides = parties_of(visit)
    return _(
        "%(worker)s is at %(resident)s's door since %(since)s and nobody opens (%(number)s). Please phone %(resident)s.",
        worker=sides.worker,
        resident=sides.resident,
        since=say_time(since),
        number=visit.number,
    )


def _as_asked(ctx: Context, visit_id: int) -> Visit:
    """The visit whose resident was asked to open. Refuses forbidden, not_now."""
    visit = access_visit(ctx, visit_id)
    if ctx.actor.kind == "person" and not is_resident_of(ctx, visit):
        raise Refused("forbidden", _("That is the resident's to say."), status=403)
    if visit.state not in BEFORE:
        raise Refused("not_now", _("That can't be done any more at this point."), state=visit.state)
    return visit


@use_case(*PEOPLE, *FRONT)
def open_door(ctx: Context, visit_id: int) -> Visit:
    """The resident is at home and opens; the worker at the door hears it at once. Refuses forbidden, not_now."""
    visit = _as_asked(ctx, visit_id)
    record(ctx, "visit", visit.id, "opens")
    for one in visits_with(visit, BEFORE):
        if one.id == visit.id or at_door_since(one) is not None:
            tell_side(ctx, one, "worker", "door_opens", mark=ctx.trace_id, until=ctx.now + timedelta(minutes=30))
    return visit


@use_case(*PEOPLE, *FRONT)
def not_at_home(ctx: Context, visit_id: int) -> Visit:
    """The resident is not at home: the worker need not wait any longer, nor who came along; who is not there yet hears that it may not
    work. Refuses forbidden, not_now."""
    visit = _as_asked(ctx, visit_id)
    for one in visits_with(visit, BEFORE):
        if one.id == visit.id or at_door_since(one) is not None:
            _give_up(ctx, one, _("not at home"))
        else:
            tell_side(ctx, one, "worker", "visit_resident_cant")
    return visit


@on_due("door_closed", useful_for=timedelta(hours=6))
def _waited(ctx: Context, row: Deadline) -> None:
    """Nobody has opened in all the time: the worker may go, and the resident says when to come again."""
    visit = Visit.find(row.subject_id)
    if visit is not None and visit.state in BEFORE:
        _give_up(ctx, visit, _("nobody opened"))
        tell_side(ctx, visit, "resident", "door_stayed_closed", since=at_door_since(visit))


def _give_up(ctx: Context, visit: Visit, reason: str) -> None:
    since = at_door_since(visit) or ctx.now
    wait_for_word(ctx, release(ctx, visit, "no_access", reason, not_again=False))
    settle_alerts(ctx, "door_closed", ("visit", visit.id))
    tell_side(ctx, visit, "worker", "door_may_go", since=since)
    sides = parties_of(visit)
    words = _(
        "%(worker)s was at %(resident)s's at %(since)s, nobody opened (%(number)s). Please see to the worker's pay for the way, "
        "and to a new time.",
        worker=sides.worker,
        resident=sides.resident,
        since=say_time(since),
        number=visit.number,
    )
    raise_alert(ctx, "no_access", words, about=("visit", visit.id))
