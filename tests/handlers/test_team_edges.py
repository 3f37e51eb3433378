"""Those who come together, when it does not go smoothly: late, lost, too few, taken back, never a dead end (C7, D3, D4, D7)."""

from datetime import timedelta

import pytest

from asking import TOMORROW, Desk, again, alerts, places, worker
from handlers.agreeing import answer_wider
from handlers.agreements import confirm_agreement, decline_agreement, read_agreement
from handlers.cancelling import cancel_request
from handlers.context import Refused
from handlers.look_again import why_not_me
from handlers.matching import choose_worker, let_us_choose
from handlers.offers import accept_offer, decline_offer
from handlers.proposals import ask_to_move
from handlers.replacing import take_later
from handlers.requests import save_draft, submit_request
from handlers.review import approve_request, take_approval_back
from handlers.visits import cant_come, not_at_home, report_closed_door
from handlers.waiting import list_waiting
from models.people import Address
from models.requests import Offer, Request
from models.visits import Agreement, Visit
from models.workers import BookedSlot, WorkerSkill, WorkingHours

UNCLE, LI, SUN = "刘大爷", "李师傅", "孙师傅"


def states(request: Request) -> list[str]:
    return [place.state for place in places(request)]


def proposed(name: str) -> Agreement:
    return Agreement.get(Agreement.worker_id == worker(name).id, Agreement.state == "proposed")


def taken(desk: Desk, **more: object) -> Request:
    """李师傅 and 孙师傅 have both taken it; nobody has signed."""
    WorkerSkill.update(price_fen=4000).where(WorkerSkill.service == "cleaning").execute()
    request = desk.request(people=2, **more)
    for place, name in zip(places(request), (LI, SUN), strict=True):
        choose_worker(desk.ctx(UNCLE), place.id, worker_id=worker(name).id)
    for name in (LI, SUN):
        accept_offer(desk.ctx(name), desk.offer_of(name))
    return request


def signed(desk: Desk, request: Request) -> list[Visit]:
    for name in (LI, SUN):
        confirm_agreement(desk.ctx(name), proposed(name).id)
    confirm_agreement(desk.ctx(UNCLE), proposed(LI).id)
    mine = Visit.request_id.in_([p.id for p in places(request)])
    return list(Visit.select().where(mine & (Visit.state == "scheduled")).order_by(Visit.request_id))


def test_the_resident_does_not_agree(desk: Desk) -> None:
    """E2: a no is for both; both workers hear it, and the search goes on, one place after the other."""
    request = taken(desk)
    decline_agreement(desk.ctx(UNCLE), proposed(SUN).id)
    assert states(request) == ["matching"] * 2 and all(len(desk.told(name, "agreement_declined")) == 1 for name in (LI, SUN))
    before = len(desk.told(UNCLE, "recommendation"))
    able = desk.able(places(request)[0])
    choose_worker(desk.ctx(UNCLE), request.id, worker_id=worker(able[0]).id)
    assert len(desk.told(UNCLE, "recommendation")) == before + 1 and f"和{able[0]}一起" in desk.told(UNCLE, "recommendation")[-1]


def test_nobody_answers_in_time(desk: Desk) -> None:
    """E2: as long as somebody is sought the time to sign does not run; with all of them it does, and its end is told once."""
    request = desk.request(people=2, starts_at=TOMORROW + timedelta(days=3))
    choose_worker(desk.ctx(UNCLE), request.id, worker_id=worker(LI).id)
    accept_offer(desk.ctx(LI), desk.offer_of(LI))
    confirm_agreement(desk.ctx(LI), proposed(LI).id)
    desk.later(hours=25)
    assert states(request) == ["negotiating", "matching"] and desk.told(UNCLE, "agreement_reminder") == []
    place = places(request)[1]
    able = desk.able(place)
    choose_worker(desk.ctx(UNCLE), place.id, worker_id=worker(able[0]).id)
    accept_offer(desk.ctx(able[0]), desk.offer_of(able[0]))
    desk.later(hours=13)
    assert len(desk.told(UNCLE, "agreement_reminder")) == 1
    desk.later(hours=12)
    assert states(request) == ["matching"] * 2 and len(desk.told(UNCLE, "agreement_lapsed")) == 1


