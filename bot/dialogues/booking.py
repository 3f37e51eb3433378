"""Asking for a service: one free sentence fills what it can, and only what is missing or doubtful is asked (C3).

The draft is kept as a request from the first word, so that nothing is lost if the person stops half-way.
"""

import re
from datetime import datetime, time, timedelta

from bot.actions import Chosen, action
from bot.dialogues.base import DialogueTable, End, Go, Next, Stay, Step, ask, declare
from bot.dialogues.booking_place import PLACE_STEPS, ask_address, take_address
from bot.dialogues.drafting import FOREIGN, draft_of, go_on, hear, listening, merge, missed, next_step, take_in
from bot.dialogues.fewer import people_in
from bot.dialogues.near_year import next_year_day
from bot.dialogues.noting import note_extras
from bot.dialogues.slots import by_day, pending_words
from bot.turn import Turn
from handlers.cards import Card, card
from handlers.catalogue import list_services
from handlers.clock import SHANGHAI, local
from handlers.contact import phone_of
from handlers.context import Refused
from handlers.people import find_me
from handlers.requests import (
    drop_draft,
    find_draft,
    request_words,
    save_draft,
    submit_request,
    summary_card,
)
from handlers.words import _, say_when

PAST_DAY = re.compile(r"昨天|昨日|前天|上周|上星期|上个?礼拜")


def start_booking(turn: Turn) -> Card:
    """A new wish: keeps what the sentence said, and asks the first thing that is missing."""
    turn.talk.open("booking", "confirm", {})
    merge(turn)
    note = note_extras(turn, draft_of(turn))
    return _with_note(note, _next_card(turn))


def _next_card(turn: Turn) -> Card:
    turn.talk.step = next_step(turn)
    return ask(turn)


def _ask_service(turn: Turn) -> Card:
    names = "、".join(s.name for s in list_services(turn.ctx)[:8])
    ways = (("menu:0:services", _("What can you do?")), ("talk:0:human", _("Find a person to help me"))) if turn.data.get("missed") else ()
    return card(_("Which kind of help? For example: %(names)s. You can also say it in your own words.", names=names), *ways)


def _take_service(turn: Turn) -> Next:
    if not turn.slot("service"):
        note = hear(turn)
        if note:
            return Stay(note.strip())
        return None if turn.frame.intent in FOREIGN else missed(turn, _("I didn't catch which kind of help."))
    return go_on(turn, take_in(turn))


def _ask_start(turn: Turn) -> Card:
    draft = draft_of(turn)
    pending = pending_words(draft, turn.ctx.now)
    ways = _days_to_tap(turn) if int(turn.data.get("missed", 0)) >= 2 else ()
    if by_day(turn.ctx, draft.service):
        return card(_("From which day on? For example: 20 December."), *ways)
    if pending and draft.extras.get("date_only"):
        return card(_("%(day)s, good. At what time should they come?", day=pending), *ways)
    if pending:
        return card(_("%(hour)s, good. On which day?", hour=pending), *ways)
    return card(_("On which day, and at what time? For example: tomorrow afternoon at three."), *ways)


def _days_to_tap(turn: Turn) -> tuple[tuple[str, str], ...]:
    """Three likely times and a person, for whom writing a time is hard."""
    today = local(turn.ctx.now).date()
    times = [datetime.combine(today + timedelta(days=d), time(h), SHANGHAI) for d, h in ((1, 9), (1, 15), (2, 9))]
    said = [(f"booking:0:when:{t.isoformat()}", say_when(t, turn.ctx.now)) for t in times]
    return (*said, ("talk:0:human", _("Find a person to help me")))


@action("booking", "when")
def _when(turn: Turn, chosen: Chosen) -> Card:
    _in_booking(turn, chosen)
    save_draft(turn.ctx, draft_of(turn).id, starts_at=datetime.fromisoformat(chosen.arg))
    turn.data.pop("missed", None)
    return _next_card(turn)


