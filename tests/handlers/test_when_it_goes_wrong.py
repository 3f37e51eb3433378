"""What the clock and people do to a visit that does not go as planned: promises that must hold all the same (D7, E3, F1-F3, B5)."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from after_offer import STARTS, World, make_world
from handlers.agreements import confirm_agreement
from handlers.checkin import check_in, check_out
from handlers.clock import SHANGHAI
from handlers.completion import confirm_completion, dispute_line, record_cash, tick_item
from handlers.context import Refused
from handlers.handovers import ask_for_person, open_handover
from handlers.notices import NOTICES, Telling
from handlers.visits import cant_come, visit_card
from models.clocks import Alert, Deadline
from models.messages import Outbox
from models.requests import Request
from models.visits import Visit

pytestmark = pytest.mark.both


@pytest.fixture
def world(settings: Any, clock: Any, database: Any) -> World:
    return make_world(settings, clock)


def served(world: World) -> Visit:
    visit = world.scheduled()
    world.clock.set(STARTS)
    check_in(world.ctx(world.li), visit.id, code=visit.code)
    world.clock.advance(hours=2)
    return check_out(world.ctx(world.li), visit.id)


def test_agreed_at_the_last_moment(world: World) -> None:
    """F1, F2: settled half an hour before, both still hear the hour's words at once: the door's code, the door."""
    agreement = world.proposed()
    world.clock.set(STARTS - timedelta(minutes=30))
    confirm_agreement(world.ctx(world.li), agreement.id)
    confirm_agreement(world.ctx(world.wang), agreement.id)
    world.run_due()
    assert world.told(world.wang).count("visit_hour") == world.told(world.li).count("visit_hour") == 1


def test_not_come_and_nobody_else_today(world: World) -> None:
    """F2, D7: the wished time is not moved unasked; a coordinator knows that nobody is free, and after a day it ends openly."""
    world.scheduled()
    world.clock.set(STARTS + timedelta(minutes=30))
    world.run_due()
    request = Request.get()
    assert (request.state, request.starts_at) == ("matching", STARTS)
    assert {"visit_no_show", "nobody_free"} <= {alert.kind for alert in Alert.select()}
    assert "行吗" not in told_last(world) and "您不用付钱" in told_last(world)
    world.clock.advance(days=1)
    world.run_due()
    assert Request.get().state == "expired" and "request_lapsed" in world.told(world.wang)


def told_last(world: World) -> str:
    row = Outbox.select().where(Outbox.person_id == world.wang.id).order_by(Outbox.id.desc()).first()
    return NOTICES[row.notice].words(Telling(row.values, "王阿姨", world.clock.now())).text


def test_too_late_for_today(world: World) -> None:
    """F2, D7: in the evening nobody else is promised for today; the resident says when, and after a day it ends openly."""
    evening = datetime(2026, 11, 24, 19, 0, tzinfo=SHANGHAI)
    visit = world.scheduled()
    visit.change(starts_at=evening, ends_at=evening + timedelta(hours=2))
    Request.update(starts_at=evening).execute()
    world.clock.set(evening + timedelta(minutes=5))
    cant_come(world.ctx(world.li), visit.id, reason="病了")
    assert Request.get().starts_at == evening and world.told(world.wang)[-1] == "nobody_left"
    assert {"worker_cant", "nobody_free"} <= {alert.kind for alert in Alert.select()}
    world.clock.advance(days=1)
    world.run_due()
    assert Request.get().state == "expired"


def test_who_objects_is_not_silent(world: World) -> None:
    """F3: "it was too much" names no line; nothing is confirmed by rule then, a person or the resident does."""
    visit = served(world)
    dispute_line(world.ctx(world.wang), visit.id, words="贵了")
    world.clock.advance(days=5)
    world.run_due()
    assert Visit.get().state == "finished"
    confirm_completion(world.ctx(world.chen), visit.id)
    assert Visit.get().confirmed_by == "staff"


def test_no_confirmation_without_reminders(world: World) -> None:
    """F3: the reminders came too late to be of use (nothing ran for days): they are made up for before a rule decides."""
    served(world)
    world.clock.advance(hours=60)
    world.run_due()
    assert (Visit.get().state, Visit.get().confirm_asked) == ("finished", 1)
    for _step in range(2):
        world.clock.advance(hours=16)
        world.run_due()
    assert (Visit.get().state, Visit.get().confirm_asked) == ("confirmed", 2)
    assert world.told(world.wang)[-3:] == ["completion_reminder", "completion_reminder", "completion_by_rule"]


def test_ticks_end_with_the_confirmation(world: World) -> None:
    """F3: each side ticks its own column until it is confirmed."""
    visit = served(world)
    assert tick_item(world.ctx(world.wang), visit.id, 2, False).resident_ok == 0
    assert tick_item(world.ctx(world.li), visit.id, 2, True).worker_ok == 1
    confirm_completion(world.ctx(world.wang), visit.id)
    with pytest.raises(Refused):
        tick_item(world.ctx(world.wang), visit.id, 2, True)


def test_the_door_is_not_shown_for_ever(world: World) -> None:
    """E3: the worker sees it from the seal until three days after closing; never once the visit is off."""
    visit = world.scheduled()
    assert "2单元501" in visit_card(world.ctx(world.li), visit).text
    world.clock.set(STARTS)
    check_in(world.ctx(world.li), visit.id, code=visit.code)
    check_out(world.ctx(world.li), visit.id)
    confirm_completion(world.ctx(world.wang), visit.id)
    record_cash(world.ctx(world.li), visit.id)
    world.clock.advance(days=2)
    assert "501" in visit_card(world.ctx(world.li), Visit.get()).text
    world.clock.advance(days=2)
    assert "501" not in visit_card(world.ctx(world.li), Visit.get()).text


def test_the_door_of_a_lost_visit(world: World) -> None:
    """E3: who can't come has no business at that door any more."""
    visit = world.scheduled()
    cant_come(world.ctx(world.li), visit.id)
    assert "501" not in visit_card(world.ctx(world.li), Visit.get()).text


def test_nobody_loses_their_place_over_the_weekend(world: World) -> None:
    """B5: asked for on Friday evening, the hand-over still waits on Monday; then it is late, and that is said."""
    world.clock.set(datetime(2026, 11, 27, 19, 0, tzinfo=SHANGHAI))
    ask_for_person(world.ctx(world.wang))
    world.clock.set(datetime(2026, 11, 30, 8, 30, tzinfo=SHANGHAI))
    world.run_due()
    found = open_handover(world.ctx(world.wang))
    assert found is not None and found.state == "waiting" and world.told(world.wang) == ["handover_waits"]
    assert Deadline.get(Deadline.kind == "handover_silent").state == "open"
