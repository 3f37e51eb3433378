"""A worker's leave and what is promised for that time (F4, D5, D7)."""

from datetime import timedelta

import pytest

from asking import TOMORROW, Desk
from handlers.context import Refused
from handlers.leaves import end_leave, enter_leave
from handlers.own_leave import drop_leave, give_up_in_leave, keep_in_leave, list_my_leave, visits_in_leave
from handlers.workers import note_free_time, set_leave
from models.clocks import Alert
from models.requests import Request
from models.visits import Visit
from models.workers import Leave, Worker

A_DAY = timedelta(days=1)


def test_who_is_ill_gives_up_all_of_the_day(desk: Desk) -> None:
    """D7, F4: every visit in the leave is sought anew at once and its alert is settled; others stay; a second yes is refused."""
    visit = Visit.select().where(Visit.state == "scheduled").order_by(Visit.starts_at).first()
    me = desk.ctx(Worker.get(Worker.id == visit.worker_id).called)
    leave = set_leave(me, starts_at=visit.starts_at - timedelta(hours=1), ends_at=visit.ends_at, reason="sick")
    touched = visits_in_leave(me, leave.id)
    assert visit.id in [one.id for one in touched]
    assert visits_in_leave(desk.ctx("赵大姐"), leave.id) == [] != touched
    assert give_up_in_leave(me, leave.id) == len(touched)
    assert {Visit.get(Visit.id == one.id).state for one in touched} == {"replaced"}
    assert {Request.get(Request.id == one.request_id).state for one in touched} == {"matching"}
    assert not Alert.select().where(Alert.kind == "leave_over_visit", Alert.state == "open").exists()
    with pytest.raises(Refused) as refused:
        give_up_in_leave(me, leave.id)
    assert refused.value.code == "not_now"


def test_leave_is_taken_back_for_a_day_of_it(desk: Desk) -> None:
    """F4: 周二不请假了 of three days leaves the other two; said twice, a leave is one; what is not noted is not taken back."""
    me = desk.ctx("李师傅")
    for _twice in range(2):
        set_leave(me, starts_at=TOMORROW, ends_at=TOMORROW + 3 * A_DAY)
    assert len(list_my_leave(me)) == 1
    assert drop_leave(me, starts_at=TOMORROW + A_DAY, ends_at=TOMORROW + 2 * A_DAY) == 1
    left = [(one.starts_at, one.ends_at) for one in list_my_leave(me)]
    assert left == [(TOMORROW, TOMORROW + A_DAY), (TOMORROW + 2 * A_DAY, TOMORROW + 3 * A_DAY)]
    assert drop_leave(me, starts_at=TOMORROW + 5 * A_DAY, ends_at=TOMORROW + 6 * A_DAY) == 0


def test_other_words_about_hours_are_not_lost(desk: Desk) -> None:
    """F4: two things said on one day are two lines at the desk."""
    for words in ("以后周日休息", "我中午要歇一个小时"):
        note_free_time(desk.ctx("李师傅"), words=words)
    assert Alert.select().where(Alert.kind == "free_time").count() == 2


@pytest.mark.parametrize("how", ["taken back", "ended at the desk", "going there all the same"])
def test_what_leave_does_not_touch_need_not_be_looked_at(desk: Desk, how: str) -> None:
    """F4, D7: what stands before a coordinator because of a leave goes with it; for the next leave over the same visit it comes again."""
    visit = Visit.select().where(Visit.state == "scheduled").order_by(Visit.starts_at.desc()).first()
    called = Worker.get(Worker.id == visit.worker_id).called
    mine = (Alert.kind == "leave_over_visit") & (Alert.subject_id == visit.id) & (Alert.state == "open")
    span = {"starts_at": visit.starts_at - timedelta(hours=1), "ends_at": visit.ends_at}
    for _again in range(2):
        desk.clock.advance(minutes=1)
        me = desk.ctx(called)
        leave = set_leave(me, **span)
        assert Alert.select().where(mine).count() == 1
        if how == "taken back":
            drop_leave(me, **span)
        elif how == "ended at the desk":
            end_leave(desk.ctx("陈姐"), visit.worker_id, leave_id=leave.id)
        else:
            keep_in_leave(me, leave.id)
            Leave.delete().execute()
        assert not Alert.select().where(mine).exists()
    other = set_leave(me, **span)
    set_leave(me, starts_at=visit.starts_at, ends_at=visit.ends_at)
    end_leave(desk.ctx("陈姐"), visit.worker_id, leave_id=other.id)
    assert Alert.select().where(mine).exists()  # the other one touches it still


def test_the_last_day_that_there_is(desk: Desk) -> None:
    """F4: a year typed wrong is refused in words."""
    with pytest.raises(Refused, match="bad_day"):
        enter_leave(desk.ctx("陈姐"), Worker.get(Worker.called == "李师傅").id, since="9999-12-31", until="")
