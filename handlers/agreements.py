"""What both sides confirm, word for word, sealed so that a changed word is seen (E2)."""

import secrets
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from handlers.access import access_agreement
from handlers.alerts import raise_alert
from handlers.cancelling import free_slots
from handlers.catalogue import rules_text, task_names
from handlers.clock import local
from handlers.context import FRONT, PEOPLE, Context, Refused, use_case
from handlers.deadlines import drop_deadlines, on_due, set_deadline
from handlers.lifecycle import advance, record
from handlers.notices import agreements as _declared  # noqa: F401 (declares what is told here)
from handlers.outbox import tell
from handlers.parties import is_worker_of, parties_of
from handlers.replacing import look_again, withdraw_accepted, without_worker
from handlers.series_making import begin_series
from handlers.series_words import repeats_in
from handlers.substitutes import begin_replacement
from handlers.visit_clocks import reminders_ahead
from handlers.visits import schedule_visit
from handlers.words import _, paper_yuan, say_minutes, say_time
from models.clocks import Deadline
from models.requests import Offer, Request
from models.rules.lifecycles import AGREEMENT, REQUEST
from models.rules.sealing import fits, seal
from models.visits import Agreement


@dataclass(frozen=True)
class AgreementView:
    """An agreement as a party reads it under its secret address."""

    number: str
    state: str
    title: str
    text: str
    terms: dict[str, Any]
    resident_at: datetime | None
    worker_at: datetime | None
    seal: str
    whole: bool


@use_case("system")
def propose_agreement(ctx: Context, *, request: Request, offer: Offer) -> Agreement:
    """Puts the terms of an accepted offer before both sides; each confirms or declines within agreements.expire_hours."""
    text = rules_text(ctx, "agreement", "simple", ctx.settings.agreements.text_version)
    terms = {**offer.terms, "number": request.number}
    made = Agreement.create(
        community_id=ctx.community_id,
        state=AGREEMENT.first,
        request_id=request.id,
        person_id=request.person_id,
        worker_id=offer.worker_id,
        number=request.number,
        terms=terms,
        text_code=text.code,
        text_version=text.version,
        text=fill_text(ctx, text.body["text"], terms),
        secret=secrets.token_urlsafe(18),
        expires_at=_expires(ctx, terms),
        created_at=ctx.now,
    )
    record(ctx, "agreement", made.id, "propose", "", made.state, data={"offer": offer.id})
    _set_clocks(ctx, made)
    _tell_both(ctx, made, "agreement_ready")
    return made


def _expires(ctx: Context, terms: dict[str, Any]) -> datetime:
    """Not after the beginning of the visit itself."""
    limit = ctx.now + timedelta(hours=ctx.settings.agreements.expire_hours)
    return min(limit, max(datetime.fromisoformat(terms["starts_at"]), ctx.now + timedelta(minutes=10)))


def _set_clocks(ctx: Context, agreement: Agreement) -> None:
    about = ("agreement", agreement.id)
    set_deadline(ctx, "agreement_reminder", about, ctx.now + (agreement.expires_at - ctx.now) / 2)
    set_deadline(ctx, "agreement_expiry", about, agreement.expires_at)


def fill_text(ctx: Context, text: str, terms: dict[str, Any]) -> str:
    """The agreement's text with its {places} filled; a place that nobody knows stays empty rather than break it."""
    return text.format_map(defaultdict(str, _places(ctx, terms)))


