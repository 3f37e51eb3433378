"""Pushes: what the product receives, repeats, order, what the phone shows of the answers (section 1)."""

import threading
import time
from collections.abc import Callable

import pytest

from sim_support import LIU, Product, Received, Sim, until
from simulator.messages import EVENTS, MESSAGES, dedupe_key, event, message

NOTICE = "该公众号提供的服务出现故障，请稍后再试"


def test_a_text_arrives_signed_and_encrypted(sim: Sim, product: Product) -> None:
    """1.1 and 1.3: query, headers, head and tail."""
    sim.act("r02", "say", text="明天上午打扫")
    got = until(lambda: product.received)[0]
    assert got.query.keys() == {"signature", "timestamp", "nonce", "openid", "encrypt_type", "msg_signature"}
    assert (got.headers["User-Agent"], got.headers["Content-Type"]) == ("Mozilla/4.0", "text/xml")
    assert (got.fields["ToUserName"], got.fields["FromUserName"]) == (sim.config.original_id, LIU)
    assert (got.fields["MsgType"], got.fields["Content"]) == ("text", "明天上午打扫")
    assert got.fields["MsgId"].isdigit()
    assert "明天" not in got.body


def test_times_come_from_the_one_clock(sim: Sim, product: Product) -> None:
    """CreateTime and timestamp move with /sandbox/clock."""
    sim.advance("P1D")
    sim.act("r02", "say", text="您好")
    got = until(lambda: product.received)[0]
    assert abs(int(got.fields["CreateTime"]) - time.time() - 86_400) < 5
    assert abs(int(got.query["timestamp"]) - time.time() - 86_400) < 5


def test_the_answer_stands_on_the_phone(sim: Sim, product: Product) -> None:
    """A passive reply is a bubble; its links are sentences to tap."""
    link = '<a href="weixin://bizmsgmenu?msgmenucontent=请李师傅&msgmenuid=w:12">请李师傅</a>'
    product.answer = lambda received: {"Content": f"请谁？\n{link}"}
    asked = sim.act("r02", "say", text="要保洁")["bubble"]
    until(lambda: len(sim.bubbles("r02")) == 2)
    mine, theirs = sim.bubbles("r02")
    assert (mine["id"], mine["delivery"], mine["attempts"], mine["wire"]) == (asked, "ok", 1, True)
    assert theirs["side"] == "them"
    assert theirs["parts"] == [
        {"t": "text", "s": "请谁？\n"},
        {"t": "tap", "s": "请李师傅", "id": "w:12", "content": "请李师傅"},
    ]
    product.answer = lambda received: "success"
    sim.act("r02", "tap", bubble=theirs["id"], tap=0)
    tapped = until(lambda: product.received[1:])[0].fields
    assert (tapped["MsgType"], tapped["Content"], tapped["bizmsgmenuid"]) == ("text", "请李师傅", "w:12")
    assert sim.bubbles("r02")[1]["used"]


@pytest.mark.parametrize("answer", ["success", ""])
def test_success_and_empty_mean_nothing_to_show(sim: Sim, product: Product, answer: str) -> None:
    """1.2: both end the matter silently."""
    product.answer = lambda received: answer
    sim.act("r02", "say", text="您好")
    until(lambda: sim.bubbles("r02")[0]["delivery"] == "ok")
    assert len(sim.bubbles("r02")) == 1
    assert len(product.received) == 1


BAD = {
    "json": '{"ok":1}',
    "plain in safe mode": "<xml><ToUserName>x</ToUserName></xml>",
    "damaged": "<xml><Encrypt>x</Encrypt></xml>",
}


@pytest.mark.parametrize("body", BAD.values(), ids=BAD.keys())
def test_an_abnormal_answer_shows_the_grey_notice_at_once(sim: Sim, product: Product, body: str) -> None:
    """1.2: no repeat for an answer that is no answer."""
    product.answer = lambda received: body
    sim.act("r02", "say", text="您好")
    notice = until(lambda: sim.bubbles("r02")[1:])[0]
    assert (notice["side"], notice["kind"], notice["text"]) == ("system", "notice", NOTICE)
    assert len(product.received) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"Content": "字" * 700},
        {"Content": ""},
        {"MsgType": "poem"},
        {"ToUserName": "oOther"},
        {"CreateTime": "soon"},
        {"Content": {"Event": "CLICK"}},
    ],
)
def test_replies_that_break_the_rules_are_not_shown(sim: Sim, product: Product, fields: dict[str, str]) -> None:
    """Over 2048 bytes, empty, of no kind, for another person, or with elements inside the text."""
    product.answer = lambda received: {"Content": "好"} | fields
    sim.act("r02", "say", text="您好")
    assert until(lambda: sim.bubbles("r02")[1:])[0]["text"] == NOTICE
    assert sim.outbox() == []


