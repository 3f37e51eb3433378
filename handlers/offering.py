"""Asking workers: one after the other (or several at once), widening when nobody takes it, then a coordinator (D4)."""

from datetime import timedelta
from typing import Any

from handlers.alerts import raise_alert
from handlers.candidates import find_ranked
from handlers.catalogue import find_service, service_name
from handlers.context import Context, Refused
from handlers.deadlines import set_deadline
from handlers.lifecycle import advance
from handlers.nobody import tell_nobody
from handlers.outbox import not_needed, tell
from handlers.quotes import lines_in_words, quote_request
from handlers.recommending import KEPT, affordable, keep_recommendations
from handlers.series_of import recurring_terms
from handlers.team_of import engaged_with, mates_of, team_terms
from handlers.widening import ask_wider
from handlers.words import _
from models.people import Address, Person
from models.requests import Offer, Recommendation, Request
from models.rules.lifecycles import OFFER, REQUEST
from models.workers import Worker, WorkerSkill


def terms_for_offer(ctx: Context, request: Request, worker: Worker) -> dict[str, Any]:
    """The terms that are put on the table: what, when, how long, where (no door number), for how much."""
    service = find_service(ctx, request.service)
    found = quote_request(ctx, request, own_price(ctx, request, worker.id))
    home = Address.get_or_none(Address.id == request.address_id)
    person = Person.get(Person.id == request.person_id)
    return {
        "number": request.number,
        "service": request.service,
        "service_name": service_name(service),
        "starts_at": request.starts_at.isoformat(),
        "asked_for": int(request.starts_at.timestamp()),
        "minutes": request.minutes,
        "people": request.people,
        "tasks": request.tasks,
        "price_fen": found.total_fen,
        "lines": lines_in_words(ctx, request, found),
        "area": home.area if home else "",
        "building": home.building if home else "",
        "resident": person.called or _("a neighbour"),
        "worker": worker.called,
        **recurring_terms(request),
        **team_terms(request),
    }


def own_price(ctx: Context, request: Request, worker_id: int) -> int | None:
    """What this worker takes for one unit of the service (fen), if they said. Refuses who does not offer it (no_skill)."""
    skill = WorkerSkill.get_or_none(
        WorkerSkill.community_id == ctx.community_id,
        WorkerSkill.service == request.service,
        WorkerSkill.worker_id == worker_id,
    )
    if skill is None:
        raise Refused("no_skill", _("They don't offer this service. Please choose somebody else."))
    return skill.price_fen


def is_urgent(ctx: Context, request: Request) -> bool:
    """Wanted at once (马上), and still soon: within emergency.offer_within_min."""
    soon = ctx.now + timedelta(minutes=ctx.settings.emergency.offer_within_min)
    return bool(request.extras.get("asap")) and request.starts_at is not None and request.starts_at <= soon


def expiry_of(ctx: Context, request: Request) -> int:
    """The minutes that a worker has to answer an offer: fewer for what is wanted at once."""
    return ctx.settings.emergency.expire_minutes if is_urgent(ctx, request) else ctx.settings.offers.expire_minutes


def make_one_offer(ctx: Context, request: Request, worker_id: int, **said: Any) -> Offer:
    """Offers the job to one worker until it runs out; the worker is told (D4). `ctx` is of whoever chose; `said` goes into the terms.

    Refuses: worker_gone, in_team (they come along already, for another place), no_skill.
    """
    worker = Worker.get_or_none(Worker.id == worker_id, Worker.community_id == ctx.community_id)
    if worker is None or worker.state != "active":
        raise Refused("worker_gone", _("They can't be asked at the moment. Please choose somebody else."))
    if worker_id in engaged_with(request):
        raise Refused("in_team", _("They come along already, or are being asked to. Please choose somebody else."))
    system = ctx.as_system()
    expires = ctx.now + timedelta(minutes=expiry_of(ctx, request))
    offer = Offer.create(
        community_id=ctx.community_id,
        request_id=request.id,
        worker_id=worker_id,
        state=OFFER.first,
        terms={**terms_for_offer(ctx, request, worker), **said},
        expires_at=expires,
        created_at=ctx.now,
    )
    if request.state == "approved":  # a further place of a team, before the resident comes to it
        advance(system, REQUEST, request, "recommend")
    if request.state != "offered" or ctx.actor.kind == "system":
        advance(ctx, REQUEST, request, "offer", data={"worker": worker.called, "offer": offer.id})
    if request.people > 1 and request.team_id is None:
        words = _(
            "%(number)s wants %(n)s people; %(worker)s is being asked. Please find the others.",
            number=request.number,
            n=request.people,
            worker=worker.called,
        )
        raise_alert(ctx, "more_people", words, about=("request", request.id))
    worker.change(offers_seen=Worker.offers_seen + 1)
    set_deadline(system, "offer_expiry", ("offer", offer.id), expires)
    _tell_offer(ctx, offer, worker)
    return offer


