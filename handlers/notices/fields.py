"""Values as the fields of templates take them (wechat.md 3.3): short by meaning, never cut inside a word where it can be avoided.

A template's own words are Chinese, and a phrase may be nothing else: fields are always rendered in Chinese.
"""

import re
from datetime import datetime

from handlers.clock import local

THING, NAME, LATIN_NAME, PHRASE = 20, 10, 20, 5
ASIDE = re.compile(r"（[^（）]*）|\([^()]*\)")
PAUSE = re.compile(r"[，。；、！？：,;!?|]|\s")
WORD = re.compile(r"[A-Za-z0-9.,:￥¥%/-]+$")


def fit(words: str, limit: int) -> str:
    """At most `limit` signs: first what stands in brackets goes, then whole clauses from the end, then signs."""
    text = " ".join(words.split())
    if len(text) > limit:
        text = " ".join(ASIDE.sub("", text).split())
    if len(text) <= limit:
        return text
    pauses = [found.start() for found in PAUSE.finditer(text[: limit + 1])]
    if pauses and pauses[-1] >= limit // 2:
        return text[: pauses[-1]].rstrip("，。；、：,;: ")
    head = text[: limit - 1]
    inside = bool(WORD.match(text[limit - 1])) and WORD.search(head)
    kept = head[: inside.start()] if inside and inside.start() >= limit // 2 else head
    return kept.rstrip() + "…"


def thing(words: str) -> str:
    """A thing: at most 20 signs in one line, never empty."""
    return fit(words, THING) or "无"


def name(called: str) -> str:
    """A name: at most 10 signs (20 Latin letters), without digits."""
    clean = " ".join(re.sub(r"[\d/.,、。，]", " ", called).split())
    limit = LATIN_NAME if re.fullmatch(r"[\x21-\x7e ]+", clean) else NAME
    head = clean[:limit]
    if len(clean) > limit and clean[limit] != " " and " " in head:
        head = head.rsplit(" ", 1)[0]
    return head.strip() or "邻里"


def number(words: str) -> str:
    """A number or mark of letters, digits and signs without Chinese: 投1124-101 becomes 1124-101."""
    return "".join(sign for sign in words if "!" <= sign <= "~")[:32] or "-"


def phrase(words: str) -> str:
    """A word of at most five Chinese signs."""
    return "".join(re.findall(r"[\u3400-\u4dbf\u4e00-\u9fff]", words))[:PHRASE] or "更新"


def moment(at: datetime) -> str:
    """A time: 2026年11月25日 09:00, Asia/Shanghai."""
    here = local(at)
    return f"{here.year}年{here.month:02d}月{here.day:02d}日 {here:%H:%M}"


def span(start: datetime, end: datetime) -> str:
    """A time from and to: 2026年11月25日 09:00~12:00; over midnight both ends are said whole."""
    same = local(start).date() == local(end).date()
    return f"{moment(start)}~{local(end):%H:%M}" if same else f"{moment(start)}~{moment(end)}"


def day(at: datetime) -> str:
    """A date: 2026年11月25日."""
    return moment(at)[:11]


def amount(fen: int) -> str:
    """An amount of money: 90.00元."""
    return f"{int(fen) // 100}.{int(fen) % 100:02d}元"
