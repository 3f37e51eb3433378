"""Which database is behind the models, and how it is opened: models/sqlite.py, models/postgres.py."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import psycopg2
from peewee import Database, DatabaseProxy, PeeweeException

from models.postgres import Postgres, patience
from models.sqlite import open_file


class Proxy(DatabaseProxy):  # type: ignore[misc]
    """Stands for the database before it is known which one."""

    def savepoint(self) -> Any:
        """The database's own kind."""
        return self.obj.savepoint()


database: Database = Proxy()

# What a database fails by, whichever it is and whoever asked it.
DATABASE_FAILS = (PeeweeException, psycopg2.Error, sqlite3.Error)
LOCKED = "55P03"  # a lock was waited for as long as one may
BEATEN = ("40001", "40P01")  # serialization failure, deadlock: the whole transaction may be tried again


def open_database(url: str, *, busy_timeout_ms: int = 2000, answer_within_s: float = 3, pool: int = 10) -> Database:
    """Opens the database at `url` (`sqlite:///path` or `postgresql://...`) and makes every model use it.

    Nobody waits longer than `busy_timeout_ms` for another's lock. PostgreSQL: at most `pool` connections in this process,
    and no statement longer than `answer_within_s`.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        real = open_file(parts.path[1:] or ":memory:", busy_timeout_ms)
    elif parts.scheme in ("postgresql", "postgres"):
        real = Postgres(url, limit_s=answer_within_s, lock_ms=busy_timeout_ms, max_connections=pool)
    else:
        raise ValueError(f"database url must start with sqlite:/// or postgresql://, not {parts.scheme!r}")
    database.initialize(real)
    return real


def is_postgres() -> bool:
    """Whether the database behind the models is PostgreSQL."""
    return isinstance(database.obj, Postgres)


def release() -> None:
    """A piece of work is over: a pooled connection goes back. SQLite's stays with its thread."""
    real = database.obj
    if isinstance(real, Postgres) and not real.in_transaction():
        real.close()


def was_beaten(failure: PeeweeException) -> bool:
    """The database undid this transaction because of another one; it may be tried again from its beginning."""
    return getattr(getattr(failure, "orig", None), "pgcode", None) in BEATEN


def was_in_the_way(failure: PeeweeException) -> bool:
    """Somebody else held for too long what this transaction needed; of the database itself that says nothing."""
    return getattr(getattr(failure, "orig", None), "pgcode", None) == LOCKED


def hurry(lock_ms: int) -> None:
    """In this transaction nobody's lock is waited for longer than this. SQLite's is only about to begin with its turn."""
    if is_postgres():
        database.obj.execute_sql(f"SET LOCAL lock_timeout = {int(lock_ms)}")


@contextmanager
def unhurried(real: Database) -> Iterator[None]:
    """For migrations and copies: statements of this thread may take as long as they need."""
    if not isinstance(real, Postgres):
        yield
        return
    real.execute_sql("SET statement_timeout = 0")
    real.execute_sql("SET lock_timeout = '60s'")
    with patience():
        try:
            yield
        finally:
            real.drop()
