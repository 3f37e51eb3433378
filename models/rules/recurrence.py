"""Repeating services: every Wednesday, every second day, the 1st of each month (C2, C8).

Understood is the part of iCalendar's RRULE (RFC 5545, 3.3.10) that the chat's understanding writes: FREQ of DAILY, WEEKLY or
MONTHLY with INTERVAL, BYDAY (MO,WE), BYMONTHDAY (1,15) and COUNT. Anything else is refused rather than half understood.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
DAILY, WEEKLY, MONTHLY = "DAILY", "WEEKLY", "MONTHLY"
KEYS = {"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "COUNT"}
FURTHEST = timedelta(days=2 * 366)  # a rule that names no day within this (30 February) has no visits
LONGEST_INTERVAL = 52


@dataclass(frozen=True)
class Rule:
    """A rule as read; `weekdays` count from 0 (Monday), `count` is the number of visits, None for no end."""

    freq: str
    interval: int = 1
    weekdays: frozenset[int] = frozenset()
    monthdays: frozenset[int] = frozenset()
    count: int | None = None


def read_rule(body: str) -> Rule:
    """FREQ=WEEKLY;BYDAY=MO,WE as a Rule. ValueError for what is not understood."""
    parts = dict(_pair(part) for part in body.strip().removeprefix("RRULE:").split(";") if part)
    if not set(parts) <= KEYS or parts.get("FREQ") not in (DAILY, WEEKLY, MONTHLY):
        raise ValueError(f"not a rule that is understood: {body}")
    rule = Rule(
        freq=parts["FREQ"],
        interval=_positive(parts.get("INTERVAL", "1")),
        weekdays=frozenset(WEEKDAYS.index(day) for day in _list(parts.get("BYDAY"))),
        monthdays=frozenset(_positive(day) for day in _list(parts.get("BYMONTHDAY"))),
        count=_positive(parts["COUNT"]) if "COUNT" in parts else None,
    )
    if max(rule.monthdays, default=1) > 31 or (rule.monthdays and rule.freq != MONTHLY):
        raise ValueError(f"days of the month belong to a monthly rule: {body}")
    if rule.interval > LONGEST_INTERVAL:
        raise ValueError(f"too far apart: {body}")
    return rule


def _pair(part: str) -> tuple[str, str]:
    key, _is, value = part.partition("=")
    return key.strip().upper(), value.strip().upper()


def _list(values: str | None) -> list[str]:
    return values.split(",") if values else []


def _positive(digits: str) -> int:
    if not digits.isdecimal() or int(digits) < 1:
        raise ValueError(f"not a number from 1: {digits}")
    return int(digits)


def occurrences(body: str, first: datetime, *, limit: int, after: datetime | None = None) -> list[datetime]:
    """At most `limit` moments (in Shanghai's time, at the clock time of `first`) from `first` on, later than `after`.

    COUNT counts from `first`, also where `after` leaves the earlier ones out. A month without the day is left out.
    """
    rule, start = read_rule(body), first.astimezone(SHANGHAI)
    found: list[datetime] = []
    for number, day in enumerate(_days(rule, start.date()), 1):
        moment = datetime.combine(day, time(start.hour, start.minute), SHANGHAI)
        if after is None or moment > after:
            found.append(moment)
        if len(found) >= limit or number == rule.count:
            break
    return found


def _days(rule: Rule, first: date) -> Iterator[date]:
    """The days of a rule, from the first on, without end; nothing more after a gap of FURTHEST."""
    day = last = first
    while day - last <= FURTHEST * rule.interval:
        if _falls_on(rule, first, day):
            last = day
            yield day
        day += timedelta(days=1)


def _falls_on(rule: Rule, first: date, day: date) -> bool:
    """Whether a day is one of the rule's; without named days, the first one's weekday or day of the month holds."""
    if rule.weekdays and day.weekday() not in rule.weekdays:
        return False
    if rule.freq == DAILY:
        return (day - first).days % rule.interval == 0
    if rule.freq == WEEKLY:
        weeks = (_monday(day) - _monday(first)).days // 7
        return weeks % rule.interval == 0 and (bool(rule.weekdays) or day.weekday() == first.weekday())
    months = (day.year - first.year) * 12 + day.month - first.month
    named = rule.monthdays or (frozenset() if rule.weekdays else frozenset({first.day}))
    return months % rule.interval == 0 and (not named or day.day in named)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
