"""Events of the platform: one table. An event that no row names is acknowledged and nothing else (wechat.md 1.4)."""

from collections.abc import Callable
from typing import Any

from bot.actions import ACTIONS, Chosen, run_choice
from bot.dialogues.base import Begin, begin
from bot.intents.common import greet
from bot.turn import Turn
from handlers.cards import Card
from handlers.context import Refused
from handlers.delivery import take_receipt
from handlers.people import follow, forget_profile, has_consent, note_subscribe_consent, unfollow

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


def _template_receipt(turn: Turn) -> None:
    take_receipt(turn.ctx, msgid=str(turn.inbound.raw.get("MsgID", "")), status=str(turn.inbound.raw.get("Status", "")))


def _entries(turn: Turn, name: str) -> list[dict[str, Any]]:
    """The list of a subscribe event: XML wraps it, JSON does not, and one entry comes without a list."""
    holder = turn.inbound.raw.get(name)
    found = (holder if isinstance(holder, dict) else turn.inbound.raw).get("List")
    return [found] if isinstance(found, dict) else [e for e in found or [] if isinstance(e, dict)]


def _subscribe_sent(turn: Turn) -> None:
    for entry in _entries(turn, "SubscribeMsgSentEvent"):
        take_receipt(turn.ctx, msgid=str(entry.get("MsgID", "")), status=str(entry.get("ErrorStatus", "")))


def _subscribe_choice(turn: Turn) -> None:
    for name in ("SubscribeMsgPopupEvent", "SubscribeMsgChangeEvent"):
        for entry in _entries(turn, name) if name in turn.inbound.raw else []:
            accepted = entry.get("SubscribeStatusString") == "accept"
            note_subscribe_consent(
                turn.ctx,
                app_id=turn.inbound.account,
                openid=turn.inbound.openid,
                template=str(entry.get("TemplateId", "")),
                accepted=accepted,
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
    "TEMPLATESENDJOBFINISH": _template_receipt,
    "subscribe_msg_sent_event": _subscribe_sent,
    "subscribe_msg_popup_event": _subscribe_choice,
    "subscribe_msg_change_event": _subscribe_choice,
    "user_info_modified": _privacy,
    "user_authorization_revoke": _privacy,
    "user_authorization_cancellation": _privacy,
}
