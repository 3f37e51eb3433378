"""Complaints at the desk: the list, one complaint with its clocks, answering, settling, and their word on it (I1-I3)."""

from typing import Any

from flask import Blueprint
from flask import request as http

from handlers.complaints import accept_result, add_to_complaint, answer_complaint, reopen_complaint, resolve_complaint
from handlers.context import Context
from handlers.desk_complaints import complaint_page, list_complaints
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

    _add_verbs(blueprint)
    _add_their_word(blueprint)


def _did(ctx: Context, complaint_id: int, verb: Any, done: str, **values: Any) -> Any:
    """One thing done with a complaint; then its page again."""
    url = f"/console/complaints/{complaint_id}"
    return tried(ctx, lambda: verb(ctx, complaint_id, **values), done, url, about=("complaint", complaint_id))


def _add_verbs(blueprint: Blueprint) -> None:
    @blueprint.post("/complaints/<int:complaint_id>/answer")
    @for_staff(*FRONT)
    def answer(ctx: Context, complaint_id: int) -> Any:
        done = _("Answered; it is on its way to them.")
        return _did(ctx, complaint_id, answer_complaint, done, words=form("words", 2000))

    @blueprint.post("/complaints/<int:complaint_id>/resolve")
    @for_staff(*FRONT)
    def resolve(ctx: Context, complaint_id: int) -> Any:
        done = _("Settled; they are asked whether they are content.")
        return _did(ctx, complaint_id, resolve_complaint, done, result=form("result", 2000))

    @blueprint.post("/complaints/<int:complaint_id>/note")
    @for_staff(*FRONT)
    def remark(ctx: Context, complaint_id: int) -> Any:
        return _did(ctx, complaint_id, add_to_complaint, _("Note kept."), words=form("words", 2000))


def _add_their_word(blueprint: Blueprint) -> None:
    """What the complainant said of the result on the phone: content, not content, or once more."""

    @blueprint.post("/complaints/<int:complaint_id>/accept")
    @for_staff(*FRONT)
    def accept(ctx: Context, complaint_id: int) -> Any:
        return _did(ctx, complaint_id, accept_result, _("Noted, and closed."), satisfied=form("satisfied") == "yes")

    @blueprint.post("/complaints/<int:complaint_id>/reopen")
    @for_staff(*FRONT)
    def reopen(ctx: Context, complaint_id: int) -> Any:
        return _did(ctx, complaint_id, reopen_complaint, _("Open again, with new limits."), words=form("words", 2000))
