"""One message instead of many: what waits for the same person goes together, and into a reply where there is one (Q1)."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from handlers.cards import Card
from handlers.context import Context
from handlers.notices import NOTICES, Telling
from models.messages import Outbox
from models.people import Person

TOGETHER = ("low", "normal")


def telling_of(row: Outbox, person: Person, now: datetime) -> Telling:
    """What the notice's words are made from."""
    return Telling(row.values, person.called, now)


def why_not(now: datetime, row: Outbox, person: Person | None) -> str | None:
    """Looks at the world again: why this is not to be told any more."""
    notice = NOTICES[row.notice]
    if person is None:
        return "the person is gone"
    if row.expires_at is not None and row.expires_at < now:
        return "too late to be of use"
    if notice.opt_out and person.reminders_off:
        return "the person turned reminders off"
    return notice.stale(row.subject_id, now) if notice.stale is not None and row.subject_id else None


def may_go_again(row: Outbox) -> bool:
    """Whether it is told although it may have arrived before: once more, and only what is harmless twice."""
    return bool(row.unsure <= (1 if NOTICES[row.notice].harmless_twice else 0))


def gather(ctx: Context, row: Outbox, person: Person, card: Card) -> tuple[Card, list[Outbox]]:
    """A calm notice with the calm ones that are due behind it, as one card; and which these are.

    Only the last may ask something, since a number answers one question. What is no longer true is skipped on the way.
    """
    taken: list[Outbox] = []
    if row.urgency not in TOGETHER:
        return card, taken
    for other in _behind(ctx, row):
        told = NOTICES[other.notice].words(telling_of(other, person, ctx.now))
        size = len(card.text) + len(told.text) + 2
        if card.choices or other.urgency not in TOGETHER or size > ctx.settings.messages.bubble_signs or not may_go_again(other):
            break
        why = why_not(ctx.now, other, person)
        if why is not None:
            other.change(where={"state": "pending"}, state="skipped", why=why)
            continue
        card = card.then(told)
        taken.append(other)
    return card, taken


def _behind(ctx: Context, row: Outbox) -> list[Outbox]:
    mine = (Outbox.community_id == row.community_id) & (Outbox.person_id == row.person_id)
    waiting = mine & (Outbox.state == "pending") & (Outbox.next_at <= ctx.now) & (Outbox.id > row.id)
    return list(Outbox.select().where(waiting).order_by(Outbox.id).limit(20))


def _together(lead: Outbox) -> str:
    return f"in one message with {lead.id}"


def mark_taken(taken: list[Outbox], lead: Outbox) -> None:
    """They leave with it now: should nobody learn what became of it, the same is not known of them."""
    ids = [row.id for row in taken]
    if ids:
        Outbox.update(why=_together(lead)).where(Outbox.id.in_(ids) & (Outbox.state == "pending")).execute()


def doubt_taken(lead: Outbox) -> None:
    """It is not known whether the message arrived, nor then those that left with it."""
    mine = (Outbox.community_id == lead.community_id) & (Outbox.person_id == lead.person_id) & (Outbox.state == "pending")
    Outbox.update(unsure=Outbox.unsure + 1).where(mine & (Outbox.why == _together(lead))).execute()


def settle_taken(now: datetime, taken: list[Outbox], lead: Outbox) -> None:
    """The message arrived: those that went with it are sent, too."""
    ids = [row.id for row in taken]
    if ids:
        fields = {"state": "sent", "channel": lead.channel, "sent_at": now, "why": _together(lead)}
        Outbox.update(**fields).where(Outbox.id.in_(ids) & (Outbox.state == "pending")).execute()


def fold_into_reply(ctx: Context, person_id: int, card: Card) -> Card:
    """Puts what this very message causes to be told to the same person into the reply itself: it costs nothing (Q1)."""
    if person_id not in ctx.told:
        return card
    mine: dict[str, Any] = {"community_id": ctx.community_id, "person_id": person_id, "state": "pending"}
    rows = Outbox.pick_all(**mine, trace_id=ctx.trace_id, next_at__le=ctx.now, order="id")
    person = Person.get_by_id(person_id)
    for row in rows:
        told = NOTICES[row.notice].words(telling_of(row, person, ctx.now))
        if card.choices or len(card.text) + len(told.text) > ctx.settings.messages.bubble_signs:
            break
        card = card.then(told)
        row.change(state="sent", channel="passive", sent_at=ctx.now)
    return card


def once_more(card: Card, words: str) -> Card:
    """The same card, saying that it may have come before."""
    return replace(card, text=f"{words}\n{card.text}")
