"""What a resident or a worker taps when the day's plan asks for another time or another worker (D5, D7)."""

from bot.actions import Chosen, action
from bot.intents.common import human
from bot.turn import Turn
from handlers.cards import Card, card
from handlers.proposals import agree_to_proposal, decline_proposal
from handlers.words import _


@action("proposal", "yes")
def agree(turn: Turn, chosen: Chosen) -> Card:
    """好，就这样."""
    if agree_to_proposal(turn.ctx, chosen.id):
        return card(_("Good, so be it. All is settled."))
    return card(_("Good, thank you. The other side is being asked as well; you hear from me as soon as it is settled."))


@action("proposal", "no")
def decline(turn: Turn, chosen: Chosen) -> Card:
    """不用了."""
    proposal = decline_proposal(turn.ctx, chosen.id)
    if turn.ctx.actor.worker_id == proposal.worker_id:
        return card(_("Understood, thank you for saying so. It doesn't count against you."))
    if proposal.visit_id is not None:
        return card(_("Good, everything stays as it is."))
    return card(_("Understood. We look for something else and tell you."), human())
