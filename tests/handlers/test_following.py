"""Whose clock is followed: nobody acts by another time while its first answer is on the way (I2)."""

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from handlers import clock
from handlers.clock import FollowingClock


def test_all_threads_wait_for_the_first_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """I2: a process starts with all its loops at once; one that took this machine's time would clear away what another day needs."""

    def slow(_line: Any) -> float:
        time.sleep(0.2)
        return 864_000.0

    monkeypatch.setattr(clock, "_ask", slow)
    followed, told = FollowingClock("http://127.0.0.1:9"), list[datetime]()
    threads = [threading.Thread(target=lambda: told.append(followed.now())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 4 and min(told) > datetime.now(UTC) + timedelta(days=9)
