"""The desk's page on how the system is, and the same as metrics (Q1)."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from app import create_app
from handlers.alive import THE_ROW, say_alive
from handlers.clock import ManualClock, SystemClock
from handlers.copies import back_up
from handlers.holders import own_name
from handlers.job_runs import Job, run_due
from handlers.metrics import render_metrics
from handlers.settings import Settings
from handlers.vitals import copy_age_s
from models.clocks import JobRun
from models.messages import CallTask, Inbox, Outbox, Window
from models.people import Person
from tests.delivery.post import Post, again, says


@pytest.fixture
def desk(settings: Settings, clock: ManualClock, community: Any) -> Iterator[FlaskClient]:
    app = create_app(settings, clock)
    app.testing = True
    say_alive(own_name())
    with app.test_client() as client:
        client.get("/simulator/linli/signin/chenjie")
        yield client


def token_on(desk: FlaskClient) -> str:
    page = desk.get("/console/health").get_data(as_text=True)
    return page.split('name="csrf_token" value="')[1].split('"')[0]


def test_all_is_well(desk: FlaskClient) -> None:
    """Q1, Q4: says so, in words, with the parts one by one; stands in the menu, also on a phone under 更多."""
    page = desk.get("/console/health").get_data(as_text=True)
    assert "一切正常" in page and "数据库" in page and "访问令牌（公众号）" in page
    assert "/console/health" in desk.get("/console/more").get_data(as_text=True)


def test_what_is_lost_is_shown_and_tried_again(desk: FlaskClient, post: Post) -> None:
    """Q1: what became a call by an error stands there with its reason; sent again it leaves, and its call is taken back."""
    post.acts("text")
    post.platform.answers["custom"] = says("never", "43019")
    row = post.promise("一句要紧的话", "post_high")
    post.send()
    page = desk.get("/console/health").get_data(as_text=True)
    assert "有消息没送到" in page and "一句要紧的话" in page and "43019" in page
    post.platform.answers.clear()
    url = f"/console/health/outbox/{row.id}"
    assert desk.post(url, data={"csrf_token": token_on(desk)}).status_code == 303
    assert again(row).state == "pending" and not CallTask.select().exists()
    assert "它已经在发了" in desk.post(url, data={"csrf_token": token_on(desk)}, follow_redirects=True).get_data(as_text=True)
    post.send()
    assert again(row).state == "sent" and "一切正常" in desk.get("/console/health").get_data(as_text=True)


def test_a_dead_push_is_worked_again(desk: FlaskClient, post: Post) -> None:
    """Q1: the replay button; what the person wrote is not shown."""
    fields = {"account": "a", "key": "k", "user_key": "u", "body": "我的秘密", "state": "dead", "error": "ValueError: 我的秘密"}
    dead = Inbox.create(community_id=0, next_at=post.clock.now(), received_at=post.clock.now(), **fields)
    page = desk.get("/console/health").get_data(as_text=True)
    assert "ValueError" in page and "秘密" not in page
    desk.post(f"/console/health/inbox/{dead.id}", data={"csrf_token": token_on(desk)})
    assert Inbox.get(Inbox.id == dead.id).state == "new"


def test_a_push_that_nothing_can_be_made_of_is_laid_aside(desk: FlaskClient, post: Post) -> None:
    """K4: else page and alert would tell of it for ever."""
    fields = {"account": "a", "key": "k", "user_key": "u", "body": "坏的", "state": "dead", "error": "ValueError: 坏的"}
    dead = Inbox.create(community_id=0, next_at=post.clock.now(), received_at=post.clock.now(), **fields)
    url = f"/console/health/aside/{dead.id}"
    said = desk.post(url, data={"csrf_token": token_on(desk)}, follow_redirects=True).get_data(as_text=True)
    assert "放一边了" in said and "一切正常" in said
    assert Inbox.get(Inbox.id == dead.id).state == "done"
    assert "它已经在处理了" in desk.post(url, data={"csrf_token": token_on(desk)}, follow_redirects=True).get_data(as_text=True)


def test_a_call_that_rests_is_told(desk: FlaskClient, post: Post) -> None:
    """Q1: which, why and until when; the metrics say the same."""
    post.platform.answers["template"] = says("quota", "45009")
    post.promise("一句", "post_template")
    post.send()
    page = desk.get("/console/health").get_data(as_text=True)
    assert "公众号 · 模板消息暂停中" in page and "暂停中" in page
    desk.get("/metrics")
    figures = render_metrics().decode()
    assert 'linli_api_resting{account="wechat",api="template"} 1.0' in figures
    assert 'linli_api_limit{account="wechat",api="template"} 100000.0' in figures and "linli_dead_letters" in figures


def test_a_clock_that_is_away_is_told(desk: FlaskClient, post: Post) -> None:
    """K4: without a jobs process nothing would look wrong; the page says what it means and who does what, the figures say the same."""
    JobRun.update(started_at=SystemClock().now() - timedelta(minutes=5)).where(THE_ROW).execute()
    page = desk.get("/console/health").get_data(as_text=True)
    assert "定时和发送（jobs）有问题" in page and "要紧的事请打电话" in page and "一切正常" not in page
    assert desk.get("/readyz").json["parts"]["jobs"] == "not heard of for 300 s"  # and ready: pushes are still answered
    assert 'linli_up{part="jobs"} 0.0' in desk.get("/metrics").get_data(as_text=True)
    say_alive(own_name())
    assert 'linli_up{part="jobs"} 1.0' in desk.get("/metrics").get_data(as_text=True)


def test_a_job_that_failed_does_not_look_as_if_it_ran(desk: FlaskClient, post: Post) -> None:
    """K4: by its name in words, above what is well."""
    run_due(post.ctx(), Job("clear_old_rows", timedelta(hours=6), lambda _ctx: 1 // 0, timedelta(hours=6)))  # type: ignore[arg-type, return-value]
    page = desk.get("/console/health").get_data(as_text=True)
    assert "“清理旧记录”没做成" in page


def test_a_figure_that_has_gone_is_nought(desk: FlaskClient, post: Post) -> None:
    """K4: the last one must not stand on the board for ever."""
    post.acts("text")
    post.promise("一句")
    before = desk.get("/metrics").get_data(as_text=True)
    assert 'linli_outbox_messages{state="pending"} 1.0' in before and 'linli_windows_open{action="text"} 1.0' in before
    Outbox.delete().execute()
    Window.delete().execute()
    after = desk.get("/metrics").get_data(as_text=True)
    assert 'linli_outbox_messages{state="pending"} 0.0' in after and 'linli_windows_open{action="text"} 0.0' in after


def test_when_the_last_copy_was_taken(desk: FlaskClient, post: Post, tmp_path: Path) -> None:
    """K4: a copy that nobody takes any more is found out before it is needed."""
    assert "linli_copy_age_seconds 3.15" in desk.get("/metrics").get_data(as_text=True)
    back_up(tmp_path / "copy")
    assert "数据库备份" in desk.get("/console/health").get_data(as_text=True)
    assert 0 <= copy_age_s() < 60


def test_only_those_who_keep_house_see_it(desk: FlaskClient, post: Post) -> None:
    """A5: coordinators and administrators; another community's messages are not to be touched."""
    desk.get("/simulator/linli/signin/xiaolin")
    assert desk.get("/console/health").status_code in (302, 303, 403)
    desk.get("/simulator/linli/signin/chenjie")
    other = Person.create(community_id=2, created_at=post.clock.now())
    foreign = Outbox.create(
        community_id=2, person_id=other.id, notice="post_calm", effect_key="x", not_before=post.clock.now(), state="dead",
        next_at=post.clock.now(), created_at=post.clock.now(), error="-1",
    )  # fmt: skip
    assert desk.post(f"/console/health/outbox/{foreign.id}", data={"csrf_token": token_on(desk)}).status_code == 404
    assert again(foreign).state == "dead"
