"""From a text to its frame: danger first, then the intent, then the slots that belong to it, then what must be asked."""

import re
from datetime import datetime
from typing import Any

from bot.understanding import amounts, details
from bot.understanding.also import also
from bot.understanding.danger import find_danger
from bot.understanding.decide import Decision
from bot.understanding.frame import Frame
from bot.understanding.lexicon import find_service, find_tasks
from bot.understanding.must_ask import must_ask
from bot.understanding.normalise import normalise, shorten
from bot.understanding.revise import corrected, ruled_out
from bot.understanding.times import TIME_KINDS, TimeReader, Times, length_minutes
from bot.understanding.tokens import Token, of, scan

MOVE = re.compile(r"(?:改|换|挪|推|移|调|延|提前|顺延|往[前后])(?:一?下)?(?:到|成|为|在|约|至|个?时间)?")
REF = {"start": "ref_start", "date_only": "ref_date", "time_only": "ref_time", "part_of_day": "ref_part_of_day", "date_from": "ref_date_from", "date_to": "ref_date_to", "recurrence": "ref_recurrence"}
OF_AN_ORDER = ("cancel", "decline_job", "accept_job", "rate", "complain", "dispute_fee", "order_status", "confirm_completion", "finished")


class Reader:
    """One message, as its intent's slots are gathered."""

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
        return Frame(intent, {k: v for k, v in self.slots.items() if v is not None and v != []}, asks)

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

    # a booking

    def _request_service(self) -> None:
        moved = bool(re.search(r"改|换", self.text))
        self.text, self.tokens = corrected(self.text, self.tokens, switch=moved)
        self._service()
        self._new_time(self.tokens)
        self._amounts()
        self._who()
        if self.kind.startswith("asked_"):
            self._asked()

    def _service(self) -> None:
        words = self._last_words()
        service = find_service(words)
        tasks = find_tasks(words, service)
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
        if re.search(r"住家(?!属|庭)", self.text) and not re.search(r"不住家|不要住家", self.text):
            self.slots["live_in"] = True
        if re.search(r"(?:还是|还|就|要|找|让|请|派|仍|继续|叫)[^,]{0,4}(?:上次|上回|之前|原来|以前|老)(?:的)?(?:那|来|个|位|阿姨|师傅|做|给)|上(?:次|回)(?:那|来)[^,]{0,5}(?:阿姨|师傅|个|位|人|大姐)|同一个|老(?:阿姨|师傅)", self.text):
            self.slots["same_worker"] = True
        name = worker_name(self.text)
        if name:
            self.slots["worker_name"] = name

    def _asked(self) -> None:
        numbers = list(of(self.tokens, "number", "money"))
        value = amounts.amount(numbers[0]) if len(numbers) == 1 else None
        key = {"asked_budget": "budget_max", "asked_people": "people", "asked_area": "area_m2"}.get(self.kind)
        if key and value and key not in self.slots and not (key == "budget_max" and "budget_min" in self.slots):
            self.slots[key] = value
        if self.kind == "asked_people" and "people" not in self.slots:
            people = [n for t in of(self.tokens, "people") if (n := amounts.amount(t))]
            self.slots |= {"people": people[-1]} if people else {}
        if self.kind == "asked_people" and "diners" in self.slots and "people" not in self.slots and not re.search("吃|餐", self.text):
            self.slots["people"] = self.slots.pop("diners")
        if self.kind == "asked_duration":
            bare = re.fullmatch(r"(?:大概|就|差不多)?(\d{1,2}|[一二两三四五六七八九十])个?(?:吧|左右)?", self.text)
            if bare:
                self.slots["duration_min"] = (length_minutes(bare[1] + "小时") or 0) or None

    # about an order

    def _order(self, *, listed: bool = False) -> None:
        self.slots |= details.order_slots(self.text, self.tokens, self.kind, listed=listed)

    def _of_order(self, intent: str, *, past: bool = True) -> None:
        self._order()
        self._ref_time(self.tokens, past=past)
        service = find_service(self.text)
        if service:
            self.slots["service"] = service
        self.slots |= details.reason_slots(self.text, intent, self.role)

    def _cancel(self) -> None:
        tokens = self.tokens
        since = re.search(r"(?:从|自)?([^,从]{1,6}?)(?:起|开始)", self.text)
        recurring = of(tokens, "recur")
        if since and (recurring or re.search(r"停|以后|不用", self.text)):
            later = [t for t in tokens if since.start() <= t.start < since.end() and t.kind != "recur"]
            found = self._time(later).slots
            day = found.get("date_only") or found.get("date_from")
            if day:
                self.slots["date_only"] = day
                self.tokens = [t for t in tokens if t not in later]
        self._of_order("cancel")

    def _reschedule(self) -> None:
        self._order()
        self.text, self.tokens = corrected(self.text, self.tokens, switch=False)
        cut = self._move_at()
        old = [t for t in self.tokens if t.start < cut]
        new = [t for t in self.tokens if t.start >= cut]
        service = find_service(self.text)
        if service:
            self.slots["service"] = service
        self.slots |= details.reason_slots(self.text, "reschedule", self.role)
        shift = self._shift()
        if shift:
            self.slots["shift_min"] = shift
            new = [t for t in new if t.kind not in ("length", "after")]
        if re.search(r"时间(?:还是)?(?:不变|照旧|一样)|(?:同|一样|原来的?|还是原)(?:的)?(?:时间|点)|(?:钟?点|时间)不(?:变|动|改)|还是(?:那个|这个|同一)(?:时间|点)|时间还(?:是)?一样|照旧|老时间", self.text):
            self.slots["same_time"] = True
        self._ref_time(old, past=True)
        self._new_time(new)

    def _move_at(self) -> int:
        matches = [m for m in MOVE.finditer(self.text) if self.text[m.start() - 1 : m.start()] != "别"]
        later = [m for m in matches if any(t.kind in TIME_KINDS and t.start >= m.end() for t in self.tokens)]
        if later:
            return later[-1].start() if len(later) > 1 and re.match(r"改|换|挪|移|调", later[-1][0]) else later[0].start()
        times = [t for t in self.tokens if t.kind in TIME_KINDS]
        return len(self.text) if times and matches and self._shift() else (times[0].start if times and not of(times, "past") and self._moves_to(times) else len(self.text))

    def _moves_to(self, times: list[Token]) -> bool:
        return bool(re.search(r"(?:行|可以|有空|方便)", self.text[times[-1].end :]))

    def _shift(self) -> int | None:
        for token in of(self.tokens, "length"):
            minutes = length_minutes(token.text)
            days = amounts.lengths(token.text, [Token("length", token.text, 0, len(token.text))]).get("duration_days")
            minutes = minutes if minutes else (days * 1440 if days else None)
            before, after = self.text[: token.start], self.text[token.end :]
            if minutes is None:
                continue
            if re.search(r"(?:往?后[推挪延移]?|推后|推迟|延后|延迟|延|晚|迟|顺延|往后推|后推|推|后延)(?:个|了|到|大概|上)?$", before) or re.match(r"以后|之后|往后", after):
                return minutes
            if re.search(r"(?:提前|提早|早|往前[推挪移]?|前移)(?:个|了|大概|上)?$", before):
                return -minutes
        return None

    def _accept_job(self) -> None:
        self._order(listed=True)
        self._bare_number()
        if "order_no" not in self.slots:
            self._ref_time([t for t in self.tokens if t.kind != "number_day"])

    def _bare_number(self) -> None:
        numbers = [t for t in of(self.tokens, "number") if re.fullmatch(r"\d{1,2}", t.text)]
        if self.kind == "offers" and numbers and "order_no" not in self.slots and "choice" not in self.slots:
            self.slots["order_no"] = numbers[0].text if len(numbers) == 1 else [t.text for t in numbers]

    def _decline_job(self) -> None:
        self._order(listed=self.kind == "offers")
        self._bare_number()
        self.slots.pop("order_ref", None) if "order_no" in self.slots else None
        self._ref_time([t for t in self.tokens if not (t.kind == "number_day" and self.kind == "offers") and not self._in_reason(t)])
        self.slots |= details.reason_slots(self.text, "decline_job", self.role)
        service = find_service(self.text)
        if service and re.search(r"的(?:活|单|那|保洁|打扫|做饭)|那(?:个|单)", self.text):
            self.slots["service"] = service

    def _in_reason(self, token: Token) -> bool:
        after = self.text[token.end :]
        return bool(re.match(r"(?:[^,]{0,2})(?:有(?!的)|没空|没时间|要|腰|头|肚|不舒服|家里|孩子|排满|已经|约|接了|得|忙|去不|来不|接不|干不|不(?:行|去|接|方便|干)|正好|加班|休|回|,|$)", after))

    def _counter_offer(self) -> None:
        self._order(listed=self.kind == "offers")
        self._new_time([t for t in self.tokens if not (t.kind == "number_day" and "order_no" in self.slots)], story=False)
        for key in ("asap", "date_from", "date_to"):
            if key == "asap":
                self.slots.pop(key, None)
        self.slots |= details.offer_slots(self.text, self.tokens)
        if "shift_min" not in self.slots and (shift := self._shift()):
            self.slots["shift_min"] = shift
        elif not shift:
            self.slots |= {k: v for k, v in amounts.lengths(self.text, self.tokens).items() if k.startswith("duration")}
        people = amounts.heads(self.text, self.tokens, None).get("people")
        if people:
            self.slots["people"] = people
        self.slots |= details.reason_slots(self.text, "counter_offer", self.role)

    def _on_the_way(self) -> None:
        self._order()
        slots, ask = details.way_slots(self.text, self.tokens, self.now)
        self.slots |= slots
        if ask:
            self.asks.add("eta")

    def _arrived(self) -> None:
        self._order()
        self.slots |= details.reason_slots(self.text, "arrived", self.role)

    def _finished(self) -> None:
        self._order()
        self.slots |= details.done_slots(self.text, self.tokens)

    def _other(self) -> None:
        if self.kind == "job":
            extra = details.said_minutes(self.text, r"再要|还要|再|还得|还需要|还差|要|多") if of(self.tokens, "length") else None
            self.slots |= {"extra_min": extra} if extra else {}
            self.slots |= details.reason_slots(self.text, "other", self.role)

    def _confirm_completion(self) -> None:
        self._order()
        numbers = [v for t in of(self.tokens, "money", "number") if (v := amounts.amount(t)) and v >= 20]
        if numbers:
            self.slots["price"] = numbers[0]

    def _dispute_fee(self) -> None:
        self._of_order("dispute_fee")
        self.slots |= details.fee_slots(self.text, self.tokens)

    def _rate(self) -> None:
        self._of_order("rate")
        if self.kind == "rating_card":
            for key in ("service", "order_ref", "ref_part_of_day"):
                self.slots.pop(key, None)
        self.slots |= details.star_slots(self.text, self.tokens, self.kind)
        self.slots |= details.visit_slots(self.text)
        name = worker_name(self.text)
        if name:
            self.slots["worker_name"] = name

    def _complain(self) -> None:
        self._of_order("complain")
        self.slots |= details.visit_slots(self.text)
        if not re.search(r"(?:保洁|钟点工|小时工|月嫂|护工|保姆|育儿嫂)(?!把|对|打|偷|骂|给|用|弄|掐|摔)|的(?:保洁|护工|月嫂)", self.text):
            self.slots.pop("service", None)
        fee = details.fee_slots(self.text, self.tokens)
        self.slots |= {k: v for k, v in fee.items() if k in ("price_agreed", "price_charged", "price_delta")}

    def _order_status(self) -> None:
        self._of_order("order_status")
        self.slots.pop("reason", None)

    # questions and the rest

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
        self.slots |= details.topic(self.decision.words)

    def _my_income(self) -> None:
        self.slots |= details.period(self.text, self.now.year, self.now.month)

    def _my_schedule(self) -> None:
        self._order()
        found = self._time().slots
        keys = ("date_only", "date_from", "date_to", "part_of_day", "date_options")
        self.slots |= {k: v for k, v in found.items() if k in keys}

    def _set_availability(self) -> None:
        self.text, self.tokens = corrected(self.text, self.tokens, switch=True)
        self.slots["available"] = not re.search(r"不|没|别|请假|请[^,]{0,3}假|休|停|回老?家|出差|外地|住院|有事|满了|旅游|考试|体检|忙", self.text) or bool(re.search(r"不忙|随便派|没(?:别的)?事(?!情要)|不休|没活|没单", self.text))
        self.times = self._time()
        self.slots |= self.times.slots
        options = self.slots.get("date_options")
        if options and _consecutive(options):
            self.slots |= {"date_from": options[0], "date_to": options[-1]}
            del self.slots["date_options"]
        days = amounts.lengths(self.text, self.tokens)
        if "recurrence" not in self.slots:
            self.slots |= {k: v for k, v in days.items() if not (k == "duration_days" and v == 1)}

    def _yes(self) -> None:
        self.slots |= {k: v for k, v in details.order_slots(self.text, self.tokens, self.kind, listed=False).items() if k == "choice"}
        name = worker_name(self.text) if self.kind == "choose_worker" else None
        if name:
            self.slots["worker_name"] = name

    def _no(self) -> None:
        self.text, self.tokens = corrected(self.text, self.tokens, switch=True)
        self._new_time([t for t in self.tokens if t.kind not in ("asap", "vague", "past")])
        if self.kind in ("confirm", "completion_card", "fee_card"):
            money = amounts.budget(self.text, self.tokens)
            self.slots |= {"price": money["budget_max"]} if self.kind != "confirm" and "budget_max" in money else {}
            self.slots |= money if self.kind == "confirm" else {}
            self.slots |= {k: v for k, v in amounts.lengths(self.text, self.tokens).items() if k == "duration_min"}
            if self.kind == "confirm" and find_service(self.text):
                self._service()
            people = amounts.heads(self.text, self.tokens, None).get("people")
            self.slots |= {"people": people} if people else {}


