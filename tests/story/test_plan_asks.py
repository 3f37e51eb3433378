"""What the day's plan asks, in the chat: a worker is ill, the resident and a colleague say yes by a word or a tap (D5, D7)."""

from datetime import date
from typing import Any

import pytest

from handlers.context import Context, staff_actor
from handlers.leaves import leaves_of
from handlers.plan_day import day_of
from handlers.plan_drafts import find_draft, mark_ill
from handlers.plan_problem import Problem
from handlers.plan_publishing import publish_plan
from handlers.plan_solving import work_plan
from models.people import Staff
from models.visits import Visit
from models.workers import Leave, Worker
from tests.story.world import World

pytestmark = pytest.mark.slow
TODAY = date(2026, 11, 24)


def ill(world: World, called: str, instead: str) -> Visit:
    """陈姐 marks somebody ill from ten; the planner gives their one visit of the afternoon to another; it is published."""
    ctx = Context(staff_actor(Staff.get(Staff.called == "陈姐")), world.clock.now(), world.settings)
    gone, other = (Worker.get(Worker.called == name) for name in (called, instead))
    visit = Visit.get(Visit.worker_id == gone.id, Visit.state == "scheduled")

    def planner(problem: Problem, seconds: float) -> dict[str, Any]:
        assert problem.event == {"worker": f"w{gone.id}", "at": 600}
        return {"assignments": {f"v{visit.id}": {"worker": f"w{other.id}", "start": 14 * 60}}}

    mark_ill(ctx, TODAY, 0, worker_id=gone.id, at=600)
    assert work_plan(ctx, planner)
    draft = find_draft(ctx, TODAY)
    assert draft is not None and publish_plan(ctx, TODAY, draft.version)["asked"] == 1
    world.settle()
    return visit


def test_a_colleague_comes_instead(world: World) -> None:
    """D7, E2, Q2: asked with taps, answered by a word; settled with the second yes, and both read it once."""
    visit = ill(world, "李师傅", "孙师傅")
    assert "孙师傅来" in world.newest("刘大爷", "请您定") and world.newest("孙师傅", "14:00")
    asked = world.say("刘大爷", "好")  # after a template message one writes, and reads it whole
    assert "李师傅病了" in asked and "下午2点" in asked and "¥72" in asked
    assert "另一边也在问" in world.tap("刘大爷", asked, "好，就这样")
    replaces = world.say("孙师傅", "好")
    assert "您能替一下吗" in replaces and "都安排好了" in world.tap("孙师傅", replaces, "好，就这样")
    stands = Visit.get(Visit.request_id == visit.request_id, Visit.state == "scheduled")
    assert Worker.get(Worker.id == stands.worker_id).called == "孙师傅"
    world.settle()
    told = [m.text for m in world.inbox_of("刘大爷")]
    assert len(told) == 1 and "约好了。孙师傅今天" in told[0]  # neither an offer nor an agreement to confirm once more


def test_who_says_so_is_ill_for_the_desk_too(world: World) -> None:
    """F4, D7: 我病了 in the chat and an illness that a colleague marks are one thing on the day's plan and in the worker's file."""
    for who, words, why in (("李师傅", "我今天发烧来不了", "ill"), ("孙师傅", "我儿子发烧了 今天去不了", "off")):
        world.say(who, words)
        worker = Worker.get(Worker.called == who)
        ctx = Context(staff_actor(Staff.get(Staff.called == "陈姐")), world.clock.now(), world.settings)
        assert [away[2] for away in day_of(ctx, TODAY).crew[worker.id].away] == [why]
        assert [bool(off["why"]) for off in leaves_of(ctx, worker.id)] == [why == "ill"]


@pytest.mark.parametrize("words", ["刘叔住院了 今天还去不去", "高先生阳了", "我婆婆病了"])
def test_where_somebody_else_is_ill_no_leave_is_taken(world: World, words: str) -> None:
    """F4: a worker speaks of a resident, or of their own family: what they want is asked, not guessed."""
    worker = Worker.get(Worker.called == "李师傅")
    said = world.say("李师傅", words).text
    assert "休息" not in said and ("去不" not in words or "您是说" in said)
    assert not Leave.select().where(Leave.worker_id == worker.id).exists()


def test_an_old_card_is_about_its_own_leave(world: World) -> None:
    """F4, Q2: a tap on the card of a leave that was taken back gives nothing up that lies in a newer one."""
    asked = world.say("李师傅", "今天请假")
    world.say("李师傅", "今天不请假了")
    assert "已经接了" in world.say("李师傅", "今天下午请假").text
    assert "没有您的单" in world.tap("李师傅", asked, "去不了，另找人").text
    assert Visit.select().where(Visit.worker_id == Worker.get(Worker.called == "李师傅").id, Visit.state == "scheduled").exists()
