"""From a stored push to its reply: finds the person, opens what their action allows, and hands the message on.

The same function works a push at the door and, later, from the inbox; it returns the reply's card as JSON, or None.
"""

from dataclasses import replace
from typing import Any

from bot.doubt import note_words_of, wait_behind, went_on
from bot.events import EVENTS
from bot.inbound import Inbound, action_of
from bot.kinds import answer_other_kind
from bot.replies import card_to_json
from bot.router import refusal, route
from bot.said import kind_words
from bot.turn import Turn, read_words
from bot.webhook import from_stored
from handlers.cards import Card
from handlers.context import Context, Refused, person_actor
from handlers.digest import fold_into_reply
from handlers.handovers import note_delivered, note_line, open_handover
from handlers.people import has_consent, meet
from handlers.say import short
from handlers.talk import load_talk, save_talk
from handlers.waiting import asks_at
from handlers.windows import note_action
from handlers.words import _, use_language

# So much of an answer stands among the steps.
FIRST_WORDS = 28


def work_push(ctx: Context, body: str, inbound: Inbound | None = None) -> str | None:
    """Does everything that a push asks for (Q2); runs inside the inbox's transaction. `inbound` is what `body` says, if it was read."""
    inbound = inbound or from_stored(body)
    action = action_of(inbound, official=inbound.account == ctx.settings.wechat.app_id)
    person = meet(ctx.settings, app_id=inbound.account, openid=inbound.openid, now=ctx.now, action=action, asks=asks_at(ctx.now))
    here = replace(ctx, actor=person_actor(person))
    here.did(lambda: _("known: %(who)s, %(kind)s", who=person.called or f"#{person.id}", kind=kind_words(inbound.event or inbound.kind)))
    with use_language(person.language):
        note_action(here, app_id=inbound.account, openid=inbound.openid, action=action, at=inbound.at)
        answer = _answer(here, inbound, person, body)
    return card_to_json(answer) if answer is not None else None


def _answer(ctx: Context, inbound: Inbound, person: Any, body: str) -> Card | None:
    talk = load_talk(ctx, person.id)
    turn = Turn(ctx, inbound, talk, inbound.text, read_words(ctx, inbound.text), push=body)
    said = _said(turn)
    _keep_words(turn)
    if said is not None:
        own, said = said, fold_into_reply(ctx, person.id, said)
        if not turn.keeps_card:
            talk.show(said)
        ctx.did(lambda: _("answers: %(words)s", words=short(said.text, FIRST_WORDS)))
        if said is own:
            note_line(ctx, person.id, words=said.text, mine=False)
        else:  # a colleague's words may be in it
            note_delivered(ctx, person.id, said.text)
    save_talk(ctx, talk)
    note_words_of(turn, person)
    return said


def _keep_words(turn: Turn) -> None:
    """What was written is kept for whoever takes over, once its writer has agreed to the privacy notice or asked for a person."""
    if turn.inbound.kind == "text" and turn.text and (has_consent(turn.ctx) or open_handover(turn.ctx) is not None):
        note_line(turn.ctx, turn.talk.person_id, words=turn.text, mine=True)


def _said(turn: Turn) -> Card | None:
    if turn.inbound.kind != "event":
        went_on(turn)
    if turn.inbound.kind == "text" and turn.text:
        return wait_behind(turn) or route(turn)
    try:
        if turn.inbound.kind != "event":
            return answer_other_kind(turn)
        event = EVENTS.get(turn.inbound.event)
        return event(turn) if event else None
    except Refused as refused:  # a place too far away, say: answered like a refused word, and nothing waits behind it
        return refusal(turn, refused)
