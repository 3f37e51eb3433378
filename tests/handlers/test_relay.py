"""Words from one side to the other, through us (E3, A6)."""

from datetime import timedelta
from typing import Any

import pytest

from after_offer import STARTS, World, make_world
from handlers.context import Refused
from handlers.notices import NOTICES, Telling
from handlers.relay import covered, pass_on, who_hears
from models.clocks import Event
from models.messages import Outbox
from models.talk import ChatLine
from models.visits import Visit


@pytest.fixture
def world(settings: Any, clock: Any, database: Any) -> World:
    made = make_world(settings, clock)
    made.scheduled()
    return made


def heard(world: World) -> list[tuple[int, str]]:
    rows = Outbox.select().where(Outbox.notice == "passed_on").order_by(Outbox.id)
    return [(r.person_id, NOTICES["passed_on"].words(Telling(r.values, "", world.clock.now())).text) for r in rows]


def test_each_side_hears_the_other(world: World) -> None:
    """E3: in the writer's words and by the writer's name, both ways, each once, and on record."""
    visit = Visit.get()
    pass_on(world.ctx(world.wang), visit.id, words="带上拖把")
    pass_on(world.ctx(world.li), visit.id, words="我会晚十分钟")
    assert heard(world) == [(world.li.id, "王阿姨托我带句话：带上拖把"), (world.wang.id, "李师傅托我带句话：我会晚十分钟")]
    assert Event.select().where(Event.verb == "pass_on").count() == ChatLine.select().where(ChatLine.kind == "relay").count() == 2
    assert "拖把" not in str(Outbox.select().where(Outbox.notice == "passed_on").first().values)


@pytest.mark.parametrize("said", ["打我13812345678", "加微信wang_1960", "vx：abc12345", "座机 010-6543 2100", "看 https://x.cn/p"])
def test_no_way_round_us(said: str) -> None:
    """E3, A6: phones, accounts and links are covered."""
    assert "···" in covered(said) and not any(bit in covered(said) for bit in ("1381", "1960", "abc12", "6543", "x.cn"))
    assert covered("3点到,带2块抹布,150平") == "3点到,带2块抹布,150平"


def test_only_between_the_two(world: World) -> None:
    """E3, A6: a stranger reaches nobody; nothing is said after it is long over."""
    visit = Visit.get()
    for who, words, code in ((world.stranger, "你好", "not_found"), (world.wang, " ", "missing")):
        with pytest.raises(Refused) as refused:
            pass_on(world.ctx(who), visit.id, words=words)
        assert refused.value.code == code
    assert who_hears(world.ctx(world.wang), "李师傅") is not None and who_hears(world.ctx(world.wang), "") is not None
    assert who_hears(world.ctx(world.wang), "马姐") is None and who_hears(world.ctx(world.stranger), "") is None
    world.clock.set(STARTS + timedelta(days=4))
    assert who_hears(world.ctx(world.wang), "李师傅") is None
