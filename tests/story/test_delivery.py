"""The way out: windows, templates, the call list, faults of the platform, crashes (Q1, F1)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import requests

from handlers.cards import card
from handlers.clock import SHANGHAI
from handlers.context import Context, Refused, person_actor, system_actor
from handlers.notices import NOTICES, Notice, register
from handlers.outbox import tell
from models.messages import CallTask, Inbox, Outbox, PlatformToken
from models.people import Identity, Person
from tests.story.world import World

pytestmark = pytest.mark.slow
UNCLE = "刘大爷"

if "test_word" not in NOTICES:
    register(
        Notice("test_word", lambda t: card(t["words"]), urgency="high"),
        Notice("test_calm", lambda t: card(t["words"])),
        Notice("test_once", lambda t: card(t["words"]), urgency="high", harmless_twice=False),
    )


def uncle() -> Person:
    return Person.get(Person.called == UNCLE)


def promise(world: World, words: str, notice: str = "test_word", **more: Any) -> Outbox:
    """One promised notice for 刘大爷."""
    person = uncle()
    ctx = Context(system_actor(person.community_id), world.clock.now(), world.settings)
    tell(ctx, person.id, notice, key=f"test:{words}", words=words, **more)
    return Outbox.select().order_by(Outbox.id.desc()).get()


def again(row: Outbox) -> Outbox:
    return Outbox.get(Outbox.id == row.id)


def fault(world: World, **given: Any) -> None:
    requests.post(f"{world.simulator.url}/sandbox/faults", json=given, timeout=10).raise_for_status()


def calls(world: World, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = requests.get(
        f"{world.simulator.url}/sandbox/calls", params={"path": path}, timeout=10
    ).json()
    return found


def test_a_text_opens_five_messages_then_a_person_phones(world: World) -> None:
    """Q1: 48 hours and 5 messages after a text; what has no template then goes to the call list, with the words to say."""
    world.say(UNCLE, "你好")
    rows = [promise(world, f"第{n}句") for n in range(6)]
    world.settle()
    assert [again(r).state for r in rows] == ["sent"] * 5 + ["called"]
    assert [m.text for m in world.inbox_of(UNCLE)] == [f"第{n}句" for n in range(5)]
    assert "第5句" in CallTask.get(CallTask.outbox_id == rows[5].id).words


def test_the_platform_is_believed_when_it_says_no(world: World) -> None:
    """Q1: 45015 although we counted a window: it is closed, and the next way is taken; nothing is sent twice."""
    world.say(UNCLE, "你好")
    fault(world, rate=1, kinds=["45015"], endpoints=["/cgi-bin/message/custom/send"])
    row = promise(world, "一句")
    world.settle()
    assert again(row).state == "called" and "custom" in again(row).refused_channels


def test_busy_is_tried_again_later_and_sent_once(world: World) -> None:
    """Q1: -1 twice, then it goes; one bubble."""
    world.say(UNCLE, "你好")
    fault(world, rate=1, kinds=["-1"], endpoints=["/cgi-bin/message/custom/send"], count=2)
    row = promise(world, "一句")
    world.settle()
    assert again(row).state == "pending" and again(row).error
    for _step in range(4):
        world.move_on(seconds=40)
    assert again(row).state == "sent" and [m.text for m in world.inbox_of(UNCLE)] == ["一句"]


def test_a_token_that_is_refused_for_ever_ends_in_patience(world: World) -> None:
    """Q1: 40001 without end: one refresh and one repeat a send, no storm; when it works again the message goes."""
    world.say(UNCLE, "你好")
    fault(world, rate=1, kinds=["40001"], endpoints=["/cgi-bin/message/custom/send"])
    row = promise(world, "一句")
    world.settle()
    fetched = len(calls(world, "/cgi-bin/stable_token"))
    assert again(row).state == "pending" and fetched <= 3
    fault(world, rate=0, kinds=[])
    PlatformToken.update(token=None, lease_until=None).execute()
    world.move_on(minutes=2)
    assert again(row).state == "sent"


def test_a_lost_answer_of_a_template_message_is_one_message(world: World) -> None:
    """Q1: the platform took it, its answer was lost: repeated with the same client_msg_id, it arrives once."""
    fault(world, rate=1, kinds=["drop_reply"], endpoints=["/cgi-bin/message/template/send"], count=1)
    world.set_clock("2026-11-24T13:00:05+08:00")
    world.settle()
    world.move_on(minutes=2)
    mine = [m for m in world.inbox_of("李师傅") if "上门" in m.text]
    assert len(mine) == 1
    assert Outbox.select().where(Outbox.notice == "visit_hour", Outbox.state == "sent").count() == 2


def test_after_a_crash_in_mid_send(world: World) -> None:
    """Q1: a row whose sender died is sent again if that does no harm; else a person phones."""
    world.say(UNCLE, "你好")
    long_ago = datetime(2026, 1, 1, tzinfo=SHANGHAI)
    rows = [promise(world, "可以重复"), promise(world, "只能一次", "test_once")]
    for row in rows:
        row.change(state="sending", lease="gone", lease_until=long_ago, channel="custom")
    world.settle()
    assert [again(r).state for r in rows] == ["sent", "called"]


def test_the_night_is_quiet(world: World) -> None:
    """Q1: between ten and seven a calm notice waits for the morning; what is urgent does not."""
    world.set_clock("2026-11-24T22:30:00+08:00")
    world.say(UNCLE, "你好")
    calm, urgent = promise(world, "明早再说", "test_calm"), promise(world, "现在就说")
    world.settle()
    assert again(calm).state == "pending" and again(urgent).state == "sent"
    assert again(calm).next_at == datetime(2026, 11, 25, 7, 0, tzinfo=SHANGHAI)
    world.move_to(datetime(2026, 11, 25, 7, 0, 5, tzinfo=SHANGHAI))
    assert again(calm).state == "sent"


def test_what_became_untrue_is_skipped_with_its_reason(world: World) -> None:
    """Q1, F1: a cancelled visit's reminder is not sent; the reason is kept."""
    person = uncle()
    world.say(UNCLE, "取消")
    world.say(UNCLE, "对")
    world.set_clock("2026-11-24T13:00:05+08:00")
    world.settle()
    told = Outbox.select().where(Outbox.person_id == person.id, Outbox.notice == "visit_hour", Outbox.state == "sent")
    assert told.count() == 0


