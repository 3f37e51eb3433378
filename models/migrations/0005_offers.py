"""Areas to be found by, what a resident agreed to when nobody took it, carers called to somebody in danger."""

import json
from pathlib import Path

from peewee import SqliteDatabase


def plain(name):
    """As models/workers.py did it on that day."""
    return str(name).removesuffix("社区").removesuffix("小区")


def up(migrator, db):
    kind = "sqlite" if isinstance(db, SqliteDatabase) else "postgresql"
    text = (Path(__file__).parent / f"0005_offers.{kind}.sql").read_text(encoding="utf-8")
    for statement in text.split(";\n"):
        if statement.strip():
            db.execute_sql(statement)
    mark = db.param
    for here, worker, areas in db.execute_sql("SELECT community_id, id, areas FROM worker").fetchall():
        for area in sorted({plain(name) for name in json.loads(areas)}) or [""]:
            values = (here, area, worker)
            db.execute_sql(f"INSERT INTO worker_area (community_id, area, worker_id) VALUES ({mark}, {mark}, {mark})", values)
