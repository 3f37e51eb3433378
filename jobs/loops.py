"""The loops of the jobs process: each takes one piece of work at a time until there is none.

A piece that fails is logged and put off by its own row; it never stops the loop.
"""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from handlers.alive import SILENT, say_alive, say_gone
from handlers.backlog import work_one
from handlers.clock import Clock
from handlers.clockwatch import ClockWatch
from handlers.context import REFUSALS, Context, let_go, system_actor
from handlers.deadlines import run_one_due
from handlers.holders import free_the_dead, own_name
from handlers.housekeeping import log_failure
from handlers.inbox import Work
from handlers.joining import learn_one
from handlers.plan_solving import Planner, work_plan
from handlers.platform import Platform
from handlers.readings import GoOn, Outside, work_reading
from handlers.sending import Sender
from handlers.settings import Settings
from handlers.spool import Spool
from handlers.travel import learn_way
from jobs.plan_day import plan_apart
from jobs.schedule import run_due_jobs

AT_ONCE = 500  # pieces a round, so that no loop keeps the others waiting for ever


def system_context(settings: Settings, clock: Clock) -> Context:
    """The clock itself acts, for whichever community the row belongs to."""
    return Context(system_actor(0), clock.now(), settings)


def drain(what: str, one: Callable[[], bool], enough: Callable[[], bool] = lambda: False) -> int:
    """Does pieces until there is none, or it is `enough`; says how many. A database that refuses ends the round."""
    done = 0
    try:
        while done < AT_ONCE and not enough() and one():
            done += 1
    except REFUSALS as refusal:
        log_failure(what, refusal)
    finally:
        let_go()
    return done


@dataclass(frozen=True)
class Later:
    """What takes longer than an answer may: the services that are called for it, and how the talk goes on then."""

    outside: Outside
    go_on: GoOn


class Loops:
    """What the process ticks; without `later` voices and thoughts are left to another process."""

    def __init__(
        self, settings: Settings, clock: Clock, platform: Platform, work: Work, later: Later | None = None,
        planner: Planner = plan_apart,
    ) -> None:  # fmt: skip
        self.settings, self.clock, self.work, self.later, self.planner = settings, clock, work, later, planner
        self.platform, self.ticked = platform, time.monotonic()
        self.watch, self.spool = ClockWatch(settings), Spool(settings.inbox.spool_dir)
        self.stopping = threading.Event()
        self.sender = Sender(self._sending, platform, settings.messages.sender_threads, settings.messages.sends_at_risk)

    def context(self) -> Context:
        """A fresh moment."""
        return system_context(self.settings, self.clock)

    def stop(self) -> None:
        """The process is to end: each loop finishes the piece in hand and begins no other, however many wait."""
        self.stopping.set()
        self.sender.stop()

    def _drain(self, what: str, one: Callable[[], bool]) -> int:
        return drain(what, one, self.stopping.is_set)

    def outbox(self) -> int:
        """Sends what is due."""
        return self.sender.round()

    def _sending(self) -> Context:
        """A fresh moment; while the clock is not to be trusted only what is urgent leaves."""
        return replace(self.context(), clock_held=self._held())

    def leases(self) -> int:
        """Lets go of what processes hold that have died on this machine."""
        try:
            return free_the_dead()
        except REFUSALS as refusal:
            log_failure("leases", refusal)
            return 0
        finally:
            let_go()

    def inbox(self) -> int:
        """Works the pushes that were stored for later, first those that lie in the spool, and answers them as messages."""
        self.spool.drain()
        return self._drain("inbox", lambda: work_one(self.context(), self.work))

    def deadlines(self) -> int:
        """Does what has fallen due."""
        return 0 if self._held() else self._drain("deadlines", self._one_deadline)

    def _held(self) -> bool:
        try:
            return self.watch.held(self.context())
        except REFUSALS as refusal:
            log_failure("clock", refusal)
            return True

    def _one_deadline(self) -> bool:
        try:
            return run_one_due(self.context())
        except REFUSALS:
            raise
        except Exception as failure:  # it was put off, and the others go on
            log_failure("deadline", failure)
            return True

    def readings(self) -> int:
        """Listens to voices, and thinks about what was not understood; each piece may take its seconds."""
        later = self.later
        if later is None:
            return 0
        return self._drain("readings", lambda: work_reading(self.context(), later.outside, later.go_on))

    def plans(self) -> int:
        """Plans the days that coordinators wait for."""
        return self._drain("plans", lambda: work_plan(self.context(), self.planner))

    def jobs(self) -> int:
        """Runs the table of jobs."""
        if self._held():
            return 0
        try:
            return run_due_jobs(self.context())
        except REFUSALS as refusal:
            log_failure("jobs", refusal)
            return 0
        finally:
            let_go()

    def alive(self) -> int:
        """Says that this process runs, for whoever watches us."""
        self.ticked = time.monotonic()
        try:
            say_alive(own_name())
        except REFUSALS as refusal:
            log_failure("alive", refusal)
        return 0

    def gone(self) -> None:
        """This process ends: whoever watches us need not wait to know it."""
        with suppress(*REFUSALS):
            say_gone(own_name())

    def ticks(self) -> bool:
        """Whether the ticker has come round lately, whatever the database says."""
        return time.monotonic() - self.ticked < SILENT.total_seconds()

    def ways(self) -> int:
        """Asks the routing service for the ways that are wanted, where there is one."""
        roads = self.later.outside.roads if self.later is not None else None
        return self._drain("ways", lambda: learn_way(self.context(), roads)) if roads is not None else 0

    def unions(self) -> int:
        """Learns who of the followers is known to the mini-program, too."""
        try:
            return self._drain("unions", lambda: learn_one(self.context(), self.platform))
        except Exception as failure:  # the platform is asked again at the next tick
            log_failure("unions", failure)
            return 0

    def all_once(self) -> int:
        """One round of everything, for tests and for the demo's moved clock."""
        return self.deadlines() + self.inbox() + self.readings() + self.plans() + self.ways() + self.unions() + self.outbox() + self.jobs()
