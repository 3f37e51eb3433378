"""Jobs of the clock: each slot runs once, however many processes tick; what was missed is caught up once, or skipped on record (F1, I2).

The unique (job, slot) row decides, in the transaction that does the work: no leader is needed for it to be right.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from peewee import fn

from handlers.alerts import raise_alert
from handlers.context import REFUSALS, Context, transaction
from handlers.install import community_of
from handlers.logs import log
from handlers.metrics import count_job
from handlers.words import _
from models.clocks import JobRun

WRONG_BY = timedelta(days=7)  # what is on record as later than this from now was written under a clock that was wrong
MOST_MISSED = 400  # slots of one job that are put on record after a long stop; older ones are not even of use as a record


@dataclass(frozen=True)
class Job:
    """One thing that runs by the clock. `every` counts from midnight UTC; later than `useful_for` a slot is skipped.

    `in_pieces`: each of its pieces stands for itself, so that others have their turn in between; what a crash leaves is the next slot's.
    """

    name: str
    every: timedelta
    run: Callable[[Context], None]
    useful_for: timedelta
    in_pieces: bool = False


def slot_of(job: Job, now: datetime) -> datetime:
    """The start of the slot that `now` lies in."""
    step = int(job.every.total_seconds())
    return datetime.fromtimestamp(int(now.timestamp()) // step * step, UTC)


def run_due(ctx: Context, job: Job) -> bool:
    """Runs the job if its slot has come and nobody has run it; False when there was nothing to do.

    Slots that were missed before it are put on record: this run catches them up. One that fails is on record too, staff are
    alerted, and the next slot comes as usual.
    """
    slot = slot_of(job, ctx.now)
    newest = _newest(ctx, job, slot)
    if newest is not None and newest >= slot:
        return False  # also where the clock was put back: what ran is not run again
    if ctx.now - slot > job.useful_for:
        return _claim(ctx, job, slot, "skipped: too late to be of use")
    began = time.perf_counter()
    try:
        with transaction():
            if not _claim(ctx, job, slot, "done"):
                return False
            _record_missed(ctx, job, newest, slot)
            if not job.in_pieces:
                job.run(ctx)
        if job.in_pieces:
            job.run(ctx)
    except REFUSALS:
        raise
    except Exception as failure:
        log.exception("job.failed", job=job.name)
        return _failed(ctx, job, slot, failure)
    count_job(job.name, "ok", time.perf_counter() - began)
    return True


def _newest(ctx: Context, job: Job, slot: datetime) -> datetime | None:
    """The newest slot on record. A clock that was wrong by days has left slots that are still to come: they are let go, else the
    job would not run before them."""
    mine = JobRun.job == job.name
    newest = JobRun.select(fn.MAX(JobRun.slot)).where(mine)
    found: datetime | None = newest.scalar()
    if found is None or found <= slot:
        return found
    JobRun.delete().where(mine & (JobRun.started_at > ctx.now + WRONG_BY)).execute()
    return newest.scalar()  # type: ignore[no-any-return]


def _claim(ctx: Context, job: Job, slot: datetime, outcome: str) -> bool:
    made = JobRun.insert(community_id=0, job=job.name, slot=slot, started_at=ctx.now, outcome=outcome)
    return bool(list(made.on_conflict_ignore().returning(JobRun.id).execute()))


def _record_missed(ctx: Context, job: Job, newest: datetime | None, slot: datetime) -> None:
    missed = [] if newest is None else [newest + job.every * n for n in range(1, MOST_MISSED)]
    for earlier in missed:
        if earlier >= slot:
            return
        _claim(ctx, job, earlier, f"missed: caught up by {slot.isoformat()}")
        count_job(job.name, "missed")


def _failed(ctx: Context, job: Job, slot: datetime, failure: Exception) -> bool:
    outcome = f"failed: {type(failure).__name__}: {failure}"[:300]
    with transaction():
        claimed = _claim(ctx, job, slot, outcome)
        if job.in_pieces:  # its slot is on record already, by this very run
            claimed = bool(JobRun.update(outcome=outcome).where((JobRun.job == job.name) & (JobRun.slot == slot)).execute())
        here = ctx.in_community(community_of(ctx.settings).id)
        words = _("The job %(name)s failed: %(why)s", name=job.name, why=str(failure)[:120])
        raise_alert(here, "job_failed", words, owner="admin", key=f"{job.name}:{slot.isoformat()}")
    count_job(job.name, "failed")
    return claimed
