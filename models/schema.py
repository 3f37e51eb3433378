"""All tables, and the way from an older database to today's."""

from pathlib import Path

from peewee import Database, DatabaseProxy
from playhouse.migrations import Runner

from models import catalogue, clocks, messages, people, readings, requests, talk, visits, voices, workers
from models.base import Row, Stateful

MIGRATIONS = Path(__file__).parent / "migrations"
HOMES = (people, workers, catalogue, requests, visits, voices, talk, messages, clocks, readings)


def all_models() -> list[type[Row]]:
    """Every table of the product, in the order in which their files name them."""
    found: list[type[Row]] = []
    for home in HOMES:
        for thing in vars(home).values():
            if isinstance(thing, type) and issubclass(thing, Row) and thing not in (Row, Stateful):
                if thing.__module__ == home.__name__ and thing not in found:
                    found.append(thing)
    return found


def _runner(db: Database) -> Runner:
    """The runner on the database itself: migrations ask which kind it is, and a proxy would not tell."""
    real = db.obj if isinstance(db, DatabaseProxy) else db
    return Runner(real, directory=str(MIGRATIONS))


def migrate(db: Database) -> list[str]:
    """Brings the database forward to today's schema; returns the names of the steps that were run."""
    return list(_runner(db).up())


def pending(db: Database) -> list[str]:
    """Names of the migrations that have not been run yet; empty when the schema is today's."""
    return [step.name for step in _runner(db).status() if step.path is not None and not step.applied]
