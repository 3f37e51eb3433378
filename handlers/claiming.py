"""Which notice is sent next: claimed by compare-and-set with a lease, the urgent first, in each person's own order (Q1).

The cost of a claim does not grow with the rows that wait: the first row of each urgency is found by an index, and a row that
must stay behind another of the same person is put behind it, so that it is not looked at again and again.
"""

import secrets
from datetime import datetime, timedelta
from typing import Any

from handlers.clock import SystemClock
from handlers.context import Context
from models.base import claimable
from models.messages import Outbox

WALL = SystemClock()  # leases run on the machine's own clock: a moved demo clock must not let go of what is being sent
URGENCIES = ("emergency", "high", "normal", "low")
BEHIND = timedelta(milliseconds=300)  # while another message to the same person is under way
LONGEST_SEND = timedelta(seconds=15)
LOOKS = 50


def claim(ctx: Context) -> Outbox | None:
    """The next row to be sent, now in our hands; None when nothing is due. Runs in a transaction.

    A row whose sender died comes first; its `crashed` is true.
    """
    dropped = (Outbox.state == "sending") & (Outbox.lease_until < WALL.now())
    row = claimable(Outbox.select().where(dropped).order_by(Outbox.id).limit(1)).first()
    if row is not None and _take(ctx, row, crashed=True):
        return row
    for _look in range(LOOKS):
        row = next((found for found in (_next_of(ctx, urgency) for urgency in URGENCIES) if found is not None), None)
        if row is None or _take(ctx, row, crashed=False):
            return row
    return None


def due(urgency: str, now: datetime) -> Any:
    """Rows of an urgency that may go now, as a condition that the index serves."""
    return (Outbox.state == "pending") & (Outbox.urgency == urgency) & (Outbox.next_at <= now)


def _next_of(ctx: Context, urgency: str) -> Outbox | None:
    for _look in range(LOOKS):
        first_due = Outbox.select().where(due(urgency, ctx.now)).order_by(Outbox.next_at, Outbox.id).limit(1)
        row = claimable(first_due).first()
        if row is None or urgency == "emergency":
            return row
        first = _first_of_person(ctx, row)
        if first.state == "pending" and first.next_at <= ctx.now:
            return first
        later = ctx.now + BEHIND if first.state == "sending" else first.next_at + timedelta(milliseconds=1)
        row.change(where={"state": "pending"}, next_at=later)
    return None


def _first_of_person(ctx: Context, row: Outbox) -> Outbox:
    """The row of the same person that must go before this one, or this one: what is being sent, else the oldest that is due.

    A message that failed and is tried again soon holds its place; one that waits for hours does not.
    """
    mine = (Outbox.community_id == row.community_id) & (Outbox.person_id == row.person_id)
    soon = ctx.now + timedelta(seconds=ctx.settings.messages.keep_place_s)
    holds = (Outbox.next_at <= ctx.now) | ((Outbox.attempts > 0) & (Outbox.next_at <= soon))
    under_way = Outbox.select().where(mine & (Outbox.state == "sending")).first()
    if under_way is not None:
        return under_way
    waiting = mine & (Outbox.state == "pending") & (Outbox.id <= row.id) & holds
    return Outbox.select().where(waiting).order_by(Outbox.id).first() or row


def let_follow(ctx: Context, row: Outbox) -> None:
    """A message is through: what was put behind it may go now."""
    mine = (Outbox.community_id == row.community_id) & (Outbox.person_id == row.person_id)
    put = (Outbox.next_at > ctx.now) & (Outbox.next_at <= ctx.now + LONGEST_SEND) & (Outbox.attempts == 0)
    behind = mine & (Outbox.state == "pending") & put & (Outbox.not_before <= ctx.now)
    Outbox.update(next_at=ctx.now).where(behind).execute()


def _take(ctx: Context, row: Outbox, *, crashed: bool) -> bool:
    """False when somebody else was quicker."""
    was = {"state": row.state, "attempts": row.attempts, "lease": row.lease}
    lease = {
        "lease": secrets.token_hex(8),
        "lease_until": WALL.now() + timedelta(seconds=ctx.settings.messages.lease_s),
    }
    where = {name: value for name, value in was.items() if value is not None}
    if not row.change(where=where, state="sending", attempts=row.attempts + 1, **lease):
        return False
    row.crashed, row.held = crashed, False
    return True
