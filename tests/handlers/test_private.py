"""Names and places are covered wherever they are said, and knowing them costs the same in a village and in a city (A6, Q3)."""

from typing import Any

import pytest
from peewee import QueryEvent

from asking import Desk
from handlers.private import known_of
from models.base import database
from models.people import Address, Person
from models.workers import Worker

pytestmark = pytest.mark.both


def test_names_are_looked_up_now_and_then_and_new_ones_at_once(desk: Desk, now: Any) -> None:
    """A6: whom and what the community knows is in it; the second time nobody goes through all workers again."""
    auntie = Person.get(Person.called == "刘大爷")
    known = known_of(auntie.community_id, auntie.id)
    assert {"刘大爷", "李师傅", auntie.phone, "幸福里"} <= set(known)
    asked: list[str] = []

    def hear(event: QueryEvent) -> None:
        asked.append(event.sql)

    database.obj.query_hooks.append(hear)
    try:
        assert known_of(auntie.community_id, auntie.id) == known
    finally:
        database.obj.query_hooks.remove(hear)
    assert not [sql for sql in asked if 'FROM "worker"' in sql and "MAX" not in sql]
    newcomer = Person.create(community_id=auntie.community_id, called="小严", name="严新来", created_at=now)
    Worker.create(community_id=auntie.community_id, person_id=newcomer.id, called="小严", state="active", created_at=now)
    home = {"area": "新桥村", "building": "1号楼", "words": "新桥村1号楼"}
    Address.create(community_id=auntie.community_id, person_id=newcomer.id, used_at=now, **home)
    assert {"小严", "严新来", "新桥村"} <= set(known_of(auntie.community_id, auntie.id))
    assert "新桥村1号楼" in known_of(auntie.community_id, newcomer.id)
    assert "李师傅" not in known_of(auntie.community_id + 1, None)
