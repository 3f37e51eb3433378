"""A recurring service: one agreement, each visit its own; one left out, one moved, a pause, the end (C8)."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from asking import THURSDAY, TWICE, Desk, again, alerts, clocks, worker
from handlers.agreements import confirm_agreement
from handlers.checkin import check_in, check_out
from handlers.clock import SHANGHAI
from handlers.completion import confirm_completion, record_cash
from handlers.context import Refused
from handlers.matching import choose_worker, list_recommendations
from handlers.offers import accept_offer
from handlers.ratings import rate_visit
from handlers.requests import cancel_request, cancel_terms, reschedule_request, summary_card
from handlers.series import (
    SeriesView,
    answer_holiday,
    end_series,
    find_series,
    leave_out,
    list_my_series,
    pause_series,
    resume_series,
    seek_for_date,
)
from handlers.series_making import extend_all
from handlers.visits import cant_come
from models.requests import Request
from models.series import Series, SeriesDate
from models.visits import Agreement, Visit
from models.workers import BookedSlot, Leave, WorkerSkill, WorkingHours

pytestmark = pytest.mark.both
A_WEDNESDAY = datetime(2026, 12, 30, 10, tzinfo=SHANGHAI)


def view(desk: Desk, series: Series) -> SeriesView:
    return find_series(desk.ctx("陈姐"), series.id)


def coming(desk: Desk, series: Series) -> list[str]:
    return [f"{one.starts_at.astimezone(SHANGHAI):%m-%d}" for one in view(desk, series).coming]


def states(desk: Desk, series: Series) -> dict[str, str]:
    return {f"{one.row.starts_at.astimezone(SHANGHAI):%m-%d}": one.state for one in view(desk, series).dates}


def visit_on(series: Series, day: int, month: int = 12) -> Visit:
    at = datetime(2026, month, day, 9, tzinfo=SHANGHAI)
    return Visit.get(Visit.worker_id == series.worker_id, Visit.starts_at == at, Visit.person_id == series.person_id)


def booked(visit: Visit) -> int:
    return BookedSlot.select().where(BookedSlot.holder == f"visit:{visit.id}").count()


def tomorrow_comes(desk: Desk, days: int = 1) -> None:
    """The daily job, and what it leads to."""
    desk.clock.advance(days=days)
    extend_all(desk.ctx())
    desk.later(seconds=1)


def test_one_agreement_many_visits(desk: Desk) -> None:
    """C8, E2: asked, offered and signed as 每周二、四; four weeks of visits stand, each with its time, code, price and clocks."""
    asked = summary_card(desk.ctx("刘大爷"), desk.draft(starts_at=THURSDAY, recurrence=TWICE)).text
    assert "每周二、四上午9点，每次2小时" in asked and "11月26日" in asked
    series = desk.recurring()
    assert coming(desk, series) == ["11-26", "12-01", "12-03", "12-08", "12-10", "12-15", "12-17", "12-22"]
    assert "每周二、四上午9点" in desk.told("李师傅", "job_offer")[-1] and "每周二、四" in desk.told("刘大爷", "booking_confirmed")[-1]
    agreement = Agreement.get(Agreement.id == series.agreement_id)
    assert "每周二、四上午9点" in agreement.text and agreement.state == "sealed"
    visits = [one.visit for one in view(desk, series).coming if one.visit is not None]
    assert {(v.agreement_id, v.total_fen, booked(v) > 0) for v in visits} == {(agreement.id, agreement.terms["price_fen"], True)}
    assert len({v.request_id for v in visits}) == len({v.number for v in visits}) == 8
    assert clocks("visit_evening", visits[5].id) and len(desk.told("李师傅", "booking_confirmed")) == 1


def test_who_is_free_later_too(desk: Desk) -> None:
    """C8, D1, D6: only who is free the first time is shown; of each it is said on how many of the following dates they are."""
    start = datetime(2026, 12, 8, tzinfo=SHANGHAI)
    li = worker("李师傅")
    Leave.create(community_id=li.community_id, worker_id=li.id, starts_at=start, ends_at=start + timedelta(days=3))
    request = desk.request(starts_at=THURSDAY, recurrence=TWICE)
    said = {f.called: next(r["words"] for r in f.reasons) for f in list_recommendations(desk.ctx("陈姐"), request.id)}
    assert said.pop("李师傅") == "后面8次里有空6次" and said and all("后面8次" in words for words in said.values())


def test_the_horizon_grows_exactly_once(desk: Desk) -> None:
    """C8: the daily job adds what comes into sight, however often it runs."""
    series = desk.recurring()
    for _n in range(3):
        extend_all(desk.ctx())
        desk.later(seconds=1)
    assert len(coming(desk, series)) == 8
    tomorrow_comes(desk, 3)
    tomorrow_comes(desk, 0)
    assert coming(desk, series)[-1] == "12-24" and SeriesDate.select().where(SeriesDate.series_id == series.id).count() == 9


def test_ten_times_are_ten(desk: Desk) -> None:
    """C8: a number of visits that was said is kept; when the last one is past, series and agreement are over."""
    series = desk.recurring("FREQ=WEEKLY;BYDAY=TU,TH;COUNT=3")
    assert coming(desk, series) == ["11-26", "12-01", "12-03"]
    for one in view(desk, series).coming:
        assert one.request is not None
        cancel_request(desk.ctx("刘大爷"), one.request.id)
    tomorrow_comes(desk, 12)
    assert Series.get().state == "ended" and Agreement.get(Agreement.id == series.agreement_id).state == "ended"


def test_a_visit_is_like_any_other(desk: Desk) -> None:
    """C8, F1, F2, F3, G2, H1: check-in, confirmation, cash and stars of one visit; the agreement goes on with the next."""
    series = desk.recurring()
    for day, month in ((26, 11), (1, 12)):
        visit = visit_on(series, day, month)
        desk.clock.set(visit.starts_at)
        check_in(desk.ctx("李师傅"), visit.id, code=visit.code)
        desk.clock.advance(hours=2)
        check_out(desk.ctx("李师傅"), visit.id)
        confirm_completion(desk.ctx("刘大爷"), visit.id)
        record_cash(desk.ctx("李师傅"), visit.id)
        rate_visit(desk.ctx("刘大爷"), visit.id, stars=5)
        assert Visit.get(Visit.id == visit.id).state == "closed" and again(Request.get(Request.id == visit.request_id)).state == "closed"
        assert Agreement.get(Agreement.id == series.agreement_id).state == "sealed"


def test_leave_one_out_and_move_one(desk: Desk) -> None:
    """C8, C7: 这周二不用来了 frees that time and tells the worker; one is moved by consent, and the series stays as it was."""
    series = desk.recurring()
    off = visit_on(series, 1)
    leave_out(desk.ctx("刘大爷"), series.id, day=date(2026, 12, 1))
    assert booked(off) == 0 and "12月1日" in desk.told("李师傅", "request_cancelled")[0]
    moved = Request.get(Request.id == visit_on(series, 8).request_id)
    to = datetime(2026, 12, 9, 15, 0, tzinfo=SHANGHAI)
    reschedule_request(desk.ctx("刘大爷"), moved.id, starts_at=to)
    choose_worker(desk.ctx("刘大爷"), moved.id, worker_id=series.worker_id)
    accept_offer(desk.ctx("李师傅"), desk.offer_of("李师傅"))
    own = Agreement.get(Agreement.request_id == moved.id)
    assert "recurrence" not in own.terms
    for who in ("李师傅", "刘大爷"):
        confirm_agreement(desk.ctx(who), own.id)
    assert coming(desk, series)[:4] == ["11-26", "12-03", "12-09", "12-10"]
    assert Series.select().where(Series.request_id == moved.id).count() == 0
    assert Agreement.get(Agreement.id == series.agreement_id).state == "sealed"
    with pytest.raises(Refused) as refused:
        leave_out(desk.ctx("刘大爷"), series.id, day=date(2026, 12, 2))
    assert refused.value.code == "no_date"
    late = visit_on(series, 17)
    desk.clock.set(late.starts_at - timedelta(hours=2))
    assert cancel_terms(desk.ctx("刘大爷"), late.request_id).fee_fen == late.total_fen * 20 // 100


def test_the_first_one_may_fall_out(desk: Desk) -> None:
    """C8, C7, D7: the first visit cancelled, or given up by the worker, ends neither agreement nor series."""
    series = desk.recurring()
    cant_come(desk.ctx("李师傅"), visit_on(series, 1).id)
    cancel_request(desk.ctx("刘大爷"), series.request_id)
    assert Agreement.get(Agreement.id == series.agreement_id).state == "sealed"
    assert coming(desk, series)[:2] == ["12-01", "12-03"] and states(desk, series)["12-01"] == "matching"
    assert len(list_my_series(desk.ctx("李师傅"))) == 1


def test_pause_and_resume(desk: Desk) -> None:
    """C8: 暂停两周 takes those visits back and tells the other side; the rest stays; without an end it waits for 恢复."""
    series = desk.recurring()
    pause_series(desk.ctx("刘大爷"), series.id, since=date(2026, 11, 24), until=date(2026, 12, 20))
    assert coming(desk, series) == ["12-22"]
    pause_series(desk.ctx("刘大爷"), series.id, since=date(2026, 11, 24), until=date(2026, 12, 8))
    assert coming(desk, series) == ["12-08", "12-10", "12-15", "12-17", "12-22"] and booked(visit_on(series, 3)) == 0
    assert "12月8日" in desk.told("李师傅", "series_changed")[1]
    tomorrow_comes(desk, 15)
    assert Series.get().state == "running" and coming(desk, series)[-1] == "01-05"
    pause_series(desk.ctx("李师傅"), series.id, since=date(2026, 12, 10))
    assert coming(desk, series) == [] and "停" in desk.told("刘大爷", "series_changed")[0]
    tomorrow_comes(desk, 2)
    assert coming(desk, series) == []
    resume_series(desk.ctx("刘大爷"), series.id)
    assert coming(desk, series)[:2] == ["12-15", "12-17"] and booked(visit_on(series, 15)) == 0  # the old one
    live = Visit.get(Visit.starts_at == datetime(2026, 12, 15, 9, tzinfo=SHANGHAI), Visit.state == "scheduled")
    assert booked(live) > 0


def test_the_end(desk: Desk) -> None:
    """C8: 从下个月起不做了: what was before stays, nothing after it; with the last one all is over. Also at once, by the worker."""
    series = desk.recurring()
    end_series(desk.ctx("刘大爷"), series.id, since=date(2026, 12, 1))
    assert coming(desk, series) == ["11-26"] and "12月1日" in desk.told("李师傅", "series_changed")[0]
    cancel_request(desk.ctx("刘大爷"), series.request_id)
    tomorrow_comes(desk)
    assert Series.get().state == "ended" and Agreement.get(Agreement.id == series.agreement_id).state == "ended"
    with pytest.raises(Refused):
        pause_series(desk.ctx("刘大爷"), series.id, since=date(2026, 12, 1))


def test_the_worker_stops(desk: Desk) -> None:
    """C8: the resident hears it, with a way to a person, and pays nothing for it."""
    series = desk.recurring()
    end_series(desk.ctx("李师傅"), series.id, since=date(2026, 11, 24))
    assert coming(desk, series) == [] and Series.get().state == "ended" and BookedSlot.select().where(
        BookedSlot.holder.startswith("visit:"), BookedSlot.worker_id == series.worker_id, BookedSlot.slot > THURSDAY.timestamp() // 900
    ).count() == 0
    assert "李师傅" in desk.told("刘大爷", "series_changed")[0]


def test_a_date_that_can_not_be(desk: Desk) -> None:
    """C8, D7: on leave or taken by another job: told to both, put before staff, who have somebody else asked; never dropped."""
    here, li = desk.uncle.community_id, worker("李师傅")
    day = datetime(2026, 12, 3, tzinfo=SHANGHAI)
    Leave.create(community_id=here, worker_id=li.id, starts_at=day, ends_at=day + timedelta(days=1))
    taken = int(datetime(2026, 12, 8, 10, tzinfo=SHANGHAI).timestamp()) // 900
    BookedSlot.create(community_id=here, worker_id=li.id, slot=taken, holder="x")
    series = desk.recurring()
    found = states(desk, series)
    assert (found["12-03"], found["12-08"], found["12-10"]) == ("unplaced", "unplaced", "scheduled")
    for who in ("刘大爷", "李师傅"):
        (words,) = desk.told(who, "series_unplaced")
        assert "12月3日" in words and "12月8日" in words
    assert alerts("series_unplaced", Request.get(Request.id == series.request_id)) == 1
    row = next(one.row for one in view(desk, series).dates if one.state == "unplaced")
    sought = seek_for_date(desk.ctx("陈姐"), series.id, row_id=row.id)
    assert sought.starts_at == row.starts_at and "李师傅" not in desk.able(sought) and desk.able(sought)


def test_hours_and_caps_hold_for_each_date(desk: Desk) -> None:
    """C8, D1: the worker's hours have changed, and a week is full: those dates are no promise, and staff have them before them."""
    series = desk.recurring()
    li, later = series.worker_id, A_WEDNESDAY
    WorkingHours.update(from_min=14 * 60).where((WorkingHours.worker_id == li) & (WorkingHours.weekday == 3)).execute()
    mine = Visit.get(Visit.worker_id == li)
    full = {name: getattr(mine, name) for name in ("community_id", "request_id", "agreement_id", "person_id", "address_id", "service")}
    Visit.create(
        **full, state="scheduled", worker_id=li, number="x", starts_at=later, ends_at=later + timedelta(hours=47), code="0000",
        total_fen=1, created_at=desk.clock.now(),
    )  # fmt: skip
    tomorrow_comes(desk, 7)
    whys = {f"{row.starts_at.astimezone(SHANGHAI):%m-%d}": row.why for row in SeriesDate.select().where(SeriesDate.state == "unplaced")}
    assert whys == {"12-24": "not_working", "12-29": "week_full"}
    assert len(desk.told("刘大爷", "series_unplaced")) == 1


