"""Pushes that were stored to be worked later: claimed one by one in each sender's own order, tried a few times, then dead-lettered (Q1)."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

from peewee import fn

from handlers.alerts import raise_alert, settle_alerts
from handlers.context import FRONT, REFUSALS, Context, in_one_go, transaction, use_case
from handlers.holders import new_lease
from handlers.inbox import Work, turn_of
from handlers.install import community_of
from handlers.later import answer_later
from handlers.lease_clock import WALL
from handlers.logs import bound, log
from handlers.words import _
from models.base import claimable, hold
from models.messages import Inbox
from models.opening import WAITING, foresee
from models.quick import put


class Crashed(Exception):
    """Whoever worked it has died of it, each time."""


class _Lost(Exception):
    """The lease went to another process meanwhile: what was done here is undone."""


def work_one(ctx: Context, work: Work) -> bool:
    """Works the next stored push, oldest first and in its sender's order; False when there is nothing to do.

    Effects, the answer (as a message of its own) and `done` are one transaction, fenced by the lease. After
    settings.messages.inbox_tries it is dead: staff are alerted, the sender hears a kind word, and it can be replayed.
    """
    row = _claim(ctx)
    if row is None:
        return False
    with bound(trace_id=row.trace_id):
        if row.attempts > ctx.settings.messages.inbox_tries:
            _put_back(ctx, row, Crashed("the process that worked it ended in the middle, each time"))
            return True
        try:
            in_one_go(lambda: _work(ctx, row, work))
            log.info("push.worked", tries=row.attempts, ms=ctx.ms())
        except _Lost:
            log.warning("inbox.lease_lost", key=row.key)
        except REFUSALS:
            _give_back(ctx, row)
            raise
        except Exception as failure:
            log.exception("inbox.failed_again", key=row.key)
            _put_back(ctx, row, failure)
    return True


def _work(ctx: Context, row: Inbox, work: Work) -> None:
    hold(turn_of(row.account, row.user_key))
    foresee(row.account, row.user_key)
    reply = work(ctx, row.body)
    # The row at hand keeps its lease: what fails from here on, COMMIT included, is tried anew or put back under it.
    if not put(Inbox, row.id, {"state": "processing", "lease": row.lease}, {"state": "done", "reply": reply, "lease": None}):
        raise _Lost
    answer_later(ctx, row, reply)


def _claim(ctx: Context) -> Inbox | None:
    """The next row, now in our hands: what a crash left behind, else the one that is due longest and has none before it."""
    left = (Inbox.state == "processing") & (Inbox.lease_until < WALL.now())
    ready = (Inbox.state == "new") & (Inbox.next_at <= ctx.now)
    if not any(Inbox.select(Inbox.id).where(some).exists() for some in (left, ready)):
        return None
    with transaction():
        row = _first(left) or _first(ready & ~fn.EXISTS(_earlier()))
        if row is None:
            return None
        lease_s = ctx.settings.messages.inbox_lease_s
        fields = {"lease": new_lease(), "lease_until": WALL.now() + timedelta(seconds=lease_s)}
        was = {"state": row.state, "attempts": row.attempts}
        return row if row.change(where=was, state="processing", attempts=row.attempts + 1, **fields) else None


def _first(wanted: Any) -> Inbox | None:
    """In the order of the index that finds them, and of nothing else, which would have to be sorted: weeks of rows that are done lie
    beside them and are not looked at."""
    return claimable(Inbox.select().where(wanted).order_by(Inbox.next_at).limit(1)).first()


def _earlier() -> Inbox:
    """Messages of the same sender that came before and wait still. OFFSET 0: asked for one row after the other. PostgreSQL would else
    join all that wait with all that wait, as long as it knows of few: in a rush each claim would cost more than the one before."""
    earlier = Inbox.alias()
    same = (earlier.user_key == Inbox.user_key) & (earlier.id < Inbox.id)
    return earlier.select().where(same & earlier.state.in_(WAITING)).offset(0)


def _give_back(ctx: Context, row: Inbox) -> None:
    """The database refused in the middle, which is not the message's fault: no try of it is lost, if that can be written down."""
    soon = ctx.now + timedelta(seconds=ctx.settings.messages.retry_ladder_s[0])
    with suppress(*REFUSALS), transaction():
        row.change(where={"lease": row.lease}, state="new", lease=None, attempts=row.attempts - 1, next_at=soon)


def _put_back(ctx: Context, row: Inbox, failure: Exception) -> None:
    """Later again, by the ladder; after the last try a person looks at it, and the sender is told so."""
    dead = row.attempts >= ctx.settings.messages.inbox_tries
    ladder = ctx.settings.messages.retry_ladder_s
    wait = timedelta(seconds=ladder[min(row.attempts, len(ladder)) - 1])
    with transaction():
        put = row.change(
            where={"lease": row.lease},
            state="dead" if dead else "new",
            lease=None,
            next_at=ctx.now + wait,
            error=f"{type(failure).__name__}: {failure}"[:500],
        )
        if put and dead:
            _give_up(ctx, row)


def _give_up(ctx: Context, row: Inbox) -> None:
    here = ctx.in_community(row.community_id or community_of(ctx.settings).id)
    words = _("A message could not be worked on, after %(tries)s tries. Please look at it.", tries=row.attempts)
    raise_alert(here, "dead_letter", words, about=("inbox", row.id), owner="admin", key=str(row.attempts))
    answer_later(ctx, row, None)


@use_case(*FRONT)
def list_dead_letters(ctx: Context) -> list[Inbox]:
    """Pushes that nobody could work, newest first, for staff."""
    return list(Inbox.select().where(Inbox.state == "dead").order_by(Inbox.id.desc()).limit(200))


@use_case(*FRONT, "system")
def replay(ctx: Context, inbox_id: int) -> bool:
    """Puts a dead push back to be worked anew (the replay button); False when it is not dead any more."""
    row = Inbox.find(inbox_id)
    fresh: dict[str, object] = {"attempts": 0, "next_at": ctx.now, "error": None}
    return row is not None and row.change(where={"state": "dead"}, state="new", **fresh)


@use_case(*FRONT, "system")
def close_dead(ctx: Context, inbox_id: int) -> bool:
    """A dead push that nothing can be made of is closed, and cleared away in its time; False when it is not dead any more."""
    row = Inbox.find(inbox_id)
    if row is None or not row.change(where={"state": "dead"}, state="done"):
        return False
    settle_alerts(ctx, "dead_letter", ("inbox", inbox_id))
    return True
