"""Tokens, quotas, and what the door of the API refuses (the platform's contract, rows 1, 2 and 16)."""

from typing import Any

import pytest

from sim_support import LIU, Sim

SEND = "/cgi-bin/message/custom/send"


def fetch(sim: Sim, **other: Any) -> Any:
    usual = {"grant_type": "client_credential", "appid": sim.config.app_id, "secret": sim.config.app_secret}
    return sim.get("/cgi-bin/token", **usual | other)


def stable(sim: Sim, force: bool = False) -> Any:
    body = {
        "grant_type": "client_credential",
        "appid": sim.config.app_id,
        "secret": sim.config.app_secret,
        "force_refresh": force,
    }
    return sim.post("/cgi-bin/stable_token", body)


def try_token(sim: Sim, token: str) -> int:
    """0 would be a follower's record, which carries no errcode."""
    return int(sim.get("/cgi-bin/user/info", access_token=token, openid=LIU).get("errcode", 0))


def test_a_new_token_kills_the_old_one_after_five_minutes(sim: Sim) -> None:
    """Row 1: the overlap of five minutes, then 40001; and 42001 after two hours."""
    old, new = fetch(sim)["access_token"], fetch(sim)["access_token"]
    assert old != new
    assert try_token(sim, old) == try_token(sim, new) == 0
    sim.advance("PT4M")
    assert try_token(sim, old) == 0
    sim.advance("PT2M")
    assert try_token(sim, old) == 40001
    assert try_token(sim, new) == 0
    sim.advance("PT2H")
    assert try_token(sim, new) == 42001


def test_the_stable_token_is_the_same_until_five_minutes_before_its_end(sim: Sim) -> None:
    """Row 2: expires_in is never below 300, and the one before still works then."""
    first = stable(sim)
    assert first["expires_in"] == 7200
    sim.advance("PT1H54M")
    later = stable(sim)
    assert later["access_token"] == first["access_token"]
    assert 300 <= later["expires_in"] <= 360
    sim.advance("PT2M")
    renewed = stable(sim)
    assert renewed["access_token"] != first["access_token"]
    assert try_token(sim, first["access_token"]) == try_token(sim, renewed["access_token"]) == 0


def test_the_two_kinds_of_token_do_not_kill_each_other(sim: Sim) -> None:
    """Row 2: separate from row 1."""
    kept = stable(sim)["access_token"]
    fetch(sim)
    sim.advance("PT10M")
    assert stable(sim)["access_token"] == kept
    assert try_token(sim, kept) == 0


def test_forced_refresh_kills_at_once_thirty_seconds_apart_and_twenty_a_day(sim: Sim) -> None:
    """Row 2: force_refresh."""
    sim.begin_a_morning()
    first = stable(sim)["access_token"]
    second = stable(sim, force=True)["access_token"]
    assert try_token(sim, first) == 40001
    assert stable(sim, force=True)["access_token"] == second
    for _ in range(19):
        sim.advance("PT31S")
        assert "access_token" in stable(sim, force=True)
    sim.advance("PT31S")
    assert stable(sim, force=True)["errcode"] == 45009


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"appid": "wx0000000000000000"}, 40013),
        ({"secret": "no"}, 40125),
        ({"grant_type": "x"}, 40002),
        ({"appid": ""}, 41002),
        ({"secret": ""}, 41004),
    ],
)
def test_wrong_credentials_are_named(sim: Sim, wrong: dict[str, str], code: int) -> None:
    """Row 1: own errors."""
    assert fetch(sim, **wrong)["errcode"] == code


def test_every_error_is_200_json_and_ends_with_a_request_id(sim: Sim) -> None:
    """Section 9: HTTP 200, errcode, errmsg with rid."""
    answer = sim.http.post(sim.url + SEND, data=b"{}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    words, _, rid = answer.json()["errmsg"].partition(" rid: ")
    assert (answer.json()["errcode"], words) == (41001, "access_token missing")
    assert [len(part) for part in rid.split("-")] == [8, 8, 8]


def test_the_door_refuses_as_the_platform_does(sim: Sim) -> None:
    """Section 9: 40014, 40001, 43002, 43001, 44002, 47001, 40033, 40066."""
    token = sim.token()

    def code(path: str = SEND, token: str = token, data: bytes = b"{}", method: str = "POST") -> int:
        return int(
            sim.http.request(method, sim.url + path, params={"access_token": token}, data=data).json()["errcode"]
        )

    assert code(token="short") == 40014
    assert code(token=token[:-1] + ("A" if token[-1] != "A" else "B")) == 40001
    assert code(method="GET") == 43002
    assert code("/cgi-bin/user/info") == 43001
    assert code(data=b" ") == 44002
    assert code(data=b"{") == 47001
    assert code(data=b"[1]") == 47001
    assert code(data=b'{"touser":"\\u60a8"}') == 40033
    assert code(data=b'{"touser":"\xff"}') == 40033
    assert code("/cgi-bin/no/such") == 40066


def test_a_backslash_before_u_is_no_escape(sim: Sim) -> None:
    """A person may write \\u60a8 as six signs."""
    sim.push(LIU)
    assert sim.text(LIU, "看 \\u60a8") == 0
    assert sim.outbox("custom")[-1]["text"] == "看 \\u60a8"


def test_quotas_on_demand_and_clear_quota(sim: Sim) -> None:
    """45011 for the minute, 45009 for the day, clear_quota ten times a month (48006)."""
    sim.begin_a_morning()
    sim.push(LIU)
    sim.post("/sandbox/quota", {"path": SEND, "minute": 1, "day": 2})
    assert [sim.text(LIU), sim.text(LIU)] == [0, 45011]
    sim.advance("PT1M")
    assert sim.text(LIU) == 0
    sim.advance("PT1M")
    assert sim.text(LIU) == 45009
    clear = {"appid": sim.config.app_id}
    assert [sim.call("/cgi-bin/clear_quota", clear)["errcode"] for _ in range(11)] == [0] * 10 + [48006]
    sim.advance("PT1M")
    assert sim.text(LIU) == 0


def test_killed_tokens_are_refused_until_a_new_one_is_fetched(sim: Sim) -> None:
    """The switch for tests: all tokens die at once."""
    old = stable(sim)["access_token"]
    sim.post("/sandbox/tokens/kill")
    assert try_token(sim, old) == 40001
    assert try_token(sim, stable(sim)["access_token"]) == 0
