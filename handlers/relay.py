"""Words from one side of a visit to the other, through us: numbers covered, kept for disputes (E3)."""

import re
from datetime import timedelta
from typing import Any

from handlers.context import PEOPLE, Context, Refused, use_case
from handlers.handovers import log_line
from handlers.introductions import PHONE
from handlers.lifecycle import record
from handlers.notices import relay as _declared  # noqa: F401 (declares what is told here)
from handlers.parties import is_worker_of, parties_of
from handlers.visit_telling import tell_side
from handlers.words import _
from models.visits import Visit

OPEN = ("scheduled", "on_the_way", "in_service", "finished", "confirmed")
CONTACT = re.compile(
    r"(?:微信|vx|wx|v信|qq|扣扣)(?:号码?|id)?\s*(?:是|:|：)?\s*[A-Za-z0-9][\w-]{4,}|https?://\S+|\d[\d -]{6,}\d", re.IGNORECASE
)
LONGEST = 200
COVER = "···"


@use_case(*PEOPLE)
def who_hears(ctx: Context, named: str) -> Visit | None:
    """The visit whose other side is meant: by name, or (师傅, 客户) the next one; None where there is none."""
    mine = Visit.person_id == ctx.actor.id
    if ctx.actor.worker_id is not None:
        mine |= Visit.worker_id == ctx.actor.worker_id
    here = (Visit.community_id == ctx.community_id) & Visit.state.in_(OPEN) & (Visit.starts_at > ctx.now - timedelta(days=3))
    found = list(Visit.select().where(here & mine).order_by(Visit.starts_at))
    theirs = [visit for visit in found if named == other_side(ctx, visit)]
    return next(iter(theirs if named else found), None)


def other_side(ctx: Context, visit: Visit) -> str:
    """What the other side of a visit is called."""
    sides = parties_of(visit)
    return sides.resident if is_worker_of(ctx, visit) else sides.worker


@use_case(*PEOPLE)
def pass_on(ctx: Context, visit_id: int, *, words: str) -> Visit:
    """Tells the other side, in the writer's words; phone numbers, accounts and links are covered. Refuses not_found, missing."""
    visit = Visit.get_or_none(Visit.id == visit_id, Visit.community_id == ctx.community_id)
    if visit is None or ctx.actor.id is None or not (is_worker_of(ctx, visit) or visit.person_id == ctx.actor.id):
        raise Refused("not_found", _("I can't find that one among yours."), status=404)
    if not words.strip():
        raise Refused("missing", _("Please write something first."), status=400)
    line = log_line(ctx, ctx.actor.id, words=covered(words)[:LONGEST], mine=True, kind="relay")
    to, by = ("resident", "worker") if is_worker_of(ctx, visit) else ("worker", "resident")
    told: dict[str, Any] = {"line_id": line.id, "by": by}
    tell_side(ctx, visit, to, "passed_on", mark=str(line.id), until=ctx.now + timedelta(days=3), **told)
    record(ctx, "visit", visit.id, "pass_on", data={"by": by, "line": line.id})
    return visit


def covered(words: str) -> str:
    """The words without a way round us: no phone, no account, no link."""
    return CONTACT.sub(COVER, PHONE.sub(COVER, words.strip()))
