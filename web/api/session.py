"""Who calls: the token in `Authorization: Bearer ...` (401 with code unauthorized without a good one)."""

from functools import wraps
from typing import Any

from flask import g, request

from handlers.api_login import person_of_token
from handlers.context import Context, Refused, person_actor
from handlers.words import _
from web.ports import context_of


def signed_in(view: Any) -> Any:
    """The view gets the caller's Context as its first argument."""

    @wraps(view)
    def run(*args: Any, **kwargs: Any) -> Any:
        return view(caller(), *args, **kwargs)

    return run


def caller() -> Context:
    """The Context of the person behind the token."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    person = person_of_token(token, g.now) if scheme.lower() == "bearer" and token else None
    if person is None:
        raise Refused("unauthorized", _("Please sign in again."), status=401)
    return context_of(person_actor(person))
