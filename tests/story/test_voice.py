"""Voice messages: heard by a service, or by a consultant who plays them (C3, B5, C5, A6, Q1)."""

import importlib.util
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from models.people import Person
from models.readings import Reading, Recording
from models.talk import ChatLine, Handover
from simulator.pictures import keep_voice
from tests.services import StandIn, stand_in
from tests.story.desk import Desk
from tests.story.world import World, read_reply

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(importlib.util.find_spec("av") is None, reason="PyAV is not installed: make install brings it"),
]
WISH = "后天下午三点找个保洁，擦玻璃，两小时，预算150"


@pytest.fixture
def ear() -> Iterator[StandIn]:
    with stand_in(say=WISH) as made:
        yield made


@pytest.fixture
def heard(open_world: Callable[..., World], ear: StandIn) -> World:
    """王阿姨 and the others, with speech to text switched on."""
    made = open_world(speech={"listen": True, "base_url": ear.url, "timeout_s": 1, "tries": 2})
    agree(made)
    return made


def agree(world: World, who: str = "王阿姨") -> None:
    """Somebody follows and agrees."""
    world.event(who, "subscribe")
    world.say(who, "同意")
    world.inbox_of(who)


def speak(world: World, who: str = "王阿姨", *, settle: bool = True, media: str | None = None, seconds: int = 4) -> Any:
    """Somebody speaks into their phone; the platform keeps the sound."""
    platform = world.simulator.app.extensions["simulator"][0]
    media_id = media if media is not None else keep_voice(platform, "听不见的话", seconds)
    message = {"MsgType": "voice", "MediaId": media_id, "MediaId16K": media_id, "Format": "amr"}
    said = read_reply(world.push(who, message)[0])
    if settle:
        world.settle()
    return said


def test_a_voice_is_worked_as_if_typed(heard: World, ear: StandIn) -> None:
    """C3: a word at once; what was heard is said back with the answer; the sound is kept, sealed, as MP3."""
    assert "我听一下" in speak(heard)
    told = heard.inbox_of("王阿姨")[-1]
    assert f"听到您说：“{WISH[:20]}" in told.text and "上门到哪里" in told.text
    asked = ear.asked[0]
    assert asked.path == "/v1/audio/transcriptions" and b"whisper-1" in asked.body and b"audio/mpeg" in asked.body
    kept = Recording.get()
    assert (kept.state, kept.mime, kept.seconds) == ("kept", "audio/mpeg", 4) and kept.data.startswith(b"ID3")
    raw = Recording._meta.database.execute_sql("SELECT data FROM recording").fetchone()[0]
    assert not bytes(raw).startswith(b"ID3")
    assert "日常保洁" in heard.say("王阿姨", "幸福里3号楼2单元501，王阿姨")


def test_an_answer_may_be_spoken(heard: World, ear: StandIn) -> None:
    """C3: in the middle of a dialogue a voice is the answer to what was asked."""
    heard.say("王阿姨", "后天找人擦玻璃")
    ear.say = "下午三点吧"
    speak(heard)
    assert "上门到哪里" in heard.inbox_of("王阿姨")[-1].text


def test_what_is_typed_meanwhile_waits_its_turn(heard: World) -> None:
    """Q1, C3: the voice first, then what was typed after it; never the other way round."""
    speak(heard, settle=False)
    assert "稍等" in heard.say("王阿姨", "幸福里3号楼2单元501，王阿姨", settle=False)
    heard.settle()
    told = [m.text for m in heard.inbox_of("王阿姨")]
    assert len(told) == 2 and "上门到哪里" in told[0] and "日常保洁" in told[1]


def test_danger_waits_for_nothing(heard: World, ear: StandIn) -> None:
    """C5: typed danger is answered at once, also while a voice waits; spoken danger begins with the number."""
    speak(heard, settle=False)
    assert heard.say("王阿姨", "着火了", settle=False).text.startswith("请先离开")
    heard.settle()
    assert Handover.select().count() == 1
    agree(heard, "刘大爷")
    ear.say = "我老伴摔倒了起不来"
    speak(heard, "刘大爷")
    assert heard.inbox_of("刘大爷")[-1].text.startswith("请先打")


@pytest.mark.parametrize(
    "how", [{"status": 500}, {"say": ""}, {"say": b"<html>"}, {"wait_s": 1.5}, {"drip_s": 3}, {"status": 302}], ids=str
)
def test_what_is_not_made_out_goes_to_a_person(heard: World, ear: StandIn, how: dict[str, Any]) -> None:
    """C3, B5: no words after all tries: the person is told kindly that somebody listens; nothing leads elsewhere."""
    ear.script = [dict(how), dict(how)]
    speak(heard)
    heard.move_on(minutes=1)
    told = heard.inbox_of("王阿姨")
    assert len(told) == 1 and "请同事来听" in told[0].text
    assert Handover.get().state == "waiting" and Recording.get().state == "kept"
    assert all("elsewhere" not in asked.path for asked in ear.asked)


