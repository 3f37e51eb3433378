"""Days and clock times as people say them, by the sixteen conventions: what is doubtful is left out, and asked."""

import re
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from bot.understanding.numbers import SMALL, pair_of, read_number

PARTS: tuple[tuple[str, str], ...] = (
    ("early_morning", r"凌晨"), ("morning", r"早上|上午|早晨|清早|一早|早间|大清早"), ("noon", r"中午"), ("afternoon", r"下午|午后"), ("evening", r"傍晚|晚上|晚间|夜里"), ("night", r"半夜|通宵|深夜"),
)  # fmt: skip
WEEKDAYS = {c: n for n, c in enumerate("一二三四五六日")} | {"天": 6}
RRULE_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
DAYS = {"大后天": 3, "后天": 2, "明天": 1, "今天": 0, "今": 0}
HOLIDAYS = {
    "清明": (4, 5),
    "五一": (5, 1),
    "劳动节": (5, 1),
    "端午": (6, 19),
    "中秋": (9, 25),
    "国庆": (10, 1),
    "十一": (10, 1),
    "元旦": (1, 1),
}
MOVABLE = {
    "除夕": (date(2026, 2, 16), date(2027, 2, 5), date(2028, 1, 25)),
    "大年三十": (date(2026, 2, 16), date(2027, 2, 5), date(2028, 1, 25)),
    "春节": (date(2026, 2, 17), date(2027, 2, 6), date(2028, 1, 26)),
    "初一": (date(2026, 2, 17), date(2027, 2, 6), date(2028, 1, 26)),
    "端午": (date(2026, 6, 19), date(2027, 6, 9), date(2028, 5, 28)),
    "中秋": (date(2026, 9, 25), date(2027, 9, 15), date(2028, 10, 3)),
}
CLOCK = re.compile(
    rf"(?<![\d月])(?P<h>{SMALL})\s*(?:点|时(?!间|候|段|工))(?:(?P<half>半)|(?P<q>[一三])刻|(?P<m>{SMALL})分?)?|(?P<h2>\d{{1,2}}):(?P<m2>\d{{2}})|差一刻(?P<h3>{SMALL})点"
)
VAGUE = re.compile(r"过两天|改天|最近|这几天|一会儿?|过几天|有空|哪天")
ASAP = re.compile(r"马上|立刻|立即|现在(就)?(来|要|过来|能)|越快越好|赶紧|尽快|急用|这就")


@dataclass
class Times:
    """What a text says of time: slots, and whether the start is doubtful."""

    slots: dict[str, object] = field(default_factory=dict)
    doubtful: bool = False


def part_of_day(text: str) -> str | None:
    """上午, 下午 ... the first named."""
    found = [(m.start(), code) for code, words in PARTS if (m := re.search(words, text))]
    return min(found)[1] if found else None


def find_day(text: str, now: datetime) -> tuple[date | None, bool]:
    """(the day named, whether a day was named that is ambiguous, past or impossible)."""
    today = now.date()
    for word, days in DAYS.items():
        if word in text and not (word == "今" and "今天" not in text):
            return today + timedelta(days=days), False
    for finder in (_after_days, _weekday, _holiday, _month_day, _day_number):
        found = finder(text, today)
        if found is not None:
            return found
    return None, False


Day = tuple[date | None, bool]


def _after_days(text: str, today: date) -> Day | None:
    if re.search(r"半个?月(以)?后", text):
        return today + timedelta(days=15), False
    match = re.search(rf"({SMALL})(天|个?周)(?:以|之)?后", text)
    if not match:
        return None
    n = read_number(match.group(1)) or 0
    return today + timedelta(days=n * (7 if "周" in match.group(2) else 1)), False


def _weekday(text: str, today: date) -> Day | None:
    match = re.search(r"(下下|下个?|这个?|本)?周([一二三四五六日天])(?!到|至)", text)
    if not match:
        return None
    wanted, which = WEEKDAYS[match.group(2)], (match.group(1) or "")[:2].rstrip("个")
    monday = today - timedelta(days=today.weekday())
    weeks = {"下下": 2, "下": 1, "这": 0, "本": 0}
    if which in weeks:
        day = monday + timedelta(days=weeks[which] * 7 + wanted)
        return (None, True) if day < today else (day, False)
    if wanted == today.weekday():
        return None, True
    return today + timedelta(days=(wanted - today.weekday()) % 7), False


