"""Asking workers: one after the other (or several at once), widening when nobody takes it, then a coordinator (D4)."""

from datetime import timedelta
from typing import Any

from handlers.alerts import raise_alert
from handlers.candidates import find_ranked
from handlers.catalogue import find_service, service_name
from handlers.context import Context, Refused
from handlers.deadlines import set_deadline
from handlers.lifecycle import advance
from handlers.outbox import tell
from handlers.quotes import lines_in_words, quote_request
from handlers.recommending import keep_recommendations
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


def make_one_offer(ctx: Context, request: Request, worker_id: int) -> Offer:
    """Offers the job to one worker until it runs out; the worker is told (D4). `ctx` is of whoever chose."""
    worker = Worker.get_or_none(Worker.id == worker_id, Worker.community_id == ctx.community_id)
    if worker is None or worker.state != "active":
        raise Refused("worker_gone", _("They can't be asked at the moment. Please choose somebody else."))
    system = ctx.as_system()
    expires = ctx.now + timedelta(minutes=ctx.settings.offers.expire_minutes)
    offer = Offer.create(
        community_id=ctx.community_id,
        request_id=request.id,
        worker_id=worker_id,
        state=OFFER.first,
        terms=terms_for_offer(ctx, request, worker),
        expires_at=expires,
        created_at=ctx.now,
    )
    if request.state != "offered" or ctx.actor.kind == "system":
        advance(ctx, REQUEST, request, "offer", data={"worker": worker.called, "offer": offer.id})
    if request.people > 1:
        words = _(
            "%(number)s wants %(n)s people; %(worker)s is being asked. Please find the others.",
            number=request.number,
            n=request.people,
            worker=worker.called,
        )
        raise_alert(ctx, "more_people", words, about=("request", request.id))
    worker.change(offers_seen=Worker.offers_seen + 1)
    set_deadline(system, "offer_expiry", ("offer", offer.id), expires)
    tell(
        system,
        worker.person_id,
        "job_offer",
        about=("offer", offer.id),
        expires_at=expires,
        offer_id=offer.id,
        until=expires,
        **offer.terms,
    )
    return offer


def open_offers(request: Request) -> list[Offer]:
    """Offers of this request that still wait for an answer."""
    mine = (Offer.community_id == request.community_id) & (Offer.request_id == request.id)
    return list(Offer.select().where(mine & Offer.state.in_(("open", "countered"))))


def ask_next(ctx: Context, request: Request) -> bool:
    """Asks the next of those recommended; widens when all were asked; then a coordinator. False: nobody new was asked.

    As long as somebody is still thinking about it, nothing is widened or given up.
    """
    while True:
        following = _next_candidate(ctx, request)
        if following is not None:
            make_one_offer(ctx.as_system(), request, following.worker_id)
            return True
        if open_offers(request):
            return False
        if request.widened >= ctx.settings.offers.max_widen:
            _nobody_left(ctx.as_system(), request)
            return False
        request.change(widened=request.widened + 1)
        keep_recommendations(ctx, request)


def _next_candidate(ctx: Context, request: Request) -> Recommendation | None:
    """The first of those recommended who has not been asked and still can: somebody may have been booked meanwhile."""
    able = {ranked.worker_id for ranked in find_ranked(ctx, request)[0]}
    mine = (Recommendation.community_id == ctx.community_id) & (Recommendation.request_id == request.id)
    rows = Recommendation.select().where(mine).order_by(Recommendation.place)
    return next((r for r in rows if r.worker_id in able), None)


def _nobody_left(ctx: Context, request: Request) -> None:
    if request.state in ("offered", "negotiating"):
        advance(ctx, REQUEST, request, "run_out", reason="nobody left")
    tell(
        ctx,
        request.person_id,
        "nobody_left",
        about=("request", request.id),
        key=f"nobody_left:{request.id}:{request.version}",
        number=request.number,
    )
    raise_alert(
        ctx,
        "nobody_left",
        _("Nobody has taken %(number)s. Please find somebody.", number=request.number),
        about=("request", request.id),
        key=str(request.version),
    )
