"""What the platform takes in a day and a minute is known and slowed before it is spent; what does not work rests (Q1)."""

from datetime import datetime, timedelta

import pytest

from handlers.clock import SHANGHAI
from handlers.gates import Rest, count_call, gate_of, may_call, note_answer, note_limit, rest_of
from handlers.settings import load_settings
from models.messages import Outbox
from models.sending import ApiGate
from tests.delivery.post import Post, again, says

pytestmark = pytest.mark.both
APP = "wx1a2b3c4d5e6f7a8b"


def with_quotas(post: Post, **quotas: int) -> None:
    post.settings = load_settings(database={"url": post.settings.database.url}, demo={"enabled": True}, quotas=quotas)


def test_a_days_number_is_slowed_before_it_is_spent(post: Post) -> None:
    """Q1: from four fifths on only what is urgent goes by that call; the rest waits for the next day in Shanghai."""
    with_quotas(post, template_per_day=10)
    calm = [post.promise(f"{n}", "post_template") for n in range(9)]
    Outbox.update(urgency="normal").execute()
    post.send()
    assert [again(r).state for r in calm] == ["sent"] * 8 + ["pending"]
    urgent = [post.promise(f"急{n}", "post_template") for n in range(3)]
    post.send()
    assert [again(r).state for r in urgent] == ["sent", "sent", "called"]
    waits = again(calm[8]).next_at.astimezone(SHANGHAI)
    assert waits.date() == datetime(2026, 11, 25).date() and waits.hour == 0
    post.clock.set(datetime(2026, 11, 25, 8, 0, tzinfo=SHANGHAI))
    post.send()
    assert again(calm[8]).state == "sent" and gate_of(APP, "template").used == 1


def test_45009_stops_that_call_until_midnight(post: Post) -> None:
    """Q1: one answer, and nobody asks again that day; what is urgent goes another way, other calls go on."""
    post.platform.answers["template"] = says("quota", "45009")
    urgent, calm = post.promise("急", "post_template"), post.promise("缓", "post_template")
    Outbox.update(urgency="normal").where(Outbox.id == calm.id).execute()
    post.send()
    assert again(urgent).state == "called" and again(calm).state == "pending"
    assert len(post.sent("template")) == 1 and again(calm).attempts == 0
    post.acts("text")
    post.promise("别的路", "post_high")
    post.send()
    assert len(post.sent("custom")) == 1
    post.platform.answers.clear()
    post.clock.set(datetime(2026, 11, 25, 8, 0, tzinfo=SHANGHAI))
    post.send()
    assert again(calm).state == "sent"


def test_45011_waits_for_the_next_minute(post: Post) -> None:
    """Q1: too fast: the minute is waited for, and no try is lost."""
    post.platform.answers["template"] = says("slow", "45011")
    row = post.promise("一句", "post_template")
    post.send()
    assert again(row).state == "pending" and again(row).attempts == 0 and len(post.sent()) == 1
    post.platform.answers.clear()
    post.clock.advance(seconds=90)
    post.send()
    assert again(row).state == "sent"


def test_what_fails_again_and_again_rests(post: Post) -> None:
    """Q1: after five failures in a row the call rests half a minute, then one tries; tries are not lost by resting."""
    post.platform.answers["template"] = says("retry", "-1")
    people = [i.person_id for i in post.account.select().where(post.account.__class__.app_id == APP)]
    rows = [post.promise(f"{n}", "post_template") for n in range(20)]
    for row, person in zip(rows, people * 20, strict=False):
        row.change(person_id=person)
    post.send()
    assert len(post.sent()) == 5
    for _minute in range(4):
        post.clock.advance(seconds=31)
        post.send()
    assert len(post.sent()) <= 5 + 4
    post.platform.answers.clear()
    for _minute in range(40):
        post.clock.advance(seconds=60)
        post.send()
    assert {again(r).state for r in rows} == {"sent"}


def test_one_call_tries_after_a_rest(post: Post) -> None:
    """Q1: half-open: the first that leaves keeps the others waiting until its answer is there."""
    now = post.clock.now()
    for _failure in range(5):
        note_answer(post.settings, APP, "custom", now, failed=True, why="no answer")
    assert isinstance(may_call(post.settings, gate_of(APP, "custom"), "high", now), Rest)
    later = now + timedelta(seconds=31)
    assert may_call(post.settings, gate_of(APP, "custom"), "high", later) is None
    count_call(post.settings, gate_of(APP, "custom"), later)
    assert may_call(post.settings, gate_of(APP, "custom"), "high", later + timedelta(seconds=1)) is not None
    note_answer(post.settings, APP, "custom", later, failed=False)
    assert may_call(post.settings, gate_of(APP, "custom"), "high", later + timedelta(seconds=1)) is None


def test_the_pace_is_even(post: Post) -> None:
    """Q1: so many in a minute, spread evenly; a second's worth may leave at once."""
    with_quotas(post, each_per_min=60)
    now, left = post.clock.now(), 0
    for step in range(100):
        moment = now + timedelta(milliseconds=100 * step)
        if may_call(post.settings, gate_of(APP, "template"), "high", moment) is None:
            count_call(post.settings, gate_of(APP, "template"), moment)
            left += 1
    assert 10 <= left <= 12


def test_a_clock_that_was_moved_back_ends_a_rest(post: Post) -> None:
    """Q1: a rest holds from its beginning; whoever moves the clock before it is not held for a year."""
    now = post.clock.now()
    note_limit(APP, "custom", now, now + timedelta(days=400), "45009")
    row = gate_of(APP, "custom")
    assert rest_of(row, now) is not None and rest_of(row, now - timedelta(hours=2)) is None
    assert rest_of(row, now + timedelta(days=2)) is None
    ApiGate.update(held_until=None, next_free=now + timedelta(days=400)).execute()
    assert may_call(post.settings, gate_of(APP, "custom"), "high", now) is None
