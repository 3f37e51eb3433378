"""The door for pushes: what is the platform's is taken once, what is not has no effect (Q1, Q2)."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import psycopg2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from peewee import OperationalError

from bot.inbound import Inbound
from bot.replies import card_to_json
from bot.webhook import doors_of, from_stored, webhook
from handlers.backlog import work_one
from handlers.cards import card
from handlers.clock import ManualClock
from handlers.context import Context, public_actor
from handlers.inbox import turn_of
from handlers.settings import Settings
from models.clocks import Alert
from models.connection import is_postgres
from models.messages import Inbox
from tests.bot.pushes import event_push, opened, sealed, sign, text_push

pytestmark = pytest.mark.both

AUNT = "oLinliResident01xxxxxxxxxxxx"


class Work:
    """Stands where the bot stands: keeps one row for each push, and answers with what was said."""

    def __init__(self) -> None:
        self.fails = 0

    def __call__(self, ctx: Context, body: str, inbound: Inbound | None = None) -> str | None:
        assert inbound is None or inbound == from_stored(body)
        inbound = from_stored(body)
        Alert.create(community_id=1, kind="worked", key=inbound.key, words=inbound.text, at=ctx.now)
        if self.fails:
            self.fails -= 1
            raise RuntimeError("the work breaks")
        return card_to_json(card(f"您说:{inbound.text}", ("menu:0:mine", "我的预约"))) if inbound.text else None


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
def client(settings: Settings, clock: ManualClock, database: Any, work: Work) -> Iterator[FlaskClient]:
    app = Flask(__name__)
    app.register_blueprint(webhook(doors_of(settings, clock, work)))
    yield app.test_client()


def send(client: FlaskClient, settings: Settings, clock: ManualClock, xml: str, **wrong: str) -> Any:
    query, body = sealed(settings, xml, clock.now(), **wrong)
    return client.post("/wechat", query_string=query, data=body.encode())


def effects() -> int:
    return Alert.select().count()


def test_handshake_echoes_only_to_the_platform(client: FlaskClient, settings: Settings, clock: ManualClock) -> None:
    """Q1: the GET handshake answers echostr alone, and refuses a wrong signature."""
    stamp = str(int(clock.now().timestamp()))
    good = {"signature": sign(settings.wechat.token, stamp, "n"), "timestamp": stamp, "nonce": "n", "echostr": "4711"}
    assert client.get("/wechat", query_string=good).data == b"4711"
    assert client.get("/wechat", query_string={**good, "signature": "0" * 40}).status_code == 403


def test_a_text_is_answered_encrypted(client: FlaskClient, settings: Settings, clock: ManualClock) -> None:
    """Q1: the reply is sealed for the platform and carries the choices as links."""
    answer = send(client, settings, clock, text_push(AUNT, "你好", clock.now()))
    said = opened(settings, answer.text)
    assert answer.status_code == 200 and "您说:你好" in said
    assert "weixin://bizmsgmenu?msgmenucontent=" in said and "msgmenuid=menu:0:mine" in said


def test_a_repeat_has_one_effect_and_the_same_reply(
    client: FlaskClient, settings: Settings, clock: ManualClock
) -> None:
    """Q1: the same MsgId again, with a new nonce."""
    xml = text_push(AUNT, "明天打扫", clock.now(), MsgId=77)
    said = [opened(settings, send(client, settings, clock, xml).text) for _ in range(3)]
    assert effects() == 1 and len(set(said)) == 1


def test_eight_at_once_have_one_effect(client: FlaskClient, settings: Settings, clock: ManualClock) -> None:
    """Q1: eight deliveries of one push at the same moment."""
    xml = text_push(AUNT, "明天打扫", clock.now(), MsgId=78)
    barrier, said = threading.Barrier(8), []

    def one() -> None:
        barrier.wait()
        said.append(send(client.application.test_client(), settings, clock, xml))

    threads = [threading.Thread(target=one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert effects() == 1
    assert {answer.status_code for answer in said} == {200}
    assert {opened(settings, answer.text) for answer in said if answer.text != "success"} == {
        opened(settings, send(client, settings, clock, xml).text)
    }


def test_two_events_of_one_second_are_two(client: FlaskClient, settings: Settings, clock: ManualClock) -> None:
    """Q1: the key of an event holds what it is about, not only sender and second."""
    for key in ("menu:mine", "menu:prices"):
        send(client, settings, clock, event_push(AUNT, "CLICK", clock.now(), EventKey=key))
    assert effects() == 2


def test_what_the_platform_tells_of_many_people_in_one_second(client: FlaskClient, settings: Settings, clock: ManualClock) -> None:
    """A6, Q1: it is the sender itself; each person's withdrawal counts, however many come, and a repeat of one does not."""
    for number, what in [*((number, "206") for number in range(60)), (59, "206"), (0, "201")]:
        about = {"OpenID": f"oSomebody{number:019}", "AppID": settings.wechat.app_id, "RevokeInfo": what}
        told = event_push("gh_linlidemo0001", "user_authorization_revoke", clock.now(), **about)
        assert send(client, settings, clock, told).status_code == 200
    assert effects() == 61


