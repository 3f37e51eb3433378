"""What takes longer than an answer: leases, crashes, order, fences; no call inside a transaction (C3, Q1)."""

import threading
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from after_offer import World, make_world
from handlers import readings
from handlers.context import Refused, transaction
from handlers.handovers import ask_for_person
from handlers.inbox import turn_of
from handlers.readings import Never, NotNow, Outside, drop_thoughts, put_reading, take_asked, work_reading
from handlers.recordings import Sound, Spoken, keep_voice, listen, say_for_them
from handlers.settings import Settings, load_settings
from models.base import database as db
from models.base import hold
from models.clocks import Alert
from models.connection import release
from models.messages import Outbox
from models.people import Identity
from models.readings import Reading, Recording

SOUND = Sound(b"ID3 sound", "audio/mpeg", 3)


class Service:
    """Voices, an ear and a mind in one: what each call gives, and whether a transaction was open meanwhile."""

    def __init__(self, *gives: Any) -> None:
        self.gives, self.asked, self.inside = list(gives), [], []

    def _next(self, asked: Any) -> Any:
        self.asked.append(asked)
        self.inside.append(db.in_transaction())
        given = self.gives.pop(0) if len(self.gives) > 1 else self.gives[0]
        if isinstance(given, Exception):
            raise given
        return given

    def fetch(self, media_ids: list[str]) -> Sound:
        return self._next(media_ids)

    def hear(self, sound: Sound) -> str:
        return self._next(sound)

    def read(self, words: str, **about: Any) -> dict[str, Any] | None:
        return self._next((words, about))


@pytest.fixture
def house(settings: Settings, clock: Any, database: Any) -> World:
    on = {"listen": True, "base_url": "http://127.0.0.1:1/v1", "tries": 3}
    both = load_settings(
        database={"url": settings.database.url}, demo={"enabled": True}, speech=on, model={"read": True}
    )
    return make_world(both, clock)


def say(house: World, kind: str = "words", words: str = "蝙蝠", **more: Any) -> Reading:
    """One more thing that 王阿姨 said."""
    return put_reading(
        house.ctx(house.wang), kind, house.wang.id, push="{}", said_at=house.clock.now(), words=words, **more
    )


def speak(house: World) -> None:
    """A voice of 王阿姨."""
    spoken = Spoken(["clear", "plain"], "{}", house.clock.now())
    keep_voice(house.ctx(house.wang), house.wang.id, spoken, may_leave=True, hear=True)


class Talk:
    """How the talk goes on: what it was given, and what it answers."""

    def __init__(self, answer: str | None = '{"text": "好", "choices": []}', fails: int = 0) -> None:
        self.answer, self.fails, self.worked = answer, fails, []

    def __call__(self, ctx: Any, row: Reading) -> str | None:
        assert db.in_transaction()
        if self.fails:
            self.fails -= 1
            raise ValueError("a mistake")
        self.worked.append((row.kind, row.words, row.frame))
        return self.answer


def work(house: World, outside: Outside, talk: Talk, rounds: int = 20) -> int:
    """Rounds until there is nothing due."""
    done = 0
    while done < rounds and work_reading(house.ctx(), outside, talk):
        done += 1
    return done


def test_the_call_is_outside_of_any_transaction(house: World) -> None:
    """Q1: neither voices nor ear nor mind are called while a transaction is open; effects and closing are one."""
    voices, ear, mind = Service(SOUND), Service("后天三点"), Service({"intent": "help", "slots": {}, "must_ask": []})
    speak(house)
    say(house)
    talk = Talk()
    assert work(house, Outside(voices, ear, mind), talk) == 2
    assert [s.inside for s in (voices, ear, mind)] == [[False], [False], [False]]
    assert [w[0] for w in talk.worked] == ["voice", "words"] and talk.worked[0][1] == "后天三点"
    assert house.told(house.wang) == ["late_answer", "late_answer"] and Recording.get().data == SOUND.data


