"""PostgreSQL: what needs no answer goes with what does, in its order, and nothing of it is lost or done twice (Q3)."""

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import psycopg2
import pytest
from peewee import InterfaceError, OperationalError

from models.base import database as db
from models.base import hold
from models.messages import Outbox
from models.opening import Asks, foresee
from models.people import Identity, Person
from models.postgres import Postgres
from models.quick import remember
from models.requests import Request
from models.talk import ChatLine, Dialogue
from tests.stores import MORNING

pytestmark = pytest.mark.far


@pytest.fixture
def words(database: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[list[str]]]:
    """What goes over the line, each list with one answer."""
    said: list[list[str]] = []
    say = Postgres._say

    def listen(self: Postgres, waiting: Any, sql: str, params: Any, options: Any) -> Any:
        said.append([one.split(" (")[0].split(" SET ")[0] for one, _ in [*waiting, (sql, None)]])
        return say(self, waiting, sql, params, options)

    monkeypatch.setattr(Postgres, "_say", listen)
    yield said


def line(words: str) -> dict[str, Any]:
    """A line of the talk."""
    return {"community_id": 1, "person_id": 7, "mine": True, "by": "person", "words": words, "at": MORNING}


def said_lines() -> list[str]:
    """All lines, in their order."""
    return [row.words for row in ChatLine.select().order_by(ChatLine.id)]


def test_a_transaction_begins_with_its_first_question_and_ends_with_its_last_row(words: list[list[str]]) -> None:
    """Q3: beginning, lock and question are one word; so are the rows that nobody asks back for, and the end."""
    with db.atomic():
        hold("somebody")
        assert not words
        assert not Person.select().where(Person.id == 1).exists()
        ChatLine.note(**line("one"))
        ChatLine.note(**line("two"))
        assert len(words) == 1
    assert [len(one) for one in words] == [3, 3] and words[0][0] == "BEGIN" and words[1][-1] == "COMMIT"
    assert said_lines() == ["one", "two"]


def test_who_asks_finds_what_was_put_down(words: list[list[str]]) -> None:
    """Q3: the next question, whatever it is, comes after all that waits."""
    with db.atomic():
        ChatLine.note(**line("one"))
        assert said_lines() == ["one"]
        with pytest.raises(ZeroDivisionError), db.atomic():
            ChatLine.note(**line("undone"))
            raise ZeroDivisionError
        ChatLine.note(**line("two"))
    assert said_lines() == ["one", "two"]


def test_nothing_asked_is_nothing_said(words: list[list[str]]) -> None:
    """Q3: an empty transaction costs no word; one that fails leaves nothing of what waited."""
    with db.atomic():
        pass
    with pytest.raises(ZeroDivisionError), db.atomic():
        ChatLine.note(**line("undone"))
        raise ZeroDivisionError
    assert not words and not said_lines()


def test_a_line_that_died_meanwhile_is_replaced_with_the_first_word(words: list[list[str]]) -> None:
    """Q3: the server has ended our connection between two transactions: the next one does not notice."""
    assert not said_lines()
    end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"
    with psycopg2.connect(str(db.obj.database)) as other:
        other.cursor().execute(end)
    other.close()
    with db.atomic():
        hold("somebody")
        ChatLine.note(**line("one"))
        assert said_lines() == ["one"]
    assert said_lines() == ["one"]


