"""What was misunderstood: staff say what was meant, and take the examples out (C3)."""

from typing import Any

from flask import Blueprint
from flask import request as http
from werkzeug.wrappers import Response

from handlers.clock import local
from handlers.context import Context, Refused
from handlers.desk_words import export_heard, heard_page, label_heard, list_heard, set_aside
from handlers.words import _
from web.console.page import back, show, tried, whole
from web.console.session import for_staff

DESK = ("coordinator", "admin")


def add_pages(blueprint: Blueprint) -> None:
    """Registers the pages."""

    @blueprint.get("/words")
    @for_staff(*DESK)
    def words(ctx: Context) -> str:
        number = whole(http.args.get("page", "1"), most=10_000) or 1
        return show(ctx, "words", **list_heard(ctx, state=http.args.get("state", "open"), page=number))

    @blueprint.get("/words/export")
    @for_staff(*DESK)
    def export(ctx: Context) -> Response:
        name = f"misunderstood-{local(ctx.now).date().isoformat()}.jsonl"
        told = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(export_heard(ctx), content_type="application/x-ndjson; charset=utf-8", headers=told)

    @blueprint.get("/words/<int:heard_id>")
    @for_staff(*DESK)
    def one(ctx: Context, heard_id: int) -> str:
        return show(ctx, "word", **heard_page(ctx, heard_id))

    _add_verbs(blueprint)


def _add_verbs(blueprint: Blueprint) -> None:
    @blueprint.post("/words/<int:heard_id>/label")
    @for_staff(*DESK)
    def label(ctx: Context, heard_id: int) -> Response | tuple[str, int]:
        form = {name: [v[:200] for v in http.form.getlist(name)] for name in http.form}
        try:
            label_heard(ctx, heard_id, form)
        except Refused as refused:
            if refused.code != "misfit":
                raise
            return show(ctx, "word", error=refused.words, **heard_page(ctx, heard_id, form=form)), 422
        return back(_("Kept. It goes out with the next export."), _next(ctx, heard_id))

    @blueprint.post("/words/<int:heard_id>/no-matter")
    @for_staff(*DESK)
    def no_matter(ctx: Context, heard_id: int) -> Any:
        return tried(ctx, lambda: set_aside(ctx, heard_id), _("Set aside."), _next(ctx, heard_id))


def _next(ctx: Context, heard_id: int) -> str:
    """On to the next one, so that a stack is worked through without going back."""
    return str(heard_page(ctx, heard_id)["next_url"]) or "/console/words"
