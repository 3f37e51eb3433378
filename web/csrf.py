"""Forms of the console and the site carry a token bound to the session; pushes, API and the imitated phones don't."""

from flask import Flask
from flask_wtf.csrf import CSRFProtect, generate_csrf
from markupsafe import Markup

PROTECT = CSRFProtect()


def protect_forms(app: Flask) -> None:
    """Refuses (400) a form without this session's token."""
    app.config.update(WTF_CSRF_TIME_LIMIT=None)
    PROTECT.init_app(app)


def csrf_field() -> Markup:
    """The hidden field of a form."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())
