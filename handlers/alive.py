"""Whether a jobs process runs: each says so every few seconds in one row, and whoever watches us reads it (K4, Q1).

Without one nothing falls due and nothing leaves, and the outbox looks as quiet as in a good night: nothing else would tell.
"""

from datetime import timedelta

from handlers.context import let_go, transaction
from handlers.holders import has_ended
from handlers.leading import FIRST
from handlers.lease_clock import WALL
from models.clocks import JobRun

JOB = "alive"
EVERY_S = 15.0
SILENT = timedelta(seconds=60)  # four times in vain: it is away
THE_ROW = (JobRun.job == JOB) & (JobRun.slot == FIRST)


def say_alive(name: str) -> None:
    """The jobs process of this name runs."""
    fields = {"started_at": WALL.now(), "outcome": name}
    try:
        with transaction():
            if not JobRun.update(**fields).where(THE_ROW).execute():
                JobRun.insert(community_id=0, job=JOB, slot=FIRST, **fields).on_conflict_ignore().execute()
    finally:
        let_go()


def say_gone(name: str) -> None:
    """The jobs process of this name ends of its own accord; another one says at its next turn that it is there."""
    try:
        with transaction():
            JobRun.delete().where(THE_ROW & (JobRun.outcome == name)).execute()
    finally:
        let_go()


def jobs_run() -> bool:
    """Whether a jobs process surely works on this database: one was heard of lately, and has not died on this machine since."""
    row = JobRun.get_or_none(THE_ROW)
    return row is not None and WALL.now() - row.started_at < SILENT and not has_ended(row.outcome)


def silent_for() -> timedelta | None:
    """How long no jobs process has been heard of; None when none is there. Above SILENT nothing that runs by the clock is done."""
    seen = JobRun.select(JobRun.started_at).where(THE_ROW).scalar()
    return None if seen is None else max(timedelta(0), WALL.now() - seen)
