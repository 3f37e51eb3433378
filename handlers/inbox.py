"""Exactly once, inward: a push of the platform, all its effects and the reply given are one transaction (DESIGN 4).

Fast path: the row, the effects and the reply commit together, and only a commit is acknowledged. A repeat, also one at
the same moment, gets the same reply and has no second effect. Where the work fails, or runs late, it is undone, the
push alone is stored, and it is worked later from the inbox in the sender's own order.
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from peewee import InterfaceError, OperationalError, fn

from handlers.context import Context, transaction
from handlers.logs import log
from models.messages import Inbox

Work = Callable[[Context, str], str | None]
REFUSALS = (OperationalError, InterfaceError)  # the database did not take it


class DatabaseRefuses(Exception):
    """Nothing could be stored: the door must not acknowledge, so that the platform repeats."""


@dataclass(frozen=True)
class Push:
    """One push, known by (account, key). `body` is its decrypted text; `user_key` is whose order it belongs to."""

    account: str
    key: str
    user_key: str
    body: str


@dataclass(frozen=True)
class Receipt:
    """What the door answers: a reply's content, or None for a bare acknowledgement. `repeat`: it was known already."""

    reply: str | None
    repeat: bool = False
    later: bool = False


def receive(ctx: Context, push: Push, work: Work) -> Receipt:
    """Takes one push in (Q1). `work(ctx, body)` does everything it causes and returns the reply's content, or None.

    Raises DatabaseRefuses when nothing could be stored; any other failure of `work` is kept for later and acknowledged.
    """
    try:
        known = _find(push)
        if known is not None:
            return Receipt(known.reply, repeat=True)
        return _first_time(ctx, push, work)
    except REFUSALS as refusal:
        log.error("inbox.refused", key=push.key, error=str(refusal))
        raise DatabaseRefuses(str(refusal)) from refusal


def _find(push: Push) -> Inbox | None:
    return Inbox.get_or_none(Inbox.account == push.account, Inbox.key == push.key)


class _Late(Exception):
    """The work took longer than an answer may."""


class _Known(Exception):
    """The same push came in meanwhile by another worker."""


def _first_time(ctx: Context, push: Push, work: Work) -> Receipt:
    if _waits_for_earlier(push):
        return _keep_for_later(ctx, push, "an earlier message of the same sender waits")
    try:
        return _work_now(ctx, push, work)
    except _Known:
        known = _find(push)
        return Receipt(known.reply if known else None, repeat=True)
    except REFUSALS:
        raise
    except Exception as failure:  # whatever the work did is undone; the push itself must not be lost
        log.exception("inbox.failed", key=push.key)
        return _keep_for_later(ctx, push, f"{type(failure).__name__}: {failure}")


def _waits_for_earlier(push: Push) -> bool:
    mine = (Inbox.user_key == push.user_key) & Inbox.state.in_(("new", "processing"))
    return Inbox.select().where(mine).exists()


def _work_now(ctx: Context, push: Push, work: Work) -> Receipt:
    with transaction():
        row_id = _store(ctx, push, "done")
        if row_id is None:
            raise _Known
        reply = work(ctx, push.body)
        if time.perf_counter() - ctx.began > float(ctx.settings.wechat.answer_within_s):
            raise _Late("the answer took too long")
        traced = ctx.steps if ctx.settings.demo.keep_traces else None
        Inbox.update(reply=reply, trace=traced).where(Inbox.id == row_id).execute()
    return Receipt(reply)


def _store(ctx: Context, push: Push, state: str, **more: Any) -> int | None:
    """The new row's id, or None when the push is known."""
    query = Inbox.insert(
        community_id=ctx.community_id,
        account=push.account,
        key=push.key,
        user_key=push.user_key,
        body=push.body,
        state=state,
        next_at=ctx.now,
        received_at=ctx.now,
        trace_id=ctx.trace_id,
        **more,
    ).on_conflict_ignore()
    rows = list(query.returning(Inbox.id).execute())
    return rows[0].id if rows else None


def _keep_for_later(ctx: Context, push: Push, why: str) -> Receipt:
    with transaction():
        _store(ctx, push, "new", error=why[:500])
    return Receipt(None, later=True)


def work_one(ctx: Context, work: Work) -> tuple[Inbox, str | None] | None:
    """Works the next stored push, oldest first and in its sender's order; None when there is nothing to do.

    Effects and `done` are one transaction, fenced by the lease. After settings.messages.inbox_tries it is dead: a person is alerted,
    and it can be replayed. Returns the row and the reply's content, which the caller sends as a message of its own.
    """
    row = _claim(ctx)
    if row is None:
        return None
    try:
        with transaction():
            reply = work(ctx, row.body)
            if not row.change(where={"lease": row.lease}, state="done", reply=reply, lease=None):
                raise _Known
    except _Known:
        return None
    except Exception as failure:
        log.exception("inbox.failed_again", key=row.key)
        _put_back(ctx, row, failure)
        return row, None
    return row, reply


def _claim(ctx: Context) -> Inbox | None:
    earlier = Inbox.alias()
    blocked = earlier.select().where(
        (earlier.user_key == Inbox.user_key) & (earlier.id < Inbox.id) & earlier.state.in_(("new", "processing"))
    )
    ready = ((Inbox.state == "new") & (Inbox.next_at <= ctx.now)) | (
        (Inbox.state == "processing") & (Inbox.lease_until < ctx.now)
    )
    with transaction():
        row = Inbox.select().where(ready & ~fn.EXISTS(blocked)).order_by(Inbox.id).first()
        if row is None:
            return None
        here = {"state": row.state, "lease": row.lease} if row.lease else {"state": row.state}
        taken = row.change(
            where=here,
            state="processing",
            lease=secrets.token_hex(8),
            lease_until=ctx.now + timedelta(seconds=30),
            attempts=row.attempts + 1,
        )
        return row if taken else None


def _put_back(ctx: Context, row: Inbox, failure: Exception) -> None:
    dead = row.attempts >= ctx.settings.messages.inbox_tries
    ladder = ctx.settings.messages.retry_ladder_s
    wait = timedelta(seconds=ladder[min(row.attempts, len(ladder)) - 1])
    with transaction():
        row.change(
            where={"lease": row.lease},
            state="dead" if dead else "new",
            lease=None,
            next_at=ctx.now + wait,
            error=f"{type(failure).__name__}: {failure}"[:500],
        )


def replay(ctx: Context, inbox_id: int) -> bool:
    """Puts a dead push back to be worked anew (the replay button)."""
    row = Inbox.find(inbox_id)
    with transaction():
        return row is not None and row.change(where={"state": "dead"}, state="new", attempts=0, next_at=ctx.now)
