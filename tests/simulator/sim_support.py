"""What the simulator's tests talk with: the simulator as a caller sees it, and a tiny product that it pushes to."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
import xmltodict
from wechatpy.crypto import WeChatCrypto
from wechatpy.utils import check_signature

from simulator.config import SimulatorConfig
from simulator.server import Running

WANG = "oLinliResident01xxxxxxxxxxxx"
LIU = "oLinliResident02xxxxxxxxxxxx"
LI = "oLinliWorker01xxxxxxxxxxxxxx"


@dataclass
class Received:
    """One push as the product saw it."""

    fields: dict[str, Any]
    query: dict[str, str]
    headers: dict[str, str]
    body: str
    at: float


@dataclass
class Product:
    """Answers pushes as `answer` says: bytes of a body, a (status, body) pair, or a dict that becomes an encrypted reply."""

    port: int = 0
    answer: Callable[[Received], Any] = lambda received: "success"
    received: list[Received] = field(default_factory=list)
    config: SimulatorConfig = field(default_factory=SimulatorConfig)

    def crypto(self) -> WeChatCrypto:
        return WeChatCrypto(self.config.token, self.config.encoding_aes_key, self.config.app_id)

    def take(self, body: str, query: dict[str, str], headers: dict[str, str]) -> tuple[int, str]:
        """Read with the library that the product uses, so that two independent hands must agree."""
        check_signature(self.config.token, query["signature"], query["timestamp"], query["nonce"])
        plain = self.crypto().decrypt_message(body, query["msg_signature"], query["timestamp"], query["nonce"])
        received = Received(xmltodict.parse(plain)["xml"], query, headers, body, time.monotonic())
        self.received.append(received)
        answer = self.answer(received)
        if isinstance(answer, dict):
            answer = self.reply(received, **answer)
        return answer if isinstance(answer, tuple) else (200, answer)

    def reply(self, received: Received, **fields: Any) -> str:
        head = {
            "ToUserName": received.fields["FromUserName"],
            "FromUserName": received.fields["ToUserName"],
            "CreateTime": "1795397587",
        }
        xml = xmltodict.unparse({"xml": head | {"MsgType": "text"} | fields}, full_document=False)
        return str(self.crypto().encrypt_message(xml, "nonce"))


class Handler(BaseHTTPRequestHandler):
    product: Product

    def do_GET(self) -> None:
        query = dict(parse_qsl(urlsplit(self.path).query))
        try:
            check_signature(self.product.config.token, query["signature"], query["timestamp"], query["nonce"])
        except Exception:
            return self._send(403, "")
        self._send(200, query["echostr"])

    def do_POST(self) -> None:
        query = dict(parse_qsl(urlsplit(self.path).query))
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        try:
            self._send(*self.product.take(body, query, dict(self.headers)))
        except Exception as error:
            self._send(403, repr(error))

    def _send(self, status: int, body: str) -> None:
        data = body.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args: Any) -> None:
        pass


class Sim:
    """The simulator as a test talks to it."""

    def __init__(self, running: Running, config: SimulatorConfig) -> None:
        self.running, self.config, self.url = running, config, running.url
        self.http = requests.Session()
        self._token = ""

    def get(self, path: str, /, **query: Any) -> Any:
        return self.http.get(self.url + path, params=query).json()

    def post(self, path: str, body: Any = None) -> Any:
        return self.http.post(self.url + path, json=body or {}).json()

    def token(self, app: str = "official") -> str:
        own = (self.config.app_id, self.config.app_secret)
        mini = (self.config.miniprogram_app_id, self.config.miniprogram_app_secret)
        app_id, secret = own if app == "official" else mini
        body = {"grant_type": "client_credential", "appid": app_id, "secret": secret}
        return str(self.post("/cgi-bin/stable_token", body)["access_token"])

    def call(self, path: str, body: Any = None, token: str | None = None, app: str = "official") -> Any:
        """One call of the platform's API, with raw Chinese as it must be."""
        raw = json.dumps(body, ensure_ascii=False).encode()
        return self.http.post(self.url + path, params={"access_token": token or self.token(app)}, data=raw).json()

    def text(self, openid: str, words: str = "您好") -> int:
        """Send a customer-service text; the errcode."""
        body = {"touser": openid, "msgtype": "text", "text": {"content": words}}
        return int(self.call("/cgi-bin/message/custom/send", body)["errcode"])

    def outbox(self, channel: str = "") -> list[Any]:
        return [m for m in self.get("/sandbox/outbox") if not channel or m["channel"] == channel]

    def push(self, person: str, **given: Any) -> Any:
        given.setdefault("message", {"Content": "你好"})
        return self.post("/sandbox/push", {"person": person} | given)

    def act(self, person_id: str, act: str, **given: Any) -> Any:
        return self.post(f"/simulator/api/people/{person_id}/{act}", given)

    def bubbles(self, person_id: str = "") -> list[Any]:
        bubbles = self.get("/simulator/api/state")["bubbles"]
        return [b for b in bubbles if not person_id or b["person"] == person_id]

    def begin_a_morning(self) -> None:
        """For what is counted by the day: it does not end while the test counts."""
        self.post("/sandbox/clock", {"now": "2026-11-24T09:00:00+08:00"})

    def advance(self, duration: str) -> None:
        self.post("/sandbox/clock", {"advance": duration})


def until(true: Callable[[], Any], seconds: float = 5.0) -> Any:
    """Wait until something is so, and give it back."""
    end = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < end, "it never came"
        time.sleep(0.01)
    return found
