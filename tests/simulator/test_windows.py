"""Customer-service messages: windows and counts by what a person did, sizes, kinds, the typing sign (rows 3 and 4)."""

from typing import Any

import pytest

from sim_support import LI, LIU, WANG, Product, Sim

SEND = "/cgi-bin/message/custom/send"
TAP = {"Content": "对，就这样", "bizmsgmenuid": "yes:1"}
CLICK = {"MsgType": "event", "Event": "CLICK", "EventKey": "book"}
SCAN = {"MsgType": "event", "Event": "SCAN", "EventKey": "7", "Ticket": "t"}
FOLLOW = {"MsgType": "event", "Event": "subscribe", "EventKey": ""}


def send(sim: Sim, kind: str, content: Any, touser: str = LIU) -> int:
    return int(sim.call(SEND, {"touser": touser, "msgtype": kind, kind: content})["errcode"])


@pytest.mark.parametrize(
    ("act", "count", "inside", "outside"),
    [
        ({"Content": "您好"}, 5, "PT47H59M", "PT2M"),
        (TAP, 3, "PT50S", "PT11S"),
        (CLICK, 3, "PT50S", "PT11S"),
        (SCAN, 3, "PT50S", "PT11S"),
        (FOLLOW, 3, "PT50S", "PT11S"),
    ],
)
def test_count_and_length_of_each_window(sim: Sim, act: dict[str, str], count: int, inside: str, outside: str) -> None:
    """Section 2: 5 in 48 hours after a message, 3 in a minute after a tap, a click, a scan or a follow."""
    assert sim.text(LIU) == 45015
    sim.push(LIU, message=act)
    assert [sim.text(LIU) for _ in range(count + 1)] == [0] * count + [45047]
    sim.push(LIU, message=act)
    sim.advance(inside)
    assert sim.text(LIU) == 0
    sim.advance(outside)
    assert sim.text(LIU) == 45015


def test_looking_at_a_page_opens_no_window(sim: Sim) -> None:
    """VIEW is not among the clicks that count."""
    sim.push(LIU, message={"MsgType": "event", "Event": "VIEW", "EventKey": "http://a.example"})
    assert sim.text(LIU) == 45015


def test_the_window_that_closes_first_is_used_first(sim: Sim) -> None:
    """A tap inside the 48 hours gives three more, for a minute."""
    sim.push(LIU)
    sim.push(LIU, message=TAP)
    assert [sim.text(LIU) for _ in range(9)] == [0] * 8 + [45047]
    sim.push(LIU, message=TAP)
    sim.advance("PT2M")
    assert sim.text(LIU) == 45047


def test_each_person_has_a_window_of_their_own(sim: Sim) -> None:
    """Per account and person."""
    sim.push(LIU)
    assert (sim.text(LIU), sim.text(LI), sim.text(WANG)) == (0, 45015, 45015)


def test_nobody_and_no_follower(sim: Sim) -> None:
    """40003 for an openid that does not exist, 45015 after a person left."""
    assert sim.text("oNobody") == 40003
    assert sim.text("oMini_" + LIU[6:]) == 40003
    sim.push(LIU)
    sim.push(LIU, message={"MsgType": "event", "Event": "unsubscribe", "EventKey": ""})
    assert sim.text(LIU) == 45015


def test_text_is_2048_bytes_at_most(sim: Sim) -> None:
    """45002, counted in bytes; a refused message takes nothing from the window."""
    sim.push(LIU)
    assert sim.text(LIU, "字" * 682) == 0
    assert sim.text(LIU, "字" * 683) == 45002
    assert sim.text(LIU, "") == 44004
    assert [sim.text(LIU) for _ in range(5)] == [0] * 4 + [45047]


