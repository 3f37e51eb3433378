"""Anybody says anything at any moment: only legal states follow, and what is refused leaves nothing behind (C6, F, H1).

Each example plays on one world inside a transaction that is undone at its end.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from after_offer import STARTS, World, make_world
from handlers.agreements import confirm_agreement, decline_agreement, propose_agreement
from handlers.cancelling import cancel_request
from handlers.checkin import add_progress, check_in, check_out, set_out
from handlers.complaints import accept_result, answer_complaint, file_complaint, reopen_complaint, resolve_complaint
from handlers.completion import confirm_completion, dispute_line, record_cash, tick_item
from handlers.context import Refused
from handlers.ratings import SERVED, rate_visit
from handlers.requests import reschedule_request
from handlers.surveys import answer_survey
from handlers.visits import cant_come, confirm_coming, not_at_home, open_door, report_closed_door, work_longer
from models.base import database as db
from models.clocks import Deadline, Event
from models.requests import Offer, Request
from models.rules.lifecycles import ALL, VISIT
from models.visits import Agreement, Payment, Visit
from models.voices import Complaint, Rating, SurveyPrompt
from models.workers import BookedSlot, Worker
from tests.stores import number_anew

Verb = Callable[[World, Any, int], Any]
RUNNING = ("scheduled", "on_the_way", "in_service", "finished", "confirmed", "settled")
UNDONE = ("no_show", "no_access", "cancelled", "replaced")
WHO = ("wang", "li", "stranger", "chen")


def code_of(visit_id: int) -> str:
    visit = Visit.find(visit_id)
    return visit.code if visit is not None else "0000"


VERBS: dict[str, Verb] = {
    "agree": lambda w, c, n: confirm_agreement(c, n),
    "disagree": lambda w, c, n: decline_agreement(c, n),
    "coming": lambda w, c, n: confirm_coming(c, n),
    "cant": lambda w, c, n: cant_come(c, n),
    "set_out": lambda w, c, n: set_out(c, n, eta_min=20),
    "closed_door": lambda w, c, n: report_closed_door(c, n),
    "opens": lambda w, c, n: open_door(c, n),
    "not_home": lambda w, c, n: not_at_home(c, n),
    "longer": lambda w, c, n: work_longer(c, n),
    "check_in": lambda w, c, n: check_in(c, n, code=code_of(n)),
    "progress": lambda w, c, n: add_progress(c, n, words="油烟机很脏,要多一会儿"),
    "check_out": lambda w, c, n: check_out(c, n),
    "tick": lambda w, c, n: tick_item(c, n, 1, False),
    "confirm": lambda w, c, n: confirm_completion(c, n),
    "dispute": lambda w, c, n: dispute_line(c, n, words="擦窗没做"),
    "dispute_vaguely": lambda w, c, n: dispute_line(c, n, words="贵了"),
    "cash": lambda w, c, n: record_cash(c, n),
    "cash_below_nothing": lambda w, c, n: record_cash(c, n, amount_fen=-1),
    "rate": lambda w, c, n: rate_visit(c, n, stars=4),
    "rate_low": lambda w, c, n: rate_visit(c, n, stars=1, words="没擦干净"),
    "six_stars": lambda w, c, n: rate_visit(c, n, stars=6),
    "cancel": lambda w, c, n: cancel_request(c, w.request.id),
    "move": lambda w, c, n: reschedule_request(c, w.request.id, starts_at=c.now + timedelta(days=1)),
    "complain": lambda w, c, n: file_complaint(c, words="迟到了", about=("visit", n)),
    "answer": lambda w, c, n: answer_complaint(c, n, words="我们问一下"),
    "resolve": lambda w, c, n: resolve_complaint(c, n, result="少收十元"),
    "reopen": lambda w, c, n: reopen_complaint(c, n, words="不满意"),
    "accept": lambda w, c, n: accept_result(c, n, satisfied=False),
    "survey": lambda w, c, n: answer_survey(c, n, score=5),
}
# Most of the time things happen in a sensible order; that is how the later states are reached at all.
GOOD_DAY = (
    ("li", "set_out"), ("li", "check_in"), ("li", "check_out"), ("wang", "confirm"), ("li", "cash"),
    ("wang", "rate"), ("wang", "complain"), ("chen", "resolve"),
)  # fmt: skip
step = st.tuples(st.sampled_from(WHO), st.sampled_from(sorted(VERBS)), st.sampled_from((1, 1, 1, 2)))
wait = st.tuples(st.just("clock"), st.sampled_from((1, 16, 40, 180, 1500, 4000, 12000)), st.just(0))
days = st.lists(step | step | wait, max_size=16)


@pytest.fixture
def world(settings: Any, clock: Any, database: Any) -> World:
    made = make_world(settings, clock)
    made.proposed()
    return made


@contextmanager
def undone(world: World) -> Iterator[None]:
    """What happens inside has not happened afterwards; the clock begins anew."""
    start = world.clock.now()
    with db.atomic() as transaction:
        yield
        transaction.rollback()
    number_anew(db)
    world.clock.set(start)


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables."""
    return {name: db.execute_sql(f'SELECT * FROM "{name}"').fetchall() for name in db.get_tables()}


