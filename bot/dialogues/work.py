"""A worker's side: offers, counter-offers, agreements, reminders (D4, E1, E2, F1). At the door: dialogues/door.py."""

from typing import Any

from bot.actions import Chosen, action
from bot.dialogues.base import Begin, DialogueTable, End, Next, Stay, Step, begin, declare
from bot.dialogues.orders import new_time
from bot.turn import Turn
from handlers.agreements import confirm_agreement, decline_agreement
from handlers.cards import Card, card
from handlers.context import Refused
from handlers.offers import accept_offer, answer_counter, counter_offer, decline_offer, find_offer, heard_it_is_gone
from handlers.visits import cant_come, confirm_coming, signed_visit
from handlers.words import _, say_when, say_yuan


@action("offer", "accept")
def accept(turn: Turn, chosen: Chosen) -> Card:
    """接: the first acceptance wins; who was a moment late reads so once."""
    try:
        accept_offer(turn.ctx, chosen.id)
    except Refused as refused:
        if refused.code == "gone":
            heard_it_is_gone(turn.ctx, chosen.id)
        raise
    return card(
        _("Taken, thank you. Please look at the terms once more; the door number comes as soon as both have confirmed.")
    )


@action("offer", "decline")
def decline(turn: Turn, chosen: Chosen) -> Card:
    """去不了: costs nothing; the reason is asked once and may stay unsaid."""
    reason = next(iter(turn.slot("reason", [])), None)
    decline_offer(turn.ctx, chosen.id, reason=reason)
    return card(_("All right, it doesn't count against you. Thank you for answering quickly."))


@action("offer", "counter")
def counter(turn: Turn, chosen: Chosen) -> Card:
    """想改时间 or 价钱: asks for the other condition."""
    return begin(turn, Begin("counter", "terms", {"offer_id": chosen.id}))


@action("offer", "counter_yes")
def counter_yes(turn: Turn, chosen: Chosen) -> Card:
    """The resident agrees to what the worker proposed."""
    if not answer_counter(turn.ctx, chosen.id, accept=True):
        return card(_("I'm sorry, they have just been booked elsewhere. I'm asking the next one and tell you at once."))
    return card(_("Agreed. Please look at the terms once more and confirm."))


@action("offer", "counter_no")
def counter_no(turn: Turn, chosen: Chosen) -> Card:
    """The resident does not agree; the next worker is asked."""
    answer_counter(turn.ctx, chosen.id, accept=False)
    return card(_("All right. I'm asking the next one and tell you at once."))


def start_counter(turn: Turn, offer_id: int) -> Card:
    """「可以接,但是…」: takes the condition from the message itself if it is in there."""
    turn.talk.open("counter", "terms", {"offer_id": offer_id})
    settled = _take_terms(turn)
    if isinstance(settled, End):
        turn.talk.close()
        return settled.card
    return _ask_terms(turn)


def _ask_terms(turn: Turn) -> Card:
    now = say_yuan(find_offer(turn.ctx, turn.data["offer_id"]).price_fen)
    return card(
        _(
            "Which time or price would suit you? Just say it, and I'll ask the resident. For example: at four instead. "
            "It is %(price)s now.",
            price=now,
        )
    )


def counter_fields(turn: Turn, terms: Any) -> dict[str, Any]:
    """What the message proposes instead: time, price (fen), minutes."""
    fields: dict[str, Any] = {}
    starts_at = new_time(turn, terms)
    if starts_at is not None:
        fields["starts_at"] = starts_at
    price = turn.slot("price", turn.slot("budget_max"))
    if price is not None:
        fields["price_fen"] = int(price) * 100
    elif turn.slot("price_delta") is not None:
        fields["price_fen"] = terms.price_fen + int(turn.slot("price_delta")) * 100
    if turn.slot("duration_min") is not None:
        fields["minutes"] = int(turn.slot("duration_min"))
    return fields


def _take_terms(turn: Turn) -> Next:
    offer = find_offer(turn.ctx, turn.data["offer_id"])
    turn.read(f"offer:{offer.number}")
    fields = counter_fields(turn, offer)
    if fields:
        counter_offer(turn.ctx, offer.id, **fields)
        return End(card(_("Good, I'm asking the resident and tell you at once.")))
    return None if turn.frame.intent in ("accept_job", "decline_job", "my_schedule") else Stay(_("I didn't catch it."))


def _leave(turn: Turn) -> Card:
    return card(
        _("All right. Will you take it as it is?"),
        (f"offer:{turn.data['offer_id']}:accept", _("Take it")),
        (f"offer:{turn.data['offer_id']}:decline", _("Can't make it")),
    )


declare(DialogueTable("counter", {"terms": Step(_ask_terms, _take_terms)}, _leave))


@action("agreement", "confirm")
def confirm_terms(turn: Turn, chosen: Chosen) -> Card:
    """确认协议, either side."""
    agreement = confirm_agreement(turn.ctx, chosen.id)
    if agreement.state == "sealed":
        return card(_("Both have confirmed."))
    return card(_("You have confirmed. As soon as the other side has too, it is settled, and I tell you."))


@action("agreement", "decline")
def decline_terms(turn: Turn, chosen: Chosen) -> Card:
    """不同意: back to looking for somebody. Signed already: then it is the visit that is called off, which is said."""
    signed = signed_visit(turn.ctx, chosen.id)
    if signed is not None:
        words = _(
            "It is signed already: %(when)s. Shall I call the visit off?", when=say_when(signed.starts_at, turn.ctx.now)
        )
        return card(
            words,
            (f"visit:{signed.id}:give_up", _("Yes, call it off")),
            (f"visit:{signed.id}:stays", _("No, it stays")),
        )
    decline_agreement(turn.ctx, chosen.id)
    return card(_("All right, nothing is signed. We go on looking and tell you."))


# The answer to "then it is not signed, and somebody else is sought": a yes to that signs nothing.
action("agreement", "instead")(decline_terms)


@action("visit", "coming")
def coming(turn: Turn, chosen: Chosen) -> Card:
    """The answer to a reminder: all stays as agreed."""
    confirm_coming(turn.ctx, chosen.id)
    return card(_("Good, noted. See you then."))


@action("visit", "cant")
def cant(turn: Turn, chosen: Chosen) -> Card:
    """The answer to a reminder: it won't work. The handler says what follows for this side."""
    return cant_come(turn.ctx, chosen.id, reason=next(iter(turn.slot("reason", [])), ""))


# The answers to "shall I call it off?": a yes gives it up, a no leaves it.
action("visit", "give_up")(cant)
action("visit", "stays")(coming)