def _places(ctx: Context, terms: dict[str, Any]) -> dict[str, str]:
    start = local(datetime.fromisoformat(terms["starts_at"]))
    again = repeats_in(terms)
    when = f"{start.year}年{start.month}月{start.day}日{say_time(start)}" + (_(", from then on %(rule)s", rule=again) if again else "")
    lines = [_line_words(line) for line in terms["lines"]]
    here, rules = ctx.settings.community, ctx.settings.cancel
    named = task_names()
    tasks = "、".join(str(named.get(task, task)) for task in terms.get("tasks", []))
    return {
        "number": terms["number"],
        "resident": terms["resident"],
        "worker": terms["worker"],
        "service": terms["service_name"],
        "service_name": terms["service_name"],
        "when": when,
        "starts_at": when,
        "minutes": say_minutes(terms["minutes"]),
        "length": say_minutes(terms["minutes"]),
        "duration": say_minutes(terms["minutes"]),
        "people": str(terms.get("people", 1)),
        "tasks": tasks or _("as on the list of this service"),
        "price": paper_yuan(terms["price_fen"]),
        "lines": "；".join(lines),
        "area": terms.get("area", ""),
        "building": terms.get("building", ""),
        "place": f"{terms.get('area', '')}{terms.get('building', '')}",
        "community": here.name,
        "phone": here.phone,
        "free_hours": str(rules.free_before_hours),
        "late_percent": str(rules.late_fee_percent),
    }


def _line_words(line: dict[str, Any]) -> str:
    why = f"（{line['why']}）" if line.get("why") else ""
    return f"{line['words']}{why}{paper_yuan(line['amount_fen'])}"


def link_of(ctx: Context, agreement: Agreement) -> str:
    """The secret address under which a party can read it again."""
    return f"{ctx.settings.web.base_url.rstrip('/')}/agreements/{agreement.secret}"


def _tell_both(ctx: Context, agreement: Agreement, notice: str, **values: Any) -> None:
    sides = parties_of(agreement)
    for person_id, side in ((sides.resident_id, "resident"), (sides.worker_person_id, "worker")):
        tell_side(ctx, agreement, person_id, notice, side=side, **values)


def tell_side(ctx: Context, agreement: Agreement, person_id: int, notice: str, *, side: str, **values: Any) -> None:
    """One notice about an agreement to one side, with its terms; `key` among the values makes it one of its kind."""
    tell(
        ctx.as_system(),
        person_id,
        notice,
        about=("agreement", agreement.id),
        key=f"{notice}:agreement:{agreement.id}:{side}",
        agreement_id=agreement.id,
        side=side,
        link=link_of(ctx, agreement),
        **{**agreement.terms, **values},
    )


@use_case(*PEOPLE, *FRONT)
def confirm_agreement(ctx: Context, agreement_id: int) -> Agreement:
    """One side says yes; when both have, it is sealed and the visit stands in the calendar (E2).

    Staff confirm for the resident who said so on the phone. The same side again changes nothing. Refuses not_now when it
    ran out or was declined.
    """
    agreement = access_agreement(ctx, agreement_id)
    side = "worker_at" if is_worker_of(ctx, agreement) else "resident_at"
    if agreement.state == "sealed" or (agreement.state == "proposed" and getattr(agreement, side) is not None):
        return agreement
    signed: dict[str, Any] = {side: ctx.now}
    advance(ctx, AGREEMENT, agreement, "confirm", data={"side": side}, **signed)
    if agreement.resident_at is not None and agreement.worker_at is not None:
        _seal(ctx, agreement)
    return agreement


def _seal(ctx: Context, agreement: Agreement) -> None:
    """Both have confirmed: request agreed and scheduled, the visit made, both told, the clocks stopped."""
    advance(ctx, AGREEMENT, agreement, "seal", seal=seal(agreement.terms, agreement.text))
    drop_deadlines(ctx, ("agreement", agreement.id), note="sealed")
    request = Request.get(Request.id == agreement.request_id)
    advance(ctx.as_system(), REQUEST, request, "agree", updated_at=ctx.now)
    advance(ctx.as_system(), REQUEST, request, "schedule", updated_at=ctx.now)
    visit = schedule_visit(ctx.as_system(), agreement=agreement)
    ahead = reminders_ahead(ctx, visit)
    _tell_both(ctx, agreement, "booking_confirmed", visit_id=visit.id, reminders=ahead)
    begin_series(ctx.as_system(), request, agreement)


