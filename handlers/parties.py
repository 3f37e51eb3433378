"""Who is who in a thing that two sides share: the resident, the worker, and which of them asks."""

from dataclasses import dataclass
from typing import Protocol

from handlers.catalogue import find_service, service_name
from handlers.context import Context
from handlers.words import _
from models.people import Person
from models.workers import Worker


class Shared(Protocol):
    """An agreement or a visit."""

    person_id: int
    worker_id: int


@dataclass(frozen=True)
class Parties:
    """Names and people of both sides."""

    resident_id: int
    worker_person_id: int
    resident: str
    worker: str


def parties_of(thing: Shared) -> Parties:
    """Both sides of an agreement or a visit."""
    person, worker = Person.find(thing.person_id), Worker.find(thing.worker_id)
    return Parties(
        thing.person_id,
        worker.person_id if worker else 0,
        (person.called if person else "") or _("a neighbour"),
        worker.called if worker else "",
    )


def is_worker_of(ctx: Context, thing: Shared) -> bool:
    """Whether the asker is the worker of this thing (staff and the system are not)."""
    return ctx.actor.kind == "person" and ctx.actor.worker_id == thing.worker_id


def is_resident_of(ctx: Context, thing: Shared) -> bool:
    """Whether the asker is the resident of this thing."""
    return ctx.actor.kind == "person" and ctx.actor.id == thing.person_id


def called_service(ctx: Context, code: str | None) -> str:
    """What a service is called."""
    return service_name(find_service(ctx, code)) or str(code or "")
