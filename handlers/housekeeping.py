"""What keeps the house in order by itself: old rows are cleared, queues are measured and counted."""

from datetime import timedelta
from typing import Any

from peewee import Expression, fn

from handlers.context import Context
from handlers.heard import clear_heard
from handlers.logs import log
from handlers.metrics import set_inbox
from handlers.receipts import KEPT as RECEIPTS_KEPT
from handlers.recordings import clear_recordings
from models.base import Row
from models.clocks import Deadline, JobRun
from models.messages import CallTask, Inbox, Outbox, Window
from models.people import ApiSession, StaffSession
from models.readings import Reading
from models.requests import Offer, Request
from models.schema import all_models
from models.sending import ClosedWay, EarlyReceipt
from models.travel import TravelTime
from models.visits import Agreement, Payment, Visit
from models.voices import Complaint, Rating

PIECE, MOST_PIECES = 1000, 200


def clear_old_rows(ctx: Context) -> None:
    """What has had its time goes: keys and bodies of pushes, closed deadlines, runs of jobs, sessions, windows (settings.keep);
    voices and misunderstood words as set."""
    keep = ctx.settings.keep
    clear_recordings(ctx)
    clear_heard(ctx)
    _clear(Inbox, (Inbox.state == "done") & (Inbox.next_at < ctx.now - timedelta(days=keep.pushes_days)))
    _clear(JobRun, JobRun.started_at < ctx.now - timedelta(days=keep.job_runs_days))
    closed = Deadline.state.in_(("done", "skipped"))
    _clear(Deadline, closed & (Deadline.due_at < ctx.now - timedelta(days=keep.deadlines_days)))
    _clear(Window, Window.until < ctx.now)
    _clear(ClosedWay, ClosedWay.until < ctx.now)
    _clear(EarlyReceipt, EarlyReceipt.at < ctx.now - RECEIPTS_KEPT)
    _clear(TravelTime, TravelTime.asked_at < ctx.now - timedelta(days=ctx.settings.travel.keep_days))
    for sessions in (StaffSession, ApiSession):
        _clear(sessions, sessions.expires_at < ctx.now)


def _clear(model: type[Row], old: Expression) -> None:
    """In pieces: one statement over a year's rows would hold everybody up."""
    for _piece in range(MOST_PIECES):
        ids = model.select(model.id).where(old).limit(PIECE)
        if model.delete().where(model.id.in_(ids)).execute() < PIECE:
            return


WAITING = ("new", "processing", "dead")


def measure_inbox() -> None:
    """For the metrics: how many stored pushes wait or are dead; the many that are done are not counted."""
    rows = Inbox.select(Inbox.state, fn.COUNT(Inbox.id)).where(Inbox.state.in_(WAITING)).group_by(Inbox.state)
    set_inbox(dict.fromkeys(WAITING, 0) | dict(rows.tuples()))


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
