"""What the bot understands: a scored set, danger and what only sounds like it, and that nothing breaks it (C3, C5)."""

import json
import time
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.understanding import services, understand
from bot.understanding.cli import answer_lines
from scoring import score

NOW = datetime(2026, 3, 11, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
HERE = Path(__file__).parent


def read(text: str, context: str | None = None, role: str = "resident"):
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


def sentences(name: str) -> list[str]:
    return (HERE / name).read_text("utf-8").splitlines()


@pytest.mark.parametrize("text", sentences("danger.txt"))
def test_danger_is_seen(text: str) -> None:
    """C5: never missed, whatever was asked before."""
    assert read(text).intent == "emergency" and read(text, "asked_time").intent == "emergency"
    assert read(text, "job:9", "worker").intent == "emergency"


@pytest.mark.parametrize("text", sentences("lookalikes.txt"))
def test_what_only_sounds_like_it(text: str) -> None:
    """C5: questions, old stories, things and figures of speech are not."""
    assert read(text).intent != "emergency"


@pytest.mark.parametrize("text", sentences("danger.txt")[:20])
def test_danger_at_the_end_of_a_long_message(text: str) -> None:
    """C5: nobody has to be brief when it burns."""
    assert read("今天天气不错 我们慢慢说 " * 200 + text).intent == "emergency"


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
}


@pytest.mark.parametrize("words", TIMES)
def test_days_and_hours(words: str) -> None:
    """C3: as people say them."""
    frame = read(f"{words}打扫卫生")
    assert frame.slots["start"] == TIMES[words] and frame.must_ask == ()


@pytest.mark.parametrize("words", ["明天七点", "今天上午九点", "周三下午三点", "改天", "周末", "2月30号下午三点", "三四点"])
def test_what_is_doubtful_is_asked(words: str) -> None:
    """C3: six and seven without morning or evening, a past hour, today's weekday, vague days: never guessed."""
    frame = read(f"{words}来打扫")
    assert "start" not in frame.slots and "start" in frame.must_ask


def test_short_answers_follow_the_card() -> None:
    """C3, D4: 好, 3 and 第二个 mean what was last shown."""
    assert read("好", "offer:A1", "worker").intent == "accept_job"
    assert read("3", "rating_card").slots == {"stars": 3}
    assert read("第二个", "choose_worker").slots == {"choice": 2}
    assert read("没问题", "completion_card:A1").intent == "confirm_completion"
    assert read("下午的", "asked_time").must_ask == ("start",)


@settings(max_examples=300, deadline=None)
@given(text=st.text(max_size=300), context=st.sampled_from([None, "asked_time", "confirm:1", "offer:1", "rating_card"]))
def test_nothing_breaks_it(text: str, context: str | None) -> None:
    """C3: any text gives a frame with a known shape."""
    frame = read(text, context)
    assert isinstance(frame.intent, str) and isinstance(frame.slots, dict) and isinstance(frame.must_ask, tuple)


@pytest.mark.parametrize("text", ["一" * 4000, "点" * 4000, "周三" * 2000, "3号" * 2000, "不对," * 1000, "\x00" * 4000, "🙂" * 2000])
def test_four_kilobytes_of_anything_are_read_quickly(text: str) -> None:
    """C3: nobody can hold the line with a long message. (A bound far above what is measured: a hang is caught, not noise.)"""
    begun = time.perf_counter()
    read(text)
    assert time.perf_counter() - begun < 1.0


def test_lines_in_lines_out() -> None:
    """C3: a broken line gives a frame of its own, never an exception."""
    lines = ['{"id": 1, "text": "明天下午三点打扫", "role": "resident"}', "nonsense", '{"id": 2}', "[1]", ""]
    found = [json.loads(line) for line in answer_lines(lines, now=NOW)]
    assert [f["id"] for f in found] == [1, None, 2, None] and found[0]["slots"]["start"] == "2026-03-12T15:00"
    assert len(services()) == 16


def test_it_says_when_it_is_unsure() -> None:
    """C3: words that nothing matched are marked, so that something else may read them; danger never is."""
    assert read("这个东西拿来蘸酱好像蛮合适").unsure and not read("明天下午三点找个保洁").unsure
    assert not read("着火了").unsure and not read("你好").unsure
