"""可以接,但是…: another time, price or length for a job, put before the resident, who agrees or not (E1)."""

from datetime import datetime, timedelta
from typing import Any

from handlers.accepting import accept, answerable, busy, count_answer, go_on, slots_for
from handlers.context import Context, Refused, transaction, use_case
from handlers.deadlines import drop_deadlines, set_deadline
from handlers.drafts import check_aware
from handlers.lifecycle import advance
from handlers.offering import own_price
from handlers.outbox import tell
from handlers.quotes import allowed_range, lines_in_words, quote_request
from handlers.team_of import mates_of
from handlers.words import _, say_yuan
from models.requests import Offer, Request
from models.rules.lifecycles import OFFER
from models.workers import BookedSlot, Worker


@use_case("worker")
def counter_offer(
    ctx: Context,
    offer_id: int,
    *,
    starts_at: datetime | None = None,
    price_fen: int | None = None,
    minutes: int | None = None,
) -> None:
    """可以接,但是…: another time, price (fen) or length, put before the resident (E1). Another length alone is priced anew.

    Refuses: out_of_range (outside the public prices), too_many_rounds, too_soon, busy, together (another time, where several come
    at once), and what accept_offer refuses.
    """
    offer = answerable(ctx, offer_id, ("worker",))
    if offer.round >= ctx.settings.offers.counter_rounds:
        raise Refused("too_many_rounds", _("It has gone back and forth often enough. A colleague helps you both."))
    request = Request.get(Request.id == offer.request_id)
    _check(ctx, request, starts_at, price_fen, minutes)
    terms = _changed(ctx, request, offer, starts_at, price_fen, minutes)
    _check_free(ctx, offer, terms)
    count_answer(offer)
    expires = ctx.now + timedelta(minutes=ctx.settings.offers.expire_minutes)
    advance(ctx, OFFER, offer, "counter", terms=terms, turn="resident", round=offer.round + 1, expires_at=expires)
    set_deadline(ctx, "offer_expiry", ("offer", offer.id), expires)
    tell(
        ctx.as_system(),
        request.person_id,
        "counter_offer",
        about=("offer", offer.id),
        key=f"counter:{offer.id}:{offer.round}",
        expires_at=expires,
        offer_id=offer.id,
        until=expires,
        **terms,
    )


def _check(ctx: Context, request: Request, at: datetime | None, price_fen: int | None, minutes: int | None) -> None:
    if at is not None:
        check_aware(at)
        if at <= ctx.now:
            raise Refused("too_soon", _("That time is past. Which other time suits you?"))
        if mates_of(request) and at != request.starts_at:
            raise Refused("together", _("You would come together with others, so the time can't be another. The price can."))
    if price_fen is None:
        return
    low, high = allowed_range(ctx, request, minutes)
    if not low <= price_fen <= high:
        raise Refused(
            "out_of_range",
            _(
                "The public price for this is %(low)s to %(high)s. Please say an amount in between.",
                low=say_yuan(low),
                high=say_yuan(high),
            ),
        )


def _check_free(ctx: Context, offer: Offer, terms: dict[str, Any]) -> None:
    """A time at which they have another job is not put before the resident."""
    mine = (BookedSlot.community_id == ctx.community_id) & (BookedSlot.worker_id == offer.worker_id)
    if BookedSlot.select().where(mine & BookedSlot.slot.in_(slots_for(ctx, terms))).exists():
        raise busy()


def _changed(
    ctx: Context,
    request: Request,
    offer: Offer,
    starts_at: datetime | None,
    price_fen: int | None,
    minutes: int | None,
) -> dict[str, Any]:
    """New terms; a new price becomes one line, so that the sum stays the sum of its lines."""
    new = dict(offer.terms)
    if starts_at is not None:
        new["starts_at"] = starts_at.isoformat()
    if minutes is not None and price_fen is None:
        found = quote_request(ctx, request, own_price(ctx, request, offer.worker_id), minutes)
        new.update(price_fen=found.total_fen, lines=lines_in_words(ctx, request, found))
    if minutes is not None:
        new["minutes"] = minutes
    if price_fen is not None:
        line = {"code": "agreed", "unit": "visit", "amount_fen": price_fen, "words": new["service_name"]}
        new.update(price_fen=price_fen, lines=[{**line, "why": _("agreed by both")}])
    return new


@use_case("resident")
def answer_counter(ctx: Context, offer_id: int, *, accept: bool) -> bool:
    """The resident's word on the worker's condition: agreed, or the next one is asked.

    False after a yes: the worker has been booked elsewhere meanwhile, and the next one is being asked.
    """
    offer = answerable(ctx, offer_id, ("resident",))
    if not accept:
        _refuse(ctx, offer, "the resident did not agree")
        go_on(ctx, offer)
        return True
    try:
        with transaction():
            _agree(ctx, offer)
    except Refused as refused:
        if refused.code != "busy":
            raise
        _refuse(ctx, Offer.get(Offer.id == offer.id), "booked elsewhere meanwhile")
        go_on(ctx, offer)
        return False
    return True


def _agree(ctx: Context, offer: Offer) -> None:
    request = Request.get(Request.id == offer.request_id)
    when = datetime.fromisoformat(offer.terms["starts_at"])
    request.change(starts_at=when, minutes=int(offer.terms["minutes"]), updated_at=ctx.now)
    set_deadline(ctx, "request_lapsed", ("request", request.id), when)
    accept(ctx, offer)


def _refuse(ctx: Context, offer: Offer, reason: str) -> None:
    advance(ctx, OFFER, offer, "decline", reason=reason, answered_at=ctx.now)
    drop_deadlines(ctx, ("offer", offer.id), note="declined")
    tell_refused(ctx, offer)


def tell_refused(ctx: Context, offer: Offer) -> None:
    """The worker hears kindly that their condition did not come to anything."""
    worker = Worker.get(Worker.id == offer.worker_id)
    tell(ctx.as_system(), worker.person_id, "counter_refused", about=("offer", offer.id), number=offer.terms["number"])