def test_one_does_not_come(desk: Desk) -> None:
    """F2, D7: the other is at work: the resident pays nothing for who did not come, and is asked whether one is enough."""
    request = taken(desk)
    one, other = signed(desk, request)
    desk.clock.advance(hours=30)
    Visit.update(state="in_service").where(Visit.id == one.id).execute()
    desk.later(minutes=31)
    assert Visit.get(Visit.id == other.id).state == "no_show" and "李师傅照常来" in desk.told(UNCLE, "visit_no_show")[-1]
    assert "就来1位" in desk.told(UNCLE, "ask_wider")[-1]
    answer_wider(desk.ctx(UNCLE), places(request)[1].id, kind="fewer", agrees=True)
    assert states(request) == ["scheduled", "cancelled"] and Visit.get(Visit.id == one.id).total_fen == 8000


def test_fewer_where_all_others_are_signed_with(desk: Desk) -> None:
    """D3, E2: a yes to fewer is followed by who comes, when and for how much in all; as the booking, where that was not told yet."""
    request = taken(desk)
    _one, other = signed(desk, request)
    WorkerSkill.update(active=False).where(WorkerSkill.worker_id != worker(LI).id).execute()
    cant_come(desk.ctx(SUN), other.id)
    answer_wider(desk.ctx(UNCLE), places(request)[1].id, kind="fewer", agrees=True)
    (told,) = desk.told(UNCLE, "team_fewer")
    assert told.startswith(f"{request.number}：那就来1位：李师傅，明天") and "下午3点，¥80。" in told
    assert len(desk.told(UNCLE, "booking_confirmed")) == 1


def test_the_booking_that_was_not_told(desk: Desk) -> None:
    """D3, E2: the second worker does not sign after all: with the yes to one the booking of the first is told, as it stands now."""
    request = taken(desk)
    WorkerSkill.update(active=False).where(WorkerSkill.worker_id != worker(LI).id).execute()
    for name in (UNCLE, LI):
        confirm_agreement(desk.ctx(name), proposed(LI).id)
    decline_agreement(desk.ctx(SUN), proposed(SUN).id)
    assert desk.told(UNCLE, "booking_confirmed") == []
    answer_wider(desk.ctx(UNCLE), places(request)[1].id, kind="fewer", agrees=True)
    (told,) = desk.told(UNCLE, "booking_confirmed")
    assert "李师傅" in told and "¥80" in told and "孙师傅" not in told and desk.told(UNCLE, "team_fewer") == []


def test_one_does_not_come_and_one_is_not_enough(desk: Desk) -> None:
    """D4, D7: it has begun, so nobody from further away is asked about; a colleague goes on, and no worker is asked to come in the past."""
    request = taken(desk)
    one, _other = signed(desk, request)
    desk.clock.advance(hours=30)
    Visit.update(state="in_service").where(Visit.id == one.id).execute()
    desk.later(minutes=31)
    answer_wider(desk.ctx(UNCLE), places(request)[1].id, kind="fewer", agrees=False)
    assert len(desk.told(UNCLE, "ask_wider")) == 1 and len(desk.told(UNCLE, "nobody_left")) == 1


def test_nobody_of_them_comes(desk: Desk) -> None:
    """F2: of somebody who has not come either it is not said that they come, nor is it asked whether they are enough."""
    signed(desk, taken(desk))
    desk.later(hours=30, minutes=31)
    mine = [words for words in desk.told(UNCLE, "visit_no_show") if "孙师傅" in words or "照常来" in words]
    assert len(mine) == 1 and "照常来" not in mine[0] and desk.told(UNCLE, "ask_wider") == []


