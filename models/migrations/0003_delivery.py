"""The way out: gates of the platform's calls, early receipts, closed ways, what is unsure, consents told twice."""

from pathlib import Path

from peewee import SqliteDatabase


def up(migrator, db):
    kind = "sqlite" if isinstance(db, SqliteDatabase) else "postgresql"
    text = (Path(__file__).parent / f"0003_delivery.{kind}.sql").read_text(encoding="utf-8")
    for statement in text.split(";\n"):
        if statement.strip():
            db.execute_sql(statement)
