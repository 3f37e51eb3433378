"""An invented stretch of time in a town whose workers are known: what people there might ask for, the same for the same seed.

The demo's last month is made of it, and the week of `make bench`. Entries are those of models/data/demo.yaml and service_types.yaml.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from models.rules.pricing import terms_of
from models.rules.ranking import Job
from models.rules.trying.chance import dice
from models.rules.trying.town import Ask, Hand, fixed_facts

MANY, WHAT, WHO, HOUR, LENGTH, EARLIER, AT, BUDGET = range(11, 19)  # what the dice are thrown for
WEEKEND_MORE = 2


@dataclass(frozen=True)
class Wish:
    """How often of 100 a service is asked for, at which hours and for how many minutes; how many of 100 name a budget."""

    service: str
    share: int
    hours: tuple[int, ...]
    minutes: tuple[int, ...]
    budget: int = 0


WISHES = (
    Wish("cleaning", 56, (8, 9, 9, 10, 13, 14, 15, 16), (120, 120, 120, 180), 40),
    Wish("hourly", 6, (9, 10, 14, 15), (120, 180, 180), 30),
    Wish("repair", 10, (9, 10, 11, 14, 15, 16), (60,)),
    Wish("cooking", 7, (10, 16, 17), (120,)),
    Wish("elder_care", 7, (8, 9, 14), (240, 180)),
    Wish("personal_care", 6, (9, 10, 15), (90,)),
    Wish("gardening", 4, (9, 15), (120,)),
    Wish("tutoring", 4, (10, 16, 18), (120,), 20),
)


@dataclass(frozen=True)
class Home:
    """Where a household lives."""

    household: int
    lat: float
    lng: float
    area: str


def invented_hand(entry: Mapping[str, Any], worker_id: int, today: datetime) -> Hand:
    """A worker of models/data/demo.yaml; papers are counted from `today`."""
    day = today.date()
    papers = tuple(
        (p["kind"], *((day + timedelta(days=p[end])).isoformat() for end in ("valid_from_days", "valid_to_days")))
        for p in entry["documents"]
    )
    stretch = ((entry["hours"][0], entry["hours"][1]),)
    return Hand(
        worker_id=worker_id,
        skills={s["service"]: s["price_fen"] for s in entry["skills"]},
        documents=papers,
        hours=dict.fromkeys(entry["weekdays"], stretch),
        lat=float(entry["lat"]),
        lng=float(entry["lng"]),
        areas=tuple(entry["areas"]),
        stars_sum=entry["stars_sum"],
        stars_count=entry["stars_count"],
        offers_seen=entry["offers_seen"],
        offers_answered=entry["offers_answered"],
        sex=entry["sex"],
        languages=frozenset(entry["languages"]),
    )


def invented_asks(
    homes: Sequence[Home], services: Mapping[str, Any], midnight: datetime, days: int, a_day: int, seed: int
) -> list[Ask]:
    """What is asked for so many days from `midnight` on, about `a_day` for each: numbered from 1 as they come."""
    found = []
    for day in range(days):
        start = midnight + timedelta(days=day)
        many = a_day - 1 + dice(3, seed, MANY, day) + (WEEKEND_MORE if start.weekday() > 4 else 0)
        found += [_ask(homes, services, start, day * 100 + n, seed) for n in range(many)]
    found.sort(key=lambda a: (a.asked_at, a.id))
    return found


def servable(asks: Sequence[Ask], hands: Sequence[Hand]) -> list[Ask]:
    """Those that somebody in town could do at all: people don't go on asking for what nobody ever comes for."""
    return [ask for ask in asks if any(_could(ask, hand) for hand in hands)]


def _could(ask: Ask, hand: Hand) -> bool:
    fixed = fixed_facts(ask, hand)
    return ask.job.service in hand.skills and fixed.area and fixed.works and ask.job.documents <= fixed.documents


def _ask(homes: Sequence[Home], services: Mapping[str, Any], day: datetime, number: int, seed: int) -> Ask:
    wish, about = _wish(seed, number), (seed, number)
    home = homes[dice(len(homes), WHO, *about)]
    minutes = wish.minutes[dice(len(wish.minutes), LENGTH, *about)]
    starts_at = datetime.combine(day.date(), time(wish.hours[dice(len(wish.hours), HOUR, *about)]), day.tzinfo)
    earlier = timedelta(days=1 + dice(3, EARLIER, *about))
    asked_at = datetime.combine(day.date() - earlier, time(8 + dice(12, AT, *about), dice(60, AT, *about)), day.tzinfo)
    entry = services[wish.service]
    job = Job(wish.service, frozenset(entry["documents"]), _budget(wish, entry, minutes, about), minutes=minutes)
    return Ask(
        id=number + 1,
        household=home.household,
        asked_at=asked_at,
        starts_at=starts_at,
        minutes=minutes,
        job=job,
        terms=terms_of(entry),
        lat=home.lat,
        lng=home.lng,
        area=home.area,
    )


def _wish(seed: int, number: int) -> Wish:
    left = dice(100, seed, WHAT, number)
    for wish in WISHES:
        if left < wish.share:
            return wish
        left -= wish.share
    return WISHES[0]


def _budget(wish: Wish, entry: Mapping[str, Any], minutes: int, about: tuple[int, int]) -> int | None:
    """Whole ten yuan, somewhat below or above the usual price."""
    thrown = dice(100, BUDGET, *about)
    if thrown >= wish.budget:
        return None
    usual = int(entry["price_fen"]) * minutes // 60
    return usual * (90 + thrown) // 100 // 1000 * 1000
