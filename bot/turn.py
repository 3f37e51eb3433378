"""One turn of a conversation: who said what, in which state of the talk, and what we understood."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.inbound import Inbound
from bot.understanding import Frame, understand
from handlers.clock import SHANGHAI
from handlers.context import Context
from handlers.talk import Talk


@dataclass
class Turn:
    """Everything a step of a dialogue may look at. `text` is what was said, tapped or typed."""

    ctx: Context
    inbound: Inbound
    talk: Talk
    text: str
    frame: Frame

    @property
    def data(self) -> dict[str, Any]:
        return self.talk.data

    def slot(self, name: str, default: Any = None) -> Any:
        """One thing the message stated."""
        return self.frame.slots.get(name, default)

    def read(self, context: str | None) -> Frame:
        """The same words, read as the answer to what `context` says was asked; replaces the frame of this turn."""
        self.frame = read_words(self.ctx, self.text, context)
        return self.frame


def read_words(ctx: Context, text: str, context: str | None = None) -> Frame:
    """Understands words of the person that `ctx` acts for."""
    role = "worker" if "worker" in ctx.actor.roles else "resident"
    return understand(text, role=role, context=context, now=ctx.now.astimezone(SHANGHAI))


def moment(stated: str) -> datetime:
    """A slot's local time (YYYY-MM-DDTHH:MM) as an aware moment."""
    return datetime.fromisoformat(stated).replace(tzinfo=SHANGHAI)
