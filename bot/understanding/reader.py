"""From a text to its frame: danger first, then the intent, then the slots that belong to it, then what must be asked."""

import re
from datetime import datetime

from bot.understanding import amounts, details
from bot.understanding.danger import find_danger
from bot.understanding.frame import Frame
from bot.understanding.lexicon import find_service
from bot.understanding.names import worker_name
from bot.understanding.normalise import normalise, shorten
from bot.understanding.numbers import SMALL, read_number
from bot.understanding.orders import Orders
from bot.understanding.revise import corrected

_BLOCKED = re.compile(r"请[半一两二三几\d]|不|没|别|莫|勿|甭|下乡|回乡|请假|请[^,]{0,3}假|休|停|回老?家|出差|外地|住院|有事|满了|旅游|考试|体检|忙")
_FREE_AFTER_ALL = re.compile(r"不忙|随便派|没(?:别的)?事(?!情要)|不休|没活|没单")
_LAST_WORKER = re.compile(r"上[次回]|之前|原来")
_PEOPLE_CORRECTED = re.compile(rf"人数.*?({SMALL})个?(?:人)?$")
_SHIFTED = re.compile(r"[晚早迟推提]")


class Reader(Orders):
    """Questions, answers, a worker's money and free time."""

    def _ask_price(self) -> None:
        self._service()
        self.slots |= amounts.sizes(self.text, self.tokens)
        unit = amounts.asked_unit(self.text)
        if unit and unit != "visit":
            self.slots["budget_unit"] = unit
        if "住家" in self.text and "不住家" not in self.text:
            self.slots["live_in"] = True
        found = amounts.lengths(self.text, self.tokens)
        if not unit or unit == "visit":
            self.slots |= {k: v for k, v in found.items() if v != 1}
        self.slots |= amounts.heads(self.text, self.tokens, self.slots.get("service"))

    def _ask_catalog(self) -> None:
        if "除了" not in self.text:
            self._service()
        self._who()

    def _faq(self) -> None:
        topics = self.decision.topics
        self.slots |= {"topic": topics[0].code} if topics else {}

    def _my_income(self) -> None:
        self.slots |= details.period(self.text, self.now.year, self.now.month)

    def _my_schedule(self) -> None:
        self._order()
        found = self._time().slots
        keys = ("date_only", "date_from", "date_to", "part_of_day", "date_options")
        self.slots |= {k: v for k, v in found.items() if k in keys}

    def _set_availability(self) -> None:
        self.text, self.tokens = corrected(self.text, self.tokens, switch=True)
        self.slots["available"] = not _BLOCKED.search(self.text) or bool(_FREE_AFTER_ALL.search(self.text))
        excluded, self.tokens = self._ruled_out(self.tokens, story=False) if "除了" in self.text else ([], self.tokens)
        self.times = self._time()
        self.slots |= self.times.slots | ({"exclude": excluded} if excluded else {})
        options = self.slots.get("date_options")
        if options and _consecutive(options):
            self.slots |= {"date_from": options[0], "date_to": options[-1]}
            del self.slots["date_options"]
        days = amounts.lengths(self.text, self.tokens)
        if "recurrence" not in self.slots:
            self.slots |= {k: v for k, v in days.items() if not (k == "duration_days" and v == 1)}

    def _yes(self) -> None:
        self.slots |= {k: v for k, v in details.order_slots(self.text, self.tokens, self.kind, listed=False).items() if k == "choice"}
        if self.kind == "choose_worker" and _LAST_WORKER.search(self.text):
            self.slots["same_worker"] = True
        name = worker_name(self.text) if self.kind == "choose_worker" else None
        if name:
            self.slots["worker_name"] = name

    def _no(self) -> None:
        self.text, self.tokens = corrected(self.text, self.tokens, switch=True)
        if self.kind != "completion_card":
            self._new_time([t for t in self.tokens if t.kind not in ("asap", "vague", "past")])
        if self.kind in ("confirm", "completion_card", "fee_card"):
            money = amounts.budget(self.text, self.tokens)
            self.slots |= {"price": money["budget_max"]} if self.kind != "confirm" and "budget_max" in money else {}
            self.slots |= money if self.kind == "confirm" else {}
            self.slots |= {k: v for k, v in amounts.lengths(self.text, self.tokens).items() if k == "duration_min"}
            if self.kind == "confirm" and find_service(self.text):
                self._service()
            self._corrected_people()

    def _corrected_people(self) -> None:
        people = amounts.heads(self.text, self.tokens, None).get("people")
        said = _PEOPLE_CORRECTED.search(self.text)
        people = people or (read_number(said[1]) if said else None)
        shift = self._shift() if self.kind == "confirm" and _SHIFTED.search(self.text) else None
        if shift:
            self.slots["shift_min"] = shift
            self.slots.pop("duration_min", None)
        self.slots |= {"people": people} if people else {}


def _consecutive(days: list[str]) -> bool:
    numbers = [datetime.fromisoformat(d).toordinal() for d in days]
    return numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def understand(text: str, *, role: str = "resident", context: str | None = None, now: datetime) -> Frame:
    """What a message says, given what was last shown (`context`) and the moment `now` (aware, local). Never raises. [C3]"""
    known = _known.get((text, role, context))
    if known is not None:
        return known.copy()
    frame, lasts = _read(text, role, context, now)
    if lasts and len(text) <= SHORT and sum(map(str.isdigit, text)) < NUMBER:
        if len(_known) >= MANY:
            _known.clear()
        _known[text, role, context] = frame.copy()
    return frame


# Most of what people send is tapped, or one of a few short words: read once, as long as nothing in it looks at the clock. What may be
# somebody's number is not kept.
SHORT, MANY, NUMBER = 12, 2000, 3
_known: dict[tuple[str, str, str | None], Frame] = {}


def _read(text: str, role: str, context: str | None, now: datetime) -> tuple[Frame, bool]:
    """The frame, and whether it is the same at any other moment."""
    words = normalise(text)
    if not words:
        return Frame("other"), True
    kinds = find_danger(words)
    if kinds is not None:
        also = {"also": ["cancel"]} if "取消" in words and "不取消" not in words else {}
        return Frame("emergency", ({"emergency_type": kinds} if kinds else {}) | also), True
    reader = Reader(shorten(words), role, context, now)
    return reader.frame(), not reader.dated