FORGED = {
    "no signature": {"msg_signature": ""},
    "a wrong signature": {"msg_signature": "0" * 40},
    "too old": {"timestamp": "1795000000"},
    "not a time": {"timestamp": "九点"},
    "another app": {"app_id": "wxffffffffffffffff"},
}


@pytest.mark.parametrize("kind", FORGED)
def test_forged_pushes_are_refused_without_effect(
    kind: str, client: FlaskClient, settings: Settings, clock: ManualClock
) -> None:
    """Q1: whatever is not the platform's is a 4xx, and nothing is stored."""
    answer = send(client, settings, clock, text_push(AUNT, "你好", clock.now()), **FORGED[kind])
    assert 400 <= answer.status_code < 500
    assert effects() == 0 and Inbox.select().count() == 0


def test_a_plain_push_is_refused_unless_switched_on(
    client: FlaskClient, settings: Settings, clock: ManualClock
) -> None:
    """Q1: the plain signature covers neither body nor age, so plain pushes are off."""
    stamp = str(int(clock.now().timestamp()))
    query = {"signature": sign(settings.wechat.token, stamp, "n"), "timestamp": stamp, "nonce": "n"}
    answer = client.post("/wechat", query_string=query, data=text_push(AUNT, "你好", clock.now()).encode())
    assert answer.status_code == 403 and effects() == 0


def test_a_genuine_push_replayed_later_is_stale(client: FlaskClient, settings: Settings, clock: ManualClock) -> None:
    """Q1: a seen push, sent again after the window of freshness, is refused."""
    query, body = sealed(settings, text_push(AUNT, "你好", clock.now()), clock.now())
    clock.advance(timedelta(seconds=301))
    assert client.post("/wechat", query_string=query, data=body).status_code == 403


def test_what_fails_is_kept_and_acknowledged(
    client: FlaskClient, settings: Settings, clock: ManualClock, work: Work
) -> None:
    """Q1: the work breaks: its effects are undone, the push is stored for later, the platform hears success."""
    work.fails = 1
    answer = send(client, settings, clock, text_push(AUNT, "你好", clock.now()))
    assert answer.text == "success" and effects() == 0
    assert [row.state for row in Inbox.select()] == ["new"]


def test_a_later_message_waits_for_the_stored_one(
    client: FlaskClient, settings: Settings, clock: ManualClock, work: Work
) -> None:
    """Q1: the order of one sender is kept."""
    work.fails = 1
    send(client, settings, clock, text_push(AUNT, "第一句", clock.now()))
    assert send(client, settings, clock, text_push(AUNT, "第二句", clock.now())).text == "success"
    assert effects() == 0 and Inbox.select().where(Inbox.state == "new").count() == 2
    other = send(client, settings, clock, text_push("oSomebodyElse", "第三句", clock.now()))
    assert "第三句" in opened(settings, other.text)


