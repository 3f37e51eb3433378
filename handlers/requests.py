"""Requests: drafted, handed in, answered, moved (C1, C2, C3, C6). Cancelling stands in handlers/cancelling.py."""

from datetime import datetime, timedelta
from typing import Any

from handlers.access import access_request
from handlers.alerts import raise_alert
from handlers.cancelling import cancel_request, cancel_terms, clear_the_way, tell_lapsed, tell_moved
from handlers.candidates import find_ranked, supposed
from handlers.catalogue import find_service
from handlers.clock import local
from handlers.context import FRONT, PEOPLE, Context, Refused, use_case
from handlers.deadlines import drop_deadlines, on_due, set_deadline
from handlers.drafts import check_complete, check_time, drop_draft, save_draft
from handlers.lifecycle import advance, record
from handlers.matching import recommend_or_say
from handlers.nobody import tell_nobody
from handlers.notices import requests as _notices
from handlers.numbers import next_request_number
from handlers.quotes import allowed_range
from handlers.requests_read import (
    find_draft,
    find_my_request,
    list_my_requests,
    missing_fields,
    open_question,
    request_words,
    summary_card,
    whom_words,
)
from handlers.team_of import mates_of, moving, names_of
from handlers.teams import form_team
from handlers.urgency import ask_all_near, tell_staff
from handlers.words import _
from models.clocks import Deadline
from models.requests import Request
from models.rules.lifecycles import REQUEST
from models.rules.workdays import add_working_minutes
from models.visits import Visit

__all__ = [
    "answer_question",
    "cancel_request",
    "cancel_terms",
    "drop_draft",
    "find_draft",
    "find_my_request",
    "list_my_requests",
    "missing_fields",
    "open_question",
    "request_words",
    "reschedule_request",
    "save_draft",
    "submit_request",
    "summary_card",
    "whom_words",
]

assert _notices.__name__
PROMISED_IN_S = 300


@use_case(*PEOPLE, *FRONT)
def submit_request(ctx: Context, request_id: int) -> Request:
    """Hands a draft in: number, clock for the review, and where the rules allow it, approval at once (C4).

    Refuses what is incomplete (missing), past or too soon (too_soon), too far ahead (too_far_ahead).
    """
    request = access_request(ctx, request_id)
    check_complete(ctx, request)
    day = local(request.starts_at).date()
    number = next_request_number(ctx, day)
    service = find_service(ctx, request.service)
    minutes = request.minutes or (service.usual_minutes if service is not None else 0)
    due = review_due(ctx, request.starts_at)
    drop_deadlines(ctx, ("request", request.id), "draft_left", note="handed in")
    advance(
        ctx,
        REQUEST,
        request,
        "submit",
        number=number,
        minutes=minutes,
        submitted_at=ctx.now,
        review_due_at=due,
        updated_at=ctx.now,
    )
    set_deadline(ctx, "review_due", ("request", request.id), due)
    set_deadline(ctx, "request_lapsed", ("request", request.id), request.starts_at)
    tell_staff(ctx, request)
    _approve_by_rule(ctx.as_system(), request)
    return Request.get(Request.id == request.id)


def review_due(ctx: Context, starts_at: datetime | None) -> datetime:
    """By when a coordinator has looked: working hours from now, sooner for what is wanted soon (C4)."""
    rules, here = ctx.settings.requests, ctx.settings.community
    due = add_working_minutes(ctx.now, rules.review_within_working_hours * 60, here.opens_at, here.closes_at)
    if starts_at is None:
        return _round_up(due)
    before = starts_at - timedelta(minutes=rules.review_before_start_min)
    return _round_up(min(due, max(before, ctx.now + timedelta(minutes=rules.review_at_soonest_min))))


def _round_up(at: datetime) -> datetime:
    """To the next five minutes: a promise is said in round minutes."""
    over = at.timestamp() % PROMISED_IN_S
    return at + timedelta(seconds=PROMISED_IN_S - over) if over else at


def _approve_by_rule(ctx: Context, request: Request) -> None:
    """Simple ones of residents we know pass by themselves (settings.requests)."""
    rules = ctx.settings.requests
    if (
        not rules.auto_approve
        or request.service not in rules.auto_approve_services
        or request.people > 1
        or request.recurrence
        or _below_price(ctx, request)
    ):
        return
    mine = (Visit.community_id == ctx.community_id) & (Visit.person_id == request.person_id)
    if Visit.select().where(mine & Visit.state.in_(("closed", "settled"))).count() < rules.auto_approve_needs_visits:
        return
    approved(ctx, request, reason="rule")


def _below_price(ctx: Context, request: Request) -> bool:
    """A budget under the public price: a person talks it over, so that nobody is surprised by the price."""
    least = allowed_range(ctx, request)[0]
    return request.budget_max_fen is not None and request.budget_max_fen < least


