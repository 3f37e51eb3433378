"""A card as a customer-service message: a menu where there are choices, else words; or a picture, a voice, an article, a page.

The mini-program's chat knows no menus: there the choices are numbered lines, which can be typed (Q3).
"""

from collections.abc import Callable
from typing import Any

from bot.replies import TEXT_LIMIT, cut, harmless, linked_text
from handlers.cards import Card

MENU_LINES = 10  # as many as a menu holds


def custom_message(card: Card, *, menus: bool, mini_app_id: str) -> dict[str, Any]:
    """The message's kind and its content; `menus` says whether the account may send menus."""
    if card.attached is not None:
        kind, make = ATTACHED[card.attached.kind]
        return {"msgtype": kind, kind: make(card.attached.values | {"mini": mini_app_id})}
    if menus and 0 < len(card.choices) <= MENU_LINES:
        items = [{"id": choice.id, "content": choice.words} for choice in card.choices]
        menu = {"head_content": cut(harmless(card.text), TEXT_LIMIT), "list": items, "tail_content": ""}
        return {"msgtype": "msgmenu", "msgmenu": menu}
    return text_message(card.plain())


def text_message(words: str) -> dict[str, Any]:
    """Words alone."""
    return {"msgtype": "text", "text": {"content": cut(harmless(words), TEXT_LIMIT)}}


def linked_message(card: Card) -> dict[str, Any]:
    """The card as one text with tappable lines, for an account that the platform allows no menus."""
    return {"msgtype": "text", "text": {"content": linked_text(card)}}


def _media(values: dict[str, str]) -> dict[str, Any]:
    return {"media_id": values["media_id"]}


def _news(values: dict[str, str]) -> dict[str, Any]:
    article = {"title": values["title"], "description": values["words"], "url": values["url"]}
    return {"articles": [article | {"picurl": values.get("picture", "")}]}


def _page(values: dict[str, str]) -> dict[str, Any]:
    named = {"title": values["title"], "appid": values["mini"], "pagepath": values["path"]}
    return named | {"thumb_media_id": values["media_id"]}


# What is attached -> (the platform's name of the kind, its content)
ATTACHED: dict[str, tuple[str, Callable[[dict[str, str]], dict[str, Any]]]] = {
    "image": ("image", _media),
    "voice": ("voice", _media),
    "news": ("news", _news),
    "page": ("miniprogrampage", _page),
}
