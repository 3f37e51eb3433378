"""Workers' files at the desk: the list, one file with papers and skills, and opening a new one (A2, A3)."""

from typing import Any

from flask import Blueprint
from flask import request as http

from handlers.context import Context, Refused
from handlers.desk_workers import list_workers_view, worker_page
from handlers.enlisting import add_skill, enlist_worker
from handlers.leaves import end_leave, enter_leave
from handlers.words import _
from handlers.workers import activate_worker, add_document, pause_worker
from web.console.page import back, form, show, tried, whole
from web.console.session import for_staff
from web.console.worker_form import NAMES, application, worker_fields, wrong_in

DESK = ("coordinator", "admin")
FRONT = ("coordinator", "consultant", "supervisor", "admin")
STATES = ("", "papers", "applied", "paused")
# Which field a refusal belongs to.
FIELD_OF = {"bad_phone": "phone", "known_already": "phone", "bad_hours": "until"}


def add_pages(blueprint: Blueprint) -> None:
    """Registers the pages."""

    @blueprint.get("/workers")
    @for_staff(*FRONT)
    def workers(ctx: Context) -> str:
        words, state = http.args.get("q", "")[:20], http.args.get("state", "")
        found = list_workers_view(ctx, words=words, state=state if state in STATES else "")
        return show(ctx, "workers", find=words, **found)

    @blueprint.get("/workers/<int:worker_id>")
    @for_staff(*FRONT)
    def worker(ctx: Context, worker_id: int) -> str:
        return show(ctx, "worker", **worker_page(ctx, worker_id))

    _add_new(blueprint)
    _add_file_verbs(blueprint)
    _add_state_verbs(blueprint)
    _add_leave(blueprint)


def _add_leave(blueprint: Blueprint) -> None:
    @blueprint.post("/workers/<int:worker_id>/leave")
    @for_staff(*DESK)
    def leave(ctx: Context, worker_id: int) -> Any:
        done = _("Noted: off on these days, and not asked.")
        return _did(ctx, worker_id, enter_leave, done, since=form("since", 10), until=form("until", 10))

    @blueprint.post("/workers/<int:worker_id>/leave/end")
    @for_staff(*DESK)
    def back_again(ctx: Context, worker_id: int) -> Any:
        return _did(ctx, worker_id, end_leave, _("Can be asked again."), leave_id=whole(form("thing")))


def _add_new(blueprint: Blueprint) -> None:
    @blueprint.get("/workers/new")
    @for_staff(*DESK)
    def new_worker(ctx: Context) -> str:
        return show(ctx, "worker_new", fields=worker_fields(ctx, {}, {}))

    @blueprint.post("/workers/new")
    @for_staff(*DESK)
    def enlist(ctx: Context) -> Any:
        given: dict[str, Any] = {name: form(name) for name in NAMES}
        given["weekdays"] = [d for d in http.form.getlist("weekdays") if d in tuple("0123456")]
        wrong = wrong_in(given)
        if not wrong:
            try:
                made = enlist_worker(ctx, application(given))
                return back(_("The file is open. Now skills and papers."), f"/console/workers/{made.id}")
            except Refused as refused:
                wrong = {FIELD_OF.get(refused.code, "called"): refused.words}
        return show(ctx, "worker_new", fields=worker_fields(ctx, given, wrong)), 422


def _did(ctx: Context, worker_id: int, verb: Any, done: str, *, undo: str = "", **values: Any) -> Any:
    """One thing done with a file; then the file again."""
    url = f"/console/workers/{worker_id}"
    return tried(
        ctx, lambda: verb(ctx, worker_id, **values), done, url, undo=undo, about=("worker", worker_id)
    )


def _add_file_verbs(blueprint: Blueprint) -> None:
    @blueprint.post("/workers/<int:worker_id>/documents")
    @for_staff(*DESK)
    def document(ctx: Context, worker_id: int) -> Any:
        fields = {name: form(name, 60) for name in ("kind", "number", "issuer", "valid_from", "valid_to")}
        return _did(ctx, worker_id, add_document, _("Paper kept."), **fields)

    @blueprint.post("/workers/<int:worker_id>/skills")
    @for_staff(*DESK)
    def skill(ctx: Context, worker_id: int) -> Any:
        yuan = whole(form("price"), most=1_000_000)
        values: dict[str, Any] = {
            "service": form("service"),
            "level": whole(form("level"), most=4) or 1,
            "years": whole(form("years"), most=60),
            "price_fen": yuan * 100 if yuan else None,
        }
        return _did(ctx, worker_id, add_skill, _("Skill kept."), **values)


def _add_state_verbs(blueprint: Blueprint) -> None:
    @blueprint.post("/workers/<int:worker_id>/activate")
    @for_staff(*DESK)
    def activate(ctx: Context, worker_id: int) -> Any:
        return _did(ctx, worker_id, activate_worker, _("They can be asked from now on."))

    @blueprint.post("/workers/<int:worker_id>/pause")
    @for_staff(*DESK)
    def pause(ctx: Context, worker_id: int) -> Any:
        undo = f"/console/workers/{worker_id}/activate"
        done = _("Nothing is offered to them for now.")
        return _did(ctx, worker_id, pause_worker, done, undo=undo, reason=form("reason"))
