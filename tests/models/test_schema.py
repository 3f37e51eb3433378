"""The migrations lead to exactly the tables that the models describe, on both kinds of database (C6)."""

import threading
from typing import Any

import pytest
from peewee import Database, SqliteDatabase

from models.connection import Postgres, open_database
from models.ddl import create_statements
from models.schema import all_models, migrate, pending
from tests.stores import Stores, close

HISTORY = "schema_migration"
pytestmark = pytest.mark.both


def described(db: Database) -> dict[str, Any]:
    """What matters of a schema: each table's columns with kind and nullability, and its indexes. Not the order in which
    columns were added, nor a default that a migration needed for the rows that were there."""
    return {
        name: {
            "columns": sorted((c.name, c.data_type, c.null, c.primary_key) for c in db.get_columns(name)),
            "indexes": sorted((tuple(i.columns), i.unique, i.name) for i in db.get_indexes(name)),
        }
        for name in db.get_tables()
        if name != HISTORY
    }


def test_migrations_reach_todays_models(storage: Stores) -> None:
    """A model that was changed without a migration is found here."""
    migrated = open_database(storage.blank())
    assert pending(migrated)
    migrate(migrated)
    assert pending(migrated) == [] and migrate(migrated) == []
    reached = described(migrated)
    close(migrated)
    fresh = open_database(storage.blank())
    for statement in create_statements(fresh):
        fresh.execute_sql(statement)
    assert reached == described(fresh)
    close(fresh)


def test_many_may_migrate_at_once(storage: Stores) -> None:
    """Several web hosts start at the same moment: each step is run once, and nobody fails."""
    url = storage.blank()
    db, done, failures = open_database(url), [], []

    def one() -> None:
        try:
            done.extend(migrate(db))
        except Exception as failure:
            failures.append(failure)
        finally:
            db.close()

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures and pending(db) == [] and len(done) == len(set(done))
    close(db)


def test_a_wrong_kind_of_value_is_refused(database: Database) -> None:
    """Words don't get into a column of numbers: tables are STRICT on SQLite, and PostgreSQL does not know it otherwise."""
    if isinstance(database, Postgres):
        kinds = {name: {c.name: c.data_type for c in database.get_columns(name)} for name in database.get_tables()}
        assert all(kinds[m._meta.table_name]["community_id"] == "integer" for m in all_models())
        return
    rows = database.execute_sql("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall()
    loose = [name for name, sql in rows if not sql.rstrip().endswith("STRICT") and name != HISTORY]
    assert isinstance(database, SqliteDatabase) and not [name for name in loose if not name.startswith("sqlite_")]


@pytest.mark.parametrize("model", all_models(), ids=lambda m: m.__name__)
def test_every_row_belongs_to_a_community(model: Any) -> None:
    """C6: community_id stands in every table, so that tables can be spread by it."""
    assert "community_id" in model._meta.fields
