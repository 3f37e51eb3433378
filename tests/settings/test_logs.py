"""Logs without personal data, figures that add up (A6)."""

import json
import logging
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cast import openid
from handlers import logs, metrics
from handlers.logs import bind, bound, configure_logging, log, mask

PHONE, ID_NUMBER = "13812345678", "110105194912310021"


def test_nothing_personal_reaches_a_log(logging_kept: None, capsys: pytest.CaptureFixture[str]) -> None:
    """A6: canaries in text, keys, lists, numbers, exceptions and library lines."""
    configure_logging(json=True)
    log.info("push.in", words=f"打{PHONE}", deep=[{openid("王阿姨"): (ID_NUMBER,)}], number=int(PHONE))
    log.warning("with %s", PHONE)
    logging.getLogger("library").error("called %s and 138-1234-5678", openid("李师傅"))
    try:
        raise ValueError(f"{PHONE} {ID_NUMBER}")
    except ValueError:
        log.exception("failed")
        logging.getLogger("gunicorn.error").exception("failed")
    shown = capsys.readouterr().err
    for canary in (PHONE, ID_NUMBER, openid("王阿姨"), openid("李师傅"), "1234-5678"):
        assert canary not in shown
    assert len([json.loads(line) for line in shown.splitlines()]) == 5


@given(st.text("0123456789 -Xo_a一１", max_size=40))
def test_the_first_look_overlooks_nothing(text: str) -> None:
    """A6: what all patterns together would change is changed, however quickly most values are let through."""
    wanted = text
    for pattern, shown in logs._MASKS:
        wanted = pattern.sub(shown, wanted)
    assert mask(text) == wanted


def test_numbers_that_are_nobodys_stay() -> None:
    for harmless in ("7345012345678901234", "1795531840685", "2026-11-24T14:50:40.641939", "1125-03", "gh_linlidemo0001"):
        assert mask(harmless) == harmless


def test_one_id_goes_through_all_lines(logging_kept: None, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(json=True)
    bind(trace_id="abc123")
    log.info("one")
    with bound(job="outbox"):
        log.info("two")
    log.info("three")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["trace_id"] for line in lines] == ["abc123"] * 3
    assert [line.get("job") for line in lines] == [None, "outbox", None]


def test_lines_for_people_are_masked_too(logging_kept: None, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(json=False, level="warning")
    log.info("quiet")
    log.warning("loud", phone=PHONE)
    shown = capsys.readouterr().err
    assert "quiet" not in shown
    assert "138****5678" in shown


def test_figures_are_shown_and_hooks_run_first() -> None:
    metrics.count_push("text", "new")
    metrics.count_send("customer_service", 0, 0.2)
    metrics.count_token_refresh("wx1", "ok")
    metrics.count_job("reminders", "ok", 0.1)
    with metrics.time_answer():
        pass
    metrics.before_render("test", lambda: metrics.set_outbox({"pending": 3}, 12.5))
    shown = metrics.render_metrics().decode()
    for line in ('linli_pushes_total{kind="text",outcome="new"}', 'linli_outbox_messages{state="pending"} 3.0',
                 "linli_outbox_age_seconds 12.5", 'linli_sends_total{channel="customer_service",errcode="0"}'):  # fmt: skip
        assert line in shown


def test_strange_kinds_of_pushes_do_not_make_endless_series() -> None:
    for number in range(200):
        metrics.count_push(f"strange{number}", "new")
    kinds = set(re.findall(r'linli_pushes_total{kind="([^"]*)"', metrics.render_metrics().decode()))
    assert "other" in kinds
    assert len(kinds - {"other"}) <= metrics.MAX_KINDS


@pytest.mark.slow
def test_processes_are_added_up(tmp_path: Path) -> None:
    """With PROMETHEUS_MULTIPROC_DIR each process counts for itself, and any of them shows the sum."""
    env = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "PYTHONPATH": "."}
    count = "from handlers import metrics as m; m.count_push('text', 'new'); print(m.render_metrics().decode())"
    for _ in range(3):
        shown = subprocess.run([sys.executable, "-c", count], env=env, capture_output=True, text=True, check=True).stdout
    assert 'linli_pushes_total{kind="text",outcome="new"} 3.0' in shown