def test_repeats_at_the_rhythm_of_the_platform(start: Callable[..., Sim], product: Product) -> None:
    """1.2: the same MsgId and body, new nonce, three tries in all, then the notice."""
    sim = start(push_timeout=0.3)
    product.answer = lambda received: (503, "")
    sim.act("r02", "say", text="您好")
    until(lambda: len(sim.bubbles("r02")) == 2)
    mine, notice = sim.bubbles("r02")
    assert (mine["delivery"], mine["attempts"], notice["text"]) == ("failed", 3, NOTICE)
    first, second, third = product.received
    assert first.fields == second.fields == third.fields
    assert len({got.query["nonce"] for got in product.received}) == 3
    # Never sooner; how much later depends on how busy this machine is.
    assert 0.25 < second.at - first.at < 2
    assert 0.25 < third.at - second.at < 2


def test_a_repeat_overlaps_with_an_attempt_that_still_runs(start: Callable[..., Sim], product: Product) -> None:
    """1.2: no answer in time; the connection is dropped, the product still works on it, and the repeat is answered."""
    sim = start(push_timeout=0.3)

    def slow_once(received: Received) -> object:
        if len(product.received) == 1:
            time.sleep(0.5)
            return {"Content": "太晚了"}
        return {"Content": "收到"}

    product.answer = slow_once
    sim.act("r02", "say", text="您好")
    until(lambda: len(sim.bubbles("r02")) == 2)
    mine, reply = sim.bubbles("r02")
    assert (mine["delivery"], mine["attempts"], reply["text"]) == ("ok", 2, "收到")
    wire = sim.get(f"/simulator/api/wire/{mine['id']}")["push"]
    assert [attempt["status"] for attempt in wire["attempts"]] == [0, 200]


def test_nobody_listens(start: Callable[..., Sim]) -> None:
    """A product that is not there is retried like a slow one."""
    sim = start(push_url="http://127.0.0.1:9/wechat", push_timeout=0.1)
    sim.act("r02", "say", text="您好")
    until(lambda: len(sim.bubbles("r02")) == 2)
    assert sim.bubbles("r02")[0]["delivery"] == "failed"


def test_each_person_keeps_their_order_and_blocks_nobody(start: Callable[..., Sim], product: Product) -> None:
    """A slow answer to one person holds up only that person's next message."""
    sim = start(push_timeout=2.0)
    free = threading.Event()

    def hold_liu(received: Received) -> str:
        if received.fields["FromUserName"] == LIU:
            free.wait(2)
        return "success"

    product.answer = hold_liu
    for words in ("一", "二", "三"):
        sim.act("r02", "say", text=words)
    sim.act("w01", "say", text="李师傅在")
    until(lambda: any(b["delivery"] == "ok" for b in sim.bubbles("w01")))
    assert [b["delivery"] for b in sim.bubbles("r02")] == ["sending"] * 3
    free.set()
    until(lambda: len(product.received) == 4)
    assert [got.fields["Content"] for got in product.received if got.fields["FromUserName"] == LIU] == [
        "一",
        "二",
        "三",
    ]


def test_the_same_push_again_by_hand_shows_no_second_reply(sim: Sim, product: Product) -> None:
    """The page's button: same MsgId, new nonce; a reply that was shown is not shown twice."""
    product.answer = lambda received: {"Content": "收到"}
    bubble = sim.act("r02", "say", text="您好")["bubble"]
    until(lambda: len(sim.bubbles("r02")) == 2)
    sim.post(f"/simulator/api/bubbles/{bubble}/again")
    until(lambda: len(product.received) == 2)
    until(lambda: sim.bubbles("r02")[0]["attempts"] == 2)
    assert product.received[0].fields == product.received[1].fields
    assert product.received[0].query["nonce"] != product.received[1].query["nonce"]
    assert len(sim.bubbles("r02")) == 2
    assert len(sim.outbox("passive")) == 1


def test_handshake(sim: Sim) -> None:
    """1.1: the echo alone, and a refusal for a wrong signature."""
    assert sim.post("/sandbox/handshake", {"echostr": "8151"})["ok"]
    assert sim.post("/sandbox/handshake", {"bad_signature": True})["status"] == 403


@pytest.mark.parametrize("mode", ["safe", "compatible"])
def test_pushes_by_hand_tell_what_came_back(sim: Sim, product: Product, mode: str) -> None:
    """POST /sandbox/push: status, decrypted body, milliseconds."""
    product.answer = lambda received: {"Content": "收到"}
    result = sim.push(LIU, mode=mode)[0]
    assert (result["status"], result["ok"], result["reply"]["Content"]) == (200, True, "收到")
    assert "<Content>收到</Content>" in result["body"]
    assert result["ms"] > 0
    assert result["key"] == f"m:{product.received[0].fields['MsgId']}"


