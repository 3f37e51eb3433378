"""The client against the imitated platform over HTTP: tokens, limits of time, what each answer means, every kind of message (Q1)."""

import gc
import resource
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from peewee import Database

from bot.menu import menus
from bot.wechat.client import CallFailed, WeChatPlatform
from bot.wechat.errors import ERRORS
from bot.wechat.setup import menu_problems, set_menu, template_problems
from handlers.cards import Attached, Card, card
from handlers.clock import ManualClock
from handlers.platform import Sent
from handlers.settings import Settings, load_settings
from simulator.config import SimulatorConfig
from simulator.errors import WORDS
from simulator.server import Running

CUSTOM, TEMPLATE = "/cgi-bin/message/custom/send", "/cgi-bin/message/template/send"
AUNT = "王阿姨"


class Line:
    """The client, the imitated platform, and what passed between them."""

    def __init__(self, simulator: Running, settings: Settings) -> None:
        self.simulator, self.clock = simulator, ManualClock(datetime.now(UTC))
        self.settings = load_settings(
            database={"url": settings.database.url},
            demo={"enabled": True},
            wechat={"api_base_url": simulator.url, "read_timeout_s": 0.5},
        )
        self.platform = WeChatPlatform(self.settings, self.clock)
        self.official, self.mini = self.settings.wechat.app_id, self.settings.miniprogram.app_id

    def ask(self, path: str, given: dict[str, Any] | None = None) -> Any:
        url = f"{self.simulator.url}/sandbox/{path}"
        answer = requests.get(url, timeout=10) if given is None else requests.post(url, json=given, timeout=10)
        answer.raise_for_status()
        return answer.json()

    def person(self, who: str = AUNT) -> dict[str, Any]:
        return next(p for p in self.ask("people") if p["name"] == who)

    def follows(self, who: str = AUNT) -> str:
        """Somebody follows and writes; their openid."""
        self.ask(f"people/{self.person(who)['id']}", {"followed": True})
        self.ask("push", {"person": self.person(who)["id"], "message": {"MsgType": "text", "Content": "你好"}})
        return str(self.person(who)["openid"])

    def calls(self, path: str) -> list[dict[str, Any]]:
        return list(self.ask(f"calls?path={path}"))

    def says(self, openid: str, said: Card | str, app_id: str = "") -> Sent:
        whole = said if isinstance(said, Card) else card(said)
        return self.platform.send_custom(app_id or self.official, openid, whole, "ob1-0")


@pytest.fixture
def line(settings: Settings, database: Database) -> Iterator[Line]:
    made = Line(Running(SimulatorConfig(push_url="http://127.0.0.1:9/wechat", push_attempts=1, hang_seconds=2)), settings)
    yield made
    made.simulator.stop()


def test_every_kind_of_message(line: Line) -> None:
    """Q1, Q3: words, a card with choices, a picture, a voice, an article, a page of the mini-program; and the typing sign."""
    openid = line.follows()
    token = line.platform._token(line.official)
    keep = {"media": ("a.png", b"\x89PNG", "image/png")}
    url = f"{line.simulator.url}/cgi-bin/media/upload?access_token={token}&type=image"
    media = requests.post(url, files=keep, timeout=10).json()["media_id"]
    assert line.platform.show_typing(line.official, openid).decision == "ok"
    cards = [
        card("两句"),
        card("选一个", ("a:1:b", "好"), ("a:1:c", "不好")),
        Card("照片", attached=Attached("image", {"media_id": media})),
        Card("语音", attached=Attached("voice", {"media_id": media})),
    ]
    assert [line.says(openid, c).decision for c in cards] == ["ok"] * 4
    line.follows()
    news = {"title": "约定", "words": "全文", "url": "https://linli.example.com/a"}
    page = {"title": "我的预约", "path": "pages/mine", "media_id": media}
    assert line.says(openid, Card("", attached=Attached("news", news))).decision == "ok"
    assert line.says(openid, Card("", attached=Attached("page", page))).decision == "ok"
    kinds = [m["kind"] for m in line.ask("outbox") if m["channel"] == "custom"]
    assert kinds == ["text", "msgmenu", "image", "voice", "news", "miniprogrampage"]


def test_somebody_elses_words_make_no_link_of_ours(line: Line) -> None:
    """A6: what a person wrote is passed on as words."""
    line.says(line.follows(), '<a href="https://bad.example">点我</a>')
    assert "＜a href" in line.calls(CUSTOM)[-1]["request"]["text"]["content"]


