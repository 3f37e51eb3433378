"""A carer is called to somebody in danger near them: going, or not (C5)."""

import re

from bot.actions import Chosen, action, find_on_card, run_choice
from bot.around import around
from bot.turn import Turn
from handlers.cards import Card, card
from handlers.carers import cannot_come, come, say_how_it_stands
from handlers.words import _


@action("alarm", "coming")
def coming(turn: Turn, chosen: Chosen) -> Card:
    """我马上过去: the door number comes with it."""
    where = come(turn.ctx, chosen.id)
    words = _("Thank you. It is here: %(where)s. If 120 is not there yet, call it. Write to me how it stands.", where=where)
    return card(words, (f"alarm:{chosen.id}:cant", _("I can't go after all")), ("talk:0:human", _("Find a person to help me")))


@action("alarm", "cant")
def cant(turn: Turn, chosen: Chosen) -> Card:
    """去不了: costs nothing."""
    if cannot_come(turn.ctx, chosen.id):
        return card(_("All right, it doesn't count against you. Others are called too."))
    return card(_("All right, it doesn't count against you. The colleagues know and see to it."))


ASKS = re.compile(r"[?？]|哪|什么|啥|怎么|多远|几号|吗$")
CANT = re.compile(r"不了|不(行|能|方便|在|去)|没(空|时间|法)|来不及|太远|走不开")
GOING = re.compile(r"我?(马上|这就|现在|立刻)?(去|到|来|过去|赶过去|出发)|能去|可以|^(好|行|接|嗯|收到)")


@around("alarm", "coming")
def _called(turn: Turn, subject: Chosen, shown: Card) -> Card | None:
    """我这就去, 走不开: their word on the call."""
    if len(turn.text) > 16:
        return None
    if ASKS.search(turn.text):  # where, what: it stands on the card
        return shown if shown.text else None
    if CANT.search(turn.text):
        return run_choice(turn, Chosen("alarm", subject.id, "cant"))
    return run_choice(turn, subject) if GOING.search(turn.text) else None


STANDS = ("arrived", "finished", "on_the_way", "other", "help", "yes", "no", "greeting")


@around("alarm", "cant")
def _on_the_way(turn: Turn, subject: Chosen, shown: Card) -> Card | None:
    """到了, 人扶起来了: who goes there writes how it stands, and no code of another visit is asked for. 去不了了 is its own choice."""
    if turn.frame.intent == "decline_job" or CANT.search(turn.text):
        return run_choice(turn, subject)
    if turn.frame.intent not in STANDS or find_on_card(turn, ("alarm", "coming")) is not None:
        return None
    say_how_it_stands(turn.ctx, subject.id, words=turn.text)
    turn.keeps_card = True
    words = _("Thank you, the colleagues see it. If you need help, write or call 120.")
    return card(words, ("talk:0:human", _("Find a person to help me")))
