"""A day as it stands: who works when, what is promised, asked or still without a worker; what the plan is made from (D5)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from handlers.catalogue import find_service, service_name
from handlers.clock import SHANGHAI, local
from handlers.context import Context
from handlers.desk_terms import called
from models.catalogue import ServiceType
from models.people import Address, Person
from models.plans import Proposal
from models.requests import Offer, Request
from models.visits import Visit
from models.workers import Leave, Worker, WorkerSkill, WorkingHours

DAY_MIN = 24 * 60
MOVABLE = ("open", "promised")
OVER = ("finished", "confirmed", "settled", "closed")
BEGUN = ("on_the_way", "in_service", *OVER)


@dataclass(frozen=True)
class Stop:
    """One visit, or one request for one, in minutes of the local day.

    `state`: open (no worker yet), promised (a visit that can still be moved, if all say yes), fixed (it has begun), asked (a
    worker is being asked), signing (both are to confirm the terms), proposed (both are asked about another time or worker).
    """

    key: str
    request_id: int
    visit_id: int | None
    person_id: int
    service: str
    who: str
    what: str
    start: int
    minutes: int
    state: str
    worker_id: int | None = None
    at: tuple[str, str] | None = None
    area: str = ""
    people: int = 1
    team: int = 0  # the same for all who come together; 0: one person comes
    place: int = 1
    proposal_id: int | None = None  # what both are asked, where they are
    setting_out: bool = False  # has begun only so far that the worker is on the way
    over: bool = False  # fixed, and the worker has left
    by: str = ""  # hand or plan, where a draft moves it
    was: "Stop | None" = None  # as it stands, where a draft moves it

    @property
    def end(self) -> int:
        """The minute at which it is over."""
        return self.start + self.minutes

    @property
    def movable(self) -> bool:
        """Whether the plan may place it."""
        return self.state in MOVABLE


@dataclass(frozen=True)
class Crew:
    """A worker's day: hours (stretches), and stretches away with why (off, ill)."""

    worker: Worker
    hours: tuple[tuple[int, int], ...]
    away: tuple[tuple[int, int, str], ...] = ()
    skills: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Day:
    """Everything of one day."""

    date: date
    crew: Mapping[int, Crew]
    stops: Mapping[str, Stop]
    ill: Mapping[int, int] = field(default_factory=dict)

    def of(self, worker_id: int) -> list[Stop]:
        """A worker's stops, in their order."""
        return sorted((s for s in self.stops.values() if s.worker_id == worker_id), key=lambda s: (s.start, s.key))

    def with_it(self, stop: Stop) -> list[Stop]:
        """The others of those who come together that day."""
        mates = (s for s in self.stops.values() if stop.team and s.team == stop.team and s.request_id != stop.request_id)
        return [s for s in mates if not s.key.startswith("p")]  # a time that is only kept free is no place of its own

    def moment(self, minute: int) -> datetime:
        """A minute of the day as a moment."""
        return start_of(self.date) + timedelta(minutes=minute)


def start_of(day: date) -> datetime:
    """Local midnight."""
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)


