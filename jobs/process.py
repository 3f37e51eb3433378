"""The jobs process: APScheduler is only the ticker; which piece of work is due is decided by rows (RELIABILITY 3)."""

import logging
import signal
import threading
from collections.abc import Callable

from apscheduler.schedulers.background import BackgroundScheduler

from handlers.alive import EVERY_S
from handlers.bell import listen
from handlers.clock import Clock, SystemClock
from handlers.health import measure_redis
from handlers.holders import own_name
from handlers.inbox import Work
from handlers.leading import STANDBY_S, Lead
from handlers.metrics import before_render, expect_jobs
from handlers.platform import Platform
from handlers.settings import Settings
from jobs.loops import Later, Loops
from jobs.schedule import SCHEDULE
from jobs.shown import open_window

# What ticks, how often, and how many rounds may run beside each other: a slow service must not keep everybody waiting.
TICKS = (
    ("leases", 2.0, 1), ("outbox", 0.3, 1), ("deadlines", 0.5, 1), ("inbox", 0.5, 1), ("readings", 0.5, 4), ("plans", 0.5, 1),
    ("unions", 2.0, 1), ("ways", 2.0, 1), ("jobs", 5.0, 1), ("alive", EVERY_S, 1),
)  # fmt: skip


def run_jobs(settings: Settings, clock: Clock, platform: Platform, work: Work, later: Later | None = None) -> None:
    """Ticks until SIGTERM, SIGINT or SIGHUP; the piece that each loop has in hand is finished first, and no other begun."""
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        if signal.getsignal(name) is not signal.SIG_IGN:  # started with nohup
            signal.signal(name, lambda *_args: stop.set())
    lead, loops = Lead(settings.redis.url, own_name()), Loops(settings, clock, platform, work, later)
    loops.leases()  # what the one before this one had in hand, if it died
    expect_jobs(job.name for job in SCHEDULE)
    scheduler = start_ticking(loops, lead)
    before_render("redis", lambda: measure_redis(settings))
    open_window(settings.web.host, settings.jobs.port, loops.ticks)
    listen(lambda name: wake(scheduler, name) if lead.leads else None)
    stop.wait()
    loops.stop()
    scheduler.shutdown(wait=True)
    loops.gone()
    lead.give_up()


def wake(scheduler: BackgroundScheduler, name: str) -> None:
    """Somebody rang: this loop's next tick is now."""
    if name in {tick for tick, *_ in TICKS}:
        scheduler.modify_job(name, next_run_time=SystemClock().now())


def start_ticking(loops: Loops, lead: Lead) -> BackgroundScheduler:
    """Starts the ticker; no more rounds of a kind run at once than its row says. Who does not lead passes over most ticks."""
    scheduler = BackgroundScheduler(timezone="Asia/Shanghai")
    every = {"coalesce": True, "misfire_grace_time": None, "next_run_time": SystemClock().now()}
    for name, seconds, at_once in TICKS:
        look = if_leading(lead, name, getattr(loops, name))
        scheduler.add_job(look, "interval", seconds=seconds, id=name, max_instances=at_once, **every)
    scheduler.add_job(lead.renew, "interval", seconds=STANDBY_S, id="lead", **every)
    scheduler.start()
    return scheduler


def if_leading(lead: Lead, name: str, look: Callable[[], int]) -> Callable[[], None]:
    """A loop's tick."""

    def tick() -> None:
        if lead.may_look(name):
            look()

    return tick
