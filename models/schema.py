"""All tables, and the way from an older database to today's."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from peewee import Database, DatabaseProxy
from playhouse.migrations import Runner

from models import (
    catalogue,
    clocks,
    messages,
    people,
    plans,
    readings,
    requests,
    sending,
    series,
    talk,
    travel,
    visits,
    voices,
    workers,
)
from models.base import Row, Stateful
from models.connection import Postgres, unhurried

MIGRATIONS = Path(__file__).parent / "migrations"
MIGRATING = 5_411  # any number that nobody else locks by
HOMES = (people, workers, catalogue, requests, visits, voices, talk, messages, clocks, readings, sending, plans, series, travel)


def all_models() -> list[type[Row]]:
    """Every table of the product, in the order in which their files name them."""
    found: list[type[Row]] = []
    for home in HOMES:
        for thing in vars(home).values():
            if isinstance(thing, type) and issubclass(thing, Row) and thing not in (Row, Stateful):
                if thing.__module__ == home.__name__ and thing not in found:
                    found.append(thing)
    return found


def _runner(db: Database) -> Runner:
    """The runner on the database itself: migrations ask which kind it is, and a proxy would not tell."""
    real = db.obj if isinstance(db, DatabaseProxy) else db
    return Runner(real, directory=str(MIGRATIONS))


def migrate(db: Database, target: str | None = None) -> list[str]:
    """Brings the database forward to today's schema (or only to the step `target`); returns the names of the steps that were run.

    Any number of processes may come here at the same moment: one does it, the others wait and find nothing left to do.
    """
    real = db.obj if isinstance(db, DatabaseProxy) else db
    with unhurried(real), _alone(real):
        return list(_runner(real).up(target))


@contextmanager
def _alone(real: Database) -> Iterator[None]:
    """One migrating process at a time: a lock of the session on PostgreSQL, of a file beside the database on SQLite."""
    if isinstance(real, Postgres):
        real.execute_sql("SELECT pg_advisory_lock(%s)", (MIGRATING,))
        yield  # the connection is dropped afterwards, and the lock with it
        return
    if real.database == ":memory:":
        yield
        return
    with open(f"{real.database}.migrating", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def applied(db: Database) -> list[str]:
    """Names of the migrations that have been run, in their order."""
    return [step.name for step in _runner(db).status() if step.applied]


def pending(db: Database) -> list[str]:
    """Names of the migrations that have not been run yet; empty when the schema is today's."""
    return [step.name for step in _runner(db).status() if step.path is not None and not step.applied]
