"""What one transaction needs not ask or begin twice, on either kind of database (Q3)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from peewee import QueryEvent

from models.base import database as db
from models.people import Identity, Person
from models.unit import ALL, GUARDED, changes
from tests.stores import MORNING

pytestmark = pytest.mark.both


@contextmanager
def listening() -> Iterator[list[str]]:
    """What the database is asked meanwhile."""
    said: list[str] = []

    def hear(event: QueryEvent) -> None:
        said.append(event.sql)

    db.obj.query_hooks.append(hear)
    try:
        yield said
    finally:
        db.obj.query_hooks.remove(hear)


def somebody(called: str = "王阿姨") -> Person:
    """A new resident."""
    made: Person = Person.create(community_id=1, called=called, created_at=MORNING)
    return made


def test_the_same_question_is_asked_once_until_the_answer_may_have_changed(database: Any) -> None:
    """Q3: by any way of asking; a change of the table, here by another row's, makes it be asked anew."""
    auntie, other = somebody(), somebody("李师傅")
    with db.atomic(), listening() as said:
        for _ in range(3):
            assert Person.find(auntie.id).called == "王阿姨"  # type: ignore[union-attr]
            assert [p.called for p in Person.select().where(Person.community_id == 1).order_by(Person.id)][-2:] == ["王阿姨", "李师傅"]
        assert len(said) == 2
        other.change(called="李叔")
        assert Person.find(other.id).called == "李叔"  # type: ignore[union-attr]
        assert Person.find(auntie.id).called == "王阿姨"  # type: ignore[union-attr]
        Person.update(called="王奶奶").where(Person.called.startswith("王")).execute()
        assert Person.find(auntie.id).called == "王奶奶"  # type: ignore[union-attr]


def test_each_asker_has_a_row_of_their_own(database: Any) -> None:
    """Q3: what one does to a row that is not stored, nobody else sees."""
    auntie = somebody()
    with db.atomic():
        first = Person.get_by_id(auntie.id)
        first.called = "somebody else"
        assert Person.get_by_id(auntie.id).called == "王阿姨"


def test_outside_a_transaction_nothing_is_remembered(database: Any) -> None:
    """Q3: others may have changed it at any moment."""
    auntie = somebody()
    if db.in_transaction():
        pytest.skip("this test's own transaction is open")
    with listening() as said:
        for _ in range(3):
            Person.find(auntie.id)
    assert len(said) == 3


def test_what_was_undone_was_never_read(database: Any) -> None:
    """Q3: after a step back, what was read in between is asked anew."""
    auntie = somebody()
    with db.atomic():
        with pytest.raises(ZeroDivisionError), db.atomic():
            auntie.change(called="x")
            assert Person.get_by_id(auntie.id).called == "x"
            raise ZeroDivisionError
        assert Person.get_by_id(auntie.id).called == "王阿姨"


def test_a_savepoint_begins_with_the_first_change_inside_it(database: Any) -> None:
    """Q3: none for what only reads; with a change all that are open begin, the outer one first; a refusal undoes its own part only."""
    auntie = somebody()
    with listening() as said, db.atomic():
        with db.atomic(), db.atomic():
            Person.find(auntie.id)
        assert not [sql for sql in said if "SAVEPOINT" in sql]
        with db.atomic():
            Person.find(auntie.id)
            with pytest.raises(ZeroDivisionError), db.atomic():
                auntie.change(called="inner")
                raise ZeroDivisionError
            somebody("outer")
    assert [sql for sql in said if "SAVEPOINT" in sql] == [
        "SAVEPOINT s1", "SAVEPOINT s2", "ROLLBACK TO SAVEPOINT s2", "RELEASE SAVEPOINT s1",
    ]  # fmt: skip
    assert Person.get_by_id(auntie.id).called == "王阿姨"
    assert Person.select().where(Person.called == "outer").exists()


def test_what_a_statement_changes() -> None:
    """Q3: what is not plain to see may have changed anything; a question that waits for somebody else is no mere question."""
    assert changes('UPDATE "person" SET x = 1') == changes('INSERT OR IGNORE INTO "person" VALUES (1)') == "person"
    assert changes('DELETE FROM "person" WHERE 1') == "person"
    assert changes("SELECT 1") is None and changes("RELEASE SAVEPOINT s1") is None
    assert changes("SELECT pg_advisory_xact_lock(1)") == GUARDED
    for sql in ("SELECT 1 FOR UPDATE SKIP LOCKED", "ROLLBACK TO SAVEPOINT s1", "WITH x AS (SELECT 1) DELETE FROM y"):
        assert changes(sql) == ALL


def test_rows_by_plain_comparisons(database: Any) -> None:
    """Q3: the short way of asking finds what peewee finds, in the same order."""
    for n in range(6):
        Identity.create(community_id=1 + n % 2, app_id="a", openid=f"o{n}", person_id=n, seen_at=MORNING if n > 2 else None)
    asked: list[tuple[dict[str, Any], Any]] = [
        ({"community_id": 1}, Identity.community_id == 1),
        ({"community_id": 1, "person_id__in": (0, 2, 9)}, (Identity.community_id == 1) & Identity.person_id.in_((0, 2, 9))),
        ({"app_id": "a", "openid__not": "o3", "person_id__ge": 3}, (Identity.openid != "o3") & (Identity.person_id >= 3)),
        ({"app_id": "a", "person_id__gt": 1, "person_id__le": 4}, (Identity.person_id > 1) & (Identity.person_id <= 4)),
        ({"app_id": "a", "seen_at__le": MORNING, "person_id__lt": 5}, (Identity.seen_at <= MORNING) & (Identity.person_id < 5)),
    ]
    for plain, where in asked:
        mine = {"app_id": "a", **plain}
        for order, limit in (("person_id", 0), ("-person_id", 2)):
            by = Identity.person_id.desc() if limit else Identity.person_id
            theirs = list(Identity.select().where(where & (Identity.app_id == "a")).order_by(by).limit(limit or 99))
            assert [row.__data__ for row in Identity.pick_all(order=order, limit=limit, **mine)] == [row.__data__ for row in theirs]
            assert Identity.pick_values("openid", order=order, limit=limit, **mine) == [row.openid for row in theirs]
