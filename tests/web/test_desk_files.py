"""Files at the desk: a worker's with skills and papers, a complaint said on the phone, a request for somebody known (A2, A3, C1, I1-I3)."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from handlers.matching import list_recommendations
from handlers.settings import Settings
from models.people import Person
from models.requests import Request
from models.voices import Complaint
from models.workers import Document, Worker, WorkerSkill, WorkingHours
from tests.handlers.asking import Desk
from tests.web.lively import signed_in, token_of
from tests.web.test_in_a_hurry import press

FORM = {
    "called": "郭大姐", "name": "郭秀兰", "phone": "139 1234 0001", "born": "1979", "sex": "f", "areas": "幸福里、和平里",
    "languages": "普通话", "weekdays": "2", "since": "08:00", "until": "18:00", "bio": "手脚麻利。",
}  # fmt: skip
PAPER = {"valid_from": "2026-01-01", "valid_to": "2027-01-01", "number": "A1", "issuer": "街道"}


@pytest.fixture
def chen(web: Flask) -> FlaskClient:
    return signed_in(web, "chenjie")


def file_of(called: str) -> Worker:
    return Worker.get(Worker.called == called)


def test_a_worker_joins_at_the_station(chen: FlaskClient, desk: Desk) -> None:
    """A2, A3: a file, a skill, its papers, and only then a part in the matching; the page says all the time what is missing."""
    page = press(chen, "/workers/new", **FORM)
    worker = file_of("郭大姐")
    assert "档案建好了" in page.text and worker.state == "applied" and worker.areas == ["幸福里", "和平里"]
    assert [(h.weekday, h.from_min, h.to_min) for h in WorkingHours.select().where(WorkingHours.worker_id == worker.id)] == [(2, 480, 1080)]
    skill = {"service": "cleaning", "level": "2", "years": "5", "price": "38"}
    page = press(chen, f"/workers/{worker.id}/skills", **skill)
    assert "还不能派，缺：身份已核、背景核查" in page.text and WorkerSkill.get(WorkerSkill.worker_id == worker.id).price_fen == 3800
    press(chen, f"/workers/{worker.id}/activate")
    assert "郭大姐" not in desk.able(desk.request())
    for kind in ("id_verified", "background_check"):
        page = press(chen, f"/workers/{worker.id}/documents", kind=kind, **PAPER)
    assert "还不能派" not in page.text and Document.get(Document.worker_id == worker.id).number == "A1"
    assert "郭大姐" in desk.able(desk.request())
    press(chen, f"/workers/{worker.id}/pause", reason="回老家")
    assert "郭大姐" not in desk.able(desk.request()) and "暂停" in chen.get(f"/console/workers/{worker.id}").text


@pytest.mark.parametrize("wrong, told", [
    ({"phone": "138"}, "11 位"), ({"born": "79"}, "四位数的年份"), ({"called": ""}, "请写怎么称呼"), ({"areas": ""}, "至少写一个小区"),
    ({"until": "07:00"}, "收工时间要在开工之后"), ({"weekdays": ""}, "至少选一天"), ({"phone": "13800000002"}, "")
])  # fmt: skip
def test_mistakes_come_back_with_what_was_typed(wrong: dict[str, str], told: str, chen: FlaskClient) -> None:
    """A2: each mistake is told at its field and at the top, with a way to it; what was right stays. A resident may work, too (A5)."""
    answer = press(chen, "/workers/new", **{**FORM, **wrong})
    if not told:
        uncle = Person.get(Person.called == "刘大爷")
        assert answer.status_code == 200 and uncle.is_worker and file_of("郭大姐").person_id == uncle.id
        return
    assert answer.status_code == 422 and answer.text.count(told) == 2 and "郭秀兰" in answer.text
    assert Worker.get_or_none(Worker.called == "郭大姐") is None


def test_a_number_has_one_file(chen: FlaskClient) -> None:
    """A2: whoever has a file is not entered a second time; a price stays inside the public range; days in their order."""
    press(chen, "/workers/new", **FORM)
    assert "已经有档案了" in press(chen, "/workers/new", **{**FORM, "called": "郭姐"}).text
    page = f"/workers/{file_of('郭大姐').id}"
    assert "公示的范围" in press(chen, f"{page}/skills", service="cleaning", level="1", price="99").text
    assert "请选" in press(chen, f"{page}/skills", service="nonsense", level="1").text
    health = "health_cert"
    for kind, change in ((health, {"valid_to": "2025-01-01"}), (health, {"valid_from": "2025-13-45"}), ("", {}), ("../x", {})):
        assert press(chen, f"{page}/documents", kind=kind, **{**PAPER, **change}).status_code == 200
    assert WorkerSkill.select().where(WorkerSkill.worker_id == file_of("郭大姐").id).count() == 0
    assert Document.select().where(Document.worker_id == file_of("郭大姐").id).count() == 0


def test_workers_are_found_by_name_and_by_what_needs_a_look(chen: FlaskClient) -> None:
    """A3: papers that end soon are a list of their own; so are new files and those who pause."""
    papers = chen.get("/console/workers?state=papers").text
    assert "赵大姐" in papers and "李师傅" not in papers
    assert "李师傅" in chen.get("/console/workers?q=李").text and "李师傅" not in chen.get("/console/workers?q=马").text
    assert chen.get("/console/workers?state=nonsense").status_code == 200


def say(words: str, **more: str) -> dict[str, str]:
    return {"words": words, "channel": "phone", **more}


def test_a_complaint_said_on_the_phone_runs_like_any_other(chen: FlaskClient) -> None:
    """I1, I2, I3: number and clocks at once, both shown; answered, settled, and their word on it taken down from the phone."""
    uncle = Person.get(Person.called == "刘大爷")
    page = press(chen, f"/residents/{uncle.id}/complaints", **say("没戴鞋套"))
    made = Complaint.get(Complaint.channel == "phone")
    assert made.number in page.text and "先回一句" in page.text and page.text.count("data-due=") == 2
    press(chen, f"/complaints/{made.id}/answer", words="对不起，马上去问。")
    page = press(chen, f"/complaints/{made.id}/note", words="师傅承认了").text
    assert "内部备注" in page and page.count("data-due=") == 1
    press(chen, f"/complaints/{made.id}/resolve", result="道歉，退 20 元。")
    press(chen, f"/complaints/{made.id}/reopen", words="还没退")
    assert Complaint.get_by_id(made.id).state == "handling"
    press(chen, f"/complaints/{made.id}/resolve", result="已退 20 元。")
    page = press(chen, f"/complaints/{made.id}/accept", satisfied="yes").text
    assert Complaint.get_by_id(made.id).satisfied == "yes" and "满意" in page
    assert "没戴鞋套" in chen.get(f"/console/residents/{uncle.id}").text


def test_a_complaint_knows_its_visit(chen: FlaskClient) -> None:
    """I1, I3: about which visit, by whom, and whether they were late: to hear the other side; empty words are refused kindly."""
    uncle = Person.get(Person.called == "刘大爷")
    page = chen.get(f"/console/residents/{uncle.id}").text
    visit = page.split('id="complain-visit_id"')[1].split('<option value="')[2].split('"')[0]
    told = press(chen, f"/residents/{uncle.id}/complaints", **say("漏擦了", visit_id=visit)).text
    assert ("/console/workers/" in told and "按时到的" in told) or "晚到" in told
    assert "工作台" in press(chen, f"/residents/{uncle.id}/complaints", **say("")).text
    assert chen.post("/console/residents/999/complaints", data={}).status_code == 400


def test_for_somebody_known_only_the_wish_is_asked(chen: FlaskClient, settings: Settings) -> None:
    """C1: from a resident's file neither name nor number nor address is asked again, and none of them is uncovered."""
    uncle = Person.get(Person.called == "刘大爷")
    page = chen.get(f"/console/register?person={uncle.id}").text
    assert "替刘大爷登记" in page and 'name="phone"' not in page and "13800000002" not in page and "不填就还是" in page
    wish = {"person": str(uncle.id), "service": "cleaning", "day": "2026-11-26", "time": "09:00", "minutes": "120", "words": "擦窗"}
    made: Any = press(chen, "/register", **wish)
    request = Request.get(Request.channel == "desk")
    assert made.status_code == 200 and request.person_id == uncle.id and request.minutes == 120 and request.address_id
    again = press(chen, "/register", **{**wish, "day": "", "person": str(uncle.id)})
    assert again.status_code == 422 and "请选日期" in again.text and "擦窗" in again.text


def test_recommendations_of_a_wider_search_reach_the_resident(chen: FlaskClient, desk: Desk) -> None:
    """D3, D4: somebody is found when one looks again; the resident gets the cards."""
    WorkerSkill.update(active=False).where(WorkerSkill.service == "maternity_nurse").execute()
    made = desk.request(service="maternity_nurse")
    WorkerSkill.update(active=True).where(WorkerSkill.service == "maternity_nurse").execute()
    press(chen, f"/requests/{made.id}/search")
    found = list_recommendations(desk.ctx("陈姐"), made.id)
    assert not found or "推荐的师傅" in chen.get(f"/console/requests/{made.id}").text


def test_an_agency_that_lacks_something(web: Flask) -> None:
    """A4, Q3: what was typed stays in its fields, and the word stands beside the one that lacks."""
    sent = {"name": "安心家政", "standing": "paused", "valid_to": "2027-01-31", "reason": ""}
    chen = signed_in(web, "chenjie")
    page = chen.post("/console/agencies", data={**sent, "csrf_token": token_of(chen)})
    assert page.status_code == 422 and 'value="安心家政"' in page.text and 'value="2027-01-31"' in page.text
    assert '<span class="err" id="agency-reason-err">请写明原因。' in page.text
