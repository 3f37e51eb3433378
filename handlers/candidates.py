"""Who could do a job: facts by indexed queries, judged and ranked by models/rules/ranking (D1, D2).

To find somebody, only those are looked at who pass what the database can answer by itself (models/eligible.py). To say why
somebody was not asked, all that is known of them is looked up (handlers/facts.py). The same rules judge both.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from handlers.catalogue import find_service, terms_for
from handlers.clock import local
from handlers.context import Context
from handlers.own_settings import weights_of
from handlers.team_of import budget_of, places_of, priced_by
from models.catalogue import ServiceType
from models.eligible import Row, Span, Wanted, find_eligible, load_of
from models.people import Address
from models.requests import Offer, Request
from models.rules import fitting
from models.rules.geo import distance_km
from models.rules.pricing import ServiceTerms
from models.rules.ranking import WIDER, Candidate, Job, Ranked, rank, scale_of
from models.rules.slots import slots_of
from models.visits import Visit
from models.workers import BlockedPair

DAY = timedelta(days=1)
MONTH = timedelta(days=30)
MOMENT = timedelta(milliseconds=1)
NOTHING = (0, 0, 0)


def find_ranked(ctx: Context, request: Request) -> tuple[list[Ranked], dict[int, Candidate], Job]:
    """Workers who can do it, best first, with the facts they were judged by."""
    asked = Asked.of(ctx, request)
    job = job_of(ctx, request, asked.service)
    found = {c.worker_id: c for c in _eligible(ctx, request, asked, job)}
    jobs = (c.jobs_30d for c in found.values())
    scale = scale_of(job, jobs, prior_stars_tenths=prior_tenths(ctx), prior_count=ctx.settings.matching.prior_count)
    return rank(job, found.values(), weights_of(ctx).model_dump(), scale), found, job


def prior_tenths(ctx: Context) -> int:
    """The stars that somebody without ratings is taken to have, in tenths."""
    return round(float(ctx.settings.matching.prior_stars) * 10)


@dataclass(frozen=True)
class Asked:
    """A request with what it hangs on: service, home, and its hours."""

    service: ServiceType
    home: Address | None
    start: datetime
    end: datetime

    @classmethod
    def of(cls, ctx: Context, request: Request) -> "Asked":
        """All of it for one request."""
        service = find_service(ctx, request.service)
        assert service is not None
        start: datetime = request.starts_at
        end = start + timedelta(minutes=request.minutes or service.usual_minutes)
        return cls(service, Address.find(request.address_id), start, end)

    def slots(self, ctx: Context) -> list[int]:
        """The quarters of an hour that it takes, with the way to the next."""
        return slots_of(self.start, self.end, ctx.settings.matching.buffer_min)

    def hours(self) -> tuple[int, int] | None:
        """From when to when, in minutes of the local day; None for what is booked by the day."""
        if self.service.day_level:
            return None
        begin = local(self.start).hour * 60 + local(self.start).minute
        return begin, begin + int((self.end - self.start).total_seconds() // 60)

    def spans(self, now: datetime) -> tuple[Span, Span, Span]:
        """The local day and week of it, and the 30 days up to now."""
        day = datetime.combine(local(self.start).date(), time(), local(self.start).tzinfo)
        monday = day - DAY * day.weekday()
        return (day, day + DAY), (monday, monday + 7 * DAY), (now - MONTH + MOMENT, now + MOMENT)


def supposed(request: Request, **fields: Any) -> Request:
    """A copy of the request as if it were so; it is not kept."""
    then = Request.get(Request.id == request.id)
    for name, value in fields.items():
        setattr(then, name, value)
    return then


def job_of(ctx: Context, request: Request, service: ServiceType) -> Job:
    """The request as ranking sees it; each widening looks further."""
    m, wishes, ages = ctx.settings.matching, request.wishes, service.terms.get("ages")
    return Job(
        service=service.code,
        documents=documents_of(service),
        budget_max_fen=budget_of(request),
        sex=wishes.get("sex", ""),
        language=wishes.get("language", ""),
        max_km=float(m.max_km) * WIDER**request.widened,
        day_cap_min=m.day_cap_min,
        week_cap_min=m.week_cap_min,
        minutes=request.minutes or service.usual_minutes,
        not_workers=frozenset([*wishes.get("not_worker_ids", []), *asked_for_this_time(request)]),
        level=level_of(service),
        ages=(int(ages[0]), int(ages[1])) if ages else None,
    )


def documents_of(service: ServiceType) -> frozenset[str]:
    """The papers that it takes."""
    return frozenset(service.terms.get("documents", []))


def level_of(service: ServiceType) -> int:
    """The level that it takes in its own skill."""
    return max((int(s["level"]) for s in service.terms.get("skills", []) if s["code"] == service.code), default=0)


def asked_for_this_time(request: Request) -> set[int]:
    """Workers who were asked already for the time that is wished now; whatever they said, they are not asked twice, nor for
    another place of the same team."""
    mine = (Offer.community_id == request.community_id) & Offer.request_id.in_(places_of(request))
    wished = int(request.starts_at.timestamp()) if request.starts_at else 0
    return {o.worker_id for o in Offer.select().where(mine) if o.terms.get("asked_for") == wished}


def _eligible(ctx: Context, request: Request, asked: Asked, job: Job) -> list[Candidate]:
    """Those who have what the database was asked for and are near enough, with the rest of what is known of them."""
    day = local(asked.start).date()
    wanted = Wanted(
        ctx.community_id, job.service, job.level, area_of(asked.home), sorted(job.documents), day.isoformat(), day.weekday(),
        asked.hours(), (asked.start, asked.end), asked.slots(ctx),
    )  # fmt: skip
    to = Place.of(ctx, asked.home)
    near = [(row, km) for row in find_eligible(wanted) if (km := to.km(row[8], row[9])) <= job.max_km]
    known = Known(ctx, request, asked, job, [row[0] for row, _km in near])
    return [known.candidate(row, km) for row, km in near]


class Known:
    """What is looked up once for all workers at hand; then each of them as ranking wants to know them."""

    def __init__(self, ctx: Context, request: Request, asked: Asked, job: Job, ids: Sequence[int]) -> None:
        self.request, self.asked, self.job, self.year = request, asked, job, local(asked.start).year
        self.load = load_of(ctx.community_id, ids, *asked.spans(ctx.now))
        self.blocked = _blocked(ctx.community_id, request.person_id)
        self.before = _same_household(ctx.community_id, request.person_id) if ids else {}
        self.prices: dict[int | None, int] = {}

    def candidate(self, row: Row, km: float, **checked: Any) -> Candidate:
        """One worker. `checked` says what was looked up apart; without it the database has been asked for all of it."""
        worker, day, week, jobs = row[0], *self.load.get(row[0], NOTHING)
        facts = {"skilled": True, "documents": self.job.documents, "free": True, "works_then": True, **checked}
        return Candidate(
            worker_id=worker, blocked=worker in self.blocked, km=km, price_fen=self.price(row[10]),
            stars_sum=row[1], stars_count=row[2], same_household=self.before.get(worker, 0),
            offers_seen=row[3], offers_answered=row[4], jobs_30d=jobs, minutes_day=day, minutes_week=week,
            years=max(row[5], row[11]), sex=row[6], languages=self._languages(row[7]), level=row[12],
            age=None if row[13] is None else self.year - row[13], **facts,
        )  # fmt: skip

    def price(self, unit_fen: int | None) -> int:
        """The whole price (fen) at a worker's own price for a unit, inside the public range."""
        found = self.prices.get(unit_fen)
        if found is None:
            found = self.prices[unit_fen] = price_of(self.request, terms_for(self.asked.service), unit_fen)
        return found

    def _languages(self, kept: str) -> frozenset[str]:
        """Read only where one is asked for."""
        return frozenset(json.loads(kept)) if self.job.language else frozenset()


