"""Exactly once, inward: a push of the platform, all its effects and the reply given are one transaction (DESIGN 4).

Fast path: the row, the effects and the reply commit together, and only a commit is acknowledged. A repeat, also one at
the same moment, gets the same reply and has no second effect. Where the work fails, runs late, or too much waits, the
push alone is stored, and it is worked later from the inbox (handlers/backlog.py) in the sender's own order.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from handlers.bell import ring
from handlers.context import REFUSALS, Context, in_one_go, transaction
from handlers.logs import log
from handlers.waiting import asks_at
from models.base import hold, hold_if_free
from models.connection import hurry, was_in_the_way
from models.messages import Inbox
from models.opening import look_before
from models.quick import add_if_new, note

Work = Callable[[Context, str], str | None]
BESIDE_MS = 200  # for what has waited for a lock already


class DatabaseRefuses(Exception):
    """Nothing could be stored: the door must not acknowledge, so that the platform repeats."""


@dataclass(frozen=True)
class Push:
    """One push, known by (account, key). `body` is its decrypted text; `user_key` is whose order it belongs to, `action` what they
    have done that lets us write to them."""

    account: str
    key: str
    user_key: str
    body: str
    action: str | None = None


@dataclass(frozen=True)
class Receipt:
    """What the door answers: a reply's content, or None for a bare acknowledgement. `repeat`: it was known already."""

    reply: str | None
    repeat: bool = False
    later: bool = False


def receive(ctx: Context, push: Push, work: Work, *, at_once: bool = True) -> Receipt:
    """Takes one push in (Q1). `work(ctx, body)` does everything it causes and returns the reply's content, or None.

    Without `at_once` it is only stored. Raises DatabaseRefuses when nothing could be stored; any other failure of `work`
    is kept for later and acknowledged.
    """
    try:
        return _first_time(ctx, push, work) if at_once else _keep_for_later(ctx, push, "too much to do at this moment")
    except REFUSALS as refusal:
        kept = _keep_beside(ctx, push) if was_in_the_way(refusal) else None
        if kept is not None:
            return kept
        log.error("inbox.refused", key=push.key, error=str(refusal))
        raise DatabaseRefuses(str(refusal)) from refusal


class _Late(Exception):
    """The work took longer than an answer may."""


class _Known(Exception):
    """The same push came in before, or at this moment by another worker."""


class _Waits(Exception):
    """An earlier message of the same sender waits; this one waits behind it."""


def _first_time(ctx: Context, push: Push, work: Work) -> Receipt:
    try:
        return in_one_go(lambda: _work_now(ctx, push, work))
    except _Known:
        return _again(push)
    except REFUSALS:
        raise
    except _Waits as waits:
        return _keep_for_later(ctx, push, str(waits))
    except Exception as failure:  # whatever the work did is undone; the push itself must not be lost
        log.exception("inbox.failed", key=push.key)
        return _keep_for_later(ctx, push, f"{type(failure).__name__}: {failure}")


def _work_now(ctx: Context, push: Push, work: Work) -> Receipt:
    hold(turn_of(push.account, push.user_key))
    known, waits = look_before(push.account, push.key, push.user_key, push.action, asks_at(ctx.now))
    if known:
        raise _Known
    if waits:
        raise _Waits("an earlier message of the same sender waits")
    reply = work(ctx, push.body)
    if time.perf_counter() - ctx.began > float(ctx.settings.wechat.answer_within_s):
        raise _Late("the answer took too long")
    note(Inbox, _fields(ctx, push, "done", reply=reply, trace=ctx.steps if ctx.settings.demo.keep_traces else None))
    return Receipt(reply)


def turn_of(account: str, user_key: str) -> str:
    """What is held while a message of this sender is worked: one after the other."""
    return f"talk:{account}:{user_key}"


def _fields(ctx: Context, push: Push, state: str, **more: Any) -> dict[str, Any]:
    return {
        "community_id": ctx.community_id,
        "account": push.account,
        "key": push.key,
        "user_key": push.user_key,
        "body": push.body,
        "state": state,
        "next_at": ctx.now,
        "received_at": ctx.now,
        "trace_id": ctx.trace_id,
        **more,
    }


def _keep_for_later(ctx: Context, push: Push, why: str) -> Receipt:
    with transaction():
        hold_if_free(turn_of(push.account, push.user_key))  # their next message must not pass while this one is being put down
        if add_if_new(Inbox, _fields(ctx, push, "new", error=why[:500])) is None:
            return _again(push)
        ring("inbox")
    return Receipt(None, later=True)


def _keep_beside(ctx: Context, push: Push) -> Receipt | None:
    """Somebody's lock was in the way, mostly of the same sender's message before, which takes long: that is not for all others to
    pay. None: the inbox is locked itself."""
    try:
        with transaction():
            hurry(BESIDE_MS)
            return _keep_for_later(ctx, push, "somebody else's work was in the way")
    except REFUSALS:
        return None


def _again(push: Push) -> Receipt:
    """What was answered the first time, if it was answered at once."""
    known = Inbox.pick(account=push.account, key=push.key)
    return Receipt(known.reply if known else None, repeat=True)
