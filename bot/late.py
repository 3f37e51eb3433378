"""What was worked later goes on as if it had come at once: a voice that was heard, words that were thought about (C3).

Runs in the jobs process, inside the transaction that closes the reading. A model's frame is never acted upon where acting binds
anybody: it is said back first, and only the person's yes makes it count. Danger is the rules' alone.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.actions import Chosen, action
from bot.doubt import note_words_of
from bot.intents.common import human
from bot.kinds import to_listener
from bot.replies import card_to_json
from bot.router import act, route
from bot.turn import Turn, read_words
from bot.understanding import Frame
from bot.webhook import from_stored
from handlers.cards import Card, card
from handlers.context import Context, person_actor
from handlers.digest import fold_into_reply
from handlers.frame_words import frame_words
from handlers.handovers import ask_for_person, open_handover
from handlers.heard import note_corrected
from handlers.people import meet
from handlers.readings import take_asked
from handlers.talk import load_talk, save_talk
from handlers.words import _, short, use_language

# What only tells, or ends in a card of its own that asks before anything is done; all else is said back first.
HARMLESS = frozenset(
    "request_service ask_price ask_catalog order_status faq my_schedule my_income human_agent greeting help other".split()
)


def go_on(ctx: Context, reading: Any) -> str | None:
    """The answer to a reading, as a card in JSON, or None."""
    inbound = from_stored(reading.push)
    person = meet(ctx.settings, app_id=inbound.account, openid=inbound.openid, now=ctx.now)
    here = replace(ctx, actor=person_actor(person))
    with use_language(person.language):
        words = str(reading.words or "")
        as_words = replace(inbound, kind="text", text=words, choice="")
        talk = load_talk(here, person.id)
        turn = Turn(
            here, as_words, talk, words, read_words(here, words, said_at=reading.said_at), reading.push, late=True
        )
        turn.said_at = reading.said_at
        said = WORK[reading.kind](turn, reading)
        if said is not None:
            said = fold_into_reply(here, person.id, said)
            if not turn.keeps_card:
                talk.show(said)
        save_talk(here, talk)
        note_words_of(turn, person)
    return card_to_json(said) if said is not None else None


def _voice(turn: Turn, reading: Any) -> Card | None:
    if open_handover(turn.ctx) is not None:  # a colleague is with them by now, and has the sound and its words
        return None
    if not turn.text:
        return to_listener(
            turn, _("I couldn't make it out. A colleague listens to it and answers you here. You may also type it.")
        )
    return _heard(turn, _("I heard: “%(words)s”", words=short(turn.text, 120)))


def _typed(turn: Turn, reading: Any) -> Card | None:
    """A colleague wrote down what a voice says; what was begun before is taken up again."""
    if not turn.talk.name:
        turn.talk.unpark()
    words = short(turn.text, 120)
    return _heard(turn, _("%(name)s listened to your voice message: “%(words)s”", name=reading.by, words=words))


def _heard(turn: Turn, note: str) -> Card | None:
    said = route(turn)
    if said is None or turn.frame.intent == "emergency":  # the numbers come first, alone
        return said
    return Card(f"{note}\n\n{said.text}", said.choices)


def _behind(turn: Turn, reading: Any) -> Card | None:
    return route(turn)


def _words(turn: Turn, reading: Any) -> Card | None:
    if turn.frame.intent == "emergency" or reading.by != "model":
        return route(turn)
    turn.given = _with_rules(frame_of(reading.frame), turn, reading.context)
    turn.context = reading.context
    if turn.given.intent == "emergency":
        return _perhaps_danger(turn)
    if turn.given.intent not in HARMLESS and open_handover(turn.ctx) is None:
        return _say_back(turn, reading)
    turn.frame = turn.given
    return route(turn)


WORK: Mapping[str, Callable[[Turn, Any], Card | None]] = {
    "voice": _voice,
    "typed": _typed,
    "behind": _behind,
    "words": _words,
}


def frame_of(stored: dict[str, Any]) -> Frame:
    """A frame as it was kept with its reading."""
    return Frame(stored["intent"], dict(stored["slots"]), tuple(stored["must_ask"]))


def _with_rules(given: Frame, turn: Turn, context: str | None) -> Frame:
    """What the rules read in the whole words stands, such as a name that the model was not shown."""
    rules = read_words(turn.ctx, turn.text, context, turn.said_at)
    if rules.intent != given.intent:
        return given
    return Frame(given.intent, {**given.slots, **rules.slots}, given.must_ask, given.unsure)


def _perhaps_danger(turn: Turn) -> Card:
    """A model alone takes it for danger: a person looks, and the numbers are told; no alarm is raised by a guess."""
    turn.judged, turn.frame = True, turn.given or turn.frame
    turn.talk.park(turn.ctx.now)
    ask_for_person(turn.ctx, reason=turn.text)
    return card(
        _(
            'If somebody is in danger, call <a href="tel:120">120</a>, <a href="tel:119">119</a> or <a href="tel:110">110</a> first.\n'
            "A colleague is with you in a moment."
        ),
        ("talk:0:bot", _("It's all right, nobody is in danger")),
    )


def _say_back(turn: Turn, reading: Any) -> Card:
    reading.change(state="asked")
    turn.judged, turn.frame = True, turn.given or turn.frame
    return card(
        _("I understand: %(what)s. Is that right?", what=frame_words(turn.ctx, turn.frame.intent, turn.frame.slots)),
        (f"reading:{reading.id}:yes", _("Yes, that's it")),
        (f"reading:{reading.id}:no", _("No, something else")),
        human(),
    )


@action("reading", "yes")
def _that_is_it(turn: Turn, chosen: Chosen) -> Card:
    """The reading that was said back is right: now it counts, where the talk stood when the words were said."""
    row = take_asked(turn.ctx, chosen.id)
    if row is None:
        return card(_("That is over already. Just tell me anew what you need."), human())
    turn.talk.card = list(row.frame.get("card") or [])
    turn.inbound = replace(turn.inbound, choice="")
    turn.text, turn.late, turn.said_at = str(row.words), True, row.said_at
    turn.given = turn.frame = frame_of(row.frame)
    said = act(turn) or card(_("Thank you."))
    turn.judged = False  # these words were kept when they were said back
    return said


@action("reading", "no")
def _something_else(turn: Turn, chosen: Chosen) -> Card:
    """It was misread: kept to learn from; another way of saying it, or a person."""
    if take_asked(turn.ctx, chosen.id) is not None:
        note_corrected(turn.ctx)
    return card(_("I'm sorry. Please say it in other words, or let a colleague help."), human())
