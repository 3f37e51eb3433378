"""What comes again and again: 每周三, 隔天, 每月15号, 一周两次."""

import re
from datetime import date, timedelta
from typing import NamedTuple

from bot.understanding.dates import CODES, WEEKDAYS
from bot.understanding.numbers import SMALL, read_number

WORKDAYS = ("MO", "TU", "WE", "TH", "FR")
_OF_THE_MONTH = re.compile(rf"每个?月的?{SMALL}[号日和跟、,]")
_WEEKDAYS_ALONE = re.compile(r"[一二三四五六日]+")
_EVERY_SO_MANY_DAYS = re.compile(rf"每隔?{SMALL}天")
_EVERY_WEEKDAY = re.compile(r"每到?([一二三四五六日末])")
_SMALL = re.compile(SMALL)
_EVERY_SO_MANY_WEEKS = re.compile(rf"(?:每隔?|隔|^)({SMALL})个?周")
_FROM_TO = re.compile(r"(.)(?:到|至|-|~)周?(.)")
_SO_OFTEN = re.compile(r"[一二两三四五六七\d](?:次|回|趟)")
_SO_MANY_DAYS = re.compile(rf"({SMALL})天")


class Recurrence(NamedTuple):
    """An RRULE body in parts; `open` when it is not said on which days."""

    freq: str
    interval: int = 1
    days: tuple[str, ...] = ()
    month_days: tuple[int, ...] = ()
    open: bool = False

    def rule(self, count: int = 0) -> str:
        """FREQ=WEEKLY;INTERVAL=2;BYDAY=SA and the like."""
        parts = [f"FREQ={self.freq}"]
        parts += [f"INTERVAL={self.interval}"] if self.interval > 1 else []
        parts += [f"BYDAY={','.join(self.days)}"] if self.days else []
        parts += [f"BYMONTHDAY={','.join(map(str, self.month_days))}"] if self.month_days else []
        return ";".join(parts + ([f"COUNT={count}"] if count else []))

    def first(self, since: date) -> date:
        """The first day on or after `since` that the rule names."""
        for n in range(62):
            day = since + timedelta(days=n)
            if self.month_days and day.day not in self.month_days:
                continue
            if not self.days or CODES[day.weekday()] in self.days:
                return day
        return since


def read_recurrence(text: str) -> Recurrence:
    """The meaning of a `recur` token."""
    if _OF_THE_MONTH.match(text):
        days = (read_number(word) for word in _SMALL.findall(text.partition("月")[2]))
        return Recurrence("MONTHLY", month_days=tuple(sorted({d for d in days if d and d <= 31})))
    if _WEEKDAYS_ALONE.fullmatch(text):
        return _weekly("每周" + text)
    if "工作日" in text:
        return Recurrence("WEEKLY", days=WORKDAYS)
    if "月" in text:
        return Recurrence("MONTHLY", open=True)
    if _EVERY_SO_MANY_DAYS.match(text):
        return _daily(text)
    if "周" in text:
        return _weekly(text)
    weekday = _EVERY_WEEKDAY.match(text)
    return _weekly("每周" + weekday[1]) if weekday else _daily(text)


def _weekly(text: str) -> Recurrence:
    number = _EVERY_SO_MANY_WEEKS.search(text)
    interval = (read_number(number[1]) or 1) if number else 1
    interval = interval if "隔" not in text else (2 if interval < 2 else interval + ("每" not in text))
    _head, _, tail = text.partition("周")
    span = _FROM_TO.match(tail)
    if span and span[1] in WEEKDAYS and span[2] in WEEKDAYS:
        return Recurrence("WEEKLY", interval, CODES[WEEKDAYS[span[1]] : WEEKDAYS[span[2]] + 1])
    times = _SO_OFTEN.search(tail)
    named = [c for c in (tail[: times.start()] if times else tail) if c in WEEKDAYS or c == "末"]
    days = tuple(code for c in named for code in (("SA", "SU") if c == "末" else (CODES[WEEKDAYS[c]],)))
    return Recurrence("WEEKLY", interval, days, open=not days)


def _daily(text: str) -> Recurrence:
    number = _SO_MANY_DAYS.search(text)
    interval = (read_number(number[1]) or 1) if number else 1
    if "隔" in text and not text.startswith("每隔两"):
        interval += 1
    return Recurrence("DAILY", interval)
