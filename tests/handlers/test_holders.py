"""Who holds a row: what a dead process of this machine holds is free at once, what a living or an unseen one holds is not (Q1, I2)."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from handlers import holders
from handlers.holders import WALL, free_the_dead, has_ended, new_lease, own_name
from models.base import Row
from models.messages import Inbox, Outbox
from models.readings import Reading

TELL = "from handlers.holders import new_lease; print(new_lease(), flush=True)"


def name_of_a_dead_process() -> str:
    """What a process of this machine that has ended had written into its leases."""
    return subprocess.run([sys.executable, "-c", TELL], capture_output=True, text=True, check=True).stdout.strip()


@contextmanager
def killed_but_not_cleared_away() -> Iterator[str]:
    """The lease of a process after kill -9, before its parent has looked."""
    child = subprocess.Popen([sys.executable, "-c", f"{TELL}; import time; time.sleep(60)"], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    lease = child.stdout.readline().strip()
    assert not has_ended(lease)
    child.send_signal(signal.SIGKILL)
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    yield lease
    child.wait()
    child.stdout.close()


def test_who_has_surely_ended() -> None:
    """I2: only a process of this machine, by number and by when it began; what can't be seen is taken to live."""
    dead, mine = name_of_a_dead_process(), own_name()
    place, pid, _began = mine.split(":")
    assert has_ended(dead) and not has_ended(mine) and not has_ended(new_lease())
    assert has_ended(f"{place}:{pid}:1") and not has_ended(f"elsewhere:{pid}:1") and not has_ended("")
    with killed_but_not_cleared_away() as lease:
        assert has_ended(lease)
    assert new_lease() != new_lease()


def test_a_machine_that_can_not_be_told_from_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """I2: two containers of one name, which see other processes: neither takes the other's for dead."""
    holders._place.cache_clear()
    try:
        with monkeypatch.context() as unseen:
            unseen.setattr(holders, "Path", lambda path: Path("/nowhere") / path.strip("/"))
            other = f"{holders._place()}:999999999:1"
            holders._place.cache_clear()
            assert not has_ended(other) and not has_ended(f"{socket.gethostname()}:999999999:1")
            assert holders._place() == holders._place()
    finally:
        holders._place.cache_clear()


def held_rows(lease: str) -> list[Row]:
    """One row of each kind, in the hands of this lease for another ten seconds."""
    now = WALL.now()
    hold: dict[str, Any] = {"community_id": 1, "lease": lease, "lease_until": now + timedelta(seconds=10), "next_at": now}
    return [
        Outbox.create(person_id=1, notice="x", effect_key=lease, state="sending", not_before=now, created_at=now, **hold),
        Inbox.create(account="a", key=lease, user_key="u", body="", state="processing", received_at=now, **hold),
        Reading.create(person_id=1, kind="words", state="working", push="", said_at=now, **hold),
    ]


@pytest.mark.both
def test_what_the_dead_hold_is_let_go(database: Any) -> None:
    """Q1: within a moment of the next process's start, and not after a lease's length for everybody behind it."""
    dead, living = held_rows(name_of_a_dead_process()), held_rows(new_lease())
    held_rows("of another machine")
    assert free_the_dead() == 3 and free_the_dead() == 0
    assert all(type(row).get_by_id(row.id).lease_until < WALL.now() for row in dead)
    assert all(type(row).get_by_id(row.id).lease_until > WALL.now() for row in living)
