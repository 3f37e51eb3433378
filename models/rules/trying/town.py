"""The people and the requests of a replay: workers as they stood on its first day, and what was asked for, when.

Moments are aware and local, so that `.date()` is the day that people mean. Money is fen.
"""

from bisect import bisect_right, insort
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from models.rules.fitting import own_price, serves, works_then
from models.rules.geo import distance_km
from models.rules.pricing import ServiceTerms
from models.rules.ranking import Candidate, Job
from models.rules.slots import slots_of

MONTH = timedelta(days=30)


@dataclass(frozen=True)
class Hand:
    """One worker. `skills`: service -> their price for a unit (None: the usual one); `documents`: kind, first and last day."""

    worker_id: int
    skills: Mapping[str, int | None]
    documents: tuple[tuple[str, str, str], ...]
    hours: Mapping[int, tuple[tuple[int, int], ...]]
    lat: float
    lng: float
    areas: tuple[str, ...] = ()
    away: tuple[tuple[datetime, datetime], ...] = ()
    stars_sum: int = 0
    stars_count: int = 0
    offers_seen: int = 0
    offers_answered: int = 0
    sex: str = ""
    languages: frozenset[str] = frozenset()
    blocked: frozenset[int] = frozenset()  # households
    before: Mapping[int, int] = field(default_factory=dict)  # household -> visits there
    starts: tuple[datetime, ...] = ()  # of the visits in the 30 days before the first day


@dataclass(frozen=True)
class Ask:
    """One request. `asked_at`: from when on workers could be asked; `wanted`: whom the resident wished for."""

    id: int
    household: int
    asked_at: datetime
    starts_at: datetime
    minutes: int
    job: Job
    terms: ServiceTerms
    lat: float
    lng: float
    area: str = ""
    day_level: bool = False
    people: int = 1
    tasks: tuple[str, ...] = ()
    extras: Mapping[str, Any] = field(default_factory=dict)
    wanted: frozenset[int] = frozenset()

    @property
    def ends_at(self) -> datetime:
        """When the work is over."""
        return self.starts_at + timedelta(minutes=self.minutes)


class Standing:
    """What one worker has done and promised so far in a replay."""

    def __init__(self, hand: Hand) -> None:
        self.hand = hand
        self.taken: set[int] = set()
        self.starts = sorted(hand.starts)
        self.day, self.week = Counter[date](), Counter[tuple[int, int]]()
        self.before = Counter(dict(hand.before))
        self.stars_sum, self.stars_count = hand.stars_sum, hand.stars_count
        self.seen, self.answered = hand.offers_seen, hand.offers_answered
        self.coming: list[tuple[datetime, int, int]] = []

    def book(self, ask: Ask, stars: int, buffer_min: int) -> None:
        """The job is theirs; household and stars count once it is over."""
        self.taken.update(slots_of(ask.starts_at, ask.ends_at, buffer_min))
        insort(self.starts, ask.starts_at)
        self.day[ask.starts_at.date()] += ask.minutes
        self.week[_week(ask.starts_at)] += ask.minutes
        self.coming.append((ask.ends_at, ask.household, stars))

    def settle(self, now: datetime) -> None:
        """What is over by now counts."""
        if not self.coming:
            return
        for _end, household, stars in [c for c in self.coming if c[0] <= now]:
            self.before[household] += 1
            self.stars_sum += stars
            self.stars_count += 1
        self.coming = [c for c in self.coming if c[0] > now]

    def jobs_30d(self, now: datetime) -> int:
        """Visits that began in the 30 days up to now."""
        return bisect_right(self.starts, now) - bisect_right(self.starts, now - MONTH)


def _week(moment: datetime) -> tuple[int, int]:
    year, week, _day = moment.isocalendar()
    return year, week


def km_between(hand: Hand, ask: Ask) -> float:
    """Kilometres from where the worker starts to the address."""
    return round(distance_km(hand.lat, hand.lng, ask.lat, ask.lng), 2)


def price_for(hand: Hand, ask: Ask) -> int:
    """What this worker takes for it (fen)."""
    wished: dict[str, Any] = {"people": ask.people, "tasks": list(ask.tasks), "extras": dict(ask.extras)}
    return own_price(ask.terms, hand.skills.get(ask.job.service), minutes=ask.minutes, **wished)


@dataclass(frozen=True)
class Fixed:
    """What of a worker and a request doesn't change in a replay."""

    documents: frozenset[str]
    here: bool
    works: bool
    area: bool
    km: float
    price_fen: int


def fixed_facts(ask: Ask, hand: Hand, prices: dict[int | None, int] | None = None) -> Fixed:
    """Papers of that day, hours, leave, area, way and price. `prices` keeps those found for this request, by the price of a unit."""
    known, unit = prices if prices is not None else {}, hand.skills.get(ask.job.service)
    if unit not in known:
        known[unit] = price_for(hand, ask)
    day, begin = ask.starts_at.date().isoformat(), ask.starts_at.hour * 60 + ask.starts_at.minute
    stretches = hand.hours.get(ask.starts_at.weekday(), ())
    return Fixed(
        documents=frozenset(kind for kind, first, last in hand.documents if first <= day and (not last or last >= day)),
        here=not any(a < ask.ends_at and b > ask.starts_at for a, b in hand.away),
        works=works_then(stretches, begin, ask.minutes, day_level=ask.day_level),
        area=serves(hand.areas, ask.area),
        km=km_between(hand, ask),
        price_fen=known[unit],
    )


def facts(ask: Ask, one: Standing, fixed: Fixed, slots: list[int]) -> Candidate:
    """The worker as the ranking sees them at the moment of asking."""
    hand = one.hand
    return Candidate(
        worker_id=hand.worker_id,
        skilled=True,
        documents=fixed.documents,
        free=fixed.here and one.taken.isdisjoint(slots),
        works_then=fixed.works,
        blocked=ask.household in hand.blocked,
        km=fixed.km,
        price_fen=fixed.price_fen,
        stars_sum=one.stars_sum,
        stars_count=one.stars_count,
        same_household=one.before[ask.household],
        offers_seen=one.seen,
        offers_answered=one.answered,
        jobs_30d=one.jobs_30d(ask.asked_at),
        minutes_day=one.day[ask.starts_at.date()],
        minutes_week=one.week[_week(ask.starts_at)],
        sex=hand.sex,
        languages=hand.languages,
        serves_area=fixed.area,
    )
