"""At the desk: several workers asked at once, and the resident's answer entered for them (D3, D4)."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models.people import Person
from models.requests import Offer, Request
from models.rules.lifecycles import OFFER
from models.workers import Worker, WorkerSkill
from tests.handlers.asking import Desk
from tests.web.lively import signed_in
from tests.web.test_in_a_hurry import WAITING, press


@pytest.fixture
def chen(web: Flask) -> FlaskClient:
    return signed_in(web, "chenjie")


def open_offers(request_id: int) -> list[int]:
    rows = Offer.select().where(Offer.request_id == request_id, Offer.state == OFFER.first).order_by(Offer.worker_id)
    return [row.worker_id for row in rows]


def test_several_and_all_are_asked(chen: FlaskClient) -> None:
    """D4: some by their boxes, the rest by one tick, none twice; whoever can't is refused with kind words."""
    Request.update(service="cleaning", minutes=120).where(Request.id == WAITING).execute()
    for one in Worker.select():
        one.change(areas=[])
    press(chen, f"/requests/{WAITING}/approve")
    page = chen.get(f"/console/requests/{WAITING}?open=several").text
    assert "同时问几位" in page and page.count('name="worker_ids"') >= 3
    able = [int(worker) for worker in re.findall(r'name="worker_ids" value="(\d+)"', page)]
    first = able[:2]
    page = press(chen, f"/requests/{WAITING}/assign-several", worker_ids=[str(w) for w in first]).text  # type: ignore[arg-type]
    assert "谁先接" in page and open_offers(WAITING) == sorted(first)
    names = "、".join(Worker.get_by_id(worker).called for worker in first)
    assert page.count("没回话，就问下一位") == 1 and names in page.split("陈姐选了师傅")[1]
    assert "还没问过" in press(chen, f"/requests/{WAITING}/assign-several", worker_ids=str(first[0])).text
    assert "去不了" in press(chen, f"/requests/{WAITING}/assign-several", worker_ids="999999").text
    press(chen, f"/requests/{WAITING}/assign-several", everybody="yes")
    assert open_offers(WAITING) == sorted(able)


def test_the_answer_is_entered_for_them(chen: FlaskClient) -> None:
    """C1, D4: who is phoned says yes on the phone; the search goes on as if they had tapped."""
    (skill,) = WorkerSkill.select().where(WorkerSkill.service == Request.get_by_id(WAITING).service)
    Worker.get_by_id(skill.worker_id).change(lat="39.9800", areas=[])
    press(chen, f"/requests/{WAITING}/approve")
    page = chen.get(f"/console/requests/{WAITING}").text
    assert "正在问居民" in page and "公里" in page and "正在问居民" in chen.get("/console/queue").text
    page = press(chen, f"/requests/{WAITING}/question", kind="area", agrees="yes").text
    assert "接着找" in page and "正在问居民" not in page and Request.get_by_id(WAITING).widened == 1
    assert Person.get_by_id(Request.get_by_id(WAITING).person_id).called == "何女士"


def test_two_coordinators_ask_at_the_same_moment(web: Flask, desk: Desk) -> None:
    """D4: whoever is a moment late reads who was quicker and whom they asked; nobody is sent away unseen."""
    request, chen, admin = desk.request(), signed_in(web, "chenjie"), signed_in(web, "admin")
    seen = re.search(r'name="seen" value="(\d+)"', chen.get(f"/console/requests/{request.id}").text)
    assert seen is not None
    li, sun = (str(Worker.get(Worker.called == name).id) for name in ("李师傅", "孙师傅"))
    press(admin, f"/requests/{request.id}/assign", worker_id=li, seen=seen[1])
    page = press(chen, f"/requests/{request.id}/assign", worker_id=sun, seen=seen[1]).text
    assert "正在问李师傅。请您再看一眼" in page and "管理员" in page and desk.asked(request) == ["李师傅"]
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen is not None
    press(chen, f"/requests/{request.id}/assign", worker_id=sun, seen=seen[1], reason="居民自己要求")
    assert desk.asked(request) == ["孙师傅"]
