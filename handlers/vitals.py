"""How the system is, in figures: for the metrics and for the desk's page (K4, Q1). One place counts, two show."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from peewee import fn

from handlers.alive import JOB as ALIVE
from handlers.claiming import URGENCIES, due
from handlers.clock import SystemClock
from handlers.gates import per_day, rest_of, used_today
from handlers.leading import JOB as LEASE
from handlers.metrics import set_api, set_copy_age, set_dead, set_outbox, set_token, set_windows
from handlers.settings import Settings
from handlers.tokens import token_age
from handlers.windows import ALLOWANCES
from models.clocks import JobRun
from models.messages import Inbox, Outbox, Window
from models.sending import ApiGate

WALL = SystemClock()
COPY = "copy"  # the run of `backup`, beside those of the clock's jobs
STATES = ("pending", "sending", "sent", "skipped", "called", "dead")  # of a notice in the outbox
NEVER_S = timedelta(days=3650).total_seconds()
DEAD_DAYS = timedelta(days=14)
ACCOUNTS = ("wechat", "miniprogram")


@dataclass(frozen=True)
class Gate:
    """One call of one account, today."""

    account: str
    api: str
    used: int
    limit: int | None
    failures: int
    rests_until: datetime | None
    why: str


@dataclass(frozen=True)
class Token:
    """The access token of an account."""

    account: str
    asked_at: datetime | None
    good_until: datetime | None


def outbox_states() -> dict[str, int]:
    """How many notices stand in each state."""
    rows = Outbox.select(Outbox.state, fn.COUNT(Outbox.id)).group_by(Outbox.state).tuples()
    return dict(rows)


def oldest_due_s(now: datetime) -> float:
    """For how long the oldest notice that may go has been waiting; 0 when none waits. Each look is served by the index."""
    firsts = [Outbox.select(fn.MIN(Outbox.next_at)).where(due(urgency, now)).scalar() for urgency in URGENCIES]
    ages = [(now - first).total_seconds() for first in firsts if first is not None]
    return max(ages, default=0.0)


def due_now(now: datetime) -> int:
    """How many notices may go at this moment."""
    return sum(Outbox.select().where(due(urgency, now)).count() for urgency in URGENCIES)


def gates(settings: Settings, now: datetime) -> list[Gate]:
    """Every call that has been made, by account and name."""
    names = {getattr(settings, account).app_id: account for account in ACCOUNTS}
    found = []
    for row in ApiGate.select().order_by(ApiGate.app_id, ApiGate.api):
        rest, limit = rest_of(row, now), per_day(settings, row.api)
        until, why = (rest.until, rest.why) if rest is not None else (None, "")
        account = names.get(row.app_id, row.app_id)
        found.append(Gate(account, row.api, used_today(row, now), limit, row.failures, until, why))
    return found


def tokens(settings: Settings) -> list[Token]:
    """The access tokens of both accounts."""
    return [Token(account, *token_age(getattr(settings, account).app_id)) for account in ACCOUNTS]


def windows_open(now: datetime) -> dict[str, int]:
    """How many reply windows of each kind have messages left."""
    free = (Window.until > now) & (Window.used < Window.allowance)
    return dict(Window.select(Window.action, fn.COUNT(Window.id)).where(free).group_by(Window.action).tuples())


def dead_inbox() -> int:
    """How many pushes nobody could work."""
    return int(Inbox.select().where(Inbox.state == "dead").count())


def waiting_inbox() -> int:
    """How many stored pushes wait to be worked."""
    return int(Inbox.select().where(Inbox.state.in_(("new", "processing"))).count())


@dataclass(frozen=True)
class Run:
    """The newest run of a job; `why` says what went wrong, "" when it went well."""

    job: str
    at: datetime
    why: str


def last_runs() -> list[Run]:
    """How each job went last."""
    newest = JobRun.select(JobRun.job, fn.MAX(JobRun.slot)).where(JobRun.job.not_in((LEASE, ALIVE))).group_by(JobRun.job).tuples()
    rows = [JobRun.get(JobRun.job == job, JobRun.slot == slot) for job, slot in sorted(newest)]
    return [Run(row.job, row.started_at, "" if row.outcome == "done" else row.outcome) for row in rows]


def copy_age_s() -> float:
    """How long ago the database was copied last; ten years where no copy is known. By the machine's clock, as it was taken."""
    newest = JobRun.select(fn.MAX(JobRun.slot)).where(JobRun.job == COPY).scalar()
    return (WALL.now() - newest).total_seconds() if newest is not None else NEVER_S


def measure(settings: Settings, now: datetime) -> None:
    """Sets all of it as metrics. What there is none of is 0: else the last figure would stand for ever."""
    states = dict.fromkeys(STATES, 0) | outbox_states()
    set_outbox(states, oldest_due_s(now))
    set_dead({"outbox": states.get("dead", 0), "inbox": dead_inbox()})
    set_windows(dict.fromkeys(ALLOWANCES, 0) | windows_open(now))
    set_copy_age(copy_age_s())
    for gate in gates(settings, now):
        set_api(gate.account, gate.api, gate.used, gate.limit or 0, resting=gate.rests_until is not None)
    for token in tokens(settings):
        left = (token.good_until - now).total_seconds() if token.good_until is not None else 0.0
        set_token(token.account, max(0.0, left))
