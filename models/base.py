"""The ground that every stored thing stands on: the field kinds, compare-and-set, what may be claimed.

Which database is behind the models, and how it is opened, is in models/connection.py.
"""

import json
from datetime import UTC, datetime
from typing import Any, Self

from peewee import BigIntegerField, BlobField, IntegerField, Model, ModelSelect, Node, TextField

from models import quick
from models.connection import database, is_postgres, open_database
from models.crypto import seal, seal_bytes, unseal, unseal_bytes

__all__ = [
    "JsonField", "Row", "SealedField", "Stateful", "UtcField", "claimable", "database", "hold", "hold_if_free", "locked",
    "open_database", "others_may_act",
]  # fmt: skip


def claimable(query: ModelSelect) -> ModelSelect:
    """A query whose first row somebody is about to take in this transaction: on PostgreSQL the row is locked, and rows
    that others are taking are passed over. SQLite's writers come one after the other anyway."""
    return query.for_update(skip_locked=True) if is_postgres() else query


def locked(query: ModelSelect) -> ModelSelect:
    """A query whose rows nobody else changes until this transaction ends; whoever is at one of them is waited for."""
    return query.for_update() if is_postgres() else query


def others_may_act() -> bool:
    """In this transaction, what was read may be changed by others before it is written: PostgreSQL's way. On SQLite the
    whole transaction has the database for itself."""
    return is_postgres() and database.obj.in_transaction()


def hold(name: str) -> None:
    """Until this transaction ends, nobody else passes here with the same name. SQLite's writers do so by themselves."""
    if is_postgres():
        database.obj.later("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (name,))


def hold_if_free(name: str) -> None:
    """The same without waiting: whoever comes next with this name waits until this transaction ends; if somebody is there already,
    nothing is held."""
    if is_postgres():
        database.obj.later("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", (name,))


_in_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_from_json = json.JSONDecoder().raw_decode  # what we wrote has no blanks around it


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

    changeable = True

    def db_value(self, value: Any) -> str | None:
        return None if value is None else _in_json(value)

    def python_value(self, value: str | None) -> Any:
        if value == "[]" or value == "{}":  # most of them
            return [] if value == "[]" else {}
        return None if value is None else _from_json(value)[0]


class SealedField(TextField):
    """Personal data: encrypted at rest, plain in Python (A6). Never use it in a WHERE; keep a blind index beside it."""

    sealed = True

    def db_value(self, value: str | None) -> str | None:
        return None if value is None else seal(value)

    def python_value(self, value: str | None) -> str | None:
        return None if value is None else unseal(value)


class SealedBytes(BlobField):
    """Personal data that is not text (a recording): encrypted at rest, plain bytes in Python (A6)."""

    sealed = True

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
        return None if row_id is None else quick.pick(cls, {"id": row_id})

    @classmethod
    def get_by_id(cls, row_id: int) -> Self:
        """The row with this id; DoesNotExist if there is none."""
        row = quick.pick(cls, {"id": row_id})
        if row is None:
            raise cls.DoesNotExist(f"{cls.__name__} {row_id}")  # type: ignore[attr-defined]
        return row  # type: ignore[no-any-return]

    @classmethod
    def pick(cls, **equal: Any) -> Self | None:
        """The first row with these values, or None; the cheapest way to ask."""
        return quick.pick(cls, equal)

    @classmethod
    def pick_all(cls, order: str = "", limit: int = 0, **where: Any) -> list[Self]:
        """Rows by plain comparisons (models/quick.py:rows); for what every turn asks."""
        return quick.rows(cls, where, order, limit)

    @classmethod
    def pick_values(cls, column: str, order: str = "", limit: int = 0, **where: Any) -> list[Any]:
        """One column of such rows."""
        return quick.values(cls, column, where, order, limit)

    @classmethod
    def get_or_none(cls, *asked: Any, **filters: Any) -> Any:
        """As peewee's."""
        equal = None if filters else quick.equals(cls, asked)
        return super().get_or_none(*asked, **filters) if equal is None else quick.pick(cls, equal)

    @classmethod
    def get(cls, *asked: Any, **filters: Any) -> Any:
        """As peewee's: the row, or DoesNotExist."""
        equal = None if filters else quick.equals(cls, asked)
        row = None if equal is None else quick.pick(cls, equal)
        return super().get(*asked, **filters) if row is None else row

    @classmethod
    def create(cls, **fields: Any) -> Any:
        """As peewee's: a new row, stored."""
        row = cls(**fields)
        if any(isinstance(value, Node) for value in row.__data__.values()):
            row.save(force_insert=True)
        else:
            quick.add(row)
        return row

    @classmethod
    def note(cls, **fields: Any) -> None:
        """A new row whose id nobody asks for: where the database is far, it is stored with the next thing that is asked."""
        quick.note(cls, fields)

    @classmethod
    def note_if_new(cls, **fields: Any) -> None:
        """The same, unless a row with the same unique key is there."""
        quick.note(cls, fields, if_new=True)

    def amend(self, **fields: Any) -> None:
        """Sets fields on this row, which was just read; whether it is still there is not asked, so that where the database is far,
        it goes with the next thing that is asked. For a row that others may change at this moment there is `change`."""
        quick.put_down(self, fields)
        for name, value in fields.items():
            setattr(self, name, value)
            self._dirty.discard(name)
        if not self._dirty:
            quick.remember(self)

    def change(self, *, where: dict[str, Any] | None = None, **fields: Any) -> bool:
        """Sets fields on this row in one UPDATE; with `where`, only if these columns still hold these values."""
        if self._change(where or {}, fields) != 1:
            return False
        for name, value in fields.items():
            if not isinstance(value, Node):
                setattr(self, name, value)
        return True

    def _change(self, where: dict[str, Any], fields: dict[str, Any]) -> int:
        if not any(isinstance(value, Node) for value in fields.values()) and None not in where.values():
            return quick.put(type(self), self.id, where, fields)
        query = type(self).update(**fields).where(type(self).id == self.id)
        for name, value in where.items():
            query = query.where(getattr(type(self), name) == value)
        return int(query.execute())


class Stateful(Row):
    """A row with a life cycle: changed only by compare-and-set on (id, state, version)."""

    state = TextField()
    version = IntegerField(default=1)

    def move(self, to_state: str, **fields: Any) -> bool:
        """True when this row was still as it was read and now is in `to_state`; False when somebody was quicker."""
        here = {"state": self.state, "version": self.version}
        return self.change(where=here, state=to_state, version=self.version + 1, **fields)
