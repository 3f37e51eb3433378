"""What everybody may say: greetings, help, a person, questions, yes and no to the card last shown (B3, B4, B5)."""

import re
from datetime import timedelta

from bot.actions import Chosen, action, bare, find_on_card, run_choice
from bot.intents import intent
from bot.turn import Turn
from handlers.cards import Card, Choice, card
from handlers.catalogue import catalogue_card, find_faq, price_words
from handlers.handovers import ask_for_person
from handlers.heard import note_handed_over
from handlers.people import turn_reminders
from handlers.requests import find_draft
from handlers.words import _, current_language, say_when

YES = (
    ("consent", "yes"), ("offer", "accept"), ("offer", "counter_yes"), ("agreement", "confirm"), ("agreement", "instead"),
    ("visit", "give_up"), ("leave", "give_up"),
    ("visit", "opens"), ("request", "later"), ("request", "wider_yes"),
    ("alarm", "coming"), ("visit", "coming"), ("visit", "confirm"), ("visit", "cash"),
    ("complaint", "accept"), ("booking", "resume"), ("booking", "yes"),
    ("proposal", "yes"), ("request", "fewer_yes"), ("series", "pause_yes"), ("series", "end_yes"), ("series", "holiday_yes"),
)  # fmt: skip
NO = (
    ("consent", "no"), ("request", "wider_no"), ("alarm", "cant"), ("offer", "decline"),
    ("offer", "counter_no"), ("agreement", "decline"), ("visit", "stays"), ("leave", "stays"),
    ("visit", "not_home"), ("visit", "longer"), ("visit", "cant"), ("visit", "dispute"), ("complaint", "reopen"),
    ("booking", "drop"), ("visit", "rate_done"), ("survey", "done"),
    ("proposal", "no"), ("request", "cancel_no"), ("series", "stays"), ("series", "holiday_no"),
)  # fmt: skip


def human() -> tuple[str, str]:
    """The choice that is on every card where somebody could be stuck."""
    return ("talk:0:human", _("Find a person to help me"))


FINE = re.compile(
    r"(好|嗯|哦|噢|行|对|是|成|中|可以|知道|晓得|明白|收到|了解|ok|okay)+(的|了|啦|吧|呀|啊|嘞)*", re.IGNORECASE
)


@intent("yes")
def yes(turn: Turn) -> Card:
    """好 / 对: the first thing on the card that it can mean."""
    chosen = find_on_card(turn, *YES)
    if chosen is not None:
        return run_choice(turn, chosen)
    whom = find_on_card(turn, ("request", "choose"))
    if whom is not None:  # 好 to a list of names: whom, is not ours to guess
        choices = tuple(Choice(c["id"], c["words"]) for c in turn.talk.card)
        return Card(_("Whom would you like? Say a name, or leave it to us."), choices)
    if turn.talk.parked:
        return run_choice(turn, Chosen("booking", 0, "resume"))
    if turn.waiting:
        return turn.waiting[0]
    return card(_("Good. Just write when you need something."))


LATER = re.compile(r"等等|等一?下|再说|想想|考虑|问问|商量")
PLAIN_NO = re.compile(r"不(要|用|行|签|同意|愿意|想|去|来|接|了|必)|别|甭|算了|退")
CAN_WAIT = {("agreement", "decline"), ("offer", "counter_no"), ("proposal", "no"), ("complaint", "reopen")}


@intent("no")
def no(turn: Turn) -> Card:
    """不 / 不用了. 我跟家里商量一下 is no answer yet: what is asked stands, and can still be answered."""
    chosen = find_on_card(turn, *NO)
    waits = chosen is not None and (chosen.kind, chosen.verb) in CAN_WAIT
    if waits and LATER.search(turn.text) and not PLAIN_NO.search(turn.text):
        return Card(_("No hurry, tell me when you know."), tuple(Choice(c["id"], c["words"]) for c in turn.talk.card))
    return run_choice(turn, chosen) if chosen is not None else card(_("All right. Just write when you need something."))


@intent("greeting")
def greet(turn: Turn) -> Card:
    """你好. A bare 好 greets nobody: it is a yes to whatever there is."""
    if FINE.fullmatch(bare(turn.text)):
        return yes(turn)
    name = turn.ctx.actor.called
    hello = _("Hello, %(name)s.", name=name) if name else _("Hello.")
    if turn.talk.parked:
        return card(
            _("%(hello)s Last time we stopped half-way. Shall we go on?", hello=hello),
            ("booking:0:resume", _("Go on")),
            ("booking:0:drop", _("Drop it")),
        )
    if turn.waiting:
        asked = turn.waiting[0]
        return Card(
            _("%(hello)s This is waiting for your word:\n%(card)s", hello=hello, card=asked.text), asked.choices
        )
    return Card(f"{hello}{_ways(turn).text}", _ways(turn).choices)


def _ways(turn: Turn) -> Card:
    if "worker" in turn.ctx.actor.roles:
        return card(
            _("What would you like to see?"),
            ("menu:0:today", _("My jobs")),
            ("menu:0:offers", _("Offers waiting for me")),
            ("menu:0:income", _("My pay")),
            human(),
        )
    return card(
        _("What do you need? Say it in one sentence, for example: tomorrow afternoon at three, cleaning, two hours."),
        ("menu:0:mine", _("My bookings")),
        ("menu:0:prices", _("What does it cost?")),
        human(),
    )


