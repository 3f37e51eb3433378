"""What tests of settings share."""

import logging
from collections.abc import Iterator

import pytest
import structlog


@pytest.fixture
def logging_kept() -> Iterator[None]:
    """Puts the process's logging back afterwards."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    yield
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()
