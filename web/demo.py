"""The demo's own doors: the imitated phones through our address, what was done for a message, one-tap sign-in, a new start.

Registered only where settings.demo.enabled; everything else about the phones belongs to the simulator's process.
"""

from datetime import timedelta
from typing import Any

import requests
from flask import Blueprint, Response, g, jsonify, make_response, redirect, request

from handlers.clock import Clock
from handlers.demo import good_morning, list_moments, restart_demo, trace_of
from handlers.settings import Settings
from handlers.staff import demo_session
from web.console.session import keep_session
from web.ports import context_of

PASSED_ON = ("Content-Type", "Cache-Control", "Content-Security-Policy", "ETag", "Last-Modified", "Location")


def make_demo(settings: Settings, clock: Clock) -> Blueprint:
    """/simulator/..."""
    blueprint = Blueprint("demo", __name__)
    inside = f"http://127.0.0.1:{settings.simulator.port}"

    @blueprint.get("/simulator/linli/moments")
    def moments() -> Any:
        return jsonify(moments=[{"label": m.label, "at": m.at.isoformat()} for m in list_moments(context_of())])

    @blueprint.get("/simulator/linli/trace/<path:key>")
    def trace(key: str) -> Any:
        found = trace_of(context_of(), key)
        return jsonify(found) if found else (jsonify(code="not_found"), 404)

    @blueprint.post("/simulator/linli/restart")
    def restart() -> Any:
        moved = requests.get(f"{inside}/sandbox/clock", timeout=10).json()["offset"]
        morning = good_morning(clock.now() - timedelta(seconds=moved))
        first = {"now": morning.isoformat()}
        # In this order nothing falls due meanwhile, and the phones show the first day when all of it is there.
        requests.post(f"{inside}/sandbox/clock", json=first, timeout=10).raise_for_status()
        restart_demo(settings, morning)
        requests.post(f"{inside}/sandbox/reset", json=first, timeout=10).raise_for_status()
        return jsonify(status="ok", at=g.now.isoformat())

    @blueprint.get("/simulator/linli/signin/<login>")
    def signin(login: str) -> Response:
        token = demo_session(context_of(), login)
        return keep_session(make_response(redirect("/console/")), token, settings)

    @blueprint.route("/simulator/", defaults={"rest": ""}, methods=["GET", "POST"])
    @blueprint.route("/simulator/<path:rest>", methods=["GET", "POST"])
    def pass_on(rest: str) -> Response:
        return _pass_on(f"{inside}/simulator/{rest}")

    return blueprint


def _pass_on(url: str) -> Response:
    """The same request to the simulator's process, and its answer back."""
    try:
        answer = requests.request(
            request.method,
            url,
            params=list(request.args.items(multi=True)),
            data=request.get_data(),
            headers={"Content-Type": request.headers.get("Content-Type", "application/json")},
            timeout=20,
        )
    except requests.RequestException:
        return Response('{"code":"away","message":"the phones do not answer"}', 502, content_type="application/json")
    headers = {name: answer.headers[name] for name in PASSED_ON if name in answer.headers}
    return Response(answer.content, answer.status_code, headers)
