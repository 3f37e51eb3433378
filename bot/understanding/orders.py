"""The slots of what is said about an order: which one, when it was to be, and what is to become of it."""

import re

from bot.understanding import amounts, details
from bot.understanding.booking import Booking
from bot.understanding.lexicon import find_service, find_work
from bot.understanding.names import worker_name
from bot.understanding.revise import OF_ORDER, corrected
from bot.understanding.times import TIME_KINDS, length_minutes
from bot.understanding.tokens import Token, lead, of

MOVE = re.compile(r"(?:改|换|挪|推|移|(?<!空)调|延|提前|提(?=到)|顺延|往[前后])(?:一?下(?![午周个月]))?(?:到|成|为|在|约|至|个?时间)?")
_SINCE = re.compile(r"(?:从|自)?([^,从]{1,6}?)(?:起|开始)")
_STOPS = re.compile(r"停|以后|不用")
_KEPT = re.compile(r"(?:留着|保留|留下|不动)[^,]*$")
_ORDERED_THEN = re.compile(r"(?:晚上|下午|上午|早上)?(?:刚)?(?:下|订|定|约|预约|叫|点)的")
_SAME_TIME = re.compile(r"同一时间|同样(?:的)?时间|时间(?:还是)?(?:不变|照旧|一样)|(?:同|一样|原来的?|还是原)(?:的|那个?|来那个)?(?:时间|点|钟点)|(?:钟?点|时间)不(?:变|动|改)|还是(?:那个|这个|同一)(?:时间|点)|时间还(?:是)?一样|照旧|老时间")
_CHANGE = re.compile(r"改|换|挪|移|(?<!空)调")
_SUITS = re.compile(r"(?:行|可以|有空|方便)")
_SETTLES_ON = re.compile(r"(?:^|,)(?:那|就|要不)*(?:还是|约|定|排)(?:在|到)?$")
_EARLIER = re.compile(r"(?:提前|提早|早|往?前[推挪移提]|往前|前移)(?:个|了|大概|上|来|点|一点|到)*$")
_LATER_BEFORE = re.compile(r"(?:往?后[推挪延移顺]?|推后|推迟|延后|延迟|延|晚|迟|顺延|往后推|后推|推|后延)(?:个|了|到|大概|上)?$")
_LATER_AFTER = re.compile(r"以后|之后|往后")
_BARE_NUMBER = re.compile(r"\d{1,2}")
_OF_A_JOB = re.compile(r"的(?:活|单|那|保洁|打扫|做饭)|那(?:个|单)")
_ALL_OF_THEM = re.compile(r"(?:都|全|一个都|全部)(?:不|没)?(?:想)?(?:接|要|去|做|干)|(?:都|全)不(?:合适|行|方便)")
_NAMED_BY = re.compile(r"的?那?一?个?[单活](?!位|独)")
_REASON_FOLLOWS = re.compile(r"(?:[^,]{0,2})(?:有(?!的)|没空|没时间|要|腰|头|肚|不舒服|住院|手术|家里|孩子|排满|已经|约|接了|得|忙|去不|来不|接不|干不|不(?:行|去|接|方便|干)|正好|加班|休|回|,|$)")
_OF_A_SERVICE = re.compile(r"(?:保洁|钟点工|小时工|月嫂|护工|保姆|育儿嫂)(?!把|对|打|偷|骂|给|用|弄|掐|摔)|的(?:保洁|护工|月嫂)")


