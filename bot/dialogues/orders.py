"""Cancelling and moving what was asked for: rules and fees are told before anything is confirmed (C7)."""

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from bot.actions import Chosen, action
from bot.dialogues.base import Begin, DialogueTable, End, Go, Next, Stay, Step, begin, declare
from bot.dialogues.fewer import fewer_card
from bot.turn import Turn, moment, read_words
from handlers.cards import Card, card
from handlers.clock import SHANGHAI
from handlers.context import Refused
from handlers.requests import cancel_request, cancel_terms, list_my_requests, request_words, reschedule_request
from handlers.series import series_of_request
from handlers.words import _, say_day, say_when

KEEPS = re.compile(r"(不|别|甭)(用|要|想)?(取消|退)|留着|还是(要|来)")


def start_cancel(turn: Turn, request_id: int) -> Card:
    """Of a recurring service it is asked first: only this once, or all that follow. Else what it costs, and a yes."""
    series_id = series_of_request(turn.ctx, request_id)
    if not series_id:
        return start_cancel_one(turn, request_id)
    turn.talk.close()
    when = say_when(_one(turn, request_id).starts_at, turn.ctx.now)
    return card(
        _("It is a recurring service. Only this once (%(when)s), or shall nobody come any more?", when=when),
        (f"request:{request_id}:cancel_one", _("Only this once")),
        (f"series:{series_id}:end_ask", _("Nobody any more")),
        (f"request:{request_id}:cancel_no", _("No, keep it")),
    )


@action("request", "cancel_one")
def _cancel_one(turn: Turn, chosen: Chosen) -> Card:
    """只这一次."""
    return start_cancel_one(turn, chosen.id)


def start_cancel_one(turn: Turn, request_id: int) -> Card:
    """Says what cancelling costs, and asks for a yes."""
    return begin(turn, Begin("cancel", "confirm", {"request_id": request_id}))


def _ask_cancel(turn: Turn) -> Card:
    terms = cancel_terms(turn.ctx, turn.data["request_id"])
    request_id = turn.data["request_id"]
    rule = terms.words
    in_series = series_of_request(turn.ctx, request_id)
    if not in_series and _request(turn).recurrence:  # nobody has agreed to it yet: no date of its own
        rule = _("That would be all of the recurring service, not only one date. %(rule)s", rule=rule)
    elif in_series:  # one of many: which one is said
        rule = _("%(when)s, only this once. %(rule)s", when=say_when(_request(turn).starts_at, turn.ctx.now), rule=rule)
    return card(
        _("%(rule)s\nShall I cancel it?", rule=rule),
        (f"request:{request_id}:cancel_yes", _("Yes, cancel it")),
        (f"request:{request_id}:cancel_no", _("No, keep it")),
        (f"request:{request_id}:move", _("Another time instead")),
    )


def _take_cancel(turn: Turn) -> Next:
    fewer = fewer_card(turn, _request(turn))  # 取消一个 is not all of them
    if fewer is not None:
        return End(fewer)
    if KEEPS.search(turn.text):
        return End(_keep(turn))
    if names_another_day(turn):
        return None
    if turn.frame.intent in ("yes", "cancel"):
        return End(_cancelled(turn, turn.data["request_id"]))
    if turn.frame.intent == "no":
        return End(card(_("Good, everything stays as it is.")))
    return None


def names_another_day(turn: Turn) -> bool:
    """这周四别来了, where it was asked about another Thursday: that is no yes to what was asked."""
    said = turn.slot("ref_date") or turn.slot("date_only") or str(turn.slot("start", ""))[:10]
    return turn.talk.name == "cancel" and bool(said) and said != _request(turn).starts_at.astimezone(SHANGHAI).date().isoformat()


def _cancelled(turn: Turn, request_id: int) -> Card:
    in_series = series_of_request(turn.ctx, request_id)
    cancel_request(turn.ctx, request_id, reason="")
    if in_series:
        return card(_("Cancelled for this once, everybody concerned has been told. The other dates stay as they are."))
    return card(_("Cancelled. Everybody concerned has been told. Just write when you need something."))


def _keep(turn: Turn) -> Card:
    return card(_("Good, everything stays as it is."))


declare(DialogueTable("cancel", {"confirm": Step(_ask_cancel, _take_cancel, reads="confirm:order")}, _keep))


def _as_said_before(turn: Turn) -> None:
    """The answer to "which one?": what was asked for is what was said before it."""
    if turn.talk.name == "which":
        turn.text = str(turn.data["words"])
        turn.frame = read_words(turn.ctx, turn.text)


@action("request", "cancel")
def _cancel(turn: Turn, chosen: Chosen) -> Card:
    _as_said_before(turn)
    return start_cancel(turn, chosen.id)


@action("request", "cancel_yes")
def _cancel_yes(turn: Turn, chosen: Chosen) -> Card:
    turn.talk.close()
    return _cancelled(turn, chosen.id)


@action("request", "cancel_no")
def _cancel_no(turn: Turn, chosen: Chosen) -> Card:
    turn.talk.close()
    return _keep(turn)


