"""What sending costs does not grow with what waits: queries by index, claims side by side, order and memory with very many (Q1)."""

import threading
import time
from collections import defaultdict
from datetime import timedelta
from typing import Any

import pytest
from peewee import Database

from handlers.backlog import work_one
from handlers.claiming import claim
from handlers.context import transaction
from handlers.sending import Sender
from handlers.settings import load_settings
from models.base import database as proxy
from models.messages import Inbox, Outbox
from models.people import Identity, Person
from tests.delivery.post import Post
from tests.stores import plan_of

pytestmark = pytest.mark.both


def crowd(post: Post, people: int, each: int, *, later: timedelta = timedelta(0), notice: str = "post_template") -> None:
    """Many people of the official account, each with some notices."""
    now, mine = post.clock.now(), post.uncle.community_id
    first = (Person.select(Person.id).order_by(Person.id.desc()).first()).id + 1
    ids = range(first, first + people)
    app_id = post.settings.wechat.app_id
    persons = [{"id": i, "community_id": mine, "called": f"p{i}", "created_at": now} for i in ids]
    accounts = [{"community_id": mine, "app_id": app_id, "openid": f"o{i:027d}", "person_id": i, "follows": True} for i in ids]
    rows = [
        {
            "community_id": mine, "person_id": i, "notice": notice, "values": {"words": f"{n}"}, "effect_key": f"{i}:{n}",
            "urgency": "high", "not_before": now + later, "next_at": now + later, "created_at": now,
            "expires_at": now + later + timedelta(days=3),
        }
        for n in range(each) for i in ids
    ]  # fmt: skip
    for model, many in ((Person, persons), (Identity, accounts), (Outbox, rows)):
        for start in range(0, len(many), 500):
            model.insert_many(many[start : start + 500]).execute()


def spied(db: Database, monkeypatch: pytest.MonkeyPatch, act: Any) -> list[tuple[str, Any]]:
    """What `act` asks the database."""
    seen: list[tuple[str, Any]] = []
    real = db.execute_sql

    def spy(sql: str, params: Any = None, *more: Any) -> Any:
        seen.append((sql, params))
        return real(sql, params, *more)

    monkeypatch.setattr(db, "execute_sql", spy)
    act()
    monkeypatch.undo()
    return seen


def test_a_claim_is_served_by_indexes(post: Post, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Q1: neither the first row, nor the look whether an earlier one of the same person waits, reads the table."""
    crowd(post, 20, 3)

    def act() -> None:
        with transaction():
            assert claim(post.ctx()) is not None

    asked = [(sql, params) for sql, params in spied(database, monkeypatch, act) if '"outbox"' in sql and sql.startswith("SELECT")]
    assert len(asked) <= 6
    for sql, params in asked:
        plan = " ".join(plan_of(proxy, sql, params))
        assert "Seq Scan" not in plan and not plan.startswith("SCAN"), (sql, plan)


def test_a_claim_asks_as_much_with_many_as_with_few(post: Post, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Q1: the same number of statements, whatever waits; each person's rows stand behind one another and are not looked at."""

    def act() -> None:
        with transaction():
            assert claim(post.ctx()) is not None

    crowd(post, 5, 1)
    few = len(spied(database, monkeypatch, act))
    crowd(post, 300, 10)
    assert len(spied(database, monkeypatch, act)) <= few + 2


def test_many_for_one_person_hold_nobody_up(post: Post, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Q1: while one of theirs is under way, all that waits behind it is put there by one statement; the others are found at once."""
    crowd(post, 1, 120)
    with transaction():
        assert claim(post.ctx()) is not None
    crowd(post, 1, 1)

    def act() -> None:
        with transaction():
            assert claim(post.ctx()) is not None

    assert len(spied(database, monkeypatch, act)) <= 20


def stored(post: Post, count: int) -> None:
    """Pushes that wait to be worked, of few senders."""
    now = post.clock.now()
    base = {"community_id": 1, "account": "a", "body": "", "state": "new", "next_at": now, "received_at": now}
    Inbox.insert_many([{**base, "key": f"k{n}", "user_key": f"u{n % 20}"} for n in range(count)]).execute()


@pytest.mark.far
def test_a_rush_that_the_database_does_not_know_of_yet(post: Post, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Q1: it was counted when nothing waited; still no claim sorts all that wait, nor joins it with itself."""
    crowd(post, 2, 1)
    stored(post, 1)
    Outbox.update(state="sent").execute()
    Inbox.update(state="done").execute()
    database.execute_sql("ANALYZE")
    Inbox.delete().execute()
    crowd(post, 60, 10)
    stored(post, 600)

    def act() -> None:
        assert work_one(post.ctx(), lambda _ctx, _body: None)
        with transaction():
            assert claim(post.ctx()) is not None

    firsts = [(sql, params) for sql, params in spied(database, monkeypatch, act) if '"next_at" LIMIT' in sql]
    plans = [" ".join(plan_of(proxy, sql, params)) for sql, params in firsts]
    assert len(plans) >= 2
    assert not [plan for plan in plans if "Join" in plan or "Sort" in plan], plans


@pytest.mark.slow
def test_several_senders_on_several_machines(post: Post) -> None:
    """Q1: three processes with four threads each: everything leaves once, and each person's in its order."""
    post.settings = load_settings(database={"url": post.settings.database.url}, quotas={"each_per_min": 1_000_000})
    crowd(post, 60, 5)
    seen: dict[str, list[str]] = defaultdict(list)
    lock = threading.Lock()
    real = post.platform.send_template

    def remember(app_id: str, openid: str, template_id: str, fields: Any, reference: str) -> Any:
        with lock:
            seen[openid].append(reference)
            return real(app_id, openid, template_id, fields, reference)

    post.platform.send_template = remember  # type: ignore[method-assign]
    senders = [Sender(post.ctx, post.platform, 4) for _ in range(3)]

    def work(sender: Sender) -> None:
        while sender.round():
            pass

    threads = [threading.Thread(target=work, args=(sender,)) for sender in senders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert Outbox.select().where(Outbox.state != "sent").count() == 0
    sent = [reference for references in seen.values() for reference in references]
    assert len(sent) == len(set(sent)) == 300
    assert all(numbers(r) == sorted(numbers(r)) for r in seen.values())


def numbers(references: list[str]) -> list[int]:
    return [int(reference[2:].split("-")[0]) for reference in references]


@pytest.mark.parametrize("at_risk", [1, 2])
def test_no_more_than_so_many_are_at_risk_at_once(post: Post, at_risk: int) -> None:
    """Q1, F2: what the platform would take twice is called so many at a time, whoever it is for; nothing is left."""
    crowd(post, 6, 2, notice="post_high")
    for account in Identity.select().where(Identity.openid.startswith("o0")):
        post.acts("text", account)
    now, most, lock = 0, [0], threading.Lock()
    real = post.platform.send_custom

    def slowly(*said: Any) -> Any:
        nonlocal now
        with lock:
            now += 1
            most.append(now)
        time.sleep(0.01)
        with lock:
            now -= 1
            return real(*said)

    post.platform.send_custom = slowly  # type: ignore[method-assign]
    Sender(post.ctx, post.platform, 4, at_risk).round()
    assert max(most) == at_risk and len(post.sent("custom")) == 12
