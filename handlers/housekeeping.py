"""What keeps the house in order by itself: a job's slot runs once, old rows are cleared, queues are measured."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from peewee import fn

from handlers.context import Context, transaction
from handlers.heard import clear_heard
from handlers.logs import log
from handlers.metrics import count_job, set_outbox
from handlers.recordings import clear_recordings
from models.base import Row
from models.clocks import Deadline, JobRun
from models.messages import CallTask, Inbox, Outbox, Window
from models.people import ApiSession, StaffSession
from models.readings import Reading
from models.requests import Offer, Request
from models.schema import all_models
from models.visits import Agreement, Payment, Visit
from models.voices import Complaint, Rating

KEEP_INBOX = timedelta(days=30)
KEEP_RUNS = timedelta(days=7)


def run_job_once(ctx: Context, name: str, slot: datetime, run: Callable[[Context], None]) -> bool:
    """Runs one slot of a job in the transaction that claims it; False when it was run already."""
    if JobRun.select().where((JobRun.job == name) & (JobRun.slot == slot)).exists():
        return False
    with transaction():
        claim = JobRun.insert(community_id=0, job=name, slot=slot, started_at=ctx.now).on_conflict_ignore()
        if not list(claim.returning(JobRun.id).execute()):
            return False
        run(ctx)
    count_job(name, "done")
    return True


def clear_old_rows(ctx: Context) -> None:
    """Keys of pushes are kept 30 days, runs of jobs 7, sessions and windows until they end; voices and misunderstood words as set."""
    clear_recordings(ctx)
    clear_heard(ctx)
    Inbox.delete().where((Inbox.state == "done") & (Inbox.received_at < ctx.now - KEEP_INBOX)).execute()
    JobRun.delete().where(JobRun.started_at < ctx.now - KEEP_RUNS).execute()
    Window.delete().where(Window.until < ctx.now).execute()
    for sessions in (StaffSession, ApiSession):
        sessions.delete().where(sessions.expires_at < ctx.now).execute()


def measure_outbox(now: datetime) -> None:
    """For the metrics: how many notices stand in each state, and for how long the oldest has been due."""
    due = (Outbox.state.in_(("pending", "sending"))) & (Outbox.next_at <= now)
    oldest = Outbox.select(Outbox.next_at).where(due).order_by(Outbox.next_at).first()
    set_outbox(_by_state(Outbox), (now - oldest.next_at).total_seconds() if oldest else 0.0)


COUNTED: dict[str, type[Row]] = {
    "inbox": Inbox,
    "requests": Request,
    "offers": Offer,
    "agreements": Agreement,
    "visits": Visit,
    "complaints": Complaint,
    "outbox": Outbox,
    "calls": CallTask,
    "deadlines": Deadline,
    "readings": Reading,
}


def count_things() -> dict[str, Any]:
    """How many of each stored thing, by state; and the sum of the ledger, for operators and fault tests."""
    counts: dict[str, Any] = {name: _by_state(model) for name, model in COUNTED.items()}
    counts["ratings"] = {"all": Rating.select().count()}
    counts["payments"] = {"all": Payment.select().count()}
    counts["journal"] = {"entries": 0, "sum": 0}  # money is recorded as cash for now; the ledger has no entries yet
    counts["tables"] = len(all_models())
    return counts


def _by_state(model: type[Row]) -> dict[str, int]:
    rows = model.select(model.state, fn.COUNT(model.id).alias("n")).group_by(model.state).tuples()
    return dict(rows)


def log_failure(what: str, failure: Exception) -> None:
    """One line for a failure that must not stop the others."""
    log.error("jobs.failed", what=what, error=f"{type(failure).__name__}: {failure}")
