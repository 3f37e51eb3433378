"""One turn of a conversation: who said what, in which state of the talk, and what we understood."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from bot.inbound import Inbound
from bot.understanding import Frame, understand
from handlers.cards import Card
from handlers.clock import SHANGHAI
from handlers.context import Context
from handlers.introductions import full_address
from handlers.talk import Talk
from handlers.waiting import list_waiting


@dataclass
class Turn:
    """Everything a step of a dialogue may look at. `text` is what was said, tapped or typed."""

    ctx: Context
    inbound: Inbound
    talk: Talk
    text: str
    frame: Frame
    push: str = ""  # the platform's message as it is kept, so that what takes longer can be worked later
    late: bool = False  # worked by the jobs process: nothing is put off a second time
    said_at: datetime | None = None  # when it was said, if not now: 明天 is the day after that
    given: Frame | None = None  # how a model reads these very words
    context: str | None = None  # what understanding was told last
    judged: bool = False  # the words were taken for what the frame says, not as words to be kept
    keeps_card: bool = False  # the answer is only a word in between: what was shown before can still be answered

    @property
    def data(self) -> dict[str, Any]:
        return self.talk.data

    @cached_property
    def waiting(self) -> list[Card]:
        """What waits for this person's word, the most pressing first; looked up only when it is needed."""
        return list_waiting(self.ctx)

    def slot(self, name: str, default: Any = None) -> Any:
        """One thing the message stated."""
        return self.frame.slots.get(name, default)

    def read(self, context: str | None) -> Frame:
        """The same words, read as the answer to what `context` says was asked; replaces the frame of this turn."""
        self.context = context
        self.frame = self.given or read_words(self.ctx, self.text, context, self.said_at)
        return self.frame

    def speak_of(self, text: str) -> None:
        """Other words of theirs are taken up now; they are read by the rules."""
        self.text, self.given, self.said_at = text, None, None
        self.read(None)


def role_of(ctx: Context) -> str:
    """As whom somebody speaks; who is both speaks as a worker."""
    return "worker" if "worker" in ctx.actor.roles else "resident"


def read_words(ctx: Context, text: str, context: str | None = None, said_at: datetime | None = None) -> Frame:
    """Understands words of the person that `ctx` acts for, said just now or at `said_at`."""
    role, now = role_of(ctx), said_at or ctx.now
    found = read_as(text, role, context, now)
    if role == "worker" and found.intent == "other":  # a worker has a home too, and may need somebody for it
        as_resident = read_as(text, "resident", context, now)
        return as_resident if as_resident.intent in AT_HOME else found
    return found


AT_HOME = ("request_service", "ask_price", "ask_catalog", "order_status", "complain", "faq")


def read_as(text: str, role: str, context: str | None, now: datetime) -> Frame:
    """The words without the address in them: the room of 3号楼101 is no amount."""
    place = full_address(text)
    words = text.replace(place, "，").strip("，") if place and place != text.strip() else text
    return understand(words or text, role=role, context=context, now=now.astimezone(SHANGHAI))


def moment(stated: str) -> datetime:
    """A slot's local time (YYYY-MM-DDTHH:MM) as an aware moment."""
    return datetime.fromisoformat(stated).replace(tzinfo=SHANGHAI)
