"""Things that go wrong while messages come in: a thread that does them at its own pace, until it is told to stop."""

import contextlib
import os
import resource
import signal
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2

from tests.chaos.house import House


class Again(threading.Thread):
    """Does something every so many seconds; `done` counts."""

    def __init__(self, every_s: float, what: Callable[[int], None]) -> None:
        super().__init__(daemon=True)
        self.every_s, self.what, self.done = every_s, what, 0
        self.over = threading.Event()
        self.failures: list[Exception] = []

    def run(self) -> None:
        while not self.over.wait(self.every_s):
            try:
                self.what(self.done)
            except Exception as failure:
                self.failures.append(failure)
            self.done += 1


@contextmanager
def again(every_s: float, what: Callable[[int], None]) -> Iterator[Again]:
    """While the block runs, `what(0)`, `what(1)` ... happen."""
    thread = Again(every_s, what)
    thread.start()
    yield thread
    thread.over.set()
    thread.join(120)


def after(seconds: float, what: Callable[[], None]) -> threading.Timer:
    """`what` happens once, later."""
    timer = threading.Timer(seconds, what)
    timer.daemon = True
    timer.start()
    return timer


@contextmanager
def locked(house: House) -> Iterator[None]:
    """Somebody else holds the database: nobody can write to it."""
    if house.postgres is not None:
        line = psycopg2.connect(house.settings.database.url)
        line.cursor().execute("LOCK TABLE inbox IN ACCESS EXCLUSIVE MODE")
    else:
        line = sqlite3.connect(house.settings.database.url.removeprefix("sqlite:///"), isolation_level=None, timeout=30)
        line.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        line.rollback()
        line.close()


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path | None]:
    """A folder on a disk of its own that is soon full; None where this machine does not let us make one."""
    folder.mkdir(parents=True, exist_ok=True)
    made = os.system(f"mount -t tmpfs -o size={megabytes}m tmpfs {folder} 2>/dev/null") == 0
    try:
        yield folder if made else None
    finally:
        if made:
            os.system(f"umount -l {folder}")


def fill_up(folder: Path) -> Path:
    """Writes until nothing goes in any more; the file to take away again."""
    ballast = folder / "ballast"
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 65536)
    with contextlib.suppress(OSError), ballast.open("ab", buffering=0) as file:
        while True:
            file.write(b"x" * 512)
    return ballast


@contextmanager
def full_disk(house: House) -> Iterator[None]:
    """Nothing more can be written: the small disk is filled; where there is none, no process may make a file longer."""
    if house.disk is not None:
        ballast = fill_up(house.disk)
        try:
            yield
        finally:
            ballast.unlink()
        return
    limits = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in house.writers()}
    for pid, (_soft, hard) in limits.items():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (1, hard))
    try:
        yield
    finally:
        for pid, before in limits.items():
            with contextlib.suppress(ProcessLookupError):
                resource.prlimit(pid, resource.RLIMIT_FSIZE, before)


PAUSE, GO_ON, RELOAD = signal.SIGSTOP, signal.SIGCONT, signal.SIGHUP
