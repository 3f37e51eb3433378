"""Several people for one wish: each asked, signed, paid and rated for his own work, the resident asked and told once (C2, D3)."""

from datetime import timedelta
from typing import Any

import pytest

from asking import TOMORROW, Desk, again, alerts, places, worker
from handlers.agreeing import answer_wider
from handlers.agreements import confirm_agreement, decline_agreement
from handlers.cancelling import cancel_request, cancel_terms
from handlers.context import Refused
from handlers.matching import choose_worker, let_us_choose, list_recommendations
from handlers.offers import accept_offer, counter_offer, decline_offer, make_offer, make_offers
from handlers.requests import find_my_request, request_words, reschedule_request
from handlers.visits import cant_come, confirm_coming
from models.requests import Request
from models.visits import Agreement, Visit
from models.workers import BookedSlot, WorkerSkill

pytestmark = pytest.mark.both
UNCLE, LI, SUN = "刘大爷", "李师傅", "孙师傅"


def states(request: Request) -> list[str]:
    return [place.state for place in places(request)]


def choose(desk: Desk, request: Request, *names: str) -> None:
    """The resident chooses one after the other; each takes it."""
    for place, name in zip(places(request), names, strict=False):
        choose_worker(desk.ctx(UNCLE), place.id, worker_id=worker(name).id)
    for name in names:
        accept_offer(desk.ctx(name), desk.offer_of(name))


def signs(desk: Desk, name: str) -> Agreement:
    mine = Agreement.get(Agreement.worker_id == worker(name).id, Agreement.state == "proposed")
    return confirm_agreement(desk.ctx(name), mine.id)


def settled(desk: Desk, **more: Any) -> Request:
    """李师傅 and 孙师傅 both come for the same price, everything is signed."""
    WorkerSkill.update(price_fen=4000).execute()
    request = desk.request(people=2, **more)
    choose(desk, request, LI, SUN)
    confirm_agreement(desk.ctx(UNCLE), Agreement.get(Agreement.worker_id == worker(LI).id, Agreement.state == "proposed").id)
    signs(desk, LI), signs(desk, SUN)
    return again(request)


def visits(request: Request) -> list[Visit]:
    live = Visit.state.in_(("scheduled", "on_the_way", "in_service"))
    return list(Visit.select().where(Visit.request_id.in_([p.id for p in places(request)]) & live).order_by(Visit.request_id))


def test_two_from_the_wish_to_the_door(desk: Desk) -> None:
    """C2, D3, E2, F1: one after the other is chosen, each signs his part, the resident once for both; one message for one event."""
    WorkerSkill.update(price_fen=4000).execute()
    request = desk.request(people=2, budget_max_fen=20000)
    assert [p.number for p in places(request)] == [request.number, f"{request.number}-2"] and alerts("more_people", request) == 0
    first, second = places(request)
    assert "第1位" in desk.told(UNCLE, "recommendation")[-1] and len(desk.told(UNCLE, "recommendation")) == 1
    choose_worker(desk.ctx(UNCLE), first.id, worker_id=worker(LI).id)
    assert "和李师傅一起" in desk.told(UNCLE, "recommendation")[-1]
    assert LI not in [f.called for f in list_recommendations(desk.ctx(UNCLE), second.id)]
    choose_worker(desk.ctx(UNCLE), second.id, worker_id=worker(SUN).id)
    accept_offer(desk.ctx(LI), desk.offer_of(LI))
    assert "2位一起做" in desk.told(LI, "job_offer")[-1] and "¥80" in desk.told(LI, "job_offer")[-1]
    assert "李师傅已经接了" in desk.told(UNCLE, "team_waiting")[-1] and desk.told(UNCLE, "agreement_ready") == []
    signs(desk, LI)
    early = Agreement.get(Agreement.worker_id == worker(LI).id, Agreement.state == "proposed")
    with pytest.raises(Refused, match="not_yet"):
        confirm_agreement(desk.ctx(UNCLE), early.id)
    accept_offer(desk.ctx(SUN), desk.offer_of(SUN))
    (ready,) = desk.told(UNCLE, "agreement_ready")
    assert "李师傅和孙师傅" in ready and "每位¥80，一共¥160" in ready
    confirm_agreement(desk.ctx(UNCLE), early.id)
    assert states(request) == ["scheduled", "negotiating"] and desk.told(UNCLE, "booking_confirmed") == []
    signs(desk, SUN)
    (booked,) = desk.told(UNCLE, "booking_confirmed")
    assert states(request) == ["scheduled"] * 2 and "李师傅和孙师傅" in booked
    assert "和李师傅一起" in desk.told(SUN, "booking_confirmed")[-1]
    desk.later(hours=10)
    (evening,) = desk.told(UNCLE, "visit_evening")
    assert "李师傅和孙师傅" in evening and ["和李师傅一起" in words for words in desk.told(SUN, "visit_evening")] == [True]
    confirm_coming(desk.ctx(UNCLE), visits(request)[1].id)
    assert [v.resident_coming for v in visits(request)] == ["yes", "yes"]
    desk.later(hours=19)
    (hour,) = desk.told(UNCLE, "visit_hour")
    one, other = visits(request)
    assert f"李师傅 {one.code}，孙师傅 {other.code}" in hour and [one.total_fen, other.total_fen] == [8000, 8000]


