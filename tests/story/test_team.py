"""Two who come together, from the wish to the stars, in the chat: each for his own part, the resident once for both (C2, D3)."""

from datetime import datetime

import pytest

from handlers.clock import SHANGHAI
from models.requests import Request
from models.visits import Visit
from models.voices import Rating
from tests.story.desk import Desk
from tests.story.world import World

AUNT, LI, SUN = "王阿姨", "李师傅", "孙师傅"
pytestmark = [pytest.mark.slow, pytest.mark.both]


def ask_for_two(world: World) -> Request:
    """One sentence, the address, a yes; 陈姐 lets it pass."""
    world.tap(AUNT, world.event(AUNT, "subscribe"), "同意")
    world.say(AUNT, "明天下午三点要两个师傅来打扫，两小时")
    card = world.say(AUNT, "幸福里3号楼2单元501，王阿姨")
    assert "2" in card and "¥160" in card
    world.say(AUNT, "对")
    request = Request.select().where(Request.state == "submitted").order_by(Request.id.desc()).get()
    url = f"/console/requests/{request.id}"
    Desk(world.url).send(f"{url}/approve", url)
    world.settle()
    return Request.get(Request.id == request.id)


def test_two_come_together(world: World) -> None:
    """C2, D3, E2, F1-F3, H1: chosen one after the other, told once, signed once, checked in, paid and rated each for himself."""
    request = ask_for_two(world)
    second = world.tap(AUNT, world.newest(AUNT, "第1位请哪一位"), LI)
    assert "和李师傅一起" in second and not any(LI in words for words in second.taps)
    world.tap(AUNT, second, SUN)
    assert "2位一起" in world.newest(LI, "80.00").text
    assert "2位一起做" in world.say(LI, "接")
    assert "孙师傅" not in world.newest(AUNT, "李师傅已经接了").text
    assert "确认好了" in world.say(LI, "确认")
    world.say(SUN, "接")
    ready = world.newest(AUNT, "李师傅和孙师傅")
    assert "一共" in ready and "就这样定下来吗" in ready
    world.say(AUNT, "同意")
    world.say(SUN, "确认")
    assert "李师傅和孙师傅" in world.newest(AUNT, "约好了").text
    assert "第1位" in world.say(AUNT, "我的预约")
    one, other = Visit.select().where(Visit.state == "scheduled", Visit.number.startswith(request.number)).order_by(Visit.request_id)

    world.move_to(datetime(2026, 11, 24, 19, 0, 5, tzinfo=SHANGHAI))
    assert [m.text.count("师傅") for m in world.inbox_of(AUNT) if "提醒您一声" in m.text] == [2]
    world.move_to(datetime(2026, 11, 25, 14, 0, 5, tzinfo=SHANGHAI))
    hour = world.newest(AUNT, "上门码").text
    assert f"李师傅 {one.code}" in hour and f"孙师傅 {other.code}" in hour
    world.move_to(datetime(2026, 11, 25, 14, 58, 0, tzinfo=SHANGHAI))
    for name, visit in ((LI, one), (SUN, other)):
        assert "签到好了" in world.say(name, visit.code)
    world.move_to(datetime(2026, 11, 25, 17, 0, 5, tzinfo=SHANGHAI))
    for name, visit in ((LI, one), (SUN, other)):
        world.say(name, "做完了")
        done = world.newest(AUNT, "做完了")
        assert name in done.text
        world.tap(AUNT, done, "都对")
        card = world.say(AUNT, "付了现金")
        world.tap(AUNT, card, "★★★★★")
        assert Visit.get(Visit.id == visit.id).state == "closed"
    assert Rating.select().where(Rating.visit_id.in_([one.id, other.id]), Rating.by == "resident").count() == 2
    assert {p.state for p in Request.select().where(Request.team_id == request.id)} == {"closed"}
