"""Workers' files for staff, and a worker's own days, pay and free time (A2, A3, F4)."""

import re
from datetime import date, datetime, timedelta

from handlers.access import access_worker
from handlers.alerts import raise_alert
from handlers.clock import SHANGHAI, local
from handlers.context import DESK, FRONT, Context, Refused, use_case
from handlers.leaves import keep_leave
from handlers.lifecycle import advance, record
from handlers.words import _, say_when, say_yuan
from models.rules.lifecycles import WORKER_FILE
from models.visits import Visit
from models.workers import Document, Leave, Worker

KIND = re.compile(r"[a-z_]+(:[a-z_]+)?")
PAID = ("settled", "closed")


@use_case(*FRONT)
def list_workers(ctx: Context) -> list[Worker]:
    """All workers of the community, by state and name."""
    return list(Worker.select().where(Worker.community_id == ctx.community_id).order_by(Worker.state, Worker.id))


@use_case(*DESK)
def activate_worker(ctx: Context, worker_id: int) -> None:
    """From now on they can be matched; papers are looked at for each job."""
    advance(ctx, WORKER_FILE, access_worker(ctx, worker_id), "activate")


@use_case(*DESK)
def pause_worker(ctx: Context, worker_id: int, *, reason: str) -> None:
    """For the time being nothing is offered to them. Refuses without a reason (reason_needed)."""
    if not reason.strip():
        raise Refused("reason_needed", _("Please write the reason."))
    advance(ctx, WORKER_FILE, access_worker(ctx, worker_id), "pause", reason=reason)


@use_case(*DESK)
def add_document(
    ctx: Context, worker_id: int, *, kind: str, number: str, issuer: str, valid_from: str, valid_to: str
) -> Document:
    """A paper that was looked at; valid from and to are local days, an empty end means for good.

    Refuses a kind that is none (bad_paper), days that are none or the wrong way round (bad_days).
    """
    worker = access_worker(ctx, worker_id)
    if not KIND.fullmatch(kind):
        raise Refused("bad_paper", _("Please choose which paper it is."))
    if not _is_day(valid_from) or (valid_to and not _is_day(valid_to)):
        raise Refused("bad_days", _("Please choose the days from when to when it is valid."))
    if valid_to and valid_to < valid_from:
        raise Refused("bad_days", _("It can't end before it begins."))
    made = Document.create(
        community_id=ctx.community_id,
        worker_id=worker.id,
        kind=kind,
        number=number,
        issuer=issuer,
        valid_from=valid_from,
        valid_to=valid_to,
        reviewed_by=ctx.actor.id,
    )
    record(ctx, "worker", worker.id, "document", data={"kind": kind, "valid_to": valid_to})
    return made


def _is_day(words: str) -> bool:
    try:
        return date.fromisoformat(words).isoformat() == words
    except ValueError:
        return False


@use_case("worker")
def set_leave(ctx: Context, *, starts_at: datetime, ends_at: datetime, reason: str = "") -> Leave:
    """Off from one moment to another. Refuses the wrong way round or past (bad_time); visits agreed are shown to a coordinator."""
    return keep_leave(ctx, Worker.get(Worker.id == ctx.actor.worker_id), starts_at, ends_at, reason)


@use_case("worker")
def note_free_time(ctx: Context, *, words: str) -> None:
    """They could work at another time too, or not at their usual hours any more: a coordinator enters it. Said twice on a day it is one
    alert; other words are another."""
    said = _("%(name)s about free times and hours: %(words)s", name=ctx.actor.called, words=words[:100])
    key = f"{local(ctx.now).date()}:{words[:40]}"
    raise_alert(ctx, "free_time", said, about=("worker", ctx.actor.worker_id or 0), key=key)


@use_case("worker")
def my_income_words(ctx: Context, period: str = "this_month") -> str:
    """What the worker's visits of a period came to, paid and still open (cash; payroll comes with the wages)."""
    start, end, name = _stretch(ctx.now, period)
    mine = (Visit.community_id == ctx.community_id) & (Visit.worker_id == ctx.actor.worker_id)
    rows = list(Visit.select().where(mine & (Visit.starts_at >= start) & (Visit.starts_at < end)))
    paid = [v for v in rows if v.state in PAID]
    open_ones = [v for v in rows if v.state in ("finished", "confirmed")]
    return _(
        "%(name)s: %(n)s visits, %(paid)s. Not paid yet: %(open)s (%(m)s visits).",
        name=name,
        n=len(paid),
        paid=say_yuan(sum(v.total_fen for v in paid)),
        open=say_yuan(sum(v.total_fen for v in open_ones)),
        m=len(open_ones),
    )


def _stretch(now: datetime, period: str) -> tuple[datetime, datetime, str]:
    here = local(now)
    today = datetime(here.year, here.month, here.day, tzinfo=SHANGHAI)
    monday, first = today - timedelta(days=today.weekday()), today.replace(day=1)
    before = (first - timedelta(days=1)).replace(day=1)
    known = {
        "today": (today, today + timedelta(days=1), _("Today")),
        "yesterday": (today - timedelta(days=1), today, _("Yesterday")),
        "this_week": (monday, monday + timedelta(days=7), _("This week")),
        "last_week": (monday - timedelta(days=7), monday, _("Last week")),
        "last_month": (before, first, _("Last month")),
    }
    return known.get(period, (first, (first + timedelta(days=32)).replace(day=1), _("This month")))


def upcoming(ctx: Context, worker_id: int, limit: int = 5) -> list[dict[str, str]]:
    """A worker's next visits, for staff."""
    mine = (Visit.community_id == ctx.community_id) & (Visit.worker_id == worker_id) & (Visit.state == "scheduled")
    rows = Visit.select().where(mine & (Visit.starts_at > ctx.now)).order_by(Visit.starts_at).limit(limit)
    return [
        {"number": v.number, "when": say_when(v.starts_at, ctx.now), "url": f"/console/requests/{v.request_id}"} for v in rows
    ]
