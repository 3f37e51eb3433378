"""A worker's papers, leave and pay (A2, A3, F4)."""

from datetime import timedelta

import pytest

from asking import TOMORROW, Desk, worker
from handlers.context import Refused
from handlers.leaves import end_leave, enter_leave, leaves_of
from handlers.matching import why_not
from handlers.workers import (
    activate_worker,
    add_document,
    list_workers,
    my_income_words,
    note_free_time,
    pause_worker,
    set_leave,
    upcoming,
)
from models.clocks import Alert
from models.visits import Visit
from models.workers import Document, Leave, Worker


def test_out_and_in_again(desk: Desk) -> None:
    """A2: paused with a reason, activated again; consultants and workers can do neither; twice is refused."""
    who = worker("李师傅")
    for name in ("小林", "李师傅", "刘大爷"):
        with pytest.raises(Refused) as refused:
            pause_worker(desk.ctx(name), who.id, reason="请假")
        assert refused.value.status == 403
    pause_worker(desk.ctx("陈姐"), who.id, reason="请假")
    assert "李师傅" not in desk.able(desk.request())
    activate_worker(desk.ctx("陈姐"), who.id)
    assert "李师傅" in desk.able(desk.request(starts_at=TOMORROW + timedelta(days=1)))
    with pytest.raises(Refused):
        activate_worker(desk.ctx("陈姐"), who.id)
    assert len(list_workers(desk.ctx("小林"))) == Worker.select().count() == 10


def test_a_paper_has_its_days(desk: Desk) -> None:
    """A3: from and to must be the right way round; who looked at it is kept, its number sealed."""
    paper = {"kind": "health", "number": "JK-2026-001", "issuer": "区疾控中心"}
    with pytest.raises(Refused) as refused:
        add_document(desk.ctx("陈姐"), worker("李师傅").id, **paper, valid_from="2026-11-24", valid_to="2025-11-24")
    assert refused.value.code == "bad_days"
    made = add_document(desk.ctx("陈姐"), worker("李师傅").id, **paper, valid_from="2026-11-24", valid_to="2027-11-24")
    assert (made.reviewed_by, Document.get(Document.id == made.id).number) == (desk.ctx("陈姐").actor.id, "JK-2026-001")


def test_leave(desk: Desk) -> None:
    """F4: off means not asked; a visit that is agreed already comes before a coordinator; past and backwards are refused."""
    visit = Visit.select().where(Visit.state == "scheduled").order_by(Visit.starts_at).first()
    called = Worker.get(Worker.id == visit.worker_id).called
    me = desk.ctx(called)
    before = Alert.select().where(Alert.kind == "leave_over_visit").count()
    set_leave(me, starts_at=visit.starts_at - timedelta(hours=1), ends_at=visit.ends_at, reason="孩子发烧")
    assert Alert.select().where(Alert.kind == "leave_over_visit").count() == before + 1
    hour = timedelta(hours=1)
    for start, end in ((TOMORROW, TOMORROW), (TOMORROW, TOMORROW - hour), (me.now - 2 * hour, me.now - hour)):
        with pytest.raises(Refused) as refused:
            set_leave(me, starts_at=start, ends_at=end)
        assert refused.value.code == "bad_time"
    assert Leave.select().where(Leave.worker_id == visit.worker_id).count() == 1


def test_free_time_reaches_the_desk(desk: Desk) -> None:
    """F4: 我周末也能干: a coordinator enters it; said twice on a day it is one line."""
    for _twice in range(2):
        note_free_time(desk.ctx("李师傅"), words="周末也能干")
    (alert,) = Alert.select().where(Alert.kind == "free_time")
    assert "李师傅" in alert.words and "周末也能干" in alert.words


@pytest.mark.parametrize(
    "period", ["today", "yesterday", "this_week", "last_week", "this_month", "last_month", "balance"]
)
def test_pay_of_a_period(desk: Desk, period: str) -> None:
    """F4: visits and money of a stretch of days; only the worker's own."""
    words = my_income_words(desk.ctx("李师傅"), period)
    assert "¥" in words
    with pytest.raises(Refused):
        my_income_words(desk.ctx("刘大爷"), period)


def test_pay_is_the_sum_of_paid_visits(desk: Desk) -> None:
    """F4: to the fen, with what is still open beside it."""
    who = worker("李师傅")
    mine = list(Visit.select().where(Visit.worker_id == who.id, Visit.state == "closed"))
    first = desk.clock.now().replace(day=1, hour=0) - timedelta(hours=8)
    paid = sum(v.total_fen for v in mine if v.starts_at >= first and v.starts_at.month == 11)
    assert f"¥{paid // 100}" in my_income_words(desk.ctx("李师傅"), "this_month")
    assert all(line["number"].startswith("1") for line in upcoming(desk.ctx("陈姐"), who.id))


def test_leave_at_the_desk(desk: Desk) -> None:
    """F4, D7: who phones is off on whole days and not asked; who can come after all, or was marked by mistake, is asked again."""
    chen, li = desk.ctx("陈姐"), worker("李师傅")
    request = desk.request()
    enter_leave(chen, li.id, since="2026-11-25", until="")
    (off,) = leaves_of(chen, li.id)
    assert off["when"] == "11月25日 周三" and why_not(chen, request.id, li.id) == ["有别的活，或请假"]
    end_leave(chen, li.id, leave_id=off["id"])
    assert leaves_of(chen, li.id) == [] and why_not(chen, request.id, li.id)[0].startswith("可以派")
    begun = Leave.create(
        community_id=chen.community_id, worker_id=li.id, starts_at=chen.now - timedelta(hours=1), ends_at=TOMORROW, reason="ill"
    )
    end_leave(chen, li.id, leave_id=begun.id)
    assert Leave.get(Leave.id == begun.id).ends_at == chen.now and Leave.get(Leave.id == begun.id).reason == "ill"
    for days, code in ((("2026-11-26", "2026-11-25"), "bad_time"), (("2026-11-01", ""), "bad_time"), (("morgen", ""), "bad_day")):
        with pytest.raises(Refused, match=code):
            enter_leave(chen, li.id, since=days[0], until=days[1])
    with pytest.raises(Refused, match="not_now"):
        end_leave(chen, li.id, leave_id=begun.id)
    with pytest.raises(Refused, match="forbidden"):
        end_leave(desk.ctx("小林"), li.id, leave_id=begun.id)
