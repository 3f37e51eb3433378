"""Databases for tests, of either kind: made once (empty with today's tables; with the sample community) and copied for each test.

On SQLite a copy is a file. On PostgreSQL it is dear, so the copy that a test has left is brought back for the next (tests/pristine.py).
"""

import fcntl
import itertools
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from peewee import Database, PostgresqlDatabase

from handlers.clock import SHANGHAI
from handlers.demo import seed_demo
from handlers.install import load_content
from handlers.settings import load_settings
from models.base import open_database
from models.crypto import use_data_key
from models.schema import migrate
from tests.pristine import Lent
from tests.servers import Postgres, database_name

MORNING = datetime(2026, 11, 24, 9, 0, tzinfo=SHANGHAI)


def fill(url: str, *, sample: bool) -> None:
    """Today's tables and, with `sample`, the sample community at nine in the morning."""
    settings = load_settings(database={"url": url}, demo={"enabled": True})
    use_data_key(settings.security.data_key)
    db = open_database(url)
    migrate(db)
    if sample:
        load_content(settings)
        seed_demo(settings, MORNING)
    close(db)


def close(db: Database) -> None:
    """Ends every connection, so that the database can be copied or dropped."""
    getattr(db, "close_all", db.close)()


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """One process at a time; whoever comes meanwhile waits."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def number_anew(db: Database) -> None:
    """After a transaction was undone: the next row gets the number that it would have had. SQLite does so by itself."""
    if not isinstance(db.obj, PostgresqlDatabase):
        return
    for name in db.get_tables():
        db.execute_sql(f"""SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT coalesce(max(id), 0) + 1 FROM "{name}"), false)""")


def plan_of(db: Database, sql: str, params: object) -> list[str]:
    """How the database would find the rows; on PostgreSQL with small tables, as it would with large ones."""
    if not isinstance(db.obj, PostgresqlDatabase):
        return [str(row[3]) for row in db.execute_sql(f"EXPLAIN QUERY PLAN {sql}", params).fetchall()]
    db.execute_sql("SET enable_seqscan = off")
    return [str(row[0]) for row in db.execute_sql(f"EXPLAIN {sql}", params).fetchall()]


class SqliteStores:
    """Files in a folder; the originals in one that other processes may share."""

    def __init__(self, folder: Path, originals: Path | None = None) -> None:
        self.folder, self.originals, self.count = folder, originals or folder, itertools.count()

    def blank(self) -> str:
        """The address of a database without tables."""
        return f"sqlite:///{self.folder / f'blank{next(self.count)}.db'}"

    def copy(self, kind: str, to: Path) -> str:
        """A copy of `migrated` or `sample`; its address."""
        original = self.originals / f"{kind}.db"
        with alone(self.originals / f"{kind}.lock"):
            if not original.exists():
                new = self.folder / f"{kind}{next(self.count)}.new"  # what failed half-way is not begun upon again
                fill(f"sqlite:///{new}", sample=kind == "sample")
                new.rename(original)
        shutil.copy(original, to / "linli.db")
        return f"sqlite:///{to / 'linli.db'}"

    def forget(self, url: str) -> None:
        """The folder goes with the test."""


class PostgresStores:
    """Databases of one server, which lives as long as the tests."""

    def __init__(self, server: Postgres) -> None:
        self.server, self.count = server, itertools.count()
        self.kinds: dict[str, Lent] = {}
        self.lent: dict[str, Lent] = {}

    def blank(self) -> str:
        """The address of a database without tables."""
        return self.server.create(f"blank{next(self.count)}")

    def copy(self, kind: str, to: Path) -> str:
        """A copy of `migrated` or `sample`; its address."""
        if kind not in self.kinds:
            self.server.drop(kind)
            fill(self.server.create(kind), sample=kind == "sample")
            self.kinds[kind] = Lent(self.server, kind)
        url = self.kinds[kind].lend(f"test{next(self.count)}")
        self.lent[url] = self.kinds[kind]
        return url

    def forget(self, url: str) -> None:
        """The test is over: the next one may have it, brought back."""
        self.lent.pop(url).take_back(database_name(url))


Stores = SqliteStores | PostgresStores
