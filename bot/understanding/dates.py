"""Days as people name them: relative, weekdays, months, holidays, windows. What is past or impossible is no day."""

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import NamedTuple

from bot.understanding.numbers import NUM, SMALL, read_number

WEEKDAYS = {c: n for n, c in enumerate("一二三四五六日")} | {"天": 6}
CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
RELATIVE = {"大后天": 3, "后天": 2, "明天": 1, "今天": 0, "大前天": -3, "昨天": -1, "前天": -2}
WEEKS = {"下下": 2, "下": 1, "这": 0, "就这": 0, "本": 0, "上": -1}
FIXED = {
    "五一": (5, 1), "劳动": (5, 1), "国庆": (10, 1), "十一": (10, 1), "元旦": (1, 1), "妇女": (3, 8), "三八": (3, 8), "儿童": (6, 1), "六一": (6, 1), "教师": (9, 10),
    "平安夜": (12, 24), "圣诞": (12, 25), "情人": (2, 14),
}  # fmt: skip
# Feasts of the moon's calendar, and 清明, which follows the sun: the days of the years to come.
MOON: dict[str, tuple[date, ...]] = {
    "清明": (date(2026, 4, 5), date(2027, 4, 5), date(2028, 4, 4), date(2029, 4, 4), date(2030, 4, 5)),
    "端午": (date(2026, 6, 19), date(2027, 6, 9), date(2028, 5, 28), date(2029, 6, 16), date(2030, 6, 5)),
    "中秋": (date(2026, 9, 25), date(2027, 9, 15), date(2028, 10, 3), date(2029, 9, 22), date(2030, 9, 12)),
    "冬至": (date(2026, 12, 22), date(2027, 12, 22), date(2028, 12, 21), date(2029, 12, 21), date(2030, 12, 22)),
    "七夕": (date(2026, 8, 19), date(2027, 8, 8), date(2028, 8, 26), date(2029, 8, 16), date(2030, 8, 5)),
    "重阳": (date(2026, 10, 18), date(2027, 10, 8), date(2028, 10, 26), date(2029, 10, 16), date(2030, 10, 5)),
    "春节": (date(2026, 2, 17), date(2027, 2, 6), date(2028, 1, 26), date(2029, 2, 13), date(2030, 2, 3)),
}
EVES = ("除夕", "三十", "年夜", "大年夜")
# Days of the new year counted from the first: 初二, 元宵 (the fifteenth).
NEW_YEAR = {f"初{sign}": n for n, sign in enumerate("一二三四五六七八")} | {"元宵": 14, "正月十五": 14}
LENGTHS = {"五一": 5, "劳动": 5, "国庆": 7, "十一": 7, "春节": 7, "过年": 7}
_DAYS_AFTER = re.compile(rf"(半|{NUM})(天|个?周|个?月)(?:以|之)?后")
_WEEKDAY = re.compile(r"(下下|下|就?这|本|上)?个?周([一二三四五六日天和跟、,及周]+)")
_FULL = re.compile(r"(20\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})")
_NEXT = re.compile(r"下")
_THIS = re.compile(r"这|本|当")
_MONTH = re.compile(rf"(明年|今年)?({SMALL})月")
_MOON_MONTH = re.compile(r"农历|阴历")
_NEW_YEARS_MONTH = re.compile(r"正月|大年")
_DOTTED = re.compile(r"(\d{1,2})[/.](\d{1,2})")
_MONTH_DAY = re.compile(rf"(.*月)的?({NUM})[号日]?$")
_NUMBER_DAY = re.compile(rf"({SMALL})[号日]?$")
_NEW_YEAR_DAY = re.compile(r"初一|过年")
_DAYS_AFTER_FEAST = re.compile(r"后的?第?.天")
_DAYS_BEFORE = re.compile(r"前(一|两|1|2)")
_NEXT_DAY = re.compile(r"第二天|后一天|次日")
_BARE_MONTH = re.compile(r"月")
_BEGINNING = re.compile(r"[初头]")
_END = re.compile(r"[底末]")
_SPAN = re.compile(r"(下下|下|这|本)?个?周(.)(?:到|至|-|~)(?:下?周)?(.)")


class Day(NamedTuple):
    """One day, several to choose from, a stretch, or (none of them) a day that cannot be meant."""

    options: tuple[date, ...] = ()
    until: date | None = None
    weekdays: tuple[str, ...] = ()

    @property
    def only(self) -> date | None:
        """The one day, if it is one."""
        return self.options[0] if len(self.options) == 1 and self.until is None else None


NEVER = Day()


def read_day(text: str, today: date) -> Day:
    """The day of a `day`, `monthday`, `number_day` or `past` token."""
    if text in RELATIVE:
        return Day((today + timedelta(days=RELATIVE[text]),))
    for reader in (_after, _weekdays, _full, _month_day, _number_day, _feast):
        found = reader(text, today)
        if found is not None:
            return found
    return NEVER


def _after(text: str, today: date) -> Day | None:
    match = _DAYS_AFTER.match(text)
    if not match:
        return None
    size = {"天": 1, "周": 7, "月": 30}[match[2][-1]]
    days = 15 if match[1] == "半" else (read_number(match[1]) or 0) * size
    return Day((today + timedelta(days=days),)) if 0 < days < 800 else NEVER


def _weekdays(text: str, today: date) -> Day | None:
    match = _WEEKDAY.match(text)
    if not match:
        return None
    names = [c for c in match[2] if c in WEEKDAYS]
    days = [_one_weekday(WEEKDAYS[c], WEEKS.get(match[1] or ""), today) for c in names]
    known = tuple(d for d in days if d is not None)
    return Day(known if len(known) == len(days) else (), weekdays=tuple(CODES[WEEKDAYS[c]] for c in names))