@use_case(*PEOPLE, *FRONT)
def decline_agreement(ctx: Context, agreement_id: int, *, reason: str = "") -> Agreement:
    """One side says no: nothing is signed, the worker's time is free again, the search goes on, the other side is told."""
    agreement = access_agreement(ctx, agreement_id)
    by_worker = is_worker_of(ctx, agreement)
    sides = parties_of(agreement)
    _drop(ctx, agreement, reason or "declined")
    if by_worker:
        begin_replacement(ctx, Request.get(Request.id == agreement.request_id), agreement.worker_id, "drop")
    other = (sides.resident_id, "resident") if by_worker else (sides.worker_person_id, "worker")
    tell_side(ctx, agreement, other[0], "agreement_declined", side=other[1])
    _search_on(ctx, agreement)
    return agreement


def _drop(ctx: Context, agreement: Agreement, reason: str) -> None:
    advance(ctx, AGREEMENT, agreement, "drop", reason=reason)
    drop_deadlines(ctx, ("agreement", agreement.id), note=reason)
    free_slots(ctx, f"request:{agreement.request_id}")
    withdraw_accepted(ctx, agreement.request_id, reason)


def _search_on(ctx: Context, agreement: Agreement) -> None:
    """Back to matching, without the worker with whom it came to nothing."""
    request = Request.get(Request.id == agreement.request_id)
    wishes = without_worker(request, agreement.worker_id)
    advance(ctx.as_system(), REQUEST, request, "run_out", wishes=wishes, updated_at=ctx.now)
    look_again(ctx, request)


@on_due("agreement_reminder", useful_for=timedelta(hours=6))
def _remind(ctx: Context, row: Deadline) -> None:
    """Half of the time is over: whoever has not answered is asked once more."""
    agreement = Agreement.find(row.subject_id)
    if agreement is None or agreement.state != "proposed":
        return
    sides = parties_of(agreement)
    if agreement.resident_at is None:
        tell_side(ctx, agreement, sides.resident_id, "agreement_reminder", side="resident")
    if agreement.worker_at is None:
        tell_side(ctx, agreement, sides.worker_person_id, "agreement_reminder", side="worker")


@on_due("agreement_expiry", useful_for=timedelta(days=7))
def _expire(ctx: Context, row: Deadline) -> None:
    """Not confirmed by both in time: back to matching, both told, a coordinator alerted (E2)."""
    agreement = Agreement.find(row.subject_id)
    if agreement is None or agreement.state != "proposed":
        return
    _drop(ctx, agreement, "ran out")
    _tell_both(ctx, agreement, "agreement_lapsed")
    words = _("%(number)s: not both have confirmed in time. The search goes on.", number=agreement.number)
    raise_alert(ctx, "agreement_lapsed", words, about=("agreement", agreement.id))
    _search_on(ctx, agreement)


def read_agreement(secret: str) -> AgreementView:
    """An agreement under its secret address, with a check of its seal; `whole` is False when a word was changed.

    Refuses not_found. Whoever has the address is a party.
    """
    found = Agreement.get_or_none(Agreement.secret == secret)
    if found is None:
        raise Refused("not_found", _("There is no agreement under this address."), status=404)
    whole = found.seal is None or fits(found.seal, found.terms, found.text)
    title = _("Agreement %(number)s", number=found.number)
    return AgreementView(
        found.number,
        found.state,
        title,
        found.text,
        found.terms,
        found.resident_at,
        found.worker_at,
        found.seal or "",
        whole,
    )


@use_case(*PEOPLE)
def list_my_agreements(ctx: Context) -> list[Agreement]:
    """Agreements to which the asker is a party, newest first."""
    mine = Agreement.person_id == ctx.actor.id
    if ctx.actor.worker_id is not None:
        mine |= Agreement.worker_id == ctx.actor.worker_id
    return list(
        Agreement.select().where((Agreement.community_id == ctx.community_id) & mine).order_by(Agreement.id.desc())
    )
