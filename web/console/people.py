"""Residents' files at the desk (A1, A6), and what they said on the phone or at the counter (I1)."""

from typing import Any

from flask import Blueprint, redirect
from flask import request as http

from handlers.context import Context, Refused
from handlers.desk_complaints import enter_complaint
from handlers.desk_person import list_residents, look_with_reason, resident_page
from handlers.words import _
from web.console.page import back, form, show, tried, whole
from web.console.session import for_staff

FRONT = ("coordinator", "consultant", "supervisor", "admin")
CHANNELS = ("phone", "desk")


def add_pages(blueprint: Blueprint) -> None:
    """Registers the pages."""

    @blueprint.get("/residents")
    @for_staff(*FRONT)
    def residents(ctx: Context) -> str:
        words = http.args.get("q", "")[:60]
        return show(ctx, "residents", residents=list_residents(ctx, words=words), find=words)

    @blueprint.get("/residents/<int:person_id>")
    @for_staff(*FRONT)
    def resident(ctx: Context, person_id: int) -> str:
        return show(ctx, "resident", **resident_page(ctx, person_id))

    @blueprint.post("/residents/<int:person_id>/look")
    @for_staff(*FRONT)
    def look(ctx: Context, person_id: int) -> Any:
        return tried(
            ctx,
            lambda: look_with_reason(ctx, person_id, reason=form("reason")),
            _("Shown for 5 minutes; this look is recorded."),
            f"/console/residents/{person_id}",
        )

    @blueprint.post("/residents/<int:person_id>/complaints")
    @for_staff(*FRONT)
    def complain_for(ctx: Context, person_id: int) -> Any:
        return _enter(ctx, person_id)


def _enter(ctx: Context, person_id: int) -> Any:
    """A complaint that somebody made on the phone or at the counter."""
    channel = form("channel") if form("channel") in CHANNELS else "desk"
    values: dict[str, Any] = {"words": form("words", 2000), "channel": channel, "visit_id": whole(form("visit_id")) or None}
    try:
        made = enter_complaint(ctx, person_id, **values)
    except Refused as refused:
        if refused.status in (401, 403, 404):
            raise
        return back(refused.words, f"/console/residents/{person_id}", kind="refused")
    back(_("Entered as %(number)s.", number=made.number), "/console/")
    return redirect(f"/console/complaints/{made.id}", 303)
