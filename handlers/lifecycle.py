"""Changing the state of a thing: asked of the declared table, done by compare-and-set, kept as an event (C6)."""

from typing import Any

from handlers.context import Context, Refused
from handlers.verbs import thing_words, verb_words
from handlers.words import _
from models.base import Stateful
from models.clocks import Event
from models.rules.lifecycles import LifeCycle


def advance(
    ctx: Context,
    cycle: LifeCycle,
    thing: Stateful,
    verb: str,
    *,
    reason: str | None = None,
    data: dict[str, Any] | None = None,
    **fields: Any,
) -> None:
    """Takes `thing` one step along its life cycle and writes the event.

    Refuses: not_now (no such step from this state), forbidden (not this actor's step), changed_meanwhile (somebody was
    quicker). Other `fields` of the row are set in the same UPDATE.
    """
    step = cycle.step(thing.state, verb)
    if step is None:
        raise Refused("not_now", _("That can't be done any more at this point."), state=thing.state, verb=verb)
    if not ctx.actor.roles.intersection(step.who):
        raise Refused("forbidden", _("That is not yours to do here."), status=403)
    before = thing.state
    if not thing.move(step.to, **fields):
        raise Refused("changed_meanwhile", _("Somebody was a moment quicker. Please look again."))
    record(ctx, cycle.name, thing.id, verb, before, step.to, reason=reason, data=data)


def record(
    ctx: Context,
    kind: str,
    subject_id: int,
    verb: str,
    from_state: str = "",
    to_state: str = "",
    *,
    reason: str | None = None,
    data: dict[str, Any] | None = None,
) -> None:
    """Writes one event: who did what to which thing, and why. Events are only ever added."""
    Event.note(
        community_id=ctx.community_id,
        subject_kind=kind,
        subject_id=subject_id,
        verb=verb,
        from_state=from_state,
        to_state=to_state,
        actor_kind=ctx.actor.kind,
        actor_id=ctx.actor.id,
        actor_called=ctx.actor.called,
        reason=reason,
        data=data or {},
        trace_id=ctx.trace_id,
        at=ctx.now,
    )
    change = f" ({from_state or '·'} → {to_state})" if to_state and from_state != to_state else ""
    ctx.did(
        lambda: _(
            "noted: %(thing)s %(id)s, %(what)s%(change)s",
            thing=thing_words(kind),
            id=subject_id,
            what=verb_words(kind, verb),
            change=change,
        )
    )


def list_events(ctx: Context, kind: str, subject_id: int) -> list[Event]:
    """The history of a thing, oldest first."""
    mine = (Event.community_id == ctx.community_id) & (Event.subject_kind == kind) & (Event.subject_id == subject_id)
    return list(Event.select().where(mine).order_by(Event.at, Event.id))
