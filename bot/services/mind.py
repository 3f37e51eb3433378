"""A language model as a second reader, by any server that speaks the OpenAI chat API (C3).

Behind the same interface as bot/understanding: words, role, context and the moment in, a frame out, or None. It is asked only
where the rules are unsure, sees masked words only, and its answer counts only as far as the schema and the must_ask rules let it:
no word of it reaches a person, and danger is never its to deny.
"""

import json
import re
from datetime import datetime
from typing import Any

from bot.services.outside import call
from bot.services.prompt import messages
from bot.understanding import understand
from bot.understanding.must_ask import must_ask
from bot.understanding.times import Times
from bot.wechat.breaker import Breaker
from handlers.clock import SHANGHAI
from handlers.frames import INTENTS, MUST_ASK, SLOTS, WORKER_INTENTS, fits
from handlers.logs import log
from handlers.masking import mask_words
from handlers.readings import Never, NotNow
from handlers.settings import Settings

TIMES = frozenset(
    "start end date_only time_only date_from date_to date_options not_before not_after recurrence".split()
)
MONEY = frozenset("budget_min budget_max price price_delta price_agreed price_charged tip".split())
COVERED = frozenset({"worker_name"})  # it never sees names, so it can't know one
_SPOKEN_NUMBER = re.compile(r"[一二两三四五六七八九十百千万半]")
_OBJECT = re.compile(r"\{.*\}", re.DOTALL)


class ModelReader:
    """The model of settings.model."""

    def __init__(self, settings: Settings) -> None:
        self.model = settings.model
        self.breaker = Breaker()

    def read(self, words: str, *, role: str, context: str | None, now: datetime) -> dict[str, Any] | None:
        """intent, slots and must_ask, or None where there is no usable answer in time. Never raises."""
        moment = now.astimezone(SHANGHAI)
        if self.breaker.is_open("model"):
            return None
        try:
            said = self._ask(mask_words(words), role, context, moment)
        except (NotNow, Never) as failure:
            self.breaker.failed("model")
            log.warning("model.no_answer", why=str(failure))
            return None
        self.breaker.answered("model")
        frame = frame_from(said, words, role=role, context=context, now=moment)
        if frame is None:
            log.warning("model.unusable")
        return frame

    def _ask(self, words: str, role: str, context: str | None, now: datetime) -> str:
        m = self.model
        asked = {"model": m.model, "temperature": 0, "messages": messages(words, role, context, now)}
        url = m.base_url.rstrip("/") + "/chat/completions"
        return _content(call(url, key=m.api_key, timeout_s=float(m.timeout_s), json=asked))


def _content(answer: bytes) -> str:
    """The text of the first choice."""
    try:
        said = json.loads(answer)["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError) as broken:
        raise Never("no chat answer") from broken
    if not isinstance(said, str):
        raise Never("no text in the answer")
    return said


def frame_from(said: str, words: str, *, role: str, context: str | None, now: datetime) -> dict[str, Any] | None:
    """What of a model's answer counts: a known intent of this role, slots that fit, and all that must be asked then."""
    found = _object(said)
    intent = found.get("intent")
    if intent not in INTENTS or (role != "worker" and intent in WORKER_INTENTS):
        return None
    given = found.get("slots")
    slots, left_out = _slots(given if isinstance(given, dict) else {}, words, now)
    rules = understand(words, role=role, context=context, now=now)
    if rules.intent == intent:  # what the rules did read, they read better
        slots |= rules.slots
    slots = _together(slots)
    asked = found.get("must_ask")
    claimed = {name for name in asked if name in MUST_ASK} if isinstance(asked, list) else set()
    claimed |= set(rules.must_ask) - {"service"} if rules.intent == intent else set()
    doubtful = Times()
    doubtful.doubtful = bool(left_out & TIMES)
    asks = must_ask(
        str(intent), slots, (context or "").partition(":")[0], claimed | (left_out & set(MUST_ASK)), doubtful
    )
    return {"intent": intent, "slots": slots, "must_ask": list(asks)}


def _object(said: str) -> dict[str, Any]:
    """The JSON object of an answer, also where words stand around it."""
    match = _OBJECT.search(said)
    try:
        found = json.loads(match[0]) if match else {}
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _slots(given: dict[str, Any], words: str, now: datetime) -> tuple[dict[str, Any], set[str]]:
    """The slots that fit and that the words bear out, and the names of those that were left out."""
    kept = {
        n: v
        for n, v in given.items()
        if n in SLOTS and n not in COVERED and fits(n, v, now) and _borne_out(n, v, words)
    }
    return kept, {name for name in given if name not in kept}


def _borne_out(name: str, value: Any, words: str) -> bool:
    """An amount or an order's number must stand in the words; what a model makes up is left out."""
    if name == "order_no":
        return all(str(one) in words.upper() for one in (value if isinstance(value, list) else [value]))
    if name in MONEY:
        return str(abs(value)) in words or _SPOKEN_NUMBER.search(words) is not None
    return True


def _together(slots: dict[str, Any]) -> dict[str, Any]:
    """A day and a clock time never stand beside a whole moment."""
    if "start" not in slots:
        return slots
    return {name: value for name, value in slots.items() if name not in ("date_only", "time_only", "part_of_day")}