def test_the_mini_programs_chat(line: Line) -> None:
    """Q1, Q3: choices as numbered lines, since it knows no menus; its openid is nobody to the official account."""
    line.ask("miniprogram/code", {"person": line.person()["id"]})
    openid = line.person()["mini_openid"]
    code = line.ask("miniprogram/code", {"person": line.person()["id"]})["code"]
    assert line.platform.code_to_session(code)["openid"] == openid
    assert line.says(openid, card("选一个", ("a:1:b", "好")), line.mini).decision == "ok"
    assert line.calls(CUSTOM)[-1]["request"]["text"]["content"] == "选一个\n1. 好"
    assert line.says(openid, "一句").code == "40003"


def test_subscribe_messages_by_the_right_call(line: Line) -> None:
    """Q1: each account has its own call; without a consent 43101 says so."""
    template = line.settings.miniprogram.subscribe_templates["visit_reminder"]
    fields = {"thing1": "日常保洁", "time2": "2026年11月25日 09:00", "name3": "李师傅", "thing4": "请您留人在家"}
    person = line.person()
    assert line.platform.send_subscribe(line.mini, person["mini_openid"], template, fields).code == "43101"
    line.ask("consents", {"person": person["id"], "template_id": template})
    line.ask("consents", {"person": person["id"], "template_id": template, "channel": "bizsend"})
    sent = line.platform.send_subscribe(line.mini, person["mini_openid"], template, fields)
    biz = line.platform.send_subscribe(line.official, person["openid"], template, fields)
    assert sent.decision == biz.decision == "ok" and sent.msgid and biz.msgid is None


def test_a_template_repeated_is_sent_once(line: Line) -> None:
    """Q1: 20 answers lost after the platform took the message: repeated with the same id, each arrives once."""
    openid = line.follows()
    fields = {"thing1": "日常保洁", "time2": "2026年11月25日 09:00", "name3": "李师傅", "thing4": "请您留人在家"}
    template = line.settings.wechat.templates["visit_reminder"]
    line.ask("faults", {"rate": 1, "kinds": ["drop_reply"], "endpoints": [TEMPLATE], "count": 20})
    first = [line.platform.send_template(line.official, openid, template, fields, f"ob{n}-0") for n in range(20)]
    again = [line.platform.send_template(line.official, openid, template, fields, f"ob{n}-0") for n in range(20)]
    assert {s.decision for s in first} == {"ambiguous"} and {s.decision for s in again} == {"ok"}
    assert len([m for m in line.ask("outbox") if m["channel"] == "template"]) == 20


