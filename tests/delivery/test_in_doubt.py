"""Whose sender has died, whose answer was lost, whose lease seems to be over: sent as often as is promised, before nobody else (Q1)."""

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers import claiming, delivery
from handlers.clock import SystemClock
from handlers.context import in_one_go
from handlers.delivery import call, record, take_next
from handlers.lease_clock import LeaseClock
from handlers.outbox import tell
from handlers.platform import Sent
from handlers.sending import Sender
from models.connection import is_postgres, release
from models.messages import CallTask, Outbox
from models.people import Identity, Person
from tests.delivery.post import Post, Told, again, says

pytestmark = pytest.mark.both

HOUR = timedelta(hours=1)


def crash(post: Post) -> Outbox:
    """A sender claims the next one, calls, and dies before anything is written down."""
    claimed = in_one_go(lambda: take_next(post.ctx()))[1]
    assert claimed is not None
    call(post.platform, claimed)
    Outbox.update(lease_until=SystemClock().now() - HOUR).where(Outbox.id == claimed.row.id).execute()
    return claimed.row


def test_what_breaks_after_a_crash_does_not_stand_before_the_others(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """Q1: dropped rows come first; one that can't be worked is put off all the same, and is still known to be in doubt."""
    post.acts("text")
    bad = post.promise("坏", "post_high")
    crash(post)
    good, real = post.promise("好", "post_high"), delivery.telling_of
    with monkeypatch.context() as broken:
        broken.setattr(delivery, "telling_of", lambda row, *more: 1 / 0 if row.id == bad.id else real(row, *more))
        assert post.send() < 10
    assert (again(bad).state, again(good).state) == ("pending", "sent")
    post.clock.advance(minutes=11)
    post.send()
    assert again(bad).state == "sent" and "\n坏" in post.sent()[-1].words
    post.send()
    assert (again(bad).state == "sent" and post.sent()[-1].words.endswith("再发一次:\n坏")) or "\n坏" in post.sent()[-1].words


@pytest.mark.parametrize("fails", ["crash", "lost"])
def test_what_goes_in_one_message_is_in_doubt_with_it(post: Post, fails: str) -> None:
    """Q1: a calm one that left with another twice, and nobody knows whether it arrived, does not leave a third time: a person phones."""
    post.acts("text")
    rows = [post.promise("一"), post.promise("二")]
    post.platform.answers["custom"] = says("ambiguous", "network")
    for _twice in range(2):
        if fails == "crash":
            crash(post)
        else:
            post.send()
            post.clock.advance(seconds=6)
    post.platform.answers.clear()
    for _later in range(3):
        post.send()
        post.clock.advance(minutes=20)
    assert [told.words.count("二") for told in post.sent("custom")] == [1, 1]
    assert {again(row).state for row in rows} == {"called"} and CallTask.select().count() == 2


def test_a_clock_that_jumps_ends_no_lease_of_what_is_being_called(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """F1: the machine's time goes on by two hours while one is being sent: it is not taken for dropped, and goes once."""
    post.acts("text")
    slow, quick = post.promise("慢", "post_high"), for_another(post, "快")
    released = threading.Event()

    def answer(told: Told) -> Sent:
        if "慢" in told.words:
            released.wait(5)
        else:
            jump()
        return Sent("ok", msgid=None)

    def jump() -> None:
        monkeypatch.setattr(claiming, "WALL", Ahead())
        threading.Timer(0.3, released.set).start()

    post.platform.answers["custom"] = answer
    sender = Sender(post.ctx, post.platform, 2, at_risk=2)
    sender.round()
    sender.round()
    assert sorted(told.words for told in post.sent()) == ["快", "慢"]
    assert {again(slow).state, again(quick).state} == {"sent"}


def for_another(post: Post, words: str) -> Outbox:
    """Something for 小陈, who has just written, too."""
    here = post.uncle.community_id
    chen = Person.create(community_id=here, called="小陈", created_at=post.clock.now())
    theirs = {"app_id": post.settings.wechat.app_id, "openid": "oChen" + "x" * 23, "person_id": chen.id, "follows": True}
    post.acts("text", Identity.create(community_id=here, **theirs))
    tell(post.ctx(), chen.id, "post_high", key="another", words=words)
    return Outbox.get(Outbox.person_id == chen.id)


class Ahead(LeaseClock):
    """Two hours later."""

    def now(self) -> Any:
        return super().now() + 2 * HOUR


def test_while_the_clock_is_wrong_only_the_dead_are_succeeded(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """I2, Q1: beside another process that is sending, a machine whose clock has jumped takes nothing from it; from a dead one it does."""
    post.acts("text")
    row = post.promise("一句", "post_high")
    assert in_one_go(lambda: take_next(post.ctx()))[1] is not None
    monkeypatch.setattr(claiming, "WALL", Ahead())
    held = replace(post.ctx(), clock_held=True)
    assert in_one_go(lambda: take_next(held)) == (delivery.NOTHING, None)
    monkeypatch.setattr(claiming, "has_ended", lambda lease: lease == again(row).lease)
    assert in_one_go(lambda: take_next(held))[1] is not None


@pytest.mark.parametrize("hours", [2, -2])
def test_machines_whose_clocks_differ(post: Post, monkeypatch: pytest.MonkeyPatch, hours: int) -> None:
    """I2, Q1: on PostgreSQL leases run on its time: who is two hours ahead takes nothing that is being sent, and who is as much
    behind takes what was dropped."""
    if not is_postgres():
        pytest.skip("SQLite has one machine")
    post.acts("text")
    row, machine = post.promise("一句", "post_high"), SystemClock.now
    assert in_one_go(lambda: take_next(post.ctx()))[1] is not None
    monkeypatch.setattr(SystemClock, "now", lambda self: machine(self) + hours * HOUR)
    if hours < 0:
        Outbox.update(lease_until=machine(SystemClock()) - timedelta(seconds=1)).where(Outbox.id == row.id).execute()
    assert (in_one_go(lambda: take_next(post.ctx()))[1] is not None) == (hours < 0)


def test_while_the_clock_is_wrong_nothing_calm_leaves_before_what_is_urgent(post: Post) -> None:
    """F1: what is held is not taken along because something urgent to the same person stands behind it."""
    post.acts("text")
    calm, urgent = post.promise("不急"), post.promise("急", "post_high")
    Sender(lambda: replace(post.ctx(), clock_held=True), post.platform, 2).round()
    assert (again(calm).state, again(urgent).state) == ("pending", "sent")


def test_who_ends_claims_nothing_more(post: Post) -> None:
    """Q1: a process that is told to end writes down what it is calling, and leaves the rest to the next one, however much waits."""
    post.acts("text")
    rows = [post.promise(f"{n}", "post_high") for n in range(4)]
    sender = Sender(post.ctx, post.platform, 1)

    def answer(told: Told) -> Sent:
        sender.stop()
        return Sent("ok", msgid=None)

    post.platform.answers["custom"] = answer
    sender.round()
    assert [again(row).state for row in rows] == ["sent", "pending", "pending", "pending"]
    Sender(post.ctx, post.platform, 1).round()
    assert {again(row).state for row in rows} == {"sent"} and len(post.sent()) == 4


def test_whoever_has_lost_the_lease_undoes_nothing(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """Q1: a call ends late; while that is written down another machine takes the row: one of the two has it, not both."""
    if not is_postgres():
        pytest.skip("SQLite's writers come one after the other")
    post.acts("text")
    row = post.promise("一句", "post_high")
    claimed = in_one_go(lambda: take_next(post.ctx()))[1]
    assert claimed is not None
    post.platform.answers["custom"] = says("retry", "-1")
    outcome, seen, taken = call(post.platform, claimed), [], threading.Event()
    Outbox.update(lease_until=SystemClock().now() - HOUR).where(Outbox.id == row.id).execute()
    real = delivery.AFTER.get("retry", delivery._try_later)

    def later(*given: Any) -> None:
        threading.Thread(target=take).start()
        taken.wait(0.5)
        real(*given)

    def take() -> None:
        try:
            seen.append(in_one_go(lambda: take_next(post.ctx()))[1])
        finally:
            taken.set()
            release()

    monkeypatch.setitem(delivery.AFTER, "retry", later)
    in_one_go(lambda: record(post.ctx(), outcome))
    assert seen == [None] and again(row).state == "pending"
