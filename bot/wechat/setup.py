"""What an operator sets up at the platform: the chat's menu, and whether the accounts have our templates. Problems come as words."""

from collections.abc import Iterator
from typing import Any, Protocol

from bot.wechat.errors import explain
from handlers.settings import Settings
from handlers.templates import Theirs, compare_templates, private_templates, subscribe_templates

KEYS, ENTRIES = 3, 5
NAME_BYTES, ENTRY_BYTES = 16, 60


class SetupCalls(Protocol):
    """The calls behind these commands."""

    def push_menu(self, menu: dict[str, Any]) -> dict[str, Any]:
        """Replaces the account's menu."""

    def read_menu(self) -> dict[str, Any]:
        """The menu as the platform has it."""

    def list_templates(self) -> dict[str, Any]:
        """The template messages that the official account has."""

    def list_subscribe_templates(self, app_id: str) -> dict[str, Any]:
        """The subscribe templates that an account has."""


def menu_problems(menu: dict[str, Any]) -> list[str]:
    """What the platform would refuse of a menu: how many, and how long (16 bytes a key, 60 an entry)."""
    keys = menu["button"]
    found = [] if 1 <= len(keys) <= KEYS else [f"a menu has 1 to {KEYS} keys, not {len(keys)}"]
    for key in keys:
        entries = key.get("sub_button", [])
        found += _too_long(key["name"], NAME_BYTES)
        found += [problem for entry in entries for problem in _too_long(entry["name"], ENTRY_BYTES)]
        if len(entries) > ENTRIES:
            found.append(f"{key['name']} has {len(entries)} entries, {ENTRIES} are allowed")
    return found


def _too_long(name: str, limit: int) -> list[str]:
    size = len(name.encode())
    return [] if 0 < size <= limit else [f"{name} has {size} bytes, {limit} are allowed ({limit // 3} Chinese signs)"]


def set_menu(platform: SetupCalls, menu: dict[str, Any]) -> list[str]:
    """Puts the menu before people and reads it back; what is wrong, in words."""
    problems = menu_problems(menu)
    if problems:
        return problems
    answer = platform.push_menu(menu)
    if answer.get("errcode"):
        return [f"The menu was refused: {explain(answer)}"]
    shown = platform.read_menu().get("menu", {})
    differ = list(_menu_differences(menu, shown))
    return [f"The platform shows something else: {words}" for words in differ]


def _menu_differences(ours: dict[str, Any], theirs: dict[str, Any]) -> Iterator[str]:
    mine, shown = _flat(ours), _flat(theirs)
    yield from (f"{name} is missing" for name in mine if name not in shown)
    yield from (f"{name} is not ours" for name in shown if name not in mine)
    yield from (f"{name} says {shown[name]}, not {mine[name]}" for name in mine if shown.get(name, mine[name]) != mine[name])


def _flat(menu: dict[str, Any]) -> dict[str, str]:
    """Entry by its whole name -> its key."""
    found: dict[str, str] = {}
    for button in menu.get("button", []):
        for entry in button.get("sub_button") or [button]:
            found[f"{button['name']} / {entry['name']}"] = str(entry.get("key", entry.get("url", "")))
    return found


def template_problems(settings: Settings, platform: SetupCalls) -> list[str]:
    """Our notices against the templates that both accounts have."""
    found: dict[tuple[str, str], Theirs] = {}
    problems = []
    asked = (
        ("wechat", "templates", platform.list_templates, private_templates),
        ("wechat", "subscribe_templates", lambda: platform.list_subscribe_templates(settings.wechat.app_id), subscribe_templates),
        (
            "miniprogram",
            "subscribe_templates",
            lambda: platform.list_subscribe_templates(settings.miniprogram.app_id),
            subscribe_templates,
        ),
    )
    for section, key, ask, read in asked:
        answer = ask()
        if answer.get("errcode"):
            problems.append(f"{section}.{key} could not be asked for: {explain(answer)}")
        else:
            found[section, key] = read(answer)
    return problems + compare_templates(settings, found)
