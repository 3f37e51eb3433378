"""Who could do a job: facts by indexed queries, judged and ranked by models/rules/ranking (D1, D2).

Only workers with the skill are looked at, so that the cost grows with them and not with all workers.
"""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from peewee import fn

from handlers.catalogue import find_service, terms_for
from handlers.clock import local
from handlers.context import Context
from handlers.own_settings import weights_of
from models.catalogue import ServiceType
from models.people import Address
from models.requests import Offer, Request
from models.rules import fitting
from models.rules.geo import distance_km
from models.rules.ranking import WIDER, Candidate, Job, Ranked, rank, scale_of
from models.rules.slots import slots_of
from models.visits import Visit
from models.workers import BlockedPair, BookedSlot, Document, Leave, Worker, WorkerSkill, WorkingHours

MONTH = timedelta(days=30)


def find_ranked(ctx: Context, request: Request) -> tuple[list[Ranked], dict[int, Candidate], Job]:
    """Workers who can do it, best first, with the facts they were judged by."""
    service = find_service(ctx, request.service)
    assert service is not None
    job = job_of(ctx, request, service)
    found = facts_of(ctx, request, service)
    m = ctx.settings.matching
    jobs = (c.jobs_30d for c in found.values())
    scale = scale_of(job, jobs, prior_stars_tenths=prior_tenths(ctx), prior_count=m.prior_count)
    return rank(job, found.values(), weights_of(ctx).model_dump(), scale), found, job


def prior_tenths(ctx: Context) -> int:
    """The stars that somebody without ratings is taken to have, in tenths."""
    return round(float(ctx.settings.matching.prior_stars) * 10)


def job_of(ctx: Context, request: Request, service: ServiceType) -> Job:
    """The request as ranking sees it; each widening looks further."""
    m = ctx.settings.matching
    wishes = request.wishes
    return Job(
        service=service.code,
        documents=frozenset(service.terms.get("documents", [])),
        budget_max_fen=request.budget_max_fen,
        sex=wishes.get("sex", ""),
        language=wishes.get("language", ""),
        max_km=float(m.max_km) * WIDER**request.widened,
        day_cap_min=m.day_cap_min,
        week_cap_min=m.week_cap_min,
        minutes=request.minutes or service.usual_minutes,
        not_workers=frozenset([*wishes.get("not_worker_ids", []), *asked_for_this_time(request)]),
    )


def asked_for_this_time(request: Request) -> set[int]:
    """Workers who were asked already for the time that is wished now; whatever they said, they are not asked twice."""
    mine = (Offer.community_id == request.community_id) & (Offer.request_id == request.id)
    wished = int(request.starts_at.timestamp()) if request.starts_at else 0
    return {o.worker_id for o in Offer.select().where(mine) if o.terms.get("asked_for") == wished}


def facts_of(ctx: Context, request: Request, service: ServiceType) -> dict[int, Candidate]:
    """Everything known of each skilled worker on the day of the job, in a fixed number of queries."""
    workers = _skilled(ctx, service.code)
    ids = list(workers)
    start: datetime = request.starts_at
    end: datetime = start + timedelta(minutes=request.minutes or service.usual_minutes)
    known = _Known(ctx, request, ids, start, end)
    home = Address.get_or_none(Address.id == request.address_id)
    return {
        worker.id: _candidate(ctx, request, service, worker, skill, home, known) for worker, skill in workers.values()
    }


def _skilled(ctx: Context, code: str) -> dict[int, tuple[Worker, WorkerSkill]]:
    here = (WorkerSkill.community_id == ctx.community_id) & (WorkerSkill.service == code) & WorkerSkill.active
    skills = {s.worker_id: s for s in WorkerSkill.select().where(here)}
    mine = (Worker.community_id == ctx.community_id) & Worker.id.in_(list(skills)) & (Worker.state == "active")
    return {w.id: (w, skills[w.id]) for w in Worker.select().where(mine)}


class _Known:
    """What is looked up once for all workers at hand."""

    def __init__(self, ctx: Context, request: Request, ids: list[int], start: datetime, end: datetime) -> None:
        self.start, self.end = start, end
        self.day = local(start).date()
        here = ctx.community_id
        self.papers = _papers(here, ids, self.day.isoformat())
        self.hours = _hours(here, ids, self.day.weekday())
        self.away = _away(here, ids, start, end)
        self.taken = _taken(here, ids, slots_of(start, end, ctx.settings.matching.buffer_min))
        self.blocked = _blocked(here, request.person_id)
        self.before = _same_household(here, ids, request.person_id)
        self.minutes_day, self.minutes_week, self.jobs = _load(here, ids, ctx.now, start)


def _papers(here: int, ids: list[int], day: str) -> dict[int, frozenset[str]]:
    valid = (Document.valid_from <= day) & ((Document.valid_to >= day) | (Document.valid_to == ""))
    mine = (Document.community_id == here) & Document.worker_id.in_(ids) & (Document.state == "valid")
    found: dict[int, set[str]] = {}
    for row in Document.select(Document.worker_id, Document.kind).where(mine & valid):
        found.setdefault(row.worker_id, set()).add(row.kind)
    return {worker: frozenset(kinds) for worker, kinds in found.items()}


