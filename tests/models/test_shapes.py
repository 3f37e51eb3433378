"""A query worded once is asked later with the same words and its own values, exactly as peewee would have worded it (C6)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from peewee import fn

from models.clocks import Deadline
from models.messages import Inbox, Outbox, Window
from models.people import Identity, Person
from models.shapes import NotPlain, Worded
from models.talk import ChatLine, Dialogue
from tests.stores import MORNING

pytestmark = pytest.mark.both
FIELDS = {"name": "", "step": "", "data": {}, "card": [], "updated_at": MORNING}
PLAIN: dict[str, Callable[[int, str], Any]] = {
    "comparisons": lambda n, t: Outbox.select().where((Outbox.person_id == n) & (Outbox.state != t) | (Outbox.attempts <= n)),
    "a list": lambda n, t: Outbox.select(Outbox.id).where(Outbox.state.in_([t, "sent"])).order_by(Outbox.id.desc()).limit(n + 1),
    "nothing, and not": lambda n, t: Deadline.select().where(~(Deadline.kind == t) & Deadline.note.is_null()),
    "moments": lambda n, t: Window.select().where(Window.until > MORNING + timedelta(hours=n)).order_by(Window.until),
    "a column that is true": lambda n, t: ChatLine.select().where(~ChatLine.mine & (ChatLine.person_id == n)),
    "an update": lambda n, t: Identity.update(follows=n > 1, seen_at=MORNING).where(Identity.openid == t),
    "a deletion": lambda n, t: Window.delete().where((Window.identity_id == n) & (Window.action == t)),
    "a new row, sealed": lambda n, t: Inbox.insert(
        community_id=0, account="a", key=t, user_key="u", body=t, state="new", next_at=MORNING, received_at=MORNING
    ).on_conflict_ignore(),
    "a row or its change": lambda n, t: Dialogue.insert(community_id=1, person_id=n, **FIELDS, context=t).on_conflict(
        conflict_target=(Dialogue.community_id, Dialogue.person_id), update={**FIELDS, "context": t}
    ),
}
OTHER = {
    "a function": lambda: Outbox.select(fn.COUNT(Outbox.id)),
    "another column": lambda: Outbox.select().where(Outbox.attempts > Outbox.person_id),
    "a sum": lambda: Window.update(used=Window.used + 1),
    "a subquery": lambda: Person.select().where(Person.id.in_(Identity.select(Identity.person_id))),
    "an alias": lambda: Inbox.alias().select(),
    "many rows": lambda: Window.insert_many([{"identity_id": 1}]),
    "an empty list": lambda: Outbox.select().where(Outbox.state.in_([])),
}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(n=st.integers(0, 9), m=st.integers(0, 9), t=st.text("ab二%'\"", max_size=5), u=st.text("ab二%'\"", max_size=5))
@pytest.mark.parametrize("name", PLAIN)
def test_the_same_shape_has_the_same_words(name: str, n: int, m: int, t: str, u: str, database: Any) -> None:
    """C6: two queries of one maker have one key; words and values are peewee's."""
    one, other = PLAIN[name](n, t), PLAIN[name](m, u)
    assert Worded(one).key == Worded(other).key
    words, _params = database.get_sql_context().sql(one).query()
    later, params = database.get_sql_context().sql(other).query()
    assert words == later and Worded(other).same(params)


def test_other_shapes_have_other_keys(database: Any) -> None:
    """C6: no two of the makers above share their words."""
    keys = {tuple(Worded(make(1, "a")).key) for make in PLAIN.values()}
    assert len(keys) == len(PLAIN)


@pytest.mark.parametrize("name", OTHER)
def test_what_is_not_plain_goes_peewees_way(name: str, database: Any) -> None:
    """C6: it is left alone, and still works."""
    with pytest.raises((NotPlain, AttributeError, TypeError)):
        Worded(OTHER[name]())


def test_asked_again_with_other_values(database: Any) -> None:
    """C6: the second time, with the words of the first, each finds its own rows."""
    for n in range(4):
        PLAIN["a row or its change"](n, f"c{n}").execute()
    PLAIN["a row or its change"](2, "changed").execute()
    found = [sorted(d.context for d in Dialogue.select().where(Dialogue.person_id >= n)) for n in (0, 2, 3)]
    assert found == [["c0", "c1", "c3", "changed"], ["c3", "changed"], ["c3"]]
    assert Dialogue.update(name="x").where(Dialogue.person_id == 1).execute() == 1
    assert Dialogue.update(name="y").where(Dialogue.person_id == 77).execute() == 0
    assert Dialogue.delete().where(Dialogue.person_id == 3).execute() == 1
