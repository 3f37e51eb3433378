"""The planner at work for the desk: one draft at a time, outside of any transaction, and fenced against whoever is quicker (D5).

The planner itself is given by the jobs process (jobs/plan_day.py): its compiler is too heavy to be imported here.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from peewee import PeeweeException

from handlers.context import Context, Refused, in_one_go, let_go, system_actor
from handlers.lease_clock import WALL
from handlers.logs import log
from handlers.plan_drafts import drafted, put
from handlers.plan_problem import Problem, moves_from, problem_of
from models.plans import PlanDraft

Planner = Callable[[Problem, float], dict[str, Any]]  # seconds -> {"assignments": {...}}


def work_plan(ctx: Context, planner: Planner) -> bool:
    """Takes the draft that has waited longest, plans its day, and puts the plan into it; False: none waits.

    What somebody changed meanwhile stays; then the plan is let go. A planner that fails leaves the draft as it was, and says so.
    """
    row = in_one_go(lambda: _claim(ctx))
    if row is None:
        return False
    here = replace(ctx, actor=system_actor(row.community_id))
    try:
        day = date.fromisoformat(row.day)
        problem = in_one_go(lambda: problem_of(here, drafted(here, day, row)))
        let_go()  # others need the connection meanwhile
        plan = planner(problem, float(ctx.settings.planning.desk_seconds))
        in_one_go(lambda: _settle(here, row, day, plan))
    except PeeweeException:
        raise
    except Refused as refused:  # somebody took the wish back, or had the draft first
        log.info("plan.let_go", day=row.day, why=refused.code)
    except Exception:
        log.exception("plan.failed", day=row.day)
        in_one_go(lambda: _give_up(row))
    return True


def _claim(ctx: Context) -> PlanDraft | None:
    left = (PlanDraft.state == "working") & (PlanDraft.lease_until < WALL.now())
    row = PlanDraft.select().where((PlanDraft.state == "wanted") | left).order_by(PlanDraft.wanted_at).first()
    if row is None:
        return None
    until = WALL.now() + timedelta(seconds=float(ctx.settings.planning.desk_seconds) + 60)
    seen = {"state": row.state, "version": row.version}
    return row if row.change(where=seen, state="working", lease_until=until, version=row.version + 1) else None


def _settle(ctx: Context, row: PlanDraft, day: date, plan: dict[str, Any]) -> None:
    """The answer into the draft; the version is that of the claim, so whoever was quicker wins."""
    moves, left = moves_from(ctx, drafted(ctx, day, row), plan["assignments"])
    said = {"placed": sum(1 for m in moves.values() if m["by"] == "plan"), "left": len(left)}
    put(ctx, row, moves=moves, left_out=left, said=said, state="open", changed_by="", wanted_at=None)


def _give_up(row: PlanDraft) -> None:
    row.change(where={"state": "working", "version": row.version}, state="open", said={"failed": 1}, version=row.version + 1)
