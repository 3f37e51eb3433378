"""What is meant is rendered in one of many ways and read back (C3): a value may be asked, but never another one be taken."""

from datetime import datetime
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.understanding import Frame, understand
from rendering import budgets, days, hours, lengths, orders, repetitions

NOW = datetime(2026, 3, 11, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
SERVICES = {
    "保洁": "cleaning", "打扫卫生": "cleaning", "钟点工": "hourly", "找个保姆": "nanny", "请个护工": "patient_care", "做饭": "cooking", "修水龙头": "repair", "给老人理发": "personal_care",
    "英语家教": "tutoring", "学书法": "art_guidance", "院子割草": "gardening",
}  # fmt: skip
GAPS = st.sampled_from([" ", ",", "，", "  ", "。"])
MANY = settings(max_examples=150, deadline=None)


def read(text: str, context: str | None = None, role: str = "resident") -> Frame:
    return understand(text, role=role, context=context, now=NOW)


def joined(parts: list[str], gap: str) -> str:
    return gap.join(parts)


@MANY
@given(day=days(), hour=hours(), service=st.sampled_from(sorted(SERVICES)), gap=GAPS, first=st.booleans())
def test_day_and_hour(day, hour, service, gap, first) -> None:
    """C3: 下周三上午九点, 15:00 on 3/20: the same moment, before or after the work."""
    when = day[0] + hour[0]
    text = joined([when, service] if first else [service, when], gap)
    frame = read(text)
    assert frame.intent == "request_service" and frame.slots["service"] == SERVICES[service], text
    assert frame.slots.get("start") == datetime.combine(day[1], hour[1]).strftime("%Y-%m-%dT%H:%M"), text
    assert frame.must_ask == (), text


@MANY
@given(day=days(), hour=hours(), length=lengths(), budget=budgets(), order=st.permutations(range(4)), gap=GAPS)
def test_a_whole_booking(day, hour, length, budget, order, gap) -> None:
    """C3: time, work, length and money in any order."""
    parts = [day[0] + hour[0], "保洁", length[0], budget[0]]
    text = joined([parts[n] for n in order], gap)
    frame = read(text)
    meant = {"service": "cleaning", "start": datetime.combine(day[1], hour[1]).strftime("%Y-%m-%dT%H:%M")} | length[1] | budget[1]
    assert frame.slots == meant, text


@MANY
@given(rule=repetitions(), hour=hours(), gap=GAPS)
def test_repetitions(rule, hour, gap) -> None:
    """C3: 隔天, 每周一三五, 每月15号: the rule, and a first visit after now."""
    text = joined([rule[0] + hour[0], "打扫"], gap)
    frame = read(text)
    assert frame.slots["recurrence"] == rule[1], text
    first = datetime.fromisoformat(frame.slots["start"]).replace(tzinfo=NOW.tzinfo)
    assert first > NOW and first.time() == hour[1], text
    assert ("start" in frame.must_ask) == (first.date() == NOW.date()), text


@MANY
@given(order=orders(), day=days(), hour=hours())
def test_orders_that_are_cancelled_and_moved(order, day, hour) -> None:
    """C3: A103, ａ１０３, a一零三 and 3号单 are found, and the new time is the new one."""
    assert read(f"{order[0]}取消").slots == {"order_no": order[1]}, order
    moved = read(f"把{order[0]}改到{day[0]}{hour[0]}")
    assert moved.intent == "reschedule" and moved.must_ask == (), order
    assert moved.slots == {"order_no": order[1], "start": datetime.combine(day[1], hour[1]).strftime("%Y-%m-%dT%H:%M")}, (order, day, hour)


@MANY
@given(old=days(), new=days(), hour=hours())
def test_the_last_of_two_days_counts(old, new, hour) -> None:
    """C3: a correction leaves only what was said last."""
    for turn in (" 不对 ", "，不对，是", " 说错了 "):
        text = f"{old[0]}{hour[0]}打扫{turn}{new[0]}{hour[0]}"
        frame = read(text)
        assert frame.slots.get("start") == datetime.combine(new[1], hour[1]).strftime("%Y-%m-%dT%H:%M"), text


@MANY
@given(budget=budgets())
def test_amounts_as_an_answer(budget) -> None:
    """C3: to the question what may be spent."""
    assert read(budget[0], "asked_budget").slots == budget[1], budget


@MANY
@given(length=lengths())
def test_lengths_as_an_answer(length) -> None:
    """C3: to the question how long."""
    assert read(length[0], "asked_duration").slots == length[1], length


@MANY
@given(stars=st.integers(1, 5), way=st.sampled_from(["{}星", "{}颗星", "给{}分", "打{}星", "{}", "{}星好评", "就给{}个星吧"]))
def test_stars(stars, way) -> None:
    """C3, H1: whole stars from one to five."""
    for word in (str(stars), "一二三四五"[stars - 1]):
        assert read(way.format(word), "rating_card").slots.get("stars") == stars, way.format(word)