def _next_year(turn: Turn) -> None:
    draft = draft_of(turn)
    day = next_year_day(turn.text, local(turn.ctx.now).date())
    if day is None or draft.starts_at or draft.extras.get("date_only"):
        return
    starts_at = datetime.combine(day, time(9), SHANGHAI) if by_day(turn.ctx, draft.service) else None
    save_draft(turn.ctx, draft.id, starts_at=starts_at, extras={**draft.extras, "date_only": day.isoformat()})


def _take_start(turn: Turn) -> Next:
    before = (draft_of(turn).starts_at, draft_of(turn).extras.get("date_only"), draft_of(turn).extras.get("time_only"))
    asked_else = turn.frame.intent not in ("request_service", "other", "yes", "no", "reschedule")
    note = hear(turn)
    _next_year(turn)
    draft = draft_of(turn)
    if (
        draft.starts_at is not None
        or (draft.starts_at, draft.extras.get("date_only"), draft.extras.get("time_only")) != before
    ):
        return go_on(turn, note)
    if PAST_DAY.search(turn.text):
        return missed(turn, _("That day is past."))
    if note:
        return Stay(note.strip())
    return None if asked_else else missed(turn, _("I didn't catch the time."))


def _ask_confirm(turn: Turn) -> Card:
    return summary_card(turn.ctx, draft_of(turn))


def _ask_short(turn: Turn) -> Card:
    """The summary again is long: what was noted stands above, so only the question."""
    whole = _ask_confirm(turn)
    return Card(_("The rest stays as noted above. Shall I hand it in like that?"), whole.choices)


def _count(turn: Turn) -> None:
    """还是两个吧, 再加一个人: how many are to come, said by itself once that is noted."""
    people = people_in(turn.text, draft_of(turn).people) if not set(turn.frame.slots) - {"people"} else None
    if people and people > 0:
        turn.frame.slots["people"] = people


def _take_confirm(turn: Turn) -> Next:
    _count(turn)
    if turn.frame.intent == "yes" and not turn.frame.slots:
        return End(submit(turn))
    note = hear(turn) if turn.frame.intent != "yes" or turn.frame.slots else ""
    if note or (turn.frame.slots and turn.frame.intent not in FOREIGN):
        return Go(next_step(turn), note.strip() or _("Changed. Please look again:"))
    if turn.frame.intent == "no":
        return Go("edit")
    return _look_again(turn)


@action("booking", "second")
def _second(turn: Turn, chosen: Chosen) -> Card:
    """The first wish is kept half-way and offered again after this one."""
    _in_booking(turn, chosen)
    text = str(turn.data.pop("other", turn.text))
    turn.talk.park(turn.ctx.now)
    turn.speak_of(text)
    return start_booking(turn)


@action("booking", "instead")
def _instead(turn: Turn, chosen: Chosen) -> Card:
    _in_booking(turn, chosen)
    text = str(turn.data.pop("other", turn.text))
    drop_draft(turn.ctx, turn.data.get("draft_id"))
    turn.speak_of(text)
    return start_booking(turn)


def _look_again(turn: Turn) -> Next:
    """A correction is often said as a wish of its own (「改成后天」): read it once more without the yes-or-no in mind."""
    turn.read("asked_time")
    if turn.frame.intent in ("request_service", "reschedule", "no") and turn.frame.slots:
        merge(turn)
        return Go(next_step(turn), _("Changed. Please look again:"))
    if any(word in turn.text for word in ("地址", "地方", "address")):
        return Go("address")
    return None


def _ask_edit(turn: Turn) -> Card:
    return card(
        _("What would you like to change: the time, the place, or what is to be done? Just say it."),
        ("booking:0:address", _("Another address")),
    )