def play(world: World, who: str, what: Any, subject: int) -> None:
    """One step; a refusal must have changed nothing at all."""
    if who == "clock":
        world.clock.advance(minutes=what)
        world.run_due()
        return
    before = everything()
    try:
        VERBS[what](world, world.ctx(getattr(world, who)), subject)
    except Refused as refused:
        assert everything() == before, (who, what, refused.code)
        assert refused.words and not refused.words.isascii()


def events_are_legal() -> None:
    """Every change of state that was written is a row of its declared table, and begins where the last one ended."""
    at: dict[tuple[str, int], str] = {}
    for event in Event.select().order_by(Event.id):
        if not event.to_state:
            continue
        thing = (event.subject_kind, event.subject_id)
        if event.from_state:
            step = ALL[event.subject_kind].step(event.from_state, event.verb)
            assert step is not None and step.to == event.to_state, event.verb
            assert at.get(thing, event.from_state) == event.from_state
        at[thing] = event.to_state
    for kind, model in (("visit", Visit), ("request", Request), ("agreement", Agreement), ("complaint", Complaint)):
        for row in model.select():
            assert row.state in ALL[kind].states() and at.get((kind, row.id), row.state) == row.state


def parts_fit(world: World) -> None:
    """Visit, request, agreement, offer and booked time tell one story."""
    for visit in Visit.select():
        request, agreement = Request.get_by_id(visit.request_id), Agreement.get_by_id(visit.agreement_id)
        held = BookedSlot.select().where(BookedSlot.holder == f"visit:{visit.id}").count()
        open_kinds = {
            d.kind for d in Deadline.select().where(Deadline.state == "open", Deadline.subject_kind == "visit")
        }
        if visit.state in RUNNING:
            assert (request.state, agreement.state, held) == ("scheduled", "sealed", 8)
        if visit.state == "closed":
            assert (request.state, agreement.state) == ("closed", "ended") and Payment.select().count() == 1
        if visit.state in UNDONE:
            assert agreement.state == "ended" and not held and not open_kinds
            assert not Offer.select().where(Offer.state == "accepted").exists()
            assert not Payment.select().exists() and not Rating.select().exists()
        if visit.state not in ("scheduled", "on_the_way"):
            assert not open_kinds & {"visit_evening", "visit_hour", "visit_on_way", "visit_late", "visit_no_show", "door_closed"}
        if visit.state != "in_service":
            assert not open_kinds & {"visit_ends", "visit_not_ended"}
        if visit.state != "finished":
            assert not open_kinds & {"confirm_reminder", "silent_confirm"}


