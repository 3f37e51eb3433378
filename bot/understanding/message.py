"""One message while it is read: its text, tokens, intents, and the slots gathered so far."""

import re
from datetime import datetime
from typing import Any

from bot.understanding.also import also
from bot.understanding.decide import Decision
from bot.understanding.frame import Frame
from bot.understanding.must_ask import must_ask
from bot.understanding.revise import ruled_out
from bot.understanding.times import TimeReader, Times
from bot.understanding.tokens import Token, scan

REF = {"start": "ref_start", "date_only": "ref_date", "time_only": "ref_time", "part_of_day": "ref_part_of_day", "date_from": "ref_date_from", "date_to": "ref_date_to", "recurrence": "ref_recurrence"}


class Message:
    """One message, as its intent's slots are gathered. What belongs to one intent stands in the classes that follow."""

    def __init__(self, text: str, role: str, context: str | None, now: datetime) -> None:
        self.text, self.role, self.now = text, role, now
        self.kind = (context or "").partition(":")[0]
        self.tokens = scan(text)
        self.decision = Decision(text, self.tokens, role, context)
        self.context = context
        self.slots: dict[str, Any] = {}
        self.asks: set[str] = set()
        self.times = Times()

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
        return len(self.text) > 2 and (intent == "other" or ("service" in asks and len(self.text) > 12))

    def _leave_out(self, intent: str, second: list[str]) -> None:
        if not set(second) & {"request_service", "reschedule"}:
            return
        cut = re.search(r",(?=另外|再|顺便|还|同时|然后|重新|但|下次)", self.text) or re.search(r",", self.text)
        if cut:
            self.text = self.text[: cut.start()]
            self.tokens = [t for t in self.tokens if t.end <= cut.start()]

    def _plain(self) -> None:
        """Nothing but the intent."""

    # time

    def _time(self, tokens: list[Token] | None = None, *, past: bool = False) -> Times:
        return TimeReader(self.text, self.tokens if tokens is None else tokens, self.now, past=past).read()

    def _new_time(self, tokens: list[Token], *, story: bool = True) -> None:
        excluded, kept = ruled_out(self.text, tokens, self.now.date(), story=story)
        self.times = self._time(kept)
        self.slots |= self.times.slots
        if excluded:
            self.slots["exclude"] = excluded

    def _ref_time(self, tokens: list[Token], *, past: bool = False) -> None:
        _excluded, kept = ruled_out(self.text, tokens, self.now.date(), story=True)
        found = self._time([t for t in kept if t.kind not in ("asap", "vague", "after", "length")], past=past).slots
        self.slots |= {REF[key]: value for key, value in found.items() if key in REF}
