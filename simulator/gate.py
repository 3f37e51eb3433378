"""The door of the imitated API: faults, method, token, quota and body are checked here, as strictly as the platform does it."""

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, Response, jsonify
from flask import request as http

from simulator.errors import WORDS, PlatformError
from simulator.push import Pusher
from simulator.store import Doc
from simulator.world import World

BREAK = "simulator.break"
_ESCAPED = re.compile(rb"(?<!\\)(?:\\\\)*\\u(?!00[0-7])[0-9a-fA-F]{4}")
_SECRET = ("access_token", "appsecret", "secret")


@dataclass
class Call:
    """One call under way: whose token, what was sent, and notes for the record."""

    world: World
    pusher: Pusher
    app: str
    query: dict[str, str]
    body: dict[str, Any]
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    person: str | None = None
    made: str | None = None

    def need(self, key: str, code: int) -> str:
        """A text of the query or the body; this error without it."""
        value = self.query.get(key) or self.body.get(key)
        if not isinstance(value, str) or not value:
            raise PlatformError(code)
        return value


Handler = Callable[[Call], Doc | Response]


@dataclass(frozen=True)
class Endpoint:
    """How a path is called: its method, whether it needs a token, and what success looks like."""

    handler: Handler
    method: str = "POST"
    token: bool = True
    plain: bool = False
    empty: bool = False


ENDPOINTS: dict[str, Endpoint] = {}


def endpoint(path: str, **how: Any) -> Callable[[Handler], Handler]:
    """Declare a path of the platform; see Endpoint for `how`."""

    def keep(handler: Handler) -> Handler:
        ENDPOINTS[path] = Endpoint(handler, **how)
        return handler

    return keep


def blueprint(world: World, pusher: Pusher) -> Blueprint:
    """All declared paths, and errors in the platform's way for the others."""
    gate = Blueprint("platform", __name__)

    def serve(rest: str) -> Response:
        return _serve(world, pusher, "/" + rest)

    for head in ("cgi-bin", "sns", "wxa", "wxaapi"):
        gate.add_url_rule(
            f"/{head}/<path:tail>",
            head,
            lambda tail, head=head: serve(f"{head}/{tail}"),
            methods=["GET", "POST", "PUT"],
        )
    return gate


def _serve(world: World, pusher: Pusher, path: str) -> Response:
    started = time.perf_counter()
    fault = world.faults.draw(path)
    sent = http.get_json(force=True, silent=True)
    # Read mildly first, so that the record shows also what a fault or a refusal stopped.
    call = Call(world, pusher, "", http.args.to_dict(), sent if isinstance(sent, dict) else {})
    broken = _hold(world, fault)
    if broken or fault == "5xx":
        answer: Doc | Response = Response("<html><h1>502 Bad Gateway</h1></html>", 502, mimetype="text/html")
    else:
        with world.change():
            answer = _answer(call, path, fault)
    if broken or fault == "drop_reply":
        http.environ[BREAK] = True
    ms = round((time.perf_counter() - started) * 1000, 1)
    with world.change():
        _record(call, path, fault, answer, ms)
    return answer if isinstance(answer, Response) else jsonify(answer)


def _hold(world: World, fault: str | None) -> bool:
    """Wait where the fault says so; True if nothing shall be done and the connection breaks."""
    if fault == "slow":
        world.faults.changed.wait(2.0)
    if fault == "timeout":
        world.faults.changed.wait(world.config.hang_seconds)
    return fault in ("timeout", "reset")


def _answer(call: Call, path: str, fault: str | None) -> Doc | Response:
    try:
        _strike(call.world, fault)
        how = ENDPOINTS.get(path)
        if how is None:
            raise PlatformError(40066)
        if http.method != how.method:
            raise PlatformError(43002 if how.method == "POST" else 43001)
        call.app = call.world.tokens.check(call.query.get("access_token")) if how.token else ""
        call.world.quotas.count(path)
        _read_body(call, how)
        answer = how.handler(call)
        return answer if isinstance(answer, Response) or how.plain else {"errcode": 0, "errmsg": "ok", **answer}
    except PlatformError as error:
        return error.answer(call.world.clock.timestamp())


def _strike(world: World, fault: str | None) -> None:
    if fault == "token":
        world.tokens.kill()
        raise PlatformError(40001)
    if fault and fault.lstrip("-").isdigit():
        raise PlatformError(int(fault), WORDS.get(int(fault), "error on demand"))


def _read_body(call: Call, how: Endpoint) -> None:
    if how.method != "POST":
        return
    if http.mimetype == "multipart/form-data":
        call.files = {name: (item.filename or "", item.read()) for name, item in http.files.items()}
        return
    raw = http.get_data()
    if not raw.strip():
        if how.empty:
            return
        raise PlatformError(44002)
    if _ESCAPED.search(raw):
        raise PlatformError(40033)
    call.body = _read_json(raw)


def _read_json(raw: bytes) -> dict[str, Any]:
    try:
        body = json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise PlatformError(40033) from error
    except ValueError as error:
        raise PlatformError(47001) from error
    if not isinstance(body, dict):
        raise PlatformError(47001)
    return body


def _record(call: Call, path: str, fault: str | None, answer: Doc | Response, ms: float) -> None:
    world = call.world
    shown = answer if isinstance(answer, dict) else {"status": answer.status_code}
    touser = call.body.get("touser")
    person = world.people.by_openid(touser) if isinstance(touser, str) else None
    world.calls.add(
        {
            "path": path,
            "method": http.method,
            "query": _masked(call.query),
            "request": _masked(call.body),
            "answer": _masked(shown),
            "status": answer.status_code if isinstance(answer, Response) else 200,
            "ms": ms,
            "fault": fault,
            "person": person["id"] if person else None,
            "made": call.made,
        }
    )


def _masked(values: dict[str, Any]) -> dict[str, Any]:
    return {
        key: f"{value[:6]}…" if key in _SECRET and isinstance(value, str) else value for key, value in values.items()
    }