def both_give_up(desk: Desk) -> Request:
    """Neither can come, 20 minutes before."""
    request = taken(desk)
    visits = signed(desk, request)
    BookedSlot.delete().where(BookedSlot.worker_id == worker("赵大姐").id).execute()  # so that two others are free at four
    desk.later(hours=29, minutes=40)
    for name, visit in zip((LI, SUN), visits, strict=True):
        cant_come(desk.ctx(name), visit.id)
    return request


def test_one_number_for_the_resident(desk: Desk) -> None:
    """D3, D7: the number of a place is for its worker and staff; whatever is said of it to the resident has the one that they know."""
    request = both_give_up(desk)
    cancel_request(desk.ctx("陈姐"), places(request)[1].id)
    told = [words for notice in ("later_today", "request_cancelled") for words in desk.told(UNCLE, notice)]
    assert len(told) == 2 and all(request.number in words and f"{request.number}-2" not in words for words in told)


def test_later_today_for_both(desk: Desk) -> None:
    """D7: neither can come, 20 minutes before: what was asked of the one place is taken back, and another hour is for both."""
    request = both_give_up(desk)
    with pytest.raises(Refused, match="not_now"):
        answer_wider(desk.ctx(UNCLE), request.id, kind="fewer", agrees=True)
    (asked,) = desk.told(UNCLE, "later_today")
    assert "下午4点" in asked and not any("就来1位" in card.text for card in list_waiting(desk.ctx(UNCLE)))
    take_later(desk.ctx(UNCLE), places(request)[1].id)
    assert {p.starts_at for p in places(request)} == {TOMORROW + timedelta(hours=1)} and states(request) == ["matching"] * 2
    for place in reversed(places(request)):
        able = desk.able(place)
        assert able and LI not in able and SUN not in able
        choose_worker(desk.ctx(UNCLE), place.id, worker_id=worker(able[0]).id)
    assert states(request) == ["offered"] * 2
    desk.later(minutes=21)
    assert desk.told(UNCLE, "request_lapsed") == []


def test_later_today_is_not_for_one_of_two(desk: Desk) -> None:
    """D7: neither can come, and later today only one other could: no hour is offered that would be for one alone."""
    visits = signed(desk, taken(desk))
    desk.only(LI, SUN, "马姐")
    desk.later(hours=29, minutes=40)
    for name, visit in zip((LI, SUN), visits, strict=True):
        cant_come(desk.ctx(name), visit.id)
    assert desk.told(UNCLE, "later_today") == [] and len(desk.told(UNCLE, "nobody_left")) == 1


def test_no_move_while_somebody_is_sought(desk: Desk) -> None:
    """C7, C8: to a question that could not become true nobody is asked to say yes; all stays as agreed until everybody is found."""
    request = taken(desk)
    one, other = signed(desk, request)
    cant_come(desk.ctx(SUN), other.id)
    with pytest.raises(Refused, match="not_whole"):
        ask_to_move(desk.ctx(LI), one.id, starts_at=TOMORROW + timedelta(hours=1))
    assert desk.told(UNCLE, "proposal_resident") == [] and states(request) == ["scheduled", "matching"]


def test_somebody_else_within_the_hour(desk: Desk) -> None:
    """D7, F1: who stands in after the reminder has a code of their own, and the resident gets it at once."""
    request = taken(desk)
    signed(desk, request)
    desk.later(hours=29)
    assert len(desk.told(UNCLE, "visit_hour")) == 1
    desk.clock.advance(minutes=10)
    other = Visit.get(Visit.worker_id == worker(SUN).id, Visit.request_id == places(request)[1].id)
    cant_come(desk.ctx(SUN), other.id, reason="车坏了")
    (name, *_rest) = desk.able(again(places(request)[1]))
    choose_worker(desk.ctx(UNCLE), places(request)[1].id, worker_id=worker(name).id)
    accept_offer(desk.ctx(name), desk.offer_of(name))
    agreement = proposed(name)
    for who in (name, UNCLE):
        confirm_agreement(desk.ctx(who), agreement.id)
    desk.later(minutes=1)
    made = Visit.get(Visit.worker_id == worker(name).id, Visit.request_id == places(request)[1].id)
    assert f"{name} {made.code}" in desk.told(UNCLE, "visit_hour")[-1] and len(desk.told(UNCLE, "visit_hour")) == 2


