"""A worker's answer to an offer: the first acceptance wins, exactly one; nobody is booked twice (D4, E1)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from peewee import IntegrityError

from handlers.access import access_offer
from handlers.agreements import propose_agreement
from handlers.cancelling import tell_withdrawn
from handlers.cards import Card
from handlers.context import FRONT, PEOPLE, Context, Refused, transaction, use_case
from handlers.deadlines import drop_deadlines, on_due, set_deadline
from handlers.lifecycle import advance
from handlers.notices import NOTICES, Telling
from handlers.notices import offers as _notices
from handlers.offering import ask_next, make_one_offer, open_offers
from handlers.outbox import tell
from handlers.quotes import allowed_range
from handlers.words import _, say_yuan
from models.clocks import Deadline
from models.requests import Offer, Request
from models.rules.lifecycles import OFFER, REQUEST
from models.rules.slots import slots_of
from models.workers import BookedSlot, Worker

assert _notices.__name__
LIVE = ("open", "countered")


@dataclass(frozen=True)
class OfferView:
    """An offer as its worker (or the resident) sees it."""

    id: int
    number: str
    state: str
    turn: str
    service_name: str
    starts_at: datetime
    minutes: int
    price_fen: int
    expires_at: datetime
    card: Card


def view_of(ctx: Context, offer: Offer) -> OfferView:
    """The view, with the card that was sent."""
    t = offer.terms
    values = {**t, "offer_id": offer.id, "until": offer.expires_at.isoformat()}
    card = NOTICES["job_offer"].words(Telling(values, t["worker"], ctx.now))
    when = datetime.fromisoformat(t["starts_at"])
    return OfferView(
        offer.id,
        t["number"],
        offer.state,
        offer.turn,
        t["service_name"],
        when,
        t["minutes"],
        t["price_fen"],
        offer.expires_at,
        card,
    )


@use_case(*PEOPLE, *FRONT)
def find_offer(ctx: Context, offer_id: int) -> OfferView:
    """One's own offer."""
    return view_of(ctx, access_offer(ctx, offer_id))


@use_case("worker")
def list_my_offers(ctx: Context) -> list[OfferView]:
    """Offers that wait for this worker's answer, the most urgent first."""
    mine = (Offer.community_id == ctx.community_id) & (Offer.worker_id == ctx.actor.worker_id)
    waiting = (Offer.state.in_(LIVE)) & (Offer.turn == "worker") & (Offer.expires_at > ctx.now)
    return [view_of(ctx, o) for o in Offer.select().where(mine & waiting).order_by(Offer.expires_at)]


@use_case("coordinator", "admin")
def make_offer(ctx: Context, request_id: int, *, worker_id: int) -> Offer:
    """A coordinator asks a worker; whoever is being asked at the moment is told kindly that it is off."""
    request = Request.get_or_none(Request.id == request_id, Request.community_id == ctx.community_id)
    if request is None or request.state not in ("approved", "matching", "offered"):
        raise Refused("not_now", _("That one is settled already, nobody needs to be chosen any more."))
    for offer in open_offers(request):
        advance(ctx.as_system(), OFFER, offer, "withdraw", reason="somebody else was asked")
        drop_deadlines(ctx, ("offer", offer.id))
        tell_withdrawn(ctx, request, offer)
    return make_one_offer(ctx, request, worker_id)


def _answerable(ctx: Context, offer_id: int, turn: str) -> Offer:
    offer = access_offer(ctx, offer_id)
    if offer.state == "accepted" and offer.worker_id == ctx.actor.worker_id:
        raise Refused("yours_already", _("You have this one already."))
    if offer.state not in LIVE:
        raise Refused("gone", _("This one is no longer open. Thank you all the same; it doesn't count against you."))
    if offer.expires_at <= ctx.now:
        raise Refused(
            "expired", _("The time to answer is over, somebody else is being asked. It doesn't count against you.")
        )
    if offer.turn != turn:
        raise Refused("not_your_turn", _("The other side is thinking about it. You hear from me."))
    return offer


@use_case("worker")
def accept_offer(ctx: Context, offer_id: int) -> None:
    """接. Exactly one worker gets a job, and a worker has one job at a time: both are refused by the database itself.

    Refuses: gone, expired, yours_already, not_your_turn, busy (the time is booked by another job).
    """
    offer = _answerable(ctx, offer_id, "worker")
    _accept(ctx, offer)


def _accept(ctx: Context, offer: Offer) -> None:
    request = Request.get(Request.id == offer.request_id)
    if request.state != "offered":
        raise Refused("gone", _("This one is no longer open. Thank you all the same; it doesn't count against you."))
    _book(ctx, offer)
    advance(ctx, OFFER, offer, "accept", answered_at=ctx.now)
    advance(ctx.as_system(), REQUEST, request, "accept", data={"offer": offer.id})
    drop_deadlines(ctx, ("offer", offer.id), note="accepted")
    Worker.update(offers_answered=Worker.offers_answered + 1).where(Worker.id == offer.worker_id).execute()
    _others_out(ctx, request)
    propose_agreement(ctx.as_system(), request=request, offer=offer)


