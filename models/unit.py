"""What one transaction needs not ask or begin twice: a savepoint begins with the first change inside it, and what was read is
remembered until its table is written to. Most of what a turn asks, it would else ask two or three times.

Two databases are behind it; each gives it the statement and what it changes, nothing else.
"""

import re
import threading
from collections.abc import Callable, Iterator
from typing import Any

from peewee import PeeweeException

_CHANGED = re.compile(r'(?:INSERT (?:OR \w+ )?INTO|UPDATE|DELETE FROM) "(\w+)"')
_READ_ONLY = ("SELECT", "SAVEPOINT", "RELEASE")
_LOCK = "SELECT pg_advisory_xact_lock"
_LOCKS = (" FOR UPDATE", "pg_advisory", "FOR SHARE")
Turn = Callable[[list[Any]], list[Any]]
ALL = ""  # a statement that may change anything
GUARDED = "*"  # one that waits for a lock: whatever is decided by one at a time may have changed
WHO = frozenset(("identity", "person", "dialogue", "window", "rules_text"))  # decided by no lock but the talk's own, which came first
MANY_ROWS = 50  # longer answers are not kept
MANY_READS = 500  # in one transaction: a long one begins to remember anew
MANY_STATEMENTS = 5000

_changes: dict[str, str | None] = {}


def changes(sql: str) -> str | None:
    """The table that a statement changes, ALL if that is not plain to see, None if it only reads."""
    found = _changes.get(sql, "?")
    if found == "?":
        if len(_changes) > MANY_STATEMENTS:
            _changes.clear()
        found = _changes[sql] = _read_change(sql)
    return found


def _read_change(sql: str) -> str | None:
    if sql.startswith(_LOCK):
        return GUARDED
    if sql.startswith(_READ_ONLY) and not any(lock in sql for lock in _LOCKS):
        return None
    table = _CHANGED.match(sql)
    return table[1] if table and "WITH" not in sql else ALL


class Unit(threading.local):
    """What one thread's transaction has read, and which savepoints of it have not begun yet."""

    def __init__(self) -> None:
        self.waiting: list[Savepoint] = []
        self.depth = 0
        self.read: dict[str, dict[Any, list[Any]]] = {}
        self.count = 0
        self.unsaid: list[tuple[str, Any]] = []  # statements that go with the next one

    def clear(self) -> None:
        """A transaction begins or ends."""
        self.waiting.clear()
        self.depth = 0
        self.unsaid = []
        self.forget(ALL)

    def forget(self, table: str) -> None:
        """What was read of a table may not be true any more. Who had to wait for a lock forgets what others may have decided
        meanwhile, and not who they are talking with."""
        if table == ALL:
            self.read.clear()
            self.count = 0
        elif table == GUARDED:
            self.read = {name: kept for name, kept in self.read.items() if name in WHO}
        else:
            self.read.pop(table, None)

    def keep(self, table: str, key: Any, rows: list[Any]) -> None:
        """Remembers an answer."""
        if len(rows) > MANY_ROWS:
            return
        if self.count >= MANY_READS:
            self.forget(ALL)
        self.read.setdefault(table, {})[key] = rows
        self.count += 1


class Savepoint:
    """Begins when something is about to be changed inside it; where nothing is, there is nothing to undo."""

    def __init__(self, db: Any) -> None:
        self.db, self.name = db, ""

    def __enter__(self) -> "Savepoint":
        self.db.unit.waiting.append(self)
        return self

    def begin(self) -> None:
        """The first change comes."""
        self.db.unit.depth += 1
        self.name = f"s{self.db.unit.depth}"  # few names, so that the database knows these words already
        self.db.later(f"SAVEPOINT {self.name}")

    def __exit__(self, failure: Any, *_: Any) -> None:
        if not self.name:
            self.db.unit.waiting.remove(self)
            return
        self.db.unit.depth -= 1
        if failure is None:
            self.db.later(f"RELEASE SAVEPOINT {self.name}")
            return
        try:
            self.db.execute_sql(f"ROLLBACK TO SAVEPOINT {self.name}")
        except PeeweeException:
            # What failed had waited since before this savepoint, which then never began: the whole transaction is over, because of
            # that first failure. Whoever is above must hear of it and not of this one: a deadlock is tried anew.
            if not issubclass(failure, PeeweeException):
                raise


