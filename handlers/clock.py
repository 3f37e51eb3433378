"""The one clock. Doors and jobs ask it once and pass `now` on in the Context; nothing else reads the time.

In the demo and in tests the imitated platform owns the time, so that a visitor can move on to tomorrow evening: then
every process follows its clock. Otherwise it is the system's.
"""

import http.client
import json
import os
import threading
import time
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Protocol
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from handlers.sections import Settings

SHANGHAI = ZoneInfo("Asia/Shanghai")
POLL_S = 0.2
TIMEOUT_S = 2.0


class Clock(Protocol):
    """Tells the time, aware and in UTC."""

    def now(self) -> datetime:
        """The moment, aware, UTC."""
        ...


def local(moment: datetime) -> datetime:
    """The same moment as people here read it from the wall (Asia/Shanghai)."""
    return moment.astimezone(SHANGHAI)


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """The moment, aware, UTC."""
        return datetime.now(UTC)


class ManualClock:
    """A test's own time: it stands still until it is told."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        """The moment, aware, UTC."""
        return self._now

    def set(self, moment: datetime) -> None:
        """Jumps to `moment` (aware)."""
        self._now = moment.astimezone(UTC)

    def advance(self, step: timedelta | None = None, **parts: float) -> datetime:
        """Moves on by a timedelta, or by its parts (hours=2), and tells the new time."""
        self._now += step or timedelta(**parts)
        return self._now


class FollowingClock:
    """System time plus the offset of the clock at `url`, asked every 0.2 s by a thread of this process.

    The thread begins with the first question in each process (also after a fork). While the other end is silent the last
    offset holds; before its first answer the offset is 0.
    """

    def __init__(self, url: str) -> None:
        self._url = urlsplit(url)
        self._offset = timedelta(0)
        self._pid = 0
        self._lock = threading.Lock()
        self._seen = threading.Event()

    def now(self) -> datetime:
        """The moment, aware, UTC."""
        if self._pid != os.getpid():
            self._start()
        elif not self._seen.is_set():  # another thread has just begun: before the first answer the offset is nobody's time
            self._seen.wait(TIMEOUT_S)
        return datetime.now(UTC) + self._offset

    def _start(self) -> None:
        # After a fork the parent's lock may be held for ever by a thread that does not exist here.
        if self._pid and self._pid != os.getpid():
            self._lock, self._seen = threading.Lock(), threading.Event()
        with self._lock:
            if self._pid == os.getpid():
                return
            self._pid = os.getpid()
            threading.Thread(target=self._follow, name="clock", daemon=True).start()
        self._seen.wait(TIMEOUT_S)

    def _follow(self) -> None:
        host, port = self._url.hostname or "127.0.0.1", self._url.port
        kind = http.client.HTTPSConnection if self._url.scheme == "https" else http.client.HTTPConnection
        line = kind(host, port, timeout=TIMEOUT_S)
        while True:
            try:
                self._offset = timedelta(seconds=_ask(line))
            except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError):
                line.close()
            self._seen.set()
            time.sleep(POLL_S)


def _ask(line: http.client.HTTPConnection) -> float:
    """The other clock's offset from system time, in seconds."""
    line.request("GET", "/sandbox/clock")
    answer = line.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise ValueError(answer.status)
    return float(json.loads(body)["offset"])


def clock_from(settings: Settings) -> Clock:
    """The clock that these settings mean: followed where clock.follow_url is set or the platform is imitated on this machine."""
    if settings.clock.follow_url:
        return FollowingClock(settings.clock.follow_url)
    if _on_this_machine(settings.wechat.api_base_url):
        return FollowingClock(settings.wechat.api_base_url)
    return SystemClock()


def _on_this_machine(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
