"""The coordinator's look at a request: approve, reject with a reason, ask back; and requests entered for a resident (C1, C4)."""

from datetime import timedelta
from typing import Any

from handlers.access import access_person, access_request
from handlers.alerts import withdraw_alerts
from handlers.catalogue import find_service, service_name
from handlers.context import DESK, Context, Refused, use_case
from handlers.deadlines import drop_deadlines, set_deadline
from handlers.lifecycle import advance, list_events, record
from handlers.outbox import hold_back, take_back, tell
from handlers.people import keep_address
from handlers.requests import approved, save_draft, submit_request
from handlers.teams import dissolve_team
from handlers.words import _
from models.crypto import blind_index
from models.people import Address, Person
from models.requests import Request
from models.rules.lifecycles import REQUEST


@use_case(*DESK)
def approve_request(ctx: Context, request_id: int) -> None:
    """通过: the resident is told and gets the best workers to choose from. Refuses what is decided already (not_now).

    The telling waits for as long as it can be taken back.
    """
    approved(ctx, access_request(ctx, request_id))
    hold_back(ctx, ("request", request_id))


@use_case(*DESK)
def take_approval_back(ctx: Context, request_id: int) -> None:
    """撤回: it waits for its review again, and nobody was told. Refuses once the telling has begun (not_now)."""
    request = access_request(ctx, request_id)
    since = ctx.now - timedelta(seconds=ctx.settings.messages.undo_s)
    passed = [e for e in list_events(ctx, "request", request.id) if e.verb == "approve"][-1:]
    fresh = bool(passed) and passed[0].actor_id == ctx.actor.id and passed[0].at >= since
    if not fresh or not take_back(ctx, ("request", request.id), passed[0].at):
        raise Refused("not_now", _("That can't be taken back any more."))
    dissolve_team(ctx, request)
    advance(ctx, REQUEST, request, "take_back", reviewed_by=None, loosened={})
    drop_deadlines(ctx, ("request", request.id), "wider_unanswered", note="the approval was taken back")
    set_deadline(ctx, "review_due", ("request", request.id), request.review_due_at)
    withdraw_alerts(ctx, ("request", request.id), passed[0].at)


@use_case(*DESK)
def reject_request(ctx: Context, request_id: int, *, reason: str) -> None:
    """不通过, with a reason that the resident gets word for word. Refuses without one (reason_needed)."""
    if not reason.strip():
        raise Refused("reason_needed", _("Please write the reason; the resident gets it word for word."))
    request = access_request(ctx, request_id)
    advance(ctx, REQUEST, request, "reject", reason=reason, reject_reason=reason[:300], reviewed_by=ctx.actor.id)
    drop_deadlines(ctx, ("request", request.id), note="rejected")
    _tell(ctx, request, "request_rejected", reason=reason[:300])


@use_case(*DESK)
def ask_back(ctx: Context, request_id: int, *, question: str) -> None:
    """问一句: the question reaches the resident in the chat; the clock stops until they answer. Refuses an empty one."""
    if not question.strip():
        raise Refused("question_needed", _("Please write what you want to know."))
    request = access_request(ctx, request_id)
    advance(ctx, REQUEST, request, "ask", reason=question[:300], question=question[:300])
    drop_deadlines(ctx, ("request", request.id), "review_due", note="the resident was asked")
    _tell(ctx, request, "request_question", key=f"question:{request.id}:{request.version}", question=question[:300])


def _tell(ctx: Context, request: Request, notice: str, **values: Any) -> None:
    name = service_name(find_service(ctx, request.service))
    more = {"number": request.number, "service_name": name, "starts_at": request.starts_at, "request_id": request.id}
    tell(ctx.as_system(), request.person_id, notice, about=("request", request.id), **more, **values)


@use_case(*DESK, "consultant")
def register_request(
    ctx: Context,
    *,
    address: str,
    words: str,
    service: str,
    starts_at: Any,
    phone: str = "",
    called: str = "",
    person_id: int | None = None,
    **more: Any,
) -> Request:
    """A request taken at the station, at the door or on the phone; the same clocks and messages as from the chat (C1).

    Who is known, by the phone number or because their file is open, keeps their file, and their address if none is said.
    The same for the same time is there already, however often it is sent. Refuses a number that is none (bad_phone).
    """
    person = access_person(ctx, person_id) if person_id is not None else _person_by_phone(ctx, phone, called)
    same = _entered_already(ctx, person, service, starts_at)
    if same is not None:
        return same
    home = _home_of(ctx, person) if not address.strip() else keep_address(ctx, person.id, address, None, None)
    fields = {"service": service, "starts_at": starts_at, "address_id": home.id, "words": words, "channel": "desk"}
    draft = save_draft(ctx, None, person_id=person.id, **fields, **more)
    return submit_request(ctx, draft.id)


def _home_of(ctx: Context, person: Person) -> Address:
    mine = (Address.community_id == ctx.community_id) & (Address.person_id == person.id)
    home = Address.select().where(mine).order_by(Address.is_default.desc(), Address.used_at.desc()).first()
    if home is None:
        raise Refused("address_unclear", _("Please write building and room."))
    return home


def _entered_already(ctx: Context, person: Person, service: str, starts_at: Any) -> Request | None:
    mine = (Request.community_id == ctx.community_id) & (Request.person_id == person.id) & (Request.channel == "desk")
    same = mine & (Request.service == service) & (Request.starts_at == starts_at)
    return Request.select().where(same & Request.state.not_in(("draft", "cancelled", "rejected", "expired"))).first()


def _person_by_phone(ctx: Context, phone: str, called: str) -> Person:
    digits = "".join(c for c in phone if c.isdigit())
    if len(digits) != 11 or not digits.startswith("1"):
        raise Refused("bad_phone", _("Please write a mobile number of 11 digits."))
    index = blind_index(digits)
    known = Person.get_or_none(Person.community_id == ctx.community_id, Person.phone_index == index)
    if known is not None:
        return known
    made = Person.create(
        community_id=ctx.community_id, called=called.strip()[:20], phone=digits, phone_index=index, created_at=ctx.now
    )
    record(ctx, "person", made.id, "registered")
    return made
