"""Which process of the clock looks often: one of them, another when it is gone, and everybody where it can't be known (I2)."""

from datetime import timedelta
from typing import Any

import pytest

from handlers import leading
from handlers.holders import own_name
from handlers.leading import STANDBY_S, Lead
from handlers.lease_clock import LeaseClock
from models.connection import is_postgres
from tests.handlers.test_holders import name_of_a_dead_process
from tests.servers import RedisServer, redis_binary


def looks(lead: Lead, ticks: list[float]) -> int:
    """How many ticks at these seconds it takes."""
    now = iter(ticks)
    lead.monotonic = lambda: next(now)
    return sum(lead.may_look("outbox") for _ in ticks)


SECONDS = [number * 0.3 for number in range(100)]


def follow_each_other(one: Lead, two: Lead, over: Any) -> None:
    """The first leads, the second stands by, until the first is gone."""
    one.renew()
    two.renew()
    assert (one.leads, two.leads) == (True, False)
    assert looks(one, SECONDS) == 100 and looks(two, SECONDS) <= 30 / STANDBY_S + 1
    over()
    two.renew()
    one.renew()
    assert (one.leads, two.leads) == (False, True)


@pytest.mark.skipif(redis_binary() is None, reason="no Redis on this machine")
def test_by_redis(redis_server: RedisServer) -> None:
    """DESIGN 5: the hint is one key that ends by itself; when Redis goes, everybody looks."""
    redis_server.client().delete(leading.KEY)
    one, two = Lead(redis_server.url, "one"), Lead(redis_server.url, "two")
    follow_each_other(one, two, lambda: redis_server.client().delete(leading.KEY))
    gone = Lead("redis://127.0.0.1:1/0", "gone")
    gone.renew()
    assert gone.leads


def next_one_leads(name: str, url: str, others_live: bool) -> None:
    """A leader that died by kill -9 is followed at once, and one that ends gives the lead up."""
    dead, standing_by, living = Lead(url, name_of_a_dead_process()), Lead(url, own_name()), Lead(url, f"elsewhere:1:{name}")
    dead.renew()
    standing_by.renew()
    living.renew()
    assert dead.leads and standing_by.leads and living.leads != others_live
    living.give_up()  # does not lead: takes nothing from who does
    standing_by.renew()
    assert standing_by.leads
    standing_by.give_up()
    living.renew()
    assert living.leads


@pytest.mark.skipif(redis_binary() is None, reason="no Redis on this machine")
def test_who_dies_on_this_machine_is_followed_at_once_by_redis(redis_server: RedisServer) -> None:
    """Q1: a clock that is killed every two seconds would else stand by for most of its lives."""
    redis_server.client().delete(leading.KEY)
    next_one_leads("redis", redis_server.url, others_live=True)


@pytest.mark.both
def test_who_dies_on_this_machine_is_followed_at_once_by_a_row(database: Any) -> None:
    """Q1: the same where the hint is a row; on SQLite everybody leads."""
    next_one_leads("row", "", others_live=is_postgres())


@pytest.mark.both
def test_by_a_row(database: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """DESIGN 5: without Redis a row of PostgreSQL is the lease; on SQLite there is one process, and it leads."""
    one, two = Lead("", "one"), Lead("", "two")
    if is_postgres():
        monkeypatch.setattr(leading, "LASTS", timedelta(seconds=10))
        follow_each_other(one, two, lambda: monkeypatch.setattr(leading, "WALL", Ahead()))
    else:
        two.renew()
        assert two.leads


class Ahead(LeaseClock):
    """Later, when a lease is over."""

    def now(self) -> Any:
        return super().now() + timedelta(seconds=11)