def test_nobody_at_home_for_two(desk: Desk) -> None:
    """F2: one is at the closed door, the other on the way: with one word of the resident the first may go, the second hears of it."""
    one, other = signed(desk, taken(desk))
    desk.clock.advance(hours=30, minutes=1)
    report_closed_door(desk.ctx(LI), one.id)
    not_at_home(desk.ctx(UNCLE), one.id)
    assert len(desk.told(LI, "door_may_go")) == 1 and len(desk.told(SUN, "visit_resident_cant")) == 1
    assert [Visit.get(Visit.id == v.id).state for v in (one, other)] == ["no_access", "scheduled"]


def test_nobody_else_until_its_time(desk: Desk) -> None:
    """C6, D3: its time has come: what is told is who comes all the same; where nobody is agreed with, it is told once for all."""
    request = taken(desk)
    _one, other = signed(desk, request)
    lonely = desk.request(people=2, service="repair", starts_at=TOMORROW)
    Visit.update(state="replaced").where(Visit.id == other.id).execute()
    Request.update(state="matching").where(Request.id == other.request_id).execute()
    desk.later(hours=30, minutes=1)
    assert states(request) == ["scheduled", "expired"] and states(lonely) == ["expired"] * 2
    told = desk.told(UNCLE, "request_lapsed")
    assert len(told) == 2 and sum("李师傅照常来" in words for words in told) == 1


def test_fewer_share_the_work(desk: Desk) -> None:
    """D3, G1: by the square metre two share one price; who then is alone is asked anew, for the whole of it."""
    for name in (LI, SUN):
        WorkerSkill.update(price_fen=800, active=True).where(
            WorkerSkill.service == "deep_cleaning", WorkerSkill.worker_id == worker(name).id
        ).execute()
    wish = {"service": "deep_cleaning", "minutes": 240, "extras": {"area_m2": 60}, "budget_max_fen": 60000}
    request = desk.request(people=2, starts_at=TOMORROW - timedelta(hours=6), **wish)
    let_us_choose(desk.ctx(UNCLE), request.id)
    first, second = (desk.asked(place)[0] for place in places(request))
    accept_offer(desk.ctx(first), desk.offer_of(first))
    half = proposed(first).terms["price_fen"]
    WorkerSkill.update(active=False).where(WorkerSkill.service == "deep_cleaning", WorkerSkill.worker_id != worker(first).id).execute()
    decline_offer(desk.ctx(second), desk.offer_of(second))
    answer_wider(desk.ctx(UNCLE), places(request)[1].id, kind="fewer", agrees=True)
    assert places(request)[0].budget_max_fen == 60000
    assert states(request) == ["offered", "cancelled"] and desk.asked(places(request)[0]) == [first]
    assert "来的人少了" in desk.told(first, "job_offer")[-1]
    accept_offer(desk.ctx(first), desk.offer_of(first))
    assert proposed(first).terms["price_fen"] == 2 * half and "一起" not in desk.told(UNCLE, "agreement_ready")[-1]


