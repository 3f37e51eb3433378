"""The doors for staff and programs: sign-in, permission, forms, the mini-program's API (A5, A6, C1, D4, Q2)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient

from handlers.clock import ManualClock
from handlers.settings import Settings, load_settings
from handlers.staff import HASHER, NOBODY
from models.people import Identity, Look, Person, Staff
from models.requests import Request
from models.workers import Worker, WorkerSkill
from web.factory import make_web


class Platform:
    """The platform calls behind a login: each code is somebody's, and works once."""

    def __init__(self) -> None:
        self.codes = {"aunt": "oMiniAunt", "uncle": "oMiniUncle"}

    def code_to_session(self, code: str) -> dict[str, Any]:
        openid = self.codes.pop(code, None)
        return {"openid": openid, "session_key": "k" * 24} if openid else {"errcode": 40029, "errmsg": "invalid code"}

    def phone_number(self, code: str, openid: str) -> dict[str, Any]:
        return {"phone_info": {"purePhoneNumber": "13900001111"}} if code == "good" else {"errcode": 40029}


@pytest.fixture
def app(settings: Settings, clock: ManualClock, community: Any) -> Flask:
    return make_web(settings, clock, Platform())


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    yield app.test_client()


def token_on(client: FlaskClient, path: str) -> str:
    """The form's token on a page."""
    return client.get(path).text.split('name="csrf_token" value="')[1].split('"')[0]


def test_a_login_that_does_not_exist_takes_as_long() -> None:
    """A5: what is compared then is made as dearly as a true password's hash, and no start of a process has to make it."""
    assert not HASHER.check_needs_rehash(NOBODY)


def sign_in(client: FlaskClient, login: str, password: str, code: str) -> Any:
    form = {"login": login, "password": password, "code": code, "csrf_token": token_on(client, "/console/sign-in")}
    return client.post("/console/sign-in", data=form)


def code_of(login: str, clock: ManualClock) -> str:
    return pyotp.TOTP(Staff.get(Staff.login == login).totp_secret).at(clock.now())


def test_sign_in_needs_password_and_a_fresh_code(client: FlaskClient, clock: ManualClock) -> None:
    """A5: password and authenticator; a code works once; nothing says which of the three was wrong."""
    code = code_of("chenjie", clock)
    wrong = [sign_in(client, "chenjie", "nonsense", code), sign_in(client, "nobody", "nonsense", code)]
    assert [a.status_code for a in wrong] == [401, 401]
    assert sign_in(client, "chenjie", "linli-demo-chenjie", "000000").status_code == 401
    good = sign_in(client, "chenjie", "linli-demo-chenjie", code)
    assert good.status_code == 303 and "HttpOnly" in good.headers["Set-Cookie"]
    assert client.get("/console/").status_code == 200
    assert sign_in(client.application.test_client(), "chenjie", "linli-demo-chenjie", code).status_code == 401


def test_an_account_closes_after_wrong_tries(client: FlaskClient, clock: ManualClock) -> None:
    """A5: five wrong ones close it for a quarter of an hour, also for the right password."""
    for _try in range(5):
        sign_in(client, "chenjie", "nonsense", "000000")
    assert sign_in(client, "chenjie", "linli-demo-chenjie", code_of("chenjie", clock)).status_code == 429
    clock.advance(timedelta(minutes=16))
    assert sign_in(client, "chenjie", "linli-demo-chenjie", code_of("chenjie", clock)).status_code == 303


def test_signing_out_ends_the_session_at_once(client: FlaskClient, clock: ManualClock) -> None:
    """A5: the old cookie is worth nothing."""
    sign_in(client, "chenjie", "linli-demo-chenjie", code_of("chenjie", clock))
    cookie = client.get_cookie("linli_desk")
    assert cookie is not None
    client.post("/console/sign-out", data={"csrf_token": token_on(client, "/console/more")})
    client.set_cookie("linli_desk", cookie.value)
    assert client.get("/console/").status_code == 302


def as_staff(app: Flask, login: str) -> FlaskClient:
    client = app.test_client()
    client.get(f"/simulator/linli/signin/{login}")
    return client


