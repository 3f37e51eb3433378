"""From time tokens to time slots: what is doubtful is left out, and asked."""

import re
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from bot.understanding.clock import part_code, read_clock
from bot.understanding.dates import CODES, NEVER, Day, read_day, read_span, read_window
from bot.understanding.numbers import NUM, read_number
from bot.understanding.recur import Recurrence, read_recurrence
from bot.understanding.tokens import Token, lead, of

DAY_KINDS = ("day", "monthday", "number_day", "past")
TIME_KINDS = (*DAY_KINDS, "window", "weekspan", "recur", "part", "clock", "clocks", "range_clock", "after", "asap", "vague")
_LINK = re.compile(r"钟?,?(?:一直)?(?:到|至|-|~|—)(?:第二天|次日|当天)?")
_OR = re.compile(r"(?:上午|下午|晚上|早上)?(?:,|和|跟|、|或|或者|还是|要么|要不|都行|不然)*")
_FROM = re.compile(r"(?:开始|起|开头|上户|上岗|上班|进场|第一次)")
_LATER = re.compile(r"钟?(?:以后|之后|过后|往后|后(?!天|面))")
_EARLIER = re.compile(r"钟?(?:以前|之前|前(?!天|一|面|台))")
_EVENT = re.compile(r"[^,]{0,5}(?:搬家|搬过|搬进|入住|生日|过寿|大寿|结婚|婚礼|办酒|请客|做?手术|住院|出院|交房|开学|高考|中考|满月酒|聚会)")
STAMP = "%Y-%m-%dT%H:%M"
_TWELVE = re.compile(r"12[点:]|十二点|24[点:]|零点")
_HALF_A_DAY = re.compile(r"半天")
_HOURS_OR_MINUTES = re.compile(rf"过?(半|{NUM})个?[多来]?(半)?(小时|分钟|刻钟|刻)(半)?")
_AND_MINUTES = re.compile(rf"小时零?({NUM})分")
_DECIMAL = re.compile(r"\d{1,6}\.\d{1,4}")
_BIRTH = re.compile(r"预产|生产|临产|要生|生(?:孩子|宝宝|娃)")
_WHICH_WEEK = re.compile(r"下下个?|下个?|这个?|本")
_THIS_OR_NEXT = re.compile(r"[下这本]")
_AFTER_IT = re.compile(r"(?<![难好])过(?:了|完)$")
_FREE_OR_NOT = re.compile(r"休|没空|有空|请假|忙")
_ANY = re.compile("都?(?:行|可以)")
_SO_MANY_TIMES = re.compile(rf"(?<!周)(?<!月)(?:一共|共|总共|连着|连续|连|先|[做上学约订来干教补包洗试])[做上学来干约订]?({NUM})(?:次|回|趟|节|堂)")


class Point(NamedTuple):
    """A clock time with the day spoken of when it was said."""

    token: Token
    at: time | None
    day: Token | None
    part: str | None = None


class Times:
    """What a text says of time: slots, whether the start must be asked, whether the days of a repetition must."""

    def __init__(self) -> None:
        self.slots: dict[str, Any] = {}
        self.doubtful = self.open_days = False