def test_fewer_share_the_work_while_others_think(desk: Desk) -> None:
    """D3, G1: who is still thinking hears of the new share, so that the parts are the whole price again."""
    ours = [worker(name).id for name in (LI, SUN, "赵大姐")]
    like = WorkerSkill.select().where(WorkerSkill.service == "deep_cleaning").dicts().first()
    WorkerSkill.delete().where(WorkerSkill.service == "deep_cleaning").execute()
    for one in ours:
        WorkerSkill.create(**{**{k: v for k, v in like.items() if k != "id"}, "worker_id": one, "price_fen": 800, "active": True})
    wish = {"service": "deep_cleaning", "minutes": 240, "extras": {"area_m2": 60}, "budget_max_fen": 60000}
    request = desk.request(people=3, starts_at=TOMORROW - timedelta(hours=6), **wish)
    let_us_choose(desk.ctx(UNCLE), request.id)
    first, second, third = (desk.asked(place)[0] for place in places(request))
    third_of_it = Offer.find(desk.offer_of(first)).terms["price_fen"]
    decline_offer(desk.ctx(third), desk.offer_of(third))
    answer_wider(desk.ctx(UNCLE), places(request)[2].id, kind="fewer", agrees=True)
    for name in (first, second):
        assert "2位一起" in desk.told(name, "job_offer")[-1]
        accept_offer(desk.ctx(name), desk.offer_of(name))
    assert proposed(first).terms["price_fen"] + proposed(second).terms["price_fen"] == 3 * third_of_it


def test_what_is_signed_says_how_many_come(desk: Desk) -> None:
    """D3, E2: for the same price nobody is asked again, yet what is offered and sealed says two, since the third does not come."""
    desk.only(LI, SUN, "赵大姐")
    request = desk.request(people=3)
    let_us_choose(desk.ctx(UNCLE), request.id)
    first, second, third = (desk.asked(place)[0] for place in places(request))
    accept_offer(desk.ctx(first), desk.offer_of(first))
    decline_offer(desk.ctx(third), desk.offer_of(third))
    answer_wider(desk.ctx(UNCLE), places(request)[2].id, kind="fewer", agrees=True)
    assert Offer.get(Offer.id == desk.offer_of(second)).terms["team"] == 2
    accept_offer(desk.ctx(second), desk.offer_of(second))
    for name in (first, second):
        confirm_agreement(desk.ctx(name), proposed(name).id)
    confirm_agreement(desk.ctx(UNCLE), proposed(first).id)
    sealed = list(Agreement.select().where(Agreement.request_id.in_([p.id for p in places(request)])))
    assert [(one.state, one.terms["people"], one.terms["team"]) for one in sealed] == [("sealed", 2, 2)] * 2
    assert all(read_agreement(one.secret).whole for one in sealed)


def test_fewer_and_fewer_still(desk: Desk) -> None:
    """D3, D4: two of three say no, one after the other: a yes to two, when only one is left, is followed by whether one is enough."""
    desk.only(LI, SUN, "赵大姐")
    request = desk.request(people=3)
    let_us_choose(desk.ctx(UNCLE), request.id)
    first, second, third = (desk.asked(place)[0] for place in places(request))
    for name in (second, third):
        decline_offer(desk.ctx(name), desk.offer_of(name))
    accept_offer(desk.ctx(first), desk.offer_of(first))
    answer_wider(desk.ctx(UNCLE), places(request)[1].id, kind="fewer", agrees=True)
    assert "就来1位" in desk.told(UNCLE, "ask_wider")[-1] and desk.told(UNCLE, "nobody_left") == []
    answer_wider(desk.ctx(UNCLE), places(request)[1].id, kind="fewer", agrees=True)
    assert states(request) == ["negotiating", "cancelled", "cancelled"] and len(desk.told(UNCLE, "agreement_ready")) == 1


@pytest.mark.parametrize("agrees", [True, False])
def test_one_question_about_fewer(desk: Desk, agrees: bool) -> None:
    """D3, D4: two places for which nobody is free any more are one question to the resident, and one word answers it for both."""
    desk.only(LI, SUN, "赵大姐")
    request = desk.request(people=3)
    WorkerSkill.update(active=False).where(WorkerSkill.worker_id.in_([worker(SUN).id, worker("赵大姐").id])).execute()
    let_us_choose(desk.ctx(UNCLE), request.id)
    (asked,) = desk.told(UNCLE, "ask_wider")
    assert desk.asked(places(request)[0]) == [LI] and "就来1位" in asked
    answer_wider(desk.ctx(UNCLE), places(request)[1].id, kind="fewer", agrees=agrees)
    assert len(desk.told(UNCLE, "ask_wider")) == 1 and len(desk.told(UNCLE, "nobody_left")) == int(not agrees)
    assert states(request) == ["offered", *["cancelled" if agrees else "matching"] * 2]
    assert [alerts("nobody_left", place) for place in places(request)[1:]] == [int(not agrees)] * 2


