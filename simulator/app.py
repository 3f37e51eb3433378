"""Puts the imitated platform together as one Flask application."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask, Response, jsonify

# Imported for their endpoints, which they declare at the gate.
from simulator import api_base, api_messages, api_mini, api_notices, control, gate, page
from simulator.config import SimulatorConfig
from simulator.phones import Phones
from simulator.push import Pusher
from simulator.world import World

PLATFORM = (api_base, api_messages, api_mini, api_notices)


def create_simulator(config: SimulatorConfig) -> Flask:
    """api.weixin.qq.com for the accounts of `config`, /sandbox to steer it, and /simulator/ to look at it."""
    app = Flask(__name__, static_folder=None)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    world = World(config)
    pusher = Pusher(world)
    app.register_blueprint(gate.blueprint(world, pusher))
    app.register_blueprint(control.blueprint(world, pusher))
    app.register_blueprint(page.blueprint(world, Phones(world, pusher)))
    app.register_error_handler(page.Wrong, _wrong)
    app.extensions["simulator"] = (world, pusher)
    app.wsgi_app = _Breaking(app.wsgi_app)  # type: ignore[method-assign]
    return app


def close_simulator(app: Flask) -> None:
    """Stop its threads and close its file."""
    world, pusher = app.extensions["simulator"]
    pusher.stop()
    world.store.close()


def _wrong(error: page.Wrong) -> tuple[Response, int]:
    return jsonify({"error": str(error)}), error.status


class _Breaking:
    """Breaks the connection where a fault wants it: the server below sees a caller that is gone."""

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        kept: list[tuple[Any, ...]] = []

        def keep(*args: Any) -> Callable[[bytes], None]:
            kept.append(args)
            return lambda data: None

        body = self._app(environ, keep)
        if environ.get(gate.BREAK):
            raise ConnectionResetError("broken on demand")
        start_response(*kept[-1])
        return body
