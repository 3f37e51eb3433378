"""Redis is a help, never a need: stopped, flushed or slow, everything goes on and says so."""

import signal
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from handlers.bell import hang_bell, listen, ring
from handlers.health import is_ready
from handlers.settings import Settings, load_settings
from models.base import database as db
from tests.servers import RedisServer
from web.limits import limit_tries

pytestmark = pytest.mark.slow


@pytest.fixture
def with_redis(redis_server: RedisServer, settings: Settings, database: Any) -> Iterator[Settings]:
    """Settings that name a real Redis; the bell hangs."""
    hang_bell(redis_server.url)
    yield load_settings(database={"url": settings.database.url}, redis={"url": redis_server.url})
    hang_bell("")


class Ear:
    """Remembers which loops were woken."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.something = threading.Event()

    def __call__(self, name: str) -> None:
        self.heard.append(name)
        self.something.set()

    def hears(self, seconds: float) -> bool:
        """Whether a ring comes within so long."""
        came = self.something.wait(seconds)
        self.something.clear()
        return came


def ready_ear(server: RedisServer) -> Ear:
    """An ear that listens already."""
    ear = Ear()
    listen(ear)
    until = time.monotonic() + 5
    while time.monotonic() < until and not server.client().pubsub_numsub("linli:wake")[0][1]:
        time.sleep(0.02)
    return ear


def test_a_ring_comes_after_the_commit_and_at_once(redis_server: RedisServer, with_redis: Settings) -> None:
    """The jobs process hears of new work only when it can be seen, and well before its next tick."""
    ear = ready_ear(redis_server)
    with db.atomic():
        ring("outbox")
        assert not ear.hears(0.15)
    began = time.monotonic()
    assert ear.hears(2) and time.monotonic() - began < 0.25 and ear.heard == ["outbox"]


def test_what_is_undone_does_not_ring(redis_server: RedisServer, with_redis: Settings) -> None:
    """A transaction that was undone wakes nobody."""
    ear = ready_ear(redis_server)
    with db.atomic() as transaction:
        ring("outbox")
        transaction.rollback()
    assert not ear.hears(0.2)


def test_a_stopped_redis_costs_nobody_time_and_is_found_again(redis_server: RedisServer, with_redis: Settings) -> None:
    """Ringing never waits; when Redis is back, rings are heard within seconds."""
    ear = ready_ear(redis_server)
    redis_server.stop()
    began = time.monotonic()
    for _ in range(200):
        ring("outbox")
    assert time.monotonic() - began < 0.1
    redis_server.start()
    until = time.monotonic() + 15
    while time.monotonic() < until and not ear.hears(0.5):
        ring("outbox")
    assert "outbox" in ear.heard


@pytest.mark.parametrize("how", ["stopped", "slow"])
def test_readiness_tells_and_does_not_fail(how: str, redis_server: RedisServer, with_redis: Settings) -> None:
    """Without Redis we go on: /readyz says so, in time, and stays ready."""
    assert is_ready(with_redis) == (True, {"database": "ok", "jobs": "does not run", "redis": "ok"})
    redis_server.stop() if how == "stopped" else redis_server.signal(signal.SIGSTOP)
    began = time.monotonic()
    ready, parts = is_ready(with_redis)
    assert ready and parts["redis"].startswith("does not answer") and time.monotonic() - began < 1.5
    redis_server.signal(signal.SIGCONT)


def limited(settings: Settings) -> Flask:
    """An application whose sign-ins are limited."""
    app = Flask(__name__)
    for endpoint in ("console.sign_in_now", "api.login"):
        app.add_url_rule(f"/{endpoint}", endpoint, lambda: "in", methods=["POST"])
    limit_tries(app, settings)
    return app


def tries(app: Flask, count: int) -> list[int]:
    """The status of each of so many tries."""
    client = app.test_client()
    return [client.post("/console.sign_in_now").status_code for _ in range(count)]


def test_two_processes_count_together(redis_server: RedisServer, with_redis: Settings) -> None:
    """With Redis a guesser can't go from host to host."""
    settings = with_redis.model_copy(update={"web": with_redis.web.model_copy(update={"sign_ins_a_minute": 10})})
    one, other = limited(settings), limited(settings)
    assert tries(one, 6) == [200] * 6 and tries(other, 6) == [200] * 4 + [429] * 2


@pytest.mark.parametrize("how", ["stopped", "slow", "flushed"])
def test_limits_hold_without_redis(how: str, redis_server: RedisServer, with_redis: Settings) -> None:
    """Redis stopped, slow or emptied in the middle: people get in, guessing stays limited, nobody waits long."""
    settings = with_redis.model_copy(update={"web": with_redis.web.model_copy(update={"sign_ins_a_minute": 10})})
    app = limited(settings)
    assert tries(app, 3) == [200] * 3
    spoil = {
        "stopped": redis_server.stop,
        "slow": lambda: redis_server.signal(signal.SIGSTOP),
        "flushed": lambda: redis_server.client().flushall(),
    }
    spoil[how]()
    began = time.monotonic()
    found = tries(app, 20)
    assert found[0] == 200 and found[-1] == 429 and time.monotonic() - began < 8
    redis_server.signal(signal.SIGCONT)
