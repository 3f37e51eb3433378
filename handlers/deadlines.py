"""What falls due: written with the change that starts the clock, run once when its time has come (F1, I2, D4).

A kind of deadline is one row of `DUE`: what to do, and for how long after its time doing it is still of use.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from handlers.access import take_turn_about
from handlers.context import REFUSALS, Context, in_one_go, system_actor
from handlers.logs import log
from models.clocks import Deadline
from models.quick import add_or_put


@dataclass(frozen=True)
class Due:
    """What to do when a deadline of this kind falls due. Later than `useful_for`, it is skipped with a record."""

    kind: str
    run: Callable[[Context, Deadline], None]
    useful_for: timedelta


DUE: dict[str, Due] = {}


def on_due(
    kind: str, *, useful_for: timedelta
) -> Callable[[Callable[[Context, Deadline], None]], Callable[[Context, Deadline], None]]:
    """Declares what happens when a deadline of `kind` falls due."""

    def mark(run: Callable[[Context, Deadline], None]) -> Callable[[Context, Deadline], None]:
        DUE[kind] = Due(kind, run, useful_for)
        return run

    return mark


def set_deadline(
    ctx: Context, kind: str, about: tuple[str, int], due_at: datetime, *, key: str = "", **data: Any
) -> None:
    """Starts a clock; the same kind and key again moves it to the new time and opens it anew."""
    full = f"{ctx.community_id}:{about[0]}:{about[1]}:{key}"
    fields = {"due_at": due_at, "state": "open", "data": data, "closed_at": None, "note": None}
    more = {"community_id": ctx.community_id, "subject_kind": about[0], "subject_id": about[1]}
    add_or_put(Deadline, {"kind": kind, "key": full}, fields, **more)


def drop_deadlines(ctx: Context, about: tuple[str, int], *kinds: str, note: str = "") -> None:
    """Stops clocks of a thing (all kinds, if none is named): what they waited for has happened or can't any more."""
    open_ones = (
        (Deadline.community_id == ctx.community_id)
        & (Deadline.subject_kind == about[0])
        & (Deadline.subject_id == about[1])
        & (Deadline.state == "open")
    )
    if kinds:
        open_ones &= Deadline.kind.in_(kinds)
    Deadline.update(state="skipped", closed_at=ctx.now, note=note).where(open_ones).execute()


def run_one_due(ctx: Context) -> bool:
    """Runs the earliest deadline that is due, in one transaction with all its effects; False when there is none.

    `ctx` acts as the system; the deadline's own community replaces its. One whose work fails is put off, so that it can't
    spin, and the failure is raised.
    """
    row = _next_due(ctx)
    if row is None:
        return False
    try:
        in_one_go(lambda: _run(ctx, row))
    except REFUSALS:
        raise
    except Exception:
        row.change(
            where={"state": "open", "due_at": row.due_at},  # one that was moved meanwhile keeps its new time
            due_at=ctx.now + timedelta(minutes=ctx.settings.jobs.again_after_min),
            note="failed, tried again later",
        )
        raise
    return True


def _next_due(ctx: Context) -> Deadline | None:
    due = (Deadline.state == "open") & (Deadline.due_at <= ctx.now)
    return Deadline.select().where(due).order_by(Deadline.due_at, Deadline.id).first()


def _run(ctx: Context, row: Deadline) -> None:
    """Another process may have had it meanwhile; then nothing is done."""
    due = DUE[row.kind]
    late = ctx.now - row.due_at > due.useful_for
    take_turn_about(row)
    if row.change(where={"state": "open", "due_at": row.due_at}, state="skipped" if late else "done", closed_at=ctx.now):
        if late:
            row.change(note="too late to be of use")
        else:
            log.info("deadline", trace_id=ctx.trace_id, kind=row.kind, about=f"{row.subject_kind} {row.subject_id}")
            due.run(replace(ctx, actor=system_actor(row.community_id)), row)
