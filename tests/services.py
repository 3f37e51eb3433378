"""Stand-ins for services outside: real HTTP on this machine, answering as a test wants, remembering what was sent."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Asked:
    """One request as it came in."""

    path: str
    headers: dict[str, str]
    body: bytes

    def words(self, role: str = "user") -> str:
        """What the messages of this role say, of a request for a chat."""
        return "\n".join(m["content"] for m in json.loads(self.body)["messages"] if m["role"] == role)


@dataclass
class StandIn:
    """What the service says next: `say` for every request, or what `script` holds first."""

    say: Any = ""
    status: int = 200
    wait_s: float = 0.0
    drip_s: float = 0.0  # blanks in between, as some services send while they work
    script: list[dict[str, Any]] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    url: str = ""

    def next(self) -> dict[str, Any]:
        """How the next request is answered."""
        now = {"say": self.say, "status": self.status, "wait_s": self.wait_s, "drip_s": self.drip_s}
        return {**now, **(self.script.pop(0) if self.script else {})}

    def frame(self, intent: str, must_ask: tuple[str, ...] = (), **slots: Any) -> None:
        """The model reads everything so from now on."""
        self.say = json.dumps({"intent": intent, "slots": slots, "must_ask": list(must_ask)})


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    service: StandIn

    def log_message(self, *args: Any) -> None:
        """Quiet."""

    def do_GET(self) -> None:
        self.do_POST()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.service.asked.append(Asked(self.path, dict(self.headers.items()), body))
        how = self.service.next()
        time.sleep(how["wait_s"])
        try:
            self._answer(how)
        except OSError:
            self.close_connection = True  # whoever asked has hung up

    def _answer(self, how: dict[str, Any]) -> None:
        content = self._content(how["say"])
        self.send_response(how["status"])
        self.send_header("Content-Type", "application/json")
        if how["status"] in (301, 302, 307):
            self.send_header("Location", self.service.url + "/elsewhere")
        if how["drip_s"]:
            return self._drip(content, how["drip_s"])
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _drip(self, content: bytes, seconds: float) -> None:
        self.send_header("Connection", "close")
        self.end_headers()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.wfile.write(b"\n")
            self.wfile.flush()
            time.sleep(0.05)
        self.wfile.write(content)
        self.close_connection = True

    def _content(self, say: Any) -> bytes:
        if isinstance(say, bytes):
            return say
        if self.path.endswith("/chat/completions"):
            say = {"choices": [{"message": {"role": "assistant", "content": say}}]}
        elif self.path.endswith("/audio/transcriptions"):
            say = {"text": say}
        return json.dumps(say, ensure_ascii=False).encode()


@contextmanager
def stand_in(**how: Any) -> Iterator[StandIn]:
    """A service on a free port, until the test is over."""
    service = StandIn(**how)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"service": service}))
    server.daemon_threads = True
    service.url = f"http://127.0.0.1:{server.server_port}/v1"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
