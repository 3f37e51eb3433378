"""Values as the fields of template messages take them: lengths and signs are the platform's (wechat.md)."""

from datetime import datetime

from handlers.clock import local
from handlers.words import short


def thing(words: str) -> str:
    """A thing: at most 20 characters, never empty."""
    return short(words, 20) or "无"


def name(called: str) -> str:
    """A name: at most 10 characters."""
    return called[:10] or "邻里"


def moment(at: datetime) -> str:
    """A time: 2026年11月25日 09:00, Asia/Shanghai."""
    here = local(at)
    return f"{here.year}年{here.month:02d}月{here.day:02d}日 {here:%H:%M}"


def amount(fen: int) -> str:
    """An amount of money: 90.00元."""
    return f"{int(fen) // 100}.{int(fen) % 100:02d}元"
