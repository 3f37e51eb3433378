"""The resident says that fewer are enough: whose place goes, what it costs, and how it goes on with the others (D3, C7)."""

from datetime import timedelta

import pytest

from asking import Desk, alerts, places, worker
from handlers.agreements import decline_agreement
from handlers.context import Refused
from handlers.fewer import come_fewer, fewer_terms
from handlers.matching import let_us_choose
from handlers.offers import accept_offer
from handlers.waiting import list_waiting
from models.clocks import Event
from models.requests import Request
from models.visits import Visit
from test_team_edges import proposed, signed, states, taken
from test_teams import LI, SUN, UNCLE, again, settled, visits

pytestmark = pytest.mark.both


def test_one_of_two_who_were_booked_need_not_come(desk: Desk) -> None:
    """D3, C7: the one who is named goes, his time is free and he hears it; the other stays, and it is said who comes for how much."""
    request = settled(desk)
    first, second = places(request)
    terms = fewer_terms(desk.ctx(UNCLE), request.id, 1, [first.id])
    assert (terms.going, terms.staying, terms.places) == ([LI], [SUN], [first.id]) and "不收费" in terms.words
    come_fewer(desk.ctx(UNCLE), request.id, 1, [first.id])
    assert [again(first).state, again(second).state] == ["cancelled", "scheduled"]
    assert desk.told(LI, "request_cancelled") and not desk.told(SUN, "request_cancelled")
    assert "孙师傅" in desk.told(UNCLE, "team_fewer")[-1] and "¥80" in desk.told(UNCLE, "team_fewer")[-1]
    (alone,) = desk.told(SUN, "visit_fewer_with")
    assert "就您一位" in alone and "照旧" in alone
    assert [visit.worker_id for visit in visits(request)] == [worker(SUN).id] and again(second).people == 1


def test_close_to_the_visit_only_what_is_given_up_costs(desk: Desk) -> None:
    """C7: the fee is that of the one place, told before; it is kept with the event. Who has begun stays: the other one goes."""
    request = settled(desk)
    one, other = visits(request)
    desk.clock.set(one.starts_at - timedelta(minutes=5))
    Visit.update(state="in_service").where(Visit.id == other.id).execute()
    terms = fewer_terms(desk.ctx(UNCLE), request.id, 1)
    assert terms.going == [LI] and "¥16" in terms.words
    come_fewer(desk.ctx(UNCLE), request.id, 1, terms.places)
    event = Event.select().where(Event.subject_kind == "request", Event.verb == "cancel").order_by(Event.id.desc()).first()
    assert event.data["fee_fen"] == 1600 and Visit.get(Visit.id == other.id).state == "in_service"


def test_while_they_are_asked(desk: Desk) -> None:
    """D3, D4: who has taken it stays before who only thinks about it; that one hears it kindly, and the terms can be signed at once."""
    request = desk.request(people=2)
    let_us_choose(desk.ctx(UNCLE), request.id)
    asked = [desk.asked(place)[0] for place in places(request)]
    accept_offer(desk.ctx(asked[0]), desk.offer_of(asked[0]))
    assert fewer_terms(desk.ctx(UNCLE), request.id, 1).going == [asked[1]]
    come_fewer(desk.ctx(UNCLE), request.id, 1)
    assert desk.told(asked[1], "offer_withdrawn") and asked[0] in desk.told(UNCLE, "agreement_ready")[-1]


@pytest.mark.parametrize("people", [0, 2, 3])
def test_only_fewer_is_fewer(desk: Desk, people: int) -> None:
    """D3: none, as many and more are refused, and nothing changes; before it is looked at only the number changes."""
    request = desk.request(people=2)
    with pytest.raises(Refused, match="not_fewer"):
        come_fewer(desk.ctx(UNCLE), request.id, people)
    assert len(places(request)) == 2
    Request.update(state="submitted", team_id=None).where(Request.id == request.id).execute()
    if people == 2:
        come_fewer(desk.ctx(UNCLE), request.id, 1)
        assert again(request).people == 1


def test_one_does_not_come_and_nothing_is_answered(desk: Desk) -> None:
    """D4, F2: while the other works, silence to 就来1位 ends the search; of a time that is past it is not said that somebody is sought."""
    request = taken(desk)
    one, _other = signed(desk, request)
    desk.clock.advance(hours=30)
    Visit.update(state="in_service").where(Visit.id == one.id).execute()
    desk.later(minutes=31), desk.later(minutes=31)
    assert states(request) == ["scheduled", "expired"] and alerts("wider_unanswered", places(request)[1]) == 1
    assert desk.told(UNCLE, "nobody_left") == [] == desk.told(UNCLE, "request_lapsed")


def test_who_comes_along_is_said_as_it_is_now(desk: Desk) -> None:
    """D3, E2: a card that waits for the worker's signature names nobody who has left meanwhile, and whoever was found instead."""
    request = taken(desk)
    waits = [card.text for card in list_waiting(desk.ctx(LI)) if "约定全文" in card.text]
    assert "和孙师傅一起" in waits[0]
    decline_agreement(desk.ctx(SUN), proposed(SUN).id)
    waits = [card.text for card in list_waiting(desk.ctx(LI)) if "约定全文" in card.text]
    assert "孙师傅" not in waits[0] and "2位一起做" in waits[0]
    assert states(request)[0] == "negotiating"
