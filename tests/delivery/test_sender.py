"""The Sender: outcomes and claims share a transaction; nothing that was sent is forgotten, nothing broken stands in the way (Q1)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from peewee import OperationalError

from handlers import delivery, sending
from handlers.sending import Sender
from models.messages import Outbox
from tests.delivery.post import Post

pytestmark = pytest.mark.both


def states() -> list[str]:
    return [row.state for row in Outbox.select().order_by(Outbox.id)]


def test_a_chain_for_one_person_leaves_in_one_round(post: Post) -> None:
    """Q1: each waits for the one before, and goes as soon as that is written down: not a tick later each."""
    post.acts("text")
    for number in range(4):
        post.promise(f"{number}", notice="post_high")
    Sender(post.ctx, post.platform, 4).round()
    assert states()[-4:] == ["sent"] * 4


def test_an_outcome_that_was_not_taken_is_not_forgotten(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """Q1: the database refuses just when the sending is to be written down: asked again, and the message goes once."""
    post.promise("一次", notice="post_template")
    refused, real = [], sending._write_once

    def refuse(ctx: Any, outcomes: list[Any], *more: Any) -> Any:
        if outcomes and len(refused) < 2:
            refused.append(real(ctx, outcomes, *more))
            raise OperationalError("deadlock detected")
        return real(ctx, outcomes, *more)

    monkeypatch.setattr(sending, "_write_once", refuse)
    monkeypatch.setattr(sending, "AGAIN_S", 0.01)
    sender = Sender(post.ctx, post.platform, 2)
    sender.round()
    sender.round()
    assert len(refused) == 2 and len(post.sent()) == 1 and states()[-1] == "sent"


def test_a_mistake_in_the_next_claim_forgets_no_outcome(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """Q1: the same transaction was to claim the next one, and breaks: what was sent is written down all the same, and goes once."""
    post.promise("一次", notice="post_template")
    claims, real = [], sending.take_next

    def breaks(ctx: Any) -> Any:
        claims.append(1)
        if len(claims) == 2:
            raise ValueError("a mistake of ours")
        return real(ctx)

    monkeypatch.setattr(sending, "take_next", breaks)
    monkeypatch.setattr(sending, "AGAIN_S", 0.01)
    Sender(post.ctx, post.platform, 1).round()
    assert states()[-1] == "sent" and len(post.sent()) == 1


def test_what_a_crash_would_repeat_is_written_down_before_anything_else(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """Q1: no claim of the next stands between a customer-service message's going and its being known; a template's may wait."""
    post.acts("text")
    for number in range(3):
        post.promise(f"{number}", notice="post_high")
    post.promise("模板", notice="post_template")
    together, real = [], sending._write_once

    def look(ctx: Any, outcomes: list[Any], *more: Any) -> Any:
        taken = real(ctx, outcomes, *more)
        together.extend((outcome.claimed.plan.channel, len(taken.claimed)) for outcome in outcomes)
        return taken

    monkeypatch.setattr(sending, "_write_once", look)
    Sender(post.ctx, post.platform, 4).round()
    assert [count for way, count in together if way == "custom"] == [0] * 4 and set(states()[-4:]) == {"sent"}


@contextmanager
def broken(notice: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    real = delivery._decide
    with monkeypatch.context() as patch:
        patch.setattr(delivery, "_decide", lambda ctx, row: 1 / 0 if row.notice == notice else real(ctx, row))
        yield


def test_a_notice_that_breaks_does_not_stand_before_the_others(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """Q1: a mistake of ours in one notice: it is put off, the others leave, and it leaves when the mistake is mended."""
    bad, good = post.promise("坏", notice="post_template"), post.promise("好", notice="post_calm")
    post.acts("text")
    sender = Sender(post.ctx, post.platform, 2)
    with broken("post_template", monkeypatch):
        sender.round()
    assert (Outbox.get_by_id(bad.id).state, Outbox.get_by_id(good.id).state) == ("pending", "sent")
    post.clock.advance(minutes=11)
    sender.round()
    assert Outbox.get_by_id(bad.id).state == "sent"
