"""Help that is near: carers called to somebody in danger, and work that is wanted at once (C5, D4)."""

from datetime import timedelta

import pytest

from asking import Desk, again, alerts, worker
from handlers.carers import cannot_come, come, say_how_it_stands
from handlers.context import Refused
from handlers.emergency import call_off_alarm, raise_alarm
from handlers.offers import accept_offer, decline_offer
from handlers.waiting import list_waiting
from models.clocks import Alert, Deadline
from models.messages import Outbox
from models.people import Address
from models.requests import Offer
from models.talk import CarerCall
from models.workers import BlockedPair, Leave, Worker

CARERS = ("吴姐", "马姐", "陈护工")
pytestmark = pytest.mark.both


@pytest.fixture
def home(desk: Desk) -> Address:
    """刘大爷's; the carers live round the corner, all others far away."""
    found = Address.get(Address.person_id == desk.uncle.id)
    Worker.update(lat="40.5").execute()
    for n, name in enumerate(CARERS):
        worker(name).change(lat=f"{float(found.lat) + 0.002 * (n + 1):.4f}", lng=found.lng)
    return found


def called() -> dict[str, CarerCall]:
    """The calls, nearest first."""
    return {Worker.get_by_id(c.worker_id).called: c for c in CarerCall.select().order_by(CarerCall.id)}


def test_the_nearest_carers_are_called(desk: Desk, home: Address) -> None:
    """C5, E3, A6: nearest first, only who is free and not kept apart; building and what happened, never the door or their words."""
    BlockedPair.create(community_id=desk.uncle.community_id, person_id=desk.uncle.id, worker_id=worker("马姐").id)
    said = raise_alarm(desk.ctx("刘大爷"), words="我爸摔倒了起不来,快来人", kinds=["fall"])
    assert "120" in said.text.splitlines()[0] and "附近的护理员" in said.text
    assert list(called()) == ["吴姐", "陈护工"]
    (words,) = desk.told("吴姐", "carer_called")
    assert home.building in words and "摔倒" in words and home.door not in words and "我爸" not in words
    assert Outbox.get(Outbox.notice == "carer_called").urgency == "emergency"
    raise_alarm(desk.ctx("刘大爷"), words="快来人", kinds=["fall"])
    assert len(called()) == 2 and Alert.select().where(Alert.kind == "emergency").count() == 2


def test_one_comes(desk: Desk, home: Address) -> None:
    """C5: the first has the door; the others, the resident and staff hear of it; nobody is told the next role higher any more."""
    raise_alarm(desk.ctx("刘大爷"), words="老人摔倒了", kinds=["fall"])
    calls = called()
    assert home.door in come(desk.ctx("吴姐"), calls["吴姐"].id) == come(desk.ctx("吴姐"), calls["吴姐"].id)
    with pytest.raises(Refused, match="gone"):
        come(desk.ctx("马姐"), calls["马姐"].id)
    with pytest.raises(Refused, match="not_found"):
        come(desk.ctx("马姐"), calls["吴姐"].id)
    assert {c.state for name, c in called().items() if name != "吴姐"} == {"off"}
    assert "吴姐" in desk.told("刘大爷", "carer_coming")[0] and len(desk.told("陈护工", "carer_not_needed")) == 1
    assert not Deadline.select().where(Deadline.kind == "emergency_open", Deadline.state == "open").exists()
    cannot_come(desk.ctx("吴姐"), calls["吴姐"].id)
    assert Alert.select().where(Alert.kind == "carer_coming").count() == 2


def test_it_ends_well(desk: Desk, home: Address) -> None:
    """C5: 没事了: who was called need not go; a late yes is told so kindly."""
    raise_alarm(desk.ctx("刘大爷"), words="老人摔倒了", kinds=["fall"])
    call_off_alarm(desk.ctx("刘大爷"), words="没事了")
    assert "没事了" in desk.told("吴姐", "carer_not_needed")[0]
    with pytest.raises(Refused, match="over"):
        come(desk.ctx("吴姐"), called()["吴姐"].id)


@pytest.mark.parametrize("kinds", [["fire"], ["intruder"], ["gas", "fire"], []])
def test_nobody_is_sent_into_danger(desk: Desk, home: Address, kinds: list[str]) -> None:
    """C5: fire, gas, a burglar or who knows what is for 119 and 110; staff are told in any case."""
    raise_alarm(desk.ctx("刘大爷"), words="救命", kinds=kinds)
    assert called() == {} and Alert.select().where(Alert.kind == "emergency").count() == 1


