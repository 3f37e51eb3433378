"""Who is a moment late for the token takes the one that has just come (Q1)."""

import threading
from datetime import datetime, timedelta

import pytest

from handlers.tokens import DatabaseTokens
from models.connection import release
from tests.delivery.post import Post

APP = "wx1"


@pytest.mark.both
def test_one_that_came_between_the_look_and_the_question(post: Post) -> None:
    """Q1: two senders find none; one has asked and kept it before the other's turn: that one waits, and finds it."""
    store, now = DatabaseTokens(), post.clock.now()
    assert store.read(APP, now) is None, "both look"
    assert store.may_ask(APP, now, None, force=False) == "ask"
    store.keep(APP, "fresh", now + timedelta(hours=2), forced=False)
    assert store.may_ask(APP, now, None, force=False) == "wait", "the late one"
    assert store.read(APP, now) == "fresh"


@pytest.mark.both
def test_two_machines_that_find_none_at_the_same_moment(post: Post) -> None:
    """Q1: both have looked before either asks: one asks, the other waits for it."""
    DatabaseTokens().may_ask(APP, post.clock.now() - timedelta(minutes=5), None, force=False)
    DatabaseTokens().give_up(APP)
    for number in range(5):
        barrier, said, now = threading.Barrier(3), [], post.clock.now() + timedelta(minutes=number)

        def ask(barrier: threading.Barrier = barrier, said: list[str] = said, now: datetime = now) -> None:
            barrier.wait(5)
            said.append(DatabaseTokens().may_ask(APP, now, None, force=False))
            release()

        threads = [threading.Thread(target=ask) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(said)[0] == "ask" and said.count("ask") == 1
        DatabaseTokens().give_up(APP)


@pytest.mark.both
def test_a_question_that_failed_is_not_asked_again_at_once(post: Post) -> None:
    """Q1: where nothing came there is nothing to wait for: rest for ten seconds, then ask."""
    store, now = DatabaseTokens(), post.clock.now()
    assert store.may_ask(APP, now, None, force=False) == "ask"
    store.give_up(APP)
    assert store.may_ask(APP, now, None, force=False) == "rest"
    assert store.may_ask(APP, now + timedelta(seconds=11), None, force=False) == "ask"
