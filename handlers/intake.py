"""What stands before the inbox, in each web process: too much at once is stored and answered afterwards, a flood of one person is
passed over, and a database that refuses is not asked by everybody at once (Q1).

Nothing here is shared or kept: it only protects this process, and forgetting it does no harm.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from handlers.settings import Settings

FORGET_S = 60.0
PAUSE_S = 0.5  # after a refusal, before one push tries the database again
MOST_SENDERS = 20_000
MOST_IN_HAND = 4  # of one sender; well below `database.pool`, also when the platform repeats one of them

_waiting: Callable[[], int] = lambda: 0  # noqa: E731


def watch_queue(length: Callable[[], int]) -> None:
    """The server tells how many requests wait for a free thread (gunicorn.conf.py)."""
    global _waiting
    _waiting = length


def too_much_waits(settings: Settings) -> bool:
    """Whether pushes are only to be stored now, so that those who wait are acknowledged in time."""
    return _waiting() >= settings.web.most_waiting


@dataclass
class _Bucket:
    left: float
    at: float
    told: bool = False


class Floods:
    """How much each sender may still send: a bucket that fills again. Verdicts: pass, tell (the first beyond it), silent."""

    def __init__(self, settings: Settings, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.most, self.rate = float(settings.web.pushes_at_once), float(settings.web.pushes_a_second)
        self.monotonic, self.lock = monotonic, threading.Lock()
        self.buckets: dict[str, _Bucket] = {}

    def judge(self, sender: str) -> str:
        """Counts one push of this sender."""
        now = self.monotonic()
        with self.lock:
            bucket = self.buckets.setdefault(sender, _Bucket(self.most, now))
            bucket.left = min(self.most, bucket.left + (now - bucket.at) * self.rate)
            bucket.at = now
            self._forget(now)
            return self._spend(bucket)

    def _spend(self, bucket: _Bucket) -> str:
        """Once told, silence lasts until half of the allowance is back: else one of a steady flood would slip through each time."""
        if bucket.left >= 1 and not (bucket.told and bucket.left < self.most / 2):
            bucket.left -= 1
            bucket.told = False
            return "pass"
        bucket.told, was_told = True, bucket.told
        bucket.left = max(0.0, bucket.left - 1)
        return "silent" if was_told else "tell"

    def _forget(self, now: float) -> None:
        if len(self.buckets) > MOST_SENDERS:
            self.buckets = {who: b for who, b in self.buckets.items() if now - b.at < FORGET_S}


class InHand:
    """Which pushes of each sender are being worked: they stand in line behind one another, each with a thread and a
    connection, which the others need."""

    def __init__(self) -> None:
        self.lock, self.keys = threading.Lock(), dict[str, Counter[str]]()

    @contextmanager
    def one_more(self, sender: str, key: str) -> Iterator[bool]:
        """Whether this one may stand in line, too; if not, it is only to be stored. A repeat always may: stored beside the one
        that is being worked, it would take the answer from it."""
        with self.lock:
            mine = self.keys.setdefault(sender, Counter())
            mine[key] += 1
            few = mine[key] > 1 or len(mine) <= MOST_IN_HAND
        try:
            yield few
        finally:
            with self.lock:
                mine[key] -= 1
                if not mine[key]:
                    del mine[key]
                if not mine:
                    self.keys.pop(sender, None)


class Refusing:
    """After the database has refused: for a moment nobody asks it, then one at a time, until it takes something again."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.monotonic, self.lock = monotonic, threading.Lock()
        self.refused_at: float | None = None
        self.asking = False

    def may_ask(self) -> bool:
        """False: refuse at once, as the one who asked last was refused."""
        if self.refused_at is None:
            return True
        with self.lock:
            if self.asking or self.monotonic() - self.refused_at < PAUSE_S:
                return False
            self.asking = True
            return True

    def took(self) -> None:
        """The database took something: everybody may come."""
        if self.refused_at is not None:
            self.refused_at, self.asking = None, False

    def refused(self) -> None:
        """It refused this one."""
        with self.lock:
            self.refused_at, self.asking = self.monotonic(), False
