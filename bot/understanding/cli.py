"""JSON Lines in, JSON Lines out: the understanding by itself, for scoring and for curious operators."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.understanding.frame import Frame
from bot.understanding.reader import understand

SHANGHAI = ZoneInfo("Asia/Shanghai")


def answer_lines(lines: Iterable[str], *, now: datetime) -> Iterator[str]:
    """For each line `id, role, text, context` (and `now`, if given) a line `id, intent, slots, must_ask`; never an exception."""
    for line in lines:
        if line.strip():
            yield json.dumps(_answer(line, now), ensure_ascii=False)


def _answer(line: str, now: datetime) -> dict[str, object]:
    try:
        given = json.loads(line)
        moment = datetime.fromisoformat(given["now"]) if given.get("now") else now
        moment = moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)
        role, context = str(given.get("role") or "resident"), given.get("context")
        frame = understand(str(given.get("text") or ""), role=role, context=context, now=moment)
    except (ValueError, TypeError, AttributeError):
        given, frame = {}, Frame("other")
    known = given.get("id") if isinstance(given, dict) else None
    return {"id": known, "intent": frame.intent, "slots": frame.slots, "must_ask": list(frame.must_ask)}
