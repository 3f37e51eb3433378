"""Whom staff should phone, because no message may or can reach them (Q1)."""

from handlers.context import FRONT, Context, Refused, use_case
from handlers.lifecycle import record
from handlers.words import _
from models.messages import CallTask


@use_case(*FRONT)
def list_calls(ctx: Context) -> list[CallTask]:
    """Open calls of this community, the one that is due first on top; each has the words to say and why."""
    here = (CallTask.community_id == ctx.community_id) & (CallTask.state == "open")
    return list(CallTask.select().where(here).order_by(CallTask.due_at, CallTask.id))


@use_case(*FRONT)
def close_call(ctx: Context, call_id: int, *, outcome: str) -> CallTask:
    """Somebody has phoned (or it isn't needed); `outcome` in their words. Refuses not_found, and not_now when it is closed."""
    call = CallTask.get_or_none(CallTask.id == call_id, CallTask.community_id == ctx.community_id)
    if call is None:
        raise Refused("not_found", _("There is no such call."), status=404)
    fields = {"state": "done", "done_at": ctx.now, "done_by": ctx.actor.id, "outcome": outcome}
    if not call.change(where={"state": "open"}, **fields):
        raise Refused("not_now", _("Somebody has made this call already."))
    record(ctx, "call", call.id, "close", "open", "done", reason=outcome)
    return call