def test_a_crash_leaves_it_to_be_taken_again(house: World, monkeypatch: Any) -> None:
    """Q1: who claimed it died: after the lease another takes it; the first one, if it lives after all, changes nothing."""
    say(house)
    first = readings._claim(house.ctx())
    assert first is not None and readings._claim(house.ctx()) is None
    later = readings.WALL.now() + timedelta(minutes=5)
    monkeypatch.setattr(readings, "WALL", type("Wall", (), {"now": staticmethod(lambda: later)}))
    talk = Talk()
    assert work(house, Outside(Service(SOUND), mind=Service(None)), talk) == 1 and len(talk.worked) == 1
    readings._settle(house.ctx(), first, readings.Found(), talk)
    assert len(talk.worked) == 1 and len(house.told(house.wang)) == 1


def test_one_persons_things_keep_their_order(house: World) -> None:
    """Q1: what was said after a voice waits for it, also while it is tried again; another's does not."""
    speak(house)
    say(house, "behind", "还有一句")
    put_reading(house.ctx(house.li), "words", house.li.id, push="{}", said_at=house.clock.now(), words="别人的")
    talk = Talk()
    ear = Service(NotNow("busy"), "第一句")
    outside = Outside(Service(SOUND), ear, Service(None))
    work(house, outside, talk)
    assert [w[1] for w in talk.worked] == ["别人的"]
    house.clock.advance(minutes=1)
    work(house, outside, talk)
    assert [w[1] for w in talk.worked[1:]] == ["第一句", "还有一句"]


def test_it_is_fetched_once_however_often_it_is_tried(house: World) -> None:
    """Q1: the sound is kept before the ear is asked."""
    speak(house)
    voices, ear, talk = Service(SOUND), Service(NotNow("500"), NotNow("500"), "好了"), Talk()
    for _try in range(3):
        work(house, Outside(voices, ear), talk)
        house.clock.advance(minutes=2)
    assert len(voices.asked) == 1 and talk.worked == [("voice", "好了", {"media": ["clear", "plain"], "ear": True})]


@pytest.mark.parametrize("why", [NotNow("down"), Never("gone")], ids=["down", "gone"])
def test_in_the_end_it_goes_on_without(house: World, why: Exception) -> None:
    """C3: after all tries, or at once where no try helps, the talk goes on with no words: a person listens."""
    speak(house)
    talk, voices = Talk(), Service(why)
    for _try in range(4):
        work(house, Outside(voices, Service("nie")), talk)
        house.clock.advance(minutes=10)
    assert talk.worked == [("voice", None, {"media": ["clear", "plain"], "ear": True})]
    assert Recording.get().state == "lost" and len(voices.asked) == (3 if isinstance(why, NotNow) else 1)


def test_a_mistake_of_ours_is_told_and_ends(house: World) -> None:
    """Q1: undone and tried again; in the end a colleague is told, the person too, and nothing spins."""
    say(house)
    talk = Talk(fails=9)
    for _try in range(5):
        work(house, Outside(Service(SOUND), mind=Service(None)), talk)
        house.clock.advance(minutes=10)
    assert Reading.get().state == "failed" and talk.fails == 6
    assert house.told(house.wang) == ["bot_sorry"] and Alert.get().kind == "reading_failed"


def test_gone_on_means_no_answer(house: World) -> None:
    """C3, Q1: dropped while it was with the model: what comes back changes nothing."""
    say(house)

    class Slow(Service):
        def read(self, words: str, **about: Any) -> dict[str, Any] | None:
            drop_thoughts(house.ctx(house.wang), house.wang.id)
            return super().read(words, **about)

    talk = Talk()
    work(house, Outside(Service(SOUND), mind=Slow({"intent": "help", "slots": {}, "must_ask": []})), talk)
    assert talk.worked == [] and Outbox.select().count() == 0 and Reading.get().state == "dropped"


