"""Who is a moment late for the token takes the one that has just come (Q1)."""

from datetime import timedelta

import pytest

from handlers.tokens import DatabaseTokens
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
def test_a_question_that_failed_is_not_asked_again_at_once(post: Post) -> None:
    """Q1: where nothing came there is nothing to wait for: rest for ten seconds, then ask."""
    store, now = DatabaseTokens(), post.clock.now()
    assert store.may_ask(APP, now, None, force=False) == "ask"
    store.give_up(APP)
    assert store.may_ask(APP, now, None, force=False) == "rest"
    assert store.may_ask(APP, now + timedelta(seconds=11), None, force=False) == "ask"
