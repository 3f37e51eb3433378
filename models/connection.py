"""Which database is behind the models, and how it is opened.

SQLite: models/sqlite.py.
PostgreSQL: a pool for each process, with limits on the server's side and on ours, so that nothing waits for ever.
"""

import select
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import psycopg2
from peewee import Database, DatabaseProxy, InterfaceError, OperationalError, PeeweeException
from playhouse.pool import MaxConnectionsExceeded, PooledPostgresqlDatabase
from psycopg2 import extensions

from models.shapes import Plain
from models.sqlite import open_file


class Proxy(DatabaseProxy):  # type: ignore[misc]
    """Stands for the database before it is known which one."""

    def savepoint(self) -> Any:
        """The database's own kind."""
        return self.obj.savepoint()


database: Database = Proxy()

CONNECT_S = 1.5
PATIENT_S = 3600.0  # for connections that are not the pool's
STALE_S = 300
BEATEN = ("40001", "40P01")  # serialization failure, deadlock: the whole transaction may be tried again
_patience = threading.local()


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
    if is_postgres() and not database.in_transaction():
        database.close()


def was_beaten(failure: PeeweeException) -> bool:
    """The database undid this transaction because of another one; it may be tried again from its beginning."""
    return getattr(getattr(failure, "orig", None), "pgcode", None) in BEATEN


@contextmanager
def unhurried(real: Database) -> Iterator[None]:
    """For migrations and copies: statements of this thread may take as long as they need."""
    if not isinstance(real, Postgres):
        yield
        return
    _patience.limit_s = 24 * PATIENT_S
    real.execute_sql("SET statement_timeout = 0")
    real.execute_sql("SET lock_timeout = '60s'")
    try:
        yield
    finally:
        _patience.limit_s = None
        real.drop()


class Postgres(Plain, PooledPostgresqlDatabase):
    """A pool that never waits long: not for a server that is gone, nor for one that is silent, nor for a free connection."""

    def __init__(self, url: str, *, limit_s: float, lock_ms: int, max_connections: int) -> None:
        self.limit_s = limit_s
        self.refused_until = 0.0
        self.begin_anew()
        limits = f"-c statement_timeout={int(limit_s * 1000)} -c lock_timeout={lock_ms}"
        super().__init__(
            url.replace("postgres://", "postgresql://", 1),
            max_connections=max_connections,
            stale_timeout=STALE_S,
            timeout=2,
            options=f"{limits} -c idle_in_transaction_session_timeout=10000",
            application_name="linli",
        )
        self.watch()

    def watch(self) -> None:
        """From here on this process waits for its servers with an eye on the clock."""
        extensions.set_wait_callback(_wait)

    def connect(self, reuse_if_open: bool = False) -> bool:
        """As any database; a pool that stays empty is a database that refuses."""
        try:
            return bool(super().connect(reuse_if_open))
        except MaxConnectionsExceeded as full:
            raise OperationalError(str(full)) from full

    def _connect(self) -> Any:
        """While the server is gone one asks at a time, and who comes a moment later is refused at once."""
        with self._pool_lock:
            if time.monotonic() < self.refused_until:
                raise psycopg2.OperationalError("the database did not answer a moment ago")
            before, _patience.limit_s = getattr(_patience, "limit_s", None), CONNECT_S
            try:
                return super()._connect()
            except psycopg2.Error:
                self.refused_until = time.monotonic() + 0.5
                raise
            finally:
                _patience.limit_s = before

    def _initialize_connection(self, conn: Any) -> None:
        _limits[conn] = self.limit_s + 0.5

    def _is_closed(self, conn: Any) -> bool:
        """A server that said goodbye has left a word to be read: no question needs to be sent."""
        return bool(conn.closed or select.select([conn.fileno()], [], [], 0)[0])

    def _execute_cursor(self, sql: str, params: Any = None, **options: Any) -> Any:
        try:
            return super()._execute_cursor(sql, params, **options)
        except (OperationalError, InterfaceError):
            if not self.in_transaction():
                self._drop_if_dead()
            raise

    def begin(self, isolation_level: Any = None) -> None:
        """A connection that died while nothing was going on is found here, where it can still be replaced."""
        try:
            super().begin(isolation_level)
        except (OperationalError, InterfaceError) as failure:
            if not self._drop_if_dead() or isinstance(failure.orig, Silent):
                raise
            super().begin(isolation_level)

    def rollback(self) -> Any:
        """What a dead connection had begun is undone by the server."""
        try:
            return super().rollback()
        except (OperationalError, InterfaceError):
            if not self._drop_if_dead():
                raise

    def _drop_if_dead(self) -> bool:
        conn = self._state.conn
        if conn is None or not conn.closed:
            return False
        self.drop()
        return True

    def drop(self) -> None:
        """This thread's connection is not used again."""
        conn = self._state.conn
        if conn is not None:
            with self._pool_lock:
                self._close(conn, close_conn=True)
        self._state.reset()


class Silent(psycopg2.OperationalError):
    """The server holds the line and says nothing."""


_limits: "weakref.WeakKeyDictionary[Any, float]" = weakref.WeakKeyDictionary()


def _wait(conn: Any) -> None:
    """Waits for the server, but not for ever: one that has stopped in the middle of an answer must not hold a thread."""
    limit_s = getattr(_patience, "limit_s", None) or _limits.get(conn, PATIENT_S)
    until = time.monotonic() + limit_s
    poller = select.poll()
    while True:
        state = conn.poll()
        if state == extensions.POLL_OK:
            return
        poller.register(conn.fileno(), select.POLLIN if state == extensions.POLL_READ else select.POLLOUT)
        if not poller.poll(max(0.0, until - time.monotonic()) * 1000):
            raise Silent(f"the database did not answer within {limit_s:g} s")
