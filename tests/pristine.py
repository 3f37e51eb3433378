"""A PostgreSQL database for each test without making one for each: what another test has left is brought back as it was.

To copy a database costs the server some three hundred files; to bring one back costs only what a test has touched. How it was is kept
beside it, in a schema of its own. What has been touched is found without reading it: every change leaves a younger row, or fewer
rows. The tables are written anew, the sequences set, all under a new name, so that nobody who still knows the old one comes back. A
database whose tables, columns, indexes, functions or anything else of its catalogue were changed is not mended but dropped.
"""

import time
from contextlib import closing
from typing import Any

import psycopg2
from psycopg2 import sql

from tests.servers import Postgres

# What the server notes of itself there follows from other catalogues.
UNREAD = ("pg_depend", "pg_description")
TABLES = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname"
CATALOGUES = """SELECT relname FROM pg_class WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind = 'r' AND NOT relisshared
    AND NOT relname = ANY(%s) ORDER BY relname"""
SEQUENCES = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'S' ORDER BY relname"
LEAVE = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
Marks = dict[tuple[str, str], tuple[int, int]]


class Altered(Exception):
    """More was changed than rows."""


class Line:
    """One connection, where each word counts at once."""

    def __init__(self, url: str) -> None:
        self.connection = psycopg2.connect(url)
        self.connection.autocommit = True

    def ask(self, words: str | sql.Composable, values: Any = None) -> list[tuple[Any, ...]]:
        """The rows of the answer; none where there is no answer."""
        with self.connection.cursor() as cursor:
            cursor.execute(words, values)
            return cursor.fetchall() if cursor.description else []

    def close(self) -> None:
        """Ends it."""
        self.connection.close()


class Pristine:
    """How the databases of one kind were when they were made. Stands in the original, and so in every copy of it."""

    def __init__(self, line: Line) -> None:
        """Learns it from the original, which nobody changes from now on."""
        tables, self.sequences = ([name for (name,) in line.ask(words)] for words in (TABLES, SEQUENCES))
        self.filled = [name for name in tables if line.ask(_about("SELECT 1 FROM {} LIMIT 1", name))]
        line.ask("CREATE SCHEMA pristine")
        line.ask(_each("CREATE TABLE pristine.{0} AS TABLE public.{0}", self.filled))
        self.numbers = [value for name in self.sequences for value in line.ask(_about("SELECT last_value, is_called FROM {0}", name))[0]]
        catalogues = [name for (name,) in line.ask(CATALOGUES, (list(UNREAD),))]
        everything = [*(("public", name) for name in tables), *(("pg_catalog", name) for name in catalogues)]
        self.look = sql.SQL(" UNION ALL ").join(_marked(*names) for names in everything)
        self.marks = self.marks_of(line)

    def marks_of(self, line: Line) -> Marks:
        """How many rows each table and each catalogue has, and the transaction that wrote the youngest of them."""
        found: Marks = {(schema, name): (rows, youngest) for schema, name, rows, youngest in line.ask(self.look)}
        own = "SELECT count(*) FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase AND datname = current_database()"
        found["shared", "settings of this database"] = (line.ask(own)[0][0], 0)
        return found

    def bring_back(self, line: Line, marks: Marks) -> Marks:
        """Makes a database so again that had these marks when it was so; gives its new marks. Altered: it can't be brought back."""
        now = self.marks_of(line)
        touched = [(schema, name) for schema, name in now if now[schema, name] != marks[schema, name]]
        if any(schema != "public" for schema, _name in touched):
            raise Altered(touched)
        tables = [name for _schema, name in touched]
        if tables:
            line.ask("SET session_replication_role = replica")  # no trigger adds to it
            line.ask(_each("DELETE FROM public.{0}", tables))
            # The space is given back, so that new rows lie in the order in which they come, as in a new copy.
            line.ask(sql.SQL("VACUUM {}").format(sql.SQL(", ").join(sql.Identifier("public", name) for name in tables)))
            if filled := [name for name in tables if name in self.filled]:
                line.ask(_each("INSERT INTO public.{0} TABLE pristine.{0}", filled))
        line.ask(_each("SELECT setval('{0}', %s, %s)", self.sequences), self.numbers)
        return self.marks_of(line) if tables else marks


def _about(words: str, name: str) -> sql.Composable:
    return sql.SQL(words).format(sql.Identifier(name))


def _each(words: str, names: list[str]) -> sql.Composable:
    return sql.SQL("; ").join(_about(words, name) for name in names)


def _marked(schema: str, name: str) -> sql.Composable:
    words = "SELECT {}, {}, count(*), coalesce(max(xmin::text::bigint), 0) FROM {}"
    return sql.SQL(words).format(sql.Literal(schema), sql.Literal(name), sql.Identifier(schema, name))


class Lent:
    """The databases of one kind: the original, those that tests have, and those that tests have left."""

    def __init__(self, server: Postgres, original: str) -> None:
        """`original`: a filled database that nobody is connected to."""
        self.server, self.original = server, original
        self.marks: dict[str, Marks] = {}
        self.left: list[str] = []
        self.desk = Line(server.url("postgres"))
        with closing(Line(server.url(original))) as line:
            self.pristine = Pristine(line)

    def lend(self, name: str) -> str:
        """A database of this name, as the original; its address."""
        while self.left:
            left = self.left.pop()
            marks = self.marks.pop(left)
            try:
                self.marks[name] = self._brought_back(left, name, marks)
                return self.server.url(name)
            except (Altered, psycopg2.Error):
                self.server.drop(left)
                self.server.drop(name)
        self.marks[name] = self.pristine.marks
        return self.server.create(name, self.original)

    def take_back(self, name: str) -> None:
        """Its test is over."""
        self.left.append(name)

    def _brought_back(self, left: str, name: str, marks: Marks) -> Marks:
        self._empty(left)
        self.desk.ask(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(left), sql.Identifier(name)))
        with closing(Line(self.server.url(name))) as line:
            return self.pristine.bring_back(line, marks)

    def _empty(self, name: str) -> None:
        """Everybody has left it; what they had open is undone."""
        until = time.monotonic() + 5
        while self.desk.ask(LEAVE, (name,)) and time.monotonic() < until:
            time.sleep(0.001)
