"""Requests at the desk: the list, one request with all that can be done, and entering one for a resident (C1, C4, D3)."""

from datetime import datetime
from typing import Any

from flask import Blueprint, redirect
from flask import request as http
from werkzeug.wrappers import Response

from handlers.cancelling import cancel_request
from handlers.catalogue import list_services, service_name
from handlers.clock import SHANGHAI
from handlers.completion import record_cash
from handlers.context import Context, Refused
from handlers.desk_lists import find_anything, list_requests
from handlers.desk_person import look_with_reason, may_see
from handlers.desk_request import add_note, last_visit_id, request_page, resident_of
from handlers.offers import make_offer
from handlers.review import approve_request, ask_back, register_request, reject_request
from handlers.words import _
from web.console.page import back, form, show, tried
from web.console.session import for_staff

DESK = ("coordinator", "admin")
FRONT = ("coordinator", "consultant", "supervisor", "admin")


def add_pages(blueprint: Blueprint) -> None:
    """Registers the pages."""
    _add_list(blueprint)
    _add_request(blueprint)
    _add_verbs(blueprint)
    _add_more_verbs(blueprint)
    _add_register(blueprint)


def _add_list(blueprint: Blueprint) -> None:
    @blueprint.get("/requests")
    @for_staff(*FRONT)
    def requests_list(ctx: Context) -> str:
        return show(ctx, "requests", **list_requests(ctx, state=http.args.get("state", ""), page=_page()))

    @blueprint.get("/find")
    @for_staff(*FRONT)
    def find(ctx: Context) -> Any:
        words = http.args.get("q", "").strip()[:60]
        found = find_anything(ctx, words)
        if len(found) == 1:
            return redirect(found[0]["url"])
        return show(ctx, "find", find=words, found=found)


def _page() -> int:
    asked = http.args.get("page", "1")
    return int(asked) if asked.isdigit() and 0 < int(asked) < 1000 else 1


def _add_request(blueprint: Blueprint) -> None:
    @blueprint.get("/requests/<int:request_id>")
    @for_staff(*FRONT)
    def one_request(ctx: Context, request_id: int) -> str:
        person_id = resident_of(ctx, request_id)
        return show(ctx, "request", **request_page(ctx, request_id, shown=may_see(ctx, person_id)))

    @blueprint.post("/requests/<int:request_id>/notes")
    @for_staff(*FRONT)
    def note(ctx: Context, request_id: int) -> Response:
        return tried(
            lambda: add_note(ctx, request_id, words=form("words", 2000)),
            _("Note kept."),
            f"/console/requests/{request_id}",
        )

    @blueprint.post("/residents/<int:person_id>/look")
    @for_staff(*FRONT)
    def look(ctx: Context, person_id: int) -> Response:
        return tried(
            lambda: look_with_reason(ctx, person_id, reason=form("reason")),
            _("Shown for 5 minutes; this look is recorded."),
            f"/console/residents/{person_id}",
        )


def _add_verbs(blueprint: Blueprint) -> None:
    @blueprint.post("/requests/<int:request_id>/approve")
    @for_staff(*DESK)
    def approve(ctx: Context, request_id: int) -> Response:
        return tried(
            lambda: approve_request(ctx, request_id),
            _("Approved. The resident is being told."),
            f"/console/requests/{request_id}",
        )

    @blueprint.post("/requests/<int:request_id>/reject")
    @for_staff(*DESK)
    def reject(ctx: Context, request_id: int) -> Response:
        return tried(
            lambda: reject_request(ctx, request_id, reason=form("reason")),
            _("Not taken. The resident is told the reason."),
            f"/console/requests/{request_id}",
        )

    @blueprint.post("/requests/<int:request_id>/ask")
    @for_staff(*DESK)
    def ask(ctx: Context, request_id: int) -> Response:
        return tried(
            lambda: ask_back(ctx, request_id, question=form("question")),
            _("Asked. The clock waits for the answer."),
            f"/console/requests/{request_id}",
        )


