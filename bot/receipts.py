"""Receipts of the platform: taken at the door, without the inbox, since they come in bursts and are harmless twice (Q1)."""

from collections.abc import Callable
from typing import Any

from bot.inbound import Inbound
from handlers.context import Context
from handlers.receipts import take_receipt

Taker = Callable[[Context, Inbound], None]


def entries(raw: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """The list of a subscribe event: XML wraps it, JSON does not, and one entry comes without a list."""
    holder = raw.get(name)
    found = (holder if isinstance(holder, dict) else raw).get("List")
    return [found] if isinstance(found, dict) else [e for e in found or [] if isinstance(e, dict)]


def _template(ctx: Context, inbound: Inbound) -> None:
    take_receipt(ctx, msgid=str(inbound.raw.get("MsgID", "")), status=str(inbound.raw.get("Status", "")))


def _subscribe(ctx: Context, inbound: Inbound) -> None:
    for entry in entries(inbound.raw, "SubscribeMsgSentEvent"):
        take_receipt(ctx, msgid=str(entry.get("MsgID", "")), status=str(entry.get("ErrorStatus", "")))


def _not_ours(ctx: Context, inbound: Inbound) -> None:
    """The end of a mass sending that somebody made by hand in the account: acknowledged."""


RECEIPTS: dict[str, Taker] = {
    "TEMPLATESENDJOBFINISH": _template,
    "subscribe_msg_sent_event": _subscribe,
    "MASSSENDJOBFINISH": _not_ours,
}
