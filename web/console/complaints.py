"""Complaints at the desk: the list, one complaint with its clocks, answering and settling (I1-I3)."""

from flask import Blueprint
from flask import request as http
from werkzeug.wrappers import Response

from handlers.complaints import answer_complaint, resolve_complaint
from handlers.context import Context
from handlers.desk_lists import complaint_page, list_complaints
from handlers.words import _
from web.console.page import form, show, tried
from web.console.session import for_staff

FRONT = ("coordinator", "consultant", "supervisor", "admin")


def add_pages(blueprint: Blueprint) -> None:
    """Registers the pages."""

    @blueprint.get("/complaints")
    @for_staff(*FRONT)
    def complaints_list(ctx: Context) -> str:
        return show(ctx, "complaints", **list_complaints(ctx, state=http.args.get("state", "")))

    @blueprint.get("/complaints/<int:complaint_id>")
    @for_staff(*FRONT)
    def one_complaint(ctx: Context, complaint_id: int) -> str:
        return show(ctx, "complaint", **complaint_page(ctx, complaint_id))

    @blueprint.post("/complaints/<int:complaint_id>/answer")
    @for_staff(*FRONT)
    def answer(ctx: Context, complaint_id: int) -> Response:
        url = f"/console/complaints/{complaint_id}"
        return tried(
            lambda: answer_complaint(ctx, complaint_id, words=form("words", 2000)),
            _("Answered; it is on its way to them."),
            url,
        )

    @blueprint.post("/complaints/<int:complaint_id>/resolve")
    @for_staff(*FRONT)
    def resolve(ctx: Context, complaint_id: int) -> Response:
        url = f"/console/complaints/{complaint_id}"
        return tried(
            lambda: resolve_complaint(ctx, complaint_id, result=form("result", 2000)),
            _("Settled; they are asked whether they are content."),
            url,
        )
