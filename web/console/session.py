"""A signed-in browser: the cookie, and who is behind it; asked anew at every request, so that a changed role counts at once."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, g, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from handlers.context import STAFF, Context, Refused, staff_actor
from handlers.settings import Settings
from handlers.staff import who_is
from handlers.words import _
from web.ports import context_of, ports

COOKIE = "linli_desk"


def keep_session(answer: Response, token: str, settings: Settings) -> Response:
    """Puts the session's token into a cookie that scripts and other sites can't read."""
    secure = settings.web.base_url.startswith("https://")
    hours = settings.security.session_hours
    answer.set_cookie(COOKIE, token, max_age=hours * 3600, httponly=True, secure=secure, samesite="Lax", path="/")
    return answer


def desk_context() -> Context | None:
    """The Context of the signed-in staff member, or None."""
    token = request.cookies.get(COOKIE, "")
    staff = who_is(context_of(), token) if token else None
    return context_of(staff_actor(staff)) if staff is not None else None


def for_staff(*roles: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A page for these roles (none named: any staff). Without a session one is led to the sign-in and back."""

    def mark(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def run(*args: Any, **kwargs: Any) -> Any:
            ctx = desk_context()
            if ctx is None:
                return _to_sign_in()
            ctx.need(*(roles or STAFF))
            g.desk = ctx
            return view(ctx, *args, **kwargs)

        return run

    return mark


def _to_sign_in() -> BaseResponse:
    if request.method != "GET" or request.headers.get("HX-Request"):
        raise Refused("unauthorized", _("Please sign in again."), status=401)
    back = request.full_path.rstrip("?")
    return redirect(f"/console/sign-in?next={back}")


def safe_next(wanted: str) -> str:
    """Where to go after signing in: only a page of the console."""
    return wanted if wanted.startswith("/console/") and "//" not in wanted and "\\" not in wanted else "/console/"


def demo_logins() -> bool:
    """Whether one-tap sign-in is offered."""
    return bool(ports().settings.demo.enabled)
