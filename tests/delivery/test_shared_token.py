"""The token in Redis: quicker, never truer than its row (Q1, DESIGN 5)."""

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import redis

from handlers.tokens import DatabaseTokens, SharedTokens, token_store
from models.messages import PlatformToken
from tests.delivery.post import Post
from tests.servers import RedisServer, redis_binary

APP = "wx1"
pytestmark = pytest.mark.skipif(redis_binary() is None, reason="no Redis on this machine")


@pytest.fixture(scope="module")
def server() -> Iterator[RedisServer]:
    made = RedisServer()
    yield made
    made.stop()


@pytest.fixture
def line(server: RedisServer) -> redis.Redis:
    server.client().flushall()
    return server.client()


def stores(server: RedisServer, count: int = 2) -> list[SharedTokens]:
    return [SharedTokens(server.url, DatabaseTokens()) for _ in range(count)]


def test_one_asks_and_all_read_it_from_redis(post: Post, server: RedisServer, line: redis.Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    """Q1: after one process has got it, the others find it without the database; sealed."""
    (one, two), now = stores(server), post.clock.now()
    assert one.read(APP, now) is None and one.may_ask(APP, now, None, force=False) == "ask"
    assert two.may_ask(APP, now, None, force=False) == "wait"
    one.keep(APP, "token-1", now + timedelta(hours=2), forced=False)
    monkeypatch.setattr(DatabaseTokens, "read", lambda *_: pytest.fail("the database was asked"))
    assert two.read(APP, now) == "token-1"
    assert b"token-1" not in b"".join(line.get(key) or b"" for key in line.keys("*"))  # type: ignore[union-attr]


def test_one_that_is_refused_is_not_read_again(post: Post, server: RedisServer) -> None:
    """Q1: 40001: the one in Redis goes, and who comes next gets what the row has."""
    (one, two), now = stores(server), post.clock.now()
    one.keep(APP, "old", now + timedelta(hours=2), forced=False)
    PlatformToken.insert(community_id=0, app_id=APP).on_conflict_ignore().execute()
    DatabaseTokens().keep(APP, "new", now + timedelta(hours=2), forced=False)
    assert two.read(APP, now) == "old"
    assert two.may_ask(APP, now, "old", force=False) == "wait"
    assert two.read(APP, now) == "new" == one.read(APP, now)


def test_it_ends_when_the_platform_says_so(post: Post, server: RedisServer, line: redis.Redis) -> None:
    """Q1: also where the one clock was moved: by the moment that it carries, not only by Redis's own time."""
    (one, _), now = stores(server), post.clock.now()
    one.keep(APP, "short", now + timedelta(hours=2), forced=False)
    assert one.read(APP, now + timedelta(hours=1, minutes=59, seconds=30)) is None


def test_without_redis_the_row_serves(post: Post, server: RedisServer) -> None:
    """DESIGN 5: Redis is gone or full of somebody else's words: the same answers, and nobody waits for it each time."""
    now, gone = post.clock.now(), token_store("redis://127.0.0.1:1/0")
    PlatformToken.insert(community_id=0, app_id=APP).on_conflict_ignore().execute()
    gone.keep(APP, "row", now + timedelta(hours=2), forced=False)
    began = time.monotonic()
    assert [gone.read(APP, now) for _ in range(100)] == ["row"] * 100
    assert time.monotonic() - began < 2
    server.client().set(f"linli:token:{APP}", "not ours")
    assert stores(server)[0].read(APP, now) == "row"


def test_no_redis_no_store(settings: Any) -> None:
    """DESIGN 5: the small machine has none."""
    assert isinstance(token_store(""), DatabaseTokens)
