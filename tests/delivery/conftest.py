"""A post office with the sample community."""

from typing import Any

import pytest

from handlers.clock import ManualClock
from handlers.settings import Settings
from tests.delivery.post import Post


@pytest.fixture
def post(settings: Settings, clock: ManualClock, community: Any) -> Post:
    """Nine in the morning; nothing is promised yet."""
    return Post(settings, clock)
