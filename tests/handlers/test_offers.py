"""Asking workers one after the other or at once, their conditions, and the end when nobody takes it (D4, E1)."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from asking import TOMORROW, Desk, again, alerts, clocks, worker
from handlers.agreeing import answer_wider
from handlers.context import Refused
from handlers.matching import choose_worker, explain, let_us_choose, list_recommendations, recommend, why_not
from handlers.offers import (
    accept_offer,
    answer_counter,
    counter_offer,
    decline_offer,
    find_offer,
    list_my_offers,
    make_offer,
    open_offer,
)
from handlers.requests import request_words
from handlers.workers import pause_worker
from models.requests import Offer, Request
from models.rules.slots import slots_of
from models.visits import Agreement
from models.workers import BookedSlot

pytestmark = pytest.mark.both


def asks(desk: Desk, called: str, **more: Any) -> tuple[Request, int]:
    """A request for which this worker is being asked, and the offer."""
    request = desk.request(**more)
    choose_worker(desk.ctx("刘大爷"), request.id, worker_id=worker(called).id)
    return request, desk.offer_of(called)


def code_of(verb: Any) -> str:
    """The code with which a verb is refused."""
    with pytest.raises(Refused) as refused:
        verb()
    assert len(refused.value.words) > 5
    return refused.value.code


def test_the_next_one_is_asked_when_somebody_declines_or_is_silent(desk: Desk) -> None:
    """D4: in the order of the recommendation; the resident hears what happened; declining costs nothing."""
    request = desk.request()
    first, second, third = desk.able(request)[:3]
    let_us_choose(desk.ctx("刘大爷"), request.id)
    assert desk.asked(request) == [first]
    decline_offer(desk.ctx(first), desk.offer_of(first), reason="生病")
    assert desk.asked(request) == [second] and first in desk.told("刘大爷", "asking_next")[0]
    desk.later(minutes=10)
    assert desk.asked(request) == [third]
    assert second in desk.told("刘大爷", "asking_next")[1] and "没来得及" in desk.told("刘大爷", "asking_next")[1]
    assert worker(first).offers_answered > 0 and again(request).state == "offered"
    assert any("问过" in words for words in why_not(desk.ctx("陈姐"), request.id, worker(first).id))


def test_nobody_left_reaches_a_coordinator(desk: Desk) -> None:
    """D4: all have been asked, another time does not suit: a coordinator is alerted, the resident told, and nobody asked twice."""
    desk.only("李师傅", "赵大姐")
    request = desk.request()
    let_us_choose(desk.ctx("刘大爷"), request.id)
    desk.later(minutes=10)
    assert desk.told("刘大爷", "ask_wider") == [] and alerts("nobody_left", request) == 0
    desk.later(minutes=10)
    answer_wider(desk.ctx("刘大爷"), request.id, kind="time", agrees=False)
    left = again(request)
    assert (left.state, left.widened, alerts("nobody_left", request)) == ("matching", 0, 1)
    assert (
        len(desk.told("刘大爷", "nobody_left")) == 1
        and Offer.select().where(Offer.request_id == request.id).count() == 2
    )
    make_offer(desk.ctx("陈姐"), request.id, worker_id=worker("赵大姐").id)
    accept_offer(desk.ctx("赵大姐"), desk.offer_of("赵大姐"))
    assert again(request).state == "negotiating"


def test_who_can_not_any_more_is_passed_over(desk: Desk) -> None:
    """D1, D4: paused or booked since the recommendation: the next one is asked, and a decline still goes through."""
    request = desk.request()
    first, second, third, fourth = desk.able(request)[:4]
    let_us_choose(desk.ctx("刘大爷"), request.id)
    pause_worker(desk.ctx("陈姐"), worker(second).id, reason="请长假")
    slot, here = slots_of(TOMORROW, TOMORROW + timedelta(hours=1))[0], desk.uncle.community_id
    BookedSlot.create(community_id=here, worker_id=worker(third).id, slot=slot, holder="visit:999")
    decline_offer(desk.ctx(first), desk.offer_of(first))
    assert desk.asked(request) == [fourth]


def test_several_at_once(desk: Desk) -> None:
    """D4: three are asked at once where only two can: nothing is given up while they think; the first has it, the other hears it."""
    desk.only("李师傅", "赵大姐")
    at_once = desk.settings.offers.model_copy(update={"at_once": 3})
    desk.settings = desk.settings.model_copy(update={"offers": at_once})
    request = desk.request()
    let_us_choose(desk.ctx("刘大爷"), request.id)
    assert sorted(desk.asked(request)) == sorted(["李师傅", "赵大姐"]) and again(request).state == "offered"
    assert alerts("nobody_left", request) == 0
    late = desk.offer_of("赵大姐")
    accept_offer(desk.ctx("李师傅"), desk.offer_of("李师傅"))
    assert "别的师傅" in desk.told("赵大姐", "offer_withdrawn")[0]
    assert code_of(lambda: accept_offer(desk.ctx("赵大姐"), late)) == "gone"
    assert clocks("offer_expiry", late) == [] and open_offer(desk.ctx("赵大姐")) is None


def test_as_many_at_once_as_is_set(desk: Desk) -> None:
    """D4: two at once: who says no makes room for the next while the other thinks; 0: all who fit are asked."""
    for many, first in ((2, 2), (0, 4)):
        desk.settings = desk.settings.model_copy(update={"offers": desk.settings.offers.model_copy(update={"at_once": many})})
        request = desk.request(starts_at=TOMORROW + timedelta(days=many))
        able = desk.able(request)[:4]
        let_us_choose(desk.ctx("刘大爷"), request.id)
        asked = desk.asked(request)
        assert "谁先接谁来" in request_words(desk.ctx("刘大爷"), again(request))
        assert asked[:first] == able[:first] and (len(asked) == 2 if many else len(asked) >= 4)
        decline_offer(desk.ctx(able[0]), next(o.id for o in list_my_offers(desk.ctx(able[0])) if o.number == request.number))
        assert (desk.asked(request) == able[1:3]) if many else (len(desk.asked(request)) == len(asked) - 1)
        assert desk.told("刘大爷", "asking_next") == []


def test_who_may_answer(desk: Desk) -> None:
    """A6, D4: only the worker asked; another one, or another resident, finds nothing; a yes twice is said kindly."""
    request, offer = asks(desk, "李师傅")
    for who in ("赵大姐", "孙师傅"):
        assert code_of(lambda who=who: accept_offer(desk.ctx(who), offer)) == "not_found"
        assert code_of(lambda who=who: decline_offer(desk.ctx(who), offer)) == "not_found"
    assert code_of(lambda: find_offer(desk.ctx("许女士"), offer)) == "not_found"
    assert code_of(lambda: accept_offer(desk.ctx("刘大爷"), offer)) == "forbidden"
    assert code_of(lambda: choose_worker(desk.ctx("刘大爷"), request.id, worker_id=1)) == "asked_already"
    accept_offer(desk.ctx("李师傅"), offer)
    assert code_of(lambda: accept_offer(desk.ctx("李师傅"), offer)) == "yours_already"
    assert code_of(lambda: decline_offer(desk.ctx("李师傅"), offer)) == "yours_already"
    assert code_of(lambda: let_us_choose(desk.ctx("刘大爷"), request.id)) == "not_now"
    assert Agreement.select().where(Agreement.request_id == request.id).count() == 1


def test_too_late_says_what_comes_next(desk: Desk) -> None:
    """D4: whether the clock has run yet or not, an offer past its time is refused with the same kind words."""
    _request, offer = asks(desk, "李师傅")
    desk.clock.advance(minutes=10)
    for _again in range(2):
        assert code_of(lambda: accept_offer(desk.ctx("李师傅"), offer)) == "expired"
        desk.later(minutes=0)
    assert list_my_offers(desk.ctx("李师傅")) == []


def test_the_desk_asks_somebody_itself(desk: Desk) -> None:
    """D4: whoever was being asked hears that it is off; who does not offer the service is refused."""
    request, _offer = asks(desk, "李师傅")
    assert code_of(lambda: make_offer(desk.ctx("陈姐"), request.id, worker_id=worker("郑老师").id)) == "no_skill"
    assert desk.asked(request) == ["李师傅"]
    make_offer(desk.ctx("陈姐"), request.id, worker_id=worker("孙师傅").id)
    assert desk.asked(request) == ["孙师傅"] and len(desk.told("李师傅", "offer_withdrawn")) == 1
    assert code_of(lambda: make_offer(desk.ctx("小林"), request.id, worker_id=worker("李师傅").id)) == "forbidden"
    assert code_of(lambda: make_offer(desk.ctx("陈姐"), 999_999, worker_id=worker("李师傅").id)) == "not_now"


def test_another_time_is_agreed(desk: Desk) -> None:
    """E1: the worker proposes an hour later, the resident agrees: that is what is booked, and what it ends at."""
    request, offer = asks(desk, "李师傅")
    later = TOMORROW + timedelta(hours=1)
    counter_offer(desk.ctx("李师傅"), offer, starts_at=later)
    assert "下午4点" in desk.told("刘大爷", "counter_offer")[0] or "16:00" in desk.told("刘大爷", "counter_offer")[0]
    assert code_of(lambda: accept_offer(desk.ctx("李师傅"), offer)) == "not_your_turn"
    assert answer_counter(desk.ctx("刘大爷"), offer, accept=True)
    agreed = again(request)
    assert (agreed.state, agreed.starts_at, clocks("request_lapsed", request.id)) == ("negotiating", later, [later])
    slots = {row.slot for row in BookedSlot.select().where(BookedSlot.holder == f"request:{request.id}")}
    assert slots == set(slots_of(later, later + timedelta(hours=2), 30))
    terms = Agreement.get(Agreement.request_id == request.id).terms
    assert datetime.fromisoformat(terms["starts_at"]) == later


def test_prices_stay_in_the_public_range(desk: Desk) -> None:
    """E1: outside of it is refused with the range; inside, the agreement has the new price to the fen, as the sum of its lines."""
    request, offer = asks(desk, "李师傅")
    for price in (100, 99_999_900):
        assert code_of(lambda price=price: counter_offer(desk.ctx("李师傅"), offer, price_fen=price)) == "out_of_range"
    counter_offer(desk.ctx("李师傅"), offer, price_fen=8800)
    answer_counter(desk.ctx("刘大爷"), offer, accept=True)
    terms = Agreement.get(Agreement.request_id == request.id).terms
    assert terms["price_fen"] == 8800 == sum(line["amount_fen"] for line in terms["lines"])


def test_a_longer_visit_is_priced_anew(desk: Desk) -> None:
    """E1: three hours instead of two cost half as much again; the range is that of three hours."""
    request, offer = asks(desk, "李师傅")
    before = find_offer(desk.ctx("李师傅"), offer).price_fen
    counter_offer(desk.ctx("李师傅"), offer, minutes=180)
    answer_counter(desk.ctx("刘大爷"), offer, accept=True)
    terms = Agreement.get(Agreement.request_id == request.id).terms
    assert terms["price_fen"] == before * 3 // 2 == sum(line["amount_fen"] for line in terms["lines"])
    assert (terms["minutes"], again(request).minutes) == (180, 180)


def test_a_condition_is_not_agreed(desk: Desk) -> None:
    """E1: the worker hears it kindly, the next one is asked; the resident, who said so, is not told what they know."""
    request, offer = asks(desk, "李师傅")
    counter_offer(desk.ctx("李师傅"), offer, price_fen=8800)
    answer_counter(desk.ctx("刘大爷"), offer, accept=False)
    assert len(desk.told("李师傅", "counter_refused")) == 1 and desk.told("刘大爷", "asking_next") == []
    assert desk.asked(request) and desk.asked(request) != ["李师傅"]
    assert code_of(lambda: answer_counter(desk.ctx("刘大爷"), offer, accept=True)) == "gone"


def test_a_condition_without_an_answer(desk: Desk) -> None:
    """E1, D4: after its time the next one is asked; both sides hear it in their own words."""
    request, offer = asks(desk, "李师傅")
    counter_offer(desk.ctx("李师傅"), offer, price_fen=8800)
    desk.later(minutes=10)
    assert len(desk.told("李师傅", "counter_refused")) == 1 and "李师傅" not in desk.asked(request)
    assert "条件" in desk.told("刘大爷", "asking_next")[0]
    assert code_of(lambda: answer_counter(desk.ctx("刘大爷"), offer, accept=True)) == "expired"


def test_a_condition_is_taken_back(desk: Desk) -> None:
    """E1: who proposed something and can't after all says so; the next one is asked."""
    request, offer = asks(desk, "李师傅")
    counter_offer(desk.ctx("李师傅"), offer, price_fen=8800)
    decline_offer(desk.ctx("李师傅"), offer)
    assert "李师傅" not in desk.asked(request) and desk.asked(request)


