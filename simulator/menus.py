"""The menu below a chat: built in until the product creates its own."""

from typing import Any

from simulator.store import Doc
from simulator.world import World, read_data


def buttons_for(world: World, role: str) -> list[Doc]:
    """The platform's buttons for a resident or a worker: a conditional menu is the workers', a default one everybody's."""
    default, conditional = world.menus.get("default"), world.menus.get("conditional")
    chosen = (conditional if role == "worker" else None) or default
    return list(chosen["button"]) if chosen else list(read_data("menus.json")[role])


def page_menu(world: World, role: str) -> list[Doc]:
    """The same as the page draws it: name and items."""
    return [
        {"name": button["name"], "items": [_item(item) for item in _leaves(button)]}
        for button in buttons_for(world, role)
    ]


def find_item(world: World, role: str, key: str) -> Doc | None:
    """The button with this key, address or page."""
    leaves = (item for button in buttons_for(world, role) for item in _leaves(button))
    return next((item for item in leaves if _key(item) == key), None)


def _leaves(button: Doc) -> list[Any]:
    return button.get("sub_button") or [button]


def _key(item: Doc) -> str:
    return str(item.get("key") or item.get("url") or item.get("pagepath") or "")


def _item(item: Doc) -> Doc:
    return {"name": item["name"], "type": "view" if item.get("type") == "view" else "click", "key": _key(item)}
