"""For machines that watch us: alive, ready, figures."""

from typing import Any

from flask import Blueprint, Response, g, jsonify

from handlers.clock import Clock
from handlers.health import is_ready, measure_parts
from handlers.housekeeping import measure_inbox
from handlers.metrics import METRICS_TYPE, before_render, expect_refusals, render_metrics
from handlers.settings import Settings
from handlers.vitals import measure


def make_health(settings: Settings, clock: Clock) -> Blueprint:
    """/healthz (alive), /readyz (database, migrations, jobs, Redis if set), /metrics (Prometheus)."""
    blueprint = Blueprint("health", __name__)
    expect_refusals()
    before_render("parts", lambda: measure_parts(settings))
    before_render("vitals", lambda: measure(settings, clock.now()))
    before_render("inbox", measure_inbox)

    @blueprint.get("/healthz")
    def healthz() -> Any:
        return jsonify(status="ok")

    @blueprint.get("/readyz")
    def readyz() -> Any:
        ready, parts = is_ready(settings)
        return jsonify(
            status="ready" if ready else "not ready", parts=parts, at=g.now.isoformat()
        ), 200 if ready else 503

    @blueprint.get("/metrics")
    def metrics() -> Response:
        return Response(render_metrics(), content_type=METRICS_TYPE)

    return blueprint
