"""A world for each module of stories: filling the sample community takes a second."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stores import Stores
from tests.story.world import World


@pytest.fixture
def world(tmp_path: Path, storage: Stores) -> Iterator[World]:
    """The sample community on Tuesday, 24 November 2026, half past nine in Shanghai."""
    url = storage.copy("sample", tmp_path)
    made = World(tmp_path, database={"url": url})
    yield made
    made.close()
    storage.forget(url)
