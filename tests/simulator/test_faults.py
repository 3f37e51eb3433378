"""Faults on demand: what a caller sees, and whether the thing was done."""

from typing import Any

import pytest
import requests

from sim_support import LIU, Sim
from simulator.faults import NAMED, Faults

SEND = "/cgi-bin/message/custom/send"


def set_faults(sim: Sim, **faults: Any) -> Any:
    return sim.post("/sandbox/faults", {"rate": 1, "endpoints": ["/cgi-bin/message/"]} | faults)


@pytest.mark.parametrize("code", ["-1", "45009", "45011", "40001", "43004"])
def test_error_codes_in_the_platforms_words(sim: Sim, code: str) -> None:
    """An error is answered and nothing is done."""
    sim.push(LIU)
    set_faults(sim, kinds=[code])
    assert sim.text(LIU) == int(code)
    set_faults(sim, rate=0)
    assert sim.text(LIU) == 0
    assert len(sim.outbox()) == 1


@pytest.mark.parametrize(("kind", "done"), [("reset", 0), ("timeout", 0), ("drop_reply", 1)])
def test_connections_that_break(sim: Sim, kind: str, done: int) -> None:
    """reset and timeout: not done. drop_reply: done, but nobody hears of it."""
    sim.push(LIU)
    sim.token()
    set_faults(sim, kinds=[kind])
    with pytest.raises(requests.ConnectionError):
        sim.text(LIU)
    assert len(sim.outbox()) == done
    assert sim.get("/sandbox/calls")[-1]["fault"] == kind


def test_a_hanging_call_runs_into_the_callers_timeout(sim: Sim) -> None:
    """timeout: longer than any caller waits."""
    token = sim.token()
    set_faults(sim, kinds=["timeout"])
    with pytest.raises(requests.Timeout):
        requests.post(sim.url + SEND, params={"access_token": token}, data=b"{}", timeout=0.2)


def test_5xx_is_a_page_and_no_json(sim: Sim) -> None:
    """As a gateway in between answers."""
    set_faults(sim, kinds=["5xx"])
    answer = sim.http.post(sim.url + SEND, params={"access_token": "x"}, data=b"{}")
    assert (answer.status_code, answer.headers["Content-Type"].split(";")[0]) == (502, "text/html")


def test_dead_tokens_come_alive_by_a_new_fetch(sim: Sim) -> None:
    """token: every token dies once, as when somebody else fetched one."""
    sim.push(LIU)
    old = sim.token()
    set_faults(sim, kinds=["token"], count=1)
    body = {"touser": LIU, "msgtype": "text", "text": {"content": "好"}}
    assert [sim.call(SEND, body, token=old)["errcode"] for _ in range(2)] == [40001, 40001]
    assert sim.call(SEND, body)["errcode"] == 0


def test_only_the_named_endpoints_are_hit(sim: Sim) -> None:
    """Beginnings of paths; none means all."""
    set_faults(sim, kinds=["-1"])
    assert "access_token" in sim.post(
        "/cgi-bin/stable_token",
        {
            "grant_type": "client_credential",
            "appid": sim.config.app_id,
            "secret": sim.config.app_secret,
        },
    )
    set_faults(sim, kinds=["-1"], endpoints=[])
    assert sim.post("/cgi-bin/stable_token", {})["errcode"] == -1


def test_count_ends_the_faults(sim: Sim) -> None:
    """So many, then all is well."""
    sim.push(LIU)
    set_faults(sim, kinds=["-1"], count=2)
    assert [sim.text(LIU) for _ in range(3)] == [-1, -1, 0]
    assert sim.get("/sandbox/faults")["name"] == "off"


def test_the_same_seed_gives_the_same_faults() -> None:
    """So that a failure can be seen again."""

    def run(seed: int) -> list[str | None]:
        faults = Faults()
        faults.set(0.3, ["-1", "reset"], seed=seed)
        return [faults.draw("/cgi-bin/a") for _ in range(1000)]

    assert run(1) == run(1) != run(2)
    assert 240 < sum(kind is not None for kind in run(1)) < 360


@pytest.mark.parametrize(
    "wrong",
    [
        {"rate": 2, "kinds": ["-1"]},
        {"rate": 1, "kinds": ["rain"]},
        {"rate": 1},
        {"name": "rain"},
        {"rat": 1},
    ],
)
def test_wrong_faults_are_refused(sim: Sim, wrong: dict[str, Any]) -> None:
    """A misspelt fault must not pass silently."""
    assert sim.http.post(sim.url + "/sandbox/faults", json=wrong).status_code == 400


def test_the_pages_faults(sim: Sim) -> None:
    """Each has a name, Chinese words, and can be put on and off."""
    for name in NAMED:
        assert sim.post("/simulator/api/faults", {"name": name})["name"] == name
        listed = sim.get("/simulator/api/faults")["faults"]
        assert [fault["name"] for fault in listed if fault["on"]] == [name]
    assert sim.http.post(sim.url + "/simulator/api/faults", json={"name": "rain"}).status_code == 400
    sim.post("/simulator/api/faults", {"name": "off"})
    assert sim.token()