def sums_fit(world: World) -> None:
    """One payment, one rating a side, and the worker's sums are those of the residents' ratings."""
    worker = Worker.get_by_id(world.worker.id)
    given = [r.stars for r in Rating.select().where(Rating.by == "resident")]
    assert (worker.stars_sum, worker.stars_count) == (sum(given), len(given)) and len(given) <= 1
    assert worker.jobs_done == Visit.select().where(Visit.state == "closed").count()
    assert Payment.select().count() <= 1 and SurveyPrompt.select().count() <= 1
    ratings = list(Rating.select())
    if ratings:
        assert Visit.get_by_id(ratings[0].visit_id).state in SERVED
    if len(ratings) == 1:
        week_over = world.clock.now() >= ratings[0].created_at + timedelta(days=7)
        assert (ratings[0].shown_at is not None) == week_over


def check(world: World) -> None:
    events_are_legal()
    parts_fit(world)
    sums_fit(world)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sealed=st.sampled_from((True, True, False)), good=st.integers(-2, len(GOOD_DAY)), steps=days)
@example(sealed=True, good=3, steps=[("wang", "cancel", 1), ("wang", "move", 1)])
@example(sealed=True, good=3, steps=[("wang", "dispute_vaguely", 1), ("clock", 4000, 0)])
def test_any_order(world: World, sealed: bool, good: int, steps: list[Any]) -> None:
    """C6, F2, F3, G2, H1: any sequence of verbs by anybody, with time passing between them."""
    with undone(world):
        if sealed:
            play(world, "li", "agree", 1)
            play(world, "wang", "agree", 1)
            world.clock.set(STARTS + timedelta(hours=min(good, 0) * 2))  # -1, -2: two and four hours before
            world.run_due()
        for who, what, subject in [*((*known, 1) for known in GOOD_DAY[: max(good, 0)]), *steps]:
            play(world, who, what, subject)
            check(world)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    stars=st.lists(
        st.tuples(st.sampled_from(("wang", "li")), st.integers(1, 5), st.integers(0, 60)), min_size=1, max_size=6
    )
)
def test_changing_ones_mind(world: World, stars: list[tuple[str, int, int]]) -> None:
    """H1: however often somebody changes their stars within the week, the sum holds the last word, and later nothing changes."""
    with undone(world):
        play(world, "li", "agree", 1)
        play(world, "wang", "agree", 1)
        world.clock.set(STARTS)
        for who, what in GOOD_DAY[:5]:
            play(world, who, what, 1)
        first_at: dict[str, datetime] = {}
        last: dict[str, int] = {}
        for who, number, hours in stars:
            world.clock.advance(hours=hours)
            world.run_due()
            before = everything()
            first_at.setdefault(who, world.clock.now())
            try:
                rate_visit(world.ctx(getattr(world, who)), 1, stars=number)
                last[who] = number
            except Refused as refused:
                assert refused.code == "too_late" and everything() == before
                assert world.clock.now() > first_at[who] + timedelta(days=7)
            assert {("li" if r.by == "worker" else "wang"): r.stars for r in Rating.select()} == last
            sums_fit(world)


def test_a_stranger_gets_nowhere(world: World) -> None:
    """A6: every verb of somebody who has no part in it is refused, before, during and after."""
    play(world, "li", "agree", 1)
    play(world, "wang", "agree", 1)
    world.clock.set(STARTS)
    for who, what in GOOD_DAY:
        for verb in VERBS.values():
            with pytest.raises(Refused) as refused:
                verb(world, world.ctx(world.stranger), 1)
            assert refused.value.code in ("not_found", "forbidden")
        play(world, who, what, 1)
    assert Visit.get().state == "closed" and VISIT.final >= {"closed"}


def test_only_one_agreement_at_a_time(world: World) -> None:
    """E2: two sides that confirm again and again seal once."""
    for who in ("li", "li", "wang", "wang", "chen"):
        play(world, who, "agree", 1)
    assert (Visit.select().count(), Agreement.get().state) == (1, "sealed")
    with pytest.raises(Refused):
        propose_agreement(world.ctx(world.wang), request=world.request, offer=world.offer)
