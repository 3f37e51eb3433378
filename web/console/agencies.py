"""Agencies at the desk: the list, and how each stands (A4, D1)."""

from typing import Any

from flask import Blueprint

from handlers.agencies import agencies_page, put_agency, set_worker_agency
from handlers.context import Context
from handlers.words import _
from web.console.page import form, show, tried
from web.console.session import for_staff

DESK = ("coordinator", "admin")
FRONT = ("coordinator", "consultant", "supervisor", "admin")


def add_pages(blueprint: Blueprint) -> None:
    """Registers the pages."""

    @blueprint.get("/agencies")
    @for_staff(*FRONT)
    def agencies(ctx: Context) -> str:
        return show(ctx, "agencies", **agencies_page(ctx))

    @blueprint.post("/agencies")
    @for_staff(*DESK)
    def keep_agency(ctx: Context) -> Any:
        fields = {"name": form("name", 60), "standing": form("standing", 10), "valid_to": form("valid_to", 10), "reason": form("reason")}
        return tried(ctx, lambda: put_agency(ctx, **fields), _("Kept. It counts from now on."), "/console/agencies")

    @blueprint.post("/workers/<int:worker_id>/agency")
    @for_staff(*DESK)
    def worker_agency(ctx: Context, worker_id: int) -> Any:
        url = f"/console/workers/{worker_id}"
        return tried(ctx, lambda: set_worker_agency(ctx, worker_id, name=form("agency", 60)), _("Kept."), url, about=("worker", worker_id))
