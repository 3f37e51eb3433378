"""Asking a resident and a worker about another time or another worker; it becomes true when both say yes (D5, D7).

Until then what is promised stays promised; the planned worker's time is kept free. With the second yes the old agreement ends and the
new one goes its usual way (offer, acceptance, agreement, seal) in one transaction: both have confirmed these very terms.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from peewee import IntegrityError

from handlers.accepting import accept, busy
from handlers.access import access_visit, take_turn
from handlers.agreements import confirm_agreement
from handlers.alerts import raise_alert
from handlers.context import FRONT, PEOPLE, Context, Refused, transaction, use_case
from handlers.deadlines import on_due, set_deadline
from handlers.drafts import check_time
from handlers.lifecycle import advance, record
from handlers.notices import proposals as _declared  # noqa: F401 (declares what is told here)
from handlers.offering import make_one_offer, terms_for_offer
from handlers.outbox import not_needed, tell
from handlers.parties import is_worker_of
from handlers.proposal_ends import drop_proposals, holder_of, let_go, tell_off
from handlers.replacing import look_again, release
from handlers.team_of import places_of, visits_with
from handlers.team_signing import is_whole
from handlers.visit_telling import tell_side
from handlers.words import _
from models.people import Person
from models.plans import Proposal
from models.requests import Offer, Request
from models.rules.lifecycles import PROPOSAL, REQUEST
from models.rules.slots import slots_of
from models.visits import Agreement, Visit
from models.workers import BookedSlot, Worker

LEAST_TO_ANSWER = timedelta(minutes=5)
FIRST_SAID = ("ill", "moved", "time")  # of several who come together, what the resident is told it is about


@dataclass(frozen=True)
class Wish:
    """What is to be asked about one thing: `why` is ill, moved (a visit that stands) or time (nothing stands yet). UTC."""

    request: Request
    visit: Visit | None
    worker_id: int
    starts_at: datetime
    why: str


@use_case("coordinator", "admin")
def propose(ctx: Context, wishes: Sequence[Wish]) -> list[Proposal]:
    """Asks resident and worker. Several wishes are for people who come together: the resident is asked once, each worker for himself,
    and it becomes true for all of them or for none.

    Refuses: busy (a worker's time is taken by now), too_soon (no time left to answer).
    """
    return _propose(ctx, wishes)


@use_case("worker")
def ask_to_move(ctx: Context, visit_id: int, *, starts_at: datetime) -> Proposal:
    """The worker would rather come at another time: the resident is asked, and until their yes all stays as agreed (C7, C8). Whoever
    comes along is asked, too.

    Refuses: forbidden, not_now (it has begun), not_whole (somebody who comes along is not settled yet), busy (their own time is taken,
    or that of somebody who comes along), too_soon.
    """
    visit = access_visit(ctx, visit_id)
    if not is_worker_of(ctx, visit):
        raise Refused("forbidden", _("That is the worker's to say."), status=403)
    if visit.state != "scheduled":
        raise Refused("not_now", _("That can't be done any more at this point."), state=visit.state)
    if not is_whole(Request.get(Request.id == visit.request_id)):
        words = _("Not everybody who comes along is settled yet, so the time can't be moved now. If you can't come, just tell me.")
        raise Refused("not_whole", words)
    check_time(ctx, starts_at)
    rows = visits_with(visit, ("scheduled",))
    wishes = [Wish(Request.get(Request.id == row.request_id), row, row.worker_id, starts_at, "moved") for row in rows]
    try:
        made = _propose(ctx, wishes)
    except Refused as refused:
        if refused.code != "busy" or len(rows) < 2:
            raise
        words = _("One of you who come together has another job at that time. Please name another time, or ask us.")
        raise Refused("busy", words) from None
    mine = next(one for one in made if one.visit_id == visit.id)
    not_needed(ctx, "proposal_worker", ("proposal", mine.id))
    agree_to_proposal(ctx, mine.id)
    return mine


def _propose(ctx: Context, wishes: Sequence[Wish]) -> list[Proposal]:
    for wish in wishes:
        drop_proposals(ctx, wish.request, "another proposal")
    told = sorted((_make(ctx, wish) for wish in wishes), key=lambda row: FIRST_SAID.index(row[0].why))
    for made, values in told:
        _tell(ctx, made, "worker", "proposal_worker", expires_at=made.expires_at, **values)
    lead, values = told[0]
    _tell(ctx, lead, "resident", "proposal_resident", expires_at=lead.expires_at, **{**values, **_together([v for _made, v in told])})
    return [made for made, _values in told]


def _together(told: list[dict[str, Any]]) -> dict[str, Any]:
    """What is said of all who come together; nothing for one person."""
    if len(told) < 2:
        return {}
    sums = {name: sum(values[name] for values in told) for name in ("price_fen", "price_before")}
    return {"names": [values["worker"] for values in told], "before": [values["worker_before"] for values in told], **sums}


def _make(ctx: Context, wish: Wish) -> tuple[Proposal, dict[str, Any]]:
    request, visit = wish.request, wish.visit
    worker, before = Worker.get(Worker.id == wish.worker_id), visit or _last_visit(request)
    terms = _terms(ctx, request, worker, wish.starts_at)
    expires = _expires(ctx, wish.starts_at, visit)
    made = Proposal.create(
        community_id=ctx.community_id, state=PROPOSAL.first, request_id=request.id, visit_id=visit.id if visit else None,
        person_id=request.person_id, worker_id=worker.id, starts_at=wish.starts_at, minutes=terms["minutes"],
        price_fen=terms["price_fen"], why=wish.why, expires_at=expires, created_at=ctx.now,
    )  # fmt: skip
    _keep_free(ctx, made)
    record(ctx, "proposal", made.id, "propose", "", made.state, data={"request": request.id, "worker": worker.called})
    set_deadline(ctx, "proposal_expiry", ("proposal", made.id), expires)
    return made, _values(made, request, terms, before)


def _last_visit(request: Request) -> Visit | None:
    mine = (Visit.community_id == request.community_id) & (Visit.request_id == request.id)
    return Visit.select().where(mine).order_by(Visit.id.desc()).first()


def _terms(ctx: Context, request: Request, worker: Worker, starts_at: datetime) -> dict[str, Any]:
    then = Request.get(Request.id == request.id)  # a copy, as if it were wished then; it is not kept
    setattr(then, "starts_at", starts_at)  # noqa: B010 (a column of UTC time holds a moment)
    return terms_for_offer(ctx, then, worker)


def _expires(ctx: Context, starts_at: datetime, visit: Visit | None) -> datetime:
    """In time for the worker to set out, and before the time that stands."""
    stands: datetime = visit.starts_at if visit is not None else starts_at
    first = min(starts_at, stands)
    limit = min(ctx.now + timedelta(minutes=ctx.settings.planning.answer_min), first - timedelta(minutes=ctx.settings.planning.notice_min))
    if limit < ctx.now + LEAST_TO_ANSWER:
        limit = first - LEAST_TO_ANSWER
    if limit <= ctx.now:
        raise Refused("too_soon", _("There is no time left to ask. Please phone them."))
    return limit


def _keep_free(ctx: Context, proposal: Proposal) -> None:
    """The worker's quarters, but for those that the visit itself has; a unique key refuses what is taken."""
    start: datetime = proposal.starts_at
    wanted = set(slots_of(start, start + timedelta(minutes=proposal.minutes), ctx.settings.matching.buffer_min))
    mine = {"community_id": ctx.community_id, "worker_id": proposal.worker_id}
    if proposal.visit_id is not None:
        own = (BookedSlot.community_id == ctx.community_id) & (BookedSlot.holder == f"visit:{proposal.visit_id}")
        wanted -= {row.slot for row in BookedSlot.select().where(own & (BookedSlot.worker_id == proposal.worker_id))}
    if not wanted:
        return
    try:
        with transaction():
            BookedSlot.insert_many([{**mine, "slot": slot, "holder": holder_of(proposal)} for slot in sorted(wanted)]).execute()
    except IntegrityError:
        raise Refused("busy", busy().words) from None


def _values(proposal: Proposal, request: Request, terms: dict[str, Any], before: Visit | None) -> dict[str, Any]:
    told = ("number", "service_name", "resident", "worker", "area", "price_fen")
    old = Worker.find(before.worker_id) if before is not None else None
    return {
        **{name: terms[name] for name in told},
        "proposal_id": proposal.id,
        "request_id": request.id,
        "why": proposal.why,
        "starts_at": proposal.starts_at,
        "starts_before": before.starts_at if before is not None else request.starts_at,
        "worker_before": old.called if old is not None else "",
        "price_before": before.total_fen if before is not None else proposal.price_fen,
        "until": proposal.expires_at,
    }


def _tell(ctx: Context, proposal: Proposal, side: str, notice: str, *, expires_at: datetime | None = None, **values: Any) -> None:
    person_id = proposal.person_id if side == "resident" else Worker.get(Worker.id == proposal.worker_id).person_id
    key = f"{notice}:proposal:{proposal.id}:{side}"
    tell(ctx.as_system(), person_id, notice, about=("proposal", proposal.id), key=key, expires_at=expires_at, side=side, **values)


def asked_with(proposal: Proposal) -> list[Proposal]:
    """This one and those that were asked with it about people who come together, as far as they are open."""
    ids = places_of(Request.get(Request.id == proposal.request_id))
    mine = (Proposal.community_id == proposal.community_id) & Proposal.request_id.in_(ids) & (Proposal.state == "open")
    rows = Proposal.select().where(mine & (Proposal.created_at == proposal.created_at)).order_by(Proposal.id)
    return [proposal if row.id == proposal.id else row for row in rows]


def access_proposal(ctx: Context, proposal_id: int) -> tuple[Proposal, str]:
    """A proposal that the asker is asked about, and as which side. Refuses not_found."""
    found = Proposal.get_or_none(Proposal.id == proposal_id, Proposal.community_id == ctx.community_id)
    side = _side(ctx, found) if found is not None else ""
    if found is None or not side:
        raise Refused("not_found", _("I can't find that one among yours."), status=404)
    take_turn(found)
    return Proposal.get(Proposal.id == proposal_id), side


def _side(ctx: Context, proposal: Proposal) -> str:
    if ctx.actor.kind == "staff":
        return "resident"
    if ctx.actor.worker_id is not None and ctx.actor.worker_id == proposal.worker_id:
        return "worker"
    return "resident" if ctx.actor.id == proposal.person_id else ""


@use_case(*PEOPLE, *FRONT)
def agree_to_proposal(ctx: Context, proposal_id: int) -> bool:
    """One side says yes (staff for the resident who said so on the phone); whether it is settled with that.

    The same side again changes nothing. Refuses not_found, gone (it is settled otherwise, or too late).
    """
    proposal, side = access_proposal(ctx, proposal_id)
    if proposal.state == "agreed":
        return True
    _still_open(ctx, proposal)
    group, field = asked_with(proposal), f"{side}_at"
    for one in group if side == "resident" else [proposal]:
        if getattr(one, field) is None:
            advance(ctx, PROPOSAL, one, "confirm", data={"side": side}, **{field: ctx.now})  # type: ignore[arg-type]
    if any(one.resident_at is None or one.worker_at is None for one in group):
        return False
    _carry_out(ctx, group)
    return True


def _still_open(ctx: Context, proposal: Proposal) -> None:
    if proposal.state != "open" or proposal.expires_at <= ctx.now:
        raise Refused("gone", _("That one is settled otherwise by now. You can ask me any time where it stands."))


@use_case(*PEOPLE, *FRONT)
def decline_proposal(ctx: Context, proposal_id: int) -> Proposal:
    """One side says no: what is promised stays so; where nothing is, somebody else is looked for. Refuses not_found, gone."""
    proposal, side = access_proposal(ctx, proposal_id)
    _still_open(ctx, proposal)
    group = asked_with(proposal)
    advance(ctx, PROPOSAL, proposal, "decline", data={"side": side})
    _come_to_nothing(ctx, group, resident=side == "worker", workers=[one for one in group if side == "resident" or one is not proposal])
    return proposal


@on_due("proposal_expiry", useful_for=timedelta(days=2))
def _expire(ctx: Context, row: Any) -> None:
    """Not all have answered: as if one had said no."""
    proposal = Proposal.find(row.subject_id)
    if proposal is not None and proposal.state == "open":
        group = asked_with(proposal)
        advance(ctx, PROPOSAL, proposal, "expire")
        _come_to_nothing(ctx, group, resident=True, workers=group)


def _come_to_nothing(ctx: Context, group: list[Proposal], *, resident: bool, workers: list[Proposal]) -> None:
    """`resident` and `workers`: who hears that it is off. A resident for whom nothing stands hears of the search instead."""
    for one in group:
        if one.state == "open":
            advance(ctx.as_system(), PROPOSAL, one, "withdraw", reason="with the others")
        let_go(ctx, one)
    for one in workers:
        tell_off(ctx, one, "worker")
    for one in group:
        if resident and one.visit_id is not None:
            tell_off(ctx, one, "resident")
    _search_on(ctx, group)


def _search_on(ctx: Context, group: list[Proposal]) -> None:
    """Staff see it; where nothing stands, somebody else is sought, one place after the other."""
    requests = [Request.get(Request.id == one.request_id) for one in group]
    words = _("%(number)s: what the plan proposed was not agreed to. Please look.", number=requests[0].number)
    raise_alert(ctx.as_system(), "proposal_off", words, about=("request", requests[0].id), key=str(group[0].id))
    bare = [request for one, request in zip(group, requests, strict=True) if one.visit_id is None and request.state == "matching"]
    if bare:
        look_again(ctx.as_system(), bare[0])


def _carry_out(ctx: Context, group: list[Proposal]) -> None:
    """All have said yes: the old agreements end, the new ones are made, accepted, confirmed and sealed; each is told once."""
    for one in group:
        advance(ctx, PROPOSAL, one, "agree")
        let_go(ctx, one)
    system, resident = ctx.as_system(), ctx.as_person(Person.get(Person.id == group[0].person_id))
    requests = [_ready_for(ctx, one) for one in group]
    for one, request in zip(group, requests, strict=True):
        request.change(starts_at=one.starts_at, updated_at=ctx.now)
    offers = [make_one_offer(system, request, one.worker_id) for one, request in zip(group, requests, strict=True)]
    made = [_take(ctx, offer) for offer in offers]
    confirm_agreement(resident, made[-1].id)
    for agreement in made:
        not_needed(ctx, "agreement_ready", ("agreement", agreement.id))


def _take(ctx: Context, offer: Offer) -> Agreement:
    """The planned worker takes it and confirms these very terms, as they have said."""
    worker = ctx.as_person(Person.get(Person.id == Worker.get(Worker.id == offer.worker_id).person_id))
    accept(worker, offer)
    made: Agreement = Agreement.get(Agreement.request_id == offer.request_id, Agreement.state == "proposed")
    confirm_agreement(worker, made.id)
    not_needed(ctx, "job_offer", ("offer", offer.id))
    not_needed(ctx, "team_waiting", ("request", offer.request_id))
    return made


def _ready_for(ctx: Context, proposal: Proposal) -> Request:
    """The request, looked for anew: what stood is ended, and its worker told. Refuses gone where it went on otherwise meanwhile."""
    visit = Visit.find(proposal.visit_id)
    if visit is not None:
        if visit.state != "scheduled":
            raise Refused("gone", _("That one is settled otherwise by now. You can ask me any time where it stands."))
        request = release(ctx.as_system(), visit, "replace", "moved by the plan", not_again=False)
        if visit.worker_id != proposal.worker_id:
            tell_side(ctx, visit, "worker", "visit_given_on")
        return request
    request = Request.get(Request.id == proposal.request_id)
    if request.state == "approved":
        advance(ctx.as_system(), REQUEST, request, "recommend")
    if request.state != "matching":
        raise Refused("gone", _("That one is settled otherwise by now. You can ask me any time where it stands."))
    return request
