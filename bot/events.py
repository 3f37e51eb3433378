"""Events of the platform: one table. An event that no row names is acknowledged and nothing else (wechat.md 1.4)."""

from collections.abc import Callable
from typing import Any

from bot.actions import ACTIONS, Chosen, run_choice
from bot.dialogues.base import Begin, begin
from bot.intents.common import greet
from bot.receipts import entries
from bot.turn import Turn
from handlers.cards import Card
from handlers.consents import note_answer
from handlers.context import Refused
from handlers.people import follow, forget_profile, has_consent, unfollow

Event = Callable[[Turn], Card | None]


def _subscribe(turn: Turn) -> Card:
    follow(turn.ctx, app_id=turn.inbound.account, openid=turn.inbound.openid)
    if has_consent(turn.ctx):
        return greet(turn)
    return begin(turn, Begin("welcome", "consent", {}))


def _unsubscribe(turn: Turn) -> None:
    unfollow(turn.ctx, app_id=turn.inbound.account, openid=turn.inbound.openid)


def _click(turn: Turn) -> Card | None:
    """A menu key: `menu:today`, or the key alone."""
    key = turn.inbound.event_key.removeprefix("menu:")
    verb = ("talk", "human") if key == "human" else ("menu", key)
    if verb not in ACTIONS:
        return greet(turn)
    try:
        return run_choice(turn, Chosen(verb[0], 0, verb[1]))
    except Refused as refused:
        return Card(refused.words)


def _subscribe_choice(turn: Turn) -> None:
    """One tap may answer for several templates; the same tap is told by the page, too (handlers/consents.py)."""
    for name in ("SubscribeMsgPopupEvent", "SubscribeMsgChangeEvent"):
        if name in turn.inbound.raw or turn.inbound.raw.get("List"):
            for entry in entries(turn.inbound.raw, name):
                _note(turn, entry)
            return


def _note(turn: Turn, entry: dict[str, Any]) -> None:
    note_answer(
        turn.ctx,
        app_id=turn.inbound.account,
        openid=turn.inbound.openid,
        template_id=str(entry.get("TemplateId", "")),
        accepted=entry.get("SubscribeStatusString") == "accept",
        source="event",
    )


def _privacy(turn: Turn) -> None:
    """The subject is OpenID, not the sender (wechat.md 1.5); it may be missing."""
    fields = {k.strip().lower(): v for k, v in turn.inbound.raw.items()}
    forget_profile(
        turn.ctx,
        app_id=turn.inbound.account,
        openid=str(fields.get("openid") or ""),
        whole=turn.inbound.event == "user_authorization_cancellation",
    )


EVENTS: dict[str, Event] = {
    "subscribe": _subscribe,
    "unsubscribe": _unsubscribe,
    "SCAN": greet,
    "CLICK": _click,
    "subscribe_msg_popup_event": _subscribe_choice,
    "subscribe_msg_change_event": _subscribe_choice,
    "user_info_modified": _privacy,
    "user_authorization_revoke": _privacy,
    "user_authorization_cancellation": _privacy,
}