def minute_of(moment: datetime, day: date) -> int:
    """Minutes since the day's local midnight."""
    return int((local(moment) - start_of(day)).total_seconds() // 60)


def day_of(ctx: Context, day: date) -> Day:
    """The day as it stands in the rows, without any draft."""
    look = _Look(ctx, day)
    stops = [*look.visits(), *look.requests()]
    ids = {s.worker_id for s in stops if s.worker_id}
    return Day(day, _crews(ctx, day, ids), {s.key: s for s in stops})


def with_moves(day: Day, moves: Mapping[str, Any], ill: Mapping[str, int]) -> Day:
    """The day as a draft would have it; what a draft says of things that can't be moved any more is passed over."""
    stops = dict(day.stops)
    for key, stop in stops.items():  # who falls ill on the way doesn't arrive
        if stop.setting_out and stop.start >= ill.get(str(stop.worker_id), DAY_MIN):
            stops[key] = replace(stop, state="promised")
    for key, move in moves.items():
        moved = stops.get(key)
        if moved is not None and moved.movable:
            stops[key] = replace(moved, worker_id=move["worker"], start=move["start"], by=move["by"], was=moved)
    crew = {w: replace(c, away=(*c.away, (ill[str(w)], DAY_MIN, "ill"))) if str(w) in ill else c for w, c in day.crew.items()}
    return Day(day.date, crew, stops, {int(w): at for w, at in ill.items()})


class _Look:
    """Reads the rows of one day."""

    def __init__(self, ctx: Context, day: date) -> None:
        self.ctx, self.day = ctx, day
        self.here = ctx.community_id
        self.since, self.until = start_of(day), start_of(day) + timedelta(days=1)
        self.services: dict[str, ServiceType | None] = {}
        self.proposed = self._proposals()
        self.teams = self._teams(list(self.proposed))

    def _teams(self, ids: list[int]) -> dict[int, tuple[int, int]]:
        """Of these requests those that are one place of a team: the team, and which place."""
        mine = (Request.community_id == self.here) & Request.id.in_(ids) & Request.team_id.is_null(False)
        return {r.id: (r.team_id, r.team_place) for r in Request.select().where(mine & (Request.people > 1))} if ids else {}

    def _proposals(self) -> dict[int, Proposal]:
        """What is being asked about this day, or about something that now stands on this day; by request."""
        mine = (Proposal.community_id == self.here) & (Proposal.state == "open")
        near = Proposal.starts_at.between(self.since - timedelta(days=1), self.until + timedelta(days=1))
        return {p.request_id: p for p in Proposal.select().where(mine & near)}

    def service(self, code: str) -> ServiceType | None:
        """Looked up once."""
        if code not in self.services:
            self.services[code] = find_service(self.ctx, code)
        return self.services[code]

    def visits(self) -> list[Stop]:
        """Visits that were not called off."""
        mine = (Visit.community_id == self.here) & (Visit.starts_at >= self.since) & (Visit.starts_at < self.until)
        rows = list(Visit.select().where(mine & Visit.state.in_(("scheduled", *BEGUN))).order_by(Visit.starts_at))
        self.teams |= self._teams([v.request_id for v in rows])
        kept = [p for p in self.proposed.values() if p.visit_id is not None and self.since <= p.starts_at < self.until]
        return [self._visit(v) for v in rows] + [self._kept(p) for p in kept]

    def _visit(self, visit: Visit) -> Stop:
        waiting = self.proposed.get(visit.request_id)
        state = "fixed" if visit.state in BEGUN else "proposed" if waiting is not None else "promised"
        minutes = int((visit.ends_at - visit.starts_at).total_seconds() // 60)
        more: dict[str, Any] = {"proposal_id": waiting.id if waiting else None}
        more |= {"setting_out": visit.state == "on_the_way", "over": visit.state in OVER}
        return self._stop(f"v{visit.id}", visit, visit.starts_at, minutes, state, visit.worker_id, visit_id=visit.id, **more)

    def _kept(self, proposal: Proposal) -> Stop:
        """The time that is kept free for a visit while both are asked whether it moves there."""
        visit, ids = Visit.get(Visit.id == proposal.visit_id), {"visit_id": proposal.visit_id, "proposal_id": proposal.id}
        return self._stop(f"p{proposal.id}", visit, proposal.starts_at, proposal.minutes, "proposed", proposal.worker_id, **ids)

    def requests(self) -> list[Stop]:
        """Requests that were let pass and have no visit yet; what is booked by the day needs no plan of hours."""
        mine = (Request.community_id == self.here) & (Request.starts_at >= self.since) & (Request.starts_at < self.until)
        rows = Request.select().where(mine & Request.state.in_(("approved", "matching", "offered", "negotiating")))
        rows = list(rows.order_by(Request.starts_at, Request.id))
        self.teams |= {r.id: (r.team_id, r.team_place) for r in rows if r.team_id is not None and r.people > 1}
        found = [self._request(r) for r in rows]
        return [s for s in found if s is not None]

    def _request(self, request: Request) -> Stop | None:
        service = self.service(request.service)
        if service is None or service.day_level:
            return None
        minutes, state, worker_id = request.minutes or service.usual_minutes, "open", None
        at: datetime = request.starts_at
        waiting = self.proposed.get(request.id)
        if waiting is not None:
            state, worker_id, at = "proposed", waiting.worker_id, waiting.starts_at
        elif request.state in ("offered", "negotiating"):
            state = "asked" if request.state == "offered" else "signing"
            worker_id, at = self._asked(request)
        asked = waiting.id if waiting is not None else None
        return self._stop(f"r{request.id}", request, at, minutes, state, worker_id, proposal_id=asked)

    def _asked(self, request: Request) -> tuple[int | None, datetime]:
        """Who is being asked, and for when."""
        live = Offer.state.in_(("open", "countered", "accepted"))
        mine = (Offer.community_id == self.here) & (Offer.request_id == request.id) & live
        offer = Offer.select().where(mine).order_by(Offer.id.desc()).first()
        return (offer.worker_id, datetime.fromisoformat(offer.terms["starts_at"])) if offer else (None, request.starts_at)

    def _stop(self, key: str, row: Any, at: datetime, minutes: int, state: str, worker_id: int | None, **more: Any) -> Stop:
        home, request_id = Address.find(row.address_id), getattr(row, "request_id", row.id)
        team, place = self.teams.get(request_id, (0, 1))
        return Stop(
            key=key, person_id=row.person_id, service=row.service, who=called(Person.find(row.person_id)),
            what=service_name(self.service(row.service)), start=minute_of(at, self.day), minutes=minutes, state=state,
            worker_id=worker_id, at=(home.lat, home.lng) if home and home.lat else None,
            area=f"{home.area}{home.building}" if home else "", people=getattr(row, "people", 1),
            request_id=request_id, team=team, place=place, **{"visit_id": None, **more},
        )  # fmt: skip


def _crews(ctx: Context, day: date, busy: set[int]) -> dict[int, Crew]:
    """Active workers who work on that weekday, and whoever has something to do that day."""
    here = ctx.community_id
    working = (WorkingHours.community_id == here) & (WorkingHours.weekday == day.weekday())
    hours: dict[int, list[tuple[int, int]]] = {}
    for row in WorkingHours.select().where(working).order_by(WorkingHours.from_min):
        hours.setdefault(row.worker_id, []).append((row.from_min, row.to_min))
    away, skills = _away(here, day), _skills(here)
    rows = Worker.select().where((Worker.community_id == here) & (Worker.state != "removed")).order_by(Worker.id)
    return {
        w.id: Crew(w, tuple(hours.get(w.id, ())), tuple(away.get(w.id, ())), frozenset(skills.get(w.id, ())))
        for w in rows
        if w.id in busy or (w.state == "active" and w.id in hours)
    }


def _away(here: int, day: date) -> dict[int, list[tuple[int, int, str]]]:
    since, until = start_of(day), start_of(day) + timedelta(days=1)
    mine = (Leave.community_id == here) & (Leave.starts_at < until) & (Leave.ends_at > since)
    found: dict[int, list[tuple[int, int, str]]] = {}
    for row in Leave.select().where(mine):
        first, last = max(0, minute_of(row.starts_at, day)), min(DAY_MIN, minute_of(row.ends_at, day))
        found.setdefault(row.worker_id, []).append((first, last, "ill" if row.reason == "ill" else "off"))
    return found


def _skills(here: int) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for row in WorkerSkill.select().where((WorkerSkill.community_id == here) & WorkerSkill.active):
        found.setdefault(row.worker_id, set()).add(row.service)
    return found
