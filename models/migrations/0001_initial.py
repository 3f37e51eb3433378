"""The first schema."""

from models.schema import create_tables


def up(migrator, db):
    create_tables(db)
