"""What stands on the phones: bubbles, and the parts of a text that can be tapped."""

import html
import re
from typing import Any
from urllib.parse import unquote

from simulator.clock import Clock, write_moment
from simulator.store import Doc, Shelf

_LINK = re.compile(r"<a\b([^>]*)>(.*?)</a>", re.DOTALL | re.IGNORECASE)
_HREF = re.compile(r"""href\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
FAULT_NOTICE = "该公众号提供的服务出现故障，请稍后再试"


def split_parts(text: str) -> list[Doc]:
    """A text as the phone draws it: plain text, sentences to tap, links."""
    parts: list[Doc] = []
    end = 0
    for found in _LINK.finditer(text):
        parts += _plain(text[end : found.start()])
        parts.append(_link(found[1], found[2]))
        end = found.end()
    return parts + _plain(text[end:])


def _plain(text: str) -> list[Doc]:
    return [{"t": "text", "s": html.unescape(text)}] if text else []


def _link(attributes: str, words: str) -> Doc:
    found = _HREF.search(attributes)
    href = html.unescape((found[1] or found[2] or "") if found else "")
    words = html.unescape(words)
    if href.startswith("weixin://bizmsgmenu"):
        # Not parse_qs: the words stand there as they are, and + is a plus.
        query = {
            key: unquote(value) for key, _, value in (pair.partition("=") for pair in href.partition("?")[2].split("&"))
        }
        return {"t": "tap", "s": words, "id": query.get("msgmenuid", ""), "content": query.get("msgmenucontent", words)}
    return {"t": "a", "s": words, "href": href}


def menu_parts(menu: Doc) -> list[Doc]:
    """A menu message: its head, a line for each item, its tail."""
    parts = split_parts(str(menu.get("head_content", "")))
    for item in menu.get("list", []):
        parts += _plain("\n" if parts else "")
        parts.append({"t": "tap", "s": str(item["content"]), "id": str(item["id"]), "content": str(item["content"])})
    tail = str(menu.get("tail_content", ""))
    return parts + (_plain("\n") + split_parts(tail) if tail else [])


def spoken(parts: list[Doc]) -> str:
    """The words of a bubble, without its links."""
    return "".join(part["s"] for part in parts)


class Bubbles:
    """All bubbles, oldest first. `seq` grows with every change, so a page can ask for what is new to it."""

    def __init__(self, shelf: Shelf, clock: Clock) -> None:
        self._shelf, self._clock = shelf, clock
        docs = shelf.values()
        self.latest = max((doc["seq"] for doc in docs), default=0)
        self._made = max((int(doc["id"][1:]) for doc in docs), default=0)

    def add(self, person: Doc, side: str, kind: str, **rest: Any) -> Doc:
        """A new bubble on a person's phone; `rest` is as the page's interface names it."""
        self._made += 1
        bubble = {
            "id": f"b{self._made}",
            "person": person["id"],
            "side": side,
            "at": write_moment(self._clock.now()),
            "kind": kind,
            "text": "",
            "parts": [],
            "wire": False,
            "delivery": "none",
            "attempts": 0,
            "ms": None,
        } | rest
        if bubble["text"] and not bubble["parts"]:
            bubble["parts"] = split_parts(bubble["text"]) if side == "them" else _plain(bubble["text"])
        return self._keep(bubble)

    def get(self, bubble_id: str) -> Doc | None:
        """One bubble."""
        return self._shelf.get(bubble_id)

    def change(self, bubble_id: str, **changes: Any) -> None:
        """Change one, if it is still there."""
        if bubble := self._shelf.get(bubble_id):
            bubble.update(changes)
            self._keep(bubble)

    def since(self, seq: int) -> list[Doc]:
        """Those made or changed after `seq`, in the order they were made; all for a page that knows a later number than there is."""
        return [bubble for bubble in self._shelf.values() if bubble["seq"] > seq or seq > self.latest]

    def clear(self) -> None:
        """Take all off the phones; numbers go on."""
        self._shelf.clear()

    def _keep(self, bubble: Doc) -> Doc:
        self.latest += 1
        bubble["seq"] = self.latest
        return self._shelf.put(bubble["id"], bubble)