def _one_weekday(wanted: int, weeks: int | None, today: date) -> date | None:
    monday = today - timedelta(days=today.weekday())
    if weeks is not None:
        day = monday + timedelta(days=weeks * 7 + wanted)
        return day if day >= today or weeks < 0 else None
    return None if wanted == today.weekday() else today + timedelta(days=(wanted - today.weekday()) % 7)


def _full(text: str, today: date) -> Day | None:
    match = _FULL.match(text)
    return _day_of(int(match[1]), int(match[2]), int(match[3]), today) if match else None


def _day_of(year: int, month: int, day: int, today: date) -> Day:
    try:
        found = date(year, month, day)
    except ValueError:
        return NEVER
    return Day((found,)) if found >= today else NEVER


def month_of(word: str, today: date) -> tuple[int, int] | None:
    """(year, month) of 下个月, 本月, 五月, 明年三月; None where no month is named. A month gone by is next year's."""
    if _NEXT.match(word):
        months = today.year * 12 + today.month - 1 + (2 if word.startswith("下下") else 1)
        return months // 12, months % 12 + 1
    if _THIS.match(word):
        return today.year, today.month
    match = _MONTH.match(word)
    number = read_number(match[2]) if match else None
    if not match or number is None or not 1 <= number <= 12:
        return None
    return today.year + (match[1] == "明年"), number


def _month_day(text: str, today: date) -> Day | None:
    if _MOON_MONTH.match(text):
        return NEVER
    if _NEW_YEARS_MONTH.match(text):
        return None
    numbers = _DOTTED.match(text)
    if numbers:
        return _day_of(today.year, int(numbers[1]), int(numbers[2]), today)
    match = _MONTH_DAY.match(text)
    if not match:
        return None
    month, day = month_of(match[1], today), read_number(match[2]) or 0
    return _day_of(*month, day, today) if month else NEVER


def _number_day(text: str, today: date) -> Day | None:
    match = _NUMBER_DAY.match(text)
    if not match or text in FIXED:
        return None
    day, year, month = read_number(match[1]) or 0, today.year, today.month
    if day < today.day:
        year, month = month_of("下个月", today) or (year, month)
    return _day_of(year, month, day, today)


def feast(text: str, today: date) -> date | None:
    """The next day of a holiday."""
    later = -1 if any(word in text for word in EVES) else next((n for word, n in NEW_YEAR.items() if word in text), 0)
    name = next((n for n in MOON if n in text), "春节" if later or _NEW_YEAR_DAY.search(text) else "")
    for day in MOON.get(name, ()):
        if day + timedelta(days=later) >= today:
            return day + timedelta(days=later)
    for name, (month, number) in FIXED.items():
        if name in text:
            at = date(today.year, month, number)
            return at if at >= today else date(today.year + 1, month, number)
    return None


def _feast(text: str, today: date) -> Day | None:
    if _DAYS_AFTER_FEAST.search(text):
        return NEVER
    day = feast(text, today)
    if day is None:
        return None
    before = _DAYS_BEFORE.search(text)
    if before:
        day -= timedelta(days=2 if before[1] in "两2" else 1)
    if _NEXT_DAY.search(text):
        day += timedelta(days=1)
    return Day((day,)) if day >= today else NEVER


def read_window(text: str, today: date) -> Day:
    """A vague stretch: 周末, 下周, 月底, 国庆期间."""
    if "周" in text and "黄金周" not in text:
        return _week_window(text, today)
    day = feast(text, today)
    if day is not None:
        length = next((n for name, n in LENGTHS.items() if name in text), 3)
        return Day((day,), day + timedelta(days=length - 1))
    return _month_window(text, today)


def _week_window(text: str, today: date) -> Day:
    weeks = WEEKS.get(text[:2] if text.startswith("下下") else text[:1], 0)
    monday = today - timedelta(days=today.weekday()) + timedelta(days=7 * weeks)
    first, last = (monday + timedelta(days=5), monday + timedelta(days=6)) if "末" in text else (monday, monday + timedelta(days=6))
    return Day((max(first, today),), last)


def _month_window(text: str, today: date) -> Day:
    year, month = month_of(text, today) or (today.year, today.month)
    last = monthrange(year, month)[1]
    first, last = _part_of_month(text, last)
    if date(year, month, last) < today:
        if _BARE_MONTH.match(text):
            return _month_window("下个" + text, today)
        return NEVER
    return Day((max(date(year, month, first), today),), date(year, month, last))


def _part_of_month(text: str, last: int) -> tuple[int, int]:
    if _BEGINNING.search(text):
        return 1, 5
    if _END.search(text):
        return 26, last
    if "上旬" in text:
        return 1, 10
    if "中" in text:
        return 11, 20
    return (21, last) if "下旬" in text else (1, last)


def read_span(text: str, today: date) -> Day:
    """周一到周五: the days from the first to the last, and their codes."""
    match = _SPAN.match(text)
    if not match:
        return NEVER
    first, last = WEEKDAYS[match[2]], WEEKDAYS.get(match[3], 6)
    start = _one_weekday(first, WEEKS.get(match[1] or ""), today)
    codes = tuple(CODES[n % 7] for n in range(first, (last if last >= first else last + 7) + 1))
    if start is None:
        return Day(weekdays=codes)
    return Day((start,), start + timedelta(days=len(codes) - 1), codes)
