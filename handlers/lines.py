"""The one line of the log that comes with every push: gathered and written together with others a moment later, because writing each by
itself costs a turn a twelfth of its time. It says what handlers/logs.py would say, masked alike (A6, Q1).

kill -9 loses the lines of the last moment, never anything else. Whatever is a warning or rarer goes by handlers/logs.py at once.
"""

import atexit
import json
import logging
import os
import sys
import threading
import time
from collections import deque
from contextlib import suppress
from typing import Any

from structlog.contextvars import get_contextvars

from handlers.clock import SystemClock
from handlers.logs import is_json, log, mask_values

EVERY_S = 0.25
WALL = SystemClock()  # as all lines: a moved demo clock does not move the log's
_logger = logging.getLogger("linli")
_encode = json.JSONEncoder(ensure_ascii=False, default=str).encode


class _Gathered:
    """Lines of this process that wait to be written. Each process, also a forked one, has a thread of its own for it."""

    def __init__(self) -> None:
        self.waiting: deque[str] = deque()
        self.pid = 0

    def add(self, line: str) -> None:
        """It is written a moment later."""
        self.waiting.append(line)
        if self.pid != os.getpid():
            self.pid = os.getpid()
            threading.Thread(target=self._go_on, name="lines", daemon=True).start()

    def write(self) -> None:
        """All that wait."""
        lines = []
        with suppress(IndexError):
            while True:
                lines.append(self.waiting.popleft())
        if lines:
            with suppress(OSError, ValueError):  # nobody reads it any more, or the disk is full
                sys.stderr.write("\n".join(lines) + "\n")
                sys.stderr.flush()

    def _go_on(self) -> None:
        while True:
            time.sleep(EVERY_S)
            self.write()


_gathered = _Gathered()
write_lines = _gathered.write
atexit.register(write_lines)
os.register_at_fork(after_in_child=_gathered.waiting.clear)  # the parent writes its own


def note_line(event: str, **values: Any) -> None:
    """Like `log.info`, for what comes with every push."""
    if not is_json():
        log.info(event, **values)
        return
    if not _logger.isEnabledFor(logging.INFO):
        return
    said = {**values, "event": event, **get_contextvars(), "level": "info", "logger": "linli"}
    said["timestamp"] = WALL.now().isoformat().replace("+00:00", "Z")
    _gathered.add(_encode(mask_values(None, event, said)))
