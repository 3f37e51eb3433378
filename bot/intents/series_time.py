"""Days and stretches in words about a recurring service: 下周二, 两周, 从下个月起, 停到12月20号 (C8).

A single day is read by the understanding itself, out of a plain wish for that day; here stands what a wish never says.
"""

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from bot.turn import moment, read_as
from bot.understanding.numbers import read_number
from handlers.clock import SHANGHAI, local

DAY = re.compile(
    r"大?后天|今天|今儿|明天|明儿|((这|本|下{1,2})个?)?(周|星期|礼拜)[一二三四五六日天]"
    r"|[\d一二三四五六七八九十]{1,3}月[\d一二三四五六七八九十]{1,3}[号日]?|[\d一二三四五六七八九十]{1,3}号"
)
LENGTH = re.compile(r"(半|[\d一二两俩三四五六七八九十]{1,3})个?(半)?(周|星期|礼拜|月|天)")
NEXT_WEEK, NEXT_MONTH = re.compile(r"下个?(周|星期|礼拜)(?![一二三四五六日天])"), re.compile(r"下个?月")
MONTH = re.compile(r"([\d一二三四五六七八九十]{1,2})月份?")
UNTIL = re.compile(r"(停|歇|休息)?(到|至)(?P<day>.+)")
DAYS_OF = {"天": 1, "周": 7, "星期": 7, "礼拜": 7, "月": 30}
A_DAY = timedelta(days=1)


def day_in(text: str, now: datetime) -> date | None:
    """The first day that is named, or None."""
    found = DAY.search(text)
    slots = read_as(f"{found[0]}打扫", "resident", None, now).slots if found else {}
    return date.fromisoformat(slots["date_only"]) if "date_only" in slots else None


def move_in(text: str, now: datetime) -> tuple[date | None, dict[str, Any]]:
    """下周二改到周三下午三点: the day that is meant, and what is said of the new time, as a resident's words are read."""
    slots = read_as(text, "resident", None, now).slots
    return date.fromisoformat(slots["ref_date"]) if "ref_date" in slots else None, slots


def moment_in(slots: dict[str, Any], before: datetime) -> datetime | None:
    """When it shall be instead, completed by when it was: a day alone keeps the hour, an hour alone the day."""
    old = local(before)
    if "start" in slots:
        return moment(slots["start"])
    day = date.fromisoformat(slots["date_only"]) if "date_only" in slots else None
    if "time_only" in slots:
        return datetime.combine(day or old.date(), time.fromisoformat(slots["time_only"]), SHANGHAI)
    return datetime.combine(day, old.time(), SHANGHAI) if day and "part_of_day" not in slots else None


def start_in(text: str, now: datetime) -> date:
    """From which day on: 下周, 下个月, 12月, a day; today where nothing is said."""
    today = local(now).date()
    if NEXT_MONTH.search(text):
        return _first_of_next(today)
    if NEXT_WEEK.search(text):
        return today + timedelta(days=7 - today.weekday())
    day = day_in(text, now)
    if day is not None:
        return day
    month = MONTH.search(text)
    number = read_number(month[1]) if month else None
    if number is None or not 1 <= number <= 12:
        return today
    return date(today.year + (number < today.month), number, 1) if number != today.month else today


def _first_of_next(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def pause_in(text: str, now: datetime) -> tuple[date, date | None]:
    """From which day, and on which day somebody comes again (None: not said)."""
    ends = UNTIL.search(text)
    if ends is not None:
        back = _back_in(ends["day"], now)
        return start_in(text[: ends.start()], now), back if back is None or back > local(now).date() else None
    lengths = list(LENGTH.finditer(text))
    if lengths:
        length = lengths[-1]  # 从12月1号起停两周: the last one is how long
        since = start_in(text[: length.start()], now)
        return since, since + timedelta(days=_days(length))
    since = start_in(text, now)
    if NEXT_MONTH.search(text):
        return since, _first_of_next(since)
    if NEXT_WEEK.search(text):
        return since, since + timedelta(days=7)
    return since, None


def _back_in(text: str, now: datetime) -> date | None:
    """The day on which it goes on: 12月20号, 下周, 下个月, 元旦, 春节以后, 3月; None where none is named (过完年)."""
    day = day_in(text, now)
    if day is not None:
        return day
    slots = read_as(f"{text}打扫", "resident", None, now).slots
    named = next((slots[name] for name in ("date_only", "not_before", "date_from") if name in slots), None)
    if named is not None:
        return date.fromisoformat(named[:10])
    return start_in(text, now) if MONTH.search(text) else None


def _days(length: re.Match[str]) -> int:
    unit = DAYS_OF[length[3]]
    number = unit // 2 if length[1] == "半" else (read_number(length[1].replace("俩", "两")) or 1) * unit
    return max(1, number + (unit // 2 if length[2] else 0))
