"""The plain questions that are written down once give the same answers as peewee's own, on either kind of database (C6)."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from peewee import DoesNotExist, IntegrityError

from models import quick
from models.base import Row
from models.messages import Inbox, Outbox, Window
from models.people import Identity, Person
from tests.stores import MORNING

pytestmark = pytest.mark.both


def slow(model: type[Row], *asked: Any) -> Any:
    """As peewee asks."""
    return next(iter(model.select().where(*asked).limit(1)), None)


def test_a_row_comes_back_as_peewee_would_read_it(database: Any) -> None:
    """C6: sealed, JSON, moments, booleans, nothing: each as it was put in, whichever way it is read."""
    made = Person.create(community_id=1, called="王阿姨", phone="13812345678", is_worker=True, created_at=MORNING)
    note = Outbox.create(
        community_id=1, person_id=made.id, notice="n", values={"a": [1, "二"]}, effect_key="k", not_before=MORNING,
        next_at=MORNING, created_at=MORNING,
    )  # fmt: skip
    for row in (made, note):
        model = type(row)
        read = (model.find(row.id), model.get(model.id == row.id), slow(model, model.id == row.id))
        assert read[0].__data__ == read[1].__data__ == read[2].__data__ == row.__data__ | read[2].__data__
        assert not read[0]._dirty
    assert Person.get(Person.is_worker == True, Person.called == "王阿姨").phone == "13812345678"  # noqa: E712
    assert note.values == {"a": [1, "二"]} and note.state == "pending" and note.refused_channels == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(app=st.sampled_from("ab"), openid=st.sampled_from("xyz"), person=st.integers(1, 3) | st.none())
def test_the_same_row_is_found(app: str, openid: str, person: int | None, database: Any) -> None:
    """C6: one column or several, joined or listed, found or not."""
    for a in "ab":
        for o in "xy":
            Identity.insert(community_id=1, app_id=a, openid=o, person_id=1 + (o == "y")).on_conflict_ignore().execute()
    asked = [Identity.app_id == app, Identity.openid == openid] + ([Identity.person_id == person] if person else [])
    together = asked[0]
    for one in asked[1:]:
        together &= one
    found = [Identity.get_or_none(*asked), Identity.get_or_none(together), slow(Identity, *asked)]
    assert len({row and row.id for row in found}) == 1


def test_what_is_not_plain_is_left_to_peewee(database: Any) -> None:
    """C6: another comparison, nothing, another table's column, the same column twice."""
    for asked in (
        (Identity.person_id > 1,),
        (Identity.seen_at.is_null(),),
        (Identity.person_id == Person.id,),
        (Identity.app_id == "a", Identity.app_id == "b"),
        ((Identity.app_id == "a") | (Identity.app_id == "b"),),
        (),
    ):
        assert quick.equals(Identity, asked) is None
    with pytest.raises(DoesNotExist):
        Identity.get(Identity.app_id == "nobody")


def test_changing_by_compare_and_set(database: Any) -> None:
    """C6: only a row that still is as it was read is changed; sums and nothing go peewee's way."""
    row = Window.create(community_id=1, identity_id=1, action="tap", opened_at=MORNING, until=MORNING, allowance=3)
    assert row.change(where={"used": 0}, used=1, until=MORNING + timedelta(minutes=1))
    assert not row.change(where={"used": 0}, used=9) and row.used == 1
    assert row.change(used=Window.used + 1)
    assert (Window.get_by_id(row.id).used, Window.find(row.id).until) == (2, MORNING + timedelta(minutes=1))
    push = Inbox.create(
        community_id=0, account="a", key="k", user_key="u", body="b", state="new", next_at=MORNING, received_at=MORNING
    )
    assert push.change(where={"lease": None}, state="dead") and Inbox.find(push.id).state == "dead"
    with pytest.raises(IntegrityError):
        Inbox.create(
            community_id=0,
            account="a",
            key="k",
            user_key="u",
            body="b",
            state="new",
            next_at=MORNING,
            received_at=MORNING,
        )
