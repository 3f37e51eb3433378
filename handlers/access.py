"""The only way to load a thing by its id: checks who asks. Foreign and absent look the same (404, code not_found).

A resident sees their own; a worker what they are the worker of; staff what belongs to their community.
"""

from typing import TypeVar

from handlers.context import FRONT, Context, Refused
from handlers.words import _
from models.base import Row, hold, others_may_act
from models.clocks import Deadline
from models.people import Person
from models.requests import Offer, Request
from models.talk import Handover
from models.visits import Agreement, Visit
from models.voices import Complaint, SurveyPrompt
from models.workers import Worker

T = TypeVar("T", bound=Row)
DESK_ROLES = frozenset((*FRONT, "auditor"))


def not_found() -> Refused:
    """The same words for foreign and for absent."""
    return Refused("not_found", _("I can't find that one among yours."), status=404)


def is_staff(ctx: Context) -> bool:
    """Staff of the front, or the system itself."""
    return ctx.actor.kind == "system" or bool(ctx.actor.roles & DESK_ROLES)


def _load(ctx: Context, model: type[T], row_id: int) -> T:
    mine = (model.id == row_id) & (model.community_id == ctx.community_id)
    row = model.get_or_none(mine)
    if row is None:
        raise not_found()
    if others_may_act():
        take_turn(row)
        row = model.get(mine)
    return row


def take_turn(thing: Row) -> None:
    """Until this transaction ends nobody else decides about the same request: its offers, agreements and visits are one matter,
    and so are those of all who come together."""
    request = thing if isinstance(thing, Request) else Request.find(getattr(thing, "request_id", None)) if others_may_act() else None
    hold(f"request:{request.team_id or request.id}" if request is not None else f"{type(thing).__name__}:{thing.id}")


ROOTED: dict[str, type[Row]] = {"request": Request, "offer": Offer, "agreement": Agreement, "visit": Visit}


def take_turn_about(subject: Deadline) -> None:
    """The same, for the thing that a deadline is about."""
    model = ROOTED.get(subject.subject_kind)
    thing = model.find(subject.subject_id) if model is not None and others_may_act() else None
    if thing is not None:
        take_turn(thing)


def _mine(ctx: Context, person_id: int | None, worker_id: int | None) -> bool:
    if is_staff(ctx):
        return True
    if ctx.actor.kind != "person":
        return False
    return person_id == ctx.actor.id or (worker_id is not None and worker_id == ctx.actor.worker_id)


def access_request(ctx: Context, request_id: int) -> Request:
    """A request of the asker's own, or of staff's community."""
    row = _load(ctx, Request, request_id)
    if not _mine(ctx, row.person_id, None):
        raise not_found()
    return row


def access_offer(ctx: Context, offer_id: int) -> Offer:
    """An offer to the asking worker, or about the asking resident's request."""
    row = _load(ctx, Offer, offer_id)
    request = _load(ctx, Request, row.request_id)
    if not _mine(ctx, request.person_id, row.worker_id):
        raise not_found()
    return row


def access_agreement(ctx: Context, agreement_id: int) -> Agreement:
    """An agreement to which the asker is a party."""
    row = _load(ctx, Agreement, agreement_id)
    if not _mine(ctx, row.person_id, row.worker_id):
        raise not_found()
    return row


def access_visit(ctx: Context, visit_id: int) -> Visit:
    """A visit at the asker's, or by the asker."""
    row = _load(ctx, Visit, visit_id)
    if not _mine(ctx, row.person_id, row.worker_id):
        raise not_found()
    return row


def access_complaint(ctx: Context, complaint_id: int) -> Complaint:
    """A complaint of the asker's own."""
    row = _load(ctx, Complaint, complaint_id)
    if not _mine(ctx, row.person_id, None):
        raise not_found()
    return row


def access_survey(ctx: Context, prompt_id: int) -> SurveyPrompt:
    """A survey that the asker was asked."""
    row = _load(ctx, SurveyPrompt, prompt_id)
    if not _mine(ctx, row.person_id, None):
        raise not_found()
    return row


def access_handover(ctx: Context, handover_id: int) -> Handover:
    """A hand-over of the asker's own, or of staff's community."""
    row = _load(ctx, Handover, handover_id)
    if not _mine(ctx, row.person_id, None):
        raise not_found()
    return row


def access_worker(ctx: Context, worker_id: int) -> Worker:
    """A worker's file: one's own, or of staff's community."""
    row = _load(ctx, Worker, worker_id)
    if not _mine(ctx, row.person_id, row.id):
        raise not_found()
    return row


def access_person(ctx: Context, person_id: int) -> Person:
    """Oneself, or somebody of staff's community."""
    row = _load(ctx, Person, person_id)
    if not _mine(ctx, row.id, None):
        raise not_found()
    return row
