"""Everything that runs by the clock, as one table: name, how often, what, and for how long after its time it is of use.

A slot of a job runs once, however many processes tick: the unique (job, slot) row decides. A slot that was missed while
nothing ran is caught up once, if it is still of use, else skipped with a record.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from handlers.context import Context
from handlers.housekeeping import clear_old_rows, run_job_once


@dataclass(frozen=True)
class Job:
    """One row of the table. `every` counts from midnight UTC."""

    name: str
    every: timedelta
    run: Callable[[Context], None]
    useful_for: timedelta


SCHEDULE = (Job("clear_old_rows", timedelta(hours=6), clear_old_rows, timedelta(hours=6)),)


def slot_of(job: Job, now: datetime) -> datetime:
    """The start of the slot that `now` lies in."""
    step = int(job.every.total_seconds())
    return datetime.fromtimestamp(int(now.timestamp()) // step * step, UTC)


def run_due_jobs(ctx: Context) -> int:
    """Runs every job whose slot has come and that nobody has run yet; says how many ran."""
    return sum(run_job_once(ctx, job.name, slot_of(job, ctx.now), job.run) for job in SCHEDULE)