def _holiday(text: str, today: date) -> Day | None:
    for name, days in MOVABLE.items():
        if name in text:
            return _before(text, next((d for d in days if d >= today), None))
    for name, (month, day) in HOLIDAYS.items():
        if name in text and not re.search(rf"{name}(点|号|月)", text):
            at = date(today.year, month, day)
            return _before(text, at if at >= today else at.replace(year=today.year + 1))
    return None


def _before(text: str, day: date | None) -> Day:
    if day is not None and re.search(r"前一天|前天夜|前夕", text):
        day -= timedelta(days=1)
    return day, day is None


def _month_day(text: str, today: date) -> Day | None:
    match = re.search(rf"(下个?月|{SMALL}月)({SMALL})[号日]?", text)
    if not match:
        return None
    n, day = match.group(1), read_number(match.group(2)) or 0
    month = today.month % 12 + 1 if n.startswith("下") else read_number(n.rstrip("月")) or 0
    year = today.year + (1 if n.startswith("下") and month == 1 else 0)
    try:
        found = date(year, month, day)
    except ValueError:
        return None, True
    return (None, True) if found < today else (found, False)


def _day_number(text: str, today: date) -> Day | None:
    match = re.search(rf"(?<![\d月第])({SMALL})号(?!楼|单|线|院|门|订单|那单)", text)
    if not match:
        return None
    day = read_number(match.group(1)) or 0
    year, month = today.year, today.month
    if day < today.day:
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    try:
        return date(year, month, day), False
    except ValueError:
        return None, True


def find_window(text: str, today: date) -> tuple[date, date] | None:
    """周末, 下周, 月底 ...: a stretch of days, always to be asked."""
    monday = today - timedelta(days=today.weekday())
    if "周末" in text:
        base = monday + timedelta(days=7) if "下" in text.split("周末")[0][-2:] else monday
        return base + timedelta(days=5), base + timedelta(days=6)
    if re.search(r"下个?周(?![一二三四五六日天])", text):
        return monday + timedelta(days=7), monday + timedelta(days=13)
    if re.search(r"(这个?|本)周(?![一二三四五六日天])", text):
        return today, monday + timedelta(days=6)
    last = monthrange(today.year, today.month)[1]
    if "月底" in text:
        return today.replace(day=26), today.replace(day=last)
    return None


def find_clocks(text: str) -> list[tuple[time | None, bool, int]]:
    """Every clock time with its part of the day taken into account: (time, ambiguous, position)."""
    found: list[tuple[time | None, bool, int]] = []
    carried = None
    for match in CLOCK.finditer(text):
        carried = part_of_day(text[max(0, match.start() - 4) : match.start()]) or carried
        found.append((*_one_clock(match, carried, text), match.start()))
    return found


def _one_clock(match: re.Match[str], part: str | None, text: str) -> tuple[time | None, bool]:
    if match["h2"]:
        hour, minute, exact = int(match["h2"]), int(match["m2"]), True
    else:
        word = match["h"] or match["h3"]
        if pair_of(word):
            return None, True
        hour, exact = read_number(word) or 0, word.isdigit() and int(word) > 12
        minute = 30 if match["half"] else {"一": 15, "三": 45}.get(match["q"] or "", 0)
        minute = (read_number(match["m"]) or 0) if match["m"] else minute
        if match["h3"]:
            hour, minute = hour - 1, 45
    if hour > 24 or minute > 59:
        return None, True
    return _with_part(hour % 24, minute, part, exact)


def _with_part(hour: int, minute: int, part: str | None, exact: bool) -> tuple[time | None, bool]:
    if part in ("night", "evening") and hour == 12:
        return None, True
    if part in ("afternoon", "evening") and hour < 12:
        hour += 12
    elif part == "noon" and hour <= 2:
        hour += 12
    elif part is None and 1 <= hour <= 5 and (not exact or hour < 13):
        hour += 12
    elif part is None and hour in (6, 7) and not (exact and hour > 12):
        return None, True
    return time(hour, minute), False


