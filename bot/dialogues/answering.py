"""The coordinator asked back: the person's next words are the answer (C4)."""

from bot.dialogues.base import DialogueTable, End, Next, Step, declare
from bot.turn import Turn
from handlers.cards import Card, card
from handlers.requests import answer_question, open_question
from handlers.words import _


def _ask(turn: Turn) -> Card:
    question = open_question(turn.ctx, turn.data["request_id"])
    return card(_("%(question)s\nJust write the answer here.", question=question))


def _take(turn: Turn) -> Next:
    answer_question(turn.ctx, turn.data["request_id"], words=turn.text)
    return End(card(_("Thank you, passed on. The colleague goes on with it at once.")))


declare(
    DialogueTable(
        "answer",
        {"words": Step(_ask, _take, free_text=True)},
        lambda turn: card(_("All right, no answer for now. You can write it any time.")),
    )
)
