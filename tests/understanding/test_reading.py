"""What the bot understands: a scored set, danger and what only sounds like it, and that nothing breaks it (C3, C5)."""

import json
import time
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.understanding import services, understand
from bot.understanding.cli import answer_lines

NOW = datetime(2026, 3, 11, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
SET = [json.loads(line) for line in (Path(__file__).parent / "dev.jsonl").read_text(encoding="utf-8").splitlines()]


def read(text: str, context: str | None = None, role: str = "resident"):
    return understand(text, role=role, context=context, now=NOW)


def test_the_scored_set() -> None:
    """C3: the figures reached so far on 180 messages; they may only rise."""
    frames = [(item, read(item["text"], item["context"], item["role"])) for item in SET]
    right = sum(frame.intent == item["intent"] for item, frame in frames)
    asked = [(want, frame) for item, frame in frames for want in item["must_ask"]]
    recalled = sum(want in frame.must_ask for want, frame in asked)
    assert right / len(SET) >= 0.98
    assert recalled / len(asked) >= 0.98


DANGER = (
    "我妈摔倒了起不来", "老头子晕过去了", "家里着火了", "厨房一股煤气味", "爸爸喘不上气了", "孩子噎住了", "胸口疼得厉害", "奶奶嘴歪了说不出话",
    "他叫不醒了怎么办", "流了好多血", "老人误服了老鼠药", "我不想活了", "我被困在电梯里了", "我妈走丢了", "有人撬门", "老伴滑倒在卫生间了", "爷爷没有呼吸了",
    "闻到煤气泄漏的味道", "冒烟了快来人", "老人昏迷了", "他心梗了", "吃了整瓶安眠药", "孩子卡到喉咙了", "小偷进屋了", "救命 老人跌了一跤动不了",
)  # fmt: skip
NOT_DANGER = (
    "要是老人摔倒了你们赔吗", "有防摔倒的讲座吗", "手机摔了能修吗", "去年我妈摔倒过", "杯子摔碎了", "累死我了", "煤气灶能清洗吗", "如果煤气泄漏了找谁", "热死了来个人洗空调",
    "没着火 你放心", "上次阿姨差点摔跤", "价格跌了吗", "想找个人陪我妈", "消防培训什么时候", "孩子要学急救课", "电梯间打扫多少钱", "笑死我了", "明天找人换门锁",
)  # fmt: skip


@pytest.mark.parametrize("text", DANGER)
def test_danger_is_seen(text: str) -> None:
    """C5: never missed, whatever was asked before."""
    assert read(text).intent == "emergency" and read(text, "asked_time").intent == "emergency"


@pytest.mark.parametrize("text", NOT_DANGER)
def test_what_only_sounds_like_it(text: str) -> None:
    """C5: questions, old stories and figures of speech are not."""
    assert read(text).intent != "emergency"


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
