"""The desk in a hurry: taking back, pressing twice, coming second, coming back to an old page; never an error page (C4, A5, I2, B5, Q1)."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from handlers.clock import ManualClock
from models.clocks import Alert, Deadline, Event
from models.messages import CallTask, Outbox
from models.people import Look, Person
from models.requests import Note, Offer, Request
from models.talk import ChatLine, Handover
from models.voices import Complaint, ComplaintLine
from models.workers import Worker
from tests.web.lively import Lively, signed_in, token_of

WAITING = 46  # 何女士's request, which waits for its review


@pytest.fixture
def chen(web: Flask) -> FlaskClient:
    return signed_in(web, "chenjie")


def press(client: FlaskClient, path: str, **fields: str) -> Any:
    """Sends a form as the page would, and goes where it leads."""
    sent = client.post(f"/console{path}", data={"csrf_token": token_of(client), **fields})
    return client.get(sent.headers["Location"]) if sent.status_code == 303 else sent


def promised(request_id: int) -> list[tuple[str, str]]:
    rows = Outbox.select().where(Outbox.subject_kind == "request", Outbox.subject_id == request_id).order_by(Outbox.id)
    return [(row.notice, row.state) for row in rows]


def test_an_approval_can_be_taken_back_before_anybody_is_told(web: Flask, chen: FlaskClient, clock: ManualClock) -> None:
    """C4: for ten seconds the telling waits; taken back, nobody was told and the review's clock runs on."""
    page = press(chen, f"/requests/{WAITING}/approve").text
    assert "撤回" in page and Request.get_by_id(WAITING).state == "matching"
    assert Outbox.get(Outbox.subject_id == WAITING, Outbox.notice == "recommendation").not_before > clock.now()
    press(chen, f"/requests/{WAITING}/approve/undo")
    assert Request.get_by_id(WAITING).state == "submitted" and promised(WAITING) == [("recommendation", "skipped")]
    assert Deadline.get(Deadline.kind == "review_due", Deadline.subject_id == WAITING).state == "open"
    press(chen, f"/requests/{WAITING}/approve")
    assert promised(WAITING)[-1] == ("recommendation", "pending")


@pytest.mark.parametrize("who, seconds, sent", [("chenjie", 11, False), ("chenjie", 2, True), ("admin", 2, False)])
def test_what_was_told_is_not_taken_back(
    who: str, seconds: int, sent: bool, web: Flask, chen: FlaskClient, clock: ManualClock
) -> None:
    """C4: after its time, once something went out, or by somebody else: kind words, and nothing changes."""
    press(chen, f"/requests/{WAITING}/approve")
    clock.advance(seconds=seconds)
    if sent:
        Outbox.update(state="sent").where(Outbox.subject_id == WAITING).execute()
    page = press(signed_in(web, who), f"/requests/{WAITING}/approve/undo").text
    assert "撤不回来了" in page and Request.get_by_id(WAITING).state == "matching"


def test_who_comes_second_hears_who_was_first(web: Flask, chen: FlaskClient) -> None:
    """C4, C6: two coordinators at one request: the second is told by whom and when it was done, and what they wrote is kept."""
    press(chen, f"/requests/{WAITING}/approve")
    admin = signed_in(web, "admin")
    assert "9:00 陈姐已经通过了" in press(admin, f"/requests/{WAITING}/approve").text
    late = press(admin, f"/requests/{WAITING}/reject", reason="那天没有师傅")
    assert late.status_code == 409 and "您写的话还在" in late.text and "那天没有师傅" in late.text
    assert Request.get_by_id(WAITING).state == "matching"


@pytest.mark.parametrize("path, fields, table", [
    (f"/requests/{WAITING}/approve", {}, Event.select().where(Event.verb == "approve", Event.actor_called == "陈姐")),
    (f"/requests/{WAITING}/notes", {"words": "先打个电话"}, Note.select()),
    (f"/requests/{WAITING}/ask", {"question": "宝宝多大"}, Outbox.select().where(Outbox.notice == "request_question")),
    ("/complaints/1/answer", {"words": "马上去问"}, ComplaintLine.select()),
    ("/complaints/1/note", {"words": "打过电话了"}, ComplaintLine.select()),
    ("/residents/11/complaints", {"words": "没戴鞋套"}, Complaint.select().where(Complaint.channel == "desk")),
    ("/register", {"called": "孙奶奶", "phone": "13812345678", "address": "幸福里9号楼201", "service": "cleaning",
                   "day": "2026-11-26", "time": "09:00"}, Request.select().where(Request.channel == "desk")),
])  # fmt: skip
def test_a_form_sent_twice_counts_once(path: str, fields: dict[str, str], table: Any, chen: FlaskClient) -> None:
    """C1, C4, I1, I2: a second press, or the back button, changes nothing and never ends on an error page."""
    answers = [press(chen, path, **fields) for _twice in range(2)]
    assert all(a.status_code in (200, 409) and "工作台" in a.text for a in answers)
    assert table.count() == 1


def test_the_same_words_reach_a_person_once(lively: Lively, chen: FlaskClient) -> None:
    """B5: a consultant's words sent twice are said once; a talk that is taken twice says by whom."""
    talk = lively.ids["handovers"][0]
    press(chen, f"/handovers/{talk}/take")
    assert "陈姐已经接手了" in press(chen, f"/handovers/{talk}/take").text
    for _twice in range(2):
        press(chen, f"/handovers/{talk}/say", words="您好，我是陈姐。")
    assert ChatLine.select().where(ChatLine.by == "陈姐").count() == 1
    press(chen, f"/handovers/{talk}/close")
    assert press(chen, f"/handovers/{talk}/close").status_code == 200 and Handover.get_by_id(talk).state == "closed"
    assert "您好，我是陈姐。" in press(chen, f"/handovers/{talk}/say", words="您好，我是陈姐。").text