def price_of(request: Request, terms: ServiceTerms, unit_fen: int | None) -> int:
    """The whole price (fen) of a request at a worker's own price for a unit; of a team, one's share."""
    return fitting.own_price(terms, unit_fen, **priced_by(request))


def _blocked(here: int, person_id: int) -> frozenset[int]:
    mine = (BlockedPair.community_id == here) & (BlockedPair.person_id == person_id)
    return frozenset(row.worker_id for row in BlockedPair.select().where(mine))


def _same_household(here: int, person_id: int) -> dict[int, int]:
    """How often each worker was there before, and all was well to the end."""
    mine = (Visit.community_id == here) & (Visit.person_id == person_id)
    done = Visit.state.in_(("closed", "settled", "confirmed"))
    # Counted here: grouped by the database, it would go through everybody's visits in the order of the workers.
    return Counter(row.worker_id for row in Visit.select(Visit.worker_id).where(mine & done))


def area_of(home: Address | None) -> str:
    """The area in which a home lies, as workers' areas are kept; '' where it is not known."""
    return fitting.plain_area(home.area) if home is not None else ""


@dataclass(frozen=True)
class Place:
    """From where distances are measured; who has told no place is taken to be at the station."""

    lat: float
    lng: float
    station: tuple[float, float]

    @classmethod
    def of(cls, ctx: Context, home: Address | None) -> "Place":
        """A home, or the station."""
        here = (float(ctx.settings.community.lat), float(ctx.settings.community.lng))
        lat, lng = (float(home.lat), float(home.lng)) if home is not None and home.lat and home.lng else here
        return cls(lat, lng, here)

    def km(self, lat: str, lng: str) -> float:
        """Kilometres from here to somebody."""
        there = (float(lat), float(lng)) if lat and lng else self.station
        return round(distance_km(*there, self.lat, self.lng), 2)
