"""A recurring service at the desk, as a browser without scripts uses it: its dates, a pause, somebody else, the end (C8, Q3)."""

import re
from datetime import datetime, timedelta

from flask import Flask
from flask.testing import FlaskClient

from handlers.api_login import open_api_session
from handlers.clock import SHANGHAI
from handlers.settings import Settings
from models.people import Identity
from models.series import Series
from models.workers import Leave, Worker
from tests.handlers.asking import Desk
from tests.web.lively import signed_in, token_of
from tests.web.page_reader import PageReader


def part(client: FlaskClient, request_id: int) -> str:
    page = client.get(f"/console/requests/{request_id}").text
    assert not PageReader(page).wrong()
    return page.split('id="series"')[1].split("</section>")[0]


def send(client: FlaskClient, request_id: int, what: str, **fields: str) -> str:
    data = {**fields, "csrf_token": token_of(client)}
    return client.post(f"/console/requests/{request_id}/series/{what}", data=data, follow_redirects=True).text


def test_the_page_shows_all_dates_and_what_can_be_done(web: Flask, desk: Desk) -> None:
    """C8, C4, A5: every date with where it stands; the same things as in the chat; who may only look is offered none."""
    day = datetime(2026, 12, 3, tzinfo=SHANGHAI)
    li = Worker.get(Worker.called == "李师傅")
    Leave.create(community_id=li.community_id, worker_id=li.id, starts_at=day, ends_at=day + timedelta(days=1))
    series, chen = desk.recurring(), signed_in(web, "chenjie")
    here = series.request_id
    shown = part(chen, here)
    assert "每周二、四上午9点" in shown and shown.count("<li>") == 8 and "师傅来不了" in shown and "另找人" in shown
    link = re.findall(r'href="/console/requests/(\d+)"', shown)
    assert len(link) == 6 and "每周二、四上午9点" in part(chen, int(link[0]))
    thing = re.search(r'name="thing" value="(\d+)"', shown)
    assert thing is not None and "正在另找人" in send(chen, here, "seek", thing=thing[1])
    assert "师傅来不了" not in part(chen, here)
    moved = int(link[-1])
    assert "改好了" in send(chen, moved, "move", day="2026-12-23", time="15:00") and "12月23日 周三 15:00" in part(chen, here)
    assert "请选" in send(chen, moved, "move", day="2026-12-24", time="25:00")
    assert "已暂停" in send(chen, here, "pause", since="2026-11-24", until="2026-12-08") and part(chen, here).count("暂停") >= 2
    assert "请选一个日期" in send(chen, here, "end", since="x") and "已恢复" in send(chen, here, "resume")
    assert "已定下" in send(chen, here, "end", since="2026-12-10") and Series.get().last_day == "2026-12-09"
    assert len(desk.told("李师傅", "series_changed")) == len(desk.told("刘大爷", "series_changed")) == 3
    looks = part(signed_in(web, "xiaolin"), here)
    assert "<form" not in looks and "open=pause" not in looks


def test_the_dialogs_say_what_it_means(web: Flask, desk: Desk) -> None:
    """C7, C8: one date is not all of them; close to the next visit its fee is said before; a day that lies wrong is said as such."""
    series, chen = desk.recurring(), signed_in(web, "chenjie")
    page = chen.get(f"/console/requests/{series.request_id}?open=stop").text
    assert "只取消这一次" in page and "要收" not in page
    assert "恢复的日子要在暂停那天之后" in send(chen, series.request_id, "pause", since="2026-12-01", until="2026-12-01")
    desk.later(days=1, hours=23)
    page = signed_in(web, "chenjie").get(f"/console/requests/{series.request_id}").text
    assert "离下一次很近了，那一次要收" in page.split('id="pause"')[1].split("</dialog>")[0]


def test_the_same_by_the_mini_program(web: Flask, desk: Desk, settings: Settings) -> None:
    """C8, A6: asked for by its rule, seen with its dates, left out, paused, let go on, ended; nobody else's."""
    series, client = desk.recurring(), web.test_client()
    here = desk.uncle.community_id
    app = settings.miniprogram.app_id
    Identity.create(community_id=here, app_id=app, openid="mini-uncle", person_id=desk.uncle.id)
    token, person = open_api_session(settings, desk.clock.now(), {"openid": "mini-uncle"})
    assert person.id == desk.uncle.id
    mine = {"headers": {"Authorization": f"Bearer {token}"}}
    (seen,) = client.get("/api/v1/series", **mine).json["data"]
    assert seen["words"] == "每周二、四上午9点，每次2小时" and [one["state"] for one in seen["dates"]] == ["scheduled"] * 8
    path = f"/api/v1/series/{series.id}"
    left = client.post(f"{path}/skip", json={"since": "2026-12-01"}, **mine).json["data"]["dates"]
    assert [one["state"] for one in left][:3] == ["scheduled", "skipped", "scheduled"]
    assert client.post(f"{path}/pause", json={"since": "2026-12-08"}, **mine).json["data"]["state"] == "paused"
    assert client.post(f"{path}/resume", **mine).json["data"]["state"] == "running"
    assert client.post(f"{path}/end", json={"since": "2026-11-24"}, **mine).status_code == 200
    assert client.get("/api/v1/series", **mine).json["data"] == []
    assert client.post("/api/v1/series/999999/end", json={"since": "2026-11-24"}, **mine).status_code == 404
    wish = {"service": "cleaning", "starts_at": "2026-11-25T15:00:00+08:00", "recurrence": "每周"}
    refused = client.post("/api/v1/requests", json=wish, **mine)
    assert (refused.status_code, refused.json["code"]) == (400, "bad_rule")
