"""Values in the form that a template's fields allow (wechat.md 3.3): things of 20 signs, times with the year, amounts."""

from datetime import datetime

from handlers.clock import local
from handlers.words import short

THING, NAME = 20, 10


def thing(words: str) -> str:
    """At most 20 signs, one line, never empty."""
    return short(" ".join(words.split()) or "—", THING)


def name(words: str) -> str:
    """A name of at most 10 signs, without digits or blanks."""
    clean = "".join(c for c in words if not c.isdigit() and not c.isspace() and c not in "/.,、。")
    return (clean or "师傅")[:NAME]


def time_field(moment: datetime) -> str:
    """2026年11月25日 09:00."""
    here = local(moment)
    return f"{here.year}年{here.month}月{here.day}日 {here:%H:%M}"


def range_field(start: datetime, end: datetime) -> str:
    """2026年11月25日 09:00~12:00."""
    return f"{time_field(start)}~{local(end):%H:%M}"


def amount(fen: int) -> str:
    """90.00元."""
    return f"{fen // 100}.{fen % 100:02d}元"
