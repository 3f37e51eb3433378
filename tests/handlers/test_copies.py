"""A copy taken while in use, put back elsewhere: whole, today's schema, nothing sent again (C4, Q1)."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from asking import Desk
from handlers.alive import say_alive, say_gone, silent_for
from handlers.copies import back_up, restore_from
from handlers.holders import own_name
from handlers.notices import NOTICES
from handlers.outbox import tell
from models.base import open_database
from models.messages import Outbox
from models.people import Person
from models.requests import Request
from models.schema import pending
from models.talk import Dialogue
from tests.handlers.test_holders import name_of_a_dead_process
from tests.stores import Stores, close

pytestmark = pytest.mark.both


def test_a_copy_comes_back_whole(desk: Desk, community: Any, storage: Stores, tmp_path: Path) -> None:
    """C4, Q1: everything is there again in a new database, new rows get new numbers, late notices are closed with a word."""
    request = desk.request(words="请轻声")
    tell(desk.ctx(), desk.uncle.id, "job_offer", key="late", **NOTICES["job_offer"].sample)
    before, people = Outbox.select().count(), Person.select().count()
    back_up(tmp_path / "copy")
    with pytest.raises(SystemExit):
        back_up(tmp_path / "copy")
    close(community)
    fresh = open_database(storage.blank())
    restore_from(tmp_path / "copy", desk.clock.now() + timedelta(hours=1))
    assert (Outbox.select().count(), Person.select().count(), pending(fresh)) == (before, people, [])
    assert Request.get_by_id(request.id).words == "请轻声"
    assert {row.state for row in Outbox.select().where(Outbox.effect_key.endswith("late"))} == {"skipped"}
    made = Dialogue.create(community_id=1, person_id=424242, updated_at=desk.clock.now())
    assert made.id == Dialogue.select().count()
    close(fresh)


def test_nothing_is_put_back_under_a_running_clock(desk: Desk, community: Any, tmp_path: Path) -> None:
    """C4: it would go on sending; once it has ended, or died, the way is free."""
    back_up(tmp_path / "copy")
    for name, ends in ((own_name(), say_gone), (name_of_a_dead_process(), str)):
        say_alive(name)
        if ends is say_gone:
            with pytest.raises(SystemExit, match="Stop web and jobs first"):
                restore_from(tmp_path / "copy", desk.clock.now())
        ends(name)
        assert "Restored" in restore_from(tmp_path / "copy", desk.clock.now())
    say_alive(own_name())
    back_up(tmp_path / "later")
    say_gone(own_name())
    restore_from(tmp_path / "later", desk.clock.now())
    assert silent_for() is None  # the copy's own clock is not heard here


def test_what_is_no_copy_is_refused(desk: Desk, community: Any, tmp_path: Path) -> None:
    """C4: a wrong file is said in words, before anything is lost."""
    with pytest.raises(SystemExit):
        restore_from(tmp_path / "nothing", desk.clock.now())
    people = Person.select().count()
    (tmp_path / "wrong").write_bytes(b"not a copy" * 1000)
    with pytest.raises(SystemExit):
        restore_from(tmp_path / "wrong", desk.clock.now())
    assert Person.select().count() == people
