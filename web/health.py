"""For machines that watch us: alive, ready, figures."""

from typing import Any

from flask import Blueprint, Response, g, jsonify

from handlers.clock import Clock
from handlers.health import is_ready
from handlers.housekeeping import measure_inbox
from handlers.metrics import METRICS_TYPE, before_render, expect_refusals, render_metrics
from handlers.settings import Settings
from handlers.vitals import measure


def make_health(settings: Settings, clock: Clock) -> Blueprint:
    """/healthz (alive), /readyz (database, migrations, jobs, Redis if set), /metrics (Prometheus)."""
    blueprint = Blueprint("health", __name__)
    expect_refusals()
    before_render("vitals", lambda: _measure(settings, clock))

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


def _measure(settings: Settings, clock: Clock) -> None:
    """A database that is away takes its own figures only, and is asked once: Prometheus gives up after ten seconds."""
    ready, _parts = is_ready(settings)
    if ready:
        measure(settings, clock.now())
        measure_inbox()
