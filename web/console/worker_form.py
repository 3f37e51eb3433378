"""The form that opens a worker's file: its fields, what is wrong in them, and what they mean (A2)."""

import re
from typing import Any

from handlers.context import Context
from handlers.enlisting import Application
from handlers.words import _

NAMES = ("called", "name", "phone", "born", "sex", "areas", "languages", "since", "until", "bio")
HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def worker_fields(ctx: Context, given: dict[str, Any], wrong: dict[str, str]) -> list[dict[str, Any]]:
    """The form's fields with what was typed and what is wrong."""
    weekdays = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))
    days = [{"value": str(n), "label": words} for n, words in enumerate(weekdays)]
    sexes = [{"value": "f", "label": _("woman")}, {"value": "m", "label": _("man")}]
    usual = {"weekdays": ["0", "1", "2", "3", "4", "5"], "since": "08:00", "until": "18:00", "sex": "f", "languages": _("Mandarin")}
    fields: list[dict[str, Any]] = [
        {"name": "called", "label": _("What they are called"), "hint": _("Such as Master Li"), "required": True, "first": True},
        {"name": "name", "label": _("Name on the identity card"), "required": True},
        {"name": "phone", "label": _("Mobile number"), "kind": "tel", "inputmode": "numeric", "required": True},
        {"name": "born", "label": _("Year of birth"), "inputmode": "numeric", "maxlength": 4, "required": True,
         "hint": _("Some services have limits of age")},
        {"name": "sex", "label": _("Sex"), "kind": "choices", "options": sexes},
        {"name": "areas", "label": _("Where they work"), "hint": _("Neighbourhoods, with a space between"), "required": True},
        {"name": "languages", "label": _("Languages and dialects"), "hint": _("With a space between"), "optional": True},
        {"name": "weekdays", "label": _("On which days"), "kind": "choices", "many": True, "options": days, "wide": True},
        {"name": "since", "label": _("From what time"), "kind": "time", "required": True},
        {"name": "until", "label": _("Until what time"), "kind": "time", "required": True},
        {"name": "bio", "label": _("A word about them"), "kind": "textarea", "rows": 2, "optional": True, "wide": True,
         "hint": _("Residents read it")},
    ]  # fmt: skip
    return [{**f, "value": given.get(f["name"], usual.get(f["name"], "")), "error": wrong.get(f["name"], "")} for f in fields]


def wrong_in(given: dict[str, Any]) -> dict[str, str]:
    """What is missing, in words that tell what to write."""
    needed = {
        "called": _("Please write what they are called, such as Master Li."),
        "name": _("Please write the name on the identity card."),
        "phone": _("Please write a mobile number of 11 digits."),
        "areas": _("Please write at least one neighbourhood."),
        "weekdays": _("Please choose at least one day."),
    }
    wrong = {name: words for name, words in needed.items() if not given[name]}
    if not re.fullmatch(r"19[3-9]\d|20[01]\d", given["born"]):
        wrong["born"] = _("Please write the year with four digits, such as 1978.")
    for name in ("since", "until"):
        if not HOUR.fullmatch(given[name]):
            wrong[name] = _("Please choose the hour.")
    return wrong


def application(given: dict[str, Any]) -> Application:
    """The form's words as values."""
    return Application(
        called=given["called"][:20],
        name=given["name"][:40],
        phone=given["phone"],
        birth_year=int(given["born"]),
        sex=given["sex"] if given["sex"] in ("f", "m") else "",
        areas=_words(given["areas"]),
        languages=_words(given["languages"]),
        weekdays=[int(d) for d in given["weekdays"]],
        from_min=_minute(given["since"]),
        to_min=_minute(given["until"]),
        bio=given["bio"][:200],
    )


def _words(line: str) -> list[str]:
    return [word for word in re.split(r"[\s,，、;；]+", line) if word]


def _minute(hour: str) -> int:
    return int(hour[:2]) * 60 + int(hour[3:])
