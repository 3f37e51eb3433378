"""One HTTP request to the product, made as the platform makes it, and work that is to be done later."""

import heapq
import http.client
import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

_HEADERS = {"User-Agent": "Mozilla/4.0", "Accept": "*/*", "Content-Type": "text/xml", "Pragma": "no-cache"}


@dataclass(frozen=True)
class Sent:
    """What came back: status 0 when nothing did, with the reason as body."""

    status: int
    body: str
    ms: float


def request(url: str, query: dict[str, str], body: str | bytes | None, timeout: float) -> Sent:
    """POST a body, or GET without one; a slow, broken or refused connection is status 0."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    started = time.perf_counter()
    connection = kind(parts.netloc, timeout=timeout)
    try:
        data = body.encode() if isinstance(body, str) else body
        connection.request("GET" if data is None else "POST", f"{parts.path or '/'}?{urlencode(query)}", data, _HEADERS)
        response = connection.getresponse()
        status, text = response.status, response.read().decode("utf-8", "replace")
    except (OSError, http.client.HTTPException) as error:
        status, text = 0, "no answer in time" if isinstance(error, TimeoutError) else f"{type(error).__name__}: {error}"
    finally:
        connection.close()
    seconds = time.perf_counter() - started
    if seconds > timeout and status:
        status, text = 0, "no answer in time"
    return Sent(status, text, round(seconds * 1000, 1))


class Later:
    """One thread that starts work at its time; the work itself must be short."""

    def __init__(self) -> None:
        self._queue: list[tuple[float, int, Callable[[], None]]] = []
        self._ready = threading.Condition()
        self._numbers = itertools.count()
        self._stopped = False
        threading.Thread(target=self._run, name="simulator-later", daemon=True).start()

    def after(self, seconds: float, work: Callable[[], None]) -> None:
        """Do this so many real seconds from now."""
        with self._ready:
            heapq.heappush(self._queue, (time.monotonic() + seconds, next(self._numbers), work))
            self._ready.notify()

    def forget(self) -> None:
        """Drop all that waits."""
        with self._ready:
            self._queue.clear()

    def stop(self) -> None:
        """Drop all that waits and end the thread."""
        with self._ready:
            self._stopped = True
            self._ready.notify()

    def _run(self) -> None:
        while True:
            with self._ready:
                while not self._stopped and (not self._queue or self._queue[0][0] > time.monotonic()):
                    self._ready.wait(self._queue[0][0] - time.monotonic() if self._queue else None)
                if self._stopped:
                    return
                work = heapq.heappop(self._queue)[2]
            work()
