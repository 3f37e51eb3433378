"""A connection to PostgreSQL that does not wait for ever: a server that has stopped in the middle of an answer must not hold a thread.

The driver waits in C, where it costs nothing; one thread of the process keeps an eye on the clock for all of them, and shuts the one whose
server has been silent for too long. (The driver's own way to wait with a limit comes back to Python several times for each answer:
with eight threads four times the processor's time.)
"""

import math
import os
import socket
import threading
import time
import weakref
from contextlib import suppress
from typing import Any

from psycopg2 import OperationalError, extensions

CHECK_S = 0.1  # how late a silence may be noticed
IDLE = math.inf


class Silent(OperationalError):
    """The server holds the connection and says nothing."""


class Connection(extensions.connection):
    """A connection that is watched while it waits for an answer: `with connection.within(seconds): ...`."""

    def __init__(self, *how: Any, **more: Any) -> None:
        super().__init__(*how, **more)
        self.until, self.limit_s, self.cut = IDLE, math.inf, False
        self.socket = socket.socket(fileno=os.dup(self.fileno()))  # our own end of it: it can't become another's meanwhile
        _watch.over(self)

    def within(self, limit_s: float) -> "Connection":
        """The limit of the next answer in seconds."""
        self.limit_s = limit_s
        return self

    def __enter__(self) -> "Connection":
        self.until = time.monotonic() + self.limit_s
        return self

    def __exit__(self, kind: Any, failure: Any, _trace: Any) -> None:
        self.until = IDLE
        if self.cut and isinstance(failure, OperationalError):
            raise Silent(f"the database did not answer within {self.limit_s:g} s") from failure

    def close(self) -> None:
        """Not used again."""
        super().close()
        self.socket.close()

    def hang_up(self) -> None:
        """Whoever waits for an answer gets a broken connection."""
        self.cut, self.until = True, IDLE
        self.socket.shutdown(socket.SHUT_RDWR)


class Watch:
    """One thread for all lines of a process; it begins with the first."""

    def __init__(self) -> None:
        self.connections: weakref.WeakSet[Connection] = weakref.WeakSet()
        self.lock = threading.Lock()
        self.runs = False

    def over(self, one: Connection) -> None:
        """From now on it is watched."""
        with self.lock:
            self.connections.add(one)
            if not self.runs:
                self.runs = True
                threading.Thread(target=self._keep, name="silence", daemon=True).start()

    def _keep(self) -> None:
        while True:
            time.sleep(CHECK_S)
            now = time.monotonic()
            with self.lock:
                late = [one for one in self.connections if one.until < now]
            for one in late:
                with suppress(OSError):  # it may have ended by itself
                    one.hang_up()


_watch = Watch()
os.register_at_fork(after_in_child=_watch.__init__)  # type: ignore[misc]  # neither connections nor threads are inherited
