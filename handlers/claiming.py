"""Which notice is sent next: claimed by compare-and-set with a lease, the urgent first, in each person's own order (Q1).

The cost of a claim does not grow with the rows that wait: the first row of each urgency is found by an index, and a row that
must stay behind another of the same person is put behind it, so that it is not looked at again and again.
"""

from datetime import datetime, timedelta
from typing import Any

from handlers.context import Context
from handlers.holders import has_ended, new_lease
from handlers.lease_clock import WALL
from models.base import claimable
from models.messages import Outbox

URGENCIES = ("emergency", "high", "normal", "low")
BEHIND = timedelta(milliseconds=300)  # while another message to the same person is under way
FREE = {"lease": None, "lease_until": None}  # what a row that is no longer in our hands has
LONGEST_SEND = timedelta(seconds=15)
LOOKS = 50
AT_ONCE = 200  # rows put behind another by one statement


# What a look needs of a row; the whole of it is read once it is ours.
SHORT = (Outbox.id, Outbox.community_id, Outbox.person_id, Outbox.state, Outbox.next_at, Outbox.lease)


def anything_due(ctx: Context) -> bool:
    """Whether a round has anything to do, without taking hold of the database."""
    looks = (_dropped(), *(due(urgency, ctx.now) for urgency in urgencies_of(ctx)))
    return any(Outbox.select(Outbox.id).where(look).exists() for look in looks)


def claim(ctx: Context) -> Outbox | None:
    """The next row to be sent, now in our hands; None when nothing is due. Runs in a transaction.

    A row whose sender died comes first; its `crashed` is true.
    """
    gone = _left_behind(ctx)
    if gone is not None:
        row = _take(ctx, gone.id, crashed=True)
        if row is not None:
            return row
    for _look in range(LOOKS):
        found = next((first for first in (_next_of(ctx, urgency) for urgency in urgencies_of(ctx)) if first is not None), None)
        row = _take(ctx, found.id, crashed=False) if found is not None else None
        if found is None or row is not None:
            return row
    return None


def urgencies_of(ctx: Context) -> tuple[str, ...]:
    """What may leave now, the urgent first; only that while the machine's clock is not to be trusted."""
    return URGENCIES[:2] if ctx.clock_held else URGENCIES


def _dropped() -> Any:
    """Rows whose sender died; only what is being sent has a lease, so that the index holds little."""
    return (Outbox.lease_until < WALL.now()) & (Outbox.state == "sending")


def _left_behind(ctx: Context) -> Outbox | None:
    """The row that was dropped longest ago. A clock that jumps ends no lease early: what this process is calling just now is surely
    not dropped, and what others hold only if they have surely ended, as long as the clock is not to be trusted."""
    dropped = _dropped() & Outbox.id.not_in(ctx.under_way) if ctx.under_way else _dropped()
    row = claimable(Outbox.select(*SHORT).where(dropped).order_by(Outbox.lease_until, Outbox.id).limit(1)).first()
    return None if row is not None and ctx.clock_held and not has_ended(row.lease or "") else row


def due(urgency: str, now: datetime) -> Any:
    """Rows of an urgency that may go now, as a condition that the index serves."""
    return (Outbox.state == "pending") & (Outbox.urgency == urgency) & (Outbox.next_at <= now)


def _next_of(ctx: Context, urgency: str) -> Outbox | None:
    for _look in range(LOOKS):
        # By the index alone: with a second column PostgreSQL sorts all that wait, each time, as long as it knows of few.
        first_due = Outbox.select(*SHORT).where(due(urgency, ctx.now)).order_by(Outbox.next_at).limit(1)
        row = claimable(first_due).first()
        if row is None or urgency == "emergency":
            return row
        first = _first_of_person(ctx, row)
        if first.state == "pending" and first.next_at <= ctx.now:
            return first
        _put_behind(ctx, first)
    return None


def _first_of_person(ctx: Context, row: Outbox) -> Outbox:
    """The row of the same person that must go before this one, or this one: what is being sent, else the oldest that is due.

    A message that failed and is tried again soon holds its place; one that waits for hours does not.
    """
    soon = ctx.now + timedelta(seconds=ctx.settings.messages.keep_place_s)
    holds = (Outbox.next_at <= ctx.now) | (Outbox.attempts > 0)
    waiting = _mine(row, "pending") & (Outbox.next_at <= soon) & (Outbox.id <= row.id) & holds
    if ctx.clock_held:
        waiting &= Outbox.urgency.in_(urgencies_of(ctx))  # what may not leave now can't stand before what may
    before = _mine(row, "sending") | waiting  # each side ends in the index: what a person has far ahead is not looked through
    return Outbox.select(*SHORT).where(before).order_by(Outbox.state.desc(), Outbox.id).first() or row


def _put_behind(ctx: Context, first: Outbox) -> None:
    """All that is due for the person of this row, at once: looked at one by one, they would hold up everybody with each look."""
    later = ctx.now + BEHIND if first.state == "sending" else first.next_at + timedelta(milliseconds=1)
    theirs = _mine(first, "pending") & (Outbox.next_at <= ctx.now) & (Outbox.urgency != "emergency")
    ids = claimable(Outbox.select(Outbox.id).where(theirs).order_by(Outbox.next_at).limit(AT_ONCE))
    Outbox.update(next_at=later).where(Outbox.id.in_(ids)).execute()


def _mine(row: Outbox, state: str) -> Any:
    return (Outbox.community_id == row.community_id) & (Outbox.person_id == row.person_id) & (Outbox.state == state)


def let_follow(ctx: Context, row: Outbox) -> None:
    """A message is through: what was put behind it may go now."""
    put = (Outbox.next_at > ctx.now) & (Outbox.next_at <= ctx.now + LONGEST_SEND) & (Outbox.attempts == 0)
    behind = _mine(row, "pending") & put & (Outbox.not_before <= ctx.now)
    Outbox.update(next_at=ctx.now).where(behind).execute()


def _take(ctx: Context, row_id: int, *, crashed: bool) -> Outbox | None:
    """The whole row, now ours; None when somebody else was quicker."""
    row = Outbox.get(Outbox.id == row_id)
    was = {"state": row.state, "attempts": row.attempts, "lease": row.lease}
    lease = {
        "lease": new_lease(),
        "lease_until": WALL.now() + timedelta(seconds=ctx.settings.messages.lease_s),
    }
    where = {name: value for name, value in was.items() if value is not None}
    if row.state not in ("pending", "sending") or not row.change(where=where, state="sending", attempts=row.attempts + 1, **lease):
        return None
    row.crashed, row.held = crashed, False
    return row
