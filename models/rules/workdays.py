"""Working days and hours by the Chinese calendar, make-up days included (I2, C4).

Holidays and make-up days (调休) come from the State Council's yearly notice, kept by chinesecalendar (1.11: 2004 to 2026).
The notice for a year appears in the November before. Until the library has it, `calendar_known` says no, and the year counts
Monday to Friday less the statutory days themselves: the fixed ones, and those of the lunar calendar as far as they stand
below. Days off in lieu and make-up days are not guessed, so that a promise may fall due earlier than it must, never later.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import chinese_calendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
# 全国年节及纪念日放假办法, as of 2025: New Year 1 day, Labour Day 2, National Day 3.
FIXED = {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)}
# By the lunar calendar: New Year's Eve (4 days from it), 清明, 端午, 中秋.
MOVING = {
    2027: ("02-05", "04-05", "06-09", "09-15"),
    2028: ("01-25", "04-04", "05-28", "10-03"),
    2029: ("02-12", "04-04", "06-16", "09-22"),
    2030: ("02-02", "04-05", "06-05", "09-12"),
    2031: ("01-22", "04-05", "06-24", "10-01"),
}
NEW_YEAR_DAYS = 4


def calendar_known(year: int) -> bool:
    """Whether the holidays and make-up days of this year are in the library."""
    try:
        chinese_calendar.is_workday(date(year, 6, 1))
    except NotImplementedError:
        return False
    return True


@cache
def is_working_day(day: date) -> bool:
    """True on a working day, a make-up Saturday or Sunday included."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5 and (day.month, day.day) not in FIXED and day not in _moving(day.year)


@cache
def is_public_holiday(day: date) -> bool:
    """True on a day off because of a public holiday, its days off in lieu included where the library knows them; not on a
    plain Saturday or Sunday."""
    try:
        off, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return (day.month, day.day) in FIXED or day in _moving(day.year)
    return bool(off and name)


@cache
def _moving(year: int) -> frozenset[date]:
    if year not in MOVING:
        return frozenset()
    eve, *others = (date.fromisoformat(f"{year}-{day}") for day in MOVING[year])
    return frozenset([*others, *(eve + timedelta(days=n) for n in range(NEW_YEAR_DAYS))])


def _working_spans(since: datetime, opens: time, closes: time) -> Iterator[tuple[datetime, datetime]]:
    """Opening and closing time of each working day, from the local day of `since` on."""
    if closes <= opens:
        raise ValueError("the station closes after it opens")
    day = since.astimezone(SHANGHAI).date()
    while True:
        if is_working_day(day):
            yield datetime.combine(day, opens, SHANGHAI), datetime.combine(day, closes, SHANGHAI)
        day += timedelta(days=1)


def add_working_minutes(start: datetime, minutes: int, opens: time, closes: time) -> datetime:
    """The moment (UTC) at which `minutes` of working time have passed since `start`; only the station's hours count."""
    left = timedelta(minutes=minutes)
    if left < timedelta(0):
        raise ValueError("working time is not counted backwards")
    for opening, closing in _working_spans(start, opens, closes):
        begin = max(opening, start)
        if begin + left <= closing:
            return (begin + left).astimezone(UTC)
        left -= max(closing - begin, timedelta(0))
    raise AssertionError("there is always another working day")


def last_open_before(now: datetime, due: datetime, opens: time, closes: time) -> datetime:
    """The latest working moment (UTC) up to `due`; where there is none any more, an hour into the next working day."""
    last = now
    for opening, closing in _working_spans(now, opens, closes):
        if opening > due:
            break
        last = max(last, min(closing, due))
    return last.astimezone(UTC) if last > now else add_working_minutes(now, 60, opens, closes)


def working_minutes_between(start: datetime, end: datetime, opens: time, closes: time) -> int:
    """Whole minutes of working time between two moments; 0 when `end` is not after `start`."""
    total = timedelta(0)
    for opening, closing in _working_spans(start, opens, closes):
        if opening >= end:
            break
        total += max(min(closing, end) - max(opening, start), timedelta(0))
    return int(total.total_seconds() // 60)


def add_working_days(start: datetime, days: int, closes: time) -> datetime:
    """Closing time (UTC) of the last of `days` working days; the day of `start` itself is not counted (民法典 201)."""
    day, left = start.astimezone(SHANGHAI).date(), days
    while left > 0:
        day += timedelta(days=1)
        left -= is_working_day(day)
    return datetime.combine(day, closes, SHANGHAI).astimezone(UTC)
