"""The schema of what can be understood is that of the scored examples and of the rules (C3)."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.understanding import must_ask, services
from bot.understanding.words.reasons import REASONS
from bot.understanding.words.services import BESIDE, TASKS
from bot.understanding.words.topics import TOPICS
from models.rules import frames
from models.rules.frames import INTENTS, MUST_ASK, SLOTS, fits, misfits

NOW = datetime(2026, 3, 11, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
HERE = Path(__file__).parents[1] / "understanding"
EXAMPLES = [
    json.loads(line)
    for file in ("dev.jsonl", "said.jsonl")
    for line in (HERE / file).read_text("utf-8").splitlines()
    if line.strip()
]


def test_every_example_fits() -> None:
    """C3: 180 scored messages and those held beside them."""
    wrong = {e["id"]: found for e in EXAMPLES if (found := misfits(e["intent"], e["slots"], tuple(e["must_ask"]), NOW))}
    assert not wrong and len(EXAMPLES) > 500


def test_it_keeps_step_with_the_rules() -> None:
    """C3: what the rules can say, the schema knows, and the other way round."""
    assert set(services()) == set(frames.SERVICES)
    for table, known in (
        (TASKS, frames.TASKS),
        (BESIDE, frames.TASKS),
        (REASONS, frames.REASONS),
        (TOPICS, frames.TOPICS),
    ):
        assert {row.code for row in table.rows} <= set(known)
    assert set(must_ask.ORDER) == set(MUST_ASK)
    assert {e["intent"] for e in EXAMPLES} <= set(INTENTS)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("service", "escort"), ("start", "2026-03-10T15:00"), ("start", "2036-03-12T15:00"), ("start", "明天"),
        ("start", "2026-02-30T10:00"), ("start", 5),
        ("date_only", "2026-3-12"), ("time_only", "25:00"), ("people", "2"), ("people", True), ("people", 0),
        ("stars", 6), ("tasks", "windows"),
        ("tasks", ["windows", "murder"]), ("tasks", []), ("recurrence", "FREQ=SECONDLY"),
        ("recurrence", "BYDAY=MO;FREQ=WEEKLY"), ("recurrence", "FREQ=DAILY;FREQ=DAILY"),
        ("asap", False), ("budget_max", -1), ("budget_max", 10**9), ("order_no", "'; DROP TABLE"),
        ("order_no", ["A1", {"x": 1}]), ("worker_name", "a b"),
        ("sql", "x"), ("exclude", ["XX"]), ("available", "yes"), ("rooms", "三室"), ("choice", 99),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(name: str, value: Any) -> None:
    """C3: past, impossible, of another kind, out of reach, unknown."""
    assert not fits(name, value, NOW)


@pytest.mark.parametrize("value", [None, [], {}, [[]], float("nan"), "", "x" * 10_000, -(10**9), object()])
def test_nothing_makes_it_fail(value: Any) -> None:
    """C3: whatever a model or a form says, the answer is no."""
    assert not any(fits(name, value, NOW) for name in SLOTS)
    assert misfits(value, {}, (), NOW) == ["intent"]


def test_a_whole_moment_stands_alone() -> None:
    """C3: never beside a day or a clock time."""
    slots = {"start": "2026-03-12T15:00", "date_only": "2026-03-12"}
    assert misfits("request_service", slots, (), NOW) == ["date_only"]
