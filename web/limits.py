"""How often one address may try to sign in. Counted in Redis for all hosts, where there is one; without it (or while it is
silent) in each process by itself: guessing stays slow, and people get in. The platform's pushes are not counted here."""

from typing import Any

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from werkzeug.middleware.proxy_fix import ProxyFix

from handlers.settings import Settings

REDIS_LIMITS: dict[str, Any] = {"socket_timeout": 0.3, "socket_connect_timeout": 0.3}


def limit_tries(app: Flask, settings: Settings) -> None:
    """Puts the limits on the routes where somebody proves who they are; 429 beyond them."""
    if settings.web.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.web.proxies, x_proto=settings.web.proxies)  # type: ignore[method-assign]
    url = settings.redis.url
    limiter = Limiter(
        get_remote_address,
        app=app,
        storage_uri=url or "memory://",
        storage_options=REDIS_LIMITS if url else {},
        in_memory_fallback_enabled=bool(url),
        headers_enabled=False,
    )
    for endpoint, a_minute in (
        ("console.sign_in_now", settings.web.sign_ins_a_minute),
        ("api.login", settings.web.api_logins_a_minute),
    ):
        view: Any = app.view_functions[endpoint]
        app.view_functions[endpoint] = limiter.limit(f"{a_minute}/minute")(view)
    # The marked routes ask by themselves; that every push and picture is looked at, too, would only cost time.
    hooks = app.before_request_funcs[None]
    hooks[:] = [hook for hook in hooks if getattr(hook, "__self__", None) is not limiter]
