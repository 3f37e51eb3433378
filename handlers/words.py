"""Every word that a person reads passes here: msgids are plain English, zh_CN is what people see (Q4)."""

from collections.abc import Iterable
from typing import Any

from handlers.language import current_language, translations, use_language
from handlers.say import (
    mask_phone,
    paper_yuan,
    say_clock,
    say_date,
    say_day,
    say_hours,
    say_minutes,
    say_near,
    say_range,
    say_soon,
    say_time,
    say_when,
    say_yuan,
    short,
)

__all__ = [
    "N_",
    "_",
    "current_language",
    "listed",
    "mask_phone",
    "ngettext_",
    "paper_yuan",
    "say_clock",
    "say_date",
    "say_day",
    "say_hours",
    "say_minutes",
    "say_near",
    "say_range",
    "say_soon",
    "say_time",
    "say_when",
    "say_yuan",
    "short",
    "use_language",
]


def _(msgid: str, /, **values: Any) -> str:
    """The words of `msgid` in the language of the moment, its %(name)s filled from `values`."""
    words = translations(current_language()).gettext(msgid) if msgid else ""
    return words % values if values else words


def N_(msgid: str, /) -> str:  # noqa: N802 (its usual name)
    """Marks words in a table for translation; they are said later, with `_`."""
    return msgid


def ngettext_(one: str, many: str, n: int, /, **values: Any) -> str:
    """Like `_` for a number of things; `n` fills %(n)s."""
    words = translations(current_language()).ngettext(one, many, n)
    return words % {"n": n, **values}


def listed(items: Iterable[Any], /) -> str:
    """Several things in a row, as one writes them in the language of the moment."""
    return (", " if current_language() == "en" else "、").join(str(item) for item in items)