def test_pushes_by_hand_repeated_and_at_once(sim: Sim, product: Product) -> None:
    """repeat and concurrent: always the same MsgId."""
    product.answer = lambda received: {"Content": "收到"}
    assert len(sim.push(LIU, repeat=3, concurrent=4)) == 12
    assert len({got.fields["MsgId"] for got in product.received}) == 1
    assert len({got.query["nonce"] for got in product.received}) == 12
    assert len(sim.outbox("passive")) == 1


@pytest.mark.parametrize(
    "wrong", [{"bad_signature": True}, {"bad_cipher": True}, {"wrong_app": "wx0000000000000000"}, {"mode": "plain"}]
)
def test_forged_pushes_reach_the_product_and_are_refused_there(
    sim: Sim, product: Product, wrong: dict[str, object]
) -> None:
    """A3: what a test of the product needs to forge."""
    assert sim.push(LIU, **wrong)[0]["status"] == 403
    assert product.received == []


def test_an_old_timestamp(sim: Sim, product: Product) -> None:
    """A3: -301 s, correctly signed."""
    sim.push(LIU, timestamp_offset=-301)
    assert abs(time.time() - 301 - int(product.received[0].query["timestamp"])) < 5


def test_raw_xml_and_somebody_new(sim: Sim, product: Product) -> None:
    """A raw document goes as it is; an openid nobody knows becomes a follower without a phone."""
    raw = (
        "<xml><FromUserName>oStranger</FromUserName><MsgType>text</MsgType><Content>hi</Content><MsgId>5</MsgId></xml>"
    )
    result = sim.post("/sandbox/push", {"xml": raw})[0]
    assert result["key"] == "m:5"
    assert product.received[0].fields["Content"] == "hi"
    assert sim.text("oStranger") == 0
    assert all(person["openid"] != "oStranger" for person in sim.get("/simulator/api/state")["people"])


def test_unknown_wishes_are_refused(sim: Sim) -> None:
    """A misspelt option must not pass silently."""
    assert "unknown: repeats" in sim.push(LIU, repeats=2)["error"]
    assert "text has no Contnt" in sim.push(LIU, message={"Contnt": "x"})["error"]
    assert "error" in sim.post("/sandbox/push", {"message": {"Content": "x"}})


def test_queued_pushes_follow_the_platform(start: Callable[..., Sim], product: Product) -> None:
    """queue leaves it to the platform's own repeats."""
    sim = start(push_timeout=0.1)
    product.answer = lambda received: (500, "") if len(product.received) < 3 else "success"
    assert sim.push(LIU, queue=True)[0]["queued"]
    until(lambda: len(product.received) == 3)


@pytest.mark.parametrize("name", EVENTS)
def test_every_event_can_be_pushed(sim: Sim, product: Product, name: str) -> None:
    """1.4: the exact name, no MsgId, its own fields."""
    own = {key: {"List": {"TemplateId": "t"}} if key.endswith("Event") else "1" for key in EVENTS[name]}
    sim.push(LIU, message={"MsgType": "event", "Event": name} | own)
    got = product.received[0].fields
    assert (got["MsgType"], got["Event"]) == ("event", name)
    assert "MsgId" not in got
    assert got.keys() >= EVENTS[name]


@pytest.mark.parametrize("kind", MESSAGES)
def test_every_message_can_be_pushed(sim: Sim, product: Product, kind: str) -> None:
    """1.3: head, own fields, MsgId."""
    sim.push(LIU, message={"MsgType": kind} | dict.fromkeys(MESSAGES[kind], "1"))
    assert product.received[0].fields.keys() == MESSAGES[kind] | {
        "ToUserName",
        "FromUserName",
        "CreateTime",
        "MsgType",
        "MsgId",
    }


def test_what_the_platform_does_not_push() -> None:
    """Kinds and fields are those of the tables, no others."""
    for make, name, fields in ((message, "poem", {}), (event, "click", {}), (message, "text", {"Recognition": "x"})):
        with pytest.raises(ValueError, match=r"no"):
            make(name, **fields)


def test_dedupe_key() -> None:
    """MsgId, or sender, time, event and the hash of its key."""
    assert dedupe_key({"MsgId": 7}) == "m:7"
    fields = {"FromUserName": "o1", "CreateTime": 5, "Event": "CLICK", "EventKey": "book"}
    assert dedupe_key(fields) == "e:o1|5|CLICK|92719fe0cf8cd515"