def test_two_instead_of_one_for_so_long(desk: Desk) -> None:
    """C2, D4: a yes to two together for half as long makes a team of the request."""
    desk.settings = desk.settings.model_copy(update={"widening": desk.settings.widening.model_copy(update={"steps": ("team",)})})
    desk.only(LI, SUN)
    WorkingHours.update(from_min=15 * 60, to_min=18 * 60).execute()
    request = desk.request(minutes=360)
    answer_wider(desk.ctx(UNCLE), request.id, kind="team", agrees=True)
    assert [(p.state, p.minutes, p.people) for p in places(request)] == [("matching", 180, 2), ("approved", 180, 2)]
    assert "第1位" in desk.told(UNCLE, "recommendation")[-1]


def test_an_approval_taken_back(desk: Desk) -> None:
    """C4: one request again, with the whole budget; approved once more it is a team once more."""
    home = Address.get(Address.person_id == desk.uncle.id)
    said = {"service": "cleaning", "starts_at": TOMORROW, "minutes": 120, "address_id": home.id, "words": "打扫"}
    made = submit_request(desk.ctx(UNCLE), save_draft(desk.ctx(UNCLE), None, people=2, budget_max_fen=18000, **said).id)
    approve_request(desk.ctx("陈姐"), made.id)
    assert [p.budget_max_fen for p in places(made)] == [9000, 9000]
    take_approval_back(desk.ctx("陈姐"), made.id)
    assert (again(made).state, again(made).team_id, again(made).budget_max_fen) == ("submitted", None, 18000)
    desk.clock.advance(minutes=1)
    approve_request(desk.ctx("陈姐"), made.id)
    assert [p.number for p in places(made) if p.state != "cancelled"] == [made.number, f"{made.number}-3"]


def test_no_fen_of_the_budget_is_lost(desk: Desk) -> None:
    """C4, D3: ¥200 for three can't be divided; the parts are the whole all the same, and so it stands when the approval is taken back."""
    home = Address.get(Address.person_id == desk.uncle.id)
    said = {"service": "cleaning", "starts_at": TOMORROW, "minutes": 120, "address_id": home.id, "words": "打扫"}
    made = submit_request(desk.ctx(UNCLE), save_draft(desk.ctx(UNCLE), None, people=3, budget_max_fen=20000, **said).id)
    approve_request(desk.ctx("陈姐"), made.id)
    assert [p.budget_max_fen for p in places(made)] == [6667, 6667, 6666]
    take_approval_back(desk.ctx("陈姐"), made.id)
    assert again(made).budget_max_fen == 20000


def test_urgent_for_two(desk: Desk) -> None:
    """C5, D4: all near are asked at once for both places: the first two have them, and nobody hears that it is taken too soon."""
    request = desk.request(people=2, extras={"asap": True}, starts_at=desk.clock.now() + timedelta(minutes=50))
    near = desk.asked(places(request)[0])
    assert len(near) >= 2 and alerts("urgent_request", request) == 1
    for name in near[:2]:
        accept_offer(desk.ctx(name), desk.offer_of(name))
    assert states(request) == ["negotiating"] * 2 and len(desk.told(UNCLE, "agreement_ready")) == 1
    assert all(desk.told(name, "offer_withdrawn") for name in near[2:])


def test_why_it_went_to_others(desk: Desk) -> None:
    """D6: who has one place of a team is not told why the other is not theirs; who has none hears of it as of one job."""
    request = taken(desk)
    assert not [one for one in why_not_me(desk.ctx(LI)) if one.request_id in {p.id for p in places(request)}]
    assert len([one for one in why_not_me(desk.ctx("赵大姐")) if one.request_id in {p.id for p in places(request)}]) == 1