def _book(ctx: Context, offer: Offer) -> None:
    """The worker's quarters of an hour; a unique key refuses the second taker of any of them."""
    start = datetime.fromisoformat(offer.terms["starts_at"])
    end = start + timedelta(minutes=int(offer.terms["minutes"]))
    slots = slots_of(start, end, ctx.settings.matching.buffer_min)
    holder = f"request:{offer.request_id}"
    rows = [
        {"community_id": ctx.community_id, "worker_id": offer.worker_id, "slot": slot, "holder": holder}
        for slot in slots
    ]
    try:
        with transaction():
            BookedSlot.insert_many(rows).execute()
    except IntegrityError:
        raise Refused("busy", _("You have another job at that time. Look at 我的活, or decline this one.")) from None


def _others_out(ctx: Context, request: Request) -> None:
    for other in open_offers(request):
        advance(ctx.as_system(), OFFER, other, "withdraw", reason="taken by another")
        drop_deadlines(ctx, ("offer", other.id), note="taken by another")
        tell_withdrawn(ctx, request, other)


@use_case("worker")
def decline_offer(ctx: Context, offer_id: int, *, reason: str | None = None) -> None:
    """去不了: costs nothing; the next one is asked."""
    offer = _answerable(ctx, offer_id, "worker")
    advance(ctx, OFFER, offer, "decline", reason=reason, decline_reason=reason, answered_at=ctx.now)
    drop_deadlines(ctx, ("offer", offer.id), note="declined")
    Worker.update(offers_answered=Worker.offers_answered + 1).where(Worker.id == offer.worker_id).execute()
    _go_on(ctx, offer, "declined")


def _go_on(ctx: Context, offer: Offer, why: str) -> None:
    """Nobody has taken it by this offer: the next one, unless others are still thinking."""
    request = Request.get(Request.id == offer.request_id)
    if request.state != "offered" or open_offers(request):
        return
    if ask_next(ctx.as_system(), request):
        tell(
            ctx.as_system(),
            request.person_id,
            "asking_next",
            about=("request", request.id),
            key=f"asking_next:{offer.id}",
            number=request.number,
            worker=offer.terms["worker"],
            why=why,
        )


@on_due("offer_expiry", useful_for=timedelta(days=2))
def _expire(ctx: Context, row: Deadline) -> None:
    offer = Offer.find(row.subject_id)
    if offer is None or offer.state not in LIVE:
        return
    advance(ctx, OFFER, offer, "expire", reason="no answer")
    _go_on(ctx, offer, "expired")


@use_case("worker")
def counter_offer(
    ctx: Context,
    offer_id: int,
    *,
    starts_at: datetime | None = None,
    price_fen: int | None = None,
    minutes: int | None = None,
) -> None:
    """可以接,但是…: another time, price or length, put before the resident (E1).

    Refuses: out_of_range (outside the public prices), too_many_rounds, too_soon, and what accept_offer refuses.
    """
    offer = _answerable(ctx, offer_id, "worker")
    if offer.round >= ctx.settings.offers.counter_rounds:
        raise Refused("too_many_rounds", _("It has gone back and forth often enough. A colleague helps you both."))
    request = Request.get(Request.id == offer.request_id)
    _check_price(ctx, request, price_fen)
    if starts_at is not None and starts_at <= ctx.now:
        raise Refused("too_soon", _("That time is past. Which other time suits you?"))
    terms = _changed(offer.terms, starts_at, price_fen, minutes)
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


def _check_price(ctx: Context, request: Request, price_fen: int | None) -> None:
    if price_fen is None:
        return
    low, high = allowed_range(ctx, request)
    if not low <= price_fen <= high:
        raise Refused(
            "out_of_range",
            _(
                "The public price for this is %(low)s to %(high)s. Please say an amount in between.",
                low=say_yuan(low),
                high=say_yuan(high),
            ),
        )


def _changed(
    terms: dict[str, Any], starts_at: datetime | None, price_fen: int | None, minutes: int | None
) -> dict[str, Any]:
    """New terms; a new price becomes one line, so that the sum stays the sum of its lines."""
    new = dict(terms)
    if starts_at is not None:
        new["starts_at"] = starts_at.isoformat()
    if minutes is not None:
        new["minutes"] = minutes
    if price_fen is not None:
        line = {
            "code": "agreed",
            "unit": "visit",
            "amount_fen": price_fen,
            "words": terms["service_name"],
            "why": _("agreed by both"),
        }
        new.update(price_fen=price_fen, lines=[line])
    return new


@use_case("resident")
def answer_counter(ctx: Context, offer_id: int, *, accept: bool) -> None:
    """The resident's word on the worker's condition: agreed, or the next one is asked."""
    offer = _answerable(ctx, offer_id, "resident")
    if accept:
        request = Request.get(Request.id == offer.request_id)
        when = datetime.fromisoformat(offer.terms["starts_at"])
        request.change(starts_at=when, minutes=int(offer.terms["minutes"]), updated_at=ctx.now)
        _accept(ctx, offer)
        return
    advance(ctx, OFFER, offer, "decline", reason="the resident did not agree", answered_at=ctx.now)
    drop_deadlines(ctx, ("offer", offer.id), note="declined")
    worker = Worker.get(Worker.id == offer.worker_id)
    tell(ctx.as_system(), worker.person_id, "counter_refused", about=("offer", offer.id), number=offer.terms["number"])
    _go_on(ctx, offer, "declined")


def open_offer(ctx: Context) -> OfferView | None:
    """The only offer that waits for this worker, if it is just one."""
    mine = list_my_offers(ctx)
    return mine[0] if len(mine) == 1 else None
