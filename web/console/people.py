"""Residents' and workers' files at the desk (A2, A3, A6)."""

from flask import Blueprint
from flask import request as http
from werkzeug.wrappers import Response

from handlers.context import Context
from handlers.desk_lists import list_workers_view, worker_page
from handlers.desk_person import list_residents, resident_page
from handlers.words import _
from handlers.workers import activate_worker, add_document, pause_worker
from web.console.page import form, show, tried
from web.console.session import for_staff

DESK = ("coordinator", "admin")
FRONT = ("coordinator", "consultant", "supervisor", "admin")


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

    @blueprint.get("/workers")
    @for_staff(*FRONT)
    def workers(ctx: Context) -> str:
        return show(ctx, "workers", **list_workers_view(ctx))

    @blueprint.get("/workers/<int:worker_id>")
    @for_staff(*FRONT)
    def worker(ctx: Context, worker_id: int) -> str:
        return show(ctx, "worker", **worker_page(ctx, worker_id))

    _add_verbs(blueprint)


def _add_verbs(blueprint: Blueprint) -> None:
    @blueprint.post("/workers/<int:worker_id>/activate")
    @for_staff(*DESK)
    def activate(ctx: Context, worker_id: int) -> Response:
        return tried(
            lambda: activate_worker(ctx, worker_id),
            _("They can be asked from now on."),
            f"/console/workers/{worker_id}",
        )

    @blueprint.post("/workers/<int:worker_id>/pause")
    @for_staff(*DESK)
    def pause(ctx: Context, worker_id: int) -> Response:
        return tried(
            lambda: pause_worker(ctx, worker_id, reason=form("reason")),
            _("Nothing is offered to them for now."),
            f"/console/workers/{worker_id}",
        )

    @blueprint.post("/workers/<int:worker_id>/documents")
    @for_staff(*DESK)
    def document(ctx: Context, worker_id: int) -> Response:
        fields = {name: form(name, 60) for name in ("kind", "number", "issuer", "valid_from", "valid_to")}
        return tried(lambda: add_document(ctx, worker_id, **fields), _("Paper kept."), f"/console/workers/{worker_id}")
