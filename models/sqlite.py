"""SQLite as RELIABILITY asks: WAL, full sync, IMMEDIATE transactions (a plain BEGIN loses read-then-write races to "database
is locked").

Transactions of one process come one after the other and so share one connection: it knows the statements and the pages. What is read
outside of them is read by each thread's own connection, held open (the last one to close would copy the log back each time).
"""

import sqlite3
import threading
from typing import Any

from peewee import Database, OperationalError, SqliteDatabase, __exception_wrapper__

from models.line import Line
from models.shapes import Plain
from models.unit import Rows, changes

PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": "full",
    "foreign_keys": 1,
    "trusted_schema": 0,
    "recursive_triggers": 1,
    "cache_size": -500,  # kilobytes for each connection; the machine keeps the file in memory anyway
}
STATEMENTS = 300  # that a connection need not read anew: more than a turn's own


def open_file(path: str, busy_timeout_ms: int) -> Database:
    """The database in this file, made if there is none."""
    return Sqlite(
        path, pragmas={**PRAGMAS, "busy_timeout": busy_timeout_ms}, timeout=busy_timeout_ms / 1000, lock_type="IMMEDIATE",
        autoconnect=True, cached_statements=STATEMENTS, check_same_thread=False,
    )  # fmt: skip


class Sqlite(Plain, SqliteDatabase):
    """One file; its writers stand in line for it, and for the connection that they share."""

    def init(self, database: str, **more: Any) -> None:
        super().init(database, **more)
        self.begin_anew()
        self._line = Line(None if database == ":memory:" else f"{database}-line")
        self._mine = threading.local()
        self._shared: Any = None

    def execute_sql(self, sql: str, params: Any = None) -> Any:
        """A change outside a transaction stands in line like any other. Inside one, answers are read to their end at once: nothing
        of this thread may be left on the connection that the next one gets."""
        if self.in_transaction():
            cursor = super().execute_sql(sql, params)
            return cursor if cursor.description is None else Rows(cursor.description, cursor.fetchall(), cursor)
        if not changes(sql) or " RETURNING " in sql:
            return super().execute_sql(sql, params)
        self._enter()
        try:
            return super().execute_sql(sql, params)
        finally:
            self._leave()

    def _execute_cursor(self, sql: str, params: Any = None, **options: Any) -> Any:
        """In one step, where nobody listens."""
        if self.query_hooks or options or self._state.closed:
            return super()._execute_cursor(sql, params, **options)
        try:
            return self._state.conn.execute(sql, params or ())
        except sqlite3.Error:
            with __exception_wrapper__:
                raise

    def begin(self, lock_type: str | None = None) -> None:
        """This thread's turn comes, or the time is over."""
        self._enter()
        try:
            self._take_shared()
            super().begin(lock_type)
        except BaseException:
            self._leave()
            raise

    def commit(self) -> Any:
        """What fails to commit is rolled back next, and ends its turn there."""
        done = super().commit()
        self._leave()
        return done

    def rollback(self) -> Any:
        """The turn is over in any case."""
        try:
            return super().rollback()
        finally:
            self._leave()

    def close(self) -> bool:
        """This thread's connection and, unless somebody is at it, the shared one."""
        closed = bool(super().close())
        if self._shared is not None and self._line.enter(0):
            try:
                self._shared.close()
                self._shared = None
            finally:
                self._line.leave()
        return closed

    def _enter(self) -> None:
        if not self._line.enter(self._timeout):
            raise OperationalError("database is locked: the line is too long")
        self._mine.turn = True

    def _take_shared(self) -> None:
        if self.database == ":memory:":
            return
        if self._shared is None:
            self._shared = self._connect()
        state = self._state
        self._mine.own = (state.conn, state.closed)
        state.conn, state.closed = self._shared, False

    def _leave(self) -> None:
        """The next one's turn; this thread has its own connection again, or none."""
        if getattr(self._mine, "turn", False):
            own = self._mine.__dict__.pop("own", None)
            if own is not None:
                self._state.conn, self._state.closed = own
            self._mine.turn = False
            self._line.leave()
