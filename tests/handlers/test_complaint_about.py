"""A complaint finds its visit, and stops the rule that silence confirms (I1, F3); stars are never changed by a guess (H1)."""

from typing import Any

import pytest

from after_offer import MINUTES, STARTS, World, make_world
from handlers.checkin import check_in, check_out
from handlers.complaints import accept_result, file_complaint, resolve_complaint
from handlers.completion import confirm_completion
from handlers.ratings import my_rating, rate_visit, ratings_of_me
from models.visits import Visit


@pytest.fixture
def world(settings: Any, clock: Any, database: Any) -> World:
    made = make_world(settings, clock)
    visit = made.scheduled()
    clock.set(STARTS)
    check_in(made.ctx(made.li), visit.id, code=visit.code)
    clock.advance(minutes=MINUTES)
    check_out(made.ctx(made.li), visit.id)
    return made


def test_a_complaint_is_no_silence(world: World) -> None:
    """I1, F3: tied to the visit by the name, or as the one that waits; no rule confirms it while it is looked at."""
    found = file_complaint(world.ctx(world.wang), words="少做了一小时")
    assert (found.about_kind, found.about_id, found.by) == ("visit", Visit.get().id, "resident")
    world.clock.advance(days=4)
    world.run_due()
    assert Visit.get().state == "finished" and "completion_by_rule" not in world.told(world.wang)


def test_closed_the_clock_goes_on(world: World) -> None:
    """F3, I3: when the complaint is closed, the resident's word is waited for again, from then on."""
    found = file_complaint(world.ctx(world.wang), words="李师傅少做了一小时")
    resolve_complaint(world.ctx(world.chen), found.id, result="退一小时的钱")
    accept_result(world.ctx(world.wang), found.id, satisfied=True)
    for _step in range(6):
        world.clock.advance(hours=24)
        world.run_due()
    assert Visit.get().confirmed_by == "rule"


def test_where_it_is_not_sure_nobody_is_blamed(world: World) -> None:
    """I1: weeks later, and without a name, a person asks; a stranger's complaint finds no visit of others."""
    assert file_complaint(world.ctx(world.stranger), words="李师傅不好").about_id is None
    confirm_completion(world.ctx(world.wang), Visit.get().id)
    world.clock.advance(days=10)
    assert file_complaint(world.ctx(world.wang), words="你们态度不好").about_id is None
    assert file_complaint(world.ctx(world.wang), words="上次李师傅态度不好").about_id == Visit.get().id


def test_what_a_worker_may_see_of_stars(world: World) -> None:
    """H1: the mean always; words only when they may be seen."""
    assert "还没有人" in ratings_of_me(world.ctx(world.li))
    rate_visit(world.ctx(world.wang), Visit.get().id, stars=4, words="擦得干净")
    assert my_rating(world.ctx(world.wang), Visit.get().id).stars == 4  # type: ignore[union-attr]
    assert "4.0 星" in ratings_of_me(world.ctx(world.li)) and "擦得干净" not in ratings_of_me(world.ctx(world.li))
    rate_visit(world.ctx(world.li), Visit.get().id, stars=5)
    assert "擦得干净" in ratings_of_me(world.ctx(world.li))