def _tell_offer(ctx: Context, offer: Offer, worker: Worker, key: str | None = None) -> None:
    said = {**offer.terms, "offer_id": offer.id, "until": offer.expires_at}
    tell(ctx.as_system(), worker.person_id, "job_offer", about=("offer", offer.id), key=key, expires_at=offer.expires_at, **said)


def offer_anew(ctx: Context, request: Request, offer: Offer) -> None:
    """Fewer share the work, so the price is another: who is thinking about it is asked by the new terms."""
    worker = Worker.get(Worker.id == offer.worker_id)
    not_needed(ctx, "job_offer", ("offer", offer.id))
    offer.change(terms={**terms_for_offer(ctx, request, worker), "changed": True})
    _tell_offer(ctx, offer, worker, key=f"job_offer:offer:{offer.id}:{request.people}")


def open_offers(request: Request) -> list[Offer]:
    """Offers of this request that still wait for an answer."""
    mine = (Offer.community_id == request.community_id) & (Offer.request_id == request.id)
    return list(Offer.select().where(mine & Offer.state.in_(("open", "countered"))))


def was_offered(request: Request) -> bool:
    """Whether somebody has been asked about it at any time."""
    mine = (Offer.community_id == request.community_id) & (Offer.request_id == request.id)
    return bool(Offer.select().where(mine).exists())


def ask_next(ctx: Context, request: Request) -> bool:
    """Asks the next of those recommended, as many at once as is set (offers.at_once). False: nobody new was asked.

    When all were asked and nobody is thinking about it any more, the resident is asked what could be otherwise, and in the end
    a coordinator goes on: nothing is widened that the resident has not allowed (D4). Of a team, who is thinking about another
    place that somebody takes first comes over to this one.
    """
    system, thinking = ctx.as_system(), len(open_offers(request))
    following = _following(ctx, request)[: places(ctx, thinking)]
    for row in following:
        make_one_offer(system, request, row.worker_id)
    if not following and not thinking and not _to_spare(request) and not ask_wider(ctx, request):
        nobody_left(system, request)
    return bool(following)


def _to_spare(request: Request) -> bool:
    """Whether more are thinking about another place of the team than it takes."""
    return any(len(open_offers(place)) > 1 for place in mates_of(request))


def places(ctx: Context, thinking: int) -> int:
    """How many more may be asked while so many are thinking; offers.at_once 0: all."""
    most = ctx.settings.offers.at_once
    return max(0, most - thinking) if most else KEPT


def _following(ctx: Context, request: Request) -> list[Recommendation]:
    """Those recommended who have not been asked, still can (somebody may have been booked meanwhile) and take no more than is
    allowed; after the last of a long list it is made anew."""
    able = {ranked.worker_id for ranked in find_ranked(ctx, request)[0]}
    mine = (Recommendation.community_id == ctx.community_id) & (Recommendation.request_id == request.id)
    rows = list(Recommendation.select().where(mine).order_by(Recommendation.place))
    found = [r for r in affordable(ctx, request, rows) if r.worker_id in able]
    if found or len(rows) < KEPT:
        return found
    return affordable(ctx, request, keep_recommendations(ctx, request))


def nobody_left(ctx: Context, request: Request) -> None:
    """Nobody takes it, and nothing more can be asked: the resident hears it, a coordinator goes on."""
    if request.state in ("offered", "negotiating"):
        advance(ctx, REQUEST, request, "run_out", reason="nobody left")
    tell_nobody(ctx, request, "nobody_left")
    hand_to_staff(ctx, request)


def hand_to_staff(ctx: Context, request: Request) -> None:
    """A coordinator goes on, since nobody has taken it."""
    raise_alert(
        ctx,
        "nobody_left",
        _("Nobody has taken %(number)s. Please find somebody.", number=request.number),
        about=("request", request.id),
        key=str(request.version),
    )
