"""Writers of one SQLite file stand in line for it, those of one process and those of several.

Left to the file's own lock, each would look again after ever longer pauses, and whoever has just finished would be the first to take it
again: an unlucky one waits until its time is over. Nobody depends on the line, it is a politeness: the file's own lock decides.
"""

import fcntl
import os
import threading
import time

PLACE, TURN = 0, 1  # bytes of the file beside the database: who is next, and whose turn it is
LOOK_AGAIN_S = 0.0005
POLITE_S = 0.25  # for other processes; one that was stopped in the line must not stop everybody
RUDE_S = 1.0


class Line:
    """One for each process and database. `path` is a file beside the database, or None for one in memory."""

    def __init__(self, path: str | None) -> None:
        self._threads = threading.Lock()
        self._file = _open(path) if path else None
        self._rude_until = 0.0

    def enter(self, patience_s: float) -> bool:
        """This thread's turn; False when it did not come in time."""
        if not self._threads.acquire(timeout=patience_s):
            return False
        if self._file is not None and time.monotonic() >= self._rude_until:
            self._wait_for_others(self._file)
        return True

    def leave(self) -> None:
        """The next one's turn."""
        if self._file is not None:
            fcntl.lockf(self._file, fcntl.LOCK_UN, 1, TURN)
        self._threads.release()

    def _wait_for_others(self, file: int) -> None:
        """First for the one place at the door, then, from there, for the turn: nobody can slip in between."""
        until = time.monotonic() + POLITE_S
        if _take(file, PLACE, until):
            taken = _take(file, TURN, until)
            fcntl.lockf(file, fcntl.LOCK_UN, 1, PLACE)
            if taken:
                return
        self._rude_until = time.monotonic() + RUDE_S


def _open(path: str) -> int | None:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:  # a full disk, say: then without
        return None


def _take(file: int, place: int, until: float) -> bool:
    while True:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
            return True
        except OSError:
            if time.monotonic() >= until:
                return False
            time.sleep(LOOK_AGAIN_S)
