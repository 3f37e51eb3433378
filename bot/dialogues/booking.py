"""Asking for a service: one free sentence fills what it can, and only what is missing or doubtful is asked (C3).

The draft is kept as a request from the first word, so that nothing is lost if the person stops half-way.
"""

from typing import Any

from bot.actions import Chosen, action
from bot.dialogues.base import DialogueTable, End, Go, Next, Stay, Step, declare
from bot.dialogues.slots import fields_of, pending_words
from bot.turn import Turn, read_words
from handlers.cards import Card, card
from handlers.catalogue import list_services
from handlers.context import Refused
from handlers.people import add_address, default_address, set_called
from handlers.requests import (
    drop_draft,
    find_draft,
    missing_fields,
    request_words,
    save_draft,
    submit_request,
    summary_card,
)
from handlers.words import _

STEP_OF = {"service": "service", "starts_at": "start", "address": "address"}


def start_booking(turn: Turn) -> Card:
    """A new wish: keeps what the sentence said, and asks the first thing that is missing."""
    turn.talk.open("booking", "confirm", {})
    _merge(turn)
    return _next_card(turn)


def _merge(turn: Turn) -> None:
    """Adds what this message stated to the draft; later words win over earlier ones."""
    draft = find_draft(turn.ctx, turn.data.get("draft_id"))
    fields = fields_of(turn, draft)
    if draft is None:
        address = default_address(turn.ctx)
        fields.setdefault("address_id", address.id if address else None)
    said = "\n".join(filter(None, [draft.words if draft else "", turn.text]))
    turn.data["draft_id"] = save_draft(turn.ctx, turn.data.get("draft_id"), words=said[:1000], **fields).id


def _draft(turn: Turn) -> Any:
    draft = find_draft(turn.ctx, turn.data.get("draft_id"))
    if draft is None:
        turn.talk.close()
        raise Refused("no_draft", _("That one has been dropped already. Just tell me anew what you need."))
    return draft


def _next_step(turn: Turn) -> str:
    missing = missing_fields(_draft(turn))
    return STEP_OF[missing[0]] if missing else "confirm"


def _next_card(turn: Turn) -> Card:
    turn.talk.step = _next_step(turn)
    return BOOKING.steps[turn.talk.step].ask(turn)


def _on(turn: Turn) -> Next:
    return Go(_next_step(turn))


def _ask_service(turn: Turn) -> Card:
    names = "、".join(s.name for s in list_services(turn.ctx)[:8])
    return card(_("Which kind of help? For example: %(names)s. You can also say it in your own words.", names=names))


def _take_service(turn: Turn) -> Next:
    if not turn.slot("service"):
        return None if turn.frame.intent != "request_service" else Stay(_("I didn't catch which kind of help."))
    _merge(turn)
    return _on(turn)


def _ask_start(turn: Turn) -> Card:
    pending = pending_words(_draft(turn), turn.ctx.now)
    if pending:
        return card(_("%(day)s, good. At what time should they come?", day=pending))
    return card(_("On which day, and at what time? For example: tomorrow afternoon at three."))


def _take_start(turn: Turn) -> Next:
    before = (_draft(turn).starts_at, _draft(turn).extras)
    _merge(turn)
    draft = _draft(turn)
    if draft.starts_at is None and (draft.starts_at, draft.extras) == before:
        if turn.frame.intent not in ("request_service", "other", "yes", "no", "reschedule"):
            return None
        return Stay(_("I didn't catch the time. Is it morning or afternoon, and at what o'clock?"))
    return _on(turn)


def _ask_address(turn: Turn) -> Card:
    return card(
        _(
            "Where should they come, and what may we call you? For example: Xingfuli building 3 unit 2 room 501, Aunt Wang."
        )
    )


