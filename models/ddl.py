"""The statements that make every table as today's models say, for either kind of database.

A migration keeps a frozen copy of them; a test holds the newest schema that the migrations reach to what stands here.
"""

from peewee import Database, SqliteDatabase

from models.schema import all_models


def create_statements(db: Database) -> list[str]:
    """CREATE TABLE and CREATE INDEX for all tables; STRICT on SQLite, so that a wrong kind of value is refused."""
    strict = isinstance(db, SqliteDatabase)
    found: list[str] = []
    for model in all_models():
        model._meta.strict_tables = strict
        with model.bind_ctx(db, bind_refs=False, bind_backrefs=False):
            contexts = [model._schema._create_table(safe=False), *model._schema._create_indexes(safe=False)]
            found += [context.query()[0] for context in contexts]
    return found
