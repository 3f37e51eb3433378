"""The main job, from a chat message to a rating, over HTTP pushes and the imitated platform.

A1, C1-C4, D1-D4, E1-E2, F1-F3, H1, I1-I2, J2.
"""

from datetime import datetime

import pytest

from handlers.clock import SHANGHAI
from models.messages import Outbox
from models.requests import Offer, Request
from models.visits import Agreement, Payment, Visit
from models.voices import Complaint, Rating, SurveyPrompt
from tests.story.desk import Desk
from tests.story.world import Said, World

AUNT = "王阿姨"
pytestmark = pytest.mark.slow


def book(world: World) -> Request:
    """Follows, agrees, says one sentence and the address, and hands it in."""
    hello = world.event(AUNT, "subscribe")
    world.tap(AUNT, hello, "同意")
    asked = world.say(AUNT, "明天下午三点找个保洁，擦玻璃，两小时，预算150")
    assert "上门到哪里" in asked
    card = world.say(AUNT, "幸福里3号楼2单元501，王阿姨")
    assert "下午3点" in card and "擦玻璃" in card and "¥80" in card
    done = world.say(AUNT, "对")
    assert "交上去了" in done
    return Request.select().where(Request.state == "submitted").order_by(Request.id.desc()).get()


def approve(world: World, request: Request) -> Said:
    """陈姐 approves at the desk; the resident gets the cards."""
    url = f"/console/requests/{request.id}"
    Desk(world.url).send(f"{url}/approve", url)
    world.settle()
    return world.newest(AUNT, "都能来")


def take(world: World, cards: Said, who: str = "李师傅") -> Said:
    """The resident chooses, the worker takes it."""
    world.tap(AUNT, cards, who)
    assert any("¥80" in m.text or "80.00" in m.text for m in world.inbox_of(who))
    return world.say(who, "接")


def sign(world: World, who: str = "李师傅") -> Visit:
    """Both confirm the terms."""
    assert "确认好了" in world.say(who, "确认")
    assert "约好了" in world.say(AUNT, "同意")
    return Visit.select().order_by(Visit.id.desc()).get()


@pytest.mark.both
def test_the_whole_story(world: World) -> None:
    """C1-C4, D1-D4, E2, F1-F3, H1, I1, J2: each line of it by chat, in the order a person would do it."""
    request = book(world)
    assert Request.get(Request.id == request.id).person_id
    cards = approve(world, request)
    assert len(cards.taps) == 5 and "★" in cards.text
    take(world, cards)
    visit = sign(world)
    agreement = Agreement.get(Agreement.id == visit.agreement_id)
    assert agreement.state == "sealed" and agreement.seal

    world.move_to(datetime(2026, 11, 24, 19, 0, 5, tzinfo=SHANGHAI))
    assert world.newest(AUNT, "提醒您一声") and world.newest("李师傅", "提醒您一声")
    world.move_to(datetime(2026, 11, 25, 14, 0, 5, tzinfo=SHANGHAI))
    assert visit.code in world.newest(AUNT, "上门码").text
    assert "501" in world.newest("李师傅", "出发").text

    world.say("李师傅", "出发了")
    world.newest(AUNT, "出发了")
    world.move_to(datetime(2026, 11, 25, 14, 58, 0, tzinfo=SHANGHAI))
    wrong = "1111" if visit.code != "1111" else "2222"
    assert "码不对" in world.say("李师傅", wrong), "four digits are the code, with 到了 before them or without"
    world.say("李师傅", "到了")
    assert "码不对" in world.say("李师傅", wrong)
    assert "签到好了" in world.say("李师傅", visit.code)
    world.move_to(datetime(2026, 11, 25, 17, 0, 5, tzinfo=SHANGHAI))
    world.say("李师傅", "做完了")
    assert "¥80" in world.newest(AUNT, "做完了").text
    assert "确认好了" in world.say(AUNT, "没问题")
    card = world.say(AUNT, "付了现金")
    assert "怎么样" in card
    assert Payment.select().where(Payment.visit_id == visit.id).count() == 1
    world.tap(AUNT, card, "★★★★★")
    assert "记好了" in world.say(AUNT, "擦得很亮")
    world.say("李师傅", "5")
    assert [r.stars for r in Rating.select().where(Rating.visit_id == visit.id).order_by(Rating.by)] == [5, 5]
    assert Visit.get(Visit.id == visit.id).state == "closed"
    assert Request.get(Request.id == request.id).state == "closed"
    world.move_on(days=3, hours=2)
    world.newest(AUNT, "满意度")
    assert SurveyPrompt.select().where(SurveyPrompt.visit_id == visit.id, SurveyPrompt.state == "asked").exists()


def test_a_complaint_gets_a_number_and_an_answer(world: World) -> None:
    """I1, I2, I3: receipt at once, a running clock, the answer from the desk reaches the resident."""
    world.tap(AUNT, world.event(AUNT, "subscribe"), "同意")
    said = world.say(AUNT, "我要投诉，上次的师傅把花瓶打碎了")
    complaint = Complaint.select().order_by(Complaint.id.desc()).get()
    assert complaint.number in said.text and "4 个工作小时" in said.text
    desk, url = Desk(world.url), f"/console/complaints/{complaint.id}"
    desk.send(f"{url}/answer", url, words="对不住您，我们照价赔。")
    world.settle()
    assert "照价赔" in world.newest(AUNT, "照价赔").text
    desk.send(f"{url}/resolve", url, result="赔偿 60 元，师傅已道歉。")
    world.settle()
    card = world.newest(AUNT, "60")
    world.tap(AUNT, card, "满意")
    assert Complaint.get(Complaint.id == complaint.id).state == "closed"