def start_move(turn: Turn, request_id: int) -> Card:
    """Asks for the new time, unless the message states it already."""
    turn.talk.open("move", "when", {"request_id": request_id})
    _keep_day(turn)
    starts_at = new_time(turn, _request(turn))
    return _proposed(turn, starts_at) if starts_at else _ask_when(turn)


def _request(turn: Turn) -> Any:
    return _one(turn, turn.data["request_id"])


def _one(turn: Turn, request_id: int) -> Any:
    found = [r for r in list_my_requests(turn.ctx) if r.id == request_id]
    if not found:
        raise Refused("not_found", _("I can't find that one among yours."), status=404)
    return found[0]


def new_time(turn: Turn, request: Any) -> datetime | None:
    """The new moment that the message states, completed by when it is now."""
    return _time_from(turn, request.starts_at)


def _time_from(turn: Turn, before: datetime) -> datetime | None:
    """The new moment, completed by the one before it: a clock time alone keeps the day, and so on."""
    slots, old = turn.frame.slots, before.astimezone(SHANGHAI)
    if "start" in slots:
        return moment(slots["start"])
    if "shift_min" in slots:
        return old + timedelta(minutes=int(slots["shift_min"]))
    day = date.fromisoformat(slots["date_only"]) if "date_only" in slots else None
    if "time_only" in slots:
        return datetime.combine(day or old.date(), time.fromisoformat(slots["time_only"]), SHANGHAI)
    keeps_hour = slots.get("same_time") or "part_of_day" not in slots  # asked back before anything is moved
    return datetime.combine(day, old.timetz()) if day and keeps_hour else None


def _keep_day(turn: Turn) -> None:
    """后天上午, and the hour in the next sentence: the day that was said counts for it, and is kept until then."""
    slots = turn.frame.slots
    if "time_only" in slots and "date_only" not in slots and turn.data.get("day"):
        slots["date_only"] = turn.data["day"]
    elif "date_only" in slots and "start" not in slots:
        turn.data["day"] = slots["date_only"]


def _ask_when(turn: Turn) -> Card:
    old, day = say_when(_request(turn).starts_at, turn.ctx.now), turn.data.get("day")
    asked = _("It is on %(when)s now. When would suit you? Day and time, please.", when=old)
    if day:
        named = say_day(datetime.combine(date.fromisoformat(day), time(12), SHANGHAI), turn.ctx.now)
        asked = _("%(day)s, good. At what time should they come?", day=named)
    return card(
        asked,
        (f"request:{turn.data['request_id']}:cancel_no", _("No, leave it as it was")),
        ("talk:0:human", _("Find a person to help me")),
    )


def _take_when(turn: Turn) -> Next:
    _keep_day(turn)
    starts_at = new_time(turn, _request(turn))
    if starts_at is None:
        if turn.frame.intent not in ("request_service", "reschedule", "other", "yes", "no"):
            return None
        return Stay(_("I didn't catch the time."))
    turn.data["starts_at"] = starts_at.isoformat()
    return Go("confirm")


def _proposed(turn: Turn, starts_at: datetime) -> Card:
    turn.data["starts_at"] = starts_at.isoformat()
    turn.talk.step = "confirm"
    return _ask_move(turn)


def _ask_move(turn: Turn) -> Card:
    when = say_when(datetime.fromisoformat(turn.data["starts_at"]), turn.ctx.now)
    request_id = turn.data["request_id"]
    return card(
        _("Move it to %(when)s? Moving costs nothing; the worker is asked again.", when=when),
        (f"request:{request_id}:move_yes", _("Yes, move it")),
        (f"request:{request_id}:cancel_no", _("No, leave it as it was")),
    )


def _take_move(turn: Turn) -> Next:
    if turn.frame.intent == "yes" and not turn.frame.slots:
        return End(_moved(turn))
    starts_at = _time_from(turn, datetime.fromisoformat(turn.data["starts_at"]))  # 不对，是大后天: the hour just said stays
    if starts_at is not None:
        turn.data["starts_at"] = starts_at.isoformat()
        return Stay()
    return End(_keep(turn)) if turn.frame.intent == "no" else None


def _moved(turn: Turn) -> Card:
    starts_at = datetime.fromisoformat(turn.data["starts_at"])
    request = reschedule_request(turn.ctx, turn.data["request_id"], starts_at=starts_at)
    # Who can come then is told with it, if it goes on at once.
    return card(request_words(turn.ctx, request) if request.state in ("submitted", "needs_info") else _("It is moved."))


declare(
    DialogueTable(
        "move",
        {
            "when": Step(_ask_when, _take_when, reads="asked_time"),
            "confirm": Step(_ask_move, _take_move, reads="confirm:order"),
        },
        _keep,
    )
)


@action("request", "move")
def _move(turn: Turn, chosen: Chosen) -> Card:
    _as_said_before(turn)
    return start_move(turn, chosen.id)


@action("request", "move_yes")
def _move_yes(turn: Turn, chosen: Chosen) -> Card:
    if turn.talk.name != "move" or "starts_at" not in turn.data:
        return begin(turn, Begin("move", "when", {"request_id": chosen.id}))
    said = _moved(turn)
    turn.talk.close()
    return said
