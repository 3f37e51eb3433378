"""A safe copy of the whole database, and the way back: SQLite page by page, PostgreSQL table by table in one archive.

Both are taken while everything runs, at one moment, and need no program but ourselves.
"""

import json
import os
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path
from typing import IO, Any

import psycopg2
from cryptography.exceptions import InvalidTag
from peewee import Database
from psycopg2 import sql

from models.connection import Postgres
from models.schema import all_models, applied, migrate

HEAD = "copy.json"


class CopyDamaged(Exception):
    """The file is no whole copy of a database of this kind."""


def write_copy(real: Database, file: Path) -> None:
    """Writes the copy into a file that is there and empty, looks at it again, and waits until the disk has it."""
    _write_archive(real, file) if isinstance(real, Postgres) else _write_file(real, file)
    with file.open("rb") as written:
        os.fsync(written.fileno())


def key_fits() -> bool:
    """Whether the process's data key opens what is stored; one sealed value tells."""
    for model in all_models():
        for field in model._meta.sorted_fields:
            if getattr(field, "sealed", False):
                try:
                    if model.select(field).where(field.is_null(False)).first() is not None:
                        return True
                except InvalidTag:
                    return False
    return True


def _write_file(real: Database, file: Path) -> None:
    with closing(sqlite3.connect(str(real.database))) as source, closing(sqlite3.connect(str(file))) as copy:
        source.backup(copy)
        verdict = copy.execute("PRAGMA integrity_check").fetchone()[0]
    if verdict != "ok":
        raise CopyDamaged(str(verdict))


def read_copy(real: Database, file: Path) -> None:
    """Puts a copy in the place of what is there, and brings it forward to today's schema."""
    if isinstance(real, Postgres):
        _read_archive(real, file)
    else:
        _read_file(real, file)
    migrate(real)


def _read_file(real: Database, file: Path) -> None:
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as source:
            verdict = source.execute("PRAGMA integrity_check").fetchone()[0]
            if verdict != "ok":
                raise CopyDamaged(str(verdict))
            real.close()
            with closing(sqlite3.connect(str(real.database))) as target:
                source.backup(target)
    except sqlite3.DatabaseError as damaged:
        raise CopyDamaged(str(damaged)) from damaged


def _write_archive(real: Postgres, file: Path) -> None:
    with closing(psycopg2.connect(real.database)) as line, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        line.set_session(isolation_level="REPEATABLE READ", readonly=True)
        cursor = line.cursor()
        tables = _tables(cursor)
        for name, columns in tables.items():
            with archive.open(f"{name}.csv", "w", force_zip64=True) as part:
                cursor.copy_expert(_copy(name, columns, "TO STDOUT"), part)
        archive.writestr(HEAD, json.dumps({"steps": applied(real), "tables": tables}))
    if zipfile.ZipFile(file).testzip() is not None:
        raise CopyDamaged("a part does not fit its checksum")


def _tables(cursor: Any) -> dict[str, list[str]]:
    """Each table with its columns."""
    cursor.execute(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema() "
        "AND table_name NOT LIKE 'schema_migration%' ORDER BY table_name, ordinal_position"
    )
    found: dict[str, list[str]] = {}
    for table, column in cursor.fetchall():
        found.setdefault(table, []).append(column)
    return found


def _copy(name: str, columns: list[str], way: str) -> Any:
    listed = sql.SQL(", ").join(sql.Identifier(column) for column in columns)
    return sql.SQL("COPY {} ({}) {} (FORMAT csv)").format(sql.Identifier(name), listed, sql.SQL(way))


def _read_archive(real: Postgres, file: Path) -> None:
    try:
        with zipfile.ZipFile(file) as archive:
            head = json.loads(archive.read(HEAD))
            migrate(real, head["steps"][-1])
            with closing(psycopg2.connect(real.database)) as line:
                _fill(line, archive, head["tables"])
                line.commit()
    except (zipfile.BadZipFile, KeyError, ValueError) as damaged:
        raise CopyDamaged(str(damaged)) from damaged


def _fill(line: Any, archive: zipfile.ZipFile, tables: dict[str, list[str]]) -> None:
    cursor = line.cursor()
    for name in _tables(cursor):
        cursor.execute(sql.SQL("TRUNCATE {}").format(sql.Identifier(name)))
    for name, columns in tables.items():
        with archive.open(f"{name}.csv") as part:
            _take(cursor, name, columns, part)


def _take(cursor: Any, name: str, columns: list[str], part: IO[bytes]) -> None:
    cursor.copy_expert(_copy(name, columns, "FROM STDIN"), part)
    if "id" in columns:
        cursor.execute(
            sql.SQL("SELECT setval(pg_get_serial_sequence({}, 'id'), (SELECT coalesce(max(id), 0) + 1 FROM {}), false)").format(
                sql.Literal(f'"{name}"'), sql.Identifier(name)
            )
        )
