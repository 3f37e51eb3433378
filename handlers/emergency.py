"""Words of danger: the emergency numbers first, then people (C5)."""

from collections.abc import Iterable

from handlers.cards import Card, card
from handlers.context import PEOPLE, Context, use_case
from handlers.handovers import ask_for_person
from handlers.words import N_, _

# What to call first for each kind of danger that understanding tells apart; what is not here calls for all three.
BODY = ("fall", "breathing", "choking", "chest_pain", "stroke", "unconscious", "bleeding", "poison")
NUMBERS = {
    **dict.fromkeys(BODY, ("120",)),
    **dict.fromkeys(("fire", "gas", "trapped"), ("119",)),
    **dict.fromkeys(("intruder", "missing_person"), ("110",)),
    "self_harm": ("120", "110"),
}
CALL = {
    "120": N_('Please call <a href="tel:120">120</a> (ambulance) now.'),
    "119": N_('Please leave the place and call <a href="tel:119">119</a> (fire) now.'),
    "110": N_('Please call <a href="tel:110">110</a> (police) now.'),
}


def numbers_for(kinds: Iterable[str]) -> list[str]:
    """The numbers to call, each once; all three when the kind of danger is not known."""
    found = list(dict.fromkeys(number for kind in kinds for number in NUMBERS.get(kind, ())))
    return found or list(CALL)


@use_case(*PEOPLE)
def raise_alarm(ctx: Context, *, words: str, kinds: Iterable[str]) -> Card:
    """Somebody is in danger (C5): an alert and a hand-over at once; the card begins with the numbers, as links."""
    ask_for_person(ctx, reason=words, emergency=True)
    first = "\n".join(_(CALL[number]) for number in numbers_for(kinds))
    phone = ctx.settings.community.phone
    then = _("Our colleagues see this at once and call you. The station: %(phone)s.", phone=phone)
    return card(f"{first}\n{then}", ("talk:0:bot", _("It's all right, nobody is in danger")))
