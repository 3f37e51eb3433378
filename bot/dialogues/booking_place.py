"""Where to, and whose home it is: short questions of a booking, each only where it is not known (C2, C3)."""

from bot.dialogues.base import Aside, Go, Next, Stay, Step
from bot.dialogues.drafting import FOREIGN, draft_of, go_on, hear, listening, missed
from bot.dialogues.noting import note_extras
from bot.turn import Turn
from handlers.cards import Card, card
from handlers.introductions import is_address
from handlers.people import add_address, default_address, find_me, set_called
from handlers.requests import save_draft
from handlers.words import _


def ask_address(turn: Turn) -> Card:
    """Where to; and what the asker is called, if that is not known."""
    if find_me(turn.ctx).called:
        return card(_("Where should they come? For example: Xingfuli building 3 unit 2 room 501."))
    return card(
        _(
            "Where should they come, and what may we call you? For example: Xingfuli building 3 unit 2 room 501, Aunt Wang."
        )
    )


def take_address(turn: Turn) -> Next:
    """An address in words or as a place on the map; without a door it is asked once more, and then taken as it is."""
    place, draft = turn.inbound.place, draft_of(turn)
    words = str(turn.data.get("near", "")) + (turn.text or (place.label if place else ""))
    if place is None and not is_address(words):
        return _no_address(turn)
    where = {"lat": place.lat, "lng": place.lng} if place else {}
    address = add_address(turn.ctx, words=words, usual=not draft.served, **where)
    set_called(turn.ctx, called=turn.text)
    save_draft(turn.ctx, draft.id, address_id=address.id)
    turn.data["place_known"] = True
    if not address.door and not place and not turn.data.get("near"):
        turn.data["near"] = address.words
        return Aside(card(_("%(place)s, good. Which unit and room?", place=address.words)))
    turn.data.pop("near", None)
    return go_on(turn, note_extras(turn, draft_of(turn), address_asked=True))


def _no_address(turn: Turn) -> Next:
    """Something else was said: what of it belongs to the wish is kept, and the question comes again."""
    note = hear(turn, address_asked=True)
    if note:
        return Stay(note.strip())
    if turn.frame.slots and turn.frame.intent not in FOREIGN:
        return Stay(_("Changed."))
    if turn.frame.intent in FOREIGN:
        return None
    return missed(turn, _("I need the building and the room, so that they find the door."))


def ask_door(turn: Turn) -> Card:
    """The address once more, in fewer words."""
    if turn.data.get("near"):
        return card(_("%(place)s, good. Which unit and room?", place=turn.data["near"]))
    return card(_("Where should they come? Building, unit and room."))


def ask_whose(turn: Turn) -> Card:
    """For somebody else: whose home it is."""
    draft = draft_of(turn)
    mine = default_address(turn.ctx)
    return card(
        _("Does %(who)s live at your address, %(place)s?", who=draft.served, place=mine.words if mine else ""),
        ("booking:0:same_place", _("Yes, the same")),
        ("booking:0:address", _("Another address")),
    )


def take_whose(turn: Turn) -> Next:
    """Yes: the same home. No, or an address: theirs."""
    note = note_extras(turn, draft_of(turn))
    turn.data["place_known"] = turn.frame.intent == "yes" or bool(note)
    if turn.data["place_known"]:
        return go_on(turn, note)
    return Go("address") if turn.frame.intent == "no" else None


PLACE_STEPS = {
    "address": Step(
        ask_address, listening(take_address), reads="asked_time", personal=True, hears_all=True, again=ask_door
    ),
    "whose": Step(ask_whose, take_whose, reads="confirm:booking", personal=True),
}
