"""Working days and hours by the Chinese calendar, make-up days included (I2, C4).

Holidays and make-up days come from the State Council's yearly notice, kept by chinesecalendar. A year that is not published
yet counts Monday to Friday, less the holidays whose day never moves; `calendar_known` says so.
"""

from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import chinese_calendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
FIXED = {(1, 1), (5, 1), (10, 1), (10, 2), (10, 3)}


def calendar_known(year: int) -> bool:
    """Whether the holidays of this year are published."""
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
        return day.weekday() < 5 and (day.month, day.day) not in FIXED


def _span(day: date, opens: time, closes: time) -> tuple[datetime, datetime]:
    return datetime.combine(day, opens, SHANGHAI), datetime.combine(day, closes, SHANGHAI)


def add_working_minutes(start: datetime, minutes: int, opens: time, closes: time) -> datetime:
    """The moment at which `minutes` of working time have passed since `start`; the station's hours count, nothing else."""
    here, left = start.astimezone(SHANGHAI), timedelta(minutes=minutes)
    day = here.date()
    while True:
        if is_working_day(day):
            begin, end = _span(day, opens, closes)
            begin = max(begin, here)
            if begin + left <= end:
                return begin + left
            left -= max(end - begin, timedelta(0))
        day += timedelta(days=1)


def working_minutes_between(start: datetime, end: datetime, opens: time, closes: time) -> int:
    """Minutes of working time between two moments."""
    total, day = timedelta(0), start.astimezone(SHANGHAI).date()
    while day <= end.astimezone(SHANGHAI).date():
        if is_working_day(day):
            begin, close = _span(day, opens, closes)
            total += max(min(close, end) - max(begin, start), timedelta(0))
        day += timedelta(days=1)
    return int(total.total_seconds() // 60)


def add_working_days(start: datetime, days: int, closes: time) -> datetime:
    """Closing time of the last of `days` working days after the day of `start`."""
    day, left = start.astimezone(SHANGHAI).date(), days
    while left:
        day += timedelta(days=1)
        left -= is_working_day(day)
    return datetime.combine(day, closes, SHANGHAI)