def test_kinds_and_what_they_need(sim: Sim) -> None:
    """Row 3: 40008, 44004, 40007, 45008."""
    sim.push(LIU)
    assert send(sim, "poem", {"content": "x"}) == 40008
    assert send(sim, "text", "words") == 44004
    assert send(sim, "image", {"media_id": "none"}) == 40007
    assert send(sim, "news", {"articles": [{"title": "a"}, {"title": "b"}]}) == 45008
    assert send(sim, "msgmenu", {"head_content": "选一个", "list": []}) == 44004
    assert send(sim, "news", {"articles": [{"title": "小区通知", "url": "http://a.example"}]}) == 0
    assert send(sim, "miniprogrampage", {"title": "预约", "pagepath": "pages/a"}) == 0


def test_a_picture_uploaded_can_be_sent_and_fetched(sim: Sim) -> None:
    """media/upload and media/get."""
    sim.push(LIU)
    where = {"access_token": sim.token(), "type": "image"}
    sent = sim.http.post(sim.url + "/cgi-bin/media/upload", params=where, files={"media": ("a.png", b"png")}).json()
    assert send(sim, "image", {"media_id": sent["media_id"]}) == 0
    got = sim.http.get(
        sim.url + "/cgi-bin/media/get", params={"access_token": sim.token(), "media_id": sent["media_id"]}
    )
    assert got.content == b"png"
    assert sim.get("/cgi-bin/media/get", access_token=sim.token(), media_id="none")["errcode"] == 40007


def test_a_menu_message_shows_its_sentences(sim: Sim) -> None:
    """msgmenu: head, sentences to tap, tail."""
    sim.push(LIU)
    items = [{"id": "y", "content": "对"}, {"id": "n", "content": "改一改"}]
    menu = {"head_content": "都对吗？", "list": items, "tail_content": "回复 1、2 也行"}
    assert send(sim, "msgmenu", menu) == 0
    assert sim.outbox("custom")[0]["text"] == "都对吗？\n对\n改一改\n回复 1、2 也行"
    taps = [part for part in sim.bubbles("r02")[-1]["parts"] if part["t"] == "tap"]
    assert [(part["s"], part["id"]) for part in taps] == [("对", "y"), ("改一改", "n")]


def test_typing_sign(sim: Sim) -> None:
    """Row 4: 45072, 45080, 45081; a message ends it."""

    def typing(command: str) -> int:
        return int(sim.call("/cgi-bin/message/custom/typing", {"touser": LIU, "command": command})["errcode"])

    assert typing("Typing") == 45080
    sim.push(LIU)
    assert typing("Sing") == 45072
    assert [typing("Typing"), typing("Typing")] == [0, 45081]
    assert sim.text(LIU) == 0
    assert [b["over"] for b in sim.bubbles("r02") if b["kind"] == "typing"] == [True]
    assert typing("Typing") == 0
    assert typing("CancelTyping") == 0
    sim.advance("PT31S")
    assert typing("Typing") == 45080


def test_the_outbox_holds_what_was_accepted(sim: Sim, product: Product) -> None:
    """DESIGN section 3: every message accepted, oldest first, nothing that was refused."""
    product.answer = lambda received: {"Content": "收到，王阿姨"}
    sim.push(LIU)
    sim.text(LIU, "第一句")
    sim.text(LI, "没有窗口")
    first, second = sim.outbox()
    assert first.keys() == {"seq", "at", "channel", "touser", "kind", "text", "data", "client_msg_id", "msgid"}
    assert (first["channel"], first["text"], first["touser"]) == ("passive", "收到，王阿姨", LIU)
    assert (second["channel"], second["kind"], second["text"], second["data"]) == (
        "custom",
        "text",
        "第一句",
        {"content": "第一句"},
    )
    assert first["seq"] < second["seq"]
    assert sim.get("/sandbox/outbox", since=first["seq"]) == [second]


def test_calls_are_written_down_with_their_answers(sim: Sim) -> None:
    """GET /sandbox/calls: also the refused ones, and no secret in clear."""
    sim.text(LIU, "没有窗口")
    call = sim.get("/sandbox/calls", path=SEND)[0]
    assert (call["request"]["touser"], call["answer"]["errcode"], call["status"]) == (LIU, 45015, 200)
    assert len(call["query"]["access_token"]) == 7
