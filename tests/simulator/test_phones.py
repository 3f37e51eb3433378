"""The page's JSON: people, what they do, the drawer, the clock, and that all of it outlives a stop."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sim_support import LIU, WANG, Product, Sim, until
from simulator.bubbles import split_parts


def person(sim: Sim, person_id: str) -> Any:
    return next(p for p in sim.get("/simulator/api/state")["people"] if p["id"] == person_id)


def test_the_cast(sim: Sim) -> None:
    """Everyone of the demo; 王阿姨 is new."""
    people = sim.get("/simulator/api/state")["people"]
    assert len(people) == 21
    assert people[0].keys() == {"id", "openid", "name", "role", "face", "tint", "followed", "unread"}
    assert [p["name"] for p in people if not p["followed"]] == ["王阿姨"]
    assert (people[0]["openid"], people[11]["name"]) == (WANG, "李师傅")
    assert all(len(p["openid"]) == 28 for p in people)


def test_somebody_new_follows_and_leaves(sim: Sim, product: Product) -> None:
    """Follow, talk, leave; before and after nothing can be said."""
    assert sim.act("r01", "say", text="您好")["error"] == "请先关注「邻里家政」"
    sim.act("r01", "follow")
    assert until(lambda: product.received)[0].fields["Event"] == "subscribe"
    assert (person(sim, "r01")["followed"], sim.text(WANG)) == (True, 0)
    sim.act("r01", "unfollow")
    assert until(lambda: product.received[1:])[0].fields["Event"] == "unsubscribe"
    assert (person(sim, "r01")["followed"], sim.text(WANG)) == (False, 45015)


def test_one_more_person(sim: Sim) -> None:
    """再加一人: named, with an openid of the usual form."""
    added = sim.post("/simulator/api/people", {"name": "路人", "role": "resident"})
    assert (added["face"], added["openid"], added["followed"]) == ("路", "oLinliResident12xxxxxxxxxxxx", False)
    assert sim.http.post(sim.url + "/simulator/api/people", json={"name": "", "role": "resident"}).status_code == 400


ACTS: list[tuple[str, dict[str, Any], dict[str, str]]] = [
    ("say", {"text": "您好"}, {"MsgType": "text", "Content": "您好"}),
    ("menu", {"key": "book"}, {"MsgType": "event", "Event": "CLICK", "EventKey": "book"}),
    ("voice", {"text": "明天打扫", "seconds": 9}, {"MsgType": "voice", "Format": "amr"}),
    ("image", {"name": "完工"}, {"MsgType": "image"}),
    (
        "location",
        {"lat": 31.2, "lng": 121.4, "label": "幸福里南门"},
        {"MsgType": "location", "Location_X": "31.2", "Label": "幸福里南门"},
    ),
    ("scan", {"scene": "7"}, {"MsgType": "event", "Event": "SCAN", "EventKey": "7"}),
]


@pytest.mark.parametrize(("act", "given", "pushed"), ACTS, ids=[act for act, _, _ in ACTS])
def test_everything_a_phone_can_do(
    sim: Sim, product: Product, act: str, given: dict[str, Any], pushed: dict[str, str]
) -> None:
    """Each act is a bubble and a push, and opens its window."""
    bubble = sim.act("r02", act, **given)["bubble"]
    got = until(lambda: product.received)[0].fields
    assert pushed.items() <= got.items()
    assert sim.bubbles("r02")[0]["id"] == bubble
    assert sim.text(LIU) == 0


def test_a_voice_has_no_words_but_bytes(sim: Sim, product: Product) -> None:
    """1.3: Recognition is retired; the words only ride along for a demo's listener."""
    sim.act("r02", "voice", text="明天打扫", seconds=9)
    got = until(lambda: product.received)[0].fields
    assert "Recognition" not in got
    media = sim.http.get(
        sim.url + "/cgi-bin/media/get", params={"access_token": sim.token(), "media_id": got["MediaId"]}
    )
    assert media.content.startswith(b"#!AMR\n")
    assert media.headers["X-Simulator-Words"] == "%E6%98%8E%E5%A4%A9%E6%89%93%E6%89%AB"
    bubble = sim.bubbles("r02")[0]
    assert (bubble["kind"], bubble["seconds"], bubble["text"]) == ("voice", 9, "明天打扫")


def test_a_picture_can_be_fetched(sim: Sim, product: Product) -> None:
    """PicUrl leads to it, and so does the bubble."""
    sim.act("r02", "image", name="完工")
    url = until(lambda: product.received)[0].fields["PicUrl"]
    assert sim.http.get(url).content.startswith(b"\x89PNG")
    assert url.endswith(sim.bubbles("r02")[0]["image"])


def test_wrong_acts(sim: Sim) -> None:
    """404, 400 and 409 in JSON."""

    def status(path: str, body: Any = None) -> int:
        return int(sim.http.post(sim.url + "/simulator/api" + path, json=body or {}).status_code)

    assert status("/people/r99/say", {"text": "x"}) == 404
    assert status("/people/r02/dance") == 404
    assert status("/people/r02/say") == 400
    assert status("/people/r02/say", {"text": " "}) == 409
    assert status("/people/r02/tap", {"bubble": "b9", "tap": 0}) == 409
    assert status("/bubbles/b9/again") == 404
    assert status("/clock", {"to": "2026-11-25T09:00:00"}) == 400
    assert sim.http.get(sim.url + "/simulator/api/wire/b9").status_code == 404


