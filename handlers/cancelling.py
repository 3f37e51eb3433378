"""Cancelling: what it costs is told before; everything that hung on it is taken back, everybody concerned is told (C7)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from handlers.access import access_request
from handlers.context import FRONT, PEOPLE, Context, Refused, use_case
from handlers.deadlines import drop_deadlines
from handlers.lifecycle import advance
from handlers.outbox import take_unsent, tell
from handlers.proposal_ends import drop_proposals
from handlers.series_of import lives_on, series_of
from handlers.substitutes import give_replacement_up
from handlers.team_of import moving, number_of
from handlers.words import _, say_when, say_yuan
from models.requests import Offer, Request
from models.rules.cancel import CancelRule, cancel_rule
from models.rules.lifecycles import AGREEMENT, OFFER, REQUEST, VISIT
from models.visits import Agreement, Visit
from models.workers import BookedSlot, Worker

BEGUN = ("in_service", "finished", "confirmed", "settled")


@dataclass(frozen=True)
class CancelTerms:
    """What cancelling costs now (fen), and the rule in words."""

    fee_fen: int
    free: bool
    words: str


@use_case(*PEOPLE, *FRONT)
def cancel_terms(ctx: Context, request_id: int) -> CancelTerms:
    """What cancelling would cost at this moment, for all who come together; free as long as nothing is agreed."""
    return terms_now(ctx, access_request(ctx, request_id))


def terms_now(ctx: Context, request: Request) -> CancelTerms:
    """The same for a request at hand."""
    places = moving(request) or [request]
    agreed = any(sealed_agreement(place) is not None for place in places)
    rules = [_rule_of(ctx, place) for place in places]
    fee = sum(rule.fee_fen for rule in rules)
    words = _rule_words(ctx, fee, rules[0].free_until, agreed)
    if len(places) > 1:
        words = _("%(words)s It is for all %(n)s who come together.", words=words, n=len(places))
    return CancelTerms(fee, fee == 0, words)


def fee_words(ctx: Context, places: list[Request]) -> str:
    """What giving these places up costs now, in words; they are for the same time."""
    rules = [_rule_of(ctx, place) for place in places]
    agreed = any(sealed_agreement(place) is not None for place in places)
    return _rule_words(ctx, sum(rule.fee_fen for rule in rules), rules[0].free_until, agreed)


def _rule_of(ctx: Context, request: Request) -> CancelRule:
    """What giving this one place up would cost."""
    agreement, rules = sealed_agreement(request), ctx.settings.cancel
    total = int(agreement.terms["price_fen"]) if agreement else 0
    return cancel_rule(total, request.starts_at or ctx.now, ctx.now, rules.free_before_hours, rules.late_fee_percent)


def _rule_words(ctx: Context, fee_fen: int, free_until: datetime, agreed: bool) -> str:
    if not agreed:
        return _("Nothing is agreed yet, so cancelling costs nothing.")
    if fee_fen == 0:
        return _("Cancelling costs nothing until %(until)s.", until=say_when(free_until, ctx.now))
    percent = ctx.settings.cancel.late_fee_percent
    return _(
        "It is close to the visit: cancelling costs %(fee)s (%(percent)s%% of the price).",
        fee=say_yuan(fee_fen),
        percent=percent,
    )


def sealed_agreement(request: Request) -> Agreement | None:
    """The agreement in force, if there is one; of one date of a series it is the agreement of all of them."""
    mine = (Agreement.community_id == request.community_id) & (Agreement.request_id == request.id)
    own: Agreement | None = Agreement.select().where(mine & (Agreement.state == "sealed")).order_by(Agreement.id.desc()).first()
    series = series_of(request) if own is None else None
    return own if series is None else Agreement.pick(id=series.agreement_id, state="sealed")


@use_case(*PEOPLE, *FRONT)
def cancel_request(ctx: Context, request_id: int, *, reason: str = "") -> None:
    """Cancels, for all who come together. The fee that applied at this moment is kept with the event. Refuses once a visit has
    begun (not_now)."""
    request = access_request(ctx, request_id)
    terms = cancel_terms(ctx, request_id)
    for place in moving(request) or [request]:
        cancel_place(ctx, place, reason)
    if ctx.actor.kind != "person" or ctx.actor.id != request.person_id:
        _tell_cancelled(ctx, request, request.person_id, reason, terms.fee_fen)


def cancel_place(ctx: Context, request: Request, reason: str) -> None:
    """One place of it, or all there is: the worker who had taken it hears it; the fee is kept with the event."""
    fee = _rule_of(ctx, request).fee_fen
    worker_id = clear_the_way(ctx, request, reason="cancelled")
    advance(ctx, REQUEST, request, "cancel", reason=reason, data={"fee_fen": fee}, updated_at=ctx.now)
    drop_deadlines(ctx, ("request", request.id), note="cancelled")
    if worker_id is not None:
        _tell_cancelled(ctx, request, Worker.get(Worker.id == worker_id).person_id, reason, fee)


def _tell_cancelled(ctx: Context, request: Request, person_id: int, reason: str, fee_fen: int) -> None:
    tell(
        ctx,
        person_id,
        "request_cancelled",
        about=("request", request.id),
        number=number_of(request) if person_id == request.person_id else request.number,
        service=request.service,
        starts_at=request.starts_at,
        reason=reason,
        fee_fen=fee_fen,
    )


def clear_the_way(ctx: Context, request: Request, reason: str = "") -> int | None:
    """Takes back offers, agreement, visit and booked time of a request; the worker it was agreed with, if there was one.

    Refuses (not_now) when the visit has begun: what is being done, or was done and is not paid, can't be taken back.
    """
    system = ctx.as_system()
    worker_id = _end_visits(ctx, request, reason)
    for offer in _rows(Offer, request, ("open", "countered", "accepted")):
        if offer.state != "accepted":
            tell_withdrawn(ctx, request, offer, why=reason)
        worker_id = worker_id or (offer.worker_id if offer.state == "accepted" else None)
        advance(system, OFFER, offer, "withdraw", reason=reason)
        drop_deadlines(ctx, ("offer", offer.id), note=reason)
    for agreement in _rows(Agreement, request, ("proposed", "sealed")):
        if lives_on(agreement):
            continue
        advance(system, AGREEMENT, agreement, "drop" if agreement.state == "proposed" else "end", reason=reason)
        drop_deadlines(ctx, ("agreement", agreement.id), note=reason)
    free_slots(ctx, f"request:{request.id}")
    drop_proposals(ctx, request, reason)
    give_replacement_up(ctx, request)
    return worker_id


def _rows(model: Any, request: Request, states: tuple[str, ...]) -> list[Any]:
    mine = (model.community_id == request.community_id) & (model.request_id == request.id)
    return list(model.select().where(mine & model.state.in_(states)))


def _end_visits(ctx: Context, request: Request, reason: str) -> int | None:
    worker_id = None
    for visit in _rows(Visit, request, ("scheduled", "on_the_way", *BEGUN)):
        if visit.state in BEGUN:
            raise Refused(
                "not_now",
                _("The visit has begun, so it can't be cancelled or moved. If something is wrong, a colleague helps."),
                state=visit.state,
            )
        advance(ctx, VISIT, visit, "cancel", reason=reason)
        drop_deadlines(ctx, ("visit", visit.id), note=reason)
        free_slots(ctx, f"visit:{visit.id}")
        worker_id = visit.worker_id
    return worker_id


def free_slots(ctx: Context, holder: str) -> None:
    """The worker's time is free again."""
    BookedSlot.delete().where((BookedSlot.community_id == ctx.community_id) & (BookedSlot.holder == holder)).execute()


