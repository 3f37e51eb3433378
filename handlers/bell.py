"""Wakes the jobs process at once instead of at its next tick, over Redis, where there is one (settings.redis.url).

Only a hint: what is to be done stands in the database, and the ticks find it without a bell, a little later. Ringing never waits:
a thread does it, and rings of the same kind that come together are one.
"""

import threading
import time
from collections.abc import Callable
from typing import Any

from handlers.logs import log
from handlers.metrics import set_up
from handlers.redis_line import redis_fails, redis_line
from models.base import database

CHANNEL = "linli:wake"
TIMEOUT_S = 1.0
AGAIN_S = 2.0  # before a Redis that did not answer is asked again


class Bell:
    """One process's rope, and its ear."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._wanted: set[str] = set()
        self._something = threading.Condition()
        self._ringer: threading.Thread | None = None

    def ring(self, name: str) -> None:
        """There is something to do for the loop of this name."""
        with self._something:
            self._wanted.add(name)
            if self._ringer is None:
                self._ringer = threading.Thread(target=self._ring_for_ever, name="bell", daemon=True)
                self._ringer.start()
            self._something.notify()

    def _ring_for_ever(self) -> None:
        line = self._line()
        while True:
            with self._something:
                while not self._wanted:
                    self._something.wait()
                names, self._wanted = self._wanted, set()
            try:
                line.publish(CHANNEL, " ".join(sorted(names)))
                set_up("redis", True)
            except redis_fails():
                set_up("redis", False)
                time.sleep(AGAIN_S)  # the ticks do it meanwhile

    def listen(self, wake: Callable[[str], None]) -> None:
        """Calls `wake` with a loop's name whenever somebody rings for it, from a thread of its own."""
        threading.Thread(target=self._listen_for_ever, args=(wake,), name="ear", daemon=True).start()

    def _listen_for_ever(self, wake: Callable[[str], None]) -> None:
        heard_before = True
        while True:
            try:
                with self._line().pubsub(ignore_subscribe_messages=True) as ear:
                    ear.subscribe(CHANNEL)
                    heard_before = True
                    while True:
                        _pass_on(ear.get_message(timeout=TIMEOUT_S), wake)
            except redis_fails() as failure:
                if heard_before:
                    log.warning("redis.silent", error=type(failure).__name__)
                heard_before = False
                time.sleep(AGAIN_S)

    def _line(self) -> Any:
        return redis_line(self.url, TIMEOUT_S, decode_responses=True)


def _pass_on(message: dict[str, str] | None, wake: Callable[[str], None]) -> None:
    for name in message["data"].split() if message else ():
        wake(name)


_bell: Bell | None = None


def hang_bell(url: str) -> Bell | None:
    """This process's bell from here on; none without a Redis."""
    global _bell
    _bell = Bell(url) if url else None
    return _bell


def ring(name: str) -> None:
    """There will be something to do for this loop as soon as the transaction is committed."""
    bell = _bell
    if bell is not None:
        database.after_commit(lambda: bell.ring(name))


def listen(wake: Callable[[str], None]) -> None:
    """Hears the rings of all processes, if there is a bell."""
    if _bell is not None:
        _bell.listen(wake)
