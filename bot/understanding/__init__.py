"""Understanding of chat messages: pure rules, no network, no clock of its own."""

from bot.understanding.frame import Frame
from bot.understanding.lexicon import SERVICES
from bot.understanding.reader import understand

__all__ = ["Frame", "services", "understand"]


def services() -> tuple[str, ...]:
    """The codes of the services that can be understood."""
    return SERVICES
