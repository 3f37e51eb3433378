"""A stored push that kills whoever works it, and one that the database refuses in the middle (Q1)."""

from datetime import timedelta
from typing import Any

import pytest
from peewee import OperationalError

from handlers.backlog import WALL, replay, work_one
from handlers.clock import ManualClock
from handlers.context import Context, public_actor, system_actor
from handlers.install import community_of
from handlers.settings import Settings
from models.clocks import Alert
from models.messages import Inbox

pytestmark = pytest.mark.both


@pytest.fixture
def worked(settings: Settings, clock: ManualClock, database: Any) -> list[str]:
    community_of(settings)
    for who in ("bad", "good"):
        fields = {"state": "new", "next_at": clock.now(), "received_at": clock.now()}
        Inbox.create(community_id=0, account="a", key=who, user_key=who, body=who, **fields)
    return []


def one(settings: Settings, clock: ManualClock, work: Any) -> bool:
    return work_one(Context(public_actor(0), clock.now(), settings), work)


def test_a_push_that_kills_its_worker_is_put_aside(settings: Settings, clock: ManualClock, worked: list[str]) -> None:
    """Q1: five processes died of it; the sixth does not begin, a person looks at it, the others' are worked, and it can be replayed."""

    class Killed(BaseException):
        """What nobody catches."""

    def work(ctx: Context, body: str) -> None:
        worked.append(body)
        if body == "bad":
            raise Killed

    for _life in range(settings.messages.inbox_tries):
        with pytest.raises(Killed):
            one(settings, clock, work)
        Inbox.update(lease_until=WALL.now() - timedelta(seconds=1)).where(Inbox.state == "processing").execute()
    assert one(settings, clock, work) and one(settings, clock, work) and not one(settings, clock, work)
    assert worked == ["bad"] * settings.messages.inbox_tries + ["good"]
    assert [alert.kind for alert in Alert.select()] == ["dead_letter"]
    row = Inbox.get(Inbox.key == "bad")
    assert row.state == "dead" and "ended in the middle" in row.error
    assert replay(Context(system_actor(1), clock.now(), settings), row.id)
    assert one(settings, clock, lambda ctx, body: worked.append(body)) and worked[-1] == "bad"


def test_a_database_that_refuses_costs_no_try(settings: Settings, clock: ManualClock, worked: list[str]) -> None:
    """Q1: refused in the middle, more often than a push may fail: it is worked in the end, and nobody takes it for dead."""

    def refuse(ctx: Context, body: str) -> None:
        raise OperationalError("canceling statement due to lock timeout")

    for _refusal in range(2 * settings.messages.inbox_tries + 2):
        with pytest.raises(OperationalError):
            one(settings, clock, refuse)
        clock.advance(seconds=6)
    while one(settings, clock, lambda ctx, body: worked.append(body)):
        pass
    assert sorted(worked) == ["bad", "good"] and {row.state for row in Inbox.select()} == {"done"}
