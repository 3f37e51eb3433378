"""From a message of the platform to an Inbound: what came, from whom, and by what it is known (wechat.md 1.3, 1.4).

Nothing behind this file knows the platform's field names. An unknown kind becomes an Inbound of kind "unknown" or an
event that nobody handles; both are answered kindly or acknowledged.
"""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.envelope import Forged

MAX_TEXT = 4000


@dataclass(frozen=True)
class Place:
    """Where somebody says they are."""

    lat: str
    lng: str
    label: str = ""


@dataclass(frozen=True)
class Inbound:
    """One message or event. kind: text, voice, image, video, location, link, card, event, unknown."""

    account: str
    openid: str
    kind: str
    at: datetime
    key: str
    text: str = ""
    choice: str = ""
    event: str = ""
    event_key: str = ""
    media: str = ""
    clear_media: str = ""  # the same sound, recorded more clearly
    place: Place | None = None
    raw: dict[str, Any] = field(default_factory=dict)


KINDS = {
    "text": "text",
    "voice": "voice",
    "image": "image",
    "video": "video",
    "shortvideo": "video",
    "location": "location",
    "link": "link",
    "miniprogrampage": "card",
    "event": "event",
}


HEAD = ("ToUserName", "FromUserName", "CreateTime", "MsgType", "Event", "Encrypt")  # what every event has


def _word(message: dict[str, Any], name: str) -> str:
    """A field as text: absent, empty and nested ones are ''."""
    value = message.get(name)
    return str(value) if isinstance(value, str | int | float) else ""


def _moment(message: dict[str, Any]) -> datetime:
    stamp = _word(message, "CreateTime")
    if not stamp.isascii() or not stamp.isdigit() or len(stamp) > 11:
        raise Forged("no CreateTime", 400)
    return datetime.fromtimestamp(int(stamp), UTC)


def dedup_key(message: dict[str, Any]) -> str:
    """By what a push is known: its MsgId, else sender, second, event and a hash of what it is about (DESIGN 4). That is its key or,
    without one, all that it says: the platform itself is the sender of what it tells of many people in one second."""
    if _word(message, "MsgId"):
        return f"m:{_word(message, 'MsgId')}"
    about = _word(message, "EventKey") or _word(message, "MsgID")
    if not about and _word(message, "Event"):
        said = {name: value for name, value in message.items() if name not in HEAD and value not in (None, "")}
        about = json.dumps(said, sort_keys=True, default=str) if said else ""
    mark = hashlib.sha256(about.encode()).hexdigest()[:16]
    return "|".join(
        (f"e:{_word(message, 'FromUserName')}", _word(message, "CreateTime"), _word(message, "Event"), mark)
    )


def read_message(account: str, message: dict[str, Any]) -> Inbound:
    """An Inbound from the platform's fields; Forged (400) when sender or time is missing."""
    openid = _word(message, "FromUserName")
    if not 1 <= len(openid) <= 64:
        raise Forged("no sender", 400)
    kind = KINDS.get(_word(message, "MsgType"), "unknown")
    return Inbound(
        account=account,
        openid=openid,
        kind=kind,
        at=_moment(message),
        key=dedup_key(message),
        text=_word(message, "Content")[:MAX_TEXT].strip(),
        choice=_word(message, "bizmsgmenuid"),
        event=_word(message, "Event") if kind == "event" else "",
        event_key=_word(message, "EventKey"),
        media=_word(message, "MediaId"),
        clear_media=_word(message, "MediaId16K"),
        place=_place(message),
        raw=message,
    )


def concerned(inbound: Inbound) -> str:
    """Whom it is about: the sender, or the person of whom the platform tells (wechat.md 1.5)."""
    said = {name.strip().lower(): value for name, value in inbound.raw.items()} if inbound.kind == "event" else {}
    return _word(said, "openid") or inbound.openid


def _place(message: dict[str, Any]) -> Place | None:
    sent = message.get("SendLocationInfo")
    where: dict[str, Any] = sent if isinstance(sent, dict) else message
    lat, lng = _word(where, "Location_X"), _word(where, "Location_Y")
    if not lat and _word(message, "Event") == "LOCATION":
        lat, lng = _word(message, "Latitude"), _word(message, "Longitude")
    try:
        inside = -90 <= float(lat) <= 90 and -180 <= float(lng) <= 180
    except ValueError:
        return None
    return Place(lat, lng, _word(where, "Label")) if inside else None


EVENT_ACTIONS = {"subscribe": "follow", "SCAN": "scan", "CLICK": "menu", "scancode_push": "menu", "scancode_waitmsg": "menu"}


def action_of(inbound: Inbound, *, official: bool = True) -> str | None:
    """Which window the person's action opens (wechat.md section 2): a tap counts as a menu key, not as a text."""
    if not official:
        entered = "mini_enter" if inbound.event == "user_enter_tempsession" else None
        return entered if inbound.kind == "event" else "mini_text"
    if inbound.kind == "event":
        return EVENT_ACTIONS.get(inbound.event)
    return "menu" if inbound.choice else "text"
