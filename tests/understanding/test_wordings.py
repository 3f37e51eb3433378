"""The word tables: every wording is found where `re` finds it, however it is looked up (C3)."""

import re
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from bot.understanding.normalise import normalise
from bot.understanding.notation import pattern
from bot.understanding.signs import signed
from bot.understanding.tokens import scan
from bot.understanding.wording import Pattern, Plain, Said, Table, wording
from bot.understanding.words import danger, reasons, replies, services, topics, wishes
from test_dangers import DANGER, LOOKALIKES
from test_reading import HERE

NOW = datetime(2026, 3, 11, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
TABLES = {f"{m.__name__.rpartition('.')[2]}.{name}": t for m in (danger, reasons, replies, services, topics, wishes) for name, t in vars(m).items() if isinstance(t, Table)}


@cache
def said() -> tuple[Said, ...]:
    """All sentences of the sets, as they are looked up: as written, and with signs for days and amounts."""
    lines = "\n".join((HERE / name).read_text("utf-8") for name in ("dev.jsonl", "said.jsonl", "held_a.jsonl"))
    texts = [*re.findall(r'"text": "([^"]*)"', lines), *(text for text, _ in DANGER + LOOKALIKES)]
    plain = [normalise(text) for text in texts]
    return tuple(dict.fromkeys([*map(Said, plain), *(signed(text, scan(text)) for text in plain)]))


def found(one: Plain | Pattern, text: Said) -> bool:
    """As a table finds it: only where the text has the signs that it needs."""
    return all(not needs or not text.signs.isdisjoint(needs) for needs in one.needs) and one.start(text) >= 0


@pytest.mark.parametrize("name", TABLES)
def test_every_wording_is_found_where_re_finds_it(name: str) -> None:
    """C3: a table is looked up in its own way because that is faster, not because it finds something else."""
    for row in TABLES[name].rows:
        for one in row.wordings:
            plain = re.compile(pattern(one.source))
            wrong = [text for text in said() if bool(plain.search(text)) != found(one, text)]
            assert not wrong, (row.code, one.source, wrong[:3])


MATCHES = {
    "取消": (["我取消了"], ["取 消"]),
    "(要|找)~3(阿姨|保洁)": (["要个阿姨", "找一个阿姨", "要保洁"], ["要,阿姨", "要一二三四阿姨"]),
    "改到<when>": (["改到\ue001\ue000\ue000\ue004\ue000"], ["改到那个"]),
    "不(要|用)了(?!吗)": (["不要了", "不要了,不用了吗"], ["不要了吗"]),
    "(?<!没)做完了?": (["做完", "都做完了"], ["没做完"]),
    "^(好|行)(的|啊)*$": (["好", "好的啊", "行"], ["不好", "好看"]),
    "(很|太)?贵(?=,|$)": (["太贵", "贵,算了"], ["贵州"]),
    "(洗|擦)(个|一下)?(头|澡)": (["洗个澡", "擦头"], ["洗个个澡"]),
    "擦[^,马]{0,4}玻璃": (["擦厨房玻璃"], ["擦马桶玻璃", "擦,玻璃"]),
    "第[1-3一二三]单": (["第2单", "第三单"], ["第4单"]),
    "(水|火)(大(了|极了)|小)": (["火大极了", "水小"], ["水大"]),
}


@pytest.mark.parametrize("source", MATCHES)
def test_the_notation(source: str) -> None:
    """C3: groups, gaps, classes, signs and what must not follow."""
    hits, misses = MATCHES[source]
    one = wording(source)
    assert [found(one, Said(text)) for text in hits] == [True] * len(hits)
    assert [found(one, Said(text)) for text in misses] == [False] * len(misses)
    assert all(bool(re.search(pattern(source), text)) == (text in hits) for text in hits + misses)