def _hours(here: int, ids: list[int], weekday: int) -> dict[int, list[tuple[int, int]]]:
    mine = (WorkingHours.community_id == here) & WorkingHours.worker_id.in_(ids) & (WorkingHours.weekday == weekday)
    found: dict[int, list[tuple[int, int]]] = {}
    for row in WorkingHours.select().where(mine):
        found.setdefault(row.worker_id, []).append((row.from_min, row.to_min))
    return found


def _away(here: int, ids: list[int], start: datetime, end: datetime) -> frozenset[int]:
    mine = (Leave.community_id == here) & Leave.worker_id.in_(ids)
    return frozenset(
        row.worker_id for row in Leave.select().where(mine & (Leave.starts_at < end) & (Leave.ends_at > start))
    )


def _taken(here: int, ids: list[int], slots: list[int]) -> frozenset[int]:
    mine = (BookedSlot.community_id == here) & BookedSlot.worker_id.in_(ids) & BookedSlot.slot.in_(slots)
    return frozenset(row.worker_id for row in BookedSlot.select(BookedSlot.worker_id).where(mine))


def _blocked(here: int, person_id: int) -> frozenset[int]:
    mine = (BlockedPair.community_id == here) & (BlockedPair.person_id == person_id)
    return frozenset(row.worker_id for row in BlockedPair.select().where(mine))


def _same_household(here: int, ids: list[int], person_id: int) -> dict[int, int]:
    mine = (Visit.community_id == here) & (Visit.person_id == person_id) & Visit.worker_id.in_(ids)
    done = Visit.state.in_(("closed", "settled", "confirmed"))
    rows = Visit.select(Visit.worker_id, fn.COUNT(Visit.id)).where(mine & done).group_by(Visit.worker_id).tuples()
    return dict(rows)


def _load(here: int, ids: list[int], now: datetime, start: datetime) -> tuple[Counter[int], Counter[int], Counter[int]]:
    """Minutes on the day and in the week of the job, and jobs in the 30 days up to now, for each worker."""
    monday = start - timedelta(days=local(start).weekday() + 1)
    live = ("scheduled", "on_the_way", "in_service", "finished", "confirmed", "settled", "closed")
    mine = (Visit.community_id == here) & Visit.worker_id.in_(ids) & Visit.state.in_(live)
    since = (Visit.starts_at > min(now - MONTH, monday)) & (Visit.starts_at < max(now, start) + timedelta(days=8))
    day, week, month = Counter[int](), Counter[int](), Counter[int]()
    for v in Visit.select(Visit.worker_id, Visit.starts_at, Visit.ends_at).where(mine & since):
        minutes = int((v.ends_at - v.starts_at).total_seconds() // 60)
        day[v.worker_id] += minutes if local(v.starts_at).date() == local(start).date() else 0
        same_week = local(v.starts_at).isocalendar()[:2] == local(start).isocalendar()[:2]
        week[v.worker_id] += minutes if same_week else 0
        month[v.worker_id] += 1 if now - MONTH < v.starts_at <= now else 0
    return day, week, month


def _candidate(
    ctx: Context,
    request: Request,
    service: ServiceType,
    worker: Worker,
    skill: WorkerSkill,
    home: Address | None,
    known: _Known,
) -> Candidate:
    return Candidate(
        worker_id=worker.id,
        skilled=True,
        documents=known.papers.get(worker.id, frozenset()),
        free=worker.id not in known.taken and worker.id not in known.away,
        works_then=_works(known.hours.get(worker.id, []), known.start, known.end, service),
        blocked=worker.id in known.blocked,
        km=_km(ctx, worker, home),
        price_fen=price_of(request, service, skill),
        stars_sum=worker.stars_sum,
        stars_count=worker.stars_count,
        same_household=known.before.get(worker.id, 0),
        offers_seen=worker.offers_seen,
        offers_answered=worker.offers_answered,
        jobs_30d=known.jobs[worker.id],
        minutes_day=known.minutes_day[worker.id],
        minutes_week=known.minutes_week[worker.id],
        years=max(worker.years, skill.years),
        sex=worker.sex,
        languages=frozenset(worker.languages),
        serves_area=serves(worker, home),
    )


def serves(worker: Worker, home: Address | None) -> bool:
    """Whether a home lies where the worker goes (D1); who named no area goes everywhere."""
    return fitting.serves(worker.areas, home.area if home is not None else "")


def _works(hours: list[tuple[int, int]], start: datetime, end: datetime, service: ServiceType) -> bool:
    begin, minutes = local(start), int((end - start).total_seconds() // 60)
    return fitting.works_then(hours, begin.hour * 60 + begin.minute, minutes, day_level=service.day_level)


def _km(ctx: Context, worker: Worker, home: Address | None) -> float:
    here = ctx.settings.community
    to = (home.lat, home.lng) if home is not None and home.lat else (here.lat, here.lng)
    return round(distance_km(worker.lat or here.lat, worker.lng or here.lng, to[0], to[1]), 2)


def price_of(request: Any, service: ServiceType, skill: WorkerSkill) -> int:
    """The whole price (fen) at a worker's own price for a unit, inside the public range."""
    asked = {"minutes": request.minutes, "people": request.people, "tasks": request.tasks, "extras": request.extras}
    return fitting.own_price(terms_for(service), skill.price_fen, **asked)