def test_the_slot_table_decides(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """C8, D4: time that another job takes in the very moment is refused by its unique key; nothing of that date stays behind."""
    monkeypatch.setattr("handlers.series_making._cant", lambda ctx, series, request: "")
    taken = int(datetime(2026, 12, 8, 10, tzinfo=SHANGHAI).timestamp()) // 900
    li = worker("李师傅")
    BookedSlot.create(community_id=li.community_id, worker_id=li.id, slot=taken, holder="x")
    series = desk.recurring()
    assert [day for day, state in states(desk, series).items() if state == "unplaced"] == ["12-08"]
    at = datetime(2026, 12, 8, 9, tzinfo=SHANGHAI)
    assert not Request.select().where(Request.starts_at == at, Request.person_id == series.person_id).exists()


@pytest.mark.parametrize(("come", "state"), [(True, "scheduled"), (False, "skipped")])
def test_a_public_holiday_is_asked_about(desk: Desk, come: bool, state: str) -> None:
    """C8: New Year's Day is a Friday; the resident says whether somebody comes, by a tap, and is asked once."""
    series = desk.recurring("FREQ=WEEKLY;BYDAY=FR", THURSDAY + timedelta(days=1))
    tomorrow_comes(desk, 12)
    tomorrow_comes(desk, 1)
    (asked,) = desk.told("刘大爷", "series_holiday")
    assert "1月1日" in asked and "李师傅" in asked and states(desk, series)["01-01"] == "holiday"
    assert answer_holiday(desk.ctx("刘大爷"), series.id, come=come) == 1
    assert states(desk, series)["01-01"] == state
    assert answer_holiday(desk.ctx("刘大爷"), series.id, come=True) == 0


def test_nobody_else_may(desk: Desk) -> None:
    """A6, C8: a stranger and another worker neither see nor change it; a resident does not do what is staff's."""
    series = desk.recurring()
    verbs: list[Any] = [
        lambda ctx: find_series(ctx, series.id),
        lambda ctx: pause_series(ctx, series.id, since=date(2026, 12, 1)),
        lambda ctx: end_series(ctx, series.id, since=date(2026, 12, 1)),
        lambda ctx: leave_out(ctx, series.id, day=date(2026, 12, 1)),
        lambda ctx: answer_holiday(ctx, series.id, come=True),
    ]
    for verb in verbs:
        for who in ("许女士", "孙师傅"):
            with pytest.raises(Refused) as refused:
                verb(desk.ctx(who))
            assert refused.value.code == "not_found"


def test_two_for_a_recurring_service_are_paid_each_his_own(desk: Desk) -> None:
    """C8, G1, D3: the one who is asked first reads his part, of so many, each time; the budget counts for each; staff find the others."""
    WorkerSkill.update(price_fen=4000).execute()
    request = desk.request(starts_at=THURSDAY, recurrence="FREQ=WEEKLY;BYDAY=TH", people=2, budget_max_fen=16000)
    choose_worker(desk.ctx("刘大爷"), request.id, worker_id=worker("李师傅").id)
    offered = desk.told("李师傅", "job_offer")[-1]
    assert "每次¥80" in offered and "2位" in offered and alerts("more_people", request) == 1
    accept_offer(desk.ctx("李师傅"), desk.offer_of("李师傅"))
    ready = desk.told("刘大爷", "agreement_ready")[-1]
    assert "每次¥80" in ready and ready.count("每次2小时") == 1 and "，2小时" not in ready
