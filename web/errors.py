"""Refusals and failures, each in its door's own way: JSON for programs, a page with a way on for people."""

import secrets
from urllib.parse import urlsplit

from flask import Response, g, jsonify, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from handlers.context import Refused
from handlers.logs import log
from handlers.words import _

API = ("/api/", "/simulator/linli/")
TYPED = ("words", "reason", "question", "result", "outcome")


def answer_refusal(refused: Refused) -> tuple[Response | str, int]:
    """A handler said no."""
    if request.path.startswith(API):
        return jsonify(code=refused.code, message=refused.words, data=None), refused.status
    return _page(refused.words, "", refused.status), refused.status


def answer_failure(failure: Exception) -> tuple[Response | str, int] | HTTPException:
    """Something that should not happen: logged with a short number that the person can tell us."""
    if isinstance(failure, HTTPException):
        return _http(failure)
    number = secrets.token_hex(3)
    log.exception("web.failed", number=number, path=request.path)
    if request.path.startswith(API):
        return jsonify(code="failed", message=_("Something went wrong on our side."), data={"number": number}), 500
    return _page(_("Something went wrong on our side. Nothing is lost."), number, 500), 500


def _http(failure: HTTPException) -> tuple[Response | str, int] | HTTPException:
    status = failure.code or 500
    if failure.response is not None or status < 400:
        return failure
    if request.path.startswith(API):
        return jsonify(code=failure.name.lower().replace(" ", "_"), message=failure.description, data=None), status
    if isinstance(failure, CSRFError):
        return _page(_("This page was open for a long time. Please open it again; what you wrote is below."), "", 400), 400
    words = {
        403: _("This page has been open too long, or is not yours. Please open it again."),
        404: _("There is nothing at this address."),
        405: _("This address only takes what a page sends. Please open the page again."),
        413: _("That is too much at once. Please make it shorter."),
        429: _("That was a little too often. Please wait a minute."),
    }.get(status, _("That did not work. Please try once more."))
    return _page(words, "", status), status


def _page(words: str, number: str, status: int) -> str:
    """The error page of the console or the site."""
    if not hasattr(g, "now"):
        return words
    name = "console/error.html" if request.path.startswith("/console") else "site/error.html"
    return render_template(name, words=words, number=number, status=status, typed=typed_words(), came_from=came_from())


def typed_words() -> list[str]:
    """What somebody had written into the form that did not go through: shown again, so that it is not lost."""
    if request.method != "POST":
        return []
    try:
        said = [request.form.get(name, "").strip() for name in TYPED]
    except HTTPException:
        # Too large to be read at all: there is nothing to show.
        return []
    return [words[:2000] for words in said if words]


def came_from() -> str:
    """The page of the console that a form was on, or ''."""
    page = urlsplit(request.headers.get("Referer", ""))
    mine = page.netloc == request.host and page.path.startswith("/console/") and "//" not in page.path
    return page.path if mine else ""
