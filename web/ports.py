"""What the web doors are given by the wiring: settings, the clock, and the platform calls that a login needs."""

from dataclasses import dataclass
from typing import Any, Protocol

from flask import current_app, g

from handlers.clock import Clock
from handlers.context import Actor, Context, public_actor
from handlers.install import community_of
from handlers.logs import bind
from handlers.settings import Settings


class WebPlatform(Protocol):
    """The platform calls behind a mini-program's login."""

    def code_to_session(self, code: str) -> dict[str, Any]:
        """openid and session_key for a login code."""

    def phone_number(self, code: str, openid: str) -> dict[str, Any]:
        """The phone number behind a button's code."""


@dataclass(frozen=True)
class Ports:
    """Kept in the application's extensions."""

    settings: Settings
    clock: Clock
    platform: WebPlatform


def ports() -> Ports:
    """This application's."""
    found: Ports = current_app.extensions["linli"]
    return found


def context_of(actor: Actor | None = None) -> Context:
    """A Context for this request: the actor, or the public of this community."""
    here = ports()
    ctx = Context(actor or public_actor(community_of(here.settings).id), g.now, here.settings)
    bind(trace_id=ctx.trace_id)
    return ctx
