"""One id from a push through its handler, the database and the lines of the log to the platform's call (Q1)."""

import json
from typing import Any

import pytest

from app import create_app
from bot.work import work_push
from handlers.backlog import work_one
from handlers.clock import ManualClock
from handlers.lines import write_lines
from handlers.settings import Settings, load_settings
from models.messages import Inbox, Outbox
from tests.bot.pushes import sealed, text_push
from tests.delivery.post import Post


def lines(capsys: pytest.CaptureFixture[str], trace_id: str) -> list[dict[str, Any]]:
    """What was logged under this id."""
    return [line for line in all_lines(capsys) if line.get("trace_id") == trace_id]


def all_lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """What was logged, by its time: some lines are written a moment later."""
    write_lines()
    return sorted((json.loads(line) for line in capsys.readouterr().err.splitlines()), key=lambda line: line["timestamp"])


def test_a_push_can_be_followed(
    settings: Settings, clock: ManualClock, community: Any, post: Post, capsys: pytest.CaptureFixture[str], logging_kept: None
) -> None:
    """Q1: one that is answered later stands in four lines, two tables and the reference of the call."""
    slow = load_settings(database={"url": settings.database.url}, demo={"enabled": True}, wechat={"answer_within_s": 1e-6})
    client = create_app(slow, clock).test_client()
    query, body = sealed(slow, text_push(post.account.openid, "帮助", clock.now()), clock.now())
    assert client.post("/wechat", query_string=query, data=body).text == "success"
    client.get("/healthz")
    [taken] = Inbox.select().where(Inbox.state == "new")
    assert work_one(post.ctx(), work_push)
    post.send()
    [told] = Outbox.select().where(Outbox.trace_id == taken.trace_id)
    found = lines(capsys, taken.trace_id)
    assert [line["event"] for line in found] == ["inbox.failed", "push", "push.worked", "notice.call"]
    assert found[1]["outcome"] == "later" and found[3]["reference"] == f"ob{told.id}-0" == post.sent("custom")[0].reference
    assert all(post.account.openid not in json.dumps(line) and "帮助" not in json.dumps(line, ensure_ascii=False) for line in found)


def test_the_next_piece_of_work_does_not_carry_it(
    settings: Settings, clock: ManualClock, community: Any, capsys: pytest.CaptureFixture[str], logging_kept: None
) -> None:
    """Q1: a thread that has answered a push and then shows a page or refuses a forged push logs that under no old id."""
    client = create_app(settings, clock).test_client()
    query, body = sealed(settings, text_push("o" + "x" * 27, "帮助", clock.now()), clock.now())
    assert client.post("/wechat", query_string=query, data=body).status_code == 200
    client.post("/wechat", query_string=query | {"msg_signature": "0"}, data=body)
    logged = all_lines(capsys)
    [push] = [line for line in logged if line["event"] == "push"]
    [forged] = [line for line in logged if line["event"] == "push.forged"]
    assert push["trace_id"] and "trace_id" not in forged
