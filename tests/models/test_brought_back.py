"""What a test leaves in a database of PostgreSQL is not there for the next one, whatever it was (tests/pristine.py)."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from tests.pristine import Altered, Line
from tests.servers import database_name
from tests.stores import PostgresStores

pytestmark = pytest.mark.slow

SHAPE = """SELECT c.relname, c.relkind, a.attname, a.atttypid, a.attnotnull FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0 ORDER BY 1, 3"""
HERE = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
WHICH = "SELECT oid FROM pg_database WHERE datname = current_database()"
NEW = """INSERT INTO person (community_id, called, language, is_worker, reminders_off, created_at)
    VALUES (1, '谁', 'zh_CN', false, false, 0)"""
# What tests do, and leave undone.
MESSES = (
    f"{NEW}; {NEW}; DELETE FROM person WHERE id = 3; UPDATE person SET called = 'x' WHERE id > 40",
    "UPDATE visit SET state = 'x'; DELETE FROM visit; UPDATE worker SET called = called; DELETE FROM alert WHERE id = 1",
    "INSERT INTO note VALUES (7, 1, 'visit', 1, 1, 'x', 0); DELETE FROM heard; UPDATE agreement SET text = text || text",
    "SELECT setval('person_id_seq', 9, false); SELECT nextval('visit_id_seq'); SELECT setval('note_id_seq', 1, true)",
    f"BEGIN; {NEW}; DELETE FROM visit; SELECT pg_advisory_lock(1); LISTEN x",
    f"SELECT pg_advisory_lock(2); {NEW}; BEGIN; LOCK TABLE person; CREATE TABLE undone (id int)",
    f"BEGIN; {NEW}; UPDATE person SET called = 'x'; ROLLBACK; BEGIN; DROP TABLE note; ROLLBACK; SET search_path = pristine",
)
# More than rows.
ALTERATIONS = (
    "CREATE TABLE more (id int)", "DROP TABLE worker_area; CREATE TABLE worker_area (id serial)", "ALTER TABLE person ADD more int",
    "ALTER TABLE person ALTER called DROP NOT NULL", "DROP INDEX visit_community_id_starts_at", "CREATE INDEX more ON person (called)",
    "TRUNCATE person", "ALTER SEQUENCE person_id_seq INCREMENT 2", "CREATE FUNCTION more() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE RULE more AS ON DELETE TO person DO INSTEAD NOTHING", "SELECT lo_create(0)", "ANALYZE person",
    "CREATE TEMPORARY TABLE mine AS TABLE person", "ALTER DATABASE {name} SET work_mem = '1MB'",
)  # fmt: skip


def everything(line: Line) -> dict[str, Any]:
    """All that can be read: every table's rows as they lie, every sequence's number, every column; who else is here, with which locks."""
    shape = line.ask(SHAPE)
    kinds = {name: kind for name, kind, *_column in shape}
    rows = {name: line.ask(f'SELECT * FROM "{name}"') for name, kind in kinds.items() if kind == "r"}
    numbers = {name: line.ask(f'SELECT last_value, is_called FROM "{name}"') for name, kind in kinds.items() if kind == "S"}
    return {**rows, **numbers, "": shape, "others": line.ask(HERE), "locks": line.ask("SELECT 1 FROM pg_locks WHERE locktype = 'advisory'")}


@pytest.fixture
def stores(postgres_stores: PostgresStores, tmp_path: Path) -> Iterator[PostgresStores]:
    """Without what other tests have left: the first copy is a new one."""
    postgres_stores.forget(postgres_stores.copy("sample", tmp_path))
    left = postgres_stores.kinds["sample"].left
    aside = left.copy()
    left.clear()
    yield postgres_stores
    left.extend(aside)


def seen(url: str) -> tuple[Any, dict[str, Any]]:
    """Which database it is, and what is in it."""
    with closing(Line(url)) as line:
        return line.ask(WHICH), everything(line)


def left_by(url: str, mess: str, stores: PostgresStores, folder: Path) -> str:
    """A test makes a mess and is over, still connected; the address that the next test is given."""
    busy = Line(url)
    for statement in mess.split("; "):
        busy.ask(statement)
    stores.forget(url)
    again = stores.copy("sample", folder)
    for come_back in (lambda: busy.ask("SELECT 1"), lambda: Line(url)):
        with pytest.raises(psycopg2.Error):
            come_back()
    return again


def test_rows_are_as_they_were(stores: PostgresStores, tmp_path: Path) -> None:
    """The same database: rows in their order, numbers that go on from where they did, nobody in the middle of anything."""
    url = stores.copy("sample", tmp_path)
    new = seen(url)
    for mess in MESSES:
        url = left_by(url, mess, stores, tmp_path)
        assert seen(url) == new, mess
    stores.forget(url)


def test_what_was_altered_is_dropped(stores: PostgresStores, tmp_path: Path) -> None:
    """Whatever else than rows is changed is noticed; the next test has another database, as new."""
    url = stores.copy("sample", tmp_path)
    which, new = seen(url)
    pristine = stores.kinds["sample"].pristine
    with closing(Line(url)) as line:
        for alteration in ALTERATIONS:
            line.ask(f"BEGIN; {alteration.format(name=database_name(url))}")
            with pytest.raises(Altered):
                pristine.bring_back(line, pristine.marks)
            line.ask("ROLLBACK")
    url = left_by(url, "DROP TABLE note; CREATE TABLE note (id serial)", stores, tmp_path)
    again, found = seen(url)
    assert found == new and again != which
    stores.forget(url)
