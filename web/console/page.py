"""What every page of the desk shows: who is signed in, how much waits where; and the way back after a form."""

from collections.abc import Callable
from typing import Any

from flask import flash, get_flashed_messages, redirect, render_template, request
from werkzeug.wrappers import Response

from handlers.context import FRONT, Context, Refused
from handlers.desk_history import last_step
from handlers.desk_queue import desk_counts
from handlers.desk_terms import may_decide, may_enter, role_words
from web.errors import typed_words

LATE = ("not_now", "changed_meanwhile")


def show(ctx: Context, template: str, **values: Any) -> str:
    """Renders a page of the desk."""
    me = ctx.actor
    line = " · ".join(role_words(r) for r in sorted(me.roles))
    front = bool(me.roles.intersection(FRONT))
    desk = {
        "me": {"id": me.id or 0, "called": me.called, "line": line},
        "front": front,
        "decides": may_decide(ctx),
        "enters": may_enter(ctx),
        **desk_counts(ctx),
    }
    return render_template(
        f"console/{template}.html",
        desk=desk,
        **_told(ctx),
        open_dialog=request.args.get("open", ""),
        **values,
    )


def _told(ctx: Context) -> dict[str, Any]:
    """What the form before this page did: a toast with its way back, or why it did not work."""
    told: list[Any] = list(get_flashed_messages(with_categories=True))
    done = [words for kind, words in told if kind != "refused"]
    refused = [words for kind, words in told if kind == "refused"]
    undo = next((kind.removeprefix("undo:") for kind, _words in told if kind.startswith("undo:")), "")
    seconds = ctx.settings.messages.undo_s
    toast = {"words": done[-1], "undo": undo if seconds else "", "seconds": max(seconds, 5)} if done else None
    return {"toast": toast, "refused": refused[-1] if refused else ""}


def back(words: str, url: str, *, undo: str = "", kind: str = "done") -> Response:
    """After a form: back to a page, with a word on what was done, and the address that takes it back."""
    flash(words, f"undo:{undo}" if undo else kind)
    wanted = request.form.get("back", "")
    return redirect(wanted if wanted.startswith("/console/") and "//" not in wanted else url, 303)


def tried(
    ctx: Context, do: Callable[[], Any], done: str, url: str, *, undo: str = "", about: tuple[str, int] | None = None
) -> Any:
    """Runs a use case from a form. A refusal comes back as words, with who was quicker; what was written is shown again."""
    try:
        do()
    except Refused as refused:
        if refused.status in (401, 403, 404):
            raise
        words = refused.words
        if about is not None and refused.code in LATE:
            words = f"{last_step(ctx, *about)}{words}"
        typed = typed_words()
        if typed:
            return show(ctx, "refused", words=words, typed=typed, url=url), 409
        return back(words, url, kind="refused")
    return back(done, url, undo=undo)


def whole(words: str, most: int = 2_000_000_000) -> int:
    """A whole number that somebody typed or an address carries; 0 where it is none, or too large to be one of ours."""
    return int(words) if words.isdecimal() and len(words) <= 10 and int(words) <= most else 0


def form(name: str, limit: int = 500) -> str:
    """A form's field."""
    return request.form.get(name, "").strip()[:limit]
