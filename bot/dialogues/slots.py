"""From what a message stated (slots) to the fields of a request: times joined with what was said before, yuan to fen."""

from datetime import date, datetime, time, timedelta
from typing import Any

from bot.turn import Turn, moment
from handlers.catalogue import find_service
from handlers.clock import SHANGHAI
from handlers.context import Context
from handlers.words import _, say_day, say_time

DAY_START = time(9)  # a service booked by the day begins in the morning unless a clock time is said
SOON = timedelta(minutes=60)  # 马上: the earliest that somebody can be asked and come
TIME_SLOTS = ("start", "date_only", "time_only", "part_of_day", "date_from", "asap", "date_options")
EXTRAS = (
    "rooms area_m2 diners age_years age_months quantity duration_days duration_max_min due_date live_in budget_unit "
    "not_before not_after exclude date_options date_from date_to end"
).split()
DIRECT = {"service": "service", "duration_min": "minutes", "people": "people", "recurrence": "recurrence"}


def fields_of(turn: Turn, draft: Any) -> dict[str, Any]:
    """The request's fields that this message states or completes; `draft` is what is known so far, or None."""
    slots = turn.frame.slots
    fields = {name: slots[slot] for slot, name in DIRECT.items() if slot in slots}
    if slots.get("tasks"):
        fields["tasks"] = sorted({*(draft.tasks if draft else []), *slots["tasks"]})
    for slot, name in (("budget_min", "budget_min_fen"), ("budget_max", "budget_max_fen")):
        if slot in slots:
            fields[name] = int(slots[slot]) * 100
    if "minutes" not in fields:
        fields.update(_length_of(slots))
    fields["wishes"] = _wishes(turn, draft)
    fields.update(_time_fields(turn, draft, fields.get("service") or (draft.service if draft else None)))
    return fields


HOURS_LONG = timedelta(hours=12)  # an end further off is a last day, not an hour of going


def _length_of(slots: dict[str, Any]) -> dict[str, Any]:
    """下午三到五点 is two hours long."""
    start, end = str(slots.get("start", "")), str(slots.get("end", ""))
    if "T" not in start or "T" not in end:
        return {}
    length = moment(end) - moment(start)
    return {"minutes": int(length.total_seconds()) // 60} if timedelta(0) < length <= HOURS_LONG else {}


def _wishes(turn: Turn, draft: Any) -> dict[str, Any]:
    wishes = dict(draft.wishes) if draft else {}
    for slot in ("same_worker", "worker_name"):
        if slot in turn.frame.slots:
            wishes[slot] = turn.frame.slots[slot]
    return wishes


def _time_fields(turn: Turn, draft: Any, service: str | None) -> dict[str, Any]:
    """starts_at if day and clock time are both known by now, else what is known of them, kept in extras."""
    slots = turn.frame.slots
    extras = dict(draft.extras) if draft else {}
    extras.update({name: slots[name] for name in EXTRAS if name in slots})
    starts_at = draft.starts_at if draft else None
    if not any(name in slots for name in TIME_SLOTS):
        return {"extras": extras, "starts_at": starts_at}
    starts_at = _join(turn, slots, extras, starts_at, by_day(turn.ctx, service))
    return {"extras": extras, "starts_at": starts_at}


def by_day(ctx: Context, service: str | None) -> bool:
    """Whether a service is booked by the day: then no clock time is asked."""
    found = find_service(ctx, service) if service else None
    return bool(found and found.day_level)


def _join(
    turn: Turn, slots: dict[str, Any], extras: dict[str, Any], known: datetime | None, by_day: bool
) -> datetime | None:
    if "start" in slots:
        _forget(extras)
        return moment(slots["start"])
    if slots.get("asap"):
        _forget(extras)
        extras["asap"] = True
        return _half_hour_up(turn.ctx.now + SOON)
    day = slots.get("date_only") or extras.get("date_only") or _day_of(known, slots)
    clock = slots.get("time_only") or (None if "part_of_day" in slots else extras.get("time_only"))
    if day and not clock and "part_of_day" not in slots and known and "date_only" in slots:
        clock = known.astimezone(SHANGHAI).strftime("%H:%M")  # 「不对,是后天」 keeps the hour
    if day and (clock or by_day):
        _forget(extras)
        at = time.fromisoformat(clock) if clock else DAY_START
        return datetime.combine(date.fromisoformat(day), at, SHANGHAI)
    extras.update({k: v for k, v in (("date_only", day), ("time_only", clock)) if v})
    extras.update({k: slots[k] for k in ("part_of_day", "date_from", "date_to") if k in slots})
    return None


def _day_of(known: datetime | None, slots: dict[str, Any]) -> str | None:
    """A new clock time alone (「改成四点」) keeps the day that was settled."""
    if known is None or "time_only" not in slots:
        return None
    return known.astimezone(SHANGHAI).date().isoformat()


def _forget(extras: dict[str, Any]) -> None:
    for name in ("date_only", "time_only", "part_of_day", "date_from", "date_to", "date_options", "asap"):
        extras.pop(name, None)


def _half_hour_up(at: datetime) -> datetime:
    over = timedelta(minutes=at.minute % 30, seconds=at.second, microseconds=at.microsecond)
    return at if not over else at - over + timedelta(minutes=30)


def pending_words(draft: Any, now: datetime) -> str:
    """What is known of the time so far, to be said back with the question: 后天(11月26日 周四)上午, or 下午3点 alone."""
    day, part, clock = (draft.extras.get(name) for name in ("date_only", "part_of_day", "time_only"))
    if not day:
        return say_time(datetime.combine(now.date(), time.fromisoformat(clock), SHANGHAI)) if clock else ""
    words = say_day(datetime.combine(date.fromisoformat(day), time(12), SHANGHAI), now)
    return words + part_words()[part] if part else words


def part_words() -> dict[str, str]:
    """The words for the parts of a day."""
    return {
        "early_morning": _("before dawn"),
        "morning": _("in the morning"),
        "noon": _("at noon"),
        "afternoon": _("in the afternoon"),
        "evening": _("in the evening"),
        "night": _("at night"),
    }
