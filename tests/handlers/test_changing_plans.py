"""Cancelling, moving, and a time that comes without a worker: everything is taken back, everybody hears it (C6, C7)."""

from datetime import timedelta

import pytest

from asking import TOMORROW, Desk, again, alerts, clocks, worker
from handlers.agreements import confirm_agreement
from handlers.checkin import check_in, check_out
from handlers.context import Refused
from handlers.desk_history import coming_up
from handlers.matching import choose_worker, let_us_choose
from handlers.offers import accept_offer
from handlers.replacing import take_later
from handlers.requests import cancel_request, cancel_terms, reschedule_request, submit_request
from handlers.visits import cant_come
from models.messages import Outbox
from models.requests import Request
from models.visits import Agreement, Visit
from models.workers import BookedSlot, Leave


def agreed(desk: Desk) -> tuple[Request, Visit]:
    """李师傅 has it, both have confirmed: tomorrow at three."""
    request = desk.request()
    taken(desk, request)
    agreement = Agreement.get(Agreement.request_id == request.id, Agreement.state == "proposed")
    for who in ("李师傅", "刘大爷"):
        confirm_agreement(desk.ctx(who), agreement.id)
    return again(request), Visit.get(Visit.request_id == request.id)


def taken(desk: Desk, request: Request) -> None:
    choose_worker(desk.ctx("刘大爷"), request.id, worker_id=worker("李师傅").id)
    accept_offer(desk.ctx("李师傅"), desk.offer_of("李师傅"))


def test_what_comes_by_itself_is_what_will_come(desk: Desk) -> None:
    """C6, M2: until somebody has promised it, its end for want of one stands on its page; then the reminders do."""
    request = desk.request()
    ends = "没找到人，向居民道歉后结束"
    assert any(ends in row["words"] for row in coming_up(desk.ctx("陈姐"), [("request", request.id)]))
    request, visit = agreed(desk)
    words = [row["words"] for row in coming_up(desk.ctx("陈姐"), [("request", request.id), ("visit", visit.id)])]
    assert any("提醒两边" in one for one in words) and not any(ends in one for one in words)


def booked(request: Request) -> int:
    holders = [
        f"request:{request.id}",
        *(f"visit:{v.id}" for v in Visit.select().where(Visit.request_id == request.id)),
    ]
    return BookedSlot.select().where(BookedSlot.holder.in_(holders)).count()


def test_free_as_long_as_nothing_is_agreed(desk: Desk) -> None:
    """C7: cancelling while somebody is asked costs nothing; the worker asked hears that, and why."""
    request = desk.request()
    let_us_choose(desk.ctx("刘大爷"), request.id)
    (asked,) = desk.asked(request)
    assert cancel_terms(desk.ctx("刘大爷"), request.id).free
    cancel_request(desk.ctx("刘大爷"), request.id)
    assert again(request).state == "cancelled" and desk.asked(request) == []
    assert "取消" in desk.told(asked, "offer_withdrawn")[0]
    desk.later(hours=1)
    assert "别的师傅" not in "".join(desk.told(asked)) and desk.told("刘大爷", "asking_next") == []


def test_cancelling_what_is_agreed(desk: Desk) -> None:
    """C7: the fee is told before; visit, time and clocks are taken back; the worker hears it; twice is refused."""
    request, visit = agreed(desk)
    assert booked(request) > 0 and cancel_terms(desk.ctx("刘大爷"), request.id).free
    desk.clock.set(TOMORROW - timedelta(hours=2))
    terms = cancel_terms(desk.ctx("刘大爷"), request.id)
    agreement = Agreement.get(Agreement.request_id == request.id)
    assert terms.fee_fen == agreement.terms["price_fen"] * 20 // 100 and "20%" in terms.words
    cancel_request(desk.ctx("刘大爷"), request.id, reason="家里有事")
    assert booked(request) == 0 and Visit.get(Visit.id == visit.id).state == "cancelled"
    assert Agreement.get(Agreement.request_id == request.id).state == "ended"
    assert "家里有事" in desk.told("李师傅", "request_cancelled")[0]
    for kind in ("visit_hour", "visit_late", "visit_no_show"):
        assert clocks(kind, visit.id) == []
    with pytest.raises(Refused):
        cancel_request(desk.ctx("刘大爷"), request.id)


def test_what_is_done_can_not_be_taken_back(desk: Desk) -> None:
    """C6, C7: from check-in on nothing is cancelled or moved, also not when the work is done and not paid yet."""
    request, visit = agreed(desk)
    desk.clock.set(TOMORROW)
    check_in(desk.ctx("李师傅"), visit.id, code=visit.code)
    for step in (lambda: None, lambda: check_out(desk.ctx("李师傅"), visit.id)):
        step()
        desk.clock.advance(hours=1)
        for verb in (
            lambda: cancel_request(desk.ctx("刘大爷"), request.id),
            lambda: reschedule_request(desk.ctx("刘大爷"), request.id, starts_at=TOMORROW + timedelta(days=3)),
        ):
            with pytest.raises(Refused) as refused:
                verb()
            assert refused.value.code == "not_now" and "同事" in refused.value.words
    assert again(request).state == "scheduled" and Agreement.get(Agreement.request_id == request.id).state == "sealed"


