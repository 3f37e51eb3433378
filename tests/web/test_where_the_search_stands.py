"""A request's page says where the search really stands: nobody looked yet, nobody fits, or both sides are being asked (C4, D3, D5)."""

from datetime import date, timedelta

from flask import Flask

from handlers.cancelling import cancel_request
from handlers.desk_request import request_page
from handlers.offers import accept_offer, make_offer
from handlers.plan_drafts import find_draft, mark_ill, place
from handlers.plan_publishing import publish_plan
from handlers.proposals import agree_to_proposal
from handlers.visits import cant_come
from models.plans import PlanDraft, Proposal
from models.requests import Request
from models.visits import Visit
from models.workers import Leave
from tests.handlers.asking import TOMORROW, Desk, again, clocks, worker
from tests.web.lively import signed_in
from tests.web.test_in_a_hurry import press

NOBODY = "那个时间没有合适的师傅"


def away(desk: Desk, *names: str) -> list[Leave]:
    """These are off at the time that is wished for."""
    here, off = desk.ctx().community_id, {"starts_at": TOMORROW, "ends_at": TOMORROW + timedelta(hours=2), "reason": "off"}
    return [Leave.create(community_id=here, worker_id=worker(name).id, **off) for name in names]


def test_nobody_then_and_somebody_by_now(web: Flask, desk: Desk) -> None:
    """D3: whom nobody looked for is not said to be lacking; one press looks, and goes no further than it must."""
    desk.only("李师傅")
    off, request, chen = away(desk, "李师傅"), desk.request(), signed_in(web, "chenjie")
    url = f"/requests/{request.id}"
    page = chen.get(f"/console{url}").text
    assert NOBODY in page and "正在问居民" in page and "等居民选人" not in page
    off[0].delete_instance()
    page = chen.get(f"/console{url}").text
    assert NOBODY not in page and "有师傅能去" in page and "可以派" not in page
    press(chen, f"{url}/search")
    assert desk.able(request) == ["李师傅"] and again(request).widened == 0
    assert "正在问居民" not in chen.get(f"/console{url}").text and clocks("wider_unanswered", request.id) == []


def test_while_both_are_asked(web: Flask, desk: Desk) -> None:
    """D5: who would come and when, and who has said yes; nobody is to be chosen or sought meanwhile, also in the list of what waits."""
    desk.empty_tomorrow()
    request, chen, day = desk.request(), signed_in(web, "chenjie"), date(2026, 11, 25)
    draft = find_draft(desk.ctx("陈姐"), day)
    place(desk.ctx("陈姐"), day, draft.version if draft else 0, key=f"r{request.id}", worker_id=worker("李师傅").id, start=16 * 60)
    publish_plan(desk.ctx("陈姐"), day, find_draft(desk.ctx("陈姐"), day).version)
    url = f"/console/requests/{request.id}"
    page = chen.get(url).text
    assert "正在问居民和师傅" in page and "李师傅来，11月25日 周三 16:00—18:00。" in page and page.count("还没回") == 2
    assert "您不用做什么" in page and NOBODY not in page and f"{url}?open=assign" not in chen.get("/console/requests").text
    agree_to_proposal(desk.ctx("陈姐"), Proposal.get(Proposal.request_id == request.id).id)
    page = chen.get(url).text
    assert "答应了" in page and page.count("还没回") == 1 and "在问师傅" in page and "记答复" not in page
    assert "陈姐记下居民答应了" in page
    assert "在问师傅" in chen.get(f"/console/plan?day={day}").text


def test_the_wishes_that_decide_are_shown(web: Flask, desk: Desk) -> None:
    """C2, C4: whom they would like, and what is to be told, stand on the page of whoever looks for somebody."""
    request = desk.request(wishes={"sex": "f", "language": "上海话", "notes": ["带上拖把"]})
    page = signed_in(web, "chenjie").get(f"/console/requests/{request.id}").text
    assert all(words in page for words in ("上海话", "女", "带上拖把", "不会居民要的语言"))


def test_the_time_that_was_typed_counts(web: Flask, desk: Desk) -> None:
    """D5: a time typed into a thing's panel is asked about, and is the one that is put down, whichever button is pressed."""
    desk.empty_tomorrow()
    request, chen = desk.request(), signed_in(web, "chenjie")
    said = {"day": "2026-11-25", "thing": f"r{request.id}", "version": "0", "worker_id": str(worker("李师傅").id)}
    page = press(chen, "/plan/when", **said, at="16:30").text
    assert "16:30 请谁" in page and 'value="16:30"' in page
    press(chen, "/plan/move", **said, at="17:00")
    draft = find_draft(desk.ctx("陈姐"), date(2026, 11, 25))
    assert draft is not None and draft.moves[f"r{request.id}"]["start"] == 17 * 60


def test_what_was_not_done_is_not_to_be_paid(web: Flask, desk: Desk) -> None:
    """C7, G1: a visit that somebody else takes over, or that was cancelled in time, is nothing to pay; cancelled late it is the fee."""
    series, chen = desk.recurring(first=TOMORROW.replace(hour=9) + timedelta(days=1)), desk.ctx("陈姐")
    first = Request.get(Request.id == series.request_id)
    cant_come(desk.ctx("李师傅"), Visit.get(Visit.request_id == first.id).id, reason="sick")
    price = request_page(chen, first.id)["r"]["price"]
    assert price is not None and "要付" not in price["sum"]["words"]
    cancel_request(chen, first.id, reason="不来了")
    assert request_page(chen, first.id)["r"]["price"] is None
    late = desk.recurring(first=TOMORROW)
    desk.later(days=1, hours=4)
    cancel_request(desk.ctx("陈姐"), late.request_id, reason="不来了")
    assert request_page(desk.ctx("陈姐"), late.request_id)["r"]["price"]["sum"] == {"words": "临时取消", "why": "", "fen": 1600}


def test_what_an_illness_means_is_said_as_it_is(web: Flask, desk: Desk) -> None:
    """D7: nothing has to move; or nobody was found for what is left; each in its own words."""
    desk.empty_tomorrow()
    desk.only("李师傅")
    chen, day = signed_in(web, "chenjie"), date(2026, 11, 25)
    mark_ill(desk.ctx("陈姐"), day, 0, worker_id=worker("李师傅").id, at=600)
    PlanDraft.update(state="open").execute()
    page = chen.get(f"/console/plan?day={day}").text
    assert "不用挪别的" in page and "草稿：有人病假" in page and "0 处改动" not in page
    request = desk.request(starts_at=TOMORROW - timedelta(hours=6))
    make_offer(desk.ctx("陈姐"), request.id, worker_id=worker("李师傅").id)
    accept_offer(desk.ctx("李师傅"), desk.offer_of("李师傅"))
    PlanDraft.update(ill={str(worker("李师傅").id): 540}).execute()
    assert "下面红框里的没排出人来" in chen.get(f"/console/plan?day={day}").text
