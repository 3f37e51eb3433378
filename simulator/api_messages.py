"""Customer-service messages and the typing sign."""

from typing import Any

from simulator.bubbles import menu_parts, split_parts, spoken
from simulator.errors import PlatformError
from simulator.gate import Call, endpoint
from simulator.replies import TEXT_BYTES
from simulator.store import Doc

_MENU_ITEMS = 10


@endpoint("/cgi-bin/message/custom/send")
def send_custom(call: Call) -> Doc:
    """A message inside the person's reply window; refused with 45015 and 45047 outside."""
    person = call.world.people.must(call.body.get("touser"))
    if call.world.openid(person, call.app) != call.body["touser"]:
        raise PlatformError(40003)
    kind = call.body.get("msgtype")
    if kind not in _SHOW:
        raise PlatformError(40008)
    content = call.body.get(str(kind))
    if not isinstance(content, dict):
        raise PlatformError(44004)
    shown = _SHOW[str(kind)](call, content)
    if not person["followed"] and not call.world.is_mini(call.app):
        raise PlatformError(45015)
    call.world.windows.spend(call.app, call.body["touser"])
    text = shown.get("text") or spoken(shown.get("parts", []))
    call.world.outbox.add(
        "custom", call.body["touser"], str(kind), text, content, client_msg_id=call.body.get("client_msg_id")
    )
    bubble = call.world.show(person, "them", **shown, wire=True, cause=call.world.calls.cause(person["id"]))
    call.made = bubble["id"] if bubble else None
    return {}


def _text(call: Call, content: Doc) -> Doc:
    words = content.get("content")
    if not isinstance(words, str) or not words:
        raise PlatformError(44004)
    _check_size(words)
    return {"kind": "text", "text": spoken(split_parts(words)), "parts": split_parts(words)}


def _menu(call: Call, content: Doc) -> Doc:
    items = content.get("list")
    if not isinstance(items, list) or not 1 <= len(items) <= _MENU_ITEMS or not all(_is_item(item) for item in items):
        raise PlatformError(44004)
    parts = menu_parts(content)
    _check_size(spoken(parts))
    return {"kind": "menu", "text": spoken(parts), "parts": parts}


def _is_item(item: Any) -> bool:
    return isinstance(item, dict) and bool(str(item.get("id", ""))) and bool(str(item.get("content", "")))


def _media(call: Call, content: Doc) -> Doc:
    media_id = str(content.get("media_id", ""))
    item = call.world.media.get(media_id)
    if item is None:
        raise PlatformError(40007)
    kind = "voice" if item["type"] == "voice" else "image"
    return {"kind": kind, "text": item["words"], "image": f"/simulator/api/media/{media_id}"}


def _news(call: Call, content: Doc) -> Doc:
    articles = content.get("articles")
    if not isinstance(articles, list) or not articles:
        raise PlatformError(44004)
    if len(articles) > 1:
        raise PlatformError(45008)
    return {"kind": "link", "text": str(articles[0].get("title", "")), "href": str(articles[0].get("url", ""))}


def _link(call: Call, content: Doc) -> Doc:
    return {"kind": "link", "text": str(content.get("title", "")), "href": str(content.get("url", ""))}


def _page(call: Call, content: Doc) -> Doc:
    return {"kind": "miniprogram", "text": str(content.get("title", "")), "href": str(content.get("pagepath", ""))}


_SHOW = {
    "text": _text,
    "msgmenu": _menu,
    "image": _media,
    "voice": _media,
    "video": _media,
    "news": _news,
    "link": _link,
    "miniprogrampage": _page,
}


def _check_size(text: str) -> None:
    if len(text.encode()) > TEXT_BYTES:
        raise PlatformError(45002)


@endpoint("/cgi-bin/message/custom/typing")
@endpoint("/cgi-bin/message/custom/business/typing")
def typing(call: Call) -> Doc:
    """Show or take away the typing sign; a person must have done something in the last 30 s (45080)."""
    person = call.world.people.must(call.body.get("touser"))
    command, windows = call.body.get("command"), call.world.windows
    if command not in ("Typing", "CancelTyping"):
        raise PlatformError(45072)
    if command == "CancelTyping":
        windows.stop_typing(call.app, call.body["touser"])
        call.world.stop_typing(person)
        return {}
    windows.start_typing(call.app, call.body["touser"])
    call.world.show(person, "them", "typing", text="对方正在输入…")
    return {}
