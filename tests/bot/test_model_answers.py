"""The model's answer is held to the schema and the must_ask rules; the call to its limits (C3, C5, A6)."""

import json
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from bot.services.mind import ModelReader, frame_from
from bot.services.outside import call
from bot.services.prompt import SYSTEM
from handlers.clock import SHANGHAI
from handlers.frames import INTENTS, SLOTS
from handlers.readings import Never, NotNow
from handlers.settings import check_settings, load_settings
from tests.services import StandIn, stand_in

NOW = datetime(2026, 3, 11, 10, tzinfo=SHANGHAI)


@pytest.fixture
def service() -> Iterator[StandIn]:
    with stand_in() as made:
        yield made


def reader(service: StandIn, **more: Any) -> ModelReader:
    """A reader that asks the stand-in."""
    on = {"read": True, "base_url": service.url, "model": "stand-in", "api_key": "k-1", "timeout_s": 0.5, **more}
    return ModelReader(load_settings(model=on))


def read(said: Any, words: str = "家里弄弄干净", role: str = "resident", context: str | None = None) -> Any:
    """What counts of an answer."""
    text = said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)
    return frame_from(text, words, role=role, context=context, now=NOW)


def test_a_good_answer(service: StandIn) -> None:
    """C3: masked words, the moment and the schema go out; a frame comes back, with what must be asked by our rules."""
    service.frame("request_service", service="cleaning", date_only="2026-03-12")
    found = reader(service).read("赶明儿归置归置，找李师傅13812345678", role="resident", context="asked_time", now=NOW)
    slots = {
        "service": "cleaning",
        "date_only": "2026-03-12",
        "worker_name": "李师傅",
    }  # the name by the rules, who saw it
    assert found == {"intent": "request_service", "slots": slots, "must_ask": ["start"]}
    asked = service.asked[0]
    assert asked.path == "/v1/chat/completions" and asked.headers["Authorization"] == "Bearer k-1"
    told = json.loads(asked.words())
    assert told == {
        "role": "resident",
        "now": "2026-03-11 10:00 Wednesday",
        "context": "asked_time",
        "words": "赶明儿归置归置，找某师傅〔电话〕",
    }


def test_the_prompt_holds_the_schema() -> None:
    """C3: every intent and slot is named to it, but the name of a worker, which it can't see."""
    assert all(f" {intent}" in SYSTEM for intent in INTENTS)
    assert all(f"- {name}:" in SYSTEM for name in SLOTS if name != "worker_name") and "worker_name" not in SYSTEM


@pytest.mark.parametrize(
    "said",
    ["", "好的", "{", "[]", "null", '{"intent": null}', {"intent": "buy"}, {"intent": ["help"]}, {"intent": "accept_job"},
     '{"intent": ' + "[" * 5000,
     {"intents": "help"}, "x" * 100_000],
    ids=range(12),
)  # fmt: skip
def test_what_is_no_frame_counts_as_nothing(said: Any) -> None:
    """C3: broken, unknown, another role's: the rules' answer stands."""
    assert read(said) is None


@pytest.mark.parametrize(
    "slots",
    [
        None,
        [],
        "x",
        {"start": "2020-01-01T10:00"},
        {"start": "2026-13-01T10:00"},
        {"tasks": ["murder"]},
        {"sql": "DROP"},
    ],
)
def test_slots_that_do_not_fit_are_left_out(slots: Any) -> None:
    """C3: and the start is asked for."""
    found = read({"intent": "request_service", "slots": slots, "must_ask": "all"})
    assert found["slots"] == {} and found["must_ask"] == ["service", "start"]


def test_what_is_made_up_is_left_out() -> None:
    """C3: amounts and orders must stand in the words; a name it can't know."""
    found = read({"intent": "cancel", "slots": {"order_no": "A999", "worker_name": "李师傅"}, "must_ask": []})
    assert found == {"intent": "cancel", "slots": {}, "must_ask": ["order_no"]}
    assert read({"intent": "ask_price", "slots": {"budget_max": 500}, "must_ask": []}, "贵不贵呀")["slots"] == {}
    assert read({"intent": "counter_offer", "slots": {"price": 180}}, "180我去", role="worker", context="offer:1")[
        "slots"
    ] == {"price": 180}
    assert (
        read({"intent": "counter_offer", "slots": {"price": 180}}, "一百八我去", role="worker", context="offer:1")[
            "slots"
        ]["price"]
        == 180
    )


def test_what_the_rules_read_they_read_better() -> None:
    """C3: a day and an hour that the rules are sure of are not the model's to change."""
    words = "明天下午三点来个人把那啥弄一下子呗"
    found = read(
        {"intent": "request_service", "slots": {"service": "repair", "start": "2026-03-20T09:00"}, "must_ask": []},
        words,
    )
    assert found["slots"]["start"] == "2026-03-12T15:00" and found["slots"]["service"] == "repair"


def test_what_it_doubts_is_asked() -> None:
    """C3: its own doubts count, if they are of the schema."""
    found = read(
        {"intent": "request_service", "slots": {"service": "repair", "asap": True}, "must_ask": ["start", "life"]}
    )
    assert found["must_ask"] == ["start"]


@pytest.mark.parametrize(
    "how",
    [{"status": 500}, {"status": 401}, {"status": 302}, {"wait_s": 6.0}, {"drip_s": 6.0},
     {"say": b"x" * 400_000}, {"say": b'{"choices": []}'}, {"say": b'{"choices": [{"message": {"content": null}}]}'}],
    ids=["500", "401", "redirect", "slow", "drip", "huge", "no-choice", "no-text"],
)  # fmt: skip
def test_no_answer_in_time(service: StandIn, how: dict[str, Any]) -> None:
    """C3, A6: whatever the service does, None, and soon; the key goes nowhere else."""
    service.script = [how]
    began = time.monotonic()
    assert reader(service).read("蝙蝠", role="resident", context=None, now=NOW) is None
    assert time.monotonic() - began < 5 and len(service.asked) == 1


def test_a_service_that_is_down_is_left_alone(service: StandIn) -> None:
    """Q1: after five failures it is not asked for a while."""
    service.status, mind = 500, reader(service)
    for _word in range(9):
        assert mind.read("蝙蝠", role="resident", context=None, now=NOW) is None
    assert len(service.asked) == 5


def test_limits_of_a_call(service: StandIn) -> None:
    """Q1: nobody there is another try, a refusal is none."""
    with pytest.raises(NotNow):
        call("http://127.0.0.1:9/v1/x", key="", timeout_s=0.5, json={})
    service.status = 403
    with pytest.raises(Never):
        call(service.url + "/x", key="", timeout_s=0.5, json={})


NEAR = ("http://127.0.0.1:1/v1", "http://10.0.0.2/v1", "http://whisper:80/v1", "https://api.example.com/v1")
FAR = ("http://api.example.com/v1", "", "ftp://x/v1")


@pytest.mark.parametrize(("url", "fine"), [*((url, True) for url in NEAR), *((url, False) for url in FAR)])
def test_settings_are_checked(url: str, fine: bool) -> None:
    """A6: what people say does not travel in the clear, nor to nowhere."""
    on = {"base_url": url, "model": "m"}
    settings = load_settings(demo={"enabled": True}, speech={"listen": True, **on}, model={"read": True, **on})
    assert bool(check_settings(settings)) is not fine