def read_times(text: str, now: datetime) -> Times:
    """The time slots of a text about something new."""
    out = Times()
    after = re.search(rf"(半|{SMALL})(个)?(小时|分钟|刻钟)(以|之)?后", text)
    if after:
        minutes = (
            30
            if after.group(1) == "半"
            else (read_number(after.group(1)) or 0) * (60 if "小时" in after.group(3) else 1)
        )
        out.slots["start"] = (now + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M")
        return out
    if ASAP.search(text):
        out.slots["asap"] = True
        return out
    clocks, part = find_clocks(text), part_of_day(text)
    first = text[: clocks[1][2]] if len(clocks) > 1 and find_day(text[: clocks[1][2]], now)[0] else text
    day, bad_day = find_day(first, now)
    _recurrence(text, out)
    if "recurrence" in out.slots:
        day, bad_day = _first_occurrence(text, out, now, clocks)
    _join(out, now, day, bad_day, clocks, part)
    _end_elsewhere(text, now, out, clocks)
    if day is None and not bad_day and "recurrence" not in out.slots:
        _window(text, now.date(), out)
    out.doubtful |= bool(VAGUE.search(text)) or bad_day
    return out


def _first_occurrence(text: str, out: Times, now: datetime, clocks: list[tuple[time | None, bool, int]]) -> Day:
    """The first day of something that repeats: the stated one (从下周一开始), else the next that fits; today is doubtful."""
    stated = re.search(r"(?:从|自)?([^,]{0,4}(?:下下?个?周[一二三四五六日]|明天|后天|大后天|\d+号))(?:开始|起)", text)
    if stated:
        return find_day(stated.group(1), now)
    rule = str(out.slots["recurrence"])
    wanted = [RRULE_DAYS.index(d) for d in rule.split("BYDAY=")[1].split(",")] if "BYDAY=" in rule else list(range(7))
    if not clocks or clocks[0][0] is None or ("WEEKLY" in rule and "BYDAY" not in rule):
        out.doubtful = True
        return None, False
    for ahead in range(8):
        day = now.date() + timedelta(days=ahead)
        if day.weekday() in wanted and datetime.combine(day, clocks[0][0], now.tzinfo) > now:
            out.doubtful |= ahead == 0
            return day, False
    return None, True


def _end_elsewhere(text: str, now: datetime, out: Times, clocks: list[tuple[time | None, bool, int]]) -> None:
    """今天晚上八点到明早八点: the end has a day of its own."""
    if "start" not in out.slots or len(clocks) < 2 or clocks[1][0] is None or "recurrence" in out.slots:
        return
    day, _bad = find_day(text[clocks[0][2] : clocks[1][2]], now)
    if day is not None:
        out.slots["end"] = datetime.combine(day, clocks[1][0]).strftime("%Y-%m-%dT%H:%M")


def _window(text: str, today: date, out: Times) -> None:
    window = find_window(text, today)
    if window:
        out.slots.update(date_from=window[0].isoformat(), date_to=window[1].isoformat())
        out.slots.pop("start", None)
        out.doubtful = True


def _join(
    out: Times,
    now: datetime,
    day: date | None,
    bad_day: bool,
    clocks: list[tuple[time | None, bool, int]],
    part: str | None,
) -> None:
    clock, ambiguous = (clocks[0][0], clocks[0][1]) if clocks else (None, False)
    if bad_day:
        return
    if clock and day:
        at = datetime.combine(day, clock, now.tzinfo)
        if at <= now:
            out.slots["date_only"], out.doubtful = day.isoformat(), True
            return
        out.slots["start"] = at.strftime("%Y-%m-%dT%H:%M")
        if len(clocks) > 1 and clocks[1][0] and clocks[1][0] > clock:
            out.slots["end"] = datetime.combine(day, clocks[1][0]).strftime("%Y-%m-%dT%H:%M")
    elif clock:
        out.slots["time_only"] = clock.strftime("%H:%M")
    elif day:
        out.slots["date_only"] = day.isoformat()
    if part and not clock and not ambiguous:
        out.slots["part_of_day"] = part
    out.doubtful |= ambiguous


def _recurrence(text: str, out: Times) -> None:
    match = re.search(r"(每|隔)个?周([一二三四五六日天、,和]*)", text)
    span = re.search(r"周([一二三四五六日])(?:到|至|-)周?([一二三四五六日])", text)
    if re.search(r"每天|天天", text):
        out.slots["recurrence"] = "FREQ=DAILY"
    elif re.search(r"工作日", text):
        out.slots["recurrence"] = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
    elif span and WEEKDAYS[span.group(1)] < WEEKDAYS[span.group(2)]:
        wanted = RRULE_DAYS[WEEKDAYS[span.group(1)] : WEEKDAYS[span.group(2)] + 1]
        out.slots["recurrence"] = f"FREQ=WEEKLY;BYDAY={','.join(wanted)}"
    elif match:
        days = [RRULE_DAYS[WEEKDAYS[c]] for c in match.group(2) if c in WEEKDAYS]
        every = ";INTERVAL=2" if match.group(1) == "隔" else ""
        out.slots["recurrence"] = "FREQ=WEEKLY" + every + (f";BYDAY={','.join(days)}" if days else "")