def approved(ctx: Context, request: Request, reason: str = "") -> None:
    """A request passes: its review clock stops, the resident is told, workers are recommended."""
    reviewer = ctx.actor.id if ctx.actor.kind == "staff" else None
    advance(ctx, REQUEST, request, "approve", reason=reason, reviewed_by=reviewer, updated_at=ctx.now)
    drop_deadlines(ctx, ("request", request.id), "review_due", note="reviewed")
    form_team(ctx, request)
    if not ask_all_near(ctx.as_system(), request):
        recommend_or_say(ctx, request)


@on_due("review_due", useful_for=timedelta(days=3))
def _review_overdue(ctx: Context, row: Deadline) -> None:
    request = Request.find(row.subject_id)
    if request is not None and request.state in ("submitted", "needs_info"):
        raise_alert(
            ctx,
            "review_overdue",
            _("%(number)s waits for its review.", number=request.number),
            about=("request", request.id),
        )


@on_due("request_lapsed", useful_for=timedelta(days=30))
def _lapsed(ctx: Context, row: Deadline) -> None:
    """The time has come and nobody was found: it ends with an apology, and a coordinator knows."""
    request = Request.find(row.subject_id)
    if request is None or not REQUEST.step(request.state, "expire"):
        return
    worker_id = clear_the_way(ctx, request, reason="lapsed")
    advance(ctx, REQUEST, request, "expire", reason="its time has come")
    if worker_id is not None:
        tell_lapsed(ctx, request, worker_id)
    _tell_of_lapse(ctx, request)
    raise_alert(
        ctx,
        "request_lapsed",
        _("%(number)s ended without a worker.", number=request.number),
        about=("request", request.id),
    )


def _tell_of_lapse(ctx: Context, request: Request) -> None:
    """The resident hears it once, however many places nobody was found for, and who comes all the same."""
    coming = names_of([place for place in mates_of(request) if place.state == "scheduled"])
    key = f"request_lapsed:request:{request.team_id or request.id}:{request.person_id}:{ctx.now:%m%d}"
    tell_nobody(ctx, request, "request_lapsed", key=key, coming=coming)


@use_case(*PEOPLE, *FRONT)
def answer_question(ctx: Context, request_id: int, *, words: str) -> None:
    """The answer to what the coordinator asked back; the request is looked at again, the clock goes on (C4)."""
    request = access_request(ctx, request_id)
    due = review_due(ctx, request.starts_at)
    said = f"{request.words}\n{request.question} → {words}"[:2000]
    advance(ctx, REQUEST, request, "answer", reason=words[:300], words=said, question=None, review_due_at=due)
    set_deadline(ctx, "review_due", ("request", request.id), due)


STILL_OPEN = ("submitted", "needs_info", "approved", "matching", "offered")


@use_case("resident", *FRONT)
def take_time(ctx: Context, request_id: int, *, starts_at: datetime, worker_id: int | None = None) -> Request:
    """A free time that was offered, with a tap: the request moves there and the search goes on; `worker_id` comes first then (D1).

    Refuses taken (somebody was quicker, nobody is free then by now), not_now (it is agreed meanwhile), and what a move refuses.
    """
    request = access_request(ctx, request_id)
    if request.state not in STILL_OPEN:
        raise Refused("not_now", _("That one is settled already. If you'd like another time, just say so."))
    able = [ranked.worker_id for ranked in find_ranked(ctx, supposed(request, starts_at=starts_at))[0]]
    if len(able) < len(moving(request)) or (worker_id is not None and worker_id not in able):
        raise Refused("taken", _("That time has just been taken. Which other time would suit you?"))
    if worker_id is not None:
        request.change(wishes={**request.wishes, "worker_id": worker_id})
    return reschedule_request(ctx, request_id, starts_at=starts_at)


@use_case(*PEOPLE, *FRONT)
def reschedule_request(ctx: Context, request_id: int, *, starts_at: datetime, minutes: int | None = None) -> Request:
    """Another time: what was arranged is taken back, everybody concerned is told, and workers are asked anew (C7).

    All who come together move. Refuses a time at which nobody can come (too_soon), and once the visit has begun (not_now).
    """
    request = access_request(ctx, request_id)
    check_time(ctx, starts_at)
    places = moving(request) or [request]
    for place in places:
        _move(ctx, place, starts_at, minutes)
    if places[0].state == "approved":
        recommend_or_say(ctx, places[0])
    return Request.get(Request.id == request.id)


def _move(ctx: Context, request: Request, starts_at: datetime, minutes: int | None) -> None:
    before = request.starts_at
    worker_id = clear_the_way(ctx, request, reason="moved")
    fields: dict[str, Any] = {"starts_at": starts_at, "minutes": minutes or request.minutes, "updated_at": ctx.now}
    fields |= {"widened": 0, "loosened": {}}
    set_deadline(ctx, "request_lapsed", ("request", request.id), starts_at)
    if request.state in ("submitted", "needs_info"):
        request.change(**fields)
        record(ctx, "request", request.id, "reschedule", data={"starts_at": starts_at.isoformat()})
        return
    wishes = {**request.wishes, **({"worker_id": worker_id} if worker_id else {})}
    advance(ctx, REQUEST, request, "reschedule", wishes=wishes, **fields)
    if worker_id is not None:
        tell_moved(ctx, request, worker_id, before)
