"""Visits: made from a sealed agreement, asked about, given up, listed, and said in words (F1, D5).

What happens at the door stands in handlers/checkin.py, what the clock does in handlers/visit_clocks.py.
"""

import secrets
from datetime import datetime, timedelta
from typing import Any

from handlers.access import access_visit
from handlers.alerts import raise_alert
from handlers.cancelling import cancel_terms
from handlers.cards import Card, card
from handlers.checkin import add_progress, check_in, check_out, set_out
from handlers.closed_door import not_at_home, open_door, report_closed_door
from handlers.completion import completion_card, say_payable
from handlers.context import FRONT, PEOPLE, Context, Refused, use_case
from handlers.lifecycle import record
from handlers.parties import called_service, is_resident_of, is_worker_of, parties_of
from handlers.replacing import look_again, release
from handlers.substitutes import replaced
from handlers.team_of import others_with, visits_with
from handlers.visit_clocks import set_visit_clocks
from handlers.visit_ends import work_longer
from handlers.visit_telling import place_for_worker, tell_side
from handlers.words import N_, _, say_range, say_time, say_when
from models.people import Address
from models.requests import Request
from models.rules.codes import visit_code
from models.rules.lifecycles import VISIT
from models.visits import Agreement, Visit
from models.workers import BookedSlot

__all__ = [
    "add_progress",
    "cant_come",
    "check_in",
    "check_out",
    "confirm_coming",
    "current_visit",
    "find_visit",
    "list_my_visits",
    "lost_visit",
    "not_at_home",
    "open_door",
    "report_closed_door",
    "schedule_visit",
    "set_out",
    "signed_visit",
    "visit_card",
    "visit_line",
    "visit_words",
    "work_longer",
]

STATES = {
    "scheduled": N_("It is settled: %(worker)s comes %(when)s."),
    "on_the_way": N_("%(worker)s has set out."),
    "in_service": N_("%(worker)s is there since %(since)s."),
    "finished": N_("%(worker)s has finished. %(resident)s still has to confirm what was done and the fee."),
    "confirmed": N_("It is confirmed; %(total)s is still to be paid."),
    "settled": N_("It is paid."),
    "closed": N_("It is done and paid. Thank you."),
    "no_access": N_("%(worker)s was there, and nobody opened."),
    "no_show": N_("%(worker)s did not come. We look for somebody else."),
    "cancelled": N_("This visit was cancelled."),
    "replaced": N_("%(worker)s can't come. We look for somebody else."),
}
# The worker reads of themselves: 您, not their own name.
STATES_FOR_WORKER = {
    "scheduled": N_("It is settled: you are wanted %(when)s at %(resident)s's."),
    "on_the_way": N_("You have set out for %(resident)s's."),
    "in_service": N_("You are at %(resident)s's since %(since)s."),
    "finished": N_("Done, thank you. %(resident)s still has to confirm what was done and the fee."),
    "no_access": N_("You were there, and nobody opened."),
    "no_show": N_("It counts as not come. If you were there, please tell us."),
    "replaced": N_("You said that you can't come; somebody else is sought."),
}
BEFORE = ("scheduled", "on_the_way")
NEAR = timedelta(hours=3)  # so shortly before, a colleague helps to find somebody
# Which visit somebody means who names none: the first state of their side that a visit is in.
MEANT_BY_WORKER = ("in_service", "on_the_way", "scheduled", "finished", "confirmed")
MEANT_BY_RESIDENT = ("finished", "in_service", "on_the_way", "confirmed", "scheduled")


@use_case("system")
def schedule_visit(ctx: Context, *, agreement: Agreement) -> Visit:
    """The visit of a sealed agreement: the booked time becomes its own, its clocks start; times from the terms (F1)."""
    request = Request.get(Request.id == agreement.request_id)
    start = datetime.fromisoformat(agreement.terms["starts_at"])
    made = Visit.create(
        community_id=ctx.community_id,
        state=VISIT.first,
        request_id=request.id,
        agreement_id=agreement.id,
        person_id=agreement.person_id,
        worker_id=agreement.worker_id,
        number=agreement.number,
        service=agreement.terms["service"],
        address_id=request.address_id,
        starts_at=start,
        ends_at=start + timedelta(minutes=int(agreement.terms["minutes"])),
        code=visit_code(secrets.randbelow(10_000)),
        total_fen=int(agreement.terms["price_fen"]),
        created_at=ctx.now,
    )
    record(ctx, "visit", made.id, "schedule", "", made.state, data={"agreement": agreement.id})
    held = (BookedSlot.community_id == ctx.community_id) & (BookedSlot.holder == f"request:{request.id}")
    BookedSlot.update(holder=f"visit:{made.id}").where(held).execute()
    set_visit_clocks(ctx, made)
    replaced(ctx, request, made.worker_id)
    return made


