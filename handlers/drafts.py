"""A wish as it grows: kept, dropped, and looked at before it is handed in (C2, C3)."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from handlers.access import access_request, not_found
from handlers.catalogue import find_service, service_name
from handlers.context import FRONT, PEOPLE, Context, Refused, use_case
from handlers.deadlines import drop_deadlines, on_due, set_deadline
from handlers.lifecycle import advance
from handlers.outbox import tell
from handlers.requests_read import find_draft, missing_fields
from handlers.windows import reachable_now
from handlers.words import _
from models.clocks import Deadline
from models.people import Address
from models.quick import remember
from models.requests import Request
from models.rules.lifecycles import REQUEST
from models.rules.recurring import is_rule

FIELDS = frozenset(
    "service starts_at minutes people tasks budget_min_fen budget_max_fen address_id recurrence wishes extras words served channel".split()
)
SOONEST = timedelta(minutes=30)  # nobody can be found and come in less
FURTHEST = timedelta(days=180)


@use_case(*PEOPLE, *FRONT)
def save_draft(ctx: Context, draft_id: int | None, *, person_id: int | None = None, **fields: Any) -> Request:
    """Keeps what is known of a wish so far; a new draft without `draft_id`. Staff say for whom by `person_id`.

    Refuses: no_service (nothing we offer), not_found (somebody else's address or draft), bad_time (no time zone), bad_rule
    (how often is not understood, C8), not_now (handed in already). Fields that a request does not have are a mistake in the code.
    """
    unknown = set(fields) - FIELDS
    if unknown:
        raise ValueError(f"not fields of a request: {unknown}")
    draft = access_request(ctx, draft_id) if draft_id is not None else None
    owner = draft.person_id if draft is not None else _owner(ctx, person_id)
    _check_fields(ctx, owner, fields)
    if draft is None:
        draft = _new(ctx, owner, fields)
    elif draft.state != "draft":
        raise Refused("not_now", _("That one has been handed in already."))
    else:
        draft.amend(updated_at=ctx.now, **fields)
    if ctx.actor.kind == "person":
        again = ctx.now + timedelta(hours=ctx.settings.requests.draft_offer_again_hours)
        set_deadline(ctx, "draft_left", ("request", draft.id), again)
    return draft


@on_due("draft_left", useful_for=timedelta(days=1))
def _left(ctx: Context, row: Deadline) -> None:
    """A wish that was left half-way is offered again, once, where it can be said in the chat; never a call for staff (C3)."""
    draft = Request.find(row.subject_id)
    if draft is None or draft.state != "draft" or draft.service is None or not reachable_now(ctx, draft.person_id):
        return
    service = service_name(find_service(ctx, draft.service))
    tell(ctx, draft.person_id, "draft_left", about=("request", draft.id), request_id=draft.id, service_name=service)


def _owner(ctx: Context, person_id: int | None) -> int:
    owner = ctx.actor.id if ctx.actor.kind == "person" else person_id
    if owner is None:
        raise ValueError("whose wish it is must be said")
    return owner


def _check_fields(ctx: Context, owner: int, fields: dict[str, Any]) -> None:
    if fields.get("starts_at") is not None:
        check_aware(fields["starts_at"])
    if fields.get("service") is not None and find_service(ctx, fields["service"]) is None:
        raise Refused(
            "no_service", _("We don't have that service. Ask for our services, and I'll show you."), status=400
        )
    if fields.get("recurrence") and not is_rule(fields["recurrence"]):
        raise Refused("bad_rule", _("I can't read how often it shall be. For example: every Tuesday and Thursday."), status=400)
    if fields.get("address_id") is not None:
        mine = {"community_id": ctx.community_id, "person_id": owner}
        if Address.pick(**mine, id=fields["address_id"]) is None:
            raise not_found()


def check_aware(moment: datetime) -> None:
    """Refuses (bad_time) a time without its time zone: which hour would it be."""
    if moment.tzinfo is None:
        raise Refused("bad_time", _("I can't read that time. Please say day and hour once more."), status=400)


def _new(ctx: Context, owner: int, fields: dict[str, Any]) -> Request:
    draft = Request.create(
        community_id=ctx.community_id,
        number=f"d{secrets.token_hex(8)}",  # nobody reads it to anybody; at a counter all who begin to book would wait for each other
        person_id=owner,
        state=REQUEST.first,
        created_at=ctx.now,
        updated_at=ctx.now,
        **fields,
    )
    remember(draft)
    return draft  # type: ignore[no-any-return]


@use_case(*PEOPLE, *FRONT)
def drop_draft(ctx: Context, draft_id: int | None) -> None:
    """The wish is dropped; None, or one that is gone, is no mistake."""
    draft = find_draft(ctx, draft_id)
    if draft is not None:
        advance(ctx, REQUEST, draft, "drop")
        drop_deadlines(ctx, ("request", draft.id), "draft_left", note="dropped")


def check_complete(ctx: Context, request: Request) -> None:
    """Refuses what can't be handed in: missing, too_soon, too_far_ahead."""
    missing = missing_fields(request)
    if missing:
        raise Refused("missing", _("Something is still missing: %(what)s.", what=_said(missing)), fields=missing)
    check_time(ctx, request.starts_at)


def _said(missing: list[str]) -> str:
    words = {"service": _("which service"), "starts_at": _("day and hour"), "address": _("the address")}
    return "、".join(words[name] for name in missing)


def check_time(ctx: Context, starts_at: datetime) -> None:
    """Refuses a time at which nobody can come: bad_time, too_soon, too_far_ahead."""
    check_aware(starts_at)
    if starts_at < ctx.now + SOONEST:
        raise Refused(
            "too_soon",
            _("That is too soon, or past: somebody needs at least half an hour. Which other time suits you?"),
        )
    if starts_at > ctx.now + FURTHEST:
        raise Refused("too_far_ahead", _("That is more than half a year ahead. Please choose an earlier day."))