THANKS = re.compile(
    r"(好的?,?|行,?)?(谢谢|多谢|谢了|感谢|辛苦)(您|你|啦|了|大家)?.{0,4}|再见|拜拜|thanks?", re.IGNORECASE
)


@intent("help", "other")
def helped(turn: Turn) -> Card:
    """帮助, and everything we did not understand: what can be done, never a dead end. Thanks are answered with thanks."""
    ways = _ways(turn)
    if THANKS.fullmatch(bare(turn.text)):
        return card(_("You are welcome. Just write when you need something."))
    if FINE.fullmatch(bare(turn.text)) and not (turn.waiting and turn.talk.pushed):
        return yes(turn)
    if turn.frame.intent == "help":
        return ways
    if turn.waiting:
        return _not_caught_but_waiting(turn.waiting[0])
    return Card(_("I didn't quite catch that. %(ways)s", ways=ways.text), ways.choices)


def _not_caught_but_waiting(asked: Card) -> Card:
    """What waits is shown again, so that it can still be answered, with a way to a person."""
    words = _("I didn't quite catch that. This is waiting for your word:\n%(card)s", card=asked.text)
    choices = (
        asked.choices if any(c.id == "talk:0:human" for c in asked.choices) else (*asked.choices, Choice(*human()))
    )
    return Card(words, choices)


@intent("human_agent")
def person(turn: Turn) -> Card:
    """转人工: always works; what was begun stays."""
    note_handed_over(turn.ctx)
    turn.talk.park(turn.ctx.now)
    asked = ask_for_person(turn.ctx, reason=turn.text)
    minutes = turn.ctx.settings.handover.answer_within_min
    phone = turn.ctx.settings.community.phone
    back = ("talk:0:bot", _("Back to the bot"))
    if asked.due_at > turn.ctx.now + timedelta(minutes=minutes):  # nobody is at the desk just now
        due = say_when(asked.due_at, turn.ctx.now)
        words = _(
            "Nobody is at the station just now. A colleague answers you here by %(due)s. Just go on writing.", due=due
        )
        return card(words, back)
    return card(
        _(
            "Good, a colleague will be with you within %(minutes)s minutes. Just go on writing here, or call %(phone)s.",
            minutes=minutes,
            phone=phone,
        ),
        back,
    )


@action("talk", "human")
def person_chosen(turn: Turn, chosen: Chosen) -> Card:
    """The same, by a tap."""
    return person(turn)


@action("talk", "safe")
@action("talk", "bot")
def bot_chosen(turn: Turn, chosen: Chosen) -> Card:
    """Back to the bot, when nobody is there any more."""
    return greet(turn)


def service_in_talk(turn: Turn) -> str | None:
    """The service of the wish that is being noted, which 多少钱 in the middle of it is about."""
    draft = find_draft(turn.ctx, turn.data.get("draft_id")) if turn.talk.name == "booking" else None
    return draft.service if draft is not None else None


@intent("ask_price")
def price(turn: Turn) -> Card:
    """多少钱: the public price of the service, or the list."""
    service = turn.slot("service") or service_in_talk(turn)
    if service is None:
        return catalogue_card(turn.ctx)
    return card(price_words(turn.ctx, service), ("menu:0:prices", _("All prices")), human())


@intent("ask_catalog")
def services(turn: Turn) -> Card:
    """有哪些服务."""
    return price(turn) if turn.slot("service") else catalogue_card(turn.ctx)


@intent("faq")
def question(turn: Turn) -> Card:
    """A question about how it works."""
    found = find_faq(turn.ctx, turn.slot("topic") or turn.text)
    if found is None:
        return card(_("I don't know that one. A colleague does."), human())
    answer = found.answer_en if current_language() == "en" and found.answer_en else found.answer
    return card(answer, human())


@intent("unsubscribe_reminders")
def quiet(turn: Turn) -> Card:
    """退订: reminders stop; what concerns a visit that was agreed is still told."""
    turn_reminders(turn.ctx, off=True)
    return card(
        _("Reminders are off. What concerns a visit itself is still told."),
        ("menu:0:reminders_on", _("Turn them on again")),
    )


@action("menu", "reminders_on")
def loud(turn: Turn, chosen: Chosen) -> Card:
    """Reminders again."""
    turn_reminders(turn.ctx, off=False)
    return card(_("Reminders are on again."))


@action("menu", "prices")
def prices(turn: Turn, chosen: Chosen) -> Card:
    """The list of prices."""
    return catalogue_card(turn.ctx)


@action("menu", "services")
def list_of_services(turn: Turn, chosen: Chosen) -> Card:
    """The list of services."""
    return catalogue_card(turn.ctx)


@action("menu", "help")
def help_chosen(turn: Turn, chosen: Chosen) -> Card:
    """帮助 in the menu."""
    return _ways(turn)


@action("menu", "faq")
def faq_chosen(turn: Turn, chosen: Chosen) -> Card:
    """常见问题."""
    return card(_("Just ask, for example: Can I get an invoice? What if something breaks? How do I cancel?"), human())


@action("menu", "danger")
def danger_chosen(turn: Turn, chosen: Chosen) -> Card:
    """紧急求助 in the menu: the numbers first."""
    return card(
        _(
            'In danger call <a href="tel:120">120</a>, <a href="tel:119">119</a> or <a href="tel:110">110</a> first.\n'
            "Then tell me what happened."
        ),
        human(),
    )
