"""PostgreSQL: a pool for each process, with limits on the server's side and on ours, so that nothing waits for ever.

Each word with the server costs a turn more than the server's own work. So what needs no answer (a transaction's beginning, a lock, a
row that is only put down) waits for the next statement that does, and goes with it, in its order.
"""

import select
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2
from peewee import InterfaceError, OperationalError, __exception_wrapper__
from playhouse.pool import MaxConnectionsExceeded, PooledPostgresqlDatabase

from models.shapes import Plain
from models.silence import Connection, Silent

CONNECT_S = 2
DAY_S = 24 * 3600.0
STALE_S = 300
# A push is refused within 4.5 s (RELIABILITY F7): first it may wait for a free connection, then its one statement, which may be several,
# for locks.
POOL_S, GRACE_S = 1, 0.2
BEGIN, COMMIT = "BEGIN", "COMMIT"
_patience = threading.local()


@contextmanager
def patience() -> Iterator[None]:
    """For this thread's long work (migrations, copies): statements may take a day."""
    _patience.limit_s = DAY_S
    try:
        yield
    finally:
        _patience.limit_s = None


class Postgres(Plain, PooledPostgresqlDatabase):
    """A pool that never waits long: not for a server that is gone, nor for one that is silent, nor for a free connection."""

    far = True

    def __init__(self, url: str, *, limit_s: float, lock_ms: int, max_connections: int) -> None:
        self.limit_s = limit_s
        self.refused_until = 0.0
        self.begin_anew()
        limits = f"-c statement_timeout={int(limit_s * 1000)} -c lock_timeout={lock_ms}"
        super().__init__(
            url.replace("postgres://", "postgresql://", 1),
            max_connections=max_connections,
            stale_timeout=STALE_S,
            timeout=POOL_S,
            options=f"{limits} -c idle_in_transaction_session_timeout=10000",
            application_name="linli",
            connect_timeout=CONNECT_S,
            connection_factory=Connection,
        )

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
            try:
                return super()._connect()
            except psycopg2.Error:
                self.refused_until = time.monotonic() + 0.5
                raise

    def _is_closed(self, conn: Any) -> bool:
        """A server that said goodbye has left a word to be read: no question needs to be sent."""
        if conn.closed:
            return True
        ear = select.poll()  # not select(): it can't take the numbers that a process with a thousand lines gives
        ear.register(conn.fileno(), select.POLLIN)
        return bool(ear.poll(0))

    def _execute_cursor(self, sql: str, params: Any = None, **options: Any) -> Any:
        """The statement, behind those that wait for it. A connection that died while nothing was going on is found with the first
        of a transaction, where it can still be replaced."""
        waiting, self.unit.unsaid = self.unit.unsaid, []
        begins = _only_begins(waiting[:1]) and sql != COMMIT  # a whole one may be done, though nobody heard of it
        try:
            return self._say(waiting, sql, params, options)
        except (OperationalError, InterfaceError) as failure:
            if self.in_transaction() and (not begins or isinstance(failure.orig, Silent)):
                raise
            if not self._replace_if_dead(begins) or not begins:
                raise
        return self._say(waiting, sql, params, options)

    def _say(self, waiting: list[tuple[str, Any]], sql: str, params: Any, options: Any) -> Any:
        said, start = [*waiting, (sql, params)], time.perf_counter()
        limit_s = getattr(_patience, "limit_s", None) or self.limit_s + GRACE_S
        connection = self.connection()
        with __exception_wrapper__, connection.within(limit_s):
            cursor = self.cursor(**options) if options else connection.cursor()
            cursor.execute("; ".join([one for one, _ in said]), [value for _, values in said for value in values or ()])
        for one, values in said if self.query_hooks else ():
            if not one.startswith((BEGIN, COMMIT)):
                self._notify_hooks(one, values, start, None)
        return cursor

    def later(self, sql: str, params: Any = None) -> None:
        """A statement whose answer nobody needs: with the next one, or when the transaction ends; outside of one, at once."""
        if self.in_transaction():
            self.note_change(sql)
            self.unit.unsaid.append((sql, params))
        else:
            self.execute_sql(sql, params)

    def begin(self, isolation_level: Any = None) -> None:
        """Nothing is said before something is asked."""
        self.unit.clear()
        if self.is_closed():
            self.connect()
        self.unit.unsaid = [(f"{BEGIN} ISOLATION LEVEL {isolation_level}" if isolation_level else BEGIN, None)]

    def commit(self) -> Any:
        """All that still waits, and the end; nothing at all if nothing was asked."""
        waiting = self.unit.unsaid
        self.unit.clear()
        if not _only_begins(waiting):
            self.unit.unsaid = waiting
            self._execute_cursor(COMMIT)

    def rollback(self) -> Any:
        """What waits is not said any more; what a dead connection had begun is undone by the server."""
        said_nothing = _only_begins(self.unit.unsaid[:1])
        self.unit.clear()
        if said_nothing:
            return
        try:
            self._execute_cursor("ROLLBACK")
        except (OperationalError, InterfaceError):
            if self._state.conn is not None:
                raise

    def _replace_if_dead(self, within: bool) -> bool:
        """Whether the connection was dead; it is not used again. `within`: a new one takes its place in this transaction."""
        state = self._state
        if state.conn is None or not state.conn.closed:
            return False
        dead, transactions, ctx = state.conn, state.transactions, state.ctx
        self.drop()
        if within:
            try:
                self.connect()
            except BaseException:  # the transaction has its end still before it, and nothing of it may be said outside of one
                state.set_connection(dead)
                raise
            finally:
                state.transactions, state.ctx = transactions, ctx
        return True

    def drop(self) -> None:
        """This thread's connection is not used again."""
        conn = self._state.conn
        if conn is not None:
            with self._pool_lock:
                self._close(conn, close_conn=True)
        self._state.reset()


def _only_begins(waiting: list[tuple[str, Any]]) -> bool:
    return len(waiting) == 1 and waiting[0][0].startswith(BEGIN)