def test_an_ended_session_keeps_what_was_written(web: Flask, chen: FlaskClient) -> None:
    """A5: signed out meanwhile: the words are shown again, and the way leads to the sign-in and back to that page."""
    token = token_of(chen)
    chen.delete_cookie("linli_desk")
    form = {"csrf_token": token, "words": "对不起，马上去问。"}
    page = chen.post("/console/complaints/1/answer", data=form, headers={"Referer": "http://localhost/console/complaints/1"})
    assert page.status_code == 401 and "对不起，马上去问。" in page.text and "重新登录" in page.text
    assert "/console/sign-in?next=/console/complaints/1" in page.text and ComplaintLine.select().count() == 0


def test_an_old_page_keeps_what_was_written(chen: FlaskClient) -> None:
    """A5: a form without its token (the browser was closed): kind words, the same words again, the page to open."""
    page = chen.post(
        "/console/complaints/1/answer", data={"words": "马上去问。"}, headers={"Referer": "http://localhost/console/complaints/1"}
    )
    assert page.status_code == 400 and "马上去问。" in page.text and 'href="/console/complaints/1"' in page.text
    elsewhere = chen.post("/console/complaints/1/answer", data={}, headers={"Referer": "http://evil.example/console/x"})
    assert "evil" not in elsewhere.text


@pytest.mark.parametrize("path, status", [
    ("/nothing", 404), ("/console/nothing", 404), ("/console/requests/999999", 404), ("/console/requests/46/approve", 405),
    ("/agreements/nobody-knows-this", 404), ("/services/nothing", 404),
])  # fmt: skip
def test_errors_are_pages_with_a_way_on(path: str, status: int, chen: FlaskClient) -> None:
    """Q4, K4: words in Chinese and a way on; programs get JSON."""
    page = chen.get(path)
    assert page.status_code == status and page.mimetype == "text/html"
    assert ("回工作台" if path.startswith("/console") else "回首页") in page.text
    program = chen.get("/api/v1/nothing")
    assert program.status_code == 404 and program.json["code"] == "not_found"


def test_the_call_list_is_worked_from_one_page(lively: Lively, chen: FlaskClient, clock: ManualClock) -> None:
    """Q1, A6: the number by one recorded tap; nobody picked up comes again later; reached can be taken back; or in words."""
    call = CallTask.get(CallTask.person_id == Person.get(Person.called == "冯爷爷").id)
    phone = Person.get_by_id(call.person_id).phone
    assert phone not in chen.get("/console/calls").text
    form = {"reason": "代发通知", "back": "/console/calls"}
    assert f'href="tel:{phone}"' in press(chen, f"/residents/{call.person_id}/look", **form).text and Look.select().count() == 1
    clock.advance(hours=3)
    assert "打过 1 次" in press(chen, f"/calls/{call.id}/again").text
    assert CallTask.get_by_id(call.id).due_at > clock.now()
    assert "撤回" in press(chen, f"/calls/{call.id}/done").text and CallTask.get_by_id(call.id).state == "done"
    press(chen, f"/calls/{call.id}/undo")
    assert CallTask.get_by_id(call.id).state == "open"
    press(chen, f"/calls/{call.id}/done", outcome="女儿接的，会转告")
    assert "女儿接的，会转告" in chen.get("/console/calls").text
    clock.advance(minutes=5)
    assert "撤不回来了" in press(chen, f"/calls/{call.id}/undo").text and "已经" in press(chen, f"/calls/{call.id}/done").text


def test_an_alert_is_seen_and_unseen(lively: Lively, chen: FlaskClient) -> None:
    """C4, K4: what stands nowhere else is shown once, put away by a tap, and taken back by another."""
    alert = Alert.get(Alert.kind == "low_rating")
    assert "小周给了 2 星" in chen.get("/console/").text
    assert "小周给了 2 星" not in press(chen, f"/alerts/{alert.id}/seen").text.replace("看过了", "")
    assert "小周给了 2 星" in press(chen, f"/alerts/{alert.id}/undo").text


def test_choosing_another_tells_what_it_means_for_each(lively: Lively, chen: FlaskClient) -> None:
    """D3, D4: while one is asked, another is chosen by a dialog that says what happens to both; pressed twice, one offer."""
    asked = lively.ids["requests"][2]
    page = chen.get(f"/console/requests/{asked}").text
    other = Worker.get(Worker.called == "赵大姐")
    assert "改请赵大姐" in page and "李师傅会收到一句" in page and "有 10 分钟回话" in page
    for _twice in range(2):
        press(chen, f"/requests/{asked}/assign", worker_id=str(other.id), reason="居民自己要求")
    offers = [(o.worker_id, o.state) for o in Offer.select().where(Offer.request_id == asked).order_by(Offer.id)]
    assert [state for _w, state in offers] == ["withdrawn", "open"] and offers[1][0] == other.id
    assert "居民自己要求" in chen.get(f"/console/requests/{asked}").text


def test_where_nobody_fits_one_looks_further(lively: Lively, chen: FlaskClient) -> None:
    """D4: no empty dialog but a button to look once more and further; each look counts."""
    nobody = lively.ids["requests"][3]
    page, before = chen.get(f"/console/requests/{nobody}").text, Request.get_by_id(nobody).widened
    assert "那个时间没有合适的师傅" in page and '<dialog id="assign"' not in page
    press(chen, f"/requests/{nobody}/search")
    assert Request.get_by_id(nobody).widened == before + 1
    assert press(chen, f"/requests/{lively.ids['requests'][4]}/search").status_code == 200
