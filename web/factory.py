"""The web application without the platform's pushes: what every page shares, and the doors."""

from datetime import datetime
from pathlib import Path
from typing import Any

from apiflask import APIFlask
from flask import Blueprint, Flask, Request, Response, g, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from werkzeug.routing import IntegerConverter, Map

from handlers.clock import SHANGHAI, Clock
from handlers.context import Refused, let_go
from handlers.logs import begin
from handlers.settings import Settings
from handlers.words import (
    _,
    listed,
    ngettext_,
    say_clock,
    say_date,
    say_day,
    say_minutes,
    say_near,
    say_time,
    say_when,
    say_yuan,
    use_language,
)
from web.api import make_api
from web.assets import make_asset
from web.console import make_console
from web.csrf import PROTECT, csrf_field, protect_forms
from web.demo import make_demo
from web.errors import answer_failure, answer_refusal
from web.health import make_health
from web.limits import limit_tries
from web.ports import Ports, WebPlatform
from web.site import make_site

HERE = Path(__file__).parent
LIMIT = 1024 * 1024  # bytes of a form; pushes have their own, smaller one


class Sessions(SecureCookieSessionInterface):
    """Who brings no session's cookie, a push say, has an empty one without more ado."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """As Flask's own."""
        return super().open_session(app, request) if self.get_cookie_name(app) in request.cookies else self.session_class()


class OurId(IntegerConverter):
    """An id in an address: larger than any of ours, there is nothing there."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=2**31 - 1)


def make_web(settings: Settings, clock: Clock, platform: WebPlatform) -> Flask:
    """Site, console, API and health; in the demo also the imitated phones."""
    app = APIFlask(
        "linli",
        title="Linli 邻里家政",
        version="1.0",
        spec_path="/api/v1/openapi.json",
        docs_path=None,
        json_errors=False,  # errors of pages are pages; web/errors.py gives programs their JSON
        template_folder=str(HERE / "templates"),
        static_folder=str(HERE / "static"),
    )
    app.url_map.converters["int"] = OurId
    app.secret_key = settings.security.secret_key
    app.session_interface = Sessions()
    app.config.update(MAX_CONTENT_LENGTH=LIMIT, SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Lax")
    app.extensions["linli"] = Ports(settings, clock, platform)
    # First what every page has: a form that is refused for its token gets a page with words, too.
    _share(app, settings, clock)
    protect_forms(app)
    for make in (make_health, make_console, make_site):
        app.register_blueprint(make(settings, clock))
    for make in (make_api, *([make_demo] if settings.demo.enabled else [])):
        for_programs(app, make(settings, clock))
    limit_tries(app, settings)
    return app


def for_programs(app: Flask, blueprint: Blueprint) -> None:
    """A door that programs call: they sign or carry a token of their own, and have no form's token."""
    PROTECT.exempt(blueprint)
    app.register_blueprint(blueprint)


def _share(app: Flask, settings: Settings, clock: Clock) -> None:
    """What every page has: the moment, the language, reading aids, words, headers, errors."""
    app.before_request(lambda: _begin(clock))
    app.teardown_request(_end)
    app.after_request(lambda answer: _headers(answer, demo=settings.demo.enabled))
    app.register_error_handler(Refused, answer_refusal)
    app.register_error_handler(Exception, answer_failure)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(_, ngettext_, newstyle=False)  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(_=_, asset=make_asset(app), csrf=csrf_field, **_words())
    app.context_processor(lambda: _page(settings))


def _begin(clock: Clock) -> None:
    begin()
    g.now = clock.now()
    g.language = "en" if request.cookies.get("linli_lang") == "en" else "zh_CN"
    g.speaking = use_language(g.language)
    g.speaking.__enter__()


def _end(_failure: BaseException | None) -> None:
    speaking = g.pop("speaking", None)
    if speaking is not None:
        speaking.__exit__(None, None, None)
    let_go()


def _words() -> dict[str, Any]:
    """Functions that templates say days, hours and money with; `now` is the request's."""
    return {
        "say_day": lambda dt: say_day(dt, g.now),
        "say_when": lambda dt: say_when(dt, g.now),
        "say_clock": lambda dt: say_clock(dt, g.now),
        "say_date": lambda dt: say_date(dt, g.now),
        "say_near": lambda dt: say_near(dt, g.now),
        "say_time": say_time,
        "say_minutes": say_minutes,
        "say_yuan": say_yuan,
        "iso": iso,
        "listed": listed,
    }


def iso(moment: datetime) -> str:
    """A moment for a page's script: ISO 8601 with the local offset."""
    return moment.astimezone(SHANGHAI).isoformat(timespec="seconds")


def _page(settings: Settings) -> dict[str, Any]:
    return {
        "now": g.now,
        "now_iso": iso(g.now),
        "language": g.language,
        "size": "large" if request.cookies.get("linli_size") == "large" else "normal",
        "theme": request.cookies.get("linli_theme") if request.cookies.get("linli_theme") in ("dark", "light") else "",
        "community": settings.community,
        "demo": settings.demo.enabled,
        "path": request.path,
    }


def _headers(answer: Response, *, demo: bool) -> Response:
    """A strict policy: nothing from outside, nothing inline; in the demo the console may stand in the demo's own page."""
    frame = "'self'" if demo else "'none'"
    frames = "; frame-src 'self'" if demo else ""
    answer.headers.setdefault(
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; connect-src 'self'; "
        f"form-action 'self'; base-uri 'none'; frame-ancestors {frame}{frames}",
    )
    answer.headers.setdefault("X-Content-Type-Options", "nosniff")
    answer.headers.setdefault("Referrer-Policy", "same-origin")
    answer.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
    if request.path.startswith(("/console", "/api")):
        answer.headers.setdefault("Cache-Control", "no-store")
    return answer
