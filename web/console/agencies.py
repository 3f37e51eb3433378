"""Agencies at the desk: the list, and how each stands (A4, D1)."""

from typing import Any

from flask import Blueprint

from handlers.agencies import agencies_page, put_agency, set_worker_agency
from handlers.context import Context, Refused
from handlers.words import _
from web.console.page import back, form, show, tried
from web.console.session import for_staff

DESK = ("coordinator", "admin")
FRONT = ("coordinator", "consultant", "supervisor", "admin")
FIELD_OF = {"bad_standing": "standing", "no_reason": "reason", "bad_date": "valid_to"}  # which field a refusal belongs to


def add_pages(blueprint: Blueprint) -> None:
    """Registers the pages."""

    @blueprint.get("/agencies")
    @for_staff(*FRONT)
    def agencies(ctx: Context) -> str:
        return show(ctx, "agencies", **agencies_page(ctx), given={}, wrong={})

    @blueprint.post("/agencies")
    @for_staff(*DESK)
    def keep_agency(ctx: Context) -> Any:
        fields = {"name": form("name", 60), "standing": form("standing", 10), "valid_to": form("valid_to", 10), "reason": form("reason")}
        try:
            put_agency(ctx, **fields)
        except Refused as refused:
            if refused.status in (401, 403, 404):
                raise
            wrong = {FIELD_OF.get(refused.code, "name"): refused.words}
            return show(ctx, "agencies", **agencies_page(ctx), given=fields, wrong=wrong), 422
        return back(_("Kept. It counts from now on."), "/console/agencies")

    @blueprint.post("/workers/<int:worker_id>/agency")
    @for_staff(*DESK)
    def worker_agency(ctx: Context, worker_id: int) -> Any:
        url = f"/console/workers/{worker_id}"
        return tried(ctx, lambda: set_worker_agency(ctx, worker_id, name=form("agency", 60)), _("Kept."), url, about=("worker", worker_id))
