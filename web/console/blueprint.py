"""The desk's blueprint, and signing in and out."""

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from handlers.alerts import close_alert, reopen_alert
from handlers.clock import Clock
from handlers.context import FRONT, Context, Refused
from handlers.desk_home import home_view
from handlers.desk_queue import mark_of, queue_view
from handlers.settings import Settings
from handlers.staff import demo_staff, sign_in, sign_out
from handlers.words import _
from web.console import (
    agencies,
    complaints,
    handovers,
    health,
    people,
    plan,
    register,
    requests,
    series,
    visits,
    voices,
    weights,
    words,
    workers,
)
from web.console.page import show, tried, whole
from web.console.session import COOKIE, for_staff, keep_session, safe_next
from web.errors import came_from
from web.ports import context_of


def make_console(settings: Settings, clock: Clock) -> Blueprint:
    """/console/..."""
    blueprint = Blueprint("console", __name__, url_prefix="/console")
    _add_session(blueprint, settings)
    _add_home(blueprint)
    _add_alerts(blueprint)
    front = (agencies, requests, series, register, complaints, handovers, people, workers, visits)
    for part in (*front, plan, voices, words, health, weights):
        part.add_pages(blueprint)
    return blueprint


def _add_session(blueprint: Blueprint, settings: Settings) -> None:
    @blueprint.get("/sign-in")
    def sign_in_page() -> str:
        return _sign_in_page("", "")

    @blueprint.post("/sign-in")
    def sign_in_now() -> Any:
        login = request.form.get("login", "")[:60]
        try:
            token = sign_in(
                context_of(),
                login=login,
                password=request.form.get("password", "")[:200],
                code=request.form.get("code", "")[:10],
            )
        except Refused as refused:
            return _sign_in_page(login, refused.words), refused.status
        return keep_session(make_response(redirect(safe_next(request.args.get("next", "")), 303)), token, settings)

    @blueprint.post("/sign-out")
    def sign_out_now() -> BaseResponse:
        sign_out(request.cookies.get(COOKIE, ""))
        answer = redirect("/console/sign-in", 303)
        answer.delete_cookie(COOKIE, path="/")
        return answer


def _sign_in_page(login: str, error: str) -> str:
    ctx = context_of()
    return render_template(
        "console/sign_in.html",
        login=login,
        error=error,
        quick=demo_staff(ctx),
        need_code=ctx.settings.security.totp_required,
    )


def _add_home(blueprint: Blueprint) -> None:
    @blueprint.get("/")
    @for_staff()
    def home(ctx: Context) -> str:
        return show(ctx, "home", queue=_queue(ctx), **home_view(ctx))

    @blueprint.get("/queue")
    @for_staff()
    def queue(ctx: Context) -> Any:
        if request.args.get("mark") == mark_of(ctx):
            return Response(status=204)
        return show(ctx, "_queue", queue=_queue(ctx))

    @blueprint.get("/more")
    @for_staff()
    def more(ctx: Context) -> str:
        return show(ctx, "more")


def _add_alerts(blueprint: Blueprint) -> None:
    @blueprint.post("/alerts/<int:alert_id>/seen")
    @for_staff(*FRONT)
    def seen(ctx: Context, alert_id: int) -> Any:
        undo = f"/console/alerts/{alert_id}/undo"
        return tried(ctx, lambda: close_alert(ctx, alert_id), _("Seen; it is off the list."), came_from() or "/console/", undo=undo)

    @blueprint.post("/alerts/<int:alert_id>/undo")
    @for_staff(*FRONT)
    def unseen(ctx: Context, alert_id: int) -> Any:
        return tried(ctx, lambda: reopen_alert(ctx, alert_id), _("It stands there again."), "/console/")


def _queue(ctx: Context) -> dict[str, Any]:
    key, page = request.args.get("queue", ""), whole(request.args.get("page", "1"), most=1000) or 1
    known = ("", "reviews", "matches", "handovers", "complaints", "calls")
    return queue_view(ctx, key=key if key in known else "", page=page)
