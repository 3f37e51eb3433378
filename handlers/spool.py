"""The last resort while the database refuses: pushes are kept in a folder, safely on another disk, and acknowledged (RELIABILITY 3, Q1).

Only where `inbox.spool_dir` names a folder. As long as something lies there, whatever comes is laid behind it; as soon as the database
takes them they go to the inbox in the order in which they came, before anything newer, and are worked from there. The same push
twice is one row: its key is unique.
"""

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from handlers.bell import ring
from handlers.context import REFUSALS, Context, transaction
from handlers.inbox import DatabaseRefuses, Push, Receipt
from handlers.intake import Refusing
from handlers.logs import log
from models.crypto import seal, unseal
from models.messages import Inbox

KIND = ".push"
AT_ONCE = 200  # pushes in one transaction


class Spool:
    """One process's view of the folder; all processes of a host may share one."""

    def __init__(self, folder: str) -> None:
        self.folder = Path(folder) if folder else None

    def through(self, ctx: Context, push: Push, refusing: Refusing, take: Callable[[], Receipt]) -> Receipt:
        """The ordinary way, `take`; where that is refused, or others wait here already, the push is kept here.

        Raises DatabaseRefuses only where it can't be kept either.
        """
        if self.folder is None:
            return take()
        try:
            if not self._is_empty():
                self._empty_first(refusing)
            return take()
        except DatabaseRefuses:
            if not self.keep(push, ctx.now, ctx.trace_id):
                raise
            return Receipt(None, later=True)

    def _empty_first(self, refusing: Refusing) -> None:
        """What came before goes first; one at a time tries it, so that nobody waits long for a database that is away."""
        if not refusing.may_ask():
            raise DatabaseRefuses("earlier pushes wait in the spool")
        emptied = self.drain()
        (refusing.took if emptied else refusing.refused)()
        if not emptied:
            raise DatabaseRefuses("earlier pushes wait in the spool")

    def keep(self, push: Push, now: datetime, trace_id: str) -> bool:
        """Sealed, and on the disk before anybody is told so; False when the disk does not take it."""
        assert self.folder is not None
        words = seal(json.dumps([push.account, push.key, push.user_key, push.body, now.timestamp(), trace_id]))
        try:
            with self._alone(wait=True):
                _write_safely(self.folder / f"{time.time_ns():020d}{KIND}", words)
        except OSError as failure:
            log.error("spool.refused", key=push.key, error=str(failure))
            return False
        log.warning("spool.kept", key=push.key)
        return True

    def drain(self) -> bool:
        """Takes all that waits into the inbox, oldest first. False: the database does not take it, or somebody else is at it."""
        try:
            while not self._is_empty():
                with self._alone(wait=False):
                    _take_in(self._waiting()[:AT_ONCE])
            return True
        except REFUSALS as refusal:
            log.error("spool.waits", error=str(refusal))
        except OSError as failure:
            log.error("spool.waits", error=str(failure))
        return False

    def _is_empty(self) -> bool:
        """Asked for every push, so it looks no further than it must."""
        try:
            with os.scandir(self.folder or "") as found:
                return not any(entry.name.endswith(KIND) for entry in found)
        except OSError:  # there is no such folder, as long as nothing had to be kept
            return True

    def _waiting(self) -> list[Path]:
        assert self.folder is not None
        return sorted(self.folder / name for name in os.listdir(self.folder) if name.endswith(KIND))

    @contextmanager
    def _alone(self, *, wait: bool) -> Iterator[None]:
        """One process and thread at a time; without `wait` an OSError says that somebody else is there."""
        assert self.folder is not None
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            yield


def _write_safely(file: Path, words: str) -> None:
    half = file.with_suffix(".half")
    with half.open("w", encoding="utf-8") as out:
        out.write(words)
        out.flush()
        os.fsync(out.fileno())
    half.rename(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _take_in(files: list[Path]) -> None:
    """A crash between the commit and the removal takes them in once more: they are known by then."""
    opened = {file: _open(file) for file in files}
    with transaction():
        for kept in opened.values():
            if kept is not None:
                _store(kept)
        ring("inbox")
    for file, kept in opened.items():
        file.rename(file.with_suffix(".unreadable")) if kept is None else file.unlink()


def _open(file: Path) -> list[Any] | None:
    """None: sealed by another key, or damaged; it is laid aside for a person."""
    try:
        found: list[Any] = json.loads(unseal(file.read_text(encoding="utf-8")))
        return found
    except OSError:
        raise
    except Exception as wrong:
        log.error("spool.unreadable", file=file.name, error=type(wrong).__name__)
        return None


def _store(kept: list[Any]) -> None:
    account, key, user_key, body, seconds, trace_id = kept
    at = datetime.fromtimestamp(seconds, UTC)
    Inbox.insert(
        community_id=0, account=account, key=key, user_key=user_key, body=body, state="new", next_at=at, received_at=at,
        trace_id=trace_id, error="the database refused it when it came",
    ).on_conflict_ignore().execute()  # fmt: skip