def test_the_coordinator_asks_back_and_rejects(world: World) -> None:
    """C4: the question reaches the resident in the chat, the answer the desk; a rejection carries its reason."""
    request = book(world)
    desk, url = Desk(world.url), f"/console/requests/{request.id}"
    desk.send(f"{url}/ask", url, question="家里有梯子吗？")
    world.settle()
    card = world.newest(AUNT, "梯子")
    world.tap(AUNT, card, "我来回答")
    world.say(AUNT, "有梯子的")
    assert Request.get(Request.id == request.id).state == "submitted"
    assert "有梯子的" in desk.read(url)
    desk.send(f"{url}/reject", url, reason="外墙玻璃太高，师傅擦不了。")
    world.settle()
    world.newest(AUNT, "外墙玻璃太高")
    assert Request.get(Request.id == request.id).state == "rejected"


def test_the_next_worker_is_asked_and_then_a_coordinator(world: World) -> None:
    """D4: no and silence move on; then the resident is asked for another hour; their no reaches a coordinator, and that is told."""
    request = book(world)
    cards = approve(world, request)
    world.tap(AUNT, cards, "你们安排")
    asked: list[str] = []
    for _round in range(12):
        offer = Offer.select().where(Offer.request_id == request.id, Offer.state == "open").first()
        if offer is None:
            break
        asked.append(offer.terms["worker"])
        world.say(offer.terms["worker"], "去不了") if len(asked) % 2 else world.move_on(minutes=11)
    assert len(asked) == len(set(asked)) >= 3
    world.newest(AUNT, "可以吗")
    said = world.say(AUNT, "不行")
    for _question in range(3):
        said = said if "同事正在找人" in said else world.say(AUNT, "不行")
    assert "来不了" in said and "同事正在找人" in said
    assert "没人接" in Desk(world.url).read("/console/")


def test_nothing_is_told_twice(world: World) -> None:
    """Q1: a repeated push, in turn and eight at once, has one effect and the same reply."""
    world.tap(AUNT, world.event(AUNT, "subscribe"), "同意")
    first = world.push(AUNT, {"MsgType": "text", "Content": "后天上午九点打扫两小时"}, repeat=3, concurrent=8)
    replies = {r["reply"].get("Content") for r in first if r["reply"]}
    assert all(r["status"] == 200 for r in first) and len(replies) == 1
    assert Request.select().where(Request.state == "draft").count() == 1
    assert Outbox.select().where(Outbox.state == "dead").count() == 0


def test_a_way_out_at_every_step(world: World) -> None:
    """C3, B5: 算了 drops it, 转人工 reaches a person who can take over, and the bot is silent meanwhile."""
    world.tap(AUNT, world.event(AUNT, "subscribe"), "同意")
    world.say(AUNT, "找个保洁")
    assert "没有交上去" in world.say(AUNT, "算了")
    world.say(AUNT, "找个保洁")
    assert "同事来" in world.say(AUNT, "转人工")
    desk = Desk(world.url, "xiaolin")
    page = desk.read("/console/handovers")
    url = page.split('href="/console/handovers/')[1].split('"')[0]
    desk.send(f"/console/handovers/{url}/take", f"/console/handovers/{url}")
    assert world.say(AUNT, "我听不懂套餐").text == ""
    assert "我听不懂套餐" in desk.read(f"/console/handovers/{url}")
    desk.send(f"/console/handovers/{url}/say", f"/console/handovers/{url}", words="阿姨您好，我来帮您。")
    world.settle()
    world.newest(AUNT, "我来帮您")
    desk.send(f"/console/handovers/{url}/close", f"/console/handovers/{url}")
    assert "什么" in world.say(AUNT, "你好").text or "接着" in world.say(AUNT, "你好").text


def test_danger_comes_first(world: World) -> None:
    """C5: words of danger are answered at once with the numbers, in the middle of anything."""
    world.tap(AUNT, world.event(AUNT, "subscribe"), "同意")
    world.say(AUNT, "找个保洁")
    said = world.say(AUNT, "我老伴摔倒了起不来")
    assert "120" in said.text.split("\n")[0]
    assert "摔倒" in Desk(world.url).read("/console/")


def test_a_counter_offer_is_agreed(world: World) -> None:
    """E1: another hour, put before the resident, agreed by a tap."""
    cards = approve(world, book(world))
    world.tap(AUNT, cards, "李师傅")
    world.inbox_of("李师傅")
    world.say("李师傅", "可以接，但是要改到下午四点")
    card = world.newest(AUNT, "不过想这样")
    assert "4点" in card.text or "16:00" in card.text
    world.tap(AUNT, card, "行")
    visit = sign(world)
    assert visit.starts_at.astimezone(SHANGHAI).hour == 16
