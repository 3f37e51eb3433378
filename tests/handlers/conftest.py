"""The sample community at the desk, for tests of asking, matching and offers."""

import os
from typing import Any

import pytest

from asking import Desk
from handlers.clock import ManualClock
from handlers.settings import Settings

os.environ.setdefault("NUMBA_DISABLE_JIT", "1")  # a day of a handful of visits is planned sooner than compiled


@pytest.fixture
def desk(settings: Settings, clock: ManualClock, community: Any) -> Desk:
    """Nine in the morning; everybody of the cast is there."""
    return Desk(settings, clock)
