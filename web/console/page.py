"""What every page of the desk shows: who is signed in, how much waits where; and the way back after a form."""

from typing import Any

from flask import flash, get_flashed_messages, redirect, render_template, request
from werkzeug.wrappers import Response

from handlers.context import DESK, Context, Refused
from handlers.desk_queue import desk_counts
from handlers.words import _


def role_words(role: str) -> str:
    """A role as it is called."""
    return {
        "coordinator": _("coordinator"),
        "consultant": _("consultant"),
        "supervisor": _("supervisor"),
        "finance": _("finance"),
        "approver": _("approver"),
        "auditor": _("auditor"),
        "admin": _("administrator"),
    }.get(role, role)


def show(ctx: Context, template: str, **values: Any) -> str:
    """Renders a page of the desk."""
    me = ctx.actor
    line = " · ".join(role_words(r) for r in sorted(me.roles))
    desk = {"me": {"id": me.id or 0, "called": me.called, "line": line, "decides": bool(me.roles & {*DESK})}, **desk_counts(ctx)}
    told = get_flashed_messages()
    return render_template(
        f"console/{template}.html",
        desk=desk,
        toast={"words": told[-1], "undo": None, "fields": {}} if told else None,
        open_dialog=request.args.get("open", ""),
        **values,
    )


def back(words: str, url: str) -> Response:
    """After a form: back to a page, with a word on what was done."""
    flash(words)
    wanted = request.form.get("back", "")
    return redirect(wanted if wanted.startswith("/console/") and "//" not in wanted else url, 303)


def tried(do: Any, done: str, url: str) -> Response:
    """Runs a use case from a form; a refusal comes back as words on the page it came from, nothing is lost."""
    try:
        do()
    except Refused as refused:
        if refused.status in (401, 403, 404):
            raise
        return back(refused.words, url)
    return back(done, url)


def form(name: str, limit: int = 500) -> str:
    """A form's field."""
    return request.form.get(name, "").strip()[:limit]