def _take_edit(turn: Turn) -> Next:
    if turn.frame.intent == "yes" and not turn.frame.slots:
        return Go("confirm")
    _count(turn)
    note = take_in(turn)
    if turn.frame.slots or note:
        return Go(next_step(turn), note.strip() or _("Changed. Please look again:"))
    if any(word in turn.text for word in ("地址", "地方", "address")):
        return Go("address")
    return (
        take_address(turn) if any(w in turn.text for w in "号楼室栋单元") else Stay(_("I didn't catch what to change."))
    )


def submit(turn: Turn) -> Card:
    """Hands the draft in; the dialogue is over. A wish that was left half-way is offered again."""
    request = submit_request(turn.ctx, draft_of(turn).id)
    turn.talk.close()
    # What follows from passing at once is told with it: the cards of those who can come.
    words = request_words(turn.ctx, request) if request.state == "submitted" else _("It is handed in.")
    me = find_me(turn.ctx)
    if not me.called:
        words = _("%(done)s\nOne more thing: what may we call you? For example: Aunt Wang.", done=words)
    elif not phone_of(me):
        words = _("%(done)s\nIf you like, leave a mobile number, so that a colleague can reach you if it is urgent.", done=words)
    done = card(words)
    if turn.talk.parked and turn.talk.parked.get("name") == "booking":
        words = _("%(done)s\n\nThe other wish is still half-way. Shall we go on with it?", done=done.text)
        return card(words, ("booking:0:resume", _("Go on")), ("booking:0:drop", _("Drop it")))
    return done


def _with_note(note: str, shown: Card) -> Card:
    return Card(f"{note.strip()}\n{shown.text}", shown.choices) if note.strip() else shown


def _leave(turn: Turn) -> Card:
    drop_draft(turn.ctx, turn.data.get("draft_id"))
    return card(_("Good, dropped. Nothing was booked. Just write when you need something."))


BOOKING = declare(
    DialogueTable(
        "booking",
        {
            "service": Step(_ask_service, _take_service, reads="asked_service", hears_all=True),
            "start": Step(_ask_start, listening(_take_start), reads="asked_time", hears_all=True),
            **PLACE_STEPS,
            "confirm": Step(
                _ask_confirm, listening(_take_confirm), reads="confirm:booking", again=_ask_short, hears_all=True
            ),
            "edit": Step(_ask_edit, _take_edit, reads="asked_time"),
        },
        _leave,
    )
)


def _in_booking(turn: Turn, chosen: Chosen | None = None) -> None:
    """Back into the booking: the open one, the one named by the choice, or the one that was left half-way."""
    if turn.talk.name == "booking":
        return
    if turn.talk.parked and turn.talk.parked["name"] == "booking" and turn.talk.unpark():
        return
    if chosen is not None and chosen.id and find_draft(turn.ctx, chosen.id) is not None:
        turn.talk.open("booking", "confirm", {"draft_id": chosen.id})
        return
    raise Refused("no_draft", _("That one is settled already. Just tell me anew what you need."))


@action("booking", "same_place")
def _same_place(turn: Turn, chosen: Chosen) -> Card:
    _in_booking(turn, chosen)
    turn.data["place_known"] = True
    return _next_card(turn)


@action("booking", "yes")
def _yes(turn: Turn, chosen: Chosen) -> Card:
    _in_booking(turn, chosen)
    return submit(turn) if next_step(turn) == "confirm" else _next_card(turn)


@action("booking", "edit")
def _edit(turn: Turn, chosen: Chosen) -> Card:
    _in_booking(turn, chosen)
    turn.talk.step = "edit"
    return _ask_edit(turn)


@action("booking", "address")
def _address(turn: Turn, chosen: Chosen) -> Card:
    _in_booking(turn, chosen)
    turn.talk.step = "address"
    return ask_address(turn)


@action("booking", "drop")
def _drop(turn: Turn, chosen: Chosen) -> Card:
    _in_booking(turn, chosen)
    said = _leave(turn)
    turn.talk.close()
    return said


@action("booking", "resume")
def _resume(turn: Turn, chosen: Chosen) -> Card:
    _in_booking(turn, chosen)
    return _next_card(turn)