class TimeReader:
    """Reads the time tokens of one text, as of one moment."""

    def __init__(self, text: str, tokens: list[Token], now: datetime, *, past: bool = False) -> None:
        self.text, self.now, self.today = text, now, now.date()
        self.tokens = [t for t in tokens if t.kind in TIME_KINDS and (past or t.kind != "past")]
        self.out = Times()
        self.points = self._points()

    def read(self) -> Times:
        """All that is said, as slots."""
        self._due()
        if self._after() or self._recurrence():
            return self.out
        if not of(self.tokens, *DAY_KINDS, "window", "weekspan", "clock", "clocks", "part") and of(self.tokens, "asap"):
            self.out.slots["asap"] = True
            return self.out
        day = self._day()
        self._clocks(day)
        if of(self.tokens, "asap") and not self.points and day in (None, Day((self.today,))):
            self.out.slots["asap"] = True
        self.out.doubtful |= "start" not in self.out.slots and bool(of(self.tokens, "vague"))
        return self.out

    def _points(self) -> list[Point]:
        part, day = None, None
        found: list[Point] = []
        for token in self.tokens:
            if token.kind in (*DAY_KINDS, "window", "weekspan", "recur"):
                part, day = None, token
            elif token.kind == "part":
                part = part_code(token.text)
            elif token.kind in ("clock", "clocks", "range_clock"):
                at = None if token.kind == "clocks" else read_clock(token.text, part).at
                found.append(Point(token, at, day, part))
        return found

    def _due(self) -> None:
        for token in of(self.tokens, "monthday", "number_day", "day", "window"):
            around = self.text[max(0, token.start - 7) : token.end + 5]
            if _BIRTH.search(around):
                found = read_day(token.text, self.today).only if token.kind != "window" else None
                if found:
                    self.out.slots["due_date"] = found.isoformat()
                self.tokens.remove(token)
                self.out.doubtful = True

    def _after(self) -> bool:
        for token in of(self.tokens, "after"):
            minutes = length_minutes(token.text)
            if minutes and not of(self.tokens, *DAY_KINDS, "clock"):
                self.out.slots["start"] = (self.now + timedelta(minutes=minutes)).strftime(STAMP)
                return True
        return False

    # the day

    def _day(self) -> Day | None:
        tokens = of(self.tokens, *DAY_KINDS)
        if not tokens:
            return self._stretch()
        if len(tokens) == 2 and _LINK.fullmatch(self.text[tokens[0].end : tokens[1].start]) and not self.points:
            return self._from_to(*tokens)
        days = [read_day(self._of_the_week(tokens[n - 1] if n else None, token), self.today) for n, token in enumerate(tokens)]
        if any(d == NEVER or not d.options for d in days):
            self.out.doubtful = True
            return NEVER
        options = tuple(dict.fromkeys(d for day in days for d in day.options))
        if len(tokens) == 1:
            self._event(tokens[0])
        return Day(options)

    def _of_the_week(self, before: Token | None, token: Token) -> str:
        """下周三或者周四: both are of the week that is named first."""
        week = _WHICH_WEEK.match(before.text) if before else None
        joined = before and token.text.startswith("周") and _OR.fullmatch(self.text[before.end : token.start])
        return week[0] + token.text if week and joined else token.text

    def _event(self, token: Token) -> None:
        if _EVENT.match(self.text, token.end):
            self.out.doubtful = True

    def _from_to(self, first: Token, last: Token) -> Day:
        start, end = read_day(first.text, self.today).only, read_day(last.text, self.today).only
        if start and last.kind == "number_day":
            number = read_number(last.text.rstrip("号日")) or 0
            end = start.replace(day=number) if start.day < number <= 28 else end
        if start and end and start < end:
            return Day((start,), end)
        self.out.doubtful = True
        return NEVER

    def _stretch(self) -> Day | None:
        for token in of(self.tokens, "weekspan", "window"):
            day = read_span(token.text, self.today) if token.kind == "weekspan" else read_window(token.text, self.today)
            self.out.doubtful = True
            return day if day.options else NEVER
        return None

    # the clock

    def _clocks(self, day: Day | None) -> None:
        if len(self.points) == 1 and _midnight(self.points[0]):
            self.out.doubtful = True
            return
        self._day_slots(day)
        if day == NEVER:
            return
        if len(self.points) >= 2 and self._linked(self.points[0], self.points[1]):
            self._start_end(day, self.points[0], self.points[1])
            return
        times = {p.at for p in self.points}
        if len(times) == 1 and None not in times:
            self._one_clock(day, self.points[0])
            return
        self.out.doubtful |= bool(times)
        if not self.points or of(self.tokens, "clocks") or len(times) > 1:
            self._part()

    def _day_slots(self, day: Day | None) -> None:
        if day is None or not day.options:
            return
        if day.until:
            self.out.slots.update(date_from=day.options[0].isoformat(), date_to=day.until.isoformat())
        elif len(day.options) > 1:
            self.out.slots["date_options"] = [d.isoformat() for d in day.options]
            self.out.doubtful = True
        else:
            self._single_day(day.options[0])

    def _single_day(self, day: date) -> None:
        token = of(self.tokens, *DAY_KINDS)[0]
        midnight = "T00:00"
        if (_LATER.match(self.text, token.end) or _AFTER_IT.search(lead(self.text, token.start))) and not self.points:
            self.out.slots["not_before"] = (day + timedelta(days=1)).isoformat() + midnight
            self.out.doubtful = True
        elif _EARLIER.match(self.text, token.end) and not self.points:
            self.out.slots["not_after"] = day.isoformat() + midnight
            self.out.doubtful = True
        else:
            self.out.slots["date_only"] = day.isoformat()

    def _part(self) -> None:
        parts = {part_code(t.text) for t in of(self.tokens, "part")}
        if len(parts) == 1:
            self.out.slots["part_of_day"] = parts.pop()

    def _linked(self, first: Point, second: Point) -> bool:
        between = self.text[first.token.end : second.token.start]
        for token in self.tokens:
            if first.token.end <= token.start < second.token.start:
                between = between.replace(token.text, "", 1)
        return bool(_LINK.fullmatch(between.replace("的", "")))

    def _one_clock(self, day: Day | None, point: Point) -> None:
        at = point.at
        if at is None:
            return
        end = point.token.end
        bound = self._bound(end)
        if day is not None and day.only:
            self._at(datetime.combine(day.only, at, self.now.tzinfo), bound)
        elif bound:
            self.out.slots[bound] = at.strftime("%H:%M")
            self.out.doubtful = True
        else:
            self.out.slots["time_only"] = at.strftime("%H:%M")
            self.out.doubtful = True

    def _bound(self, end: int) -> str:
        """三点以后, 五点前: the slot that a clock time is a bound of."""
        return "not_before" if _LATER.match(self.text, end) else "not_after" if _EARLIER.match(self.text, end) else ""

    def _at(self, moment: datetime, bound: str) -> None:
        if bound:
            self.out.slots[bound] = moment.strftime(STAMP)
            self.out.doubtful = True
        elif moment <= self.now and moment.date() == self.today:
            self.out.doubtful = True
        else:
            self.out.slots.pop("date_only", None)
            self.out.slots["start"] = moment.strftime(STAMP)

    def _start_end(self, day: Day | None, first: Point, second: Point) -> None:
        if first.at is not None and second.at is None and _midnight(second):
            second = second._replace(at=time(0))
        if first.at is None or second.at is None:
            self.out.doubtful = True
            self._part()
            return
        start_day = read_day(first.day.text, self.today).only if first.day else None
        start_day = start_day or (day.only if day else None)
        if start_day is None:
            self._open_range(first.at, second.at)
            return
        end_day = read_day(second.day.text, self.today).only if second.day and second.day is not first.day else None
        self.out.slots.pop("date_options", None)
        self.out.slots["date_only"] = start_day.isoformat()
        self.out.doubtful = False
        self._span(datetime.combine(start_day, first.at, self.now.tzinfo), second.at, end_day)

    def _span(self, start: datetime, until: time, end_day: date | None) -> None:
        self._at(start, "")
        if "start" not in self.out.slots:
            return
        end = datetime.combine(end_day or start.date(), until, self.now.tzinfo)
        if end <= start:
            end += timedelta(days=1)
        self.out.slots["end"] = end.strftime(STAMP)

    def _open_range(self, first: time, second: time) -> None:
        self.out.slots.update(not_before=first.strftime("%H:%M"), not_after=second.strftime("%H:%M"))
        self.out.doubtful = True

    # again and again

    def _recurrence(self) -> bool:
        rule = self._rule()
        if rule is None:
            return False
        rule = self._with_weekday(rule)
        self.out.slots["recurrence"] = rule.rule(self._count())
        self.out.open_days = rule.open
        self.out.doubtful |= rule.open
        first, stated = self._first_day()
        at = self.points[0].at if self.points else None
        bound = self._bound(self.points[0].token.end) if at else ""
        if at and bound:
            self.out.slots[bound] = at.strftime("%H:%M")
        if at is None or bound:
            self._without_clock(first, stated)
        else:
            self._first_visit(rule, first, stated, at)
        self.out.doubtful |= "start" not in self.out.slots and bool(of(self.tokens, "vague"))
        return True

    def _rule(self) -> Recurrence | None:
        found = [read_recurrence(t.text) for t in of(self.tokens, "recur") if not (t.text == "工作日" and _ANY.match(self.text[t.end :]))]
        if found:
            with_days = [r for r in found if not r.open]
            rule = (with_days or found)[0]
            spans = of(self.tokens, "weekspan") if rule.freq == "DAILY" else []
            return Recurrence("WEEKLY", days=read_span(spans[0].text, self.today).weekdays) if spans else rule
        spans = of(self.tokens, "weekspan")
        if spans and not _THIS_OR_NEXT.match(spans[0].text) and not _FREE_OR_NOT.search(self.text):
            return Recurrence("WEEKLY", days=read_span(spans[0].text, self.today).weekdays)
        return None

    def _with_weekday(self, rule: Recurrence) -> Recurrence:
        """两周一次,周六上午: the weekday named beside it is the day of the repetition."""
        named = [t for t in of(self.tokens, "day") if t.text.startswith("周")]
        if rule.freq != "WEEKLY" or not rule.open or not named:
            return rule
        self.tokens = [t for t in self.tokens if t not in named]
        days = tuple(code for t in named for code in read_day(t.text, self.today).weekdays)
        return Recurrence("WEEKLY", rule.interval, tuple(c for c in CODES if c in days))

    def _count(self) -> int:
        match = _SO_MANY_TIMES.search(self.text)
        count = (read_number(match[1]) or 0) if match else 0
        return count if 1 < count < 1000 else 0

    def _first_day(self) -> tuple[date | None, bool]:
        for token in of(self.tokens, *DAY_KINDS):
            day = read_day(token.text, self.today)
            return day.only, True
        for token in of(self.tokens, "window"):
            if not token.text.endswith("周末"):
                return (read_window(token.text, self.today).options or (None,))[0], bool(_FROM.match(self.text, token.end))
        return None, False

    def _without_clock(self, first: date | None, stated: bool) -> None:
        self.out.doubtful = True
        if first and stated:
            self.out.slots["date_only"] = first.isoformat()
        if not self.points:
            self._part()

    def _first_visit(self, rule: Recurrence, first: date | None, stated: bool, at: time) -> None:
        since = first or self.today
        day = rule.first(since)
        start = datetime.combine(day, at, self.now.tzinfo)
        if start <= self.now:
            day = rule.first(day + timedelta(days=1))
            start = datetime.combine(day, at, self.now.tzinfo)
        self.out.slots["start"] = start.strftime(STAMP)
        self.out.doubtful |= not stated and (day == self.today or first is not None)
        second = self.points[1].at if len(self.points) > 1 else None
        if second and self._linked(self.points[0], self.points[1]):
            self._span(start, second, None)


def _midnight(point: Point) -> bool:
    """晚上十二点: of which day is open, unless it ends something that began that evening."""
    return point.part in ("night", "evening") and bool(_TWELVE.match(point.token.text))


def length_minutes(text: str) -> int | None:
    """The minutes of 半小时, 两个半小时, 一刻钟, 90分钟, 半天; None for what is counted in days."""
    if _HALF_A_DAY.match(text):
        return 240
    match = _HOURS_OR_MINUTES.match(text)
    if not match:
        return 60 if text == "个把小时" else None
    more = _AND_MINUTES.search(text)
    if more:
        return (length_minutes(text[: more.start()] + "小时") or 0) + (read_number(more[1]) or 0)
    size = {"小时": 60, "分钟": 1, "刻钟": 15, "刻": 15}[match[3]]
    if match[1] == "半":
        return size // 2
    number = _decimal(match[1])
    return int(number * size + (size // 2 if match[2] or match[4] else 0)) if number else None


def _decimal(text: str) -> float | None:
    return float(text) if _DECIMAL.fullmatch(text) else read_number(text)
