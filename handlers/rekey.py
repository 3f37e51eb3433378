"""Another data key: what the old one has sealed is sealed by the new one, and found by it again; all of it, or nothing (A6)."""

from collections.abc import Callable
from typing import Any

from handlers.alive import jobs_run
from handlers.context import transaction
from handlers.heard import mark_of
from handlers.settings import SettingsError, is_data_key
from models.base import Row, database
from models.connection import unhurried
from models.copies import key_fits
from models.crypto import blind_index, use_data_key
from models.people import Person
from models.readings import Heard
from models.schema import all_models

Values = dict[str, Any]
PIECE = 500
# What is found by a keyed hash of something: its column, and of what.
INDEXES: dict[type[Row], tuple[str, Callable[[Values], str | None]]] = {
    Person: ("phone_index", lambda row: row["phone"]),
    Heard: ("mark", lambda row: mark_of(row["role"], row["context"], row["words"])),
}
BESIDE: dict[type[Row], tuple[str, ...]] = {Person: ("phone_index",), Heard: ("mark", "role", "context")}


def change_data_key(old: str, new: str) -> int:
    """Seals everything anew, in one transaction; says how many rows. A planned stop: refuses (SettingsError) while a jobs process
    runs, for a key that is none, and where the old one does not open what is stored."""
    if not is_data_key(new) or new == old:
        raise SettingsError("LINLI_NEW_DATA_KEY must be another key than security.data_key; make one with: openssl rand -base64 32")
    if jobs_run():
        raise SettingsError("A jobs process runs on this database. Stop web and jobs first: they would go on with the old key.")
    if not key_fits():
        raise SettingsError("security.data_key does not open what is stored: it must be the key that holds now.")
    try:
        with unhurried(database.obj), transaction():
            return sum(_table(model, names, old, new) for model, names in sealed_columns().items())
    finally:
        use_data_key(old)


def sealed_columns() -> dict[type[Row], list[str]]:
    """The tables with sealed columns, and these."""
    found = {model: [f.name for f in model._meta.sorted_fields if getattr(f, "sealed", False)] for model in all_models()}
    return {model: names for model, names in found.items() if names}


def _table(model: type[Row], names: list[str], old: str, new: str) -> int:
    done = last = 0
    while True:
        use_data_key(old)
        wanted = [getattr(model, name) for name in ("id", *names, *BESIDE.get(model, ()))]
        rows = list(model.select(*wanted).where(model.id > last).order_by(model.id).limit(PIECE).dicts())
        moves = [_has_index(model, row) for row in rows]
        use_data_key(new)
        for row, moved in zip(rows, moves, strict=True):
            model.update(_anew(model, names, row, moved)).where(model.id == row["id"]).execute()
        done += len(rows)
        if len(rows) < PIECE:
            return done
        last = rows[-1]["id"]


def _has_index(model: type[Row], row: Values) -> bool:
    """Whether its index is the old key's hash of what stands there; sample rows may have another."""
    if model not in INDEXES:
        return False
    column, of = INDEXES[model]
    text = of(row)
    return text is not None and row[column] == blind_index(text)


def _anew(model: type[Row], names: list[str], row: Values, moved: bool) -> Values:
    fields = {name: row[name] for name in names}
    if moved:
        column, of = INDEXES[model]
        fields[column] = blind_index(of(row) or "")
    return fields
