"""What each kind of template field may hold; the same table serves category templates and subscribe messages."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from simulator.errors import PlatformError

_CLOCK = re.compile(r"([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?")
_DAY = re.compile(r"(\d{4})(?:年(\d{1,2})月(\d{1,2})日|-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2}))")
_HAN = r"[\u3400-\u4dbf\u4e00-\u9fff]"
_PLAIN = r"[\x21-\x7e ]"


def _is_day(text: str) -> bool:
    found = _DAY.fullmatch(text)
    if not found:
        return False
    year, month, day = (int(part) for part in found.groups() if part)
    try:
        datetime(year, month, day)
    except ValueError:
        return False
    return True


def _is_moment(text: str, *, clock_alone: bool) -> bool:
    day, _, clock = text.strip().partition(" ")
    if not clock and _CLOCK.fullmatch(day):
        return clock_alone
    return _is_day(day) and (not clock or bool(_CLOCK.fullmatch(clock)))


def _span(text: str, *, clock_alone: bool) -> bool:
    ends = text.split("~")
    if not 1 <= len(ends) <= 2 or not _is_moment(ends[0], clock_alone=clock_alone):
        return False
    # "2026年11月25日 09:00~12:00": the second end may leave its day out.
    return all(_is_moment(end, clock_alone=True) for end in ends[1:])


def _short(limit: int) -> Callable[[str], bool]:
    return lambda text: len(text) <= limit and "\n" not in text and "\r" not in text


def _matching(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda text: bool(compiled.fullmatch(text))


def _name(text: str) -> bool:
    if re.search(r"\d|[\r\n]", text):
        return False
    return len(text) <= (20 if re.fullmatch(rf"{_PLAIN}+", text) else 10)


KINDS: dict[str, Callable[[str], bool]] = {
    "thing": _short(20),
    "short_thing": _short(10),
    "number": lambda text: bool(re.fullmatch(r"-?\d+(\.\d+)?", text)) and len(re.sub(r"\D", "", text)) <= 32,
    "letter": _matching(r"[A-Za-z]{1,32}"),
    "symbol": _matching(r"[^\w\s]{1,5}"),
    "character_string": _matching(rf"{_PLAIN}{{1,32}}"),
    "time": lambda text: _span(text, clock_alone=True),
    "date": lambda text: _span(text, clock_alone=False),
    "amount": _matching(r"[¥￥$€£]?-?\d{1,12}(\.\d+)?元?"),
    "phone_number": _matching(r"[0-9+\-() ]{1,17}"),
    "car_number": _matching(rf"(?:{_HAN}|[A-Z0-9])[A-Z0-9]{{1,6}}(?:{_HAN}|[A-Z0-9])"),
    "name": _name,
    "phrase": _matching(rf"{_HAN}{{1,5}}"),
}
_LISTED = ("enum", "enum_string", "const")


def kind_of(key: str) -> str:
    """thing5 -> thing, character_string3 -> character_string."""
    return key.rstrip("0123456789")


def fits(key: str, text: str, approved: Sequence[str] = ()) -> bool:
    """Whether a value may stand in this field; `approved` are the values of an enum or const field."""
    kind = kind_of(key)
    if kind in _LISTED:
        return text in approved
    return kind in KINDS and KINDS[kind](text)


def check(fields: Sequence[Mapping[str, Any]], data: object) -> dict[str, str]:
    """The values by key; 47003 naming the first field that is missing, empty, unknown or does not fit."""
    if not isinstance(data, dict):
        raise PlatformError(47003, "argument invalid! data invalid")
    declared = {field["key"]: field for field in fields}
    values = {key: _value(item) for key, item in data.items()}
    for key in values.keys() - declared.keys():
        raise PlatformError(47003, f"argument invalid! data.{key}.value invalid")
    for key, field in declared.items():
        text = values.get(key, "")
        if text == "" and kind_of(key) != "const":
            raise PlatformError(47003, f"argument invalid! data.{key}.value is empty")
        if text is None or (text and not fits(key, text, field.get("values", ()))):
            raise PlatformError(47003, f"argument invalid! data.{key}.value invalid")
    return {key: str(values.get(key, "")) for key in declared}


def _value(item: object) -> str | None:
    value = item.get("value", "") if isinstance(item, dict) else None
    return value if isinstance(value, str) else None