PAGES = (
    "/ /queue /more /requests /requests/46 /find?q=刘 /complaints /complaints/1 /handovers /calls "
    "/residents /residents/11 /workers /workers/1 /visits /register"
).split()


@pytest.mark.parametrize("page", PAGES)
def test_pages_of_the_desk_are_for_staff(page: str, app: Flask) -> None:
    """A5, A6: without a session one is led to the sign-in; with one the page is there, in Chinese, without a clear phone."""
    stranger = app.test_client().get(f"/console{page}")
    assert stranger.status_code == 302 and "/console/sign-in" in stranger.headers["Location"]
    text = as_staff(app, "chenjie").get(f"/console{page}").text
    assert "1380000000" not in text
    assert "Content-Security-Policy" in app.test_client().get("/").headers


VERBS = {
    "/requests/46/approve": {},
    "/requests/46/reject": {"reason": "太高"},
    "/requests/46/ask": {"question": "有梯子吗"},
    "/requests/46/assign": {"worker_id": "1"},
    "/requests/46/cancel": {"reason": "不要了"},
    "/workers/1/pause": {"reason": "请假"},
    "/workers/1/activate": {},
}


@pytest.mark.parametrize("path", VERBS)
def test_only_coordinators_decide(path: str, app: Flask) -> None:
    """A5: a consultant may talk but not decide; a form without its token is refused for everybody."""
    consultant = as_staff(app, "xiaolin")
    before = Request.get(Request.id == 46).state
    form = {**VERBS[path], "csrf_token": token_on(consultant, "/console/more")}
    assert consultant.post(f"/console{path}", data=form).status_code == 403
    assert as_staff(app, "chenjie").post(f"/console{path}", data=VERBS[path]).status_code == 400
    assert app.test_client().post(f"/console{path}", data=VERBS[path]).status_code == 400
    assert Request.get(Request.id == 46).state == before


def test_a_look_at_a_phone_needs_a_reason_and_is_recorded(app: Flask) -> None:
    """A6: covered until a reason is given; who looked, why and when is kept; after five minutes it is covered again."""
    client, person = as_staff(app, "chenjie"), Person.get(Person.called == "刘大爷")
    page = f"/console/residents/{person.id}"
    assert "13800000002" not in client.get(page).text
    form = {"csrf_token": token_on(client, page), "reason": ""}
    client.post(f"{page}/look", data=form)
    assert Look.select().count() == 0
    client.post(f"{page}/look", data={**form, "reason": "打电话核实需求"})
    assert Look.get().reason == "打电话核实需求" and "13800000002" in client.get(page).text


def test_a_request_taken_at_the_station(app: Flask) -> None:
    """C1: staff enter it for somebody; who is known by the number keeps their file; mistakes come back with what was typed."""
    client = as_staff(app, "chenjie")
    form = {
        "csrf_token": token_on(client, "/console/register"),
        "called": "孙奶奶",
        "phone": "138",
        "address": "幸福里9号楼1单元201",
        "service": "cleaning",
        "day": "2026-11-26",
        "time": "09:00",
        "people": "2",
        "words": "打扫",
    }
    again = client.post("/console/register", data=form)
    assert again.status_code == 422 and "11 位" in again.text and "孙奶奶" in again.text
    assert client.post("/console/register", data={**form, "phone": "13812345678"}).status_code == 303
    made = Request.select().order_by(Request.id.desc()).get()
    assert (
        made.channel == "desk"
        and (made.state, made.people) == ("submitted", 2)
        and Person.get(Person.id == made.person_id).called == "孙奶奶"
    )


def login(client: FlaskClient, code: str) -> dict[str, str]:
    answer = client.post("/api/v1/login", json={"code": code})
    assert answer.status_code == 200, answer.text
    return {"Authorization": f"Bearer {answer.json['data']['token']}"}