def tell_withdrawn(ctx: Context, request: Request, offer: Offer, why: str = "taken") -> None:
    """The worker who was asked need not answer any more, and hears why (taken, cancelled, moved, lapsed); kindly (D4).

    Who has not been asked yet, since the message still waits, hears neither.
    """
    if take_unsent(ctx, "job_offer", ("offer", offer.id)):
        return
    _tell_worker(ctx, offer.worker_id, "offer_withdrawn", ("offer", offer.id), number=request.number, why=why)


def tell_moved(ctx: Context, request: Request, worker_id: int, before: datetime) -> None:
    """The worker with whom it was agreed: not then any more, and when the resident would like it instead (C7)."""
    about, new = ("request", request.id), request.starts_at
    key = f"request_moved:{request.id}:{request.version}"
    _tell_worker(
        ctx, worker_id, "request_moved", about, key=key, number=request.number, starts_at=before, new_starts_at=new
    )


def tell_lapsed(ctx: Context, request: Request, worker_id: int) -> None:
    """The worker who had taken it: its time has come without both confirming, so they need not go."""
    about, at = ("request", request.id), request.starts_at
    _tell_worker(ctx, worker_id, "request_lapsed_worker", about, number=request.number, starts_at=at)


def _tell_worker(ctx: Context, worker_id: int, notice: str, about: tuple[str, int], **values: Any) -> None:
    tell(ctx, Worker.get(Worker.id == worker_id).person_id, notice, about=about, **values)
