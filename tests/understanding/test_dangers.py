"""Danger is never missed, and seldom seen where there is none (C5)."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.understanding import Frame, understand

NOW = datetime(2026, 3, 11, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
HERE = Path(__file__).parent
CONTEXTS = [(None, "resident"), ("asked_time", "resident"), ("confirm:7", "resident"), ("rating_card", "resident"), ("job:9", "worker")]


def read(text: str, context: str | None = None, role: str = "resident") -> Frame:
    return understand(text, role=role, context=context, now=NOW)


def sentences(name: str) -> list[tuple[str, list[str]]]:
    """Each with the kinds of danger that it tells of."""
    lines = (HERE / name).read_text("utf-8").splitlines()
    return [(text, kinds.split()) for text, _, kinds in (line.partition("\t") for line in lines)]


DANGER = sentences("danger.txt")
LOOKALIKES = sentences("lookalikes.txt")


def test_the_sets_are_large() -> None:
    """C5: three hundred of each at the least, none twice."""
    assert len({text for text, _ in DANGER}) == len(DANGER) >= 300
    assert len({text for text, _ in LOOKALIKES}) == len(LOOKALIKES) >= 300


def test_danger_is_seen() -> None:
    """C5: never missed, whatever was asked before."""
    missed = [(text, context) for text, _ in DANGER for context, role in CONTEXTS if read(text, context, role).intent != "emergency"]
    assert not missed, missed


def test_its_kind_is_seen() -> None:
    """C5: whoever answers learns what it is; in more than ninety-eight of a hundred exactly that."""
    other = [(text, kinds) for text, kinds in DANGER if set(read(text).slots.get("emergency_type", [])) != set(kinds)]
    assert len(other) <= 0.02 * len(DANGER), other


def test_what_only_sounds_like_it() -> None:
    """C5: questions, old stories, things and figures of speech are none, in ninety-eight of a hundred."""
    alarms = [text for text, _ in LOOKALIKES if read(text).intent == "emergency"]
    assert len(alarms) <= 0.02 * len(LOOKALIKES), alarms


def test_danger_at_the_end_of_a_long_message() -> None:
    """C5: nobody has to be brief when it burns."""
    for text, _ in DANGER[::20]:
        assert read("今天天气不错 我们慢慢说 " * 200 + text).intent == "emergency", text


def test_danger_holds_up_nothing_else() -> None:
    """C5: what else was wanted is named, so that it is not lost."""
    frame = read("明天的保洁先取消 我妈摔地上起不来了")
    assert frame.intent == "emergency" and frame.slots["also"] == ["cancel"]
