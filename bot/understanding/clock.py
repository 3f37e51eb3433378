"""Clock times by the conventions: 3 is the afternoon, 9 the morning, 6 and 7 are doubtful unless a part of the day is named."""

import re
from datetime import time
from typing import NamedTuple

from bot.understanding.numbers import SMALL, read_number

PARTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("early_morning", ("凌晨",)), ("night", ("半夜", "通宵", "深夜", "夜里", "夜间", "整夜", "午夜")), ("noon", ("中午",)), ("afternoon", ("下午",)), ("evening", ("傍晚", "晚")),
)  # fmt: skip
_HOUR = re.compile(rf"({SMALL})[点时](.*)")
_QUARTERS = {"半": 30, "一刻": 15, "三刻": 45, "两刻": 30, "整": 0, "": 0, "钟": 0}
_DIGITAL = re.compile(r"(\d{1,2}):(\d{2})")
_TO_THE_HOUR = re.compile(rf"差(一刻|{SMALL}分)钟?({SMALL})点|({SMALL})点差(一刻|{SMALL}分)")


class Clock(NamedTuple):
    """An hour of the day; `at` is None where it is doubtful which."""

    at: time | None


DOUBTFUL = Clock(None)


def part_code(text: str) -> str:
    """The code of a word for a part of the day."""
    return next((code for code, words in PARTS if any(word in text for word in words)), "morning")


def read_clock(text: str, part: str | None) -> Clock:
    """The time a clock token names, given the part of the day that is being spoken of."""
    digital = _DIGITAL.fullmatch(text)
    if digital:
        hour, minute = int(digital[1]), int(digital[2])
        if text[0] == "0" and part is None and minute < 60:
            return Clock(time(hour, minute))
        return _placed(hour, minute, part, literal=len(digital[1]) == 2 or hour > 12 or hour == 0)
    before = _TO_THE_HOUR.fullmatch(text)
    if before:
        return _before(before[1] or before[4], before[2] or before[3], part)
    match = _HOUR.fullmatch(text)
    hour_word = match[1] if match else text
    found = read_number(hour_word)
    minute_found = _minutes(match[2]) if match else 0
    if found is None or minute_found is None:
        return DOUBTFUL
    return _placed(found, minute_found, part, literal=found > 12 or hour_word in ("0", "零"))


def _before(less: str, hour: str, part: str | None) -> Clock:
    minutes = 15 if less == "一刻" else read_number(less.rstrip("分")) or 0
    clock = read_clock(hour + "点", part).at
    if clock is None or not 0 < minutes < 60:
        return DOUBTFUL
    total = clock.hour * 60 - minutes
    return Clock(time(total // 60 % 24, total % 60))


def _minutes(text: str) -> int | None:
    text = text.removeprefix("过")
    for tail in ("钟", "整"):
        text = text.removesuffix(tail) if len(text) > 1 else text
    if text in _QUARTERS:
        return _QUARTERS[text]
    return read_number(text.rstrip("分"))


def _placed(hour: int, minute: int, part: str | None, *, literal: bool) -> Clock:
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        return DOUBTFUL
    if hour in (0, 24):
        return DOUBTFUL if part in ("night", "evening") or hour == 24 else Clock(time(0, minute))
    if hour > 12:
        return Clock(time(hour, minute))
    found = _with_part(hour, part) if part else _alone(hour, literal and hour > 9)
    return Clock(time(found, minute)) if found is not None else DOUBTFUL


def _with_part(hour: int, part: str) -> int | None:
    if hour == 12:
        return 12 if part in ("noon", "morning", "afternoon") else None
    if part == "afternoon" or (part == "noon" and hour <= 3):
        return hour + 12
    if part == "evening":
        return hour + 12 if hour >= 4 else None
    if part == "night":
        return hour + 12 if hour >= 8 else None
    return hour


def _alone(hour: int, literal: bool) -> int | None:
    if hour <= 5:
        return hour + 12
    return None if hour in (6, 7) and not literal else hour
