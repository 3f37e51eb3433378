"""Which visit a complaint is about, when its words name none by number; and what it stops (I1, F3)."""

from datetime import timedelta

from handlers.context import Context
from handlers.deadlines import drop_deadlines, set_deadline
from handlers.parties import parties_of
from models.visits import Visit

RECENT = timedelta(days=14)
JUST_NOW = timedelta(days=3)
SERVED = ("in_service", "finished", "confirmed", "settled", "closed", "no_show", "no_access")
CLOCKS = ("confirm_reminder", "silent_confirm")


def meant_visit(ctx: Context, words: str) -> Visit | None:
    """The newest recent visit with whom the words name; else the one that waits for its confirmation, or the only one of late.

    None where it is not sure: a person asks then, nobody is blamed by a guess.
    """
    mine = Visit.person_id == ctx.actor.id
    if ctx.actor.worker_id is not None:
        mine |= Visit.worker_id == ctx.actor.worker_id
    here = (Visit.community_id == ctx.community_id) & Visit.state.in_(SERVED)
    recent = list(Visit.select().where(here & mine & (Visit.starts_at > ctx.now - RECENT)).order_by(Visit.starts_at.desc()))
    named = [v for v in recent if _other(ctx, v) and _other(ctx, v) in words]
    waiting = [v for v in recent if v.state in ("in_service", "finished")]
    late = [v for v in recent if v.starts_at > ctx.now - JUST_NOW]
    return next((group[0] for group in (named[:1], waiting, late) if len(group) == 1), None)


def _other(ctx: Context, visit: Visit) -> str:
    sides = parties_of(visit)
    return sides.worker if visit.person_id == ctx.actor.id else sides.resident


def stop_confirming(ctx: Context, visit_id: int) -> None:
    """Who has complained is not silent: no rule confirms the visit while a person looks at it (F3)."""
    drop_deadlines(ctx, ("visit", visit_id), *CLOCKS, note="there is a complaint")


def go_on_confirming(ctx: Context, visit_id: int) -> None:
    """The complaint is closed: what was left open waits for the resident's word again, from now on."""
    visit = Visit.find(visit_id)
    if visit is not None and visit.state == "finished":
        whole = timedelta(hours=ctx.settings.visits.silent_confirm_hours)
        set_deadline(ctx, "confirm_reminder", ("visit", visit.id), ctx.now + whole / 2, key="after_complaint")
        set_deadline(ctx, "silent_confirm", ("visit", visit.id), ctx.now + whole)
