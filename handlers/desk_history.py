"""What happened to a request, in sentences, for its page at the desk (C6)."""

from typing import Any

from handlers.context import Context
from handlers.lifecycle import list_events
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


def verb_words(kind: str, verb: str) -> str:
    """What happened, in words."""
    said = {
        "submit": _("handed in"),
        "approve": _("passed"),
        "reject": _("not taken"),
        "ask": _("the resident was asked"),
        "answer": _("the resident answered"),
        "recommend": _("workers were recommended"),
        "offer": _("a worker was asked"),
        "run_out": _("nobody took it"),
        "accept": _("a worker took it") if kind == "request" else _("said yes"),
        "decline": _("said no"),
        "counter": _("proposed another condition"),
        "expire": _("did not answer in time") if kind == "offer" else _("its time passed"),
        "withdraw": _("taken back"),
        "agree": _("both confirmed the terms"),
        "schedule": _("the visit stands"),
        "rematch": _("somebody else is sought"),
        "reschedule": _("moved to another time"),
        "cancel": _("cancelled"),
        "close": _("closed"),
        "set_out": _("the worker set out"),
        "check_in": _("the worker arrived"),
        "check_out": _("the worker finished"),
        "confirm": _("the resident confirmed"),
        "settle": _("paid"),
        "no_show": _("the worker did not come"),
        "replace": _("another worker is sought"),
        "drop": _("dropped"),
        "later": _("moved to the next time that can be kept"),
        "coming": _("said that it stays as agreed"),
        "cant": _("said that it may not work"),
        "wrong_code": _("sent a wrong code"),
        "progress": _("a word from the worker"),
        "dispute": _("said that a line is not right"),
        "rate": _("gave stars"),
    }
    return said.get(verb, verb)


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
