"""Days, hours, spans and money as people say them, in the language of the moment.

Moments come in aware and are said in Shanghai's time; `now` decides what is called tomorrow.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers.clock import local
from handlers.language import current_language


def _zh_date(moment: datetime, with_year: bool) -> str:
    year = f"{moment.year}年" if with_year else ""
    return f"{year}{moment.month}月{moment.day}日"


def _zh_time(moment: datetime) -> str:
    part = next(name for until, name in _ZH_PARTS if moment.hour < until)
    hour = moment.hour if moment.hour <= 12 else moment.hour - 12
    minute = {0: "", 30: "半"}.get(moment.minute, f"{moment.minute}分")
    return f"{part}{hour}点{minute}"


_ZH_PARTS = ((5, "凌晨"), (8, "早上"), (12, "上午"), (13, "中午"), (18, "下午"), (24, "晚上"))


def _zh_span(hours: int, minutes: int) -> str:
    if minutes == 30:
        return f"{hours}个半小时" if hours else "半小时"
    return (f"{hours}小时" if hours else "") + (f"{minutes}分钟" if minutes or not hours else "")


def _en_date(moment: datetime, with_year: bool) -> str:
    year = f" {moment.year}" if with_year else ""
    return f"{moment.day} {_EN_MONTHS[moment.month - 1]}{year}"


_EN_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _en_time(moment: datetime) -> str:
    minute = f":{moment.minute:02d}" if moment.minute else ""
    return f"{moment.hour % 12 or 12}{minute} {'am' if moment.hour < 12 else 'pm'}"


def _en_span(hours: int, minutes: int) -> str:
    parts = [(hours, "hour"), (minutes, "minute")]
    said = [f"{n} {unit}{'' if n == 1 else 's'}" for n, unit in parts if n]
    return " ".join(said) or "0 minutes"


@dataclass(frozen=True)
class _Speech:
    """How one language says them; `near` are the days from yesterday on."""

    near: dict[int, str]
    weekdays: tuple[str, ...]
    near_day: str
    far_day: str
    whole_day: str
    glance: str
    joint: str
    until: str
    date: Callable[[datetime, bool], str]
    time: Callable[[datetime], str]
    span: Callable[[int, int], str]


_SPEECH = {
    "zh_CN": _Speech(
        near={-1: "昨天", 0: "今天", 1: "明天", 2: "后天"},
        weekdays=("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
        near_day="{near}（{date} {weekday}）",
        far_day="{date}（{weekday}）",
        whole_day="{date} {weekday}",
        glance="{day}{time}",
        joint="{day}{time}",
        until="{start}到{end}",
        date=_zh_date,
        time=_zh_time,
        span=_zh_span,
    ),
    "en": _Speech(
        near={-1: "yesterday", 0: "today", 1: "tomorrow"},
        weekdays=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
        near_day="{near} ({weekday} {date})",
        far_day="{weekday} {date}",
        whole_day="{weekday} {date}",
        glance="{day} {time}",
        joint="{day}, {time}",
        until="{start} to {end}",
        date=_en_date,
        time=_en_time,
        span=_en_span,
    ),
}


def _speech() -> _Speech:
    return _SPEECH.get(current_language(), _SPEECH["en"])


def say_day(dt: datetime, now: datetime) -> str:
    """明天（11月25日 周三） when it is near, else 12月3日（周四）; with the year when it is another one."""
    speech, day, today = _speech(), local(dt), local(now)
    near = speech.near.get((day.date() - today.date()).days)
    pattern = speech.near_day if near else speech.far_day
    return pattern.format(
        near=near, date=speech.date(day, day.year != today.year), weekday=speech.weekdays[day.weekday()]
    )


def say_time(dt: datetime) -> str:
    """上午9点, 下午3点半, 晚上7点15分."""
    return _speech().time(local(dt))


def say_when(dt: datetime, now: datetime) -> str:
    """明天（11月25日 周三）下午3点."""
    return _speech().joint.format(day=say_day(dt, now), time=say_time(dt))


def say_date(dt: datetime, now: datetime) -> str:
    """11月25日 周三: the day without what it is called from here; with the year when it is another one."""
    speech, day = _speech(), local(dt)
    return speech.whole_day.format(
        date=speech.date(day, day.year != local(now).year), weekday=speech.weekdays[day.weekday()]
    )


def say_near(dt: datetime, now: datetime) -> str:
    """明天, or nothing when it is not near; to stand beside the date."""
    return _speech().near.get((local(dt).date() - local(now).date()).days, "")


def say_clock(dt: datetime, now: datetime) -> str:
    """The wall's time as a staff member reads it beside a clock: 10:30, 明天10:30, 周五10:30, 12月3日15:00."""
    speech, day = _speech(), local(dt)
    hours, ahead = f"{day.hour}:{day.minute:02d}", (day.date() - local(now).date()).days
    if ahead == 0:
        return hours
    weekday = speech.weekdays[day.weekday()] if 0 < ahead < len(speech.weekdays) else ""
    far = speech.date(day, day.year != local(now).year)
    return speech.glance.format(day=say_near(dt, now) or weekday or far, time=hours)


def say_soon(dt: datetime, now: datetime) -> str:
    """明天上午9点, 11月29日上午8点: short, for a title that has the whole date beside it."""
    speech, day = _speech(), local(dt)
    near = say_near(dt, now) or speech.date(day, day.year != local(now).year)
    return speech.joint.format(day=near, time=say_time(dt))


def say_hours(start: datetime, end: datetime) -> str:
    """9:00—12:00."""
    first, last = local(start), local(end)
    return f"{first.hour}:{first.minute:02d}—{last.hour or 24}:{last.minute:02d}"


def say_range(start: datetime, end: datetime, now: datetime) -> str:
    """明天（11月25日 周三）9:00—12:00; over midnight both ends are said whole."""
    first, last = local(start), local(end)
    if first.date() != (last - timedelta(microseconds=1)).date():
        return _speech().until.format(start=say_when(start, now), end=say_when(end, now))
    return _speech().joint.format(day=say_day(start, now), time=say_hours(start, end))


def say_minutes(minutes: int) -> str:
    """2小时, 1个半小时, 45分钟."""
    return _speech().span(*divmod(int(minutes), 60))


def say_yuan(fen: int) -> str:
    """Money in talk: ¥90, and ¥90.50 only when there are odd fen."""
    return paper_yuan(fen).removesuffix(".00")


def paper_yuan(fen: int) -> str:
    """Money in papers: ¥90.00."""
    yuan, odd = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}¥{yuan}.{odd:02d}"


def mask_phone(phone: str) -> str:
    """138****5678; of a short or foreign number only the last two signs stay (A6)."""
    digits = phone.strip()
    if len(digits) < 8:
        return "*" * max(len(digits) - 2, 0) + digits[-2:]
    return f"{digits[:3]}****{digits[-4:]}"


def short(text: str, n: int) -> str:
    """At most `n` characters; what is cut off is shown by …"""
    text = " ".join(text.split())
    return text if len(text) <= n else text[: n - 1] + "…"