def test_only_what_is_new_comes_again(sim: Sim, product: Product) -> None:
    """since: bubbles made or changed after it; a page that knows too much gets all."""
    sim.act("r02", "say", text="一")
    until(lambda: sim.bubbles("r02")[0]["delivery"] == "ok")
    seq = sim.get("/simulator/api/state")["seq"]
    assert sim.get("/simulator/api/state", since=seq)["bubbles"] == []
    sim.text(LIU, "二")
    assert [b["text"] for b in sim.get("/simulator/api/state", since=seq)["bubbles"]] == ["二"]
    assert len(sim.get("/simulator/api/state", since=seq + 1000)["bubbles"]) == 2


def test_unread_counts_until_read(sim: Sim) -> None:
    """What others send counts, one's own words do not."""
    sim.push(LIU)
    sim.text(LIU, "一")
    sim.text(LIU, "二")
    assert person(sim, "r02")["unread"] == 2
    sim.act("r02", "read")
    assert person(sim, "r02")["unread"] == 0


def test_the_drawer_of_a_sentence(sim: Sim, product: Product) -> None:
    """Push in plain and cipher, the answer, the calls that followed, and what is left of the window."""
    product.answer = lambda received: {"Content": "收到"}
    bubble = sim.act("r02", "say", text="对，就这样")["bubble"]
    until(lambda: len(sim.bubbles("r02")) == 2)
    sim.text(LIU, "师傅明天来")
    wire = sim.get(f"/simulator/api/wire/{bubble}")
    assert wire["title"] == "刘大爷 说「对，就这样」"
    assert "<Content><![CDATA[对，就这样]]></Content>" in wire["push"]["plain"]
    assert "<Encrypt>" in wire["push"]["cipher"]
    assert (wire["push"]["path"], wire["push"]["query"]["encrypt_type"]) == ("/wechat", "aes")
    assert wire["push"]["key"] == f"m:{product.received[0].fields['MsgId']}"
    attempt = wire["push"]["attempts"][0]
    assert attempt["status"] == 200
    assert "<Content>收到</Content>" in attempt["answer"]
    assert "<Encrypt>" in attempt["answer_cipher"]
    calls = [(call["path"], call["answer"]["errcode"], call["attempt"]) for call in wire["calls"]]
    assert calls == [("/cgi-bin/message/custom/send", 0, 1)]
    assert wire["window"]["left"] == 4
    assert wire["window"]["words"].startswith("客服消息还能发 4 条，到 ")


def test_what_comes_of_the_clock_hangs_on_no_sentence(sim: Sim, product: Product) -> None:
    """A reminder after the clock was moved is nobody's doing: not of the words that were said just before."""
    bubble = sim.act("r02", "say", text="您好")["bubble"]
    until(lambda: bool(product.received))
    sim.post("/simulator/api/clock", {"advance": "PT8H"})
    sim.text(LIU, "提醒您一声")
    reminder = sim.bubbles("r02")[-1]
    assert sim.get(f"/simulator/api/wire/{reminder['id']}")["push"] is None
    assert sim.get(f"/simulator/api/wire/{bubble}")["calls"] == []


def test_the_drawer_of_an_answer(sim: Sim, product: Product) -> None:
    """A passive reply shows its push; a message of its own shows its call and the tries before it."""
    product.answer = lambda received: {"Content": '<a href="https://example.com/">收到</a>'}
    sim.act("r02", "say", text="您好")
    until(lambda: len(sim.bubbles("r02")) == 2)
    sim.post("/sandbox/faults", {"rate": 1, "kinds": ["-1"], "endpoints": ["/cgi-bin/message/"], "count": 1})
    assert [sim.text(LIU, "一"), sim.text(LIU, "一"), sim.text(LIU, "二")] == [-1, 0, 0]
    reply, first = sim.bubbles("r02")[1:3]
    assert sim.get(f"/simulator/api/wire/{reply['id']}")["push"]["attempts"][0]["status"] == 200
    assert sim.get(f"/simulator/api/wire/{reply['id']}")["title"] == "发给刘大爷「收到」", "words, no tags"
    calls = sim.get(f"/simulator/api/wire/{first['id']}")["calls"]
    assert [(call["answer"]["errcode"], call["attempt"], call["fault"]) for call in calls] == [
        (-1, 1, "-1"),
        (0, 2, None),
    ]


def test_links_in_a_text() -> None:
    """What can be tapped, what leads to a page, and what is only text."""
    text = (
        '您好 &amp; <a href="weixin://bizmsgmenu?msgmenucontent=1+1 对&msgmenuid=a:1">对</a>\n'
        "<a href='http://a.example/?x=1&amp;y=2'>看详情</a> 1 < 2"
    )
    assert split_parts(text) == [
        {"t": "text", "s": "您好 & "},
        {"t": "tap", "s": "对", "id": "a:1", "content": "1+1 对"},
        {"t": "text", "s": "\n"},
        {"t": "a", "s": "看详情", "href": "http://a.example/?x=1&y=2"},
        {"t": "text", "s": " 1 < 2"},
    ]


