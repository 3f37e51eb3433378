"""Where to, for whom, and what the asker is called: three short questions of a booking, each only where it is not known (C2, C3)."""

from bot.dialogues.base import Go, Next, Stay, Step
from bot.dialogues.drafting import draft_of, go_on, missed
from bot.dialogues.noting import note_extras
from bot.turn import Turn
from handlers.cards import Card, card
from handlers.context import Refused
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
    if turn.frame.intent in ("ask_price", "faq", "order_status", "ask_catalog"):
        return None
    place, draft = turn.inbound.place, draft_of(turn)
    where = {"lat": place.lat, "lng": place.lng} if place else {}
    try:
        address = add_address(
            turn.ctx, words=turn.text or (place.label if place else ""), usual=not draft.served, **where
        )
    except Refused as unclear:
        return missed(turn, unclear.words)
    set_called(turn.ctx, called=turn.text)
    save_draft(turn.ctx, turn.data["draft_id"], address_id=address.id)
    turn.data["place_known"] = True
    if not address.door and not place and not turn.data.get("door_asked"):
        turn.data["door_asked"] = True
        return Stay(_("%(place)s, good. Which unit and room?", place=address.words))
    return go_on(turn, note_extras(turn, draft_of(turn), address_asked=True))


def ask_door(turn: Turn) -> Card:
    """The address once more, in fewer words."""
    return card(_("Please write it with building, unit and room; if there is none, write the place once more."))


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


def ask_name(turn: Turn) -> Card:
    """What they are called: it stands in the agreement, so it is asked once."""
    return card(_("One last thing: what may we call you? For example: Aunt Wang."))


def take_name(turn: Turn) -> Next:
    """A name, or none: it is not asked twice."""
    turn.data["name_asked"] = True
    set_called(turn.ctx, called=turn.text)
    return go_on(turn)


PLACE_STEPS = {
    "address": Step(ask_address, take_address, free_text=True, again=ask_door),
    "whose": Step(ask_whose, take_whose, reads="confirm:booking"),
    "name": Step(ask_name, take_name, free_text=True),
}
