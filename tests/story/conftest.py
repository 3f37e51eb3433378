"""The world of a story: on a copy of the sample community, which takes a second to fill."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.stores import Stores
from tests.story.world import World


@pytest.fixture
def open_world(tmp_path: Path, storage: Stores) -> Iterator[Callable[..., World]]:
    """Opens the sample community with a test's own settings, on Tuesday, 24 November 2026, half past nine in Shanghai."""
    url, opened = storage.copy("sample", tmp_path), list[World]()

    def open_one(**settings: Any) -> World:
        opened.append(World(url, **settings))
        return opened[-1]

    yield open_one
    for world in opened:
        world.close()
    storage.forget(url)


@pytest.fixture
def world(open_world: Callable[..., World]) -> World:
    """The sample community, as it comes."""
    return open_world()
