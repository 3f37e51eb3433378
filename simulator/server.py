"""Serves the simulator on this machine."""

import logging
import os
import signal
import socket
import struct
import threading
from typing import Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from simulator.app import close_simulator, create_simulator
from simulator.config import SimulatorConfig

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class _Quiet(WSGIRequestHandler):
    """No line for each request; answers leave at once."""

    disable_nagle_algorithm = True

    def log_request(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing."""

    def connection_dropped(self, error: BaseException, environ: dict[str, Any] | None = None) -> None:
        """Break hard, so that the caller sees a reset and no polite end."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self.close_connection = True
        os.close(self.connection.detach())


class Running:
    """A simulator in a thread of this process: for tests."""

    def __init__(self, config: SimulatorConfig, port: int = 0) -> None:
        self.app = create_simulator(config)
        self._server = _make(self.app, port)
        self.port = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop serving and write everything out."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        close_simulator(self.app)


def serve(config: SimulatorConfig, port: int = 9000) -> None:
    """Serve on 127.0.0.1 until the process is told to end (SIGTERM or SIGINT)."""
    app = create_simulator(config)
    server = _make(app, port)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    try:
        server.serve_forever()
    finally:
        server.server_close()
        close_simulator(app)


def _make(app: Any, port: int) -> BaseWSGIServer:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=_Quiet)
    app.extensions["simulator"][0].base_url = f"http://127.0.0.1:{server.server_port}"
    return server