class Rows:
    """An answer that has been read to its end, as a cursor that peewee can read."""

    def __init__(self, description: Any, rows: list[Any], cursor: Any = None) -> None:
        self.description, self._rows, self._next = description, rows, 0
        self.rowcount, self.lastrowid = getattr(cursor, "rowcount", len(rows)), getattr(cursor, "lastrowid", None)

    def fetchone(self) -> Any:
        """The next row, or None."""
        if self._next >= len(self._rows):
            return None
        self._next += 1
        return self._rows[self._next - 1]

    def fetchall(self) -> list[Any]:
        """All that are left."""
        left, self._next = self._rows[self._next :], len(self._rows)
        return left

    def __iter__(self) -> Iterator[Any]:
        return iter(self.fetchall())

    def close(self) -> None:
        """Nothing is open."""


class Frugal:
    """For a database of ours: neither asks nor begins what it needs not."""

    far = False  # whether each question is a word over a line, and an answer
    unit: Unit
    words: dict[tuple[Any, ...], Any]  # statements of models/quick.py that are in words already
    _described: dict[str, Any]

    def begin(self, *how: Any) -> None:
        """Nothing has been read yet."""
        self.unit.clear()
        super().begin(*how)  # type: ignore[misc]

    def commit(self) -> Any:
        """What was read is not known any more."""
        self.unit.clear()
        return super().commit()  # type: ignore[misc]

    def rollback(self) -> Any:
        """As little."""
        self.unit.clear()
        return super().rollback()  # type: ignore[misc]

    def savepoint(self) -> Savepoint:
        """A transaction inside another one."""
        return Savepoint(self)

    def execute_sql(self, sql: str, params: Any = None) -> Any:
        """A statement; before the first change inside them, savepoints that wait begin."""
        self.note_change(sql)
        return super().execute_sql(sql, params)  # type: ignore[misc]

    def later(self, sql: str, params: Any = None) -> None:
        """A statement whose answer nobody needs."""
        self.execute_sql(sql, params)

    def note_change(self, sql: str) -> None:
        """What a statement changes is not known any more."""
        table = changes(sql)
        if table is not None:
            self.unit.forget(table)
            while self.unit.waiting:
                self.unit.waiting.pop(0).begin()

    def read(self, table: str, sql: str, params: list[Any], turn: Turn | None = None) -> list[Any]:
        """The rows of a plain question about one table; within one transaction they are asked for, and turned into what
        is wanted of them, once."""
        if not self.in_transaction():  # type: ignore[attr-defined]
            rows = self._fetch(sql, params)
            return turn(rows) if turn else rows
        key = (sql, turn, *params)
        kept = self.unit.read.get(table, {}).get(key)
        if kept is None:
            kept = self._fetch(sql, params)
            kept = turn(kept) if turn else kept
            self.unit.keep(table, key, kept)
        return kept

    def know(self, table: str, sql: str, params: list[Any], turn: Turn | None, found: list[Any]) -> None:
        """What `read` would find (turned already), found otherwise."""
        self.unit.keep(table, (sql, turn, *params), found)

    def ask_rows(self, table: str, sql: str, params: list[Any]) -> tuple[list[Any], Any]:
        """The rows, and how the database describes their columns."""
        rows = self.read(table, sql, params)
        return rows, self._described[sql]

    def _fetch(self, sql: str, params: list[Any]) -> list[Any]:
        cursor = super().execute_sql(sql, params)  # type: ignore[misc]
        self._described[sql] = cursor.description
        return list(cursor.fetchall())