def _take_address(turn: Turn) -> Next:
    if turn.frame.intent in ("ask_price", "faq", "order_status", "ask_catalog"):
        return None
    place = turn.inbound.place
    try:
        where = {"lat": place.lat, "lng": place.lng} if place else {}
        address = add_address(turn.ctx, words=turn.text or (place.label if place else ""), **where)
    except Refused as unclear:
        return Stay(unclear.words)
    set_called(turn.ctx, called=turn.text)
    save_draft(turn.ctx, turn.data["draft_id"], address_id=address.id)
    return _on(turn)


def _ask_confirm(turn: Turn) -> Card:
    return summary_card(turn.ctx, _draft(turn))


def _take_confirm(turn: Turn) -> Next:
    if turn.frame.intent == "yes" and not turn.frame.slots:
        return End(submit(turn))
    if turn.frame.slots:
        _merge(turn)
        return Go(_next_step(turn), _("Changed. Please look again:"))
    if turn.frame.intent == "no":
        return Go("edit")
    return _look_again(turn)


def _look_again(turn: Turn) -> Next:
    """A correction is often said as a wish of its own (「改成后天」): read it once more without the yes-or-no in mind."""
    turn.frame = read_words(turn.ctx, turn.text, "asked_time")
    if turn.frame.intent in ("request_service", "reschedule", "no") and turn.frame.slots:
        _merge(turn)
        return Go(_next_step(turn), _("Changed. Please look again:"))
    return None


def _ask_edit(turn: Turn) -> Card:
    return card(
        _("What would you like to change: the time, the place, or what is to be done? Just say it."),
        ("booking:0:address", _("Another address")),
    )


def _take_edit(turn: Turn) -> Next:
    if turn.frame.intent == "yes" and not turn.frame.slots:
        return Go("confirm")
    if turn.frame.slots:
        _merge(turn)
        return Go(_next_step(turn), _("Changed. Please look again:"))
    if any(word in turn.text for word in ("地址", "地方", "address")):
        return Go("address")
    return (
        _take_address(turn)
        if any(w in turn.text for w in "号楼室栋单元")
        else Stay(_("I didn't catch what to change."))
    )


def submit(turn: Turn) -> Card:
    """Hands the draft in; the dialogue is over."""
    request = submit_request(turn.ctx, _draft(turn).id)
    turn.talk.close()
    return card(request_words(turn.ctx, request))


def _leave(turn: Turn) -> Card:
    drop_draft(turn.ctx, turn.data.get("draft_id"))
    return card(_("Good, dropped. Nothing was booked. Just write when you need something."))


BOOKING = declare(
    DialogueTable(
        "booking",
        {
            "service": Step(_ask_service, _take_service, reads="asked_service"),
            "start": Step(_ask_start, _take_start, reads="asked_time"),
            "address": Step(_ask_address, _take_address, free_text=True),
            "confirm": Step(_ask_confirm, _take_confirm, reads="confirm:booking"),
            "edit": Step(_ask_edit, _take_edit, reads="asked_time"),
        },
        _leave,
        parks=True,
    )
)


def _in_booking(turn: Turn) -> None:
    if turn.talk.name != "booking" and not (
        turn.talk.parked and turn.talk.parked["name"] == "booking" and turn.talk.unpark()
    ):
        raise Refused("no_draft", _("That one is settled already. Just tell me anew what you need."))


@action("booking", "yes")
def _yes(turn: Turn, chosen: Chosen) -> Card:
    _in_booking(turn)
    return submit(turn) if _next_step(turn) == "confirm" else _next_card(turn)


@action("booking", "edit")
def _edit(turn: Turn, chosen: Chosen) -> Card:
    _in_booking(turn)
    turn.talk.step = "edit"
    return _ask_edit(turn)


@action("booking", "address")
def _address(turn: Turn, chosen: Chosen) -> Card:
    _in_booking(turn)
    turn.talk.step = "address"
    return _ask_address(turn)


@action("booking", "drop")
def _drop(turn: Turn, chosen: Chosen) -> Card:
    _in_booking(turn)
    said = _leave(turn)
    turn.talk.close()
    return said


@action("booking", "resume")
def _resume(turn: Turn, chosen: Chosen) -> Card:
    _in_booking(turn)
    return _next_card(turn)
