"""Watches the machine's own clock: a jump of it must not send a hundred reminders at once, nor none (F1, I2).

The time of day is compared with a clock that nobody can set. If the two part by more than jobs.jump_min, what runs by the clock is
held on this machine, and staff are alerted, until they agree again, or jobs.hold_hours have passed (then the new time is
believed). Moving the imitated platform's clock on, as visitors of the demo do, is no jump of the machine's.
"""

import time
from collections.abc import Callable
from datetime import timedelta

from handlers.alerts import raise_alert
from handlers.clock import SystemClock
from handlers.context import Context, transaction
from handlers.install import community_of
from handlers.logs import log
from handlers.metrics import set_up
from handlers.settings import Settings
from handlers.words import _


def _since_boot() -> float:
    """Seconds since the machine started, sleep included: nobody can set it."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def _time_of_day() -> float:
    """The machine's own time, whatever the imitated platform's clock says."""
    return SystemClock().now().timestamp()


class ClockWatch:
    """One process's watch over the machine's clock."""

    def __init__(
        self, settings: Settings, wall: Callable[[], float] = _time_of_day, steady: Callable[[], float] = _since_boot
    ) -> None:
        self.jump_s = settings.jobs.jump_min * 60
        self.hold_s = settings.jobs.hold_hours * 3600
        self.wall, self.steady = wall, steady
        self.apart = wall() - steady()
        self.since: float | None = None
        self.told = False  # that it is held; a database that refuses is told at the next look

    def held(self, ctx: Context) -> bool:
        """Whether the clock has jumped, so that what runs by it must wait."""
        jump = self.wall() - self.steady() - self.apart
        if abs(jump) <= self.jump_s:
            self.apart += jump  # the small corrections of every day
            self._settled()
            return False
        if self.since is None:
            self.since = self.steady()
        if not self.told:
            self._tell(ctx, jump)
            self.told = True
        if self.steady() - self.since > self.hold_s:
            self.apart += jump
            self._settled()
            return False
        return True

    def _settled(self) -> None:
        if self.since is not None:
            log.warning("clock.settled")
            set_up("clock", True)
        self.since, self.told = None, False

    def _tell(self, ctx: Context, jump: float) -> None:
        set_up("clock", False)
        with transaction():
            here = ctx.in_community(community_of(ctx.settings).id)
            words = _(
                "This machine's clock has jumped by %(jump)s. Reminders are held. Please set it right.",
                jump=str(timedelta(seconds=round(abs(jump)))),
            )
            raise_alert(here, "clock_jumped", words, owner="admin", key=str(round(self.since or 0)))
        log.error("clock.jumped", seconds=round(jump))
