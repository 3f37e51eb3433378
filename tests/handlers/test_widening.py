"""Nobody takes it: the resident is asked, one thing at a time, what could be otherwise; never loosened without a word (D4)."""

from datetime import timedelta
from typing import Any

import pytest

from asking import TOMORROW, Desk, again, alerts, clocks, worker
from handlers.agreeing import answer_wider
from handlers.cards import Card
from handlers.context import Refused
from handlers.matching import let_us_choose, list_recommendations
from handlers.offers import decline_offer, make_offer
from handlers.requests import reschedule_request
from handlers.waiting import list_waiting
from models.people import Address, Person
from models.requests import Request
from models.workers import WorkerSkill, WorkingHours


def asked(desk: Desk) -> list[Card]:
    """The question that waits for 刘大爷, as cards."""
    return [card for card in list_waiting(desk.ctx("刘大爷")) if any("wider_yes" in c.id for c in card.choices)]


def kind(desk: Desk) -> str:
    """What the open question is about; '' for none."""
    cards = asked(desk)
    assert len(cards) <= 1
    return cards[0].choices[0].id.split(":")[-1] if cards else ""


def say(desk: Desk, request: Request, what: str, agrees: bool) -> None:
    answer_wider(desk.ctx("刘大爷"), request.id, kind=what, agrees=agrees)


def refused_by_all(desk: Desk, **more: Any) -> Request:
    """Everybody who could have been asked says no."""
    request = desk.request(**more)
    let_us_choose(desk.ctx("刘大爷"), request.id)
    while names := desk.asked(request):
        for name in names:
            decline_offer(desk.ctx(name), desk.offer_of(name))
    return request


def far_away(called: str) -> None:
    """Between six and seven kilometres from 刘大爷."""
    home = Address.get(Address.person_id == Person.get(Person.called == "刘大爷").id)
    worker(called).change(lat=f"{float(home.lat) + 0.06:.4f}", lng=home.lng)


def test_further_away_only_with_a_yes(desk: Desk) -> None:
    """D4: nobody near took it: how far is said; with a yes the one from far away is asked at once, without one nobody is."""
    desk.only("李师傅", "赵大姐")
    far_away("赵大姐")
    request = refused_by_all(desk)
    assert (again(request).state, kind(desk), desk.asked(request)) == ("matching", "area", [])
    assert "8公里" in asked(desk)[0].text and "可以吗" in asked(desk)[0].text and alerts("nobody_left", request) == 0
    say(desk, request, "area", agrees=True)
    assert desk.asked(request) == ["赵大姐"] and again(request).widened == 1 and asked(desk) == []
    with pytest.raises(Refused, match="not_now"):
        say(desk, request, "area", agrees=True)
    assert clocks("wider_unanswered", request.id) == []


def test_another_hour(desk: Desk) -> None:
    """D4: an hour later somebody could: said with day and hour; after a yes it is asked for then, also of those asked before."""
    desk.only("李师傅")
    request = refused_by_all(desk)
    assert kind(desk) == "time" and "下午4点" in asked(desk)[0].text
    say(desk, request, "time", agrees=True)
    later = TOMORROW + timedelta(hours=1)
    assert (again(request).starts_at, desk.asked(request)) == (later, ["李师傅"])
    assert clocks("request_lapsed", request.id) == [later]


def test_a_no_leads_to_the_next_thing_and_to_a_person(desk: Desk) -> None:
    """D4: area, time, price, each asked once; in the end a coordinator goes on, and nothing of the wish was touched."""
    desk.only("李师傅", "赵大姐", "孙师傅")
    far_away("赵大姐")
    WorkerSkill.update(price_fen=3500).where(WorkerSkill.worker_id == worker("孙师傅").id, WorkerSkill.service == "cleaning").execute()
    request = refused_by_all(desk, budget_max_fen=5900)
    seen = []
    while kind(desk):
        seen.append(kind(desk))
        say(desk, request, seen[-1], agrees=False)
    left = again(request)
    assert seen == ["area", "time", "price"] and alerts("nobody_left", request) == 1
    assert (left.starts_at, left.widened, left.people, desk.asked(request)) == (TOMORROW, 0, 1, [])
    assert len(desk.told("刘大爷", "nobody_left")) == 1


