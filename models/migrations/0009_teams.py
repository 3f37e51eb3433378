"""Teams: a request for each of several people who come together; the statements beside this file, one file for each kind of database."""

from pathlib import Path

from peewee import SqliteDatabase


def up(migrator, db):
    kind = "sqlite" if isinstance(db, SqliteDatabase) else "postgresql"
    text = (Path(__file__).parent / f"0009_teams.{kind}.sql").read_text(encoding="utf-8")
    for statement in text.split(";\n"):
        if statement.strip():
            db.execute_sql(statement)
