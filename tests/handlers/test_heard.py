"""What was misunderstood: why it is kept, without anybody in it, for how long (C3, A6)."""

import json
from typing import Any

import pytest

from after_offer import World, make_world
from handlers.heard import Said, clear_heard, note_corrected, note_handed_over, note_said
from handlers.masking import mask_words
from handlers.settings import Settings, load_settings
from models.readings import Heard, LastHeard

FRAME: dict[str, Any] = {"intent": "other", "slots": {}, "must_ask": [], "by": "rules"}


@pytest.fixture
def house(settings: Settings, clock: Any, database: Any) -> World:
    return make_world(settings, clock)


def hear(house: World, words: str, intent: str = "other", **more: Any) -> None:
    """王阿姨 said it, and it was taken so."""
    slots = more.pop("slots", {})
    note_said(
        house.ctx(house.wang),
        Said("resident", words, more.pop("context", None), {**FRAME, "intent": intent, "slots": slots}, **more),
    )


def test_each_reason_is_kept_with_the_words_it_is_about(house: World) -> None:
    """C3: not recognised, not sure, corrected by the next words, a person asked for next; what was fine is not kept."""
    hear(house, "一只蝙蝠")
    hear(house, "归置归置屋子", "request_service", unsure=True)
    hear(house, "明天打扫", "request_service")
    hear(house, "不对，是后天", "no", corrects=True)
    hear(house, "改价钱", "ask_price")
    note_handed_over(house.ctx(house.wang))
    assert [(h.words, h.why) for h in Heard.select().order_by(Heard.id)] == [
        ("一只蝙蝠", ["other"]),
        ("归置归置屋子", ["unsure"]),
        ("明天打扫", ["corrected"]),
        ("改价钱", ["handed_over"]),
    ]


def test_asking_for_a_person_blames_no_greeting_and_nothing_long_ago(house: World) -> None:
    """C3: 你好, then 转人工; or an hour later: nothing was misread."""
    hear(house, "你好", "greeting")
    note_handed_over(house.ctx(house.wang))
    hear(house, "多少钱", "ask_price")
    house.clock.advance(minutes=11)
    note_handed_over(house.ctx(house.wang))
    assert Heard.select().count() == 0


def test_the_same_words_count_up(house: World) -> None:
    """C3: once in the list, with how often and all that went wrong."""
    for _time in range(3):
        hear(house, "一只蝙蝠")
    note_corrected(house.ctx(house.wang))
    kept = Heard.get()
    assert (kept.times, kept.why) == (3, ["other", "corrected"])
    hear(house, "一只蝙蝠", context="offer:12")
    assert Heard.select().count() == 2


CANARIES = {
    "phone": (
        "打13812345678找我，蝙蝠",
        "138 1234 5678 蝙蝠",
        "蝙蝠 一三八一二三四五六七八",
        "０１０－６２３４５６７８ 蝙蝠",
        "蝙蝠+86 13812345678",
    ),
    "identity": ("110101196503071234 蝙蝠", "11010119650307123X的蝙蝠", "身份证110101 19650307 1234"),
    "place": (
        "蝙蝠在幸福里3号楼2单元501",
        "三号楼二单元五零一有蝙蝠",
        "3-2-501 蝙蝠",
        "我住501",
        "和平路12号院蝙蝠",
        "阳光花园5栋1203室",
        "门牌号1203",
    ),
    "name": (
        "我叫李建国，蝙蝠",
        "王秀英家的蝙蝠",
        "李师傅抓蝙蝠",
        "我妈周桂兰怕蝙蝠",
        "欧阳建国 13812345678",
        "找小王 蝙蝠",
        "我姓王",
    ),
    "contact": ("微信号abc12345", "wang@example.com 蝙蝠"),
}
SECRETS = (
    "1381234", "12345678", "138 1234", "一三八一", "62345678", "６２３４５６７８", "19650307", "110101", "501",
    "五零一", "3号楼", "三号楼", "和平路", "12号", "1203",
    "5栋", "李建国", "王秀英", "李师傅", "周桂兰", "欧阳", "小王", "姓王", "abc12345", "wang@", "阳光花园",
)  # fmt: skip


@pytest.mark.parametrize("words", [w for group in CANARIES.values() for w in group])
def test_nobody_is_in_what_is_kept(house: World, words: str) -> None:
    """A6: phones, identity numbers, places, names and contacts are covered, known or not; frames too; no person stands beside it."""
    house.wang.change(name="王秀英")
    hear(house, words, slots={"worker_name": "李师傅"})
    kept = Heard.get()
    shown = kept.words + json.dumps(kept.frame, ensure_ascii=False)
    assert not [secret for secret in SECRETS if secret in shown], shown
    assert not hasattr(kept, "person_id")
    raw = str(Heard._meta.database.execute_sql("SELECT * FROM heard").fetchone()) + str(
        LastHeard._meta.database.execute_sql("SELECT words FROM last_heard").fetchone()
    )
    # Sealed columns are letters and figures by chance: a short number may stand in them and mean nothing.
    telling = [secret for secret in SECRETS if not secret.isascii() or len(secret) > 5]
    assert not [secret for secret in telling if secret in raw]


@pytest.mark.parametrize(
    "words",
    ["明天下午3点来个人，预算150到200", "一百五十块两小时", "14:30到，面积120平", "下周三上午十点半", "2026-12-01 09:00",
     "三室两厅保洁多少钱",
     "周末有空", "马上来", "月薪6000-7000", "第2个，5星", "方便的时候回我", "1125-003这单改到后天", "安排个保姆", "孩子三年级数学"],
)  # fmt: skip
def test_what_the_words_are_about_stays(words: str) -> None:
    """C3: days, hours, amounts, sizes and orders are what there is to learn from."""
    assert mask_words(words) == words


def test_it_goes_after_its_time(house: World) -> None:
    """A6: kept for misunderstood.keep_days; the last words of a person for a day."""
    hear(house, "一只蝙蝠")
    house.clock.advance(days=2)
    clear_heard(house.ctx())
    assert Heard.select().count() == 1 and LastHeard.select().count() == 0
    house.clock.advance(days=180)
    clear_heard(house.ctx())
    assert Heard.select().count() == 0


def test_switched_off_nothing_is_kept(house: World, settings: Settings) -> None:
    """A6: a community may do without."""
    off = load_settings(database={"url": settings.database.url}, misunderstood={"keep": False})
    house.settings = off
    hear(house, "一只蝙蝠")
    note_corrected(house.ctx(house.wang))
    assert Heard.select().count() == LastHeard.select().count() == 0
