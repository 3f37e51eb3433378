"""Which of several jobs processes looks often; the others stand by and look now and then.

Only a hint that saves work: what must happen once is decided by rows and leases, whoever looks. The hint lies in Redis or, on
PostgreSQL without Redis, in a row; on SQLite, and while the hint can't be had, everybody leads. A leader that ends gives the lead
up; one that dies is followed at once by a process of the same machine, which sees that it is gone, and by one of another machine
after LASTS at the latest. Meanwhile the others' own looks do its work.
"""

import contextlib
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from peewee import PeeweeException

from handlers.context import let_go, transaction
from handlers.holders import has_ended
from handlers.lease_clock import WALL
from handlers.redis_line import redis_fails, redis_line
from models.base import others_may_act
from models.clocks import JobRun

KEY, JOB = "linli:lead", "lead"
LASTS = timedelta(seconds=10)
STANDBY_S = 3.0  # how often one that stands by looks
TIMEOUT_S = 1.0
FIRST = datetime(1970, 1, 1, tzinfo=UTC)  # the slot of the one row that is the lease
THE_ROW = (JobRun.job == JOB) & (JobRun.slot == FIRST)


class Lead:
    """One process's part in it; `me` is a name that no other process has."""

    def __init__(self, redis_url: str, me: str, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.me, self.monotonic, self.leads = me, monotonic, True
        self.looked: dict[str, float] = {}
        self.line = redis_line(redis_url, TIMEOUT_S, decode_responses=True) if redis_url else None

    def renew(self) -> None:
        """Takes the lead or keeps it, if nobody else has it."""
        try:
            self.leads = self._by_redis(self.line) if self.line is not None else self._by_row()
        except (*redis_fails(), PeeweeException):
            self.leads = True

    def give_up(self) -> None:
        """This process ends: the next one need not wait."""
        if not self.leads:
            return
        with contextlib.suppress(*redis_fails(), PeeweeException):
            if self.line is not None and self.line.get(KEY) == self.me:
                self.line.delete(KEY)
            elif self.line is None:
                self._give_up_row()

    def may_look(self, name: str) -> bool:
        """Whether the loop of this name looks at this tick."""
        now = self.monotonic()
        if not self.leads and now - self.looked.get(name, -STANDBY_S) < STANDBY_S:
            return False
        self.looked[name] = now
        return True

    def _by_redis(self, line: Any) -> bool:
        if line.set(KEY, self.me, nx=True, ex=LASTS):
            return True
        leader = line.get(KEY)
        if leader is not None and leader != self.me and has_ended(leader):
            return bool(line.set(KEY, self.me, ex=LASTS))
        return bool(leader == self.me and line.expire(KEY, LASTS))

    def _by_row(self) -> bool:
        try:
            with transaction():
                return self._take_row() if others_may_act() else True
        finally:
            let_go()

    def _take_row(self) -> bool:
        fields = {"outcome": self.me, "started_at": WALL.now() + LASTS}
        leader = JobRun.select(JobRun.outcome).where(THE_ROW).scalar()
        ended = (JobRun.outcome == leader) if leader is not None and has_ended(leader) else (JobRun.started_at < WALL.now())
        if JobRun.update(**fields).where(THE_ROW & ((JobRun.outcome == self.me) | ended)).execute():
            return True
        return bool(list(JobRun.insert(community_id=0, job=JOB, slot=FIRST, **fields).on_conflict_ignore().returning(JobRun.id).execute()))

    def _give_up_row(self) -> None:
        try:
            with transaction():
                JobRun.update(started_at=FIRST).where(THE_ROW & (JobRun.outcome == self.me)).execute()
        finally:
            let_go()
