"""A visit that will not be: what hung on it is let go, and the search for somebody else begins (D5, F1)."""

from typing import Any

from handlers.cancelling import free_slots
from handlers.context import Context
from handlers.deadlines import drop_deadlines
from handlers.lifecycle import advance
from models.requests import Offer, Request
from models.rules.lifecycles import AGREEMENT, OFFER, REQUEST, VISIT
from models.visits import Agreement, Visit


def withdraw_accepted(ctx: Context, request_id: int, reason: str) -> None:
    """The accepted offer of a request no longer holds."""
    taken = (Offer.community_id == ctx.community_id) & (Offer.request_id == request_id) & (Offer.state == "accepted")
    for offer in Offer.select().where(taken):
        advance(ctx.as_system(), OFFER, offer, "withdraw", reason=reason)


def without_worker(request: Request, worker_id: int) -> dict[str, Any]:
    """The request's wishes, with this worker among those who are not asked again."""
    not_again = {*request.wishes.get("not_worker_ids", []), worker_id}
    return {**request.wishes, "not_worker_ids": sorted(not_again)}


def release(ctx: Context, visit: Visit, verb: str, reason: str) -> Request:
    """Ends a visit by `verb` (replace, no_show) with agreement, offer and booked time; its request is looked for again.

    The request comes back in state matching, without this worker; who is told what is the caller's.
    """
    advance(ctx, VISIT, visit, verb, reason=reason)
    drop_deadlines(ctx, ("visit", visit.id), note=reason)
    free_slots(ctx, f"visit:{visit.id}")
    agreement = Agreement.find(visit.agreement_id)
    if agreement is not None and agreement.state == "sealed":
        advance(ctx.as_system(), AGREEMENT, agreement, "end", reason=reason)
    withdraw_accepted(ctx, visit.request_id, reason)
    request = Request.get(Request.id == visit.request_id)
    wishes = without_worker(request, visit.worker_id)
    advance(ctx.as_system(), REQUEST, request, "rematch", reason=reason, wishes=wishes, updated_at=ctx.now)
    return request
