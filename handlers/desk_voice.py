"""What a consultant needs beside a talk: the voices in it, and what the person had begun to say (B5, C3)."""

from typing import Any

from handlers.catalogue import find_service, service_name, task_words
from handlers.context import FRONT, Context, use_case
from handlers.recordings import voices_in
from handlers.requests_read import find_draft, missing_fields
from handlers.talk import load_talk
from handlers.words import _, listed, say_minutes, say_when, say_yuan
from models.people import Address
from models.requests import Request
from models.talk import ChatLine


def with_voices(
    ctx: Context, person_id: int, lines: list[ChatLine], shown: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The lines of a talk, those that were spoken with where to play them; `heard` where their words are known."""
    voices = voices_in(ctx, person_id) if any(line.kind == "voice" for line in lines) else {}
    for line, row in zip(lines, shown, strict=True):
        row |= {
            "id": line.id,
            "voice": voices.get(line.id),
            "heard": line.kind == "voice" and line.words != _("voice message"),
        }
    return shown


@use_case(*FRONT)
def half_said(ctx: Context, person_id: int) -> dict[str, Any] | None:
    """What the person had begun before they asked for a person: its name, what is known of it, and what is still missing."""
    talk = load_talk(ctx, person_id)
    name, data = (
        (talk.name, talk.data)
        if talk.name
        else ((talk.parked or {}).get("name", ""), (talk.parked or {}).get("data", {}))
    )
    if not name:
        return None
    draft = find_draft(ctx, data.get("draft_id")) if name == "booking" else None
    return {
        "title": dialogue_names().get(name, _("Something begun")),
        "facts": _facts(ctx, draft) if draft is not None else [],
        "words": draft.words if draft is not None else "",
        "missing": _missing(draft) if draft is not None else "",
    }


def dialogue_names() -> dict[str, str]:
    """What a dialogue is about."""
    return {
        "booking": _("A booking, half said"),
        "cancel": _("Cancelling, not confirmed yet"),
        "move": _("Another time, not confirmed yet"),
        "complaint": _("A complaint, half said"),
        "dispute": _("A fee that isn't right"),
        "counter": _("Another condition for a job"),
        "checkin": _("Checking in"),
        "rating": _("A rating"),
        "answer": _("An answer to what we asked"),
        "welcome": _("The privacy notice, not answered yet"),
    }


def _facts(ctx: Context, draft: Request) -> list[tuple[str, str]]:
    home = Address.find(draft.address_id)
    facts = [
        (_("Service"), service_name(find_service(ctx, draft.service)) if draft.service else ""),
        (_("When"), say_when(draft.starts_at, ctx.now) if draft.starts_at else ""),
        (_("How long"), say_minutes(draft.minutes) if draft.minutes else ""),
        (_("To be done"), task_words(draft.tasks)),
        (_("Budget"), say_yuan(draft.budget_max_fen) if draft.budget_max_fen else ""),
        (_("Where"), f"{home.area}{home.building}" if home is not None else ""),
    ]
    return [(label, value) for label, value in facts if value]


def _missing(draft: Request) -> str:
    names = {"service": _("which service"), "starts_at": _("day and hour"), "address": _("the address")}
    return listed(names[field] for field in missing_fields(draft) if field in names)
