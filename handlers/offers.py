"""Offers as a worker sees and answers them; running out (D4). The acceptance itself stands in accepting, conditions in countering."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers.accepting import LIVE, accept, answerable, count_answer, go_on
from handlers.access import access_offer, access_request
from handlers.cancelling import tell_withdrawn
from handlers.candidates import asked_for_this_time, find_ranked
from handlers.cards import Card
from handlers.context import DESK, FRONT, PEOPLE, Context, Refused, use_case
from handlers.countering import answer_counter, counter_offer, tell_refused
from handlers.deadlines import drop_deadlines, on_due
from handlers.lifecycle import advance, record
from handlers.matching import go_on_to_next_place
from handlers.notices import NOTICES, Telling
from handlers.notices import offers as _notices
from handlers.offering import make_one_offer, open_offers
from handlers.outbox import take_unsent
from handlers.words import _
from models.clocks import Deadline
from models.requests import Offer, Request
from models.rules.lifecycles import OFFER

__all__ = [
    "accept_offer",
    "answer_counter",
    "counter_offer",
    "decline_offer",
    "find_offer",
    "list_my_offers",
    "heard_it_is_gone",
    "make_offer",
    "make_offers",
    "offer_passed_on",
    "open_offer",
]

assert _notices.__name__
LATE_WORD = timedelta(hours=6)  # so long after it an answer is still taken to be about a job that went to somebody else


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


@use_case("worker")
def offer_passed_on(ctx: Context) -> OfferView | None:
    """An offer of the last hours whose time ran out or that somebody else took: what a late 接 is about."""
    mine = (Offer.community_id == ctx.community_id) & (Offer.worker_id == ctx.actor.worker_id)
    gone = Offer.state.in_(("expired", "withdrawn")) & (Offer.expires_at > ctx.now - LATE_WORD)
    found = Offer.select().where(mine & gone & (Offer.created_at <= ctx.now)).order_by(Offer.id.desc()).first()
    return view_of(ctx, found) if found is not None else None


@use_case(*DESK)
def make_offer(ctx: Context, request_id: int, *, worker_id: int, reason: str = "", seen: int | None = None) -> Offer:
    """A coordinator asks a worker, for a reason; whoever is being asked at the moment is told kindly that it is off.

    Asking twice whom one is asking already changes nothing. Where several come together, the resident is asked whom as the next.
    `seen` is the last offer that the coordinator has seen (0: none): somebody who was asked since is not sent away unseen.
    Refuses not_now, changed_meanwhile.
    """
    if seen is not None:
        _nobody_asked_since(access_request(ctx, request_id), worker_id, seen)
    made = ask_worker(ctx, request_id, worker_id=worker_id, reason=reason)
    go_on_to_next_place(ctx, access_request(ctx, request_id))
    return made


def _nobody_asked_since(request: Request, worker_id: int, seen: int) -> None:
    since = [offer for offer in open_offers(request) if offer.id > seen and offer.worker_id != worker_id]
    if since:
        name = since[-1].terms["worker"]
        words = _("%(name)s is being asked since. Please look again, and ask somebody else only if you still want to.", name=name)
        raise Refused("changed_meanwhile", words)


@use_case(*DESK)
def ask_worker(ctx: Context, request_id: int, *, worker_id: int, reason: str = "") -> Offer:
    """The same, about this one place only."""
    request = Request.get_or_none(Request.id == request_id, Request.community_id == ctx.community_id)
    if request is None or request.state not in ("approved", "matching", "offered"):
        raise Refused("not_now", _("That one is settled already, nobody needs to be chosen any more."))
    asked = open_offers(request)
    same = next((o for o in asked if o.worker_id == worker_id), None)
    if same is not None:
        return same
    for offer in asked:
        advance(ctx.as_system(), OFFER, offer, "withdraw", reason="somebody else was asked")
        drop_deadlines(ctx, ("offer", offer.id))
        tell_withdrawn(ctx, request, offer)
    if reason:
        record(ctx, "request", request.id, "choose", reason=reason)
    return make_one_offer(ctx, request, worker_id)


@use_case(*DESK)
def make_offers(ctx: Context, request_id: int, *, worker_ids: Sequence[int] = (), everybody: bool = False, reason: str = "") -> list[Offer]:
    """A coordinator asks several at once, or everybody who fits: the first to accept has it. Who is asked already goes on thinking.

    Refuses: nobody (none is named, or all have been asked), cannot (one of them can't do it), not_now.
    """
    request = access_request(ctx, request_id)
    if request.state not in ("approved", "matching", "offered"):
        raise Refused("not_now", _("That one is settled already, nobody needs to be chosen any more."))
    able = [ranked.worker_id for ranked in find_ranked(ctx, request)[0]]
    wanted = able if everybody else [one for one in dict.fromkeys(worker_ids) if one not in asked_for_this_time(request)]
    if not wanted:
        raise Refused("nobody", _("Please choose at least one who has not been asked yet."))
    if not set(wanted) <= set(able):
        raise Refused("cannot", _("One of them can't do it after all. Please look at the list again."))
    record(ctx, "request", request.id, "choose", reason=reason, data={"workers": wanted})
    made = [make_one_offer(ctx, request, worker_id) for worker_id in wanted]
    go_on_to_next_place(ctx, request)
    return made


@use_case("worker")
def accept_offer(ctx: Context, offer_id: int) -> None:
    """接. Exactly one worker gets a job, and a worker has one job at a time: both are refused by the database itself.

    Refuses: gone, expired, yours_already, not_your_turn, busy (the time is booked by another job).
    """
    accept(ctx, answerable(ctx, offer_id, ("worker",)))


@use_case("worker")
def heard_it_is_gone(ctx: Context, offer_id: int) -> None:
    """A worker who has just read that somebody was quicker is not told the same once more (D4)."""
    offer = access_offer(ctx, offer_id)
    if offer.worker_id == ctx.actor.worker_id and offer.state == "withdrawn":
        take_unsent(ctx, "offer_withdrawn", ("offer", offer.id), due=True)


@use_case("worker")
def decline_offer(ctx: Context, offer_id: int, *, reason: str | None = None) -> None:
    """去不了: costs nothing; the next one is asked. A condition of one's own can be taken back the same way."""
    offer = answerable(ctx, offer_id, ("worker", "resident"))
    advance(ctx, OFFER, offer, "decline", reason=reason, decline_reason=reason, answered_at=ctx.now)
    drop_deadlines(ctx, ("offer", offer.id), note="declined")
    count_answer(offer)
    go_on(ctx, offer, "declined")


@on_due("offer_expiry", useful_for=timedelta(days=2))
def _expire(ctx: Context, row: Deadline) -> None:
    """No answer in time: the next one is asked; who waited for the other side's word hears it."""
    offer = Offer.find(row.subject_id)
    if offer is None or offer.state not in LIVE:
        return
    waited_for_resident = offer.turn == "resident"
    advance(ctx, OFFER, offer, "expire", reason="no answer")
    if waited_for_resident:
        tell_refused(ctx, offer)
    go_on(ctx, offer, "unanswered" if waited_for_resident else "expired")


def open_offer(ctx: Context) -> OfferView | None:
    """The only offer that waits for this worker, if it is just one."""
    mine = list_my_offers(ctx)
    return mine[0] if len(mine) == 1 else None
