"""What is not a text: voice, pictures, places, links, and kinds we do not know. All are answered kindly."""

from collections.abc import Callable

from bot.actions import Chosen
from bot.dialogues.base import carry_on
from bot.dialogues.door import arrive
from bot.intents.common import human
from bot.turn import Turn
from handlers.cards import Card, card
from handlers.handovers import ask_for_person, log_line, open_handover
from handlers.people import has_consent
from handlers.recordings import Spoken, keep_voice
from handlers.visits import current_visit
from handlers.words import _


def answer_other_kind(turn: Turn) -> Card | None:
    """The answer to a message that is not a text; None while a person is talking with them."""
    handover = open_handover(turn.ctx)
    if handover is not None and turn.inbound.kind != "location":
        _keep_voice(turn, hear=False) if turn.inbound.kind == "voice" else _keep(turn)
        noted = _("Noted. The colleague sees it as soon as they are with you.")
        return card(noted, ("talk:0:bot", _("Back to the bot"))) if handover.state == "waiting" else None
    return KINDS.get(turn.inbound.kind, _unknown)(turn)


def _keep(turn: Turn) -> None:
    log_line(
        turn.ctx,
        turn.talk.person_id,
        words=f"[{turn.inbound.kind}]",
        mine=True,
        kind=turn.inbound.kind,
        media=turn.inbound.media,
    )


def _voice(turn: Turn) -> Card:
    """Listened to by a service where one is set and the person agreed; else by a consultant, with the draft so far (C3)."""
    ours = _keep_voice(turn, hear=True)
    if ours:
        turn.keeps_card = True
        return card(_("Got it. Let me listen, one moment."))
    return to_listener(
        turn, _("I can't listen to voice messages yet. A colleague will, and answers you here. You may also type it.")
    )


def _keep_voice(turn: Turn, *, hear: bool) -> bool:
    """Keeps a voice; says whether a service listens to it."""
    may_leave = turn.ctx.settings.speech.listen and has_consent(turn.ctx)
    media = [m for m in (turn.inbound.clear_media, turn.inbound.media) if m]
    spoken = Spoken(media or [""], turn.push, turn.ctx.now)
    keep_voice(turn.ctx, turn.talk.person_id, spoken, may_leave=may_leave, hear=hear and may_leave)
    return may_leave


def to_listener(turn: Turn, words: str) -> Card:
    """A consultant listens; what was begun stays, and is shown to them."""
    turn.talk.park(turn.ctx.now)
    ask_for_person(turn.ctx, reason=_("voice message"))
    return card(words, ("talk:0:bot", _("I'd rather type")))


def _picture(turn: Turn) -> Card:
    _keep(turn)
    if turn.talk.name:
        return card(_("The picture is kept. Please go on."))
    return card(_("The picture is kept. What is it about?"), human())


def _place(turn: Turn) -> Card:
    if turn.talk.name in ("checkin", "booking") and turn.talk.step in ("code", "address"):
        carried = carry_on(turn)
        if carried is not None:
            return carried
    visit = current_visit(turn.ctx) if "worker" in turn.ctx.actor.roles else None
    if visit is not None and turn.inbound.place is not None and visit.state in ("scheduled", "on_the_way"):
        return arrive(turn, Chosen("visit", visit.id, "check_in"))
    return card(_("Thank you. I only need a place when you check in, or for an address."), human())


def _unknown(turn: Turn) -> Card:
    return card(_("I can't read that kind of message. Please write it in words."), human())


KINDS: dict[str, Callable[[Turn], Card]] = {
    "voice": _voice,
    "image": _picture,
    "video": _picture,
    "location": _place,
}