def test_the_mini_program_books_and_sees_only_its_own(client: FlaskClient) -> None:
    """Q2, A5, A6: sign in by the platform's code, agree, add an address, ask; another person sees nothing of it."""
    mine = login(client, "aunt")
    assert client.post("/api/v1/login", json={"code": "aunt"}).status_code == 401
    client.post("/api/v1/me/consent", json={"agree": True}, headers=mine)
    home = client.post("/api/v1/me/addresses", json={"words": "幸福里3号楼2单元501"}, headers=mine).json["data"]
    wish = {"service": "cleaning", "starts_at": "2026-11-25T15:00:00+08:00", "minutes": 120, "address_id": home["id"]}
    made = client.post("/api/v1/requests", json=wish, headers=mine).json["data"]
    assert made["state"] == "submitted" and made["number"].startswith("1125-")
    theirs = login(client, "uncle")
    for path in (f"/api/v1/requests/{made['id']}/cancel", "/api/v1/requests/999999/cancel"):
        answer = client.get(path, headers=theirs)
        assert (answer.status_code, answer.json["code"]) == (404, "not_found")
    assert client.get("/api/v1/requests", headers=theirs).json["data"] == []
    assert client.get("/api/v1/requests").status_code == 401


def test_the_mini_program_asks_for_two(app: Flask, client: FlaskClient) -> None:
    """Q2, C2, D3: two who come together are one request with two places, each with its own recommendations and its own choice."""
    mine = login(client, "aunt")
    client.post("/api/v1/me/consent", json={"agree": True}, headers=mine)
    home = client.post("/api/v1/me/addresses", json={"words": "幸福里3号楼2单元501"}, headers=mine).json["data"]
    wish = {"service": "cleaning", "starts_at": "2026-11-25T15:00:00+08:00", "minutes": 120, "address_id": home["id"], "people": 2}
    made = client.post("/api/v1/requests", json=wish, headers=mine).json["data"]
    chen, page = as_staff(app, "chenjie"), f"/console/requests/{made['id']}"
    chen.post(f"{page}/approve", data={"csrf_token": token_on(chen, page)})
    names = []
    for place in (0, 1):
        (shown,) = client.get("/api/v1/requests", headers=mine).json["data"]
        url = f"/api/v1/requests/{shown['team'][place]['id']}"
        best = client.get(f"{url}/recommendations", headers=mine).json["data"][0]
        assert client.post(f"{url}/choice", json={"worker_id": best["worker_id"]}, headers=mine).status_code == 200
        names.append(best["called"])
    (shown,) = client.get("/api/v1/requests", headers=mine).json["data"]
    assert [(p["worker"], p["state"]) for p in shown["team"]] == [(name, "offered") for name in names] and len(set(names)) == 2
    assert "一起来的师傅" in chen.get(page).text and shown["team"][1]["number"] == f"{made['number']}-2"


def test_the_mini_program_answers_what_could_be_otherwise(app: Flask, client: FlaskClient) -> None:
    """Q2, D4: nobody near: the question with its words, a yes by the API, and somebody else's finds nothing."""
    mine = login(client, "aunt")
    client.post("/api/v1/me/consent", json={"agree": True}, headers=mine)
    home = client.post("/api/v1/me/addresses", json={"words": "幸福里3号楼2单元501"}, headers=mine).json["data"]
    wish = {"service": "infant_care", "starts_at": "2026-11-25T09:00:00+08:00", "minutes": 240, "address_id": home["id"]}
    (skill,) = WorkerSkill.select().where(WorkerSkill.service == "infant_care")
    Worker.get_by_id(skill.worker_id).change(lat="39.9650", areas=[])
    made = client.post("/api/v1/requests", json=wish, headers=mine).json["data"]
    chen, page = as_staff(app, "chenjie"), f"/console/requests/{made['id']}"
    chen.post(f"{page}/approve", data={"csrf_token": token_on(chen, page)})
    asked = client.get(f"/api/v1/requests/{made['id']}/question", headers=mine).json["data"]
    assert asked["kind"] == "area" and "公里" in asked["words"]
    yes = {"kind": "area", "agrees": True}
    assert client.post(f"/api/v1/requests/{made['id']}/question", json=yes, headers=login(client, "uncle")).status_code == 404
    assert client.post(f"/api/v1/requests/{made['id']}/question", json=yes, headers=mine).status_code == 200
    assert client.post(f"/api/v1/requests/{made['id']}/question", json=yes, headers=mine).status_code == 409
    assert client.get(f"/api/v1/requests/{made['id']}/question", headers=mine).json["data"] is None


