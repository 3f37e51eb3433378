"""What the bot understands: scored sets, what stands for what, and short answers (C3)."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.understanding import Frame, services, understand
from bot.understanding.cli import answer_lines
from scoring import score

NOW = datetime(2026, 3, 11, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
HERE = Path(__file__).parent


def read(text: str, context: str | None = None, role: str = "resident") -> Frame:
    return understand(text, role=role, context=context, now=NOW)


def scored(name: str) -> dict[str, Any]:
    items = [json.loads(line) for line in (HERE / name).read_text("utf-8").splitlines()]
    lines = answer_lines([json.dumps(item) for item in items], now=NOW)
    return score([(item, json.loads(line)) for item, line in zip(items, lines, strict=True)])


def test_the_scored_set() -> None:
    """C3: the figures reached on 180 messages; they may only rise, and nothing dangerous is ever understood."""
    found = scored("dev.jsonl")
    assert not found["dangers"], found
    assert found["intent"] >= 0.99 and found["frame"] >= 0.98 and found["asked"] >= 0.99, found


def test_what_else_people_say() -> None:
    """C3: other sentences, in every context, as they are read today."""
    found = scored("said.jsonl")
    assert not found["dangers"] and found["frame"] >= 0.98, found


@pytest.mark.parametrize("name", ["held_a.jsonl", "held_b.jsonl"])
def test_sentences_of_another_hand(name: str) -> None:
    """C3: sets written by somebody who had not seen the code; each was measured once before anything was learnt from it."""
    found = scored(name)
    assert not found["dangers"], found
    assert found["intent"] >= 0.99 and found["frame"] >= 0.98 and found["asked"] >= 0.98, found


def test_a_third_set_from_another_hand() -> None:
    """C3: 160 more sentences, measured once unseen (intent 97.5 %, frame 91.3 %, two dangerous); the classes of those two were mended."""
    found = scored("held_c.jsonl")
    assert not found["dangers"], found
    assert found["intent"] >= 0.99 and found["frame"] >= 0.95 and found["asked"] >= 0.99, found


TIMES = {
    "明天下午三点": "2026-03-12T15:00",
    "后天早上八点半": "2026-03-13T08:30",
    "下周三上午九点": "2026-03-18T09:00",
    "大后天中午十二点": "2026-03-14T12:00",
    "3月20号下午2点": "2026-03-20T14:00",
    "半小时后": "2026-03-11T10:30",
    "这周六晚上七点": "2026-03-14T19:00",
    "明天差一刻三点": "2026-03-12T14:45",
    "明天下午两点 不对 是后天下午两点": "2026-03-13T14:00",
    "周一早上八点": "2026-03-16T08:00",
    "后天一早八点": "2026-03-13T08:00",
    "下月8号上午九点": "2026-04-08T09:00",
    "正月十五上午九点": "2027-02-20T09:00",
    "五一前一天下午两点": "2026-04-30T14:00",
}


@pytest.mark.parametrize("words", TIMES)
def test_days_and_hours(words: str) -> None:
    """C3: as people say them."""
    frame = read(f"{words}打扫卫生")
    assert frame.slots["start"] == TIMES[words] and frame.must_ask == ()


DOUBTFUL = [
    "明天七点", "今天上午九点", "周三下午三点", "改天", "周末", "2月30号下午三点", "三四点", "晚上十二点", "国庆节后第二天上午九点", "腊月二十八上午九点", "明天一点都", "下月",
]  # fmt: skip


@pytest.mark.parametrize("words", DOUBTFUL)
def test_what_is_doubtful_is_asked(words: str) -> None:
    """C3: six and seven without morning or evening, a past hour, today's weekday, vague days: never guessed."""
    frame = read(f"{words}来打扫")
    assert "start" not in frame.slots and "start" in frame.must_ask


NO_TIMES = {
    "麻烦安排一下月嫂面试": "下月 is no month here",
    "给爸妈做一日三餐": "一日 is no day",
    "请个住家阿姨 便宜一点": "一点 is no hour",
    "找个住家阿姨一个月大概六千": "a month old is nobody",
    "初二数学补课": "初二 is a grade",
    "3号楼楼道打扫": "3号 is a house",
}


@pytest.mark.parametrize("words", NO_TIMES)
def test_what_is_no_time(words: str) -> None:
    """C3: signs of days and hours in other words fill no slot."""
    slots = read(words).slots
    assert not set(slots) & {"start", "date_only", "time_only", "date_from", "age_months", "order_no", "part_of_day"}, slots


def test_short_answers_follow_the_card() -> None:
    """C3, D4: 好, 3 and 第二个 mean what was last shown."""
    assert read("好", "offer:A1", "worker").intent == "accept_job"
    assert read("3", "rating_card").slots == {"stars": 3}
    assert read("第二个", "choose_worker").slots == {"choice": 2}
    assert read("没问题", "completion_card:A1").intent == "confirm_completion"
    assert read("下午的", "asked_time").must_ask == ("start",)


def test_lines_in_lines_out() -> None:
    """C3: a broken line gives a frame of its own, never an exception."""
    lines = ['{"id": 1, "text": "明天下午三点打扫", "role": "resident"}', "nonsense", '{"id": 2}', "[1]", ""]
    found = [json.loads(line) for line in answer_lines(lines, now=NOW)]
    assert [f["id"] for f in found] == [1, None, 2, None] and found[0]["slots"]["start"] == "2026-03-12T15:00"
    assert len(services()) == 16


def test_it_says_when_it_is_unsure() -> None:
    """C3: words that nothing matched are marked, so that something else may read them; danger never is."""
    assert read("这个东西拿来蘸酱好像蛮合适").unsure and not read("明天下午三点找个保洁").unsure
    assert read("腊月廿八下午打扫").unsure and not read("谢谢").unsure
    assert not read("着火了").unsure and not read("你好").unsure
