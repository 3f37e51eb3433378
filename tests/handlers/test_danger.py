"""Somebody in danger: what they hear, who is told again and again, and how it ends (C5, A1, A6)."""

from datetime import timedelta
from typing import Any

import pytest

from after_offer import World, make_world
from cast import openid
from handlers.contact import keep_said_phone, phone_of, phone_words
from handlers.desk_home import home_view
from handlers.desk_lists import list_handovers
from handlers.desk_queue import queue_view
from handlers.emergency import alarm_of, call_off_alarm, raise_alarm
from handlers.handovers import ask_for_person, open_handover, take_handover
from handlers.people import forget_profile
from models.clocks import Alert
from models.people import Person
from models.requests import Note
from models.talk import Handover


@pytest.fixture
def world(settings: Any, clock: Any, database: Any) -> World:
    return make_world(settings, clock)


def alerts() -> list[tuple[str, str]]:
    return [(a.kind, a.owner) for a in Alert.select().where(Alert.state == "open").order_by(Alert.id)]


def test_a_call_is_promised_only_to_a_number(world: World) -> None:
    """C5, A1: without a number it is asked for, at once; with one the call is promised."""
    said = raise_alarm(world.ctx(world.wang), words="老人摔倒了", kinds=["fall"])
    assert said.text.startswith('请先打 <a href="tel:120">') and "打电话" not in said.text and "电话和地址发过来" in said.text
    assert keep_said_phone(world.ctx(world.wang), words="我电话138 1234 5678,3号楼2单元501") == "138****5678"
    assert phone_of(Person.get_by_id(world.wang.id)) == "13812345678" and "没核对" in phone_words(Person.get_by_id(world.wang.id))
    assert "给您打电话" in raise_alarm(world.ctx(world.wang), words="快来人", kinds=["fall"]).text


def test_danger_stands_above_all(world: World) -> None:
    """C5, K4: one red row with its clock, before older complaints and talks, in the queue, on the first page and among the talks."""
    world.clock.advance(hours=-3)
    ask_for_person(world.ctx(world.stranger), reason="问个事")
    world.clock.advance(hours=3)
    raise_alarm(world.ctx(world.wang), words="老人摔倒了", kinds=["fall"])
    raise_alarm(world.ctx(world.wang), words="快来人", kinds=[])
    rows = queue_view(world.ctx(world.chen))["rows"]
    assert "有危险" in rows[0]["title"] and rows[0]["kind"] == "late" and rows[0]["state_pill"]["kind"] == "bad"
    assert rows[0]["due"] == world.clock.now() + timedelta(minutes=2) and rows[0]["actions"][0]["url"].endswith("/take")
    assert sum("有危险" in row["title"] for row in rows) == 1
    assert "有危险" in home_view(world.ctx(world.chen))["first"][0]["title"]
    assert len(list_handovers(world.ctx(world.chen))["rows"]) == 2


def test_told_again_until_somebody_has_it(world: World) -> None:
    """C5: every two minutes, a role higher each time, until a colleague takes it."""
    raise_alarm(world.ctx(world.wang), words="老人摔倒了", kinds=["fall"])
    for _step in range(2):
        world.clock.advance(minutes=2)
        world.run_due()
    assert [owner for kind, owner in alerts() if kind == "emergency_open"] == ["consultant", "supervisor"]
    take_handover(world.ctx(world.chen), Handover.get().id)
    world.clock.advance(minutes=10)
    world.run_due()
    assert alerts() == []


def test_all_is_well(world: World) -> None:
    """C5: 没事了 ends the alarm and gives the bot back; a colleague is still asked to make sure."""
    raise_alarm(world.ctx(world.wang), words="老人摔倒了", kinds=["fall"])
    call_off_alarm(world.ctx(world.li), words="没事了")
    assert alarm_of(world.ctx(world.wang), open_handover(world.ctx(world.wang))) is not None
    call_off_alarm(world.ctx(world.wang), words="没事了")
    assert open_handover(world.ctx(world.wang)) is None and alerts() == [("emergency_over", "coordinator")]
    world.clock.advance(minutes=30)
    world.run_due()
    assert alerts() == [("emergency_over", "coordinator")]


def test_a_said_number_is_a_hint_only(world: World) -> None:
    """A1, A6: sealed, replaced by a newer one, never bound by being said, and gone with the account."""
    ctx = world.ctx(world.wang)
    assert keep_said_phone(ctx, words="13812345678") and not keep_said_phone(ctx, words="13812345678")
    assert keep_said_phone(ctx, words="打这个:13900001111") == "139****1111" and Note.select().count() == 1
    assert Person.get_by_id(world.wang.id).phone is None and not keep_said_phone(ctx, words="订单 20261124001234")
    kept = Note._meta.database.execute_sql("SELECT words FROM note").fetchone()[0]
    assert "13900001111" not in str(kept)
    forget_profile(ctx, app_id="wx", openid=openid("王阿姨"), whole=True)
    assert Note.select().count() == 0
