"""A whole community on this machine, for tests that play a story: the imitated platform, the web application behind a
real HTTP server, and the rounds of the jobs process, all on one clock and one database.

Messages go in as signed, encrypted pushes over HTTP and come out as the platform received them.
"""

import re
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import requests
from werkzeug.serving import make_server

from app import create_app
from bot.late import go_on
from bot.services.wiring import outside_of
from bot.wechat.client import WeChatPlatform
from bot.work import work_push
from handlers.clock import Clock
from handlers.settings import Settings, load_settings
from jobs.loops import Later, Loops
from models.base import database
from simulator.config import SimulatorConfig
from simulator.server import Running
from tests.ports import free_port
from tests.stores import close

START = "2026-11-24T09:30:00+08:00"
LINK = re.compile(r'<a href="weixin://bizmsgmenu\?msgmenucontent=([^&"]*)&(?:amp;)?msgmenuid=([^"]*)">([^<]*)</a>')


@dataclass
class Said:
    """What somebody saw after their message: words without markup, and what could be tapped."""

    text: str
    taps: dict[str, str] = field(default_factory=dict)
    status: int = 200
    raw: str = ""

    def __contains__(self, words: str) -> bool:
        return words in self.text


class World:
    """王阿姨, 李师傅 and the desk, to be talked to, on a database with the sample community in it."""

    def __init__(self, url: str, **settings: Any) -> None:
        self.port = free_port()
        here = f"http://127.0.0.1:{self.port}/wechat"
        self.simulator = Running(SimulatorConfig(push_url=here, clock_settle=0.0, receipt_delay=0.0, push_attempts=1))
        self.set_clock(START)
        # The imitated platform's own clock: it lives in this process, so that nothing need ask it over HTTP.
        self.clock: Clock = self.simulator.app.extensions["simulator"][0].clock
        self.settings = self._settings(url, settings)
        self.app = create_app(self.settings, self.clock)
        self.server = make_server("127.0.0.1", self.port, self.app, threaded=True)
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        platform = WeChatPlatform(self.settings, self.clock)
        later = Later(outside_of(self.settings, platform), go_on)
        self.loops = Loops(self.settings, self.clock, platform, work_push, later)
        self.seen: dict[str, int] = {}
        self.openids: dict[str, str] = {}

    def _settings(self, url: str, more: dict[str, Any]) -> Settings:
        base: dict[str, Any] = {
            "database": {"url": url},
            "wechat": {"api_base_url": self.simulator.url},
            "simulator": {"port": self.simulator.port},
            "demo": {"enabled": True, "keep_traces": True},
            "logs": {"level": "error"},
            # Stories go on at once; that a coordinator can take an approval back has its own test.
            "messages": {"undo_s": 0},
        }
        for section, values in more.items():
            base[section] = {**base.get(section, {}), **values}
        return load_settings(**base)

    @property
    def url(self) -> str:
        """The product's address."""
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        """Ends both servers."""
        self.server.shutdown()
        self.server.server_close()
        self.simulator.stop()
        close(database.obj)

    # the clock -----------------------------------------------------------------------------------------------------

    def set_clock(self, moment: str) -> None:
        """Sets the one clock."""
        requests.post(f"{self.simulator.url}/sandbox/clock", json={"now": moment}, timeout=5).raise_for_status()

    def move_on(self, **parts: float) -> None:
        """Moves the one clock on and lets everything happen that falls due."""
        later = self.clock.now() + timedelta(**parts)
        self.set_clock(later.isoformat())
        self.settle()

    def move_to(self, moment: datetime) -> None:
        """Moves the one clock to a moment and lets everything happen that falls due."""
        self.set_clock(moment.isoformat())
        self.settle()

    def settle(self) -> None:
        """Rounds of the jobs process until there is nothing left to do."""
        for _round in range(20):
            if not self.loops.all_once():
                return

    # the chat ------------------------------------------------------------------------------------------------------

    def push(self, who: str, message: dict[str, Any], **options: Any) -> list[dict[str, Any]]:
        """One push of the platform for a person, as `POST /sandbox/push` wants it."""
        given = {"openid": self.openid(who), "message": message, **options}
        answer = requests.post(f"{self.simulator.url}/sandbox/push", json=given, timeout=60)
        answer.raise_for_status()
        found: list[dict[str, Any]] = answer.json()
        return found

    def openid(self, who: str) -> str:
        """The openid of somebody of the cast, or of 路人."""
        if not self.openids:
            people = requests.get(f"{self.simulator.url}/sandbox/people", timeout=5).json()
            self.openids = {p["name"]: p["openid"] for p in reversed(people)}
        return self.openids.get(who, f"o{who}".ljust(28, "x"))

    def say(self, who: str, words: str, choice: str = "", *, settle: bool = True) -> Said:
        """Somebody types (or, with `choice`, taps) and sees the reply; then what follows by itself happens."""
        message = {"MsgType": "text", "Content": words} | ({"bizmsgmenuid": choice} if choice else {})
        said = read_reply(self.push(who, message)[0])
        self.last = said
        if settle:
            self.settle()
        return said

    def tap(self, who: str, card: Said, words: str) -> Said:
        """Somebody taps a line of a card."""
        ident = next(i for w, i in card.taps.items() if words in w)
        full = next(w for w in card.taps if words in w)
        return self.say(who, full, ident)

    def event(self, who: str, name: str, **fields: str) -> Said:
        """An event of the platform about a person."""
        said = read_reply(self.push(who, {"MsgType": "event", "Event": name, **fields})[0])
        self.settle()
        return said

    def inbox_of(self, who: str) -> list[Said]:
        """Messages that came to somebody by themselves since the last look (customer-service and template messages)."""
        sent = requests.get(f"{self.simulator.url}/sandbox/outbox", timeout=5).json()
        mine = [m for m in sent if m["touser"] == self.openid(who) and m["channel"] != "passive"]
        new = [m for m in mine if m["seq"] > self.seen.get(who, 0)]
        self.seen[who] = max([self.seen.get(who, 0), *(m["seq"] for m in new)])
        return [read_sent(m) for m in new]

    def newest(self, who: str, words: str) -> Said:
        """The newest of the new messages that holds these words."""
        new = self.inbox_of(who)
        found = [m for m in new if words in m.text]
        assert found, f"{who} got nothing with {words!r}, but: {[m.text for m in new]}"
        return found[-1]


def read_reply(result: dict[str, Any]) -> Said:
    """A passive reply as somebody sees it."""
    content = (result.get("reply") or {}).get("Content", "")
    taps = {words: ident for _content, ident, words in LINK.findall(content)}
    return Said(LINK.sub(r"\3", content), taps, result["status"], result.get("body") or "")


def read_sent(message: dict[str, Any]) -> Said:
    """A message of the outbox as somebody sees it."""
    data = message.get("data") or {}
    menu = data.get("msgmenu") or data if isinstance(data, dict) else {}
    taps = {item["content"]: item["id"] for item in menu.get("list", [])} if isinstance(menu, dict) else {}
    text = message.get("text") or str(data)
    return Said(text, taps, raw=str(data))
