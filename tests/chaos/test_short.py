"""The short form of `make chaos`: a few of its rows, with real processes, each at its bar (Q1, I2)."""

import pytest

from tests.chaos.__main__ import play

pytestmark = [pytest.mark.slow, pytest.mark.long]
ROWS = ["f1", "f7", "f13", "f16"]


def test_kills_locks_many_clocks_and_poison_lose_nothing() -> None:
    """Q1, I2: web workers are killed, the database is held, clocks are stopped, a message breaks its handler."""
    rows = list(play("sqlite", ROWS, scale=0.02, seed=20261124))
    assert len(rows) == len(ROWS)
    bad = [row.line() for row in rows if row.good is False]
    assert not bad, "\n".join(bad)
