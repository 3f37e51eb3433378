"""Serves the simulator on this machine."""

import signal
import threading

from flask import Flask

from simulator.app import close_simulator, create_simulator
from simulator.config import SimulatorConfig
from simulator.wsgi import Server


class Running:
    """A simulator in a thread of this process: for tests. `url` is where it is, `stop()` ends it."""

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


def _make(app: Flask, port: int) -> Server:
    server = Server(app, port)
    app.extensions["simulator"][0].base_url = f"http://127.0.0.1:{server.server_port}"
    return server
