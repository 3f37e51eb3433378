"""What is of little weight is no phone call; what is due by phone is due while somebody is there (Q1)."""

from datetime import datetime
from typing import Any

import pytest

from after_offer import World, make_world
from handlers.cards import card
from handlers.clock import SHANGHAI
from handlers.phoning import put_on_call_list
from handlers.ratings import invite_rating
from handlers.waiting import list_waiting
from models.messages import CallTask, Outbox


@pytest.fixture
def world(settings: Any, clock: Any, database: Any) -> World:
    return make_world(settings, clock)


def phoned(world: World, notice: str, urgency: str) -> Outbox:
    row = Outbox.create(
        community_id=world.community_id, person_id=world.wang.id, notice=notice, effect_key=notice + urgency, urgency=urgency,
        not_before=world.clock.now(), next_at=world.clock.now(), created_at=world.clock.now(),
    )  # fmt: skip
    put_on_call_list(world.ctx(), row, card("两句话"), "no message is allowed now")
    return Outbox.get_by_id(row.id)


def test_nobody_is_rung_up_for_a_trifle(world: World) -> None:
    """Q1: a low notice is let be, with the reason; others are phoned."""
    assert (phoned(world, "cash_recorded", "low").state, phoned(world, "nobody_left", "normal").state) == ("skipped", "called")
    assert CallTask.select().count() == 1


def test_due_while_somebody_is_there(world: World) -> None:
    """Q1: at three in the afternoon twelve hours later is closing time; what is urgent keeps its hour."""
    world.clock.set(datetime(2026, 11, 24, 15, 0, tzinfo=SHANGHAI))
    phoned(world, "nobody_left", "normal")
    assert CallTask.get().due_at == datetime(2026, 11, 24, 18, 0, tzinfo=SHANGHAI)
    phoned(world, "visit_late", "high")
    assert CallTask.select().order_by(CallTask.id.desc()).get().due_at == datetime(2026, 11, 25, 3, 0, tzinfo=SHANGHAI)


def test_what_was_let_be_still_asks(world: World) -> None:
    """Q1, H1: who writes again is asked for their stars all the same."""
    visit = world.scheduled()
    visit.change(state="closed")
    invite_rating(world.ctx(), visit)
    row = Outbox.get(Outbox.notice == "rating_invite", Outbox.person_id == world.wang.id)
    row.change(urgency="low")
    put_on_call_list(world.ctx(), row, card(""), "no message is allowed now")
    assert any("visit" in c.id for shown in list_waiting(world.ctx(world.wang)) for c in shown.choices)
