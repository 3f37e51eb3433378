"""The time that leases run on (RELIABILITY F12, F13): the same for all who may take a row, whatever the clock of one machine says.

On PostgreSQL it is the database's own, asked for now and then and carried on by a clock that nobody can set: a machine whose time is
wrong neither takes from the others what they hold, nor holds anything for too long. SQLite has one machine, and its clock.
"""

import time
from datetime import UTC, datetime
from typing import Any

from handlers.clock import SystemClock
from models.base import database
from models.connection import is_postgres

EVERY_S = 60.0
NOW = "SELECT extract(epoch FROM clock_timestamp())::float8"


class LeaseClock:
    """Tells the time, aware and in UTC. A moved demo clock does not move it: what is being worked must not be let go of."""

    def __init__(self) -> None:
        self.asked: Any = None  # which database, when, and how far it is from the steady clock
        self.asked_at, self.apart = 0.0, 0.0

    def now(self) -> datetime:
        """The moment, aware, UTC."""
        if not is_postgres():
            return SystemClock().now()
        if self.asked is not database.obj or _steady() - self.asked_at > EVERY_S:
            told = database.obj.execute_sql(NOW).fetchone()[0]
            self.apart, self.asked_at, self.asked = told - _steady(), _steady(), database.obj
        return datetime.fromtimestamp(_steady() + self.apart, UTC)


def _steady() -> float:
    """Seconds since the machine was started, sleep included."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


WALL = LeaseClock()  # one for all of a process