def test_clock(sim: Sim) -> None:
    """Both doors, on and back, and a time of day."""
    assert sim.get("/sandbox/clock")["offset"] == 0
    assert sim.post("/sandbox/clock", {"advance": "PT2H"})["offset"] == 7200
    assert sim.post("/simulator/api/clock", {"advance": "-PT30M"})["offset"] == 5400
    assert sim.post("/simulator/api/clock", {"to": "2027-01-01T09:00:00+08:00"})["now"].startswith("2027-01-01T01:00:0")
    assert sim.post("/sandbox/clock", {"now": "2027-01-02T00:00:00Z"})["now"].startswith("2027-01-02T00:00:0")
    for wrong in ({}, {"advance": "2 hours"}, {"advance": "P"}, {"now": "tomorrow"}):
        assert sim.http.post(sim.url + "/sandbox/clock", json=wrong).status_code == 400


def test_a_clock_change_is_answered_when_followers_have_seen_it(start: Callable[..., Sim]) -> None:
    """0.5 s later by default."""
    sim = start(clock_settle=0.2)
    answer = sim.http.post(sim.url + "/sandbox/clock", json={"advance": "PT1H"})
    assert answer.elapsed.total_seconds() >= 0.2


def test_reset_is_the_first_day(sim: Sim) -> None:
    """Bubbles, windows, people, clock and faults as in the beginning; token and menu stay, as they are the account's."""
    token = sim.token()
    sim.call("/cgi-bin/menu/create", {"button": [{"type": "click", "name": "新", "key": "n"}]})
    sim.act("r01", "follow")
    sim.push(LIU)
    sim.text(LIU)
    sim.advance("PT1H")
    sim.post("/simulator/api/faults", {"name": "offline"})
    sim.post("/sandbox/reset")
    state = sim.get("/simulator/api/state")
    assert (state["bubbles"], state["offset"], state["faults"]["name"], state["epoch"]) == ([], 0, "off", 1)
    assert not person(sim, "r01")["followed"]
    assert state["menus"]["resident"][0]["name"] == "新"
    assert sim.outbox() == []
    assert sim.token() == token
    assert sim.text(LIU) == 45015


def test_the_first_day_may_be_another_one(sim: Sim) -> None:
    """A new start at a given moment: the clock is never at the real time between, when half of a day would fall due."""
    sim.advance("P3D")
    sim.post("/sandbox/reset", {"now": "2026-11-24T09:30:00+08:00"})
    assert sim.get("/sandbox/clock")["now"].startswith("2026-11-24T01:30:0")
    assert sim.bubbles() == []


def test_everything_outlives_a_stop(start: Callable[..., Sim], product: Product, tmp_path: Path) -> None:
    """Bubbles, wires, windows, people, menus, outbox, tokens and the clock."""
    product.answer = lambda received: {"Content": "收到"}
    first = start(data_dir=tmp_path)
    first.advance("PT1H")
    first.act("r01", "follow")
    bubble = first.act("r02", "say", text="您好")["bubble"]
    until(lambda: len(first.bubbles()) == 4)
    first.text(LIU, "一")
    first.call("/cgi-bin/menu/create", {"button": [{"type": "click", "name": "新", "key": "n"}]})
    before, token = first.get("/simulator/api/state"), first.token()
    boxes = first.outbox()
    first.running.app.extensions["simulator"][0].store.close()
    second = start(data_dir=tmp_path)
    after = second.get("/simulator/api/state")
    for key in ("seq", "offset", "people", "menus", "bubbles"):
        assert after[key] == before[key]
    assert (second.outbox(), second.token()) == (boxes, token)
    assert second.get(f"/simulator/api/wire/{bubble}")["push"]["attempts"][0]["status"] == 200
    assert [second.text(LIU) for _ in range(5)] == [0] * 4 + [45047]
    second.post(f"/simulator/api/bubbles/{bubble}/again")
    until(lambda: second.bubbles("r02")[0]["attempts"] == 2)
    assert len(second.bubbles("r01")) == 2


def test_people_for_tests(sim: Sim) -> None:
    """GET and POST /sandbox/people: windows, and what a person allows."""
    sim.push("刘大爷")
    liu = next(p for p in sim.get("/sandbox/people") if p["id"] == "r02")
    assert (liu["window"]["left"], liu["scenes"]["message"]["left"]) == (5, 5)
    sim.post("/sandbox/people/刘大爷", {"followed": False})
    assert sim.text(LIU) == 45015
    assert sim.http.post(sim.url + "/sandbox/people/刘大爷", json={"name": "x"}).status_code == 400


def test_the_page_never_crashes(sim: Sim) -> None:
    """Also before anyone drew it."""
    assert sim.http.get(sim.url + "/simulator/").status_code == 200
