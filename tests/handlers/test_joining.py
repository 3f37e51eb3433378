"""One person on the official account and in the mini-program, joined by the unionid whoever came first (A5)."""

from datetime import timedelta
from typing import Any

import pytest

from after_offer import World, make_world, person
from cast import openid
from handlers.api_login import open_api_session, person_of_token
from handlers.context import person_actor
from handlers.joining import learn_one
from handlers.people import keep_address, meet
from handlers.requests import list_my_requests
from models.clocks import Alert
from models.people import Address, Identity, Person
from models.requests import Request
from models.talk import Dialogue
from models.workers import Worker

MINI = {"openid": "oMiniWang", "unionid": "uWang", "session_key": "k"}


@pytest.fixture
def world(settings: Any, clock: Any, database: Any) -> World:
    made = make_world(settings, clock)
    Identity.update(app_id=settings.wechat.app_id).execute()
    return made


class Asked:
    """The platform knows a unionid of some; None: it can't be asked now."""

    def __init__(self, **known: str | None) -> None:
        self.known = {openid(who): union for who, union in known.items()}
        self.asked: list[str] = []

    def union_of(self, who: str) -> str | None:
        self.asked.append(who)
        return self.known.get(who, "")


def learn(world: World, platform: Any) -> None:
    while learn_one(world.ctx(), platform):
        pass


def signed_in(world: World, answer: dict[str, Any]) -> Person:
    token, _person = open_api_session(world.settings, world.clock.now(), answer)
    found = person_of_token(token, world.clock.now())
    assert found is not None
    return found


def test_first_the_chat_then_the_mini_program(world: World) -> None:
    """A5, Q2: 王阿姨 of the chat sees her requests in the mini-program, 李师傅 is a worker there too; each is asked about once."""
    platform = Asked(王阿姨="uWang", 李师傅="uLi")
    learn(world, platform)
    aunt = signed_in(world, MINI)
    assert aunt.id == world.wang.id and [r.number for r in list_my_requests(world.ctx(aunt))] == ["1125-01"]
    worker = signed_in(world, {"openid": "oMiniLi", "unionid": "uLi", "session_key": "k"})
    assert "worker" in person_actor(worker).roles
    assert len(platform.asked) == 3  # 路人 has none, and is not asked about again
    learn(world, platform)
    assert len(platform.asked) == 3


def test_first_the_mini_program_then_the_chat(world: World) -> None:
    """A5: what was asked for there is hers in the chat, the session stays, and nothing is left of the second file."""
    before = signed_in(world, MINI)
    assert before.id != world.wang.id
    home = keep_address(world.ctx(before), before.id, "和平里8号楼1单元202", None, None)
    Request.create(
        community_id=world.community_id, state="draft", number="1126-09", person_id=before.id, created_at=world.clock.now(),
        updated_at=world.clock.now(),
    )  # fmt: skip
    for whose in (before.id, world.wang.id):
        Dialogue.create(community_id=world.community_id, person_id=whose, updated_at=world.clock.now())
    learn(world, Asked(王阿姨="uWang"))
    assert Address.get_by_id(home.id).person_id == world.wang.id
    assert {r.person_id for r in Request.select()} == {world.wang.id} and Dialogue.select().count() == 1
    token, _person = open_api_session(world.settings, world.clock.now() + timedelta(days=1), MINI)
    assert person_of_token(token, world.clock.now()).id == world.wang.id  # type: ignore[union-attr]
    assert Person.get_by_id(before.id).unionid is None and Person.get_by_id(world.wang.id).unionid == "uWang"


def test_the_platform_is_away(world: World) -> None:
    """A5: nothing is lost: it is asked again at the next tick."""
    away = Asked(王阿姨=None, 李师傅=None, 路人=None)
    assert not learn_one(world.ctx(), away) and Person.get_by_id(world.wang.id).unionid is None
    learn(world, Asked(王阿姨="uWang"))
    assert Person.get_by_id(world.wang.id).unionid == "uWang"


def test_two_files_of_workers_are_not_joined(world: World) -> None:
    """A5: that is for a person to look at."""
    second = person(world.community_id, "小李", world.clock.now())
    Identity.delete().where(Identity.person_id == second.id).execute()
    second.change(unionid="uLi")
    Worker.create(
        community_id=world.community_id, person_id=second.id, called="小李", state="active", created_at=world.clock.now()
    )
    learn(world, Asked(李师傅="uLi"))
    assert Alert.get().kind == "two_workers" and Worker.select().where(Worker.person_id == world.li.id).count() == 1
    assert meet(world.settings, app_id="wxmini", openid="x", now=world.clock.now(), unionid="uLi").id == second.id