def test_more_than_was_to_be_spent_is_asked_first(desk: Desk) -> None:
    """D2, D4: 你们安排 asks nobody who takes more than the budget and a little; how much more it would be is said."""
    desk.settings = with_steps(desk, ("price",))
    desk.only("李师傅", "孙师傅")
    WorkerSkill.update(price_fen=4500).where(WorkerSkill.worker_id == worker("李师傅").id, WorkerSkill.service == "cleaning").execute()
    request = desk.request(budget_max_fen=7200)
    let_us_choose(desk.ctx("刘大爷"), request.id)
    assert desk.asked(request) == ["孙师傅"]
    decline_offer(desk.ctx("孙师傅"), desk.offer_of("孙师傅"))
    assert kind(desk) == "price" and "¥90" in asked(desk)[0].text and "¥18" in asked(desk)[0].text
    say(desk, request, "price", agrees=True)
    assert desk.asked(request) == ["李师傅"]


def test_two_for_half_as_long(desk: Desk) -> None:
    """C2, D4: nobody can for six hours; two for three hours each can, and the price for that is said."""
    desk.settings = with_steps(desk, ("team",))
    desk.only("李师傅", "孙师傅")
    WorkingHours.update(from_min=15 * 60, to_min=18 * 60).execute()
    request = desk.request(minutes=360)
    assert kind(desk) == "team" and "3小时" in asked(desk)[0].text
    say(desk, request, "team", agrees=True)
    found = again(request)
    assert (found.people, found.minutes) == (2, 180)
    assert {f.called for f in list_recommendations(desk.ctx("刘大爷"), request.id)} == {"李师傅", "孙师傅"}


def with_steps(desk: Desk, steps: tuple[str, ...]) -> Any:
    """The settings with only these questions."""
    return desk.settings.model_copy(update={"widening": desk.settings.widening.model_copy(update={"steps": steps, "services": {}})})


def test_no_answer_is_no_dead_end(desk: Desk) -> None:
    """D4: after its time a coordinator hears that the question stands unanswered, and the next one is asked; at last a person."""
    desk.only("李师傅", "赵大姐")
    far_away("赵大姐")
    request = refused_by_all(desk)
    desk.later(minutes=31)
    assert kind(desk) == "time" and alerts("wider_unanswered", request) == 1
    desk.later(minutes=31)
    assert kind(desk) == "" and alerts("nobody_left", request) == 1


def test_nobody_free_from_the_start(desk: Desk) -> None:
    """D3, D4: where nobody could be shown the question comes at once; after a yes those who can are shown to choose from."""
    desk.only("赵大姐")
    far_away("赵大姐")
    request = desk.request()
    assert kind(desk) == "area" and desk.told("刘大爷", "nobody_free") == []
    say(desk, request, "area", agrees=True)
    assert "赵大姐" in desk.told("刘大爷", "recommendation")[0] and desk.asked(request) == []


def test_only_what_helps_and_only_the_owner(desk: Desk) -> None:
    """A6, D4: no question where nothing would find anybody; somebody else's answer finds nothing; a colleague or a move ends it."""
    desk.only()
    desk.request()
    assert asked(desk) == [] and len(desk.told("刘大爷", "nobody_free")) == 1
    WorkerSkill.update(active=True).where(WorkerSkill.worker_id == worker("李师傅").id).execute()
    request = refused_by_all(desk, starts_at=TOMORROW + timedelta(days=2))
    assert kind(desk) == "time"
    with pytest.raises(Refused, match="not_found"):
        answer_wider(desk.ctx("许女士"), request.id, kind="time", agrees=True)
    make_offer(desk.ctx("陈姐"), request.id, worker_id=worker("李师傅").id)
    assert asked(desk) == []
    reschedule_request(desk.ctx("刘大爷"), request.id, starts_at=TOMORROW + timedelta(days=3))
    assert again(request).loosened == {} and asked(desk) == []
