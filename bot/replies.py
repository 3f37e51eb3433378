"""From a card to what the platform carries: a passive reply with tappable links, a message with a menu, plain words.

A link of the form weixin://bizmsgmenu makes the person send the choice's words, with its id; so a card in a passive
reply costs nothing of the quota (wechat.md section 2). Every choice can also be typed, by number or in words (Q3).
"""

import json
from datetime import datetime
from functools import lru_cache
from urllib.parse import quote

from handlers.cards import Card, Choice

in_json = json.JSONEncoder(ensure_ascii=False).encode
TEXT_LIMIT = 2048  # bytes of a text, links included


def card_to_json(card: Card) -> str:
    """A card as it is stored with its push, so that a repeat gets the same reply."""
    return in_json({"text": card.text, "choices": [[c.id, c.words] for c in card.choices]})


def card_from_json(stored: str) -> Card:
    """The card that `card_to_json` stored."""
    data = json.loads(stored)
    return Card(data["text"], tuple(Choice(i, w) for i, w in data["choices"]))


@lru_cache(maxsize=2000)
def link(choice: Choice) -> str:
    """One tappable line; most of them are sent every day."""
    words, ident = quote(choice.words, safe=""), quote(choice.id, safe=":")
    return f'<a href="weixin://bizmsgmenu?msgmenucontent={words}&msgmenuid={ident}">{choice.words}</a>'


def linked_text(card: Card) -> str:
    """The card as one text whose last lines can be tapped; without the links where they would not fit."""
    lines = [f"{n}. {link(choice)}" for n, choice in enumerate(card.choices, 1)]
    text = "\n".join([harmless(card.text), "", *lines]) if lines else harmless(card.text)
    return text if len(text.encode()) <= TEXT_LIMIT else cut(harmless(card.plain()), TEXT_LIMIT)


def harmless(text: str) -> str:
    """A person's words can't become a link of ours: only our own tel: links stay."""
    return text if "<" not in text else _keep_tel(text)


def _keep_tel(text: str) -> str:
    parts = text.split("<")
    kept = [parts[0]]
    for part in parts[1:]:
        ours = part.startswith(('a href="tel:', "/a>"))
        kept.append(("<" if ours else "＜") + part)
    return "".join(kept)


PAUSES = "\n。！？；"


def cut(text: str, limit: int) -> str:
    """At most `limit` bytes of UTF-8: whole sentences where that keeps the half, else whole signs."""
    raw = text.encode()
    if len(raw) <= limit:
        return text
    head = raw[: limit - 3].decode(errors="ignore")
    pause = max(head.rfind(sign) for sign in PAUSES)
    return (head[:pause] if pause >= len(head) // 2 else head).rstrip() + "…"


def _cdata(text: str) -> str:
    return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def passive_xml(card: Card, *, to: str, sender: str, now: datetime) -> str:
    """The passive reply (before encryption)."""
    return (
        f"<xml><ToUserName>{_cdata(to)}</ToUserName><FromUserName>{_cdata(sender)}</FromUserName>"
        f"<CreateTime>{int(now.timestamp())}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        f"<Content>{_cdata(linked_text(card))}</Content></xml>"
    )
