"""Entering a request for somebody who came, called, or was visited: the same clocks run as from the chat (C1)."""

from datetime import datetime
from typing import Any

from flask import Blueprint, g
from flask import request as http

from handlers.catalogue import list_services, service_name
from handlers.clock import SHANGHAI, local
from handlers.context import Context, Refused
from handlers.desk_person import who_to_enter
from handlers.review import register_request
from handlers.words import _, say_minutes
from web.console.page import back, form, show, whole
from web.console.session import for_staff

ROLES = ("coordinator", "consultant", "admin")
NAMES = ("called", "phone", "address", "service", "day", "time", "minutes", "people", "words")
# Which field a refusal of the handler belongs to; anything else stands by what they said.
FIELD_OF = {"bad_phone": "phone", "address_unclear": "address", "too_soon": "time", "too_far_ahead": "day", "missing": "service"}
KNOWN = ("called", "phone", "address")
STEPS = range(30, 12 * 60 + 1, 30)
MOST = 6  # who want more than that together are talked with


def add_pages(blueprint: Blueprint) -> None:
    """Registers the page."""

    @blueprint.get("/register")
    @for_staff(*ROLES)
    def register(ctx: Context) -> str:
        return _page(ctx, {}, {}, _whose(ctx, http.args.get("person", "")))

    @blueprint.post("/register")
    @for_staff(*ROLES)
    def register_now(ctx: Context) -> Any:
        given, whose = {name: form(name) for name in NAMES}, _whose(ctx, form("person"))
        wrong = _wrong(given, whose)
        if not wrong:
            try:
                made = register_request(ctx, **_values(given, whose))
                return back(_("Entered as %(number)s.", number=made.number), f"/console/requests/{made.id}")
            except Refused as refused:
                wrong = {FIELD_OF.get(refused.code, "words"): refused.words}
        return _page(ctx, given, wrong, whose), 422


def _page(ctx: Context, given: dict[str, str], wrong: dict[str, str], whose: dict[str, Any] | None) -> str:
    return show(ctx, "register", fields=register_fields(ctx, given, wrong, whose), whose=whose)


def _whose(ctx: Context, person: str) -> dict[str, Any] | None:
    """Whose file it was opened from: their name, number and address are known and not asked again."""
    return who_to_enter(ctx, whole(person)) if whole(person) else None


def _wrong(given: dict[str, str], whose: dict[str, Any] | None) -> dict[str, str]:
    """What is missing, in words that tell what to write."""
    needed = {
        "called": _("Please write what they are called, such as Aunt Wang."),
        "phone": _("Please write a mobile number of 11 digits."),
        "address": _("Please write building and room."),
        "service": _("Please choose a service."),
        "day": _("Please choose the day."),
        "time": _("Please choose the hour."),
    }
    known = KNOWN[: 2 if whose and not whose["place"] else 3] if whose else ()
    return {name: words for name, words in needed.items() if not given[name] and name not in known}


def _values(given: dict[str, str], whose: dict[str, Any] | None) -> dict[str, Any]:
    try:
        starts_at = datetime.fromisoformat(f"{given['day']}T{given['time']}").replace(tzinfo=SHANGHAI)
    except ValueError:
        raise Refused("too_soon", _("Please choose the day and the hour.")) from None
    minutes = whole(given["minutes"], most=1440)
    more = {"minutes": minutes} if minutes else {}
    more |= {"people": whole(given["people"], most=MOST) or 1}
    keys = ("called", "phone", "address", "service", "words")
    who = {"person_id": whose["id"]} if whose else {}
    return {**{k: given[k] for k in keys}, "starts_at": starts_at, **more, **who}


def register_fields(
    ctx: Context, given: dict[str, str], wrong: dict[str, str], whose: dict[str, Any] | None = None
) -> list[dict[str, Any]]:
    """The form's fields with what was typed and what is wrong; of somebody known only what is not known."""
    services = [{"value": s.code, "label": service_name(s)} for s in list_services(ctx)]
    lengths = [{"value": "", "label": _("As usual")}, *({"value": n, "label": say_minutes(n)} for n in STEPS)]
    numbers = [{"value": "", "label": _("One")}, *({"value": n, "label": _("%(n)s together", n=n)} for n in range(2, MOST + 1))]
    soon = local(g.now).date().isoformat()
    fields: list[dict[str, Any]] = [
        {"name": "called", "label": _("What they are called"), "hint": _("Such as Aunt Wang"), "required": True, "first": True},
        {"name": "phone", "label": _("Mobile number"), "kind": "tel", "inputmode": "numeric", "required": True,
         "hint": _("Who has been here before is known by it")},
        {"name": "address", "label": _("Address"), "hint": _("Building, unit and room"), "required": True, "wide": True},
        {"name": "service", "label": _("Service"), "kind": "select", "required": True, "wide": True,
         "options": [{"value": "", "label": _("Please choose")}, *services]},
        {"name": "minutes", "label": _("How long"), "kind": "select", "options": lengths},
        {"name": "people", "label": _("How many come"), "kind": "select", "options": numbers},
        {"name": "day", "label": _("Day"), "kind": "date", "required": True, "min": soon},
        {"name": "time", "label": _("Hour"), "kind": "time", "required": True, "step": 900},
        {"name": "words", "label": _("What they said"), "kind": "textarea", "optional": True, "wide": True,
         "hint": _("Wishes, who is at home, pets, stairs")},
    ]  # fmt: skip
    if whose:
        place = whose["place"]
        home = {"name": "address", "label": _("Address"), "wide": True, "required": not place, "optional": bool(place)}
        home["hint"] = _("Left empty it is %(place)s, as always", place=place) if place else _("Building, unit and room")
        fields = [{"name": "person", "kind": "hidden", "value": whose["id"]}, home, *fields[3:]]
    return [{"value": given.get(f["name"], ""), **f, "error": wrong.get(f["name"], "")} for f in fields]
