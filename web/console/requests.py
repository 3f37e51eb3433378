"""Requests at the desk: the list, and one request with all that can be done (C4, D3)."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, redirect
from flask import request as http

from handlers.agreeing import answer_wider
from handlers.cancelling import cancel_request
from handlers.completion import record_cash
from handlers.context import Context
from handlers.desk_dispatch import search_wider
from handlers.desk_lists import find_anything, list_requests
from handlers.desk_person import may_see
from handlers.desk_request import add_note, last_visit_id, request_page, resident_of
from handlers.offers import make_offer, make_offers
from handlers.requests import take_time
from handlers.review import approve_request, ask_back, reject_request, take_approval_back
from handlers.words import _
from web.console.page import back, form, show, tried, whole
from web.console.session import for_staff

DESK = ("coordinator", "admin")
MOST_STAMP = 4_000_000_000  # of a moment in seconds
FRONT = ("coordinator", "consultant", "supervisor", "admin")


def add_pages(blueprint: Blueprint) -> None:
    """Registers the pages."""
    _add_list(blueprint)
    _add_request(blueprint)
    _add_verbs(blueprint)
    _add_more_verbs(blueprint)


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
    return whole(http.args.get("page", "1"), most=1000) or 1


def _add_request(blueprint: Blueprint) -> None:
    @blueprint.get("/requests/<int:request_id>")
    @for_staff(*FRONT)
    def one_request(ctx: Context, request_id: int) -> str:
        person_id = resident_of(ctx, request_id)
        return show(ctx, "request", **request_page(ctx, request_id, shown=may_see(ctx, person_id)))

    @blueprint.post("/requests/<int:request_id>/notes")
    @for_staff(*FRONT)
    def note(ctx: Context, request_id: int) -> Any:
        return _did(ctx, request_id, add_note, _("Note kept."), words=form("words", 2000))


def _add_verbs(blueprint: Blueprint) -> None:
    @blueprint.post("/requests/<int:request_id>/approve")
    @for_staff(*DESK)
    def approve(ctx: Context, request_id: int) -> Any:
        undo, wait = f"/console/requests/{request_id}/approve/undo", ctx.settings.messages.undo_s
        now, soon = _("Approved. The resident is being told."), _("Approved. The resident hears it in %(n)s seconds.", n=wait)
        return _did(ctx, request_id, approve_request, soon if wait else now, undo=undo)

    @blueprint.post("/requests/<int:request_id>/approve/undo")
    @for_staff(*DESK)
    def undo_approve(ctx: Context, request_id: int) -> Any:
        return _did(ctx, request_id, take_approval_back, _("Taken back. Nobody was told."))

    @blueprint.post("/requests/<int:request_id>/reject")
    @for_staff(*DESK)
    def reject(ctx: Context, request_id: int) -> Any:
        done = _("Not taken. The resident is told the reason.")
        return _did(ctx, request_id, reject_request, done, reason=form("reason"))

    @blueprint.post("/requests/<int:request_id>/ask")
    @for_staff(*DESK)
    def ask(ctx: Context, request_id: int) -> Any:
        done = _("Asked. The clock waits for the answer.")
        return _did(ctx, request_id, ask_back, done, question=form("question"))


def _did(ctx: Context, request_id: int, verb: Any, done: str, *, undo: str = "", **values: Any) -> Any:
    """One thing done with a request; then its page again."""
    return tried(
        ctx,
        lambda: verb(ctx, request_id, **values),
        done,
        f"/console/requests/{request_id}",
        undo=undo,
        about=("request", request_id),
    )


def _add_more_verbs(blueprint: Blueprint) -> None:
    @blueprint.post("/requests/<int:request_id>/time")
    @for_staff(*DESK)
    def time(ctx: Context, request_id: int) -> Any:
        at = datetime.fromtimestamp(whole(form("stamp"), most=MOST_STAMP), UTC)
        return _did(ctx, request_id, take_time, _("Moved. The resident gets the cards of those who can come then."), starts_at=at)

    @blueprint.post("/requests/<int:request_id>/assign")
    @for_staff(*DESK)
    def assign(ctx: Context, request_id: int) -> Any:
        chosen = whole(form("worker_id"))
        if not chosen:
            return back(_("Please choose a worker."), f"/console/requests/{request_id}", kind="refused")
        seen = whole(form("seen")) if form("seen") else None
        values: dict[str, Any] = {"worker_id": chosen, "reason": form("reason"), "seen": seen}
        return _did(ctx, request_id, make_offer, _("Being asked now."), **values)

    @blueprint.post("/requests/<int:request_id>/assign-several")
    @for_staff(*DESK)
    def assign_several(ctx: Context, request_id: int) -> Any:
        chosen = [whole(one) for one in http.form.getlist("worker_ids")[:50]]
        values: dict[str, Any] = {"worker_ids": chosen, "everybody": bool(form("everybody")), "reason": form("reason")}
        return _did(ctx, request_id, make_offers, _("All of them are being asked. The first to accept has it."), **values)

    @blueprint.post("/requests/<int:request_id>/question")
    @for_staff(*DESK)
    def answer_question(ctx: Context, request_id: int) -> Any:
        values: dict[str, Any] = {"kind": form("kind"), "agrees": form("agrees") == "yes"}
        return _did(ctx, request_id, answer_wider, _("Noted. The search goes on."), **values)

    @blueprint.post("/requests/<int:request_id>/search")
    @for_staff(*DESK)
    def search(ctx: Context, request_id: int) -> Any:
        return _did(ctx, request_id, search_wider, _("Looked; below is who fits."))

    @blueprint.post("/requests/<int:request_id>/cancel")
    @for_staff(*DESK)
    def cancel(ctx: Context, request_id: int) -> Any:
        done = _("Cancelled. Everybody concerned is told.")
        return _did(ctx, request_id, cancel_request, done, reason=form("reason"))

    @blueprint.post("/requests/<int:request_id>/cash")
    @for_staff(*DESK)
    def cash(ctx: Context, request_id: int) -> Any:
        return _did(ctx, request_id, _pay_cash, _("Recorded: paid in cash."))


def _pay_cash(ctx: Context, request_id: int) -> None:
    record_cash(ctx, last_visit_id(ctx, request_id))