class Orders(Booking):
    """Cancelling, moving, offers, progress, fees, ratings and complaints."""

    def _order(self, *, listed: bool = False) -> None:
        tokens = [t for t in self.tokens if not lead(self.text, t.start).endswith("除了")]
        self.slots |= details.order_slots(self.text, tokens, self.kind, listed=listed)

    def _of_order(self, intent: str, *, past: bool = True) -> None:
        self.text, self.tokens = corrected(self.text, self.tokens, switch=False)
        self._order()
        self._ref_time(self.tokens, past=past)
        self._work()
        self.slots |= details.reason_slots(self.decision.reasons, self.text, intent)

    def _work(self) -> None:
        service, tasks = find_work(self.text)
        self.slots |= ({"service": service} if service else {}) | ({"tasks": tasks} if tasks and service else {})

    def _cancel(self) -> None:
        tokens = self.tokens
        since = _SINCE.search(self.text)
        recurring = of(tokens, "recur")
        if since and (recurring or _STOPS.search(self.text)):
            later = [t for t in tokens if since.start() <= t.start < since.end() and t.kind != "recur"]
            found = self._time(later).slots
            day = found.get("date_only") or found.get("date_from")
            if day:
                self.slots["date_only"] = day
                self.tokens = [t for t in tokens if t not in later]
        self.tokens = [t for t in self.tokens if not self._stays(t)]
        self._of_order("cancel")
        if any(key.startswith("ref_") for key in self.slots):
            self.slots.pop("scope", None)

    def _of_order_named(self, token: Token) -> bool:
        """明天九点的那单: the time of the order, as far as it stands right before it."""
        ends = [m.start() for m in _NAMED_BY.finditer(self.text) if m.start() >= token.end]
        return (bool(ends) and not self.text[token.end : ends[0]].strip("的")) or any(
            not self.text[token.end : t.start].strip("的") and self._of_order_named(t) for t in self.tokens if t.start >= token.end
        )

    def _stays(self, token: Token) -> bool:
        """取消三点的,留着五点的; 昨天下的单: what stays, and when it was ordered, is no time of the order."""
        kept = _KEPT.search(lead(self.text, token.start))
        return bool(kept) or (token.kind == "past" and bool(_ORDERED_THEN.match(self.text[token.end :])))

    def _reschedule(self) -> None:
        self._order()
        self.text, self.tokens = corrected(self.text, self.tokens, switch=False)
        self.tokens = [t for t in self.tokens if not self._stays(t)]
        cut = self._move_at()
        excluded, self.tokens = self._ruled_out(self.tokens, story=True, dated=True)
        old = [t for t in self.tokens if t.start < cut]
        new = [t for t in self.tokens if t.start >= cut]
        self._work()
        self.slots |= details.reason_slots(self.decision.reasons, self.text, "reschedule")
        shift = self._shift()
        if shift:
            self.slots["shift_min"] = shift
            new = [t for t in new if t.kind not in ("length", "after")]
        if _SAME_TIME.search(self.text):
            self.slots["same_time"] = True
        self._ref_time(old, past=True)
        self._new_time(new)
        if excluded:
            self.slots["exclude"] = excluded

    def _move_at(self) -> int:
        matches = [m for m in MOVE.finditer(self.text) if self.text[m.start() - 1 : m.start()] != "别"]
        later = [m for m in matches if any(t.kind in TIME_KINDS and t.start >= m.end() for t in self.tokens)]
        if later:
            return later[-1].start() if len(later) > 1 and _CHANGE.match(later[-1][0]) else later[0].start()
        if not matches and self.decision.has("swaps"):
            return 0  # what is given up has been taken out already
        times = [t for t in self.tokens if t.kind in TIME_KINDS]
        return len(self.text) if times and matches and self._shift() else (times[0].start if times and not of(times, "past") and self._moves_to(times) else len(self.text))

    def _moves_to(self, times: list[Token]) -> bool:
        return bool(_SUITS.search(self.text[times[-1].end :]) or _SETTLES_ON.search(lead(self.text, times[0].start)))

    def _shift(self) -> int | None:
        for token in of(self.tokens, "length"):
            minutes = length_minutes(token.text)
            days = amounts.lengths(token.text, [Token("length", token.text, 0, len(token.text))]).get("duration_days")
            minutes = minutes if minutes else (days * 1440 if days else None)
            before, after = lead(self.text, token.start), self.text[token.end :]
            if minutes is None:
                continue
            if _LATER_BEFORE.search(before) or _LATER_AFTER.match(after):
                return minutes
            if _EARLIER.search(before):
                return -minutes
        return None

    def _accept_job(self) -> None:
        self._order(listed=True)
        self._bare_number()
        self._all_offers()
        if "order_no" not in self.slots:
            self._ref_time([t for t in self.tokens if t.kind != "number_day"])

    def _all_offers(self) -> None:
        """都接, 都不要: every one of the list."""
        if self.kind == "offers" and not set(self.slots) & {"order_no", "choice"} and _ALL_OF_THEM.search(self.text):
            self.slots["scope"] = "all"

    def _bare_number(self) -> None:
        numbers = [t for t in of(self.tokens, "number") if _BARE_NUMBER.fullmatch(t.text)]
        if self.kind == "offers" and numbers and "order_no" not in self.slots and "choice" not in self.slots:
            self.slots["order_no"] = numbers[0].text if len(numbers) == 1 else [t.text for t in numbers]

    def _decline_job(self) -> None:
        self._order(listed=self.kind == "offers")
        self._bare_number()
        self._all_offers()
        self._ref_time([t for t in self.tokens if not (t.kind == "number_day" and self.kind == "offers") and not self._in_reason(t)])
        self.slots |= details.reason_slots(self.decision.reasons, self.text, "decline_job")
        service = find_service(self.text)
        if service and _OF_A_JOB.search(self.text):
            self.slots["service"] = service

    def _in_reason(self, token: Token) -> bool:
        after = self.text[token.end :]
        return bool(_REASON_FOLLOWS.match(after)) and not OF_ORDER.match(after)

    def _counter_offer(self) -> None:
        self._order(listed=self.kind == "offers")
        named = [t for t in self.tokens if t.kind in TIME_KINDS and self._of_order_named(t)]
        self._ref_time(named)
        self.tokens = [t for t in self.tokens if t not in named]
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
        self.slots |= details.reason_slots(self.decision.reasons, self.text, "counter_offer")

    def _on_the_way(self) -> None:
        self._order()
        slots, ask = details.way_slots(self.text, self.tokens, self.now)
        self.slots |= slots
        if ask:
            self.asks.add("eta")

    def _arrived(self) -> None:
        self._order()
        self.slots |= details.reason_slots(self.decision.reasons, self.text, "arrived")

    def _finished(self) -> None:
        self._order()
        self.slots |= details.done_slots(self.text, self.tokens)

    def _other(self) -> None:
        if self.kind == "job":
            extra = details.said_minutes(self.text, details.MORE_NEEDED) if of(self.tokens, "length") else None
            self.slots |= {"extra_min": extra} if extra else {}
            self.slots |= details.reason_slots(self.decision.reasons, self.text, "other")

    def _confirm_completion(self) -> None:
        self._order()
        numbers = [v for t in of(self.tokens, "money", "number") if (v := amounts.amount(t)) and v >= 20]
        tip = details.tip_of(self.text)
        if tip:
            self.slots["tip"] = tip
        elif numbers:
            self.slots["price"] = numbers[0]

    def _dispute_fee(self) -> None:
        self._of_order("dispute_fee")
        self.slots.pop("tasks", None)
        self.slots |= details.fee_slots(self.text, self.tokens)

    def _rate(self) -> None:
        self._of_order("rate")
        self.slots.pop("tasks", None)
        if self.kind == "rating_card":
            for key in ("service", "order_ref", "ref_part_of_day", "ref_time"):
                self.slots.pop(key, None)
        self.slots |= details.star_slots(self.text, self.tokens, self.kind)
        self.slots |= details.visit_slots(self.text)
        name = worker_name(self.text)
        if name:
            self.slots["worker_name"] = name

    def _complain(self) -> None:
        self._of_order("complain")
        self.slots.pop("tasks", None)
        self.slots |= details.visit_slots(self.text)
        if not _OF_A_SERVICE.search(self.text):
            self.slots.pop("service", None)
        fee = details.fee_slots(self.text, self.tokens)
        self.slots |= {k: v for k, v in fee.items() if k in ("price_agreed", "price_charged", "price_delta")}

    def _order_status(self) -> None:
        self._of_order("order_status")
        self.slots.pop("reason", None)
