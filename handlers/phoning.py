"""The last way: staff phone (Q1)."""

from datetime import timedelta

from handlers.cards import Card
from handlers.claiming import FREE
from handlers.context import Context
from handlers.whys import say_why
from models.messages import CallTask, Outbox


def put_on_call_list(ctx: Context, row: Outbox, card: Card, why: str) -> None:
    """Nothing is allowed, or nothing worked: staff phone, with the words to say."""
    within = timedelta(hours=ctx.settings.messages.call_list_within_hours)
    due = min(ctx.now + within, row.expires_at or ctx.now + within)
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