def _add_more_verbs(blueprint: Blueprint) -> None:
    @blueprint.post("/requests/<int:request_id>/assign")
    @for_staff(*DESK)
    def assign(ctx: Context, request_id: int) -> Response:
        chosen = form("worker_id")
        worker_id = int(chosen) if chosen.isdigit() else 0
        return tried(
            lambda: make_offer(ctx, request_id, worker_id=worker_id),
            _("Being asked now."),
            f"/console/requests/{request_id}",
        )

    @blueprint.post("/requests/<int:request_id>/cancel")
    @for_staff(*DESK)
    def cancel(ctx: Context, request_id: int) -> Response:
        return tried(
            lambda: cancel_request(ctx, request_id, reason=form("reason")),
            _("Cancelled. Everybody concerned is told."),
            f"/console/requests/{request_id}",
        )

    @blueprint.post("/requests/<int:request_id>/cash")
    @for_staff(*DESK)
    def cash(ctx: Context, request_id: int) -> Response:
        return tried(
            lambda: record_cash(ctx, last_visit_id(ctx, request_id)),
            _("Recorded: paid in cash."),
            f"/console/requests/{request_id}",
        )


def _add_register(blueprint: Blueprint) -> None:
    @blueprint.get("/register")
    @for_staff(*FRONT)
    def register(ctx: Context) -> str:
        return show(ctx, "register", fields=register_fields(ctx, {}, {}))

    @blueprint.post("/register")
    @for_staff(*FRONT)
    def register_now(ctx: Context) -> Any:
        given = {
            name: form(name) for name in ("called", "phone", "address", "service", "day", "time", "minutes", "words")
        }
        wrong = _wrong(given)
        if not wrong:
            try:
                made = register_request(ctx, **_values(given))
                return back(_("Entered as %(number)s.", number=made.number), f"/console/requests/{made.id}")
            except Refused as refused:
                wrong = {_field_of(refused.code): refused.words}
        return show(ctx, "register", fields=register_fields(ctx, given, wrong)), 422


def _field_of(code: str) -> str:
    return {"bad_phone": "phone", "address_unclear": "address", "too_soon": "time", "too_far_ahead": "day"}.get(
        code, "words"
    )


def _wrong(given: dict[str, str]) -> dict[str, str]:
    """What is missing, in words that tell what to write."""
    needed = {
        "called": _("Please write what they are called, such as Aunt Wang."),
        "phone": _("Please write a mobile number of 11 digits."),
        "address": _("Please write building and room."),
        "service": _("Please choose a service."),
        "day": _("Please choose the day."),
        "time": _("Please choose the hour."),
    }
    return {name: words for name, words in needed.items() if not given[name]}


def _values(given: dict[str, str]) -> dict[str, Any]:
    try:
        starts_at = datetime.fromisoformat(f"{given['day']}T{given['time']}").replace(tzinfo=SHANGHAI)
    except ValueError:
        raise Refused("too_soon", _("Please choose the day and the hour.")) from None
    more = (
        {"minutes": int(given["minutes"])} if given["minutes"].isdigit() and 0 < int(given["minutes"]) <= 1440 else {}
    )
    keys = ("called", "phone", "address", "service", "words")
    return {**{k: given[k] for k in keys}, "starts_at": starts_at, **more}


def register_fields(ctx: Context, given: dict[str, str], wrong: dict[str, str]) -> list[dict[str, Any]]:
    """The form's fields with what was typed and what is wrong."""
    services = [{"value": s.code, "label": service_name(s)} for s in list_services(ctx)]
    fields: list[dict[str, Any]] = [
        {
            "name": "called",
            "label": _("What they are called"),
            "hint": _("Such as Aunt Wang"),
            "required": True,
            "first": True,
        },
        {"name": "phone", "label": _("Mobile number"), "kind": "tel", "inputmode": "numeric", "required": True},
        {
            "name": "address",
            "label": _("Address"),
            "hint": _("Building, unit and room"),
            "required": True,
            "wide": True,
        },
        {
            "name": "service",
            "label": _("Service"),
            "kind": "select",
            "options": [{"value": "", "label": _("Please choose")}, *services],
            "required": True,
        },
        {"name": "day", "label": _("Day"), "kind": "date", "required": True},
        {"name": "time", "label": _("Hour"), "kind": "time", "required": True},
        {"name": "minutes", "label": _("Minutes"), "kind": "number", "optional": True, "min": 30, "step": 30},
        {"name": "words", "label": _("What they said"), "kind": "textarea", "optional": True, "wide": True},
    ]
    return [{**f, "value": given.get(f["name"], ""), "error": wrong.get(f["name"], "")} for f in fields]
