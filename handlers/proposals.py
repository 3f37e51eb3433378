"""Asking a resident and a worker about another time or another worker; it becomes true when both say yes (D5, D7).

Until then what is promised stays promised; the planned worker's time is kept free. With the second yes the old agreement ends and the
new one goes its usual way (offer, acceptance, agreement, seal) in one transaction: both have confirmed these very terms.
"""

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
from handlers.visit_telling import tell_side
from handlers.words import _
from models.people import Person
from models.plans import Proposal
from models.requests import Request
from models.rules.lifecycles import PROPOSAL, REQUEST
from models.rules.slots import slots_of
from models.visits import Agreement, Visit
from models.workers import BookedSlot, Worker

LEAST_TO_ANSWER = timedelta(minutes=5)


@use_case("coordinator", "admin")
def propose(ctx: Context, request: Request, visit: Visit | None, *, worker_id: int, starts_at: datetime, why: str) -> Proposal:
    """Asks resident and worker. `why` is ill, moved (a visit that stands) or time (nothing stands yet). UTC.

    Refuses: busy (the worker's time is taken by now), too_soon (no time left to answer).
    """
    return _propose(ctx, request, visit, worker_id=worker_id, starts_at=starts_at, why=why)


@use_case("worker")
def ask_to_move(ctx: Context, visit_id: int, *, starts_at: datetime) -> Proposal:
    """The worker would rather come at another time: the resident is asked, and until their yes all stays as agreed (C7, C8).

    Refuses: forbidden, not_now (it has begun), busy (their own time is taken), too_soon.
    """
    visit = access_visit(ctx, visit_id)
    if not is_worker_of(ctx, visit):
        raise Refused("forbidden", _("That is the worker's to say."), status=403)
    if visit.state != "scheduled":
        raise Refused("not_now", _("That can't be done any more at this point."), state=visit.state)
    check_time(ctx, starts_at)
    request = Request.get(Request.id == visit.request_id)
    made = _propose(ctx, request, visit, worker_id=visit.worker_id, starts_at=starts_at, why="moved")
    not_needed(ctx, "proposal_worker", ("proposal", made.id))
    agree_to_proposal(ctx, made.id)
    return made


def _propose(ctx: Context, request: Request, visit: Visit | None, *, worker_id: int, starts_at: datetime, why: str) -> Proposal:
    drop_proposals(ctx, request, "another proposal")
    worker, before = Worker.get(Worker.id == worker_id), visit or _last_visit(request)
    terms = _terms(ctx, request, worker, starts_at)
    expires = _expires(ctx, starts_at, visit)
    made = Proposal.create(
        community_id=ctx.community_id, state=PROPOSAL.first, request_id=request.id, visit_id=visit.id if visit else None,
        person_id=request.person_id, worker_id=worker.id, starts_at=starts_at, minutes=terms["minutes"],
        price_fen=terms["price_fen"], why=why, expires_at=expires, created_at=ctx.now,
    )  # fmt: skip
    _keep_free(ctx, made)
    record(ctx, "proposal", made.id, "propose", "", made.state, data={"request": request.id, "worker": worker.called})
    set_deadline(ctx, "proposal_expiry", ("proposal", made.id), expires)
    values = _values(made, request, terms, before)
    for side, notice in (("resident", "proposal_resident"), ("worker", "proposal_worker")):
        _tell(ctx, made, side, notice, expires_at=expires, **values)
    return made


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
    field = f"{side}_at"
    if getattr(proposal, field) is None:
        advance(ctx, PROPOSAL, proposal, "confirm", data={"side": side}, **{field: ctx.now})  # type: ignore[arg-type]
    if proposal.resident_at is None or proposal.worker_at is None:
        return False
    _carry_out(ctx, proposal)
    return True


def _still_open(ctx: Context, proposal: Proposal) -> None:
    if proposal.state != "open" or proposal.expires_at <= ctx.now:
        raise Refused("gone", _("That one is settled otherwise by now. You can ask me any time where it stands."))


@use_case(*PEOPLE, *FRONT)
def decline_proposal(ctx: Context, proposal_id: int) -> Proposal:
    """One side says no: what is promised stays so; where nothing is, somebody else is looked for. Refuses not_found, gone."""
    proposal, side = access_proposal(ctx, proposal_id)
    _still_open(ctx, proposal)
    advance(ctx, PROPOSAL, proposal, "decline", data={"side": side})
    _come_to_nothing(ctx, proposal, asked_off="worker" if side == "resident" else "resident")
    return proposal


@on_due("proposal_expiry", useful_for=timedelta(days=2))
def _expire(ctx: Context, row: Any) -> None:
    """Not both have answered: as if one had said no."""
    proposal = Proposal.find(row.subject_id)
    if proposal is not None and proposal.state == "open":
        advance(ctx, PROPOSAL, proposal, "expire")
        for side in ("resident", "worker"):
            _come_to_nothing(ctx, proposal, asked_off=side, search=side == "worker")


def _come_to_nothing(ctx: Context, proposal: Proposal, *, asked_off: str, search: bool = True) -> None:
    let_go(ctx, proposal)
    request, visit = Request.get(Request.id == proposal.request_id), Visit.find(proposal.visit_id)
    if asked_off == "worker" or visit is not None:  # a resident for whom nothing stands hears of the search instead
        tell_off(ctx, proposal, asked_off)
    if not search:
        return
    words = _("%(number)s: what the plan proposed was not agreed to. Please look.", number=request.number)
    raise_alert(ctx.as_system(), "proposal_off", words, about=("request", request.id), key=str(proposal.id))
    if visit is None and request.state == "matching":
        look_again(ctx.as_system(), request)


def _carry_out(ctx: Context, proposal: Proposal) -> None:
    """Both have said yes: the old agreement ends, the new one is made, accepted, confirmed and sealed; both are told once."""
    advance(ctx, PROPOSAL, proposal, "agree")
    let_go(ctx, proposal)
    request = _ready_for(ctx, proposal)
    system, resident = ctx.as_system(), ctx.as_person(Person.get(Person.id == proposal.person_id))
    worker = ctx.as_person(Person.get(Person.id == Worker.get(Worker.id == proposal.worker_id).person_id))
    request.change(starts_at=proposal.starts_at, updated_at=ctx.now)
    offer = make_one_offer(system, request, proposal.worker_id)
    accept(worker, offer)
    made = Agreement.get(Agreement.request_id == request.id, Agreement.state == "proposed")
    confirm_agreement(worker, made.id)
    confirm_agreement(resident, made.id)
    not_needed(ctx, "job_offer", ("offer", offer.id))
    not_needed(ctx, "agreement_ready", ("agreement", made.id))


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
