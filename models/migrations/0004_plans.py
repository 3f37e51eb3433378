"""The plan of a day at the desk, and what is asked because of it."""

from pathlib import Path

from peewee import SqliteDatabase


def up(migrator, db):
    kind = "sqlite" if isinstance(db, SqliteDatabase) else "postgresql"
    text = (Path(__file__).parent / f"0004_plans.{kind}.sql").read_text(encoding="utf-8")
    for statement in text.split(";\n"):
        if statement.strip():
            db.execute_sql(statement)
