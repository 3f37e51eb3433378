"""Stars, complaints and their clocks, the survey (H1, I1, I2, J2)."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from after_offer import STARTS, World, make_world
from handlers.checkin import check_in, check_out
from handlers.clock import SHANGHAI
from handlers.complaints import (
    accept_result,
    add_to_complaint,
    answer_complaint,
    complaint_words,
    file_complaint,
    list_my_complaints,
    reopen_complaint,
    resolve_complaint,
)
from handlers.completion import confirm_completion, record_cash
from handlers.context import Refused
from handlers.ratings import last_rateable, rate_visit
from handlers.surveys import answer_survey, open_prompt, plan_survey
from models.clocks import Alert
from models.visits import Visit
from models.voices import Complaint, Rating, SurveyPrompt
from models.workers import Worker


@pytest.fixture
def world(settings: Any, clock: Any, database: Any) -> World:
    return make_world(settings, clock)


def closed(world: World) -> Visit:
    visit = world.scheduled()
    world.clock.set(STARTS)
    check_in(world.ctx(world.li), visit.id, code=visit.code)
    world.clock.advance(hours=2)
    check_out(world.ctx(world.li), visit.id)
    confirm_completion(world.ctx(world.wang), visit.id)
    record_cash(world.ctx(world.wang), visit.id)
    return Visit.get()


def refusal(call: Any) -> str:
    with pytest.raises(Refused) as refused:
        call()
    return refused.value.code


def test_stars_of_both(world: World) -> None:
    """H1: hidden until both have rated; changed once more within a week; the worker's sum follows."""
    visit = closed(world)
    assert last_rateable(world.ctx(world.wang)).id == visit.id
    rate_visit(world.ctx(world.wang), visit.id, stars=4)
    rate_visit(world.ctx(world.wang), visit.id, stars=5, words="仔细", parts={"skill": 5, "other": 1})
    rating = Rating.get()
    assert (rating.stars, rating.words, rating.parts, rating.shown_at) == (5, "仔细", {"skill": 5}, None)
    assert (Worker.get().stars_sum, Worker.get().stars_count) == (5, 1)
    assert "rating_shown" not in world.told(world.li)
    rate_visit(world.ctx(world.li), visit.id, stars=5)
    assert world.told(world.li)[-1] == "rating_shown" and Rating.get().shown_at is not None
    assert (Worker.get().stars_sum, Worker.get().stars_count) == (5, 1)
    world.clock.advance(days=8)
    assert refusal(lambda: rate_visit(world.ctx(world.wang), visit.id, stars=1)) == "too_late"


def test_stars_of_one_are_shown_after_a_week(world: World) -> None:
    """H1: the other side said nothing; low stars are looked at by a person."""
    visit = closed(world)
    rate_visit(world.ctx(world.wang), visit.id, stars=2)
    assert Alert.select().where(Alert.kind == "low_rating", Alert.owner == "supervisor").exists()
    world.clock.advance(days=7)
    world.run_due()
    assert "rating_shown" in world.told(world.li)


def test_no_stars_before_the_visit(world: World) -> None:
    """H1: only who was served can rate."""
    visit = world.scheduled()
    assert refusal(lambda: rate_visit(world.ctx(world.wang), visit.id, stars=5)) == "not_served"
    assert refusal(lambda: rate_visit(world.ctx(world.stranger), visit.id, stars=5)) == "not_found"
    assert last_rateable(world.ctx(world.wang)) is None


def test_a_complaint_and_its_way(world: World) -> None:
    """I1, I2: number at once, limits in working time, answered, resolved, opened once more, accepted."""
    visit = closed(world)
    complaint = file_complaint(world.ctx(world.wang), words="油烟机没擦干净", about=("visit", visit.id))
    assert complaint.number == "投1125-01"
    assert complaint.answer_due_at == datetime(2026, 11, 25, 15, 0, tzinfo=SHANGHAI)
    assert complaint.result_due_at == datetime(2026, 12, 2, 18, 0, tzinfo=SHANGHAI)
    answer_complaint(world.ctx(world.chen), complaint.id, words="我们问一下")
    add_to_complaint(world.ctx(world.wang), complaint.id, words="有照片")
    resolve_complaint(world.ctx(world.chen), complaint.id, result="明天重做")
    assert world.told(world.wang)[-2:] == ["complaint_answer", "complaint_result"]
    reopen_complaint(world.ctx(world.wang), complaint.id, words="没来")
    resolve_complaint(world.ctx(world.chen), complaint.id, result="退钱")
    assert refusal(lambda: reopen_complaint(world.ctx(world.wang), complaint.id, words="还不行")) == "reopened_already"
    accept_result(world.ctx(world.wang), complaint.id, satisfied=True)
    assert (Complaint.get().state, Complaint.get().satisfied) == ("closed", "yes")
    assert complaint.number in complaint_words(world.ctx(world.wang), list_my_complaints(world.ctx(world.wang))[0])
    assert refusal(lambda: accept_result(world.ctx(world.stranger), complaint.id, satisfied=True)) == "not_found"


def test_complaint_limits_are_kept(world: World) -> None:
    """I2: a warning before, an alert to the supervisor after, and an honest word to the complainant."""
    complaint = file_complaint(world.ctx(world.wang), words="没人来")
    world.clock.set(complaint.answer_due_at - timedelta(hours=1))
    world.run_due()
    assert Alert.select().where(Alert.kind == "complaint_warn").count() == 1
    world.clock.set(complaint.answer_due_at)
    world.run_due()
    assert Alert.select().where(Alert.kind == "complaint_answer_late").count() == 1
    world.clock.set(complaint.result_due_at)
    world.run_due()
    assert Alert.select().where(Alert.kind == "complaint_result_late").count() == 1
    assert world.told(world.wang) == ["complaint_late", "complaint_late"]


def test_the_survey(world: World) -> None:
    """J2: three days later, one tap and a word; not again within the month."""
    visit = closed(world)
    world.clock.advance(days=3)
    world.run_due()
    assert world.told(world.wang)[-1] == "survey_ask"
    prompt = open_prompt(world.ctx(world.wang))
    answer_survey(world.ctx(world.wang), prompt.id, score=2)
    answer_survey(world.ctx(world.wang), prompt.id, words="来晚了")
    kept = SurveyPrompt.get()
    assert (kept.state, kept.score, kept.words) == ("answered", 2, "来晚了")
    assert Alert.select().where(Alert.kind == "low_survey").exists()
    assert plan_survey(world.ctx(), visit) is None
    world.clock.advance(days=31)
    assert plan_survey(world.ctx(), visit) is not None
