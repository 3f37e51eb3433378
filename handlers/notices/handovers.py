"""What is told while a person talks with a colleague instead of the bot (B5)."""

from handlers.cards import Card, card
from handlers.notices import Notice, Telling, register
from handlers.words import _
from models.talk import ChatLine


def _here(told: Telling) -> Card:
    return card(_("%(name)s is with you now. Please go on.", name=told["staff"]))


def _says(told: Telling) -> Card:
    line = ChatLine.find(told["line_id"])  # what was said is personal and stays where it is kept encrypted
    return card(_("%(name)s: %(words)s", name=told["staff"], words=line.words if line else ""))


def _back(told: Telling) -> Card:
    return card(_("The colleague has left the talk; I'm here again. Just write when you need something."))


def _waits(told: Telling) -> Card:
    return card(
        _(
            "I'm sorry, the colleagues are all busy. You keep your place and are answered here. If it is urgent, please call %(phone)s.",
            phone=told["phone"],
        ),
        ("talk:0:bot", _("Back to the bot")),
    )


def _still(told: Telling) -> Card:
    return card(
        _(
            "I'm sorry, nobody has been free for you yet. You keep your place; meanwhile I answer here. "
            "If it is urgent, please call %(phone)s.",
            phone=told["phone"],
        )
    )


register(
    Notice("consultant_here", _here, urgency="high", sample={"staff": "欧阳小林老师"}),
    Notice(
        "consultant_says",
        _says,
        urgency="high",
        harmless_twice=False,
        sample={"staff": "欧阳小林老师", "line_id": 0},
    ),
    Notice("handed_back", _back, sample={}),
    Notice("still_waiting", _still, sample={"phone": "010-0000 0000"}),
    Notice("handover_waits", _waits, urgency="high", sample={"phone": "010-0000 0000"}),
)
