"""From an intent to an answer: one table. What no row knows is answered with help, never with silence."""

from collections.abc import Callable

from bot.turn import Turn
from handlers.cards import Card

Answer = Callable[[Turn], Card]
INTENTS: dict[str, Answer] = {}


def intent(*names: str) -> Callable[[Answer], Answer]:
    """Declares what answers these intents."""

    def mark(answer: Answer) -> Answer:
        for name in names:
            INTENTS[name] = answer
        return answer

    return mark


def answer_intent(turn: Turn) -> Card | None:
    """The answer to what the turn's frame says the person wants."""
    return INTENTS.get(turn.frame.intent, INTENTS["other"])(turn)
