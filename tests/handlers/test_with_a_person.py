"""Hand-overs, danger, calls; and that every notice of these areas fits its template (B5, C5, Q1)."""

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from after_offer import World, make_world
from handlers import calls, emergency, handovers, visits  # noqa: F401 (declare their notices)
from handlers.calls import close_call, list_calls
from handlers.context import Refused
from handlers.desk_lists import handover_page
from handlers.emergency import raise_alarm
from handlers.handovers import (
    ask_for_person,
    give_back,
    given_up,
    list_lines,
    log_line,
    note_delivered,
    open_handover,
    say_to_person,
    take_handover,
)
from handlers.notices import NOTICES, Telling
from models.clocks import Alert
from models.messages import CallTask, Outbox
from models.talk import ChatLine, Handover

AREAS = ("agreements", "visits", "completion", "voices", "handovers")
TEMPLATES = Path(__file__).parents[2] / "simulator" / "data" / "templates.json"
LIMITS = {
    "thing": lambda v: 0 < len(v) <= 20,
    "phrase": lambda v: bool(re.fullmatch(r"[一-鿿]{1,5}", v)),
    "name": lambda v: 0 < len(v) <= 10,
    "character_string": lambda v: bool(re.fullmatch(r"[\x21-\x7e]{1,32}", v)),
    "time": lambda v: bool(re.fullmatch(r"\d{4}年\d\d月\d\d日 \d\d:\d\d", v)),
    "amount": lambda v: bool(re.fullmatch(r"\d+\.\d\d元", v)),
}


@pytest.fixture
def world(settings: Any, clock: Any, database: Any) -> World:
    return make_world(settings, clock)


def test_the_talk_reads_as_words(world: World) -> None:
    """B5, C5: 请先打 120 stands at the desk as a person reads it in the chat; what somebody wrote themselves stays as they wrote it."""
    waiting = ask_for_person(world.ctx(world.wang), reason="老人摔倒了")
    for words, mine in (('请先打 <a href="tel:120">120</a>（急救）。', False), ('<a href="tel:1">是我</a>', True)):
        log_line(world.ctx(), world.wang.id, words=words, mine=mine)
    shown = [line["words"] for line in handover_page(world.ctx(world.chen), waiting.id)["lines"]]
    assert shown[-2:] == ["请先打 120（急救）。", '<a href="tel:1">是我</a>']


def test_a_colleague_takes_over_and_gives_back(world: World) -> None:
    """B5: one place in the queue; taken, said, given back; what a colleague said is kept once."""
    first = ask_for_person(world.ctx(world.wang), reason="转人工")
    assert ask_for_person(world.ctx(world.wang)).id == first.id
    take_handover(world.ctx(world.chen), first.id)
    say_to_person(world.ctx(world.chen), first.id, words="王阿姨您好")
    assert world.told(world.wang) == ["consultant_here", "consultant_says"]
    row = Outbox.get(Outbox.notice == "consultant_says")
    said = NOTICES["consultant_says"].words(Telling(row.values, "王阿姨", world.clock.now()))
    assert said.text == "陈姐：王阿姨您好" and "您好" not in json.dumps(row.values, ensure_ascii=False)
    note_delivered(world.ctx(), world.wang.id, said.text)
    assert [line.by for line in ChatLine.select()] == ["陈姐"]
    give_back(world.ctx(world.chen), first.id)
    assert open_handover(world.ctx(world.wang)) is None
    assert world.told(world.wang)[-1] == "handed_back"
    assert len(list_lines(world.ctx(world.wang), world.wang.id)) == 1
    with pytest.raises(Refused):
        list_lines(world.ctx(world.stranger), world.wang.id)


def test_nobody_takes_it(world: World) -> None:
    """B5: after the promised time an alert and an honest word; after long silence the bot answers, and the place in the queue stays."""
    ask_for_person(world.ctx(world.wang))
    world.clock.advance(minutes=15)
    world.run_due()
    assert world.told(world.wang) == ["handover_waits"]
    assert Alert.get().kind == "handover_waits"
    world.clock.advance(hours=12)
    world.run_due()
    waiting = Handover.get()
    assert waiting.state == "waiting" and given_up(world.ctx(world.wang), waiting)
    assert world.told(world.wang) == ["handover_waits", "still_waiting"]
    take_handover(world.ctx(world.chen), waiting.id)
    assert not given_up(world.ctx(world.wang), Handover.get())


def test_a_long_silent_talk_goes_back_to_the_bot(world: World) -> None:
    """B5: a colleague took it and then both were silent: the bot answers again."""
    taken = take_handover(world.ctx(world.chen), ask_for_person(world.ctx(world.wang)).id)
    say_to_person(world.ctx(world.chen), taken.id, words="阿姨您好")
    world.clock.advance(hours=13)
    world.run_due()
    assert Handover.get().state == "closed" and world.told(world.wang)[-1] == "handed_back"


def test_danger(world: World) -> None:
    """C5: the number comes first, as a link; staff see it at once."""
    said = raise_alarm(world.ctx(world.wang), words="老人摔倒了", kinds=["fall"])
    assert said.text.startswith('请先打 <a href="tel:120">120</a>') and "119" not in said.text
    unclear = raise_alarm(world.ctx(world.li), words="救命", kinds=[]).text
    assert all(number in unclear for number in ("120", "119", "110"))
    assert Alert.select().where(Alert.kind == "emergency").count() == 2
    assert open_handover(world.ctx(world.wang)).due_at == world.clock.now()


def test_calls(world: World) -> None:
    """Q1: what no message could reach is phoned once; not by residents."""
    due = world.clock.now() + timedelta(hours=1)
    fields = {"person_id": world.wang.id, "words": "明天九点", "why": "no window", "due_at": due}
    task = CallTask.create(community_id=world.community_id, opened_at=world.clock.now(), **fields)
    assert [c.id for c in list_calls(world.ctx(world.chen))] == [task.id]
    close_call(world.ctx(world.chen), task.id, outcome="说到了")
    assert list_calls(world.ctx(world.chen)) == []
    for who, code in ((world.chen, "not_now"), (world.wang, "forbidden")):
        with pytest.raises(Refused) as refused:
            close_call(world.ctx(who), task.id, outcome="again")
        assert refused.value.code == code


def ours() -> list[Any]:
    return [n for n in NOTICES.values() if n.words.__module__.rsplit(".", 1)[-1] in AREAS]


def test_every_notice_fits(world: World) -> None:
    """Q1: with the longest legal values each notice has words for both sides, fits a bubble, and all fields of its template."""
    known = {t["template_id"]: [f["key"] for f in t["fields"]] for t in json.loads(TEMPLATES.read_text("utf-8"))}
    assert len(ours()) > 25
    for notice in ours():
        for side in ("resident", "worker"):
            told = Telling({**notice.sample, "side": side}, "王阿姨", world.clock.now())
            said = notice.words(told)
            assert 0 < len(said.text) <= 600, notice.code
            assert all(len(c.id.split(":")) >= 3 and c.words for c in said.choices), notice.code
            if notice.template is not None:
                fields = notice.template.fields(told)
                assert list(fields) == known[world.settings.wechat.templates[notice.template.name]], notice.code
                wrong = {k: v for k, v in fields.items() if not LIMITS[k.rstrip("0123456789")](v)}
                assert not wrong, (notice.code, wrong)