def test_one_refuses(desk: Desk) -> None:
    """D3, D4: 你们安排 asks two; who says no is followed by a third, never by somebody who has the other place."""
    request = desk.request(people=2)
    let_us_choose(desk.ctx(UNCLE), request.id)
    first, second = (desk.asked(place) for place in places(request))
    assert len(first) == len(second) == 1 and first != second
    decline_offer(desk.ctx(second[0]), desk.offer_of(second[0]))
    (third,) = desk.asked(places(request)[1])
    assert third not in (*first, *second)
    for name in (third, first[0]):
        accept_offer(desk.ctx(name), desk.offer_of(name))
    assert states(request) == ["negotiating"] * 2 and len(desk.told(UNCLE, "agreement_ready")) == 1
    words = request_words(desk.ctx(UNCLE), again(request))
    assert f"{first[0]}接了" in words and f"{third}接了" in words
    assert [r.id for r in find_my_request(desk.ctx(UNCLE), number=f"{request.number}-2")] == [request.id]
    mine = Agreement.get(Agreement.worker_id == worker(third).id, Agreement.state == "proposed")
    decline_agreement(desk.ctx(third), mine.id)
    assert states(request) == ["negotiating", "matching"] and f"{first[0]}照常来" in desk.told(UNCLE, "agreement_declined")[-1]
    assert f"和{first[0]}一起" in desk.told(UNCLE, "recommendation")[-1]


def test_asked_all_at_once(desk: Desk) -> None:
    """D4: three are asked at once for two places: whoever is not the first may be the second, and the last hears it kindly."""
    request = desk.request(people=2)
    names = [LI, SUN, "马姐"]
    make_offers(desk.ctx("陈姐"), request.id, worker_ids=[worker(name).id for name in names])
    accept_offer(desk.ctx(SUN), desk.offer_of(SUN))
    assert set(desk.asked(places(request)[1])) == {LI, "马姐"}
    with pytest.raises(Refused, match="in_team"):
        make_offer(desk.ctx("陈姐"), places(request)[1].id, worker_id=worker(SUN).id)
    with pytest.raises(Refused, match="together"):
        counter_offer(desk.ctx("马姐"), desk.offer_of("马姐"), starts_at=TOMORROW + timedelta(hours=1))
    accept_offer(desk.ctx("马姐"), desk.offer_of("马姐"))
    assert states(request) == ["negotiating"] * 2 and desk.told(LI, "offer_withdrawn")


def test_ill_the_evening_before(desk: Desk) -> None:
    """D7: only the one who can't come is replaced; the resident hears that the other comes, agrees with a tap, signs once more."""
    request = settled(desk)
    desk.clock.advance(hours=10)
    one, other = visits(request)
    cant_come(desk.ctx(SUN), other.id, reason="病了")
    assert "李师傅照常来" in desk.told(UNCLE, "visit_worker_cant")[-1] and Visit.get(Visit.id == one.id).state == "scheduled"
    place = places(request)[1]
    able = [f.called for f in list_recommendations(desk.ctx(UNCLE), place.id)]
    assert able and LI not in able and SUN not in able
    choose_worker(desk.ctx(UNCLE), place.id, worker_id=worker(able[0]).id)
    accept_offer(desk.ctx(able[0]), desk.offer_of(able[0]))
    signs(desk, able[0])
    confirm_agreement(desk.ctx(UNCLE), Agreement.get(Agreement.state == "proposed", Agreement.request_id == place.id).id)
    assert states(request) == ["scheduled"] * 2 and f"李师傅和{able[0]}" in desk.told(UNCLE, "booking_confirmed")[-1]


