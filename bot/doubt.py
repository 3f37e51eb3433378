"""Where the rules are unsure: whether a model is asked first, what waits behind a voice, and what is kept to learn from (C3)."""

import re
from typing import Any

from bot.actions import Chosen, bare, find_on_card
from bot.turn import Turn, read_words, role_of
from handlers.cards import Card
from handlers.heard import Said, note_said
from handlers.people import has_consent
from handlers.readings import drop_thoughts, put_reading, voice_waits
from handlers.words import _

# Said at once, whatever else of the person is still being listened to.
AT_ONCE = ("emergency", "human_agent")


def think_first(turn: Turn) -> Card | None:
    """A word in between, where the rules are unsure and a model may be asked; the answer follows by itself."""
    may = turn.ctx.settings.model.read and not turn.late and turn.frame.unsure
    if not may or not has_consent(turn.ctx):
        return None
    turn.keeps_card = True
    put_reading(
        turn.ctx,
        "words",
        turn.talk.person_id,
        push=turn.push,
        said_at=turn.ctx.now,
        words=turn.text,
        context=turn.context,
        frame={"role": role_of(turn.ctx), "card": turn.talk.card},
    )
    return Card(_("Let me think, one moment."))


def went_on(turn: Turn) -> None:
    """They say something new: what a model was still thinking about is not answered any more."""
    if turn.ctx.settings.model.read:
        drop_thoughts(turn.ctx, turn.talk.person_id)


def wait_behind(turn: Turn) -> Card | None:
    """Typed while a voice of theirs is being listened to: worked after it, in their order. Danger and taps wait for nothing."""
    if not turn.ctx.settings.speech.listen or turn.inbound.choice or turn.frame.intent in AT_ONCE:
        return None
    if not voice_waits(turn.ctx, turn.talk.person_id):
        return None
    turn.keeps_card = True
    put_reading(turn.ctx, "behind", turn.talk.person_id, push=turn.push, said_at=turn.ctx.now, words=turn.text)
    return Card(_("Noted. First what you said, then this: one moment."))


def said_back(turn: Turn) -> Chosen | None:
    """A plain yes or no while the last card says back how a model read them: it answers that card, before any dialogue."""
    asked = find_on_card(turn, ("reading", "yes"))
    if asked is None:
        return None
    frame = read_words(turn.ctx, turn.text, "confirm:reading")
    if frame.slots or frame.intent not in ("yes", "no"):
        return None
    return Chosen("reading", asked.id, frame.intent)


CORRECTS = re.compile(
    r"(?:不对|错了|[搞弄听说理解]{1,2}错了?|不是(?:这个意思|问这个|说这个|要这个|这样)|我(?:说|问|要)的(?:是|不是)|我的意思|没让你"
    r"|谁(?:让|叫)你|答非所问|听不懂|没听懂|that's not what)"
)


def note_words_of(turn: Turn, person: Any) -> None:
    """Keeps how the words were taken, of those who agreed that we keep anything; taps and words kept as they are don't count."""
    if not turn.judged or turn.keeps_card or person.consent_version is None:
        return
    frame = turn.frame
    said = Said(
        role_of(turn.ctx),
        turn.text,
        turn.context,
        {
            "intent": frame.intent,
            "slots": dict(frame.slots),
            "must_ask": list(frame.must_ask),
            "by": "model" if turn.given is not None else "rules",
        },
        unsure=frame.unsure or turn.given is not None,
        corrects=CORRECTS.match(bare(turn.text)) is not None,
    )
    note_said(turn.ctx, said)
