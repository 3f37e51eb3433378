"""The pages of the public site."""

from typing import Any

from flask import Blueprint, abort, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from handlers.agreements import read_agreement
from handlers.clock import Clock
from handlers.settings import Settings
from handlers.site import home_view, service_view, services_view, text_view
from web.ports import context_of

YEAR = 365 * 86400
CHOICES = {"size": ("normal", "large"), "theme": ("light", "dark"), "lang": ("zh_CN", "en")}


def make_site(settings: Settings, clock: Clock) -> Blueprint:
    """/ and the pages behind it."""
    blueprint = Blueprint("site", __name__)
    _add_pages(blueprint)
    _add_aids(blueprint)
    return blueprint


def _add_pages(blueprint: Blueprint) -> None:
    @blueprint.get("/")
    def home() -> str:
        return render_template("site/home.html", here="home", **home_view(context_of()))

    @blueprint.get("/services")
    def services() -> str:
        words = request.args.get("q", "").strip()[:100]
        return render_template("site/services.html", here="services", **services_view(context_of(), words))

    @blueprint.get("/services/<code>")
    def service(code: str) -> str:
        found = service_view(context_of(), code)
        return render_template("site/service.html", here="services", **found) if found else abort(404)

    @blueprint.get("/how")
    def how() -> str:
        return render_template("site/how.html", here="how", **text_view(context_of(), "rules", "service", "cancel"))

    @blueprint.get("/complain")
    def complain() -> str:
        return render_template("site/complain.html", here="complain", **text_view(context_of(), "rules", "complaints"))

    @blueprint.get("/privacy")
    def privacy() -> str:
        return render_template("site/privacy.html", here="privacy", **text_view(context_of(), "privacy", "notice"))

    @blueprint.get("/agreements/<secret>")
    def agreement(secret: str) -> str:
        return render_template("site/agreement.html", here="", a=read_agreement(secret))


def _add_aids(blueprint: Blueprint) -> None:
    @blueprint.get("/look")
    def look() -> Response:
        """Large type, dark, language: kept in a cookie, so that the page comes right from the server."""
        back = request.args.get("back", "/")
        answer: Any = make_response(
            redirect(back if back.startswith("/") and not back.startswith("//") and "\\" not in back else "/")
        )
        for name, allowed in CHOICES.items():
            if request.args.get(name) in allowed:
                answer.set_cookie(f"linli_{name}", request.args[name], max_age=YEAR, samesite="Lax")
        return answer
