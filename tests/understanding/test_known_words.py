"""Words that were read before are read the same again, whenever and by whomever (C3)."""

import json
from datetime import datetime, timedelta
from pathlib import Path

from bot.understanding import reader, understand
from handlers.clock import SHANGHAI

SET = Path(__file__).with_name("dev.jsonl")
MORNING = datetime(2026, 11, 24, 9, 0, tzinfo=SHANGHAI)


def test_known_words_are_read_as_unknown_ones() -> None:
    """C3: each sentence of the sets, at three moments, after the others were read, and as if nothing had been read before."""
    for line in map(json.loads, SET.read_text().splitlines()[::3]):
        for later in (timedelta(), timedelta(days=3, hours=8), timedelta(days=40)):
            said = {"role": line.get("role") or "resident", "context": line.get("context"), "now": MORNING + later}
            known = understand(line["text"], **said)
            reader._known.clear()
            assert repr(understand(line["text"], **said)) == repr(known)


def test_each_asker_has_a_frame_of_their_own() -> None:
    """C3: what one makes of it does not reach the next; times and numbers of people are not kept."""
    first = understand("保洁多少钱", now=MORNING)
    first.slots["service"] = "somebody else's"
    assert understand("保洁多少钱", now=MORNING).slots["service"] == "cleaning"
    understand("明天下午三点找个保洁", now=MORNING)
    understand("13800138000", now=MORNING)
    assert ("保洁多少钱", "resident", None) in reader._known
    assert not {text for text, _, _ in reader._known} & {"明天下午三点找个保洁", "13800138000"}
