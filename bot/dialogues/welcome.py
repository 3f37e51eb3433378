"""The first contact: greeting, what can be asked, and consent to the privacy notice before anything personal is kept (A1)."""

import re

from bot.actions import Chosen, action
from bot.dialogues.base import Begin, DialogueTable, End, Next, Stay, Step, begin, declare
from bot.intents import answer_intent
from bot.turn import Turn
from handlers.cards import Card, card
from handlers.people import give_consent, has_consent, privacy_notice
from handlers.words import _

YES, READ, NO = "consent:0:yes", "consent:0:read", "consent:0:no"


def consent_choices() -> tuple[tuple[str, str], ...]:
    """The three answers to the privacy notice."""
    return ((YES, _("I agree, let's start")), (READ, _("What do you keep about me?")), (NO, _("Not now")))


def greeting(turn: Turn) -> Card:
    """Said to somebody new: who we are, what can be asked, and the one question before we start."""
    words = _(
        "Hello, this is %(community)s's Linli.\nCleaning, cooking, elder care, repairs, tutoring: say it in one sentence, for example "
        "'tomorrow at three, someone to clean the windows, two hours'.\nIn danger call 120, 119 or 110 first.\n\nMay we keep your address "
        "and number, only to arrange visits?",
        community=turn.ctx.settings.community.name,
    )
    return card(words, *consent_choices())


def _ask(turn: Turn) -> Card:
    if turn.data.get("then"):
        words = _(
            "I have noted what you said. One thing first: may we keep your address and number, only to arrange visits?"
        )
        return card(words, *consent_choices())
    return greeting(turn)


def _ask_again(turn: Turn) -> Card:
    """The one question alone; who we are has been said."""
    return card(_("May we keep your address and number, only to arrange visits?"), *consent_choices())


WHO_ARE_YOU = re.compile(r"(干啥|干什么|做什么|做啥|弄啥|什么|啥)的|你们?是(谁|哪)|骗子|真的假的")


def _take(turn: Turn) -> Next:
    if turn.frame.intent in ("greeting", "help") or WHO_ARE_YOU.search(turn.text):
        return Stay(_about_us(turn))
    if turn.frame.intent in ("yes", "accept_job"):
        return End(agree(turn))
    if turn.frame.intent == "no":
        return End(refuse(turn))
    if turn.frame.intent in ("request_service", "complain"):
        turn.data["then"] = turn.text
        return Stay()
    return None


def _about_us(turn: Turn) -> str:
    return _(
        "We are the neighbourhood's home services: the station checks workers and prices, and you book by one sentence here."
    )


def agree(turn: Turn) -> Card:
    """Consent is recorded; what was said before it is taken up at once."""
    give_consent(turn.ctx)
    then = turn.data.get("then") if turn.talk.name == "welcome" else None
    turn.talk.close()
    if not then:
        return card(
            _(
                "Thank you. What do you need? Say it in one sentence, for example: tomorrow afternoon at three, cleaning, two hours."
            ),
            ("menu:0:prices", _("What does it cost?")),
            ("menu:0:services", _("What can you do?")),
            ("talk:0:human", _("Find a person to help me")),
        )
    turn.speak_of(then)
    return answer_intent(turn) or card(_("Thank you."))


def refuse(turn: Turn) -> Card:
    """Without consent nothing personal is kept; prices, rules and a person are still there."""
    turn.talk.close()
    words = _(
        "That's fine, nothing is kept. You can still ask for prices, or call %(phone)s.",
        phone=turn.ctx.settings.community.phone,
    )
    return card(words, (YES, _("I agree after all")), ("menu:0:prices", _("What does it cost?")))


@action("consent", "yes")
def _yes(turn: Turn, chosen: Chosen) -> Card:
    return agree(turn)


@action("consent", "no")
def _no(turn: Turn, chosen: Chosen) -> Card:
    return refuse(turn)


@action("consent", "read")
def _read(turn: Turn, chosen: Chosen) -> Card:
    return card(privacy_notice(turn.ctx).body["short"], *[c for c in consent_choices() if c[0] != READ])


def _leave(turn: Turn) -> Card:
    return refuse(turn)


WELCOME = declare(
    DialogueTable("welcome", {"consent": Step(_ask, _take, reads="confirm:consent", again=_ask_again)}, _leave)
)


def needs_consent(turn: Turn) -> Card | None:
    """The consent question, if it was not answered with yes yet; what was said is taken up after it."""
    if has_consent(turn.ctx):
        return None
    return begin(turn, Begin("welcome", "consent", {"then": turn.text}))
