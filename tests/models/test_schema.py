"""The migrations lead to exactly the tables that the models describe, on both kinds of database."""

from pathlib import Path

import pytest
from peewee import PostgresqlDatabase, SqliteDatabase

from models.ddl import create_statements
from models.schema import MIGRATIONS, all_models, migrate, pending


def tables(db: SqliteDatabase) -> dict[str, str]:
    rows = db.execute_sql(
        "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'schema_migration%'"
    )
    return {name: sql for name, sql in rows if not name.startswith("sqlite_")}


def test_migrations_reach_todays_models(tmp_path: Path) -> None:
    """A model that was changed without a migration is found here."""
    migrated, fresh = SqliteDatabase(str(tmp_path / "a.db")), SqliteDatabase(str(tmp_path / "b.db"))
    assert pending(migrated)
    migrate(migrated)
    for statement in create_statements(fresh):
        fresh.execute_sql(statement)
    assert tables(migrated) == tables(fresh)
    assert pending(migrated) == [] and migrate(migrated) == []


def test_the_schema_is_kept_for_postgresql_too() -> None:
    """The frozen statements for PostgreSQL together are those of the models; they change only by a further migration."""
    frozen = [file.read_text(encoding="utf-8") for file in sorted(MIGRATIONS.glob("*.postgresql.sql"))]
    statements = [s for text in frozen for s in text.removesuffix(";\n").split(";\n")]
    assert sorted(statements) == sorted(create_statements(PostgresqlDatabase("none")))


@pytest.mark.parametrize("model", all_models(), ids=lambda m: m.__name__)
def test_a_wrong_kind_of_value_is_refused(model: type, database: SqliteDatabase) -> None:
    """Tables are STRICT: words don't get into a column of numbers."""
    sql = tables(database)[model._meta.table_name]
    assert sql.rstrip().endswith("STRICT") and '"community_id" INTEGER NOT NULL' in sql
