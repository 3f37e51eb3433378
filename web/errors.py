"""Refusals and failures, each in its door's own way: JSON for programs, a page with a way on for people."""

import secrets

from flask import Response, g, jsonify, render_template, request
from werkzeug.exceptions import HTTPException

from handlers.context import Refused
from handlers.logs import log
from handlers.words import _

API = ("/api/", "/simulator/linli/")


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
    words = {
        403: _("This page has been open too long, or is not yours. Please open it again."),
        404: _("There is nothing at this address."),
        429: _("That was a little too often. Please wait a minute."),
    }.get(status, _("That did not work. Please try once more."))
    return _page(words, "", status), status


def _page(words: str, number: str, status: int) -> str:
    """The error page of the console or the site."""
    if not hasattr(g, "now"):
        return words
    name = "console/error.html" if request.path.startswith("/console") else "site/error.html"
    return render_template(name, words=words, number=number, status=status)
