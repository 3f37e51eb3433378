"""When somebody is free for a piece of work: the nearest times to the one that was wished (D1, D5, D7).

One check decides (`in_the_way`): hours, days off, holidays, what is booked, the ways to it and from it, the break, the caps. Pure:
what is known of each worker is given in as a diary, and so is how long a way takes.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise

from models.rules.slots import slots_of
from models.rules.workdays import SHANGHAI, is_working_day

Place = tuple[float, float]
Way = Callable[[Place, Place], int]  # minutes from one place to another
MINUTE = timedelta(minutes=1)
WORKING_WEEK = 5


@dataclass(frozen=True)
class Stop:
    """Something that stands in a worker's calendar: from, to (both aware), and where, if that is known."""

    start: datetime
    end: datetime
    at: Place | None = None

    @property
    def minutes(self) -> int:
        """How long it takes."""
        return int((self.end - self.start) / MINUTE)


@dataclass(frozen=True)
class Diary:
    """What is known of one worker: hours by weekday (minutes of the day), visits, quarters that are taken, and time off."""

    worker_id: int
    hours: Mapping[int, Sequence[tuple[int, int]]]
    stops: Sequence[Stop] = ()
    quarters: frozenset[int] = frozenset()
    away: Sequence[tuple[datetime, datetime]] = ()


@dataclass(frozen=True)
class Terms:
    """The community's rules for a worker's day, in minutes, and from when to when times are looked for."""

    buffer_min: int
    day_cap_min: int
    week_cap_min: int
    break_after_min: int
    break_min: int
    first: datetime
    last: datetime
    holidays: bool = True  # whether work is offered on public holidays
    step_min: int = 30
    apart_min: int = 60  # so far apart are two times that are offered


@dataclass(frozen=True)
class FreeTime:
    """A time that can be offered, and those who could come then."""

    start: datetime
    worker_ids: tuple[int, ...] = field(default=())


def nearest(diaries: Sequence[Diary], minutes: int, at: Place | None, wished: datetime, terms: Terms, way: Way) -> Iterator[FreeTime]:
    """Times at which somebody could come, the nearest to the wished one first, each apart from those before. Lazily."""
    given: list[datetime] = []
    for start in _around(wished, terms):
        if any(abs(start - other) < terms.apart_min * MINUTE for other in given):
            continue
        wanted = Stop(start, start + minutes * MINUTE, at)
        able = tuple(d.worker_id for d in diaries if not in_the_way(d, wanted, terms, way))
        if able:
            given.append(start)
            yield FreeTime(start, able)


def _around(wished: datetime, terms: Terms) -> Iterable[datetime]:
    """The grid between first and last, but for the wished time itself; of two that are as near the later one comes first."""
    step = terms.step_min * 60
    first, last = -(-terms.first.timestamp() // step), terms.last.timestamp() // step
    grid = (datetime.fromtimestamp(n * step, SHANGHAI) for n in range(int(first), int(last) + 1))
    return sorted((at for at in grid if at != wished), key=lambda at: (abs(at - wished), at < wished))


def in_the_way(diary: Diary, wanted: Stop, terms: Terms, way: Way) -> str:
    """The first thing that keeps a worker from it, as a code; '' where nothing does."""
    checks: tuple[tuple[str, Callable[[], bool]], ...] = (
        ("too_soon", lambda: wanted.start < terms.first),
        ("holiday", lambda: not terms.holidays and is_public_holiday(_day(wanted))),
        ("not_working", lambda: not _works(diary, wanted)),
        ("off", lambda: any(wanted.start < end and wanted.end > begin for begin, end in diary.away)),
        ("busy", lambda: not diary.quarters.isdisjoint(slots_of(wanted.start, wanted.end, terms.buffer_min))),
        ("way", lambda: any(_too_near(wanted, stop, terms, way) for stop in diary.stops)),
        ("day_full", lambda: wanted.minutes + _minutes_on(diary, _day(wanted), 1) > terms.day_cap_min),
        ("week_full", lambda: wanted.minutes + _minutes_on(diary, _monday(wanted), 7) > terms.week_cap_min),
        ("no_break", lambda: not _has_break(diary, wanted, terms, way)),
    )
    return next((code for code, stands in checks if stands()), "")


def is_public_holiday(day: date) -> bool:
    """A weekday on which nobody need work; what falls on a weekend is a weekend like others."""
    return day.weekday() < WORKING_WEEK and not is_working_day(day)


def _day(stop: Stop) -> date:
    return stop.start.astimezone(SHANGHAI).date()


def _monday(stop: Stop) -> date:
    return _day(stop) - timedelta(days=_day(stop).weekday())


def _works(diary: Diary, wanted: Stop) -> bool:
    begin = wanted.start.astimezone(SHANGHAI)
    minute = begin.hour * 60 + begin.minute
    return any(a <= minute and minute + wanted.minutes <= b for a, b in diary.hours.get(begin.weekday(), ()))


def _minutes_on(diary: Diary, first: date, days: int) -> int:
    return sum(stop.minutes for stop in diary.stops if first <= _day(stop) < first + timedelta(days=days))


def _too_near(wanted: Stop, stop: Stop, terms: Terms, way: Way) -> bool:
    """Whether too little time lies between the two for the way, or for what is always kept free."""
    gap = max(wanted.start - stop.end, stop.start - wanted.end)
    return gap < max(terms.buffer_min, _way(wanted, stop, way)) * MINUTE


def _way(one: Stop, other: Stop, way: Way) -> int:
    return way(one.at, other.at) if one.at is not None and other.at is not None else 0


def _has_break(diary: Diary, wanted: Stop, terms: Terms, way: Way) -> bool:
    """Whether a day that is longer than allowed without one has a gap that holds the break beside the way."""
    day = sorted([wanted, *(stop for stop in diary.stops if _day(stop) == _day(wanted))], key=lambda stop: stop.start)
    if len(day) == 1 or day[-1].end - day[0].start <= terms.break_after_min * MINUTE:
        return True
    return any(after.start - before.end >= (_way(before, after, way) + terms.break_min) * MINUTE for before, after in pairwise(day))
