"""Whom staff should phone, because no message may or can reach them (Q1)."""

from datetime import timedelta

from handlers.context import FRONT, Context, Refused, use_case
from handlers.lifecycle import record
from handlers.words import _
from models.messages import CallTask


@use_case(*FRONT)
def list_calls(ctx: Context) -> list[CallTask]:
    """Open calls of this community, the one that is due first on top; each has the words to say and why."""
    here = (CallTask.community_id == ctx.community_id) & (CallTask.state == "open")
    return list(CallTask.select().where(here).order_by(CallTask.due_at, CallTask.id))


def _load(ctx: Context, call_id: int) -> CallTask:
    call = CallTask.get_or_none(CallTask.id == call_id, CallTask.community_id == ctx.community_id)
    if call is None:
        raise Refused("not_found", _("There is no such call."), status=404)
    return call


@use_case(*FRONT)
def close_call(ctx: Context, call_id: int, *, outcome: str) -> CallTask:
    """Somebody has phoned (or it isn't needed); `outcome` in their words. Refuses not_found, and not_now when it is closed."""
    call = _load(ctx, call_id)
    fields = {"state": "done", "done_at": ctx.now, "done_by": ctx.actor.id, "outcome": outcome}
    if not call.change(where={"state": "open"}, **fields):
        raise Refused("not_now", _("Somebody has made this call already."))
    record(ctx, "call", call.id, "close", "open", "done", reason=outcome)
    return call


@use_case(*FRONT)
def try_again(ctx: Context, call_id: int) -> CallTask:
    """Nobody picked up: it stays on the list, and comes up again later. Refuses not_found, not_now."""
    call = _load(ctx, call_id)
    later = ctx.now + timedelta(minutes=ctx.settings.messages.call_again_min)
    if not call.change(where={"state": "open"}, due_at=max(call.due_at, later)):
        raise Refused("not_now", _("Somebody has made this call already."))
    record(ctx, "call", call.id, "try", "open", "open")
    return call


@use_case(*FRONT)
def reopen_call(ctx: Context, call_id: int) -> CallTask:
    """撤回: it was not so; the call stands on the list again. Refuses not_found, not_now (only one's own, and only just done)."""
    call = _load(ctx, call_id)
    since = ctx.now - timedelta(seconds=ctx.settings.messages.undo_s)
    just_now = call.done_by == ctx.actor.id and call.done_at is not None and call.done_at >= since
    if not just_now or not call.change(where={"state": "done"}, state="open", done_at=None, done_by=None, outcome=None):
        raise Refused("not_now", _("That can't be taken back any more."))
    record(ctx, "call", call.id, "reopen", "done", "open")
    return call
