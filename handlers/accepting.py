"""The moment of acceptance: exactly one worker gets a job, and nobody is booked twice (D4)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from peewee import IntegrityError

from handlers.access import access_offer
from handlers.agreements import propose_agreement
from handlers.cancelling import tell_withdrawn
from handlers.context import Context, Refused, transaction
from handlers.deadlines import drop_deadlines
from handlers.lifecycle import advance
from handlers.matching import ask_for_place
from handlers.offering import ask_next, open_offers
from handlers.outbox import tell
from handlers.recommending import keep_substitutes, left_to_choose
from handlers.team_of import OPEN, is_found, mates_of
from handlers.words import _
from models.requests import Offer, Request
from models.rules.lifecycles import OFFER, REQUEST
from models.rules.slots import slots_of
from models.workers import BookedSlot, Worker

LIVE = ("open", "countered")


def answerable(ctx: Context, offer_id: int, turns: Sequence[str]) -> Offer:
    """An offer that the asker may answer now: still open, in time, and one of `turns` has the word.

    Refuses: yours_already, gone, expired, not_your_turn.
    """
    offer = access_offer(ctx, offer_id)
    if offer.state == "accepted" and offer.worker_id == ctx.actor.worker_id:
        raise Refused("yours_already", _("You have this one already."))
    if offer.state == "expired" or (offer.state in LIVE and offer.expires_at <= ctx.now):
        raise Refused("expired", _too_late(ctx, offer))
    if offer.state not in LIVE:
        raise _gone(ctx, offer)
    if offer.turn not in turns:
        raise Refused("not_your_turn", _("The other side is thinking about it. You hear from me."))
    return offer


def _gone(ctx: Context, offer: Offer) -> Refused:
    """Somebody else has it, or it is off; what comes next is said."""
    if offer.worker_id != ctx.actor.worker_id:
        return Refused("gone", _("That one is no longer open. You can ask me any time where it stands."))
    if _taken(offer):
        words = _("Somebody else was quicker with this one. Thank you all the same; it doesn't count against you. I'll ask you again.")
    else:
        words = _("This one is off. Thank you all the same; it doesn't count against you. I'll ask you about the next one.")
    return Refused("gone", words)


def _taken(offer: Offer) -> bool:
    """Whether another worker has the job."""
    mine = (Offer.community_id == offer.community_id) & (Offer.request_id == offer.request_id)
    return bool(Offer.select().where(mine & (Offer.state == "accepted")).exists())


def _too_late(ctx: Context, offer: Offer) -> str:
    if offer.worker_id != ctx.actor.worker_id:
        return _("The time to answer is over, somebody else is being asked. You hear from me.")
    return _(
        "The time to answer is over, somebody else is being asked. It doesn't count against you. I'll ask you about the next one."
    )


def accept(ctx: Context, offer: Offer) -> None:
    """The job is this worker's: time booked, the others told kindly, the terms put before both. One transaction.

    Refuses: gone (somebody was quicker), busy (the worker's time is booked by another job).
    """
    request = Request.get(Request.id == offer.request_id)
    if request.state != "offered":
        raise _gone(ctx, offer)
    _book(ctx, offer)
    advance(ctx, OFFER, offer, "accept", answered_at=ctx.now)
    advance(ctx.as_system(), REQUEST, request, "accept", data={"offer": offer.id})
    drop_deadlines(ctx, ("offer", offer.id), note="accepted")
    count_answer(offer)
    _others_out(ctx, request)
    keep_substitutes(ctx, request, offer.worker_id)
    propose_agreement(ctx.as_system(), request=request, offer=offer)
    _look_for_the_others(ctx.as_system(), request)


def _look_for_the_others(ctx: Context, request: Request) -> None:
    """Of those who come together, a place about which nobody thinks any more, and which the resident can't fill by choosing."""
    for place in mates_of(request):
        given_up = place.loosened.get("open") or place.loosened.get("refused")
        shown = place.state == "matching" and left_to_choose(place)
        if place.state in OPEN and not given_up and not shown:
            ask_for_place(ctx, place)


def count_answer(offer: Offer) -> None:
    """Whoever answers, whatever the answer, is somebody who answers (D2); a second answer to one offer counts no more."""
    if offer.round == 0:
        Worker.update(offers_answered=Worker.offers_answered + 1).where(Worker.id == offer.worker_id).execute()


def slots_for(ctx: Context, terms: dict[str, Any]) -> list[int]:
    """The quarters of an hour that a job with these terms takes, with the way to the next one."""
    start = datetime.fromisoformat(terms["starts_at"])
    return slots_of(start, start + timedelta(minutes=int(terms["minutes"])), ctx.settings.matching.buffer_min)


def _book(ctx: Context, offer: Offer) -> None:
    """The worker's quarters of an hour; a unique key refuses the second taker of any of them."""
    mine = {"community_id": ctx.community_id, "worker_id": offer.worker_id, "holder": f"request:{offer.request_id}"}
    try:
        with transaction():
            BookedSlot.insert_many([{**mine, "slot": slot} for slot in slots_for(ctx, offer.terms)]).execute()
    except IntegrityError:
        raise busy() from None


def busy() -> Refused:
    """The worker has something else at that time."""
    return Refused("busy", _("You have another job at that time. Look at 我的活, or decline this one."))


def _others_out(ctx: Context, request: Request) -> None:
    """The others hear that it is taken; where several come together, they go on thinking, about the next place."""
    seats = sorted((place for place in mates_of(request) if not is_found(place)), key=lambda place: place.state == "offered")
    seat = seats[0] if seats else None
    for other in open_offers(request):
        if seat is not None:
            _over_to(ctx.as_system(), other, seat)
            continue
        advance(ctx.as_system(), OFFER, other, "withdraw", reason="taken by another")
        drop_deadlines(ctx, ("offer", other.id), note="taken by another")
        tell_withdrawn(ctx, request, other)


def _over_to(ctx: Context, offer: Offer, place: Request) -> None:
    """Who thinks about one place thinks about this one from now on: the same work at the same time for the same price."""
    if place.state == "approved":
        advance(ctx, REQUEST, place, "recommend")
    if place.state != "offered":
        advance(ctx, REQUEST, place, "offer", data={"worker": offer.terms["worker"], "offer": offer.id})
    offer.change(request_id=place.id, terms={**offer.terms, "number": place.number})


def go_on(ctx: Context, offer: Offer, why: str = "") -> None:
    """Nobody has taken it by this offer: the next one is asked, unless enough others are still thinking.

    `why` (declined, expired, unanswered, booked) is what the resident hears of it; '' when they know.
    """
    request = Request.get(Request.id == offer.request_id)
    if request.state != "offered":
        return
    thinking = bool(open_offers(request))
    if ask_next(ctx.as_system(), request) and why and not thinking:
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
