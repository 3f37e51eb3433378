"""The last way: staff phone (Q1)."""

from datetime import datetime, timedelta

from handlers.cards import Card
from handlers.claiming import FREE
from handlers.context import Context
from handlers.whys import say_why
from handlers.words import N_
from models.messages import CallTask, Outbox
from models.rules.workdays import last_open_before

NOT_WORTH_A_CALL = N_("of little weight: nobody is rung up for it")
URGENT = ("emergency", "high")  # these are phoned at any hour


def put_on_call_list(ctx: Context, row: Outbox, card: Card, why: str) -> None:
    """Nothing is allowed, or nothing worked: staff phone, with the words to say.

    For what is of little weight nobody is rung up: it waits until the person writes again, and asks then if it asked anything.
    """
    if row.urgency == "low":
        row.change(state="skipped", why=NOT_WORTH_A_CALL, **FREE)
        return
    within = timedelta(hours=ctx.settings.messages.call_list_within_hours)
    ends: datetime | None = row.expires_at
    due = min(ctx.now + within, ends or ctx.now + within)
    if row.urgency not in URGENT:
        here = ctx.settings.community
        due = last_open_before(ctx.now, due, here.opens_at, here.closes_at)
    CallTask.insert(
        community_id=row.community_id,
        person_id=row.person_id,
        outbox_id=row.id,
        words=card.text,
        why=say_why(why)[:200],
        due_at=due,
        opened_at=ctx.now,
    ).on_conflict_ignore().execute()
    row.change(state="called", why=why, **FREE)