def test_a_stranger_changes_nothing(desk: Desk) -> None:
    """A6, C7: somebody else's request can't be cancelled or moved, nor seen."""
    request = desk.request()
    for verb in (
        lambda: cancel_terms(desk.ctx("许女士"), request.id),
        lambda: cancel_request(desk.ctx("许女士"), request.id),
        lambda: cancel_request(desk.ctx("李师傅"), request.id),
        lambda: reschedule_request(desk.ctx("许女士"), request.id, starts_at=TOMORROW + timedelta(days=3)),
    ):
        with pytest.raises(Refused) as refused:
            verb()
        assert (refused.value.code, refused.value.status) == ("not_found", 404)


def test_moving_what_waits_for_review(desk: Desk) -> None:
    """C7: it keeps its place in the queue; it does not end at the time it was moved from."""
    request = submit_request(desk.ctx("刘大爷"), desk.draft(service="repair").id)
    later = TOMORROW + timedelta(days=2)
    moved = reschedule_request(desk.ctx("刘大爷"), request.id, starts_at=later)
    assert (moved.state, moved.review_due_at, clocks("request_lapsed", request.id)) == (
        "submitted", request.review_due_at, [later],
    )  # fmt: skip
    desk.later(hours=31)
    assert again(request).state == "submitted"


def test_moving_what_is_agreed(desk: Desk) -> None:
    """C7: the worker hears it, their time is free, and they are the first to be recommended for the new time."""
    request, visit = agreed(desk)
    later = TOMORROW + timedelta(days=1)
    moved = reschedule_request(desk.ctx("刘大爷"), request.id, starts_at=later)
    assert (moved.state, moved.starts_at, booked(request)) == ("matching", later, 0)
    assert Visit.get(Visit.id == visit.id).state == "cancelled"
    (words,) = desk.told("李师傅", "request_moved")
    assert "11月25日" in words and "11月26日" in words
    assert desk.able(moved)[0] == "李师傅"
    taken(desk, moved)
    assert again(request).state == "negotiating"


def test_moving_to_a_time_when_nobody_is_free(desk: Desk) -> None:
    """C7, D4: no other day helps either: the resident hears honestly that nobody is free, and a coordinator is alerted."""
    desk.only("李师傅")
    request, later = desk.request(), TOMORROW + timedelta(days=1)
    here = desk.uncle.community_id
    Leave.create(community_id=here, worker_id=worker("李师傅").id, starts_at=desk.clock.now(), ends_at=later + timedelta(days=60))
    reschedule_request(desk.ctx("刘大爷"), request.id, starts_at=later)
    assert "没人有空" in desk.told("刘大爷", "nobody_free")[0] and alerts("nobody_free", request) == 1


def test_a_time_that_comes_without_a_worker(desk: Desk) -> None:
    """C6: it ends with an apology and an alert; who is still being asked hears that it is over."""
    request = desk.request()
    desk.clock.set(TOMORROW - timedelta(minutes=5))
    let_us_choose(desk.ctx("刘大爷"), request.id)
    (asked,) = desk.asked(request)
    desk.later(minutes=5)
    assert again(request).state == "expired" and alerts("request_lapsed", request) == 1
    assert len(desk.told("刘大爷", "request_lapsed")) == 1 and "时间" in desk.told(asked, "offer_withdrawn")[0]


def test_a_time_that_comes_before_both_confirmed(desk: Desk) -> None:
    """C6, E2: the worker who took it hears not to go; their time is free again."""
    request = desk.request()
    desk.clock.set(TOMORROW - timedelta(hours=2))
    taken(desk, request)
    assert booked(request) > 0
    desk.later(hours=2)
    assert (again(request).state, booked(request)) == ("expired", 0)
    assert "不用去" in desk.told("李师傅", "request_lapsed_worker")[0]


def test_not_come_and_somebody_else_later_today(desk: Desk) -> None:
    """F2, D7: one card with one question; only a yes moves the time, and then those who can come are shown."""
    request, _visit = agreed(desk)
    desk.clock.set(TOMORROW + timedelta(minutes=30))
    desk.later(minutes=0)
    said = desk.told("刘大爷", "visit_no_show")
    assert "下午4点半" in said[-1] and "行吗" in said[-1]
    assert again(request).starts_at == TOMORROW and not desk.told("刘大爷", "later_today")
    shown = len(desk.told("刘大爷", "recommendation"))
    with pytest.raises(Refused):
        take_later(desk.ctx("马姐"), request.id)
    take_later(desk.ctx("刘大爷"), request.id)
    assert again(request).starts_at == TOMORROW + timedelta(minutes=90)
    assert len(desk.told("刘大爷", "recommendation")) == shown + 1 and "李师傅" not in desk.able(again(request))


def test_the_worker_cant_at_the_last_moment(desk: Desk) -> None:
    """D5, D7: too near for anybody else: the resident is asked for later today, nothing is moved unasked."""
    request, visit = agreed(desk)
    desk.clock.set(TOMORROW - timedelta(minutes=10))
    cant_come(desk.ctx("李师傅"), visit.id)
    assert again(request).starts_at == TOMORROW and "下午4点" in desk.told("刘大爷", "later_today")[0]


def test_who_was_not_asked_yet_is_not_told_that_it_is_off(desk: Desk) -> None:
    """D4, Q1: the question waited for the morning (no message at night): neither question nor its end disturbs anybody."""
    request = desk.request()
    let_us_choose(desk.ctx("刘大爷"), request.id)
    (asked,) = desk.asked(request)
    Outbox.update(next_at=desk.clock.now() + timedelta(hours=9)).where(Outbox.notice == "job_offer").execute()
    cancel_request(desk.ctx("刘大爷"), request.id)
    assert desk.told(asked, "offer_withdrawn") == []
    assert Outbox.select().where(Outbox.notice == "job_offer").order_by(Outbox.id.desc()).get().state == "skipped"