@use_case(*PEOPLE, *FRONT)
def find_visit(ctx: Context, visit_id: int) -> Visit:
    """A visit of the asker's own, as resident or as worker."""
    return access_visit(ctx, visit_id)


def _not_begun(ctx: Context, visit_id: int) -> Visit:
    visit = access_visit(ctx, visit_id)
    if visit.state not in BEFORE:
        raise Refused("not_now", _("That can't be done any more at this point."), state=visit.state)
    return visit


@use_case(*PEOPLE, *FRONT)
def confirm_coming(ctx: Context, visit_id: int) -> Visit:
    """The answer to a reminder: it stays as agreed. Refuses not_now when the visit has begun or is off."""
    visit = _not_begun(ctx, visit_id)
    side = "worker" if is_worker_of(ctx, visit) else "resident"
    answer: dict[str, Any] = {f"{side}_coming": "yes"}
    for one in [visit] if side == "worker" else visits_with(visit, BEFORE):
        one.change(**answer)
        record(ctx, "visit", one.id, "coming", data={"by": side})
    return visit


@use_case(*PEOPLE, *FRONT)
def cant_come(ctx: Context, visit_id: int, *, reason: str = "") -> Card:
    """It won't work. A resident hears what cancelling costs and how to move it; a worker's visit is looked for anew (D5).

    Staff say it for the worker. Refuses not_now when the visit has begun or is off.
    """
    visit = _not_begun(ctx, visit_id)
    if is_resident_of(ctx, visit):
        return _resident_cant(ctx, visit, reason)
    request = release(ctx, visit, "replace", reason)
    tell_side(ctx, visit, "resident", "visit_worker_cant", others=others_with(visit, BEFORE))
    look_again(ctx, request)
    if ctx.actor.kind == "staff":
        tell_side(ctx, visit, "worker", "visit_worker_off")
    _alert_if_near(ctx, visit)
    return card(_("Thank you for saying so in time. You are free then; we look for somebody else."))


def _alert_if_near(ctx: Context, visit: Visit) -> None:
    if visit.starts_at - ctx.now < NEAR:
        when = say_when(visit.starts_at, ctx.now)
        sides = parties_of(visit)
        words = _(
            "%(worker)s can't come %(when)s (%(number)s), and it is near.",
            worker=sides.worker,
            when=when,
            number=visit.number,
        )
        raise_alert(ctx, "worker_cant", words, about=("visit", visit.id))


def _resident_cant(ctx: Context, visit: Visit, reason: str) -> Card:
    for one in visits_with(visit, BEFORE):
        one.change(resident_coming="no")
        record(ctx, "visit", one.id, "cant", reason=reason, data={"by": "resident"})
        tell_side(ctx, one, "worker", "visit_resident_cant", until=one.starts_at)
    terms = cancel_terms(ctx, visit.request_id)
    subject = f"request:{visit.request_id}"
    text = _("All right. Another time, or shall I cancel it? %(terms)s", terms=terms.words)
    return card(
        text,
        (f"{subject}:move", _("Another time")),
        (f"{subject}:cancel", _("Cancel it")),
        ("talk:0:human", _("Find a person to help me")),
    )


@use_case(*PEOPLE, *FRONT)
def list_my_visits(ctx: Context, *, days: int = 14) -> list[Visit]:
    """The asker's visits that are not over yet, from today on for so many days, soonest first; a worker's are their jobs."""
    mine = Visit.worker_id == ctx.actor.worker_id if ctx.actor.worker_id else Visit.person_id == ctx.actor.id
    here = (Visit.community_id == ctx.community_id) & Visit.state.in_((*BEFORE, "in_service"))
    span = Visit.starts_at.between(ctx.now - timedelta(hours=24), ctx.now + timedelta(days=days))
    return list(Visit.select().where(here & mine & span).order_by(Visit.starts_at))


@use_case(*PEOPLE)
def signed_visit(ctx: Context, agreement_id: int) -> Visit | None:
    """The visit that came of an agreement of the asker's, while it can still be called off."""
    mine = (Visit.community_id == ctx.community_id) & (Visit.agreement_id == agreement_id) & Visit.state.in_(BEFORE)
    visit = Visit.get_or_none(mine)
    return visit if visit is not None and (is_worker_of(ctx, visit) or is_resident_of(ctx, visit)) else None