def test_names_of_the_house_are_covered(house: World) -> None:
    """A6: what we know of the person and the workers never reaches the mind."""
    house.wang.change(name="王秀英", phone="13812345678")
    mind = Service(None)
    say(house, words="秀才王秀英家的 李师傅 2单元501")
    work(house, Outside(Service(SOUND), mind=mind), Talk())
    words = mind.asked[0][0]
    assert not any(canary in words for canary in ("王秀英", "李师傅", "501"))


def test_many_processes_do_each_thing_once(house: World) -> None:
    """Q1: four at once, twelve things of six people: each worked once."""
    for n in range(12):
        put_reading(house.ctx(house.wang), "words", 100 + n % 6, push="{}", said_at=house.clock.now(), words=str(n))
    talk = Talk(answer=None)
    threads = [
        threading.Thread(target=lambda: work(house, Outside(Service(SOUND), mind=Service(None)), talk))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(int(w[1]) for w in talk.worked) == list(range(12))
    assert all(r.state == "done" and r.attempts == 1 for r in Reading.select())


def test_what_was_said_back_is_taken_once_and_only_by_its_own(house: World) -> None:
    """C3: another's tap, or a second one, finds nothing."""
    row = say(house)
    row.change(state="asked")
    assert take_asked(house.ctx(house.stranger), row.id) is None
    assert take_asked(house.ctx(house.wang), row.id) is not None and take_asked(house.ctx(house.wang), row.id) is None


def test_writing_down(house: World) -> None:
    """B5, C3: by staff of the front, with words, of a talk that is open, for a voice of that talk."""
    speak(house)
    talk = ask_for_person(house.ctx(house.wang))
    line = Recording.get().line_id
    for who, line_id, words, code in (
        (house.wang, line, "好", "forbidden"),
        (house.chen, line, " ", "missing"),
        (house.chen, 999, "好", "not_found"),
    ):
        with pytest.raises(Refused) as refused:
            say_for_them(house.ctx(who), talk.id, line_id, words=words)
        assert refused.value.code == code
    with pytest.raises(Refused):
        listen(house.ctx(house.chen), Recording.get().id)  # not fetched yet
    say_for_them(house.ctx(house.chen), talk.id, line, words="九点")
    with pytest.raises(Refused) as refused:
        say_for_them(house.ctx(house.chen), talk.id, line, words="九点")
    assert refused.value.code == "not_now"
    foreign = replace(house.ctx(house.chen), actor=replace(house.ctx(house.chen).actor, community_id=99))
    with pytest.raises(Refused):
        listen(foreign, Recording.get().id)


@pytest.mark.far
def test_others_have_the_connection_meanwhile(house: World) -> None:
    """Q1: what is called may take half a minute; in a process with a single connection others go on with it."""
    db.obj._max_connections = 1
    seen: list[int] = []

    class Slow(Service):
        def read(self, words: str, **about: Any) -> dict[str, Any] | None:
            other = threading.Thread(target=lambda: (seen.append(Reading.select().count()), release()))
            other.start()
            other.join(5)
            return super().read(words, **about)

    say(house)
    assert work(house, Outside(Service(SOUND), mind=Slow(None)), Talk()) == 1 and seen == [1]


@pytest.mark.far
def test_a_talk_goes_on_one_message_at_a_time(house: World) -> None:
    """C3, Q1: while a message of the same person is worked on another machine, what was heard waits: one would undo the other."""
    identity = Identity.create(community_id=1, app_id="wx1", openid="oWang", person_id=house.wang.id)
    order: list[str] = []
    begun = threading.Event()

    def turn() -> None:
        with transaction():
            hold(turn_of(identity.app_id, identity.openid))
            Reading.select().count()
            begun.set()
            time.sleep(0.3)
            order.append("turn")
        release()

    def go_on(ctx: Any, row: Reading) -> None:
        order.append("go on")

    say(house)
    other = threading.Thread(target=turn)
    other.start()
    begun.wait(5)
    assert work_reading(house.ctx(), Outside(Service(SOUND), mind=Service(None)), go_on)
    other.join()
    assert order == ["turn", "go on"]
