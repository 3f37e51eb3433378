"""One message while it is read: its text, tokens, intents, and the slots gathered so far."""

import re
from datetime import datetime
from typing import Any

from bot.understanding.also import also
from bot.understanding.decide import Decision
from bot.understanding.frame import Frame
from bot.understanding.must_ask import must_ask
from bot.understanding.revise import ruled_out
from bot.understanding.times import TIME_KINDS, TimeReader, Times
from bot.understanding.tokens import Token, of, scan

# A sign of time outside of all tokens is one that the lexer could not read (腊月廿八).
_TIME_SIGN = re.compile(r"月(?![嫂子])|[号廿]|[几\d]点|农历")
# A second intent that is a question of its own, and the row of its words.
QUESTIONS = {"my_schedule": "schedule", "my_income": "income", "set_availability": "free", "ask_price": "price", "faq": "faq"}
REF = {"start": "ref_start", "date_only": "ref_date", "time_only": "ref_time", "part_of_day": "ref_part_of_day", "date_from": "ref_date_from", "date_to": "ref_date_to", "recurrence": "ref_recurrence"}
_ANOTHER_CLAUSE = re.compile(r",(?=另外|再|顺便|还|同时|然后|重新|但|下次)")
_COMMA = re.compile(r",")


class Message:
    """One message, as its intent's slots are gathered. What belongs to one intent stands in the classes that follow."""

    def __init__(self, text: str, role: str, context: str | None, now: datetime) -> None:
        self.text, self.role, self._now, self.dated = text, role, now, False
        self.kind = (context or "").partition(":")[0]
        self.tokens = scan(text, listed=self.kind in ("choose_worker", "offers") or (role == "worker" and not self.kind))
        self.decision = Decision(text, self.tokens, role, context)
        self.context = context
        self.slots: dict[str, Any] = {}
        self.asks: set[str] = set()
        self.times = Times()

    @property
    def now(self) -> datetime:
        """The moment at which it is read. Who asks makes the reading one of this moment: tomorrow it may be another."""
        self.dated = True
        return self._now

    def frame(self) -> Frame:
        """Intent, slots and questions."""
        intent = self.decision.primary()
        second = also(self.decision, intent)
        if second:
            self._leave_out(intent, second)
        getattr(self, f"_{intent}", self._plain)()
        if second:
            self.slots["also"] = second
        asks = must_ask(intent, self.slots, self.kind, self.asks, self.times)
        return Frame(intent, {k: v for k, v in self.slots.items() if v is not None and v != []}, asks, self._unsure(intent, asks))

    def _unsure(self, intent: str, asks: tuple[str, ...]) -> bool:
        """Nothing was recognised, or what must be asked may stand in words that were not read."""
        if intent == "other":
            return len(self.text) > 2 and not self.text.isascii() and not self.decision.has("thanks")
        words = list(self.text)
        for token in self.tokens:
            words[token.start : token.end] = "," * (token.end - token.start)
        unread = "".join(words).strip(",")
        return ("service" in asks and len(unread) > 10) or ("start" in asks and bool(_TIME_SIGN.search(unread)))

    def _leave_out(self, intent: str, second: list[str]) -> None:
        if self.decision.has("splits"):
            side = self.decision.sides["accept" if intent == "accept_job" else "decline"]
            self.tokens = [t for t in self.tokens if any(a <= t.start < b for a, b in side)]
        elif set(second) & {"request_service", "reschedule"}:
            cut = _ANOTHER_CLAUSE.search(self.text) or _COMMA.search(self.text)
            self._cut(cut.start() if cut else len(self.text))
        elif intent != "request_service" and (asked := [self.decision.start(QUESTIONS[name]) for name in second if name in QUESTIONS]):
            self._cut(self.text.rfind(",", 0, min(asked)))

    def _cut(self, at: int) -> None:
        if at >= 0:
            self.text = self.text[:at]
            self.tokens = [t for t in self.tokens if t.end <= at]

    def _plain(self) -> None:
        """Nothing but the intent."""

    # time

    def _time(self, tokens: list[Token] | None = None, *, past: bool = False) -> Times:
        tokens = self.tokens if tokens is None else tokens
        return TimeReader(self.text, tokens, self.now, past=past).read() if of(tokens, *TIME_KINDS) else Times()

    def _ruled_out(self, tokens: list[Token], *, story: bool, dated: bool = False) -> tuple[list[str], list[Token]]:
        return ruled_out(self.text, tokens, self.now.date(), story=story, dated=dated) if of(tokens, *TIME_KINDS) else ([], tokens)

    def _new_time(self, tokens: list[Token], *, story: bool = True) -> None:
        excluded, kept = self._ruled_out(tokens, story=story, dated=not story)
        self.times = self._time(kept)
        self.slots |= self.times.slots
        if excluded:
            self.slots["exclude"] = excluded

    def _ref_time(self, tokens: list[Token], *, past: bool = False) -> None:
        _excluded, kept = self._ruled_out(tokens, story=True)
        found = self._time([t for t in kept if t.kind not in ("asap", "vague", "after", "length")], past=past).slots
        self.slots |= {REF[key]: value for key, value in found.items() if key in REF}