def test_a_voice_that_is_gone_or_no_sound(heard: World, ear: StandIn) -> None:
    """C3, Q1: the platform has it no more, or it is a picture by another name: a person, and no service hears of it."""
    speak(heard, media="m1")
    platform = heard.simulator.app.extensions["simulator"][0]
    platform.media.put("m2", {"type": "voice", "name": "a", "hex": (b"\x89PNG" + b"x" * 999).hex(), "words": ""})
    agree(heard, "刘大爷")
    speak(heard, "刘大爷", media="m2")
    agree(heard, "许女士")
    platform.media.put("m3", {"type": "voice", "name": "a", "hex": (b"#!AMR\n" + b"x" * 3_000_000).hex(), "words": ""})
    speak(heard, "许女士", media="m3")
    assert [r.state for r in Recording.select()] == ["lost"] * 3 and Handover.select().count() == 3 and ear.asked == []


def test_the_token_is_renewed_once(heard: World) -> None:
    """Q1: a refused token costs one new token, not sooner than ten seconds after the last, and the voice is fetched all the same."""
    platform = heard.simulator.app.extensions["simulator"][0]
    speak(heard, settle=False)
    with platform.change():
        platform.tokens.kill()
    heard.settle()
    assert Recording.get().state == "wanted"
    heard.move_on(minutes=1)
    assert Recording.get().state == "kept"


def test_who_has_not_agreed_is_heard_by_a_person(open_world: Callable[..., World], ear: StandIn) -> None:
    """A1, A6: without consent no voice leaves the house."""
    world = open_world(speech={"listen": True, "base_url": ear.url})
    world.event("王阿姨", "subscribe")
    assert "请同事来听" in speak(world)
    assert ear.asked == [] and Recording.get().state == "kept"


def test_a_consultant_listens_and_writes_it_down(world: World) -> None:
    """C3, B5: without a service: playable at the desk beside what was begun; written down, the bot goes on from there."""
    agree(world)
    world.say("王阿姨", "后天上午找人擦玻璃")
    assert "请同事来听" in speak(world)
    world.inbox_of("王阿姨")
    desk, talk = Desk(world.url), Handover.get()
    page = desk.read(f"/console/handovers/{talk.id}")
    sound = Recording.get()
    assert f'src="/console/voices/{sound.id}"' in page and "语音 4 秒" in page
    assert "说到一半的预约" in page and "擦玻璃" in page and "哪天几点" in page
    line = ChatLine.get(ChatLine.kind == "voice")
    desk.send(f"/console/handovers/{talk.id}/voices/{line.id}", f"/console/handovers/{talk.id}", words="九点，两个小时")
    assert Handover.get().state == "closed" and Reading.get(Reading.kind == "typed").by == "陈姐"
    world.settle()
    told = world.inbox_of("王阿姨")
    assert len(told) == 1 and "陈姐听了您的语音：“九点，两个小时”" in told[0].text and "上门到哪里" in told[0].text
    assert "九点，两个小时" in desk.read(f"/console/handovers/{talk.id}")


def test_only_staff_of_the_front_hear_it(world: World) -> None:
    """A5, A6: the sound is for those who answer; by parts where a browser asks so; gone after its time."""
    agree(world)
    speak(world)
    url = f"{world.url}/console/voices/{Recording.get().id}"
    assert requests.get(url, allow_redirects=False, timeout=5).status_code == 302
    desk = Desk(world.url)
    whole = desk.browser.get(url, timeout=5)
    assert (
        whole.status_code == 200
        and whole.headers["Content-Type"] == "audio/mpeg"
        and "media-src 'self'" in whole.headers["Content-Security-Policy"]
    )
    part = desk.browser.get(url, headers={"Range": "bytes=0-99"}, timeout=5)
    assert part.status_code == 206 and len(part.content) == 100
    assert desk.browser.get(f"{world.url}/console/voices/999", timeout=5).status_code == 404
    world.move_on(days=31)
    assert Recording.get().data is None and Desk(world.url).browser.get(url, timeout=5).status_code == 404


def test_a_closed_account_leaves_no_voice(world: World) -> None:
    """A6: who closes their account is forgotten, sounds too."""
    agree(world)
    speak(world)
    person = Person.get(Person.id == Recording.get().person_id)
    openid = world.openid("王阿姨")
    world.event("王阿姨", "user_authorization_cancellation", OpenID=openid)
    assert Recording.select().where(Recording.person_id == person.id).count() == 0