@pytest.mark.parametrize("extra", ["state", "community_id", "person_id", "quote", "price_fen"])
def test_what_is_not_declared_is_refused(client: FlaskClient, extra: str) -> None:
    """A6, Q2: nothing can be set that the API does not declare."""
    mine = login(client, "aunt")
    wish = {"service": "cleaning", "starts_at": "2026-11-25T15:00:00+08:00", extra: 1}
    assert client.post("/api/v1/requests", json=wish, headers=mine).status_code == 422
    assert Request.select().where(Request.channel == "miniprogram").count() == 0


def test_a_phone_comes_only_from_the_platform(client: FlaskClient) -> None:
    """A1, A5: a number is bound by the platform's answer, never by what a client sends."""
    mine = login(client, "aunt")
    assert (
        client.post("/api/v1/me/phone", json={"code": "good", "phone": "13711112222"}, headers=mine).status_code == 422
    )
    assert client.post("/api/v1/me/phone", json={"code": "bad"}, headers=mine).status_code == 400
    assert client.post("/api/v1/me/phone", json={"code": "good"}, headers=mine).status_code == 200
    person = Person.get(Person.id == Identity.get(Identity.openid == "oMiniAunt").person_id)
    assert person.phone == "13900001111"


def test_the_api_describes_itself(client: FlaskClient) -> None:
    """Q2: /api/v1/openapi.json names every route with its schemas."""
    paths = client.get("/api/v1/openapi.json").json["paths"]
    assert {"/api/v1/login", "/api/v1/requests", "/api/v1/offers", "/api/v1/services"} <= set(paths)


def test_prices_are_public(client: FlaskClient) -> None:
    """B1, B3: services with their public prices, on the site and in the API; large type and dark come from the server."""
    found = client.get("/api/v1/services").json["data"]
    assert len(found) == 16 and all(s["price_min_fen"] <= s["price_fen"] <= s["price_max_fen"] for s in found)
    for path in ("/", "/services", "/services/cleaning", "/how", "/complain", "/privacy"):
        page = client.get(path)
        assert page.status_code == 200 and "tel:120" in page.text and "<h1" in page.text
    client.get("/look?size=large&theme=dark&back=//evil.example")
    assert 'data-size="large"' in client.get("/").text and 'data-theme="dark"' in client.get("/").text
    assert client.get("/look?size=large&back=//evil.example").headers["Location"] == "/"


def test_health_and_figures(client: FlaskClient) -> None:
    """Q1: alive, ready, figures."""
    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/readyz").status_code == 200
    assert "linli_outbox_messages" in client.get("/metrics").text


def test_without_the_demo_there_are_no_demo_doors(settings: Settings, clock: ManualClock, database: Any) -> None:
    """A5: one-tap sign-in and the imitated phones exist in the demo only."""
    real = load_settings(database={"url": settings.database.url}, demo={"enabled": False})
    client = make_web(real, clock, Platform()).test_client()
    assert client.get("/simulator/linli/signin/chenjie").status_code == 404
    assert client.get("/simulator/").status_code == 404


def test_what_the_mini_program_asks_for_and_reports(client: FlaskClient, settings: Settings) -> None:
    """Q1, Q2: which subscribe messages to ask for at the next tap, and how many are allowed after it."""
    mine = login(client, "aunt")
    asked = client.get("/api/v1/me/subscriptions", headers=mine).json["data"]["ask_for"]
    assert len(asked) <= 3 and set(asked) <= set(settings.miniprogram.subscribe_templates.values())
    template = settings.miniprogram.subscribe_templates["visit_reminder"]
    said = client.post("/api/v1/me/subscriptions", headers=mine, json={"answers": {template: "accept"}})
    assert said.json["data"]["left"] == {template: 1}
    assert client.get("/api/v1/me/subscriptions").status_code == 401
