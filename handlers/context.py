"""Who asks, when, under which settings; and the frame that every use case runs in.

A door builds one Context per message, request or tick and calls use cases with it. `use_case` asks for the role and
opens the transaction (inside another one: a savepoint), so that what is refused leaves nothing behind.
"""

import functools
import random
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, TypeVar

from peewee import InterfaceError, OperationalError

from handlers.settings import Settings
from handlers.words import _
from models.base import database
from models.connection import release, was_beaten
from models.people import Person, Staff
from models.workers import Worker

P = ParamSpec("P")
R = TypeVar("R")

# The database did not take it: nothing can be written down now. Whatever else fails is the fault of the thing at hand.
REFUSALS = (OperationalError, InterfaceError)

PEOPLE = ("resident", "worker")
STAFF = ("coordinator", "consultant", "supervisor", "finance", "approver", "auditor", "admin")
DESK = ("coordinator", "admin")
FRONT = ("coordinator", "consultant", "supervisor", "admin")


class Refused(Exception):
    """A use case says no. `code` is for programs, `words` for the person; `way` tells what they can do instead."""

    def __init__(self, code: str, words: str, *, status: int = 409, **data: Any) -> None:
        super().__init__(f"{code}: {words}")
        self.code = code
        self.words = words
        self.status = status
        self.data = data


@dataclass(frozen=True)
class Actor:
    """Who does it: kind is person, staff, system or public; roles are the words of SPEC's table of people."""

    kind: str
    community_id: int
    id: int | None = None
    called: str = ""
    roles: frozenset[str] = frozenset()
    worker_id: int | None = None


@dataclass
class Context:
    """One actor at one moment. `now` is taken once; `steps` tells what was done, for the log and the demo's drawer."""

    actor: Actor
    now: datetime
    settings: Settings
    trace_id: str = field(default_factory=lambda: secrets.token_hex(6))
    steps: list[tuple[float, str]] = field(default_factory=list)
    told: set[int] = field(default_factory=set)  # to whom something was promised since it began
    began: float = field(default_factory=time.perf_counter)
    clock_held: bool = False  # the machine's clock has jumped: only what is urgent goes out
    under_way: tuple[int, ...] = ()  # rows of the outbox that this process is sending at this moment

    @property
    def community_id(self) -> int:
        return self.actor.community_id

    def ms(self) -> float:
        """Milliseconds since it began, for the log."""
        return round((time.perf_counter() - self.began) * 1000, 1)

    def did(self, words: Callable[[], str]) -> None:
        """Remembers one step with its milliseconds since the start, where steps are kept at all: else nobody words it."""
        if self.settings.demo.keep_traces:
            self.steps.append((self.ms(), words()))

    def need(self, *roles: str) -> None:
        """Refuses (code forbidden) unless the actor has one of the roles."""
        if not self.actor.roles.intersection(roles):
            raise Refused("forbidden", _("That is not yours to do here."), status=403)

    def as_system(self) -> "Context":
        """The same moment, acting by rule: what follows by itself from what somebody did."""
        return replace(self, actor=system_actor(self.community_id))

    def in_community(self, community_id: int) -> "Context":
        """The same moment, acting by rule in one community."""
        return replace(self, actor=system_actor(community_id))

    def as_person(self, person: Person) -> "Context":
        """The same moment, acting for a person (staff entering what somebody said on the phone stays in the event)."""
        return replace(self, actor=person_actor(person))


def system_actor(community_id: int) -> Actor:
    """The rules and the clock themselves."""
    return Actor("system", community_id, called="system", roles=frozenset({"system"}))


def public_actor(community_id: int) -> Actor:
    """Somebody without an account."""
    return Actor("public", community_id, roles=frozenset({"public"}))


def person_actor(person: Person) -> Actor:
    """A person of the chat or the mini-program; who is a worker too has both roles (A5)."""
    worker = None
    if person.is_worker:
        worker = Worker.get_or_none(
            Worker.community_id == person.community_id, Worker.person_id == person.id, Worker.state != "removed"
        )
    roles = {"resident", "worker"} if worker else {"resident"}
    return Actor("person", person.community_id, person.id, person.called, frozenset(roles), worker and worker.id)


def staff_actor(staff: Staff) -> Actor:
    """Somebody signed in at the console."""
    return Actor("staff", staff.community_id, staff.id, staff.called, frozenset(staff.roles))


@contextmanager
def transaction() -> Iterator[None]:
    """One transaction, IMMEDIATE on SQLite; inside another one a savepoint."""
    with database.obj.atomic():
        yield


def let_go() -> None:
    """A request or a round is over: its connection to the database may serve somebody else."""
    release()


TRIES = 3


def in_one_go(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Does `work` in one transaction. Where the database undoes it because of somebody else's (a deadlock), it is done anew,
    three times in all: inside another transaction that is for the outer one to do."""
    if database.obj.in_transaction():
        with database.obj.savepoint():
            return work(*args, **kwargs)
    for left in reversed(range(TRIES)):
        try:
            with database.obj.atomic():
                return work(*args, **kwargs)
        except OperationalError as failure:
            if not left or not was_beaten(failure):
                raise
            time.sleep(random.uniform(0.005, 0.05))
    raise AssertionError("unreachable")


def use_case(
    *roles: str,
) -> Callable[[Callable[Concatenate[Context, P], R]], Callable[Concatenate[Context, P], R]]:
    """Marks a verb of the system: asks for one of `roles`, then runs it in one transaction."""

    def mark(verb: Callable[Concatenate[Context, P], R]) -> Callable[Concatenate[Context, P], R]:
        @functools.wraps(verb)
        def run(ctx: Context, /, *args: P.args, **kwargs: P.kwargs) -> R:
            ctx.need(*roles)
            return in_one_go(verb, ctx, *args, **kwargs)

        run.roles = roles  # type: ignore[attr-defined]
        return run

    return mark
