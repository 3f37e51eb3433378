"""Where a person stands in the talk with the bot: kept between two messages, for every door that talks (C3)."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from handlers.cards import Card
from handlers.context import Context
from models.quick import add_or_put
from models.talk import Dialogue

PUSHED = "pushed"
PARKED = ("booking",)  # what is worth taking up again after a pause


@dataclass
class Talk:
    """The open dialogue (or none), its data, a draft left half-way, and the card last shown."""

    person_id: int
    name: str = ""
    step: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    parked: dict[str, Any] | None = None
    card: list[dict[str, str]] = field(default_factory=list)
    updated_at: datetime | None = None
    pushed: bool = False  # the card last shown came by itself, and is not the open dialogue's

    def open(self, name: str, step: str, data: dict[str, Any]) -> None:
        """A dialogue begins, or goes on to another step."""
        self.name, self.step, self.data = name, step, data

    def close(self) -> None:
        """The dialogue is over; what was said in it is not needed any more."""
        self.name, self.step, self.data = "", "", {}

    def park(self, now: datetime) -> None:
        """The dialogue is left half-way; a booking can be taken up again, other questions are simply over."""
        if self.name in PARKED:
            self.parked = {"name": self.name, "step": self.step, "data": self.data, "at": now.isoformat()}
        self.close()

    def unpark(self) -> bool:
        """Takes the parked dialogue up again; False when there is none."""
        if not self.parked:
            return False
        self.open(self.parked["name"], self.parked["step"], self.parked["data"])
        self.parked = None
        return True

    def show(self, card: Card) -> None:
        """Remembers what can be answered by a number or a word. A card without choices leaves nothing to answer."""
        self.card = [{"id": c.id, "words": c.words} for c in card.choices]
        self.pushed = False


def load_talk(ctx: Context, person_id: int) -> Talk:
    """The person's talk; a fresh one if they never spoke."""
    row = Dialogue.pick(community_id=ctx.community_id, person_id=person_id)
    if row is None:
        return Talk(person_id)
    talk = Talk(person_id, row.name, row.step, row.data, row.parked, row.card, row.updated_at, row.context == PUSHED)
    if talk.name and row.updated_at < ctx.now - timedelta(hours=ctx.settings.messages.dialogue_hours):
        talk.park(row.updated_at)
    return talk


def save_talk(ctx: Context, talk: Talk) -> None:
    """Keeps the talk as it stands now."""
    fields = {
        "name": talk.name,
        "step": talk.step,
        "data": talk.data,
        "parked": talk.parked,
        "card": talk.card,
        "context": PUSHED if talk.pushed else "",
        "updated_at": ctx.now,
    }
    add_or_put(Dialogue, {"community_id": ctx.community_id, "person_id": talk.person_id}, fields)


def show_card(ctx: Context, person_id: int, card: Card) -> None:
    """A card was sent by itself (not as an answer): from now on it is what a number or 好 answers.

    A card without choices changes nothing. An open dialogue stays open beside it.
    """
    if card.choices:
        fields = {"card": [{"id": c.id, "words": c.words} for c in card.choices], "context": PUSHED}
        # Only these columns: the person may be answering something else at this very moment.
        Dialogue.insert(community_id=ctx.community_id, person_id=person_id, updated_at=ctx.now, **fields).on_conflict(
            conflict_target=(Dialogue.community_id, Dialogue.person_id), update=fields
        ).execute()