def test_what_fails_at_the_very_end_is_put_back(
    client: FlaskClient, settings: Settings, clock: ManualClock, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Q1: also what surfaces only when the work is done: a beaten transaction is tried anew, anything else waits for its next try."""
    work.fails = 1
    send(client, settings, clock, text_push(AUNT, "你好", clock.now()))
    beaten = OperationalError("deadlock")
    beaten.orig = SimpleNamespace(pgcode="40P01")
    ends = [beaten, ValueError("surfaces late"), None]

    def end(*_args: Any) -> None:
        if (failure := ends.pop(0)) is not None:
            raise failure

    monkeypatch.setattr("handlers.backlog.answer_later", end)
    for state in ("new", "done"):
        clock.advance(minutes=1)
        assert work_one(Context(public_actor(0), clock.now(), settings), work)
        assert Inbox.select().first().state == state
    assert effects() == 1 and not ends


def test_a_database_that_refuses_is_not_acknowledged(
    client: FlaskClient, settings: Settings, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Q1: 503, so that the platform repeats; never success without a commit."""

    def refuse(*_args: Any, **_kwargs: Any) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr("handlers.inbox.look_before", refuse)
    assert send(client, settings, clock, text_push(AUNT, "你好", clock.now())).status_code == 503


def test_who_waits_for_their_own_message_is_nobody_elses_trouble(
    client: FlaskClient, settings: Settings, clock: ManualClock, work: Work, database: Any
) -> None:
    """Q1: on another machine a message takes long; the sender's next one is stored meanwhile, and the others are answered at once."""
    if not is_postgres():
        pytest.skip("SQLite's writers come one after the other")
    limits = database.connect_params["options"]
    database.connect_params["options"] = limits.replace(f"lock_timeout={settings.database.busy_timeout_ms}", "lock_timeout=100")
    database.close_all()
    with psycopg2.connect(str(database.database)) as other:
        lock = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
        other.cursor().execute(lock, (turn_of(settings.wechat.app_id, AUNT),))
        assert send(client, settings, clock, text_push(AUNT, "第二句", clock.now())).text == "success"
        somebody = send(client, settings, clock, text_push("oSomebodyElse", "你好", clock.now()))
        assert somebody.status_code == 200 and "你好" in opened(settings, somebody.text)
    other.close()
    assert work_one(Context(public_actor(0), clock.now(), settings), work) and {row.state for row in Inbox.select()} == {"done"}


def test_entities_are_refused_whatever_stands_before_them(client: FlaskClient, settings: Settings, clock: ManualClock) -> None:
    """A4: a document type is never read, also where something before it looks like the beginning of a message."""
    stamp = str(int(clock.now().timestamp()))
    query = {"signature": "?", "msg_signature": "?", "timestamp": stamp, "nonce": "n", "encrypt_type": "aes"}
    for before in ("", "<?p <xml?>", "<!-- <xml> -->", '<?xml version="1.0"?><?p <xml ?>'):
        body = f'{before}<!DOCTYPE xml [<!ENTITY a "b">]><xml><Encrypt>&a;</Encrypt></xml>'
        assert client.post("/wechat", query_string=query, data=body.encode()).status_code == 400, before


BODIES = st.one_of(
    st.binary(max_size=400),
    st.text(max_size=200).map(lambda t: t.encode()),
    st.sampled_from(
        [
            b"<xml></xml>", b"<a/>", b"<xml>", b"", b"{}", b'{"Encrypt": 5}', b"<xml><Encrypt/></xml>", b"\x00\xff" * 50,
            b"<xml><Encrypt>AAAA</Encrypt></xml>", b"<a>" * 20000, b"<!DOCTYPE x [<!ENTITY a 'b'>]><xml><Encrypt>&a;</Encrypt></xml>",
            b"<xml>" + b"<a/>" * 5000 + b"</xml>", b"[1,2]", b'"x"', b"x" * 70_000,
        ]
    ),
)  # fmt: skip


@hypothesis_settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=BODIES, plain=st.booleans())
def test_no_body_breaks_the_door(
    client: FlaskClient, settings: Settings, clock: ManualClock, body: bytes, plain: bool
) -> None:
    """Q1: a malformed body of any kind is a 4xx, never a 5xx, and has no effect."""
    stamp = str(int(clock.now().timestamp()))
    query = {"signature": sign(settings.wechat.token, stamp, "n"), "timestamp": stamp, "nonce": "n"}
    query |= {} if plain else {"encrypt_type": "aes", "msg_signature": sign(settings.wechat.token, stamp, "n", "AAAA")}
    answer = client.post("/wechat", query_string=query, data=body)
    assert 400 <= answer.status_code < 500 and effects() == 0


@hypothesis_settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    fields=st.dictionaries(
        st.sampled_from(
            ["MsgType", "Event", "EventKey", "Content", "CreateTime", "FromUserName", "MsgId", "Location_X", "List"]
        ),
        st.text(alphabet=st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="<&]"), max_size=40),
    )
)
def test_no_genuine_message_breaks_the_door(
    client: FlaskClient, settings: Settings, clock: ManualClock, fields: dict[str, str]
) -> None:
    """Q1: unknown kinds, odd and missing fields from the platform itself: acknowledged or 400, never a 5xx."""
    xml = "<xml>" + "".join(f"<{k}><![CDATA[{v}]]></{k}>" for k, v in fields.items()) + "</xml>"
    assert send(client, settings, clock, xml).status_code in (200, 400)
