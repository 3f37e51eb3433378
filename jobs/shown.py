"""What a jobs process shows of itself to machines, where jobs.port is set: /healthz (its ticker ticks) and /metrics (its own figures).

Sends, runs of jobs and tokens are counted here and nowhere else: without it nobody sees them, unless PROMETHEUS_MULTIPROC_DIR is one
folder for all processes of the machine.
"""

import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from handlers.logs import log
from handlers.metrics import METRICS_TYPE, render_metrics

PLAIN = "text/plain; charset=utf-8"
Shown = tuple[HTTPStatus, str, bytes]


class Window(ThreadingHTTPServer):
    """Answers from a thread of its own until the process ends."""

    daemon_threads = True

    def __init__(self, host: str, port: int, is_alive: Callable[[], bool]) -> None:
        super().__init__((host, port), _Asked)
        self.is_alive = is_alive
        threading.Thread(target=self.serve_forever, name="window", daemon=True).start()


class _Asked(BaseHTTPRequestHandler):
    server: Window

    def do_GET(self) -> None:
        """The three answers that there are."""
        status, kind, body = look_through(self.path, self.server.is_alive)
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: Any) -> None:
        """Who watches us every few seconds is not logged."""


def look_through(path: str, is_alive: Callable[[], bool]) -> Shown:
    """Status, type and body for a path."""
    if path == "/metrics":
        return HTTPStatus.OK, METRICS_TYPE, render_metrics()
    if path != "/healthz":
        return HTTPStatus.NOT_FOUND, PLAIN, b"Here are /healthz and /metrics.\n"
    if is_alive():
        return HTTPStatus.OK, PLAIN, b"ok\n"
    return HTTPStatus.SERVICE_UNAVAILABLE, PLAIN, b"the ticker stands still\n"


def open_window(host: str, port: int, is_alive: Callable[[], bool]) -> Window | None:
    """Shows it at this address; nothing at port 0. A port that is taken is logged, and the work goes on: it matters more."""
    if not port:
        return None
    try:
        return Window(host, port, is_alive)
    except OSError as failure:
        log.error("jobs.port", port=port, error=failure.strerror)
        return None
