"""A small threaded WSGI server that keeps connections open, as the platform does, and can break one where a fault wants it."""

import io
import os
import socket
import struct
import sys
import threading
from collections.abc import Callable, Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote_to_bytes

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)
WSGIApp = Callable[..., Iterable[bytes]]


class Server(ThreadingHTTPServer):
    """Serves `app` on 127.0.0.1; port 0 takes a free one."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, app: WSGIApp, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.app = app
        self.lines: set[socket.socket] = set()
        self.lock = threading.Lock()

    def server_close(self) -> None:
        """Take no more, and hang up on everyone."""
        super().server_close()
        with self.lock:
            for line in self.lines:
                _hang_up(line)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that is gone is no news; anything else is printed."""
        if not isinstance(sys.exc_info()[1], ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


def _hang_up(line: socket.socket) -> None:
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # gone already


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = 120
    server: Server

    def setup(self) -> None:
        super().setup()
        with self.server.lock:
            self.server.lines.add(self.connection)

    def finish(self) -> None:
        with self.server.lock:
            self.server.lines.discard(self.connection)
        super().finish()

    def log_message(self, *args: Any) -> None:
        """No line for each request."""

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        kept: list[Any] = []

        def start_response(
            status: str, headers: list[tuple[str, str]], exc_info: Any = None
        ) -> Callable[[bytes], None]:
            kept[:] = [status, headers]
            return lambda data: None

        try:
            data = b"".join(self.server.app(self._environ(body), start_response))
        except ConnectionResetError:
            return self._break()
        self._send(kept[0], kept[1], data)

    def __getattr__(self, name: str) -> Callable[[], None]:
        # The base class looks for do_GET and its like: all methods go the same way.
        if name.startswith("do_"):
            return self._serve
        raise AttributeError(name)

    def _send(self, status: str, headers: list[tuple[str, str]], data: bytes) -> None:
        code, _, words = status.partition(" ")
        self.send_response_only(int(code), words)
        for name, value in headers:
            if name.lower() != "content-length":
                self.send_header(name, value)
        self.send_header("Date", self.date_time_string())
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def _break(self) -> None:
        self.close_connection = True
        with self.server.lock:
            self.server.lines.discard(self.connection)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        # Past the polite end that the base class would send first.
        os.close(self.connection.detach())

    def _environ(self, body: bytes) -> dict[str, Any]:
        path, _, query = self.path.partition("?")
        environ = {
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "REMOTE_ADDR": self.client_address[0],
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": str(self.server.server_port),
            "SERVER_PROTOCOL": self.request_version,
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        return environ | {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in self.headers.items()}
