"""The ground that every stored thing stands on: the database, the field kinds, compare-and-set.

Only this module knows which database is behind the models. SQLite is opened as RELIABILITY asks: WAL, full
sync, IMMEDIATE transactions (a plain BEGIN loses read-then-write races to "database is locked").
"""

import json
from datetime import UTC, datetime
from typing import Any, Self
from urllib.parse import urlsplit

from peewee import (
    BigIntegerField,
    BlobField,
    Database,
    DatabaseProxy,
    IntegerField,
    Model,
    Node,
    PostgresqlDatabase,
    SqliteDatabase,
    TextField,
)

from models.crypto import seal, seal_bytes, unseal, unseal_bytes

database: Database = DatabaseProxy()

SQLITE_PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": "full",
    "foreign_keys": 1,
    "trusted_schema": 0,
    "recursive_triggers": 1,
}
POSTGRES_OPTIONS = "-c statement_timeout=5000 -c lock_timeout=2000 -c idle_in_transaction_session_timeout=10000"


def open_database(url: str, *, busy_timeout_ms: int = 2000) -> Database:
    """Opens the database at `url` (`sqlite:///path` or `postgresql://...`) and makes every model use it."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        path = parts.path[1:] or ":memory:"
        pragmas = {**SQLITE_PRAGMAS, "busy_timeout": busy_timeout_ms}
        real: Database = SqliteDatabase(
            path, pragmas=pragmas, timeout=busy_timeout_ms / 1000, lock_type="IMMEDIATE", autoconnect=True
        )
    elif parts.scheme in ("postgresql", "postgres"):
        real = PostgresqlDatabase(url, options=POSTGRES_OPTIONS)
    else:
        raise ValueError(f"database url must start with sqlite:/// or postgresql://, not {parts.scheme!r}")
    database.initialize(real)
    return real


class UtcField(BigIntegerField):
    """A moment: an aware UTC datetime in Python, milliseconds since 1970 in the database (the same on both kinds)."""

    def db_value(self, value: datetime | int | None) -> int | None:
        if value is None or isinstance(value, int):
            return value
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return round(value.timestamp() * 1000)

    def python_value(self, value: int | None) -> datetime | None:
        return None if value is None else datetime.fromtimestamp(value / 1000, UTC)


class JsonField(TextField):
    """Plain values (lists, dicts, words, whole numbers) kept as JSON text."""

    def db_value(self, value: Any) -> str | None:
        return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def python_value(self, value: str | None) -> Any:
        return None if value is None else json.loads(value)


class SealedField(TextField):
    """Personal data: encrypted at rest, plain in Python (A6). Never use it in a WHERE; keep a blind index beside it."""

    def db_value(self, value: str | None) -> str | None:
        return None if value is None else seal(value)

    def python_value(self, value: str | None) -> str | None:
        return None if value is None else unseal(value)


class SealedBytes(BlobField):
    """Personal data that is not text (a recording): encrypted at rest, plain bytes in Python (A6)."""

    def db_value(self, value: bytes | None) -> Any:
        return None if value is None else super().db_value(seal_bytes(value))

    def python_value(self, value: Any) -> bytes | None:
        return None if value is None else unseal_bytes(bytes(value))


class Row(Model):
    """Every table: belongs to a community, which stands first in its indexes so that tables can be spread by it."""

    community_id = IntegerField()

    class Meta:
        database = database
        legacy_table_names = False

    @classmethod
    def find(cls, row_id: int | None) -> Self | None:
        """The row with this id, or None."""
        return None if row_id is None else cls.get_or_none(cls.id == row_id)

    def change(self, *, where: dict[str, Any] | None = None, **fields: Any) -> bool:
        """Sets fields on this row in one UPDATE; with `where`, only if these columns still hold these values."""
        query = type(self).update(**fields).where(type(self).id == self.id)
        for name, value in (where or {}).items():
            query = query.where(getattr(type(self), name) == value)
        if query.execute() != 1:
            return False
        for name, value in fields.items():
            if not isinstance(value, Node):
                setattr(self, name, value)
        return True


class Stateful(Row):
    """A row with a life cycle: changed only by compare-and-set on (id, state, version)."""

    state = TextField()
    version = IntegerField(default=1)

    def move(self, to_state: str, **fields: Any) -> bool:
        """True when this row was still as it was read and now is in `to_state`; False when somebody was quicker."""
        here = {"state": self.state, "version": self.version}
        return self.change(where=here, state=to_state, version=self.version + 1, **fields)
