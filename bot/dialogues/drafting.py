"""The draft behind a booking: what each message adds to it, and what is asked next (C3)."""

from collections.abc import Callable
from typing import Any

from bot.dialogues.base import Aside, Go, Next, Stay
from bot.dialogues.noting import note_extras, what_changed
from bot.dialogues.slots import fields_of
from bot.turn import Turn
from handlers.cards import card
from handlers.catalogue import find_service, service_name
from handlers.context import Refused
from handlers.people import default_address
from handlers.requests import find_draft, missing_fields, save_draft
from handlers.words import _

STEP_OF = {"service": "service", "starts_at": "start", "address": "address"}


def merge(turn: Turn) -> None:
    """Adds what this message stated to the draft; later words win over earlier ones."""
    draft = find_draft(turn.ctx, turn.data.get("draft_id"))
    fields = fields_of(turn, draft)
    if draft is None:
        address = default_address(turn.ctx)
        fields.setdefault("address_id", address.id if address else None)
    said = "\n".join(filter(None, [draft.words if draft else "", turn.text]))
    turn.data["draft_id"] = save_draft(turn.ctx, turn.data.get("draft_id"), words=said[:1000], **fields).id


def draft_of(turn: Turn) -> Any:
    """The draft of the open booking. Refuses no_draft when it was dropped meanwhile."""
    draft = find_draft(turn.ctx, turn.data.get("draft_id"))
    if draft is None:
        turn.talk.close()
        raise Refused("no_draft", _("That one has been dropped already. Just tell me anew what you need."))
    return draft


def take_in(turn: Turn, *, address_asked: bool = False) -> str:
    """Keeps all that a message says, also what was not asked; what was kept, in words."""
    before = {"minutes": draft_of(turn).minutes, "extras": dict(draft_of(turn).extras)}
    merge(turn)
    draft = draft_of(turn)
    return what_changed(before, draft) + note_extras(turn, draft, address_asked=address_asked)


FOREIGN = frozenset("ask_price ask_catalog faq order_status complain my_schedule greeting help cancel rate".split())


def hear(turn: Turn, *, address_asked: bool = False) -> str:
    """What a message adds to the draft, in words; of what sounds like another matter only wishes and notes are taken."""
    if turn.frame.intent in FOREIGN:
        return note_extras(turn, draft_of(turn), address_asked=address_asked)
    return take_in(turn, address_asked=address_asked)


def next_step(turn: Turn) -> str:
    """The step that asks the first thing that is missing; `confirm` when nothing is."""
    draft = draft_of(turn)
    missing = missing_fields(draft)
    if missing:
        return STEP_OF[missing[0]]
    if draft.served and not turn.data.get("place_known") and not _said_place(turn, draft):
        return "whose"
    return "confirm"


def _said_place(turn: Turn, draft: Any) -> bool:
    """For somebody else the own address is not taken for granted: it must have been said with this wish."""
    mine = default_address(turn.ctx)
    return mine is None or draft.address_id != mine.id or mine.used_at >= draft.created_at


def go_on(turn: Turn, note: str = "") -> Next:
    """On to what is missing next, with what was noted said first."""
    turn.data.pop("missed", None)
    return Go(next_step(turn), note.strip())


def missed(turn: Turn, words: str) -> Next:
    """Not caught: a kind word; the second time things to tap and a person are offered with the question."""
    turn.data["missed"] = int(turn.data.get("missed", 0)) + 1
    return Stay(words)


def another_service(turn: Turn) -> bool:
    """A whole new wish in the middle of one: another service, said with its own day or for somebody else."""
    service, draft = turn.slot("service"), draft_of(turn)
    own = any(slot in turn.frame.slots for slot in ("start", "date_only", "time_only", "recurrence"))
    return bool(service and draft.service and service != draft.service and own)


def one_or_two(turn: Turn) -> Next:
    """Asks whether it comes besides or instead; nothing of the first wish is mixed into it."""
    names = [service_name(find_service(turn.ctx, code)) for code in (draft_of(turn).service, turn.slot("service"))]
    turn.data["other"] = turn.text
    words = _("Is %(new)s a second wish, or instead of %(old)s?", old=names[0], new=names[1])
    return Aside(card(words, ("booking:0:second", _("A second one")), ("booking:0:instead", _("Instead of it"))))


def listening(take: Callable[[Turn], Next]) -> Callable[[Turn], Next]:
    """A step's `take` that first looks whether the words are a second wish."""

    def first(turn: Turn) -> Next:
        return one_or_two(turn) if another_service(turn) else take(turn)

    return first