@use_case("worker")
def lost_visit(ctx: Context) -> Visit | None:
    """A job of the last hours that was given to somebody else because nobody checked in (F2)."""
    mine = (Visit.community_id == ctx.community_id) & (Visit.worker_id == ctx.actor.worker_id)
    recent = Visit.state.in_(("no_show", "no_access", "replaced")) & (Visit.starts_at > ctx.now - timedelta(hours=6))
    return Visit.select().where(mine & recent & (Visit.starts_at <= ctx.now)).order_by(Visit.starts_at.desc()).first()


def current_visit(ctx: Context) -> Visit | None:
    """The visit that the asker means when they name none: as a worker first (到了, 做完了), then as a resident."""
    if ctx.actor.worker_id is not None:
        found = _meant(ctx, Visit.worker_id == ctx.actor.worker_id, MEANT_BY_WORKER)
        if found is not None:
            return found
    return _meant(ctx, Visit.person_id == ctx.actor.id, MEANT_BY_RESIDENT)


def _meant(ctx: Context, mine: Any, states: tuple[str, ...]) -> Visit | None:
    here = (
        (Visit.community_id == ctx.community_id)
        & Visit.state.in_(states)
        & (Visit.starts_at > ctx.now - timedelta(days=14))
    )
    found = list(Visit.select().where(here & mine).order_by(Visit.starts_at))
    return min(found, key=lambda visit: (states.index(visit.state), visit.starts_at), default=None)


def visit_line(ctx: Context, visit: Visit) -> str:
    """One line of a list: when, what, with whom, where; the door only to the worker who goes there (E3)."""
    sides, home = parties_of(visit), Address.find(visit.address_id)
    when = say_range(visit.starts_at, visit.ends_at, ctx.now)
    service = called_service(ctx, visit.service)
    if is_worker_of(ctx, visit):
        where = f"{home.area}{home.building}{home.door or ''}" if home else ""
        return _(
            "%(when)s %(service)s, %(name)s, %(where)s", when=when, service=service, name=sides.resident, where=where
        )
    return _("%(when)s %(service)s, %(name)s", when=when, service=service, name=sides.worker)


def visit_words(ctx: Context, visit: Visit) -> str:
    """Where a visit stands, in plain words."""
    sides = parties_of(visit)
    mine = STATES_FOR_WORKER if is_worker_of(ctx, visit) else {}
    return _(
        mine.get(visit.state, STATES[visit.state]),
        worker=sides.worker,
        resident=sides.resident,
        when=say_when(visit.starts_at, ctx.now),
        since=say_time(visit.checked_in_at or visit.starts_at),
        total=say_payable(visit),
    )


def visit_card(ctx: Context, visit: Visit) -> Card:
    """Where a visit stands, with what this side can do next."""
    if visit.state == "finished" and not is_worker_of(ctx, visit):
        return completion_card(ctx, visit)
    choices = _worker_next(visit) if is_worker_of(ctx, visit) else _resident_next(visit)
    words = visit_words(ctx, visit)
    if visit.state in BEFORE and is_resident_of(ctx, visit):
        words = f"{words}\n{_('Your code for the door: %(code)s.', code=visit.code)}"
    place = place_for_worker(ctx, visit) if is_worker_of(ctx, visit) else ""
    if place:
        words = f"{words}\n{_('Place: %(where)s.', where=place)}"
    return card(words, *choices)


def _worker_next(visit: Visit) -> list[tuple[str, str]]:
    subject = f"visit:{visit.id}"
    cash = (f"{subject}:cash", _("Got it in cash"))
    return {
        "scheduled": [(f"{subject}:set_out", _("I've set out")), (f"{subject}:cant", _("It won't work"))],
        "on_the_way": [(f"{subject}:check_in", _("I'm here")), (f"{subject}:cant", _("It won't work"))],
        "in_service": [(f"{subject}:check_out", _("Done"))],
        "finished": [cash],
        "confirmed": [cash],
    }.get(visit.state, [])


def _resident_next(visit: Visit) -> list[tuple[str, str]]:
    if visit.state == "confirmed":
        return [(f"visit:{visit.id}:cash", _("Paid in cash"))]
    subject = f"request:{visit.request_id}"
    human = ("talk:0:human", _("Find a person to help me"))
    if visit.state in BEFORE:
        return [(f"{subject}:move", _("Another time")), (f"{subject}:cancel", _("Cancel it")), human]
    return [human]