def test_a_whole_transaction_whose_answer_is_lost_is_not_done_twice(words: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    """Q3: it may have been done; whoever asked hears that it failed, and decides."""
    say, times = Postgres._say, []

    def die_after(self: Postgres, waiting: Any, sql: str, params: Any, options: Any) -> Any:
        done = say(self, waiting, sql, params, options)
        if sql == "COMMIT":
            times.append(1)
            self._state.conn.close()
            lost = OperationalError("the line is dead")
            lost.orig = psycopg2.OperationalError()
            raise lost
        return done

    monkeypatch.setattr(Postgres, "_say", die_after)
    with pytest.raises(OperationalError), db.atomic():
        ChatLine.note(**line("once"))
    assert times == [1]
    monkeypatch.setattr(Postgres, "_say", say)
    assert said_lines() == ["once"]


def test_a_line_that_died_and_a_server_that_is_gone_is_a_database_that_refuses(database: Any) -> None:
    """Q3: nothing takes the dead line's place: whoever asked hears just that, at each step out, and the next one finds all in order."""
    with pytest.raises((OperationalError, InterfaceError)), db.atomic(), db.atomic():
        db.obj._state.conn.close()
        db.obj.refused_until = time.monotonic() + 60
        with pytest.raises((OperationalError, InterfaceError)), db.atomic():
            ChatLine.create(**line("undone"))
        db.obj.refused_until = 0.0
        ChatLine.create(**line("outside of its transaction"))
    assert not db.in_transaction() and not said_lines()


def test_what_a_turn_asks_first_is_one_question(words: list[list[str]]) -> None:
    """Q3: afterwards the plain questions are answered from it, each asker with a row of their own; what changes is asked anew."""
    person = Person.create(community_id=1, called="王阿姨", created_at=MORNING)
    Identity.create(community_id=1, app_id="a", openid="o", person_id=person.id, seen_at=MORNING)
    words.clear()
    with db.atomic():
        foresee("a", "o", "text")
        identity = Identity.pick(app_id="a", openid="o")
        assert identity is not None and identity.seen_at == MORNING
        assert Person.get_by_id(person.id).called == "王阿姨"
        assert Dialogue.pick(community_id=1, person_id=person.id) is None
        assert len(words) == 1
        Person.get_by_id(person.id).change(called="王奶奶")
        assert Person.get_by_id(person.id).called == "王奶奶"


def test_what_was_just_changed_is_known_as_it_will_be_read(words: list[list[str]]) -> None:
    """Q3: a row amended, or made and remembered, is answered from memory just as the database would answer it afterwards."""
    person = Person.create(community_id=1, called="王阿姨", created_at=MORNING)
    late = MORNING + timedelta(microseconds=1500)
    words.clear()
    with db.atomic():
        Person.get_by_id(person.id).amend(called="王奶奶", phone="13900000000", consent_at=late)
        remembered = Person.get_by_id(person.id).__data__
        made = Request.create(
            community_id=1, number="d1", person_id=person.id, state="draft", wishes=["会做饭"], created_at=late, updated_at=late
        )
        remember(made)
        draft = Request.get((Request.id == made.id) & (Request.community_id == 1))
        draft.wishes.append("nobody else sees this")
        assert Request.get_by_id(made.id).wishes == ["会做饭"]
        assert len(words) == 2  # the first reading, and the new row's id
        read = Request.get_by_id(made.id).__data__
    assert Person.get_by_id(person.id).__data__ == remembered
    assert Request.get_by_id(made.id).__data__ == read


def test_a_row_that_was_changed_otherwise_is_not_remembered(words: list[list[str]]) -> None:
    """Q3: what somebody set on a row without storing it is not taken for what stands in the database."""
    person = Person.create(community_id=1, called="王阿姨", created_at=MORNING)
    with db.atomic():
        row = Person.get_by_id(person.id)
        row.language = "en"
        row.amend(called="王奶奶")
        assert Person.get_by_id(person.id).language == "zh_CN" and Person.get_by_id(person.id).called == "王奶奶"


def test_the_first_question_also_finds_a_draft_and_that_nothing_waits(words: list[list[str]]) -> None:
    """Q3: the newest draft, and an outbox that has nothing to ask; something that does is read as ever."""
    person = Person.create(community_id=1, called="王阿姨", created_at=MORNING)
    Identity.create(community_id=1, app_id="a", openid="o", person_id=person.id, seen_at=MORNING)
    wish = {"community_id": 1, "person_id": person.id, "state": "draft", "created_at": MORNING, "updated_at": MORNING}
    drafts = [Request.create(**wish, number=number) for number in ("d1", "d2")]
    asks = Asks({"notice__in": ("job_offer", "ask_wider"), "created_at__gt": MORNING}, order="-id", limit=5)
    theirs = {"community_id": 1, "person_id": person.id, **asks.where}
    told = {"community_id": 1, "person_id": person.id, "values": {}, "urgency": "normal", "not_before": MORNING, "next_at": MORNING}
    for asked in (0, 1):
        words.clear()
        with db.atomic():
            foresee("a", "o", None, asks)
            assert Request.get((Request.id == drafts[1].id) & (Request.community_id == 1)).number == "d2"
            assert len(Outbox.pick_all(**theirs, order=asks.order, limit=asks.limit)) == asked
            assert len(words) == 1 + asked
        Outbox.create(**told, notice="job_offer", effect_key=f"k{asked}", created_at=MORNING + timedelta(seconds=1))


def test_who_waited_for_a_lock_asks_anew_what_it_guards(words: list[list[str]]) -> None:
    """Q3: what others may have decided meanwhile is read again; who they are talking with is known still."""
    person = Person.create(community_id=1, called="王阿姨", created_at=MORNING)
    request = Request.create(community_id=1, number="d1", person_id=person.id, state="draft", created_at=MORNING, updated_at=MORNING)
    words.clear()
    with db.atomic():
        assert Person.get_by_id(person.id) and Request.get_by_id(request.id)
        hold("request:1")
        assert Person.get_by_id(person.id) and len(words) == 2
        with psycopg2.connect(str(db.obj.database)) as other:
            other.cursor().execute("UPDATE request SET state = 'submitted'")
        other.close()
        assert Request.get_by_id(request.id).state == "submitted"


def test_what_waited_and_failed_is_what_is_heard(database: Any) -> None:
    """Q1: something put down before a savepoint is refused as the first thing in it is said: whoever is above hears of that refusal,
    which may be tried anew, not of a savepoint that never began; and the connection is as good as new."""
    with pytest.raises(OperationalError, match="lock timeout"), db.atomic():
        db.execute_sql("SET LOCAL lock_timeout = '50ms'")
        other = psycopg2.connect(str(db.obj.database))
        with other, other.cursor() as held:
            held.execute("SELECT pg_advisory_xact_lock(hashtextextended('somebody', 0))")
            hold("somebody")
            with db.atomic():
                ChatLine.create(**line("never"))
    assert said_lines() == []
