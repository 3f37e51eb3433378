"""One sender's messages keep their order, also where two are under way at the same moment in two processes (Q1)."""

import threading
from typing import Any

import pytest

from handlers import inbox
from handlers.clock import SystemClock
from handlers.context import Context, public_actor
from handlers.inbox import Push, Receipt, receive
from models.base import database as db
from models.messages import Inbox


def push(number: int) -> Push:
    return Push("wx", f"m:{number}", "oWang", f"第{number}句")


class Sender:
    """王阿姨's two messages; what was worked is kept in its order."""

    def __init__(self, settings: Any) -> None:
        self.settings, self.worked, self.receipts = settings, list[str](), dict[int, Receipt]()

    def send(self, number: int, *, at_once: bool) -> threading.Thread:
        thread = threading.Thread(target=self._send, args=(number, at_once))
        thread.start()
        return thread

    def _send(self, number: int, at_once: bool) -> None:
        try:
            ctx = Context(public_actor(0), SystemClock().now(), self.settings)
            self.receipts[number] = receive(ctx, push(number), lambda _ctx, body: self.worked.append(body), at_once=at_once)
        finally:
            db.close()


@pytest.mark.far
def test_what_is_being_put_down_is_not_passed(settings: Any, database: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Q1: too much to do, so the first is only stored; before that is safe the second comes in: it waits, and goes behind it."""
    put_down, go_on = threading.Event(), threading.Event()

    def ring(_name: str) -> None:
        put_down.set()
        go_on.wait(10)

    sender = Sender(settings)
    with monkeypatch.context() as patch:
        patch.setattr(inbox, "ring", ring)
        first = sender.send(1, at_once=False)
        assert put_down.wait(10)
        second = sender.send(2, at_once=True)
        second.join(0.3)
        assert second.is_alive() and not sender.worked
        go_on.set()
        for thread in (first, second):
            thread.join(10)
    assert sender.receipts[1].later and sender.receipts[2].later and not sender.worked
    assert [row.key for row in Inbox.select().order_by(Inbox.id)] == ["m:1", "m:2"]


@pytest.mark.far
def test_who_only_puts_down_waits_for_nobody(settings: Any, database: Any) -> None:
    """Q1: while one of theirs is being worked, the next is stored and acknowledged at once; it is worked after it."""
    inside, go_on = threading.Event(), threading.Event()
    sender = Sender(settings)

    def slow(_ctx: Any, body: str) -> None:
        inside.set()
        go_on.wait(10)
        sender.worked.append(body)

    def work() -> None:
        try:
            receive(Context(public_actor(0), SystemClock().now(), settings), push(1), slow)
        finally:
            db.close()

    first = threading.Thread(target=work)
    first.start()
    assert inside.wait(10)
    sender.send(2, at_once=False).join(5)
    assert sender.receipts[2].later and not sender.worked
    go_on.set()
    first.join(10)
    assert sender.worked == ["第1句"]