def test_booked_elsewhere_while_the_resident_thinks(desk: Desk) -> None:
    """D1, E1: nobody is booked twice; the resident's yes comes too late, is not lost, and the next one is asked."""
    request, offer = asks(desk, "李师傅")
    counter_offer(desk.ctx("李师傅"), offer, starts_at=TOMORROW + timedelta(hours=1))
    other = desk.request(starts_at=TOMORROW + timedelta(hours=2))
    make_offer(desk.ctx("陈姐"), other.id, worker_id=worker("李师傅").id)
    accept_offer(desk.ctx("李师傅"), desk.offer_of("李师傅"))
    assert not answer_counter(desk.ctx("刘大爷"), offer, accept=True)
    back = again(request)
    assert (back.state, back.starts_at) == ("offered", TOMORROW) and "李师傅" not in desk.asked(request)
    third, more = asks(desk, "李师傅", starts_at=TOMORROW - timedelta(hours=6))
    assert third.id and code_of(lambda: counter_offer(desk.ctx("李师傅"), more, starts_at=other.starts_at)) == "busy"
    assert code_of(lambda: counter_offer(desk.ctx("李师傅"), more, starts_at=desk.clock.now())) == "too_soon"


def test_who_was_wished_for_comes_first(desk: Desk) -> None:
    """C2, D2: by name, or the one of last time; who is too dear for the budget is shown only if nobody else can."""
    named = desk.request(wishes={"worker_name": "孙师傅"})
    assert desk.able(named)[0] == "孙师傅"
    last = desk.request(wishes={"same_worker": True}, starts_at=TOMORROW + timedelta(days=1))
    assert desk.able(last)[0] == "李师傅"
    prices = {f.called: f.price_fen for f in recommend_found(desk, named)}
    cheap = min(prices.values())
    tight = desk.request(budget_max_fen=cheap * 100 // 120 + 1, starts_at=TOMORROW + timedelta(days=2))
    assert {f.price_fen for f in recommend_found(desk, tight)} == {cheap}
    nothing = desk.request(budget_max_fen=100, starts_at=TOMORROW + timedelta(days=3))
    assert recommend_found(desk, nothing) != [] and "评价" in explain(desk.ctx("刘大爷"), nothing.id)


def recommend_found(desk: Desk, request: Request) -> list[Any]:
    """What the resident is shown."""
    return list_recommendations(desk.ctx("刘大爷"), request.id)


def test_a_wish_that_rules_everybody_out(desk: Desk) -> None:
    """C2, D1: a language that nobody speaks: the resident hears it, staff are alerted, and nothing is made up."""
    request = desk.request(wishes={"language": "tlh"})
    assert desk.able(request) == [] and alerts("nobody_free", request) == 1
    assert len(desk.told("刘大爷", "nobody_free")) == 1 and desk.told("刘大爷", "recommendation") == []
    assert recommend(desk.ctx("陈姐"), request.id) == []
    reasons = why_not(desk.ctx("李师傅"), request.id, worker("李师傅").id)
    assert len(reasons) == 1
    assert code_of(lambda: why_not(desk.ctx("赵大姐"), request.id, worker("李师傅").id)) == "not_found"
