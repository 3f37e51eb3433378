"""What happened to a request, in sentences, for its page at the desk (C6)."""

from typing import Any

from handlers.context import Context
from handlers.lifecycle import list_events
from handlers.verbs import verb_words
from handlers.words import _
from models.requests import Offer, Request
from models.visits import Visit


def history_of(ctx: Context, request: Request, visit: Visit | None) -> list[dict[str, Any]]:
    """Every step of a request, its offers and its visit, in the order in which they happened."""
    rows = list_events(ctx, "request", request.id)
    for offer in Offer.select().where(Offer.request_id == request.id):
        rows += list_events(ctx, "offer", offer.id)
    if visit is not None:
        rows += list_events(ctx, "visit", visit.id)
    rows.sort(key=lambda e: (e.at, e.id))
    return [_event(e) for e in rows]


def _event(event: Any) -> dict[str, Any]:
    who = _("by rule") if event.actor_kind == "system" else event.actor_called
    detail = "，".join(
        filter(None, [who, event.reason if event.reason != "rule" else "", event.data.get("worker", "")])
    )
    return {
        "words": verb_words(event.subject_kind, event.verb),
        "at": event.at,
        "detail": detail,
        "kind": "ok",
        "quote": "",
    }
