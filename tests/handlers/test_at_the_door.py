"""Setting out, the four digits, the place, done, confirmed, paid, closed (F2, F3, G2, H1)."""

from datetime import timedelta
from typing import Any

import pytest

from after_offer import HOME, MINUTES, STARTS, World, make_world
from handlers.checkin import check_in, check_out, set_out
from handlers.completion import completion_card, confirm_completion, dispute_line, list_fee_lines, record_cash
from handlers.context import Refused
from handlers.visits import current_visit
from models.clocks import Alert, Deadline
from models.requests import Request
from models.visits import CheckItem, Payment, Visit
from models.voices import Complaint, SurveyPrompt
from models.workers import Worker


@pytest.fixture
def world(settings: Any, clock: Any, database: Any) -> World:
    made = make_world(settings, clock)
    made.scheduled()
    clock.set(STARTS)
    made.run_due()
    return made


def served(world: World, minutes: int = MINUTES) -> Visit:
    visit = Visit.get()
    check_in(world.ctx(world.li), visit.id, code=visit.code)
    world.clock.advance(minutes=minutes)
    return check_out(world.ctx(world.li), visit.id)


def refusal(call: Any) -> str:
    with pytest.raises(Refused) as refused:
        call()
    return refused.value.code


def test_whole_visit(world: World) -> None:
    """F2, F3, G2: set out, there, done, confirmed, paid in cash once, closed; both are asked for stars, a survey is planned."""
    visit = Visit.get()
    set_out(world.ctx(world.li), visit.id, eta_min=20)
    assert world.told(world.wang)[-1] == "visit_on_way"
    visit = served(world)
    assert (visit.state, visit.checked_in_by, visit.total_fen) == ("finished", "code", 9000)
    assert [i.words for i in CheckItem.select()] == ["擦桌面", "拖地", "油烟机表面"]
    shown = completion_card(world.ctx(world.wang), Visit.get())
    assert [c.id for c in shown.choices] == [f"visit:{visit.id}:confirm", f"visit:{visit.id}:dispute"]
    assert "¥90" in shown.text
    confirm_completion(world.ctx(world.wang), visit.id)
    assert world.told(world.li)[-1] == "completion_confirmed"
    record_cash(world.ctx(world.li), visit.id)
    record_cash(world.ctx(world.wang), visit.id)
    assert [(p.amount_fen, p.recorded_by) for p in Payment.select()] == [(9000, "worker")]
    assert (Visit.get().state, Request.get().state, Worker.get().jobs_done) == ("closed", "closed", 1)
    assert world.told(world.wang)[-2:] == ["cash_recorded", "rating_invite"]
    assert SurveyPrompt.get().state == "waiting"


def test_wrong_codes_are_counted(world: World) -> None:
    """F2: a wrong code is refused and counted; the fifth puts it before a colleague; the right one still opens."""
    visit = Visit.get()
    wrong = "0000"
    for _n in range(5):
        assert refusal(lambda: check_in(world.ctx(world.li), visit.id, code=wrong)) == "wrong_code"
    assert Visit.get().code_tries == 5
    assert Alert.select().where(Alert.kind == "wrong_code").count() == 1
    assert check_in(world.ctx(world.li), visit.id, code=visit.code).state == "in_service"


def test_by_place(world: World) -> None:
    """F2: within the radius it begins; a kilometre away it is refused; without a point only the code counts."""
    visit = Visit.get()
    assert refusal(lambda: check_in(world.ctx(world.li), visit.id, lat="39.9150", lng="116.4080")) == "too_far"
    assert check_in(world.ctx(world.li), visit.id, lat=HOME[0], lng=HOME[1]).checked_in_by == "place"


def test_who_and_when(world: World) -> None:
    """F2, A6: not the resident, not a stranger, not hours before."""
    visit = Visit.get()
    assert refusal(lambda: check_in(world.ctx(world.wang), visit.id, code=visit.code)) == "forbidden"
    assert refusal(lambda: check_in(world.ctx(world.stranger), visit.id, code=visit.code)) == "forbidden"
    world.clock.set(STARTS - timedelta(hours=3))
    assert refusal(lambda: check_in(world.ctx(world.li), visit.id, code=visit.code)) == "too_early"
    assert refusal(lambda: set_out(world.ctx(world.li), visit.id)) == "too_early"
    assert refusal(lambda: check_out(world.ctx(world.li), visit.id)) == "not_now"


def test_a_stranger_is_no_party(world: World) -> None:
    """A6: foreign and absent look the same to residents."""
    visit = served(world)
    assert refusal(lambda: confirm_completion(world.ctx(world.stranger), visit.id)) == "not_found"
    assert refusal(lambda: confirm_completion(world.ctx(world.stranger), 999)) == "not_found"
    assert refusal(lambda: confirm_completion(world.ctx(world.li), visit.id)) == "forbidden"


def test_a_disputed_line_waits(world: World) -> None:
    """F3: the rest goes on and is paid; a complaint with a receipt looks at the line."""
    visit = served(world)
    dispute_line(world.ctx(world.wang), visit.id, words="擦窗没做,怎么还收钱")
    assert [line.state for line in list_fee_lines(visit)] == ["proposed", "disputed"]
    complaint = Complaint.get()
    assert (complaint.about_kind, complaint.about_id, complaint.reasons) == ("visit", visit.id, ["fee"])
    assert world.told(world.wang)[-1] == "complaint_receipt"
    confirm_completion(world.ctx(world.wang), visit.id)
    assert record_cash(world.ctx(world.li), visit.id).amount_fen == 8000


def test_less_work_costs_less(world: World) -> None:
    """F3: the hourly line is cut by the quarters that were not worked."""
    assert served(world, minutes=80).total_fen == 8000 * 90 // 120 + 1000


def test_silence_confirms_and_says_so(world: World) -> None:
    """F3: reminded twice, then confirmed by rule, openly."""
    visit = served(world)
    for _step in range(3):
        world.clock.advance(hours=16)
        world.run_due()
    assert world.told(world.wang)[-3:] == ["completion_reminder", "completion_reminder", "completion_by_rule"]
    visit = Visit.get()
    assert (visit.state, visit.confirmed_by) == ("confirmed", "rule")
    assert not Deadline.select().where(Deadline.kind == "silent_confirm", Deadline.state == "open").exists()


def test_cash_before_the_confirmation(world: World) -> None:
    """G2: recorded at once, settled when the resident confirms; on the phone a colleague notes both."""
    visit = served(world)
    assert record_cash(world.ctx(world.li), visit.id).amount_fen == 9000
    assert Visit.get().state == "finished" and current_visit(world.ctx(world.wang)).id == visit.id
    confirm_completion(world.ctx(world.chen), visit.id)
    assert (Visit.get().state, Visit.get().confirmed_by) == ("closed", "staff")