@pytest.mark.parametrize("agrees", [True, False])
def test_nobody_for_the_second_place(desk: Desk, agrees: bool) -> None:
    """D3, D4: whether one is enough is asked; yes: the terms are signed with the one; no: a person goes on, and it can be cancelled."""
    desk.only(LI, SUN)
    request = desk.request(people=2)
    let_us_choose(desk.ctx(UNCLE), request.id)
    accept_offer(desk.ctx(LI), desk.offer_of(LI))
    decline_offer(desk.ctx(SUN), desk.offer_of(SUN))
    (asked,) = desk.told(UNCLE, "ask_wider")
    assert "李师傅能来" in asked and "就来1位" in asked and alerts("nobody_left", request) == 0
    place = next(p for p in places(request) if p.state == "matching")
    answer_wider(desk.ctx(UNCLE), place.id, kind="fewer", agrees=agrees)
    if agrees:
        assert sorted(states(request)) == ["cancelled", "negotiating"] and "李师傅" in desk.told(UNCLE, "agreement_ready")[-1]
        signs(desk, LI)
        confirm_agreement(desk.ctx(UNCLE), Agreement.get(Agreement.state == "proposed", Agreement.person_id == request.person_id).id)
        assert len(visits(request)) == 1 and desk.told(UNCLE, "booking_confirmed")[-1].count("师傅") == 1
        return
    assert alerts("nobody_left", place) == 1
    cancel_request(desk.ctx(UNCLE), request.id)
    assert states(request) == ["cancelled"] * 2 and len(desk.told(LI, "request_cancelled")) == 1
    assert not BookedSlot.select().where(BookedSlot.worker_id == worker(LI).id, BookedSlot.holder.startswith("request")).exists()


def test_too_few_from_the_beginning(desk: Desk) -> None:
    """D3: where only one is free, nobody is bothered before the resident has said that one is enough."""
    desk.settings = desk.settings.model_copy(update={"widening": desk.settings.widening.model_copy(update={"steps": ("area", "fewer")})})
    desk.only(LI)
    request = desk.request(people=2)
    assert desk.told(UNCLE, "recommendation") == [] and "凑不齐2位" in desk.told(UNCLE, "ask_wider")[-1]
    answer_wider(desk.ctx(UNCLE), request.id, kind="fewer", agrees=True)
    assert states(request) == ["matching", "cancelled"] and LI in desk.told(UNCLE, "recommendation")[-1]
    assert "位一起来" not in desk.told(UNCLE, "recommendation")[-1]


def test_all_are_moved_and_cancelled_together(desk: Desk) -> None:
    """C7: another time and a cancellation are for all who come; what it costs is said for all; begun is begun."""
    request = settled(desk)
    reschedule_request(desk.ctx(UNCLE), request.id, starts_at=TOMORROW + timedelta(hours=1))
    assert {p.starts_at for p in places(request)} == {TOMORROW + timedelta(hours=1)} and states(request) == ["matching", "approved"]
    assert len(desk.told(LI, "request_moved")) == len(desk.told(SUN, "request_moved")) == 1
    choose(desk, request, LI, SUN)
    signs(desk, LI), signs(desk, SUN)
    confirm_agreement(desk.ctx(UNCLE), Agreement.select().where(Agreement.state == "proposed").order_by(Agreement.id.desc()).get().id)
    desk.clock.advance(hours=29, minutes=30)
    assert cancel_terms(desk.ctx(UNCLE), request.id).fee_fen == 2 * (8000 * desk.settings.cancel.late_fee_percent // 100)
    cancel_request(desk.ctx(UNCLE), places(request)[1].id)
    assert states(request) == ["cancelled"] * 2 and visits(request) == []
