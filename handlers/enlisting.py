"""A worker's file opened at the station, and skills added to it (A2). Papers stand in handlers/workers.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from handlers.access import access_worker
from handlers.catalogue import find_service
from handlers.context import DESK, Context, Refused, use_case
from handlers.lifecycle import record
from handlers.words import _
from models.crypto import blind_index
from models.people import Person
from models.rules.lifecycles import WORKER_FILE
from models.workers import Worker, WorkerSkill, WorkingHours

DAY = 24 * 60


@dataclass(frozen=True)
class Application:
    """What a worker tells at the station: who they are, where, when and in which languages they work."""

    called: str
    name: str
    phone: str
    birth_year: int
    sex: str = ""
    areas: Sequence[str] = ()
    languages: Sequence[str] = ()
    weekdays: Sequence[int] = (0, 1, 2, 3, 4, 5, 6)
    from_min: int = 8 * 60
    to_min: int = 18 * 60
    bio: str = ""


@use_case(*DESK)
def enlist_worker(ctx: Context, told: Application) -> Worker:
    """Opens the file; nothing is offered before skills and papers are there and somebody has let them in.

    Refuses a number that is none (bad_phone), hours the wrong way round (bad_hours), and whoever has a file (known_already).
    """
    digits = "".join(c for c in told.phone if c.isdigit())
    if len(digits) != 11 or not digits.startswith("1"):
        raise Refused("bad_phone", _("Please write a mobile number of 11 digits."))
    if not 0 <= told.from_min < told.to_min <= DAY:
        raise Refused("bad_hours", _("The day can't end before it begins."))
    person = _person(ctx, told, digits)
    made = Worker.create(
        community_id=ctx.community_id,
        person_id=person.id,
        state=WORKER_FILE.first,
        called=told.called,
        sex=told.sex,
        bio=told.bio,
        areas=list(told.areas),
        languages=list(told.languages),
        created_at=ctx.now,
    )
    for weekday in told.weekdays:
        hours = {"weekday": weekday, "from_min": told.from_min, "to_min": told.to_min}
        WorkingHours.create(community_id=ctx.community_id, worker_id=made.id, **hours)
    record(ctx, "worker", made.id, "enlist", "", made.state)
    return made


def _person(ctx: Context, told: Application, phone: str) -> Person:
    """Whoever has this number already stays who they are: a resident may become a worker too (A5)."""
    index = blind_index(phone)
    known = Person.get_or_none(Person.community_id == ctx.community_id, Person.phone_index == index)
    facts: dict[str, Any] = {"called": told.called, "name": told.name, "birth_year": told.birth_year, "is_worker": True}
    if known is None:
        contact = {"phone": phone, "phone_index": index, "created_at": ctx.now}
        return Person.create(community_id=ctx.community_id, **contact, **facts)
    if Worker.get_or_none(Worker.community_id == ctx.community_id, Worker.person_id == known.id):
        raise Refused("known_already", _("Somebody with this number has a file already. Look for them in the list."))
    known.change(**{**facts, "called": known.called or told.called})
    return known


@use_case(*DESK)
def add_skill(
    ctx: Context, worker_id: int, *, service: str, level: int, years: int, price_fen: int | None = None
) -> WorkerSkill:
    """What they can do, at which level, for how much a unit; said again it is changed. Refuses a price outside the public
    range (out_of_range) and a service that there is none of (no_service)."""
    worker = access_worker(ctx, worker_id)
    kind = find_service(ctx, service)
    if kind is None:
        raise Refused("no_service", _("Please choose a service."))
    if price_fen is not None and not kind.price_min_fen <= price_fen <= kind.price_max_fen:
        raise Refused("out_of_range", _("The price must stay inside the public range."))
    key = {"community_id": ctx.community_id, "worker_id": worker.id, "service": service}
    fields: dict[str, Any] = {"level": level, "years": years, "price_fen": price_fen, "active": True}
    known = WorkerSkill.get_or_none(**key)
    if known is None:
        known = WorkerSkill.create(**key, **fields)
    else:
        known.change(**fields)
    if years > worker.years:
        worker.change(years=years)
    record(ctx, "worker", worker.id, "skill", data={"service": service, "level": level})
    return known
