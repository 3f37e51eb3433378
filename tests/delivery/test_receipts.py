"""Receipts come late, early, twice and in bursts, and change what is done next (Q1)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from peewee import Database

from handlers import receipts
from handlers.housekeeping import clear_old_rows
from handlers.platform import Sent
from handlers.receipts import match_early, take_receipt
from models.messages import CallTask, Outbox
from models.sending import ClosedWay, EarlyReceipt
from tests.delivery.post import Post, again

pytestmark = pytest.mark.both


@contextmanager
def statements(db: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What the database was asked meanwhile."""
    seen: list[str] = []
    real = db.execute_sql

    def spy(sql: str, params: Any = None, *more: Any) -> Any:
        seen.append(sql)
        return real(sql, params, *more)

    monkeypatch.setattr(db, "execute_sql", spy)
    yield seen
    monkeypatch.undo()


def sent_template(post: Post) -> Outbox:
    row = post.promise("一句", "post_template")
    post.send()
    return again(row)


def test_an_ordinary_receipt_is_one_statement(post: Post, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Q1: after a mass of templates tens of thousands come within minutes: each is one update that an index serves."""
    row = sent_template(post)
    with statements(database, monkeypatch) as seen:
        take_receipt(post.ctx(), msgid=row.msgid, status="success")
    assert len(seen) == 1 and seen[0].startswith("UPDATE") and again(row).receipt == "success"
    assert again(row).state == "sent"


def test_a_receipt_that_comes_before_its_sending_is_recorded(post: Post) -> None:
    """Q1: the platform is quicker than our own record: the receipt is kept, and found when the record is there."""

    def quick(told: Any) -> Sent:
        take_receipt(post.ctx(), msgid="4711", status="failed:user block")
        return Sent("ok", msgid="4711")

    post.platform.answers["template"] = quick
    row = post.promise("一句", "post_template")
    post.send()
    assert again(row).state == "called" and not EarlyReceipt.select().exists()


def test_receipts_that_crossed_on_two_machines_are_matched(post: Post) -> None:
    """Q1: neither saw the other's transaction: the next round finds the two; what is nobody's is forgotten after a week."""
    row = sent_template(post)
    EarlyReceipt.create(community_id=0, msgid=row.msgid, status="success", at=post.clock.now())
    EarlyReceipt.create(community_id=0, msgid="1", status="success", at=post.clock.now())
    assert match_early(post.ctx()) == 1 and again(row).receipt == "success"
    post.clock.advance(days=8)
    clear_old_rows(post.ctx())
    assert not EarlyReceipt.select().exists()


def test_who_blocks_templates_is_not_sent_any_for_a_while(post: Post) -> None:
    """Q1: the next notice goes another way at once, and after a month it is tried again; the same receipt twice changes nothing."""
    row = sent_template(post)
    for _twice in range(2):
        take_receipt(post.ctx(), msgid=row.msgid, status="failed:user block")
    post.send()
    assert again(row).state == "called" and ClosedWay.get().channel == "template"
    other = post.promise("两句", "post_template")
    post.send()
    assert again(other).state == "called" and len(post.sent("template")) == 1
    post.clock.advance(days=31)
    third = post.promise("三句", "post_template")
    post.send()
    assert again(third).state == "sent"


def test_the_same_bad_receipt_on_two_machines(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """Q1: the platform repeats it, and another machine is quicker: its work is not done once more, nor an error."""
    row, real, begun = sent_template(post), receipts._failed, []

    def both(*given: Any) -> None:
        if not begun:
            begun.append(1)
            take_receipt(post.ctx(), msgid=row.msgid, status="failed:user block")
            post.send()
        real(*given)

    monkeypatch.setattr(receipts, "_failed", both)
    take_receipt(post.ctx(), msgid=row.msgid, status="failed:user block")
    assert again(row).state == "called" and again(row).rounds == 1


@pytest.mark.parametrize(("status", "minutes"), [("failed: system failed", 11), ("failed:freq limit", 60)])
def test_the_platforms_own_failure_is_tried_once_more(post: Post, status: str, minutes: int) -> None:
    """Q1: after a while, as a new message (the platform would take the old id for a repeat); then a person phones."""
    row = sent_template(post)
    take_receipt(post.ctx(), msgid=row.msgid, status=status)
    post.send()
    assert len(post.sent("template")) == 1
    post.clock.advance(minutes=minutes, seconds=1)
    post.send()
    first, second = post.sent("template")
    assert again(row).state == "sent" and first.reference != second.reference
    take_receipt(post.ctx(), msgid=again(row).msgid, status=status)
    post.send()
    assert again(row).state == "called" and CallTask.select().count() == 1


@pytest.mark.parametrize("msgid", ["", "None", "x" * 5000, "1' OR 1=1"])
def test_strange_receipts_do_no_harm(post: Post, msgid: str) -> None:
    """Q1: whatever stands in it, nothing of ours changes."""
    row = sent_template(post)
    take_receipt(post.ctx(), msgid=msgid, status="failed")
    assert again(row).state == "sent"
