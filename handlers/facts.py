"""All that is known of some workers on the day of a job, whatever it is: to say why they were not asked (D6)."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from handlers.candidates import Asked, Known, Place, area_of, job_of
from handlers.clock import local
from handlers.context import Context
from handlers.series_of import rule_of
from models.eligible import read_workers
from models.requests import Request
from models.rules import fitting
from models.rules.ranking import Candidate, Job
from models.rules.recurring import Pattern
from models.workers import EVERYWHERE, Agency, BookedSlot, Document, Leave, Worker, WorkerArea, WorkingHours


def facts_of(ctx: Context, request: Request, ids: Sequence[int]) -> tuple[dict[int, Candidate], Job]:
    """Each of these who is at work here and has the skill, with everything that ranking asks for; and the job."""
    asked = Asked.of(ctx, request)
    job = job_of(ctx, request, asked.service)
    rows = read_workers(ctx.community_id, job.service, ids)
    apart, known = _Apart(ctx, asked, ids), Known(ctx, request, asked, job, [row[0] for row in rows])
    to = Place.of(ctx, asked.home)
    return {row[0]: known.candidate(row, to.km(row[8], row[9]), **apart.checked(row[0])) for row in rows}, job


def also_free(ctx: Context, request: Request, ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """On how many of the dates that follow in the weeks ahead (settings.recurring) each of these could come too, as
    {"free_on", "dates"}. Nothing for what does not repeat (C8).
    """
    rule, ahead = rule_of(request), timedelta(days=ctx.settings.recurring.horizon_days)
    first: datetime = request.starts_at
    dates = Pattern(rule, first).dates(first, first + ahead) if rule and ids else []
    if not dates:
        return {}
    free = Counter(worker for at in dates for worker in _free_then(ctx, request, ids, at))
    return {worker: {"free_on": free[worker], "dates": len(dates)} for worker in ids}


def _free_then(ctx: Context, request: Request, ids: Sequence[int], at: datetime) -> list[int]:
    then = Request.get(Request.id == request.id)  # a copy, as if it were wished then; it is not kept
    setattr(then, "starts_at", at)  # noqa: B010 (a column of UTC time holds a moment)
    apart = _Apart(ctx, Asked.of(ctx, then), ids)
    known = {worker: apart.checked(worker) for worker in ids}
    return [worker for worker, facts in known.items() if facts["free"] and facts["works_then"]]


class _Apart:
    """What finding somebody leaves to the database, looked up for these workers."""

    def __init__(self, ctx: Context, asked: Asked, ids: Sequence[int]) -> None:
        here, day, self.asked = ctx.community_id, local(asked.start).date(), asked
        self.papers = _papers(here, ids, day.isoformat())
        self.hours = _hours(here, ids, day.weekday())
        self.away = _away(here, ids, asked.start, asked.end)
        self.taken = _taken(here, ids, asked.slots(ctx))
        self.serve = _serving(here, ids, area_of(asked.home))
        self.fallen = _fallen(here, ids, day.isoformat())

    def checked(self, worker: int) -> dict[str, object]:
        """The facts of one of them."""
        return {
            "documents": self.papers.get(worker, frozenset()),
            "free": worker not in self.taken and worker not in self.away,
            "works_then": self._works(self.hours.get(worker, [])),
            "serves_area": worker in self.serve,
            "good_standing": worker not in self.fallen,
        }

    def _works(self, hours: list[tuple[int, int]]) -> bool:
        """Inside one stretch of the day's hours; what is booked by the day needs only a working day."""
        wanted = self.asked.hours()
        begin, end = wanted or (0, 0)
        return fitting.works_then(hours, begin, end - begin, day_level=wanted is None)


def _papers(here: int, ids: Sequence[int], day: str) -> dict[int, frozenset[str]]:
    valid = (Document.valid_from <= day) & ((Document.valid_to >= day) | (Document.valid_to == ""))
    mine = (Document.community_id == here) & Document.worker_id.in_(ids) & (Document.state == "valid")
    found: dict[int, set[str]] = {}
    for row in Document.select(Document.worker_id, Document.kind).where(mine & valid):
        found.setdefault(row.worker_id, set()).add(row.kind)
    return {worker: frozenset(kinds) for worker, kinds in found.items()}


def _hours(here: int, ids: Sequence[int], weekday: int) -> dict[int, list[tuple[int, int]]]:
    mine = (WorkingHours.community_id == here) & WorkingHours.worker_id.in_(ids) & (WorkingHours.weekday == weekday)
    found: dict[int, list[tuple[int, int]]] = {}
    for row in WorkingHours.select().where(mine):
        found.setdefault(row.worker_id, []).append((row.from_min, row.to_min))
    return found


def _away(here: int, ids: Sequence[int], start: datetime, end: datetime) -> frozenset[int]:
    mine = (Leave.community_id == here) & Leave.worker_id.in_(ids)
    away = Leave.select(Leave.worker_id).where(mine & (Leave.starts_at < end) & (Leave.ends_at > start))
    return frozenset(row.worker_id for row in away)


def _taken(here: int, ids: Sequence[int], slots: list[int]) -> frozenset[int]:
    mine = (BookedSlot.community_id == here) & BookedSlot.worker_id.in_(ids) & BookedSlot.slot.in_(slots)
    return frozenset(row.worker_id for row in BookedSlot.select(BookedSlot.worker_id).where(mine))


def _serving(here: int, ids: Sequence[int], area: str) -> frozenset[int]:
    """Who goes to a home's area (D1); who named no area goes everywhere."""
    if not area:
        return frozenset(ids)
    mine = (WorkerArea.community_id == here) & WorkerArea.worker_id.in_(ids) & WorkerArea.area.in_((area, EVERYWHERE))
    return frozenset(row.worker_id for row in WorkerArea.select(WorkerArea.worker_id).where(mine))


def _fallen(here: int, ids: Sequence[int], day: str) -> frozenset[int]:
    """Whose agency is not in good standing on that day (D1)."""
    ended = (Agency.standing != "good") | ((Agency.valid_to != "") & (Agency.valid_to < day))
    names = [row.name for row in Agency.select(Agency.name).where((Agency.community_id == here) & ended)]
    mine = (Worker.community_id == here) & Worker.id.in_(ids) & Worker.agency.in_(names)
    return frozenset(row.id for row in Worker.select(Worker.id).where(mine)) if names else frozenset()