def test_a_burst_of_40001_is_one_question(line: Line) -> None:
    """Q1: the token dies while eight threads send: one of them asks for a new one, all repeat once, all arrive."""
    openid = line.follows()
    assert line.says(openid, "先").decision == "ok"
    line.clock.advance(seconds=20)
    line.ask("tokens/kill", {})
    before, came = len(line.calls("/cgi-bin/stable_token")), []
    line.ask("quota", {"path": CUSTOM, "day": 1000})
    threads = [threading.Thread(target=lambda: came.append(line.says(openid, "一句").code)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(line.calls("/cgi-bin/stable_token")) - before == 1 and came == ["0"] * 4


def test_40001_for_ever(line: Line) -> None:
    """Q1: 200 sends: at most one question in ten seconds, at most one repeat a send, no recursion, memory flat."""
    openid = line.follows()
    line.ask("faults", {"rate": 1, "kinds": ["40001"], "endpoints": [CUSTOM]})
    line.says(openid, "一句")
    gc.collect()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    asked = len(line.calls("/cgi-bin/stable_token"))
    for _send in range(200):
        assert line.says(openid, "一句").decision == "retry"
        line.clock.advance(seconds=0.5)  # a hundred seconds in all
    assert len(line.calls("/cgi-bin/stable_token")) - asked <= 10
    assert len(line.calls(CUSTOM)) <= 2 * 201
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 30_000  # kilobytes, the imitation's records among them


def test_a_token_that_comes_back_the_same_is_forced_once(line: Line) -> None:
    """Q1: the ordinary question first; only when it gives the refused one a new one is forced, rarely."""
    openid = line.follows()
    line.ask("faults", {"rate": 1, "kinds": ["40001"], "endpoints": [CUSTOM]})
    for _send in range(40):
        line.says(openid, "一句")
        line.clock.advance(seconds=11)
    forced = [c for c in line.calls("/cgi-bin/stable_token") if c["request"].get("force_refresh")]
    assert len(forced) == 1


@pytest.mark.parametrize(
    ("kind", "decision"),
    [
        ("timeout", "ambiguous"), ("reset", "ambiguous"), ("drop_reply", "ambiguous"),
        ("5xx", "retry"), ("-1", "retry"), ("45009", "quota"), ("45011", "slow"),
    ],
)  # fmt: skip
def test_what_an_answer_or_none_means(line: Line, kind: str, decision: str) -> None:
    """Q1: each kind of trouble is known for what it is, within the limits of time."""
    openid = line.follows()
    line.platform._token(line.official)
    line.ask("faults", {"rate": 1, "kinds": [kind], "endpoints": [CUSTOM]})
    began = time.monotonic()
    sent = line.says(openid, "一句")
    assert sent.decision == decision and time.monotonic() - began < 1.5
    assert sent.failed == (decision in ("ambiguous", "retry"))


@pytest.mark.parametrize(
    ("status", "body", "decision"),
    [
        (429, b'{"message": "too many"}', "retry"), (404, b"{}", "retry"), (403, b"<html>", "retry"),
        (200, b"{}", "ambiguous"), (200, b"[]", "ambiguous"), (200, b"<html>", "ambiguous"), (200, b'{"errcode": 0}', "ok"),
    ],
)  # fmt: skip
def test_what_somebody_else_answers_is_no_consent(line: Line, status: int, body: bytes, decision: str) -> None:
    """Q1: a gate before the platform answers in its stead: only the platform's own word means that it was sent."""

    class Gate:
        def request(self, *_how: Any, **_more: Any) -> Any:
            made = requests.Response()
            made.status_code, made._content = status, body
            return made

    openid = line.follows()
    line.platform._token(line.official)
    line.platform.session = Gate()  # type: ignore[assignment]
    assert line.says(openid, "一句").decision == decision


def test_nobody_listens(line: Line) -> None:
    """Q1: a refused connection has surely not been carried out: it may be repeated as it is."""
    openid = line.follows()
    line.platform._token(line.official)
    line.platform.settings = load_settings(wechat={"api_base_url": "http://127.0.0.1:9"})
    sent = line.says(openid, "一句")
    assert (sent.decision, sent.code) == ("retry", "network")


def test_a_login_does_not_wait_for_a_platform_that_is_away(line: Line) -> None:
    """Q1: after five failures in a row it is said at once, and half a minute later one tries again."""
    line.ask("faults", {"rate": 1, "kinds": ["timeout"], "endpoints": ["/sns/"]})
    for _try in range(5):
        with pytest.raises(CallFailed):
            line.platform.code_to_session("x")
    began = time.monotonic()
    with pytest.raises(CallFailed, match="rests"):
        line.platform.code_to_session("x")
    assert time.monotonic() - began < 0.2
    line.ask("faults", {"rate": 0})
    line.clock.advance(seconds=31)
    assert line.platform.code_to_session("x")["errcode"] == 40029


def test_a_phone_number(line: Line) -> None:
    """A1: the number behind the button's code, asked for with the mini-program's own token."""
    code = line.ask("miniprogram/code", {"person": line.person()["id"], "phone": "13800001234"})["phone_code"]
    assert line.platform.phone_number(code, "")["phone_info"]["purePhoneNumber"] == "13800001234"


def test_every_code_has_a_reason() -> None:
    """Q1: what staff read is ours, for every code that the platform may answer to a call of ours."""
    assert all(reason for code, (_decision, reason) in ERRORS.items() if code)
    sending = {-1, 40001, 40003, 40014, 40037, 42001, 43004, 43019, 43101, 45002, 45009, 45011, 45015, 45047, 45168, 47003, 48001}
    assert sending <= set(ERRORS) and sending <= set(WORDS)


def test_the_menu_is_put_up_and_read_back(line: Line) -> None:
    """Q2: the platform shows what we asked for; what it would refuse is said beforehand, and a refusal in words."""
    assert set_menu(line.platform, menus()) == []
    long = {"button": [{"name": "我要预约服务呀", "sub_button": [{"type": "click", "name": "好" * 21, "key": "a"}] * 6}] * 4}
    found = menu_problems(long)
    assert any("21 bytes, 16 are allowed" in p for p in found) and any("4" in p and "keys" in p for p in found)
    assert any("6 entries" in p for p in found) and set_menu(line.platform, long) == found
    line.ask("faults", {"rate": 1, "kinds": ["48001"], "endpoints": ["/cgi-bin/menu/create"]})
    assert "48001, the account may not use this call" in set_menu(line.platform, menus())[0]


def test_the_templates_of_both_accounts(line: Line) -> None:
    """Q1: as shipped they fit; an account that does not answer is said."""
    assert template_problems(line.settings, line.platform) == []
    line.ask("faults", {"rate": 1, "kinds": ["48001"], "endpoints": ["/wxaapi/"]})
    assert [p for p in template_problems(line.settings, line.platform) if "could not be asked for: 48001" in p]