def test_whoever_left_is_phoned(world: World) -> None:
    """Q1: unsubscribed: no message can reach them."""
    world.event(UNCLE, "unsubscribe")
    row = promise(world, "一句")
    world.settle()
    assert again(row).state == "called" and not Identity.get(Identity.person_id == uncle().id).follows


def test_a_failed_receipt_goes_on_by_another_way(world: World) -> None:
    """Q1: TEMPLATESENDJOBFINISH says failed: a person phones."""
    world.set_clock("2026-11-24T13:00:05+08:00")
    world.settle()
    row = Outbox.get(Outbox.notice == "visit_hour", Outbox.person_id == uncle().id)
    assert row.state == "sent" and row.msgid
    world.set_clock("2026-11-24T13:01:00+08:00")  # the platform's own receipt came in the second before
    world.event(UNCLE, "TEMPLATESENDJOBFINISH", MsgID=row.msgid, Status="failed:user block")
    assert again(row).state == "called"


def test_a_poisoned_push_is_laid_aside_after_five_tries(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Q1: it fails again and again: it is dead, the person gets a kind word, the others' pushes are not held up."""

    def explode(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError("poison")

    monkeypatch.setattr("bot.work.route", explode)
    assert world.say(UNCLE, "有毒的一句", settle=False).raw == "success"
    for _try in range(8):
        world.move_on(hours=7)
    assert [r.state for r in Inbox.select().where(Inbox.state.in_(("new", "dead")))] == ["dead"]
    monkeypatch.undo()
    assert world.say("许女士", "你好").text
    assert Outbox.select().where(Outbox.notice == "bot_sorry").count() == 1


def test_nobody_acts_for_somebody_else(world: World) -> None:
    """A6: a use case asks for the role; a resident is no coordinator."""
    ctx = Context(person_actor(uncle()), world.clock.now(), world.settings)
    with pytest.raises(Refused):
        ctx.need("coordinator")
    assert ctx.now - timedelta(0) == ctx.now
