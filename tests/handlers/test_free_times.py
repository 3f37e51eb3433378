"""When nobody can come then: the nearest times at which somebody could, and a tap that takes one (D1, D4, D5)."""

from datetime import timedelta

import pytest

from asking import TOMORROW, Desk, again, worker
from handlers.agreeing import answer_wider
from handlers.candidates import find_ranked, supposed
from handlers.context import Refused
from handlers.free_times import free_times
from handlers.matching import choose_worker, recommend
from handlers.offers import decline_offer
from handlers.requests import take_time
from handlers.waiting import list_waiting
from models.requests import Request
from models.rules.slots import slots_of
from models.workers import BookedSlot, Leave, WorkingHours

pytestmark = pytest.mark.both


def off(called: str, request: Request, days: float = 1) -> None:
    """Not there from tomorrow's midnight on."""
    midnight = TOMORROW.replace(hour=0)
    fields = {"starts_at": midnight, "ends_at": midnight + timedelta(days=days)}
    Leave.create(community_id=request.community_id, worker_id=worker(called).id, **fields)


def hours(called: str, first: int, last: int) -> None:
    WorkingHours.update(from_min=first, to_min=last).where(WorkingHours.worker_id == worker(called).id).execute()


def alone(desk: Desk) -> Request:
    """Only 李师傅 does cleaning, from eight to six every day, and is off tomorrow."""
    desk.only("李师傅")
    hours("李师傅", 480, 1080)
    request = desk.request()
    off("李师傅", request)
    return request


def test_every_offered_time_finds_somebody(desk: Desk) -> None:
    """D1, D5: the search itself, asked for that time, names the same worker; taking one moves the request and recommends."""
    request = alone(desk)
    assert recommend(desk.ctx(), request.id) == []
    found = free_times(desk.ctx("刘大爷"), request.id)
    assert len(found) == 3 and found == sorted(found, key=lambda one: one.at)
    for free in found:
        assert free.called == ("李师傅",) and free.at.date() != TOMORROW.date() and free.at >= desk.clock.now() + timedelta(hours=1)
        assert worker("李师傅").id in [r.worker_id for r in find_ranked(desk.ctx(), supposed(again(request), starts_at=free.at))[0]]
    moved = take_time(desk.ctx("刘大爷"), request.id, starts_at=found[0].at)
    assert moved.starts_at == found[0].at and desk.able(moved) == ["李师傅"]
    Request.update(state="scheduled").where(Request.id == request.id).execute()
    with pytest.raises(Refused, match="not_now"):  # a tap on an old card moves nothing that was agreed meanwhile
        take_time(desk.ctx("刘大爷"), request.id, starts_at=found[1].at)


def test_taken_meanwhile(desk: Desk) -> None:
    """D5: somebody was quicker: said so, nothing moves, and the others still stand."""
    request = alone(desk)
    first, second = free_times(desk.ctx("刘大爷"), request.id)[:2]
    for slot in slots_of(first.at, first.at + timedelta(minutes=120)):
        BookedSlot.create(community_id=request.community_id, worker_id=worker("李师傅").id, slot=slot, holder="request:0")
    with pytest.raises(Refused, match="taken"):
        take_time(desk.ctx("刘大爷"), request.id, starts_at=first.at)
    assert again(request).starts_at == TOMORROW
    assert first.at not in [free.at for free in free_times(desk.ctx("陈姐"), request.id)]


def test_of_the_one_who_was_wished_for(desk: Desk) -> None:
    """D3, D5: others could come then; 李师傅's own times are told, and with a tap they come first."""
    desk.only("李师傅", "赵大姐")
    request = desk.request()
    off("李师傅", request)
    li = worker("李师傅").id
    found = free_times(desk.ctx("刘大爷"), request.id, worker_id=li)
    assert found and all(free.worker_ids == (li,) for free in found)
    moved = take_time(desk.ctx("刘大爷"), request.id, starts_at=found[0].at, worker_id=li)
    assert desk.able(moved)[0] == "李师傅"


def test_nobody_asks_about_somebody_elses(desk: Desk) -> None:
    """A5: only the resident's own and staff; nobody with the skill in the next days is an empty list."""
    request = alone(desk)
    with pytest.raises(Refused, match="not_found"):
        free_times(desk.ctx("马姐"), request.id)
    off("李师傅", request, days=20)
    Leave.update(starts_at=desk.clock.now()).execute()
    assert free_times(desk.ctx("刘大爷"), request.id) == []


def test_beside_the_first_time_others_can_be_tapped(desk: Desk) -> None:
    """D4, D5: the card asks about one time and offers the nearest others; far from any set shift the free times still find one."""
    desk.only("李师傅")
    hours("李师傅", 480, 1080)
    request = desk.request()
    choose_worker(desk.ctx("刘大爷"), request.id, worker_id=worker("李师傅").id)
    off("李师傅", request, days=2.2)
    decline_offer(desk.ctx("李师傅"), desk.offer_of("李师傅"))
    (card,) = [card for card in list_waiting(desk.ctx("刘大爷")) if any("wider_yes" in c.id for c in card.choices)]
    taps = [c for c in card.choices if f"request:{request.id}:at:" in c.id]
    assert "改到" in card.text and len(taps) == 2 and all("上午" in c.words or "下午" in c.words or "中午" in c.words for c in taps)
    answer_wider(desk.ctx("刘大爷"), request.id, kind="time", agrees=True)
    assert again(request).starts_at.date() != TOMORROW.date() and desk.asked(again(request)) == ["李师傅"]