def test_who_is_away_or_too_far_is_not_called(desk: Desk, home: Address) -> None:
    """C5, D1: on leave, beyond the radius, and nobody at night; staff are told in any case."""
    now = desk.clock.now()
    away = {"starts_at": now - timedelta(hours=1), "ends_at": now + timedelta(hours=5)}
    Leave.create(community_id=desk.uncle.community_id, worker_id=worker("吴姐").id, **away)
    worker("马姐").change(lat=f"{float(home.lat) + 0.03:.4f}")
    raise_alarm(desk.ctx("刘大爷"), words="老人摔倒了", kinds=["fall"])
    assert list(called()) == ["陈护工"]


def test_wanted_at_once_goes_to_all_near(desk: Desk, home: Address) -> None:
    """C5, D4: all within the radius at the same time, with three minutes; staff know; then the farther ones, one by one."""
    desk.only("李师傅", "赵大姐", "孙师傅")
    for n, name in enumerate(("李师傅", "赵大姐", "孙师傅")):
        worker(name).change(lat=f"{float(home.lat) + 0.015 * n:.4f}", lng=home.lng)
    soon = desk.clock.now() + timedelta(minutes=90)
    request = desk.request(starts_at=soon, extras={"asap": True})
    assert sorted(desk.asked(request)) == ["李师傅", "赵大姐"] and alerts("urgent_request", request) == 1
    assert {o.expires_at for o in Offer.select().where(Offer.request_id == request.id)} == {desk.clock.now() + timedelta(minutes=3)}
    assert "2位" in desk.told("刘大爷", "asking_near")[0] and desk.told("刘大爷", "recommendation") == []
    decline_offer(desk.ctx("李师傅"), desk.offer_of("李师傅"))
    assert desk.asked(request) == ["赵大姐"] and desk.told("刘大爷", "asking_next") == []
    desk.later(minutes=3)
    assert desk.asked(request) == ["孙师傅"]
    accept_offer(desk.ctx("孙师傅"), desk.offer_of("孙师傅"))
    assert again(request).state == "negotiating"


def test_the_call_waits_for_a_word(desk: Desk, home: Address) -> None:
    """C5, Q2: whatever is said in between, the call comes again first, until it is answered."""
    raise_alarm(desk.ctx("刘大爷"), words="老人摔倒了", kinds=["fall"])
    assert "摔倒" in list_waiting(desk.ctx("吴姐"))[0].text
    cannot_come(desk.ctx("吴姐"), called()["吴姐"].id)
    assert not any("摔倒" in card.text for card in list_waiting(desk.ctx("吴姐")))


def test_who_was_to_come_cannot(desk: Desk, home: Address) -> None:
    """C5: nobody is on the way any more: the resident hears it, the others are called again, and the next role higher is told in time."""
    raise_alarm(desk.ctx("刘大爷"), words="老人摔倒了", kinds=["fall"])
    calls = called()
    come(desk.ctx("吴姐"), calls["吴姐"].id)
    assert {c.state for c in called().values()} == {"coming", "off"}
    assert cannot_come(desk.ctx("吴姐"), calls["吴姐"].id) is True
    (lost,) = desk.told("刘大爷", "carer_lost")
    assert "吴姐来不了了" in lost and "120" in lost and "也在叫" in lost
    assert [c.state for c in called().values()] == ["declined", "asked", "asked"] and len(desk.told("马姐", "carer_called")) == 2
    assert Deadline.select().where(Deadline.kind == "emergency_open", Deadline.state == "open").count() == 1
    assert home.door in come(desk.ctx("马姐"), calls["马姐"].id)
    cannot_come(desk.ctx("陈护工"), calls["陈护工"].id)
    assert len(desk.told("刘大爷", "carer_lost")) == 1


def test_who_goes_there_writes(desk: Desk, home: Address) -> None:
    """C5: what they write stands before staff as said by who goes there: nothing claims that they are there. Only they are heard."""
    raise_alarm(desk.ctx("刘大爷"), words="老人摔倒了", kinds=["fall"])
    come(desk.ctx("吴姐"), called()["吴姐"].id)
    say_how_it_stands(desk.ctx("吴姐"), called()["吴姐"].id, words="路上堵车，还要十分钟")
    alert = Alert.select().where(Alert.kind == "carer_coming").order_by(Alert.id.desc()).first()
    assert alert.words == "去刘大爷家的吴姐说：路上堵车，还要十分钟"
    with pytest.raises(Refused, match="not_now"):
        say_how_it_stands(desk.ctx("马姐"), called()["马姐"].id, words="到了")
