"""What a resident was asked: the coordinator asked back (C4), or nobody took it and something could be otherwise (D4)."""

from bot.actions import Chosen, action
from bot.dialogues.base import DialogueTable, End, Next, Step, declare
from bot.turn import Turn
from handlers.agreeing import answer_wider
from handlers.cards import Card, card
from handlers.requests import answer_question, open_question
from handlers.words import N_, _


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


# What is said to a yes after which there may be nobody left to ask.
SETTLES = {"fewer": N_("Good, then with as many as can come.")}


@action("request", "wider_yes")
def wider_yes(turn: Turn, chosen: Chosen) -> Card:
    """可以: it may be so, and the search goes on."""
    answer_wider(turn.ctx, chosen.id, kind=chosen.arg, agrees=True)
    if chosen.arg in SETTLES:
        return card(_(SETTLES[chosen.arg]))
    return card(_("Good, thank you. I'm asking on and tell you at once."))


@action("request", "wider_no")
def wider_no(turn: Turn, chosen: Chosen) -> Card:
    """不行: it stays as it was said; what comes next follows by itself."""
    answer_wider(turn.ctx, chosen.id, kind=chosen.arg, agrees=False)
    return card(_("All right, that stays as you said."))
