"""Ways: the straight line by default, a routing service where there is one, asked once a pair and never in a transaction (D1, D5)."""

from datetime import timedelta
from typing import Any

import pytest

from bot.services.wiring import outside_of
from handlers import travel
from handlers.clock import ManualClock
from handlers.context import Context, system_actor
from handlers.housekeeping import clear_old_rows
from handlers.settings import Settings
from handlers.travel import learn_way, straight_minutes, way_of
from models.base import database as db
from models.travel import TravelTime
from services import StandIn, stand_in

pytestmark = pytest.mark.both
HERE, THERE = (39.9050, 116.4080), (39.9300, 116.4300)
ROUTE = {"code": "Ok", "routes": [{"duration": 1501.2}]}


class Town:
    """A community with a routing service beside it."""

    def __init__(self, settings: Settings, clock: ManualClock, service: StandIn) -> None:
        self.service = service
        asked = settings.travel.model_copy(update={"service_url": service.url, "timeout_s": 0.3})
        self.settings = settings.model_copy(update={"travel": asked})
        self.ctx = Context(system_actor(1), clock.now(), self.settings)
        self.roads: Any = outside_of(self.settings, None).roads  # type: ignore[arg-type]

    def way(self) -> int:
        return way_of(self.ctx)(HERE, THERE)

    def learn(self) -> int:
        return sum(1 for _n in iter(lambda: learn_way(self.ctx, self.roads), False))


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch, clock: ManualClock) -> ManualClock:
    monkeypatch.setattr(travel, "WALL", clock)
    return clock


def test_without_a_service_the_straight_line(settings: Settings, clock: ManualClock, database: Any) -> None:
    """D5: factor and speed are settings; nothing is noted, nobody is asked."""
    ctx = Context(system_actor(1), clock.now(), settings)
    assert way_of(ctx)(HERE, THERE) == straight_minutes(ctx, HERE, THERE) == 22
    faster = settings.model_copy(update={"travel": settings.travel.model_copy(update={"kmh": 24.0, "factor": 1.0})})
    assert way_of(Context(system_actor(1), clock.now(), faster))(HERE, THERE) == 9
    assert TravelTime.select().count() == 0 and outside_of(settings, None).roads is None  # type: ignore[arg-type]


def test_what_the_service_says_is_kept(settings: Settings, wall: ManualClock, database: Any) -> None:
    """D5: first the straight line, from the answer on what the service said; a home next door is the same pair, asked once."""
    with stand_in(say=ROUTE) as service:
        town = Town(settings, wall, service)
        assert town.way() == 22 and town.way() == 22 and service.asked == []
        assert town.learn() == 1 and town.way() == 26
        assert service.asked[0].path.endswith("/116.408,39.905;116.43,39.93?overview=false")
        near = (HERE[0] + 0.0002, HERE[1])
        assert way_of(town.ctx)(near, THERE) == 26 and way_of(town.ctx)(HERE, near) == 1
        assert town.learn() == 0 and len(service.asked) == 1
        wall.advance(days=181)
        clear_old_rows(Context(system_actor(1), wall.now(), town.settings))
        assert TravelTime.select().count() == 0


def test_a_service_that_does_not_answer(settings: Settings, wall: ManualClock, database: Any) -> None:
    """D5: too slow, broken, nonsense: the straight line counts, it is asked again less and less soon, and given up in the end."""
    with stand_in(say=ROUTE, wait_s=0.6) as service:
        town = Town(settings, wall, service)
        town.way()
        assert town.learn() == 1 and town.way() == 22 and town.learn() == 0
        service.wait_s, service.status = 0, 503
        for pause in (5, 60, 24 * 60, 48 * 60):
            wall.advance(minutes=pause)
            town.learn()
        assert town.way() == 22 and len(service.asked) == 4 and TravelTime.get().state == "known"
        TravelTime.delete().execute()
        service.status, service.say = 200, {"code": "NoRoute", "routes": []}
        town.way()
        assert town.learn() == 1 and town.way() == 22 and town.learn() == 0


def test_no_call_in_a_transaction(settings: Settings, wall: ManualClock, database: Any) -> None:
    """Q1, D5: whoever plans may hold a transaction; the service is only asked outside of one."""

    class Roads:
        def minutes(self, a: Any, b: Any) -> int:
            assert not db.in_transaction()
            return 5

    with stand_in(say=ROUTE) as service:
        town = Town(settings, wall, service)
        with db.atomic():
            town.way()
        town.roads = Roads()
        assert town.learn() == 1 and town.way() == 5 and service.asked == []
        assert TravelTime.get().asked_at - wall.now() < timedelta(minutes=1)