_NAME = re.compile(r"(?:[赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜谢邹喻柏水窦章云苏潘葛范彭郎鲁韦马苗凤花方俞任袁柳史唐费岑薛雷贺倪汤罗毕郝邬安常乐于时傅皮齐康伍余元顾孟平黄和穆萧尹姚邵汪祁毛米贝明戴谈宋庞熊纪舒屈项祝董梁杜阮蓝闵席季麻贾路江童颜郭梅盛林钟徐邱骆高夏蔡田胡凌霍万柯卢莫房丁邓石崔龚程陆翁侯车武刘龙叶黎白赖乔谭温曾关牛廖肖阎])(?:师傅|大姐|阿姨|老师|大哥|嫂|姐|哥|医生|护工|月嫂)(?!傅)")


def worker_name(text: str) -> str | None:
    """李师傅, 吴姐: a named worker; not 马桶师傅 and not 上次的师傅."""
    match = _NAME.search(text)
    if not match or (re.search(r"[一-龥]$", text[: match.start()]) and re.search(r"(?:个|位|的|名|那)$", text[max(0, match.start() - 1) : match.start()]) and match[0][0] in "时明和平安"):
        return None
    return match[0]


def _consecutive(days: list[str]) -> bool:
    numbers = [datetime.fromisoformat(d).toordinal() for d in days]
    return numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def understand(text: str, *, role: str = "resident", context: str | None = None, now: datetime) -> Frame:
    """What a message says, given what was last shown (`context`) and the moment `now` (aware, local). Never raises. [C3]"""
    words = normalise(text)
    if not words:
        return Frame("other")
    kinds = find_danger(words)
    if kinds is not None:
        return Frame("emergency", {"emergency_type": kinds} if kinds else {})
    return Reader(shorten(words), role, context, now).frame()
