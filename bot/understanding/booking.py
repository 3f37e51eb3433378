"""The slots of a booking: service, time, length, money, people."""

import re

from bot.understanding import amounts
from bot.understanding.lexicon import find_service, find_work
from bot.understanding.message import Message
from bot.understanding.names import worker_name
from bot.understanding.revise import corrected
from bot.understanding.times import length_minutes
from bot.understanding.tokens import of

_MOVED = re.compile(r"改|换")
_LIVE_IN = re.compile(r"住家(?!属|庭)")
_LAST_WORKER = re.compile(r"(?:还是|还|就|要|找|让|请|派|仍|继续|叫)[^,]{0,4}(?:上次|上回|之前|原来|以前|老)(?:的)?(?:那|来|个|位|阿姨|师傅|做|给)|上(?:次|回)(?:那|来)[^,]{0,5}(?:阿姨|师傅|个|位|人|大姐)|同一个(?:人|阿姨|师傅)")
_NOT_LIVE_IN = re.compile(r"不住家|不要住家")
_NOT_LAST_WORKER = re.compile(r"(?:别|不)(?:要|想要|找|派|用|让)?[^,]{0,3}上[次回]")
_BARE_HOURS = re.compile(r"(?:大概|就|差不多)?(\d{1,2}|[一二两三四五六七八九十])个?(?:吧|左右)?")
_MEAL = re.compile("吃|餐")


class Booking(Message):
    """What a request for a service states."""

    def _request_service(self) -> None:
        moved = bool(_MOVED.search(self.text))
        self.text, self.tokens = corrected(self.text, self.tokens, switch=moved)
        self._service()
        self._new_time(self.tokens)
        self._amounts()
        self._who()
        if self.kind.startswith("asked_"):
            self._asked()

    def _service(self) -> None:
        words = self._last_words()
        service, tasks = find_work(words)
        if service:
            self.slots["service"] = service
        if service == "patient_care" and "night_watch" not in tasks and self._over_night():
            tasks.append("night_watch")
        if tasks:
            self.slots["tasks"] = tasks

    def _last_words(self) -> str:
        head, turn, tail = self.text.rpartition("不对,")
        return tail if turn and find_service(tail) and find_service(head) else self.text

    def _over_night(self) -> bool:
        slots = self._time().slots
        return "end" in slots and slots["end"][:10] > slots["start"][:10]

    def _amounts(self) -> None:
        self.slots |= amounts.lengths(self.text, self.tokens)
        self.slots |= amounts.budget(self.text, self.tokens)
        if amounts.vague_budget(self.tokens) and "budget_max" not in self.slots:
            self.asks.add("budget_max")
        self.slots |= amounts.sizes(self.text, self.tokens)
        self.slots |= amounts.heads(self.text, self.tokens, self.slots.get("service"))
        if "end" in self.slots:
            self.slots.pop("duration_min", None)

    def _who(self) -> None:
        if _LIVE_IN.search(self.text) and not _NOT_LIVE_IN.search(self.text):
            self.slots["live_in"] = True
        if _LAST_WORKER.search(self.text) and not _NOT_LAST_WORKER.search(self.text):
            self.slots["same_worker"] = True
        name = worker_name(self.text)
        if name:
            self.slots["worker_name"] = name

    def _asked(self) -> None:
        numbers = list(of(self.tokens, "number", "money"))
        if self.kind == "asked_area" and not of(self.tokens, "money"):
            self.slots = {k: v for k, v in self.slots.items() if not k.startswith("budget")}
            numbers = numbers[:1]
        counted = len(numbers) == 1 or (self.kind == "asked_people" and numbers and self.text[numbers[0].end : numbers[0].end + 1] in "个位名")
        value = amounts.amount(numbers[0]) if counted else None
        key = {"asked_budget": "budget_max", "asked_people": "people", "asked_area": "area_m2"}.get(self.kind)
        if key and value and key not in self.slots and not of(self.tokens, "rooms", "people") and not (key == "budget_max" and "budget_min" in self.slots):
            self.slots[key] = value
        if self.kind == "asked_people" and "people" not in self.slots:
            people = [n for t in of(self.tokens, "people") if (n := amounts.amount(t))]
            self.slots |= {"people": people[-1]} if people else {}
        if self.kind == "asked_people" and "diners" in self.slots and "people" not in self.slots and not _MEAL.search(self.text):
            self.slots["people"] = self.slots.pop("diners")
        if self.kind == "asked_duration":
            bare = _BARE_HOURS.fullmatch(self.text)
            if bare:
                self.slots["duration_min"] = (length_minutes(bare[1] + "小时") or 0) or None
