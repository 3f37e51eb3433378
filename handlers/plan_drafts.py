"""The draft of a day's plan: changed one step at a time, each step by compare-and-set, and each can be taken back (D5).

Nobody is told anything here; what publishing does stands in handlers/plan_publishing.py.
"""

from datetime import date
from typing import Any

from handlers.context import DESK, Context, Refused, use_case
from handlers.plan_check import STEP
from handlers.plan_day import DAY_MIN, Day, Stop, day_of, with_moves
from handlers.words import _, say_time
from models.plans import PlanDraft

STEPS_KEPT = 40


def find_draft(ctx: Context, day: date) -> PlanDraft | None:
    """The draft of a day, if anybody has begun one."""
    return PlanDraft.get_or_none(PlanDraft.community_id == ctx.community_id, PlanDraft.day == day.isoformat())


def drafted(ctx: Context, day: date, draft: PlanDraft | None = None) -> Day:
    """The day with its draft laid over it."""
    draft = draft or find_draft(ctx, day)
    base = day_of(ctx, day)
    return with_moves(base, draft.moves, draft.ill) if draft is not None else base


def draft_at(ctx: Context, day: date, version: int) -> PlanDraft:
    """The draft as the asker has seen it (version 0: none yet). Refuses changed_meanwhile with who changed it and when."""
    draft = find_draft(ctx, day)
    if draft is None:
        PlanDraft.insert(community_id=ctx.community_id, day=day.isoformat()).on_conflict_ignore().execute()
        draft = find_draft(ctx, day)
        assert draft is not None
    if version not in ((draft.version, 0) if draft.version == 1 else (draft.version,)):
        raise changed_meanwhile(draft)
    return draft


def changed_meanwhile(draft: PlanDraft) -> Refused:
    """Somebody else was quicker; nothing of theirs is overwritten."""
    who = draft.changed_by or _("the planner")
    at = say_time(draft.changed_at) if draft.changed_at else ""
    return Refused("changed_meanwhile", _("%(who)s changed this plan at %(at)s. Please look again; yours was not kept.", who=who, at=at))


def keep(ctx: Context, draft: PlanDraft, **fields: Any) -> None:
    """One step: the fields as they are now go to the past, the new ones count. Refuses changed_meanwhile, planning."""
    if draft.state != "open":
        raise Refused("planning", _("The plan is being worked on. It takes a few seconds."))
    before = {"moves": draft.moves, "ill": draft.ill, "left_out": draft.left_out}
    put(ctx, draft, past=[*draft.past, before][-STEPS_KEPT:], **fields)


def put(ctx: Context, draft: PlanDraft, **fields: Any) -> None:
    """Sets fields if nobody was quicker. Refuses changed_meanwhile."""
    seen = {"version": draft.version, "state": draft.state}
    mine: dict[str, Any] = {"changed_by": ctx.actor.called, "changed_at": ctx.now, **fields}
    if not draft.change(where=seen, version=draft.version + 1, **mine):
        raise changed_meanwhile(find_draft(ctx, date.fromisoformat(draft.day)) or draft)


@use_case(*DESK)
def place(ctx: Context, day: date, version: int, *, key: str, worker_id: int, start: int) -> PlanDraft:
    """Puts one thing (v12, r34) to a worker at a minute of the day, on the grid of quarters; back where it stands takes it out.

    Who comes along moves to the same time with it, in the same step.

    What conflicts is taken and shown as such, so that several steps can lead to a good plan; it can't be published.
    Refuses not_found, fixed (it has begun or is being asked), bad_time, changed_meanwhile.
    """
    draft = draft_at(ctx, day, version)
    base = day_of(ctx, day)
    stop = base.stops.get(key)
    if stop is None or worker_id not in base.crew:
        raise Refused("not_found", _("I can't find that one on this day."), status=404)
    if not stop.movable:
        raise Refused("fixed", _("That one can't be moved any more: it has begun, or somebody is being asked."))
    if not 0 <= start < DAY_MIN or (start % STEP and start != stop.start):
        raise Refused("bad_time", _("Please give a time by the quarter of an hour."))
    moves = {k: v for k, v in draft.moves.items() if k != key}
    _put(moves, stop, worker_id, start)
    for other in with_moves(base, draft.moves, draft.ill).with_it(stop):
        if other.movable and other.worker_id is not None:
            _put(moves, base.stops[other.key], other.worker_id, start)
    keep(ctx, draft, moves=moves, left_out={k: v for k, v in draft.left_out.items() if k not in moves and k != key})
    return draft


def _put(moves: dict[str, Any], stands: Stop, worker_id: int, start: int) -> None:
    """A move by hand; back where it stands it is none."""
    moves.pop(stands.key, None)
    if (worker_id, start) != (stands.worker_id, stands.start):
        moves[stands.key] = {"worker": worker_id, "start": start, "by": "hand"}


@use_case(*DESK)
def take_out(ctx: Context, day: date, version: int, *, key: str) -> PlanDraft:
    """One thing is as it stands again, and who comes along with it."""
    draft = draft_at(ctx, day, version)
    base = day_of(ctx, day)
    out = {key, *(other.key for other in base.with_it(base.stops[key]))} if key in base.stops else {key}
    keep(ctx, draft, moves={k: v for k, v in draft.moves.items() if k not in out})
    return draft


@use_case(*DESK)
def step_back(ctx: Context, day: date, version: int) -> PlanDraft:
    """撤一步: the last step is undone; while the planner is at it, that is to let it be. Refuses nothing_to_undo, changed_meanwhile."""
    draft = draft_at(ctx, day, version)
    if not draft.past:
        raise Refused("nothing_to_undo", _("There is no step left to take back."))
    *rest, last = draft.past
    put(ctx, draft, past=rest, state="open", wanted_at=None, **last)
    return draft


@use_case(*DESK)
def want_plan(ctx: Context, day: date, version: int) -> PlanDraft:
    """排一排: the planner is to fill the draft; the jobs process does it within seconds. What was placed by hand stays."""
    draft = draft_at(ctx, day, version)
    keep(ctx, draft, state="wanted", wanted_at=ctx.now)
    return draft


@use_case(*DESK)
def mark_ill(ctx: Context, day: date, version: int, *, worker_id: int, at: int) -> PlanDraft:
    """A worker can't go on from a minute on: noted in the draft, and the day is planned anew (D7). Nobody is told yet.

    Refuses not_found, bad_time, changed_meanwhile.
    """
    draft = draft_at(ctx, day, version)
    if worker_id not in day_of(ctx, day).crew:
        raise Refused("not_found", _("I can't find that one on this day."), status=404)
    if not 0 <= at < DAY_MIN:
        raise Refused("bad_time", _("Please give a time by the quarter of an hour."))
    ill = {**draft.ill, str(worker_id): at}
    moves = {k: m for k, m in draft.moves.items() if m["worker"] != worker_id or m["start"] < at}
    keep(ctx, draft, ill=ill, moves=moves, state="wanted", wanted_at=ctx.now)
    return draft
