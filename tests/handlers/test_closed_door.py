"""Nobody opens, the way is longer than thought, nobody says that it is done: what the two sides and the desk hear (F2, G4)."""

from datetime import timedelta
from typing import Any

import pytest

from after_offer import MINUTES, STARTS, World, make_world
from handlers.checkin import WRONG_CODES, check_in, check_out, set_out
from handlers.context import Refused
from handlers.requests import reschedule_request
from handlers.visits import not_at_home, open_door, report_closed_door, work_longer
from handlers.waiting import list_waiting
from models.clocks import Alert, Event
from models.messages import Outbox
from models.requests import Request
from models.visits import Visit


@pytest.fixture
def world(settings: Any, clock: Any, database: Any) -> World:
    made = make_world(settings, clock)
    made.scheduled()
    clock.set(STARTS)
    made.run_due()
    return made


def alerts() -> list[str]:
    return [alert.kind for alert in Alert.select().where(Alert.state == "open")]


def refusal(call: Any) -> Refused:
    with pytest.raises(Refused) as refused:
        call()
    return refused.value


def test_a_closed_door_is_no_no_show(world: World) -> None:
    """F2, G4: who says that nobody opens is there: the resident is asked, a coordinator alerted, no clock counts against them."""
    visit = Visit.get()
    world.clock.advance(minutes=2)
    until = report_closed_door(world.ctx(world.li), visit.id)
    assert until == STARTS + timedelta(minutes=32)
    assert world.told(world.wang)[-1] == "door_closed" and "door_closed" in alerts()
    assert "没人应" in list_waiting(world.ctx(world.wang))[0].text
    world.clock.advance(minutes=29)
    world.run_due()
    assert Visit.get().state == "scheduled"
    world.clock.advance(minutes=1)
    world.run_due()
    assert (Visit.get().state, Request.get().state) == ("no_access", "matching")
    assert "no_access" in alerts() and "visit_no_show" not in alerts() and "door_closed" not in alerts()
    assert world.told(world.li)[-1] == "door_may_go" and world.told(world.wang)[-1] == "door_stayed_closed"
    moved = reschedule_request(world.ctx(world.wang), Request.get().id, starts_at=STARTS + timedelta(days=2))
    assert moved.wishes == {"worker_id": world.worker.id}  # who came for nothing is asked first


def test_said_again_the_resident_is_asked_again(world: World) -> None:
    """F2: at once nothing is told twice; ten minutes later the resident hears it once more, the wait stays the same."""
    visit = Visit.get()
    until = report_closed_door(world.ctx(world.li), visit.id)
    assert report_closed_door(world.ctx(world.li), visit.id) == until
    assert world.told(world.wang).count("door_closed") == 1
    world.clock.advance(minutes=11)
    assert report_closed_door(world.ctx(world.li), visit.id) == until
    assert world.told(world.wang).count("door_closed") == 2 and alerts().count("door_closed") == 1


def test_the_door_opens(world: World) -> None:
    """F2: 马上开门 reaches the worker; the four digits end the alert."""
    visit = Visit.get()
    report_closed_door(world.ctx(world.li), visit.id)
    open_door(world.ctx(world.wang), visit.id)
    assert world.told(world.li)[-1] == "door_opens"
    check_in(world.ctx(world.li), visit.id, code=visit.code)
    assert "door_closed" not in alerts() and list_waiting(world.ctx(world.wang)) == []
    assert refusal(lambda: report_closed_door(world.ctx(world.li), visit.id)).code == "not_now"


def test_not_at_home(world: World) -> None:
    """F2, G4: the worker need not wait; what the way is worth a person decides."""
    visit = Visit.get()
    report_closed_door(world.ctx(world.li), visit.id)
    assert refusal(lambda: not_at_home(world.ctx(world.stranger), visit.id)).code == "not_found"
    assert refusal(lambda: not_at_home(world.ctx(world.li), visit.id)).code == "forbidden"
    assert refusal(lambda: report_closed_door(world.ctx(world.wang), visit.id)).code == "forbidden"
    not_at_home(world.ctx(world.wang), visit.id)
    assert Visit.get().state == "no_access" and world.told(world.li)[-1] == "door_may_go"
    assert Event.select().where(Event.verb == "no_access").get().reason == "不在家"


def test_done_before_there(world: World) -> None:
    """F2: 做完了 without 到了 is told what comes first."""
    assert refusal(lambda: check_out(world.ctx(world.li), Visit.get().id)).code == "not_checked_in"


def test_the_fifth_wrong_code_tells_the_worker_too(world: World) -> None:
    """F2: who is stuck at the code hears that a colleague helps, and by which other way."""
    visit = Visit.get()
    said = [refusal(lambda: check_in(world.ctx(world.li), visit.id, code="0000")).words for _n in range(WRONG_CODES)]
    assert "同事" not in said[0] and "同事" in said[-1] and "位置" in said[-1]


def test_twenty_minutes_late(world: World) -> None:
    """F2: 晚二十分钟 counts from when they were to be there, and the resident hears the new time."""
    world.clock.set(STARTS - timedelta(minutes=10))
    set_out(world.ctx(world.li), Visit.get().id)
    visit = set_out(world.ctx(world.li), Visit.get().id, late_min=20)
    assert visit.eta_at == STARTS + timedelta(minutes=20)
    told = Outbox.select().where(Outbox.notice == "visit_on_way").order_by(Outbox.id.desc()).first()
    assert told.person_id == world.wang.id and told.values["eta_at"] == visit.eta_at.isoformat()


def test_nobody_says_that_it_is_done(world: World) -> None:
    """F2: the worker is asked when the time is over; much later a coordinator hears; 还要一会儿 puts both off."""
    visit = Visit.get()
    world.clock.advance(minutes=10)
    check_in(world.ctx(world.li), visit.id, code=visit.code)
    world.clock.set(STARTS + timedelta(minutes=10 + MINUTES + 20))
    world.run_due()
    assert world.told(world.li)[-1] == "visit_still_on"
    work_longer(world.ctx(world.li), visit.id)
    world.clock.advance(minutes=89)
    world.run_due()
    assert world.told(world.li).count("visit_still_on") == 2 and "visit_not_ended" not in alerts()
    world.clock.advance(minutes=1)
    world.run_due()
    assert "visit_not_ended" in alerts()
    check_out(world.ctx(world.li), visit.id)
    world.clock.advance(hours=3)
    world.run_due()
    assert world.told(world.li).count("visit_still_on") == 2
