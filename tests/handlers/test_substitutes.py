"""A promised job keeps its substitutes, they come first when its worker is lost, and the time that takes is told (D7)."""

from datetime import timedelta

import pytest

from asking import TOMORROW, Desk, again, worker
from handlers.agreements import confirm_agreement, decline_agreement
from handlers.cancelling import cancel_request
from handlers.matching import choose_worker
from handlers.offers import accept_offer
from handlers.replacing import take_later
from handlers.site import replaced_words
from handlers.spread import spread_page
from handlers.substitutes import substitutes_of
from handlers.visits import cant_come
from models.requests import Recommendation, Request
from models.visits import Agreement, Replacement, Visit
from models.workers import Leave

pytestmark = pytest.mark.both


def took(desk: Desk, request: Request, called: str) -> Agreement:
    choose_worker(desk.ctx("刘大爷"), request.id, worker_id=worker(called).id)
    accept_offer(desk.ctx(called), desk.offer_of(called))
    return Agreement.get(Agreement.request_id == request.id, Agreement.state == "proposed")


def signed(desk: Desk, request: Request, called: str) -> Visit:
    agreement = took(desk, request, called)
    for who in (called, "刘大爷"):
        confirm_agreement(desk.ctx(who), agreement.id)
    return Visit.get(Visit.agreement_id == agreement.id)


def test_replaced_from_the_warm_list(desk: Desk) -> None:
    """D7: who was ranked next at acceptance comes first, however the ranking is now, unless they can't; the time is kept."""
    request = desk.request()
    ranked = desk.able(request)
    visit = signed(desk, request, ranked[0])
    kept = substitutes_of(desk.ctx("陈姐"), request.id)
    assert kept == ranked[1:6] and len(kept) >= 3
    gone, first, second = kept[0], kept[1], kept[2]
    span = {"starts_at": TOMORROW, "ends_at": TOMORROW + timedelta(hours=1)}
    Leave.create(community_id=request.community_id, worker_id=worker(gone).id, **span)
    worker(first).change(stars_sum=40, stars_count=40)  # by the ranking of now they would be the last
    desk.clock.advance(minutes=5)
    cant_come(desk.ctx(ranked[0]), visit.id, reason="病了")
    shown = desk.able(again(request))
    assert shown[:2] == [first, second] and gone not in shown and ranked[0] not in shown
    assert first in desk.told("刘大爷", "recommendation")[-1]
    desk.clock.advance(minutes=25)
    signed(desk, again(request), first)
    row = Replacement.get(Replacement.request_id == request.id)
    assert (row.state, row.verb, row.worker_id, row.visit_id) == ("done", "replace", worker(ranked[0]).id, visit.id)
    assert row.by_worker_id == worker(first).id and row.from_list and row.done_at - row.lost_at == timedelta(minutes=25)


def test_who_does_not_come_is_replaced_from_it(desk: Desk) -> None:
    """D7, F2: absent: once the resident agrees to later today, the warm list comes first; the time runs from the no-show."""
    request = desk.request()
    ranked = desk.able(request)
    signed(desk, request, ranked[0])
    first = substitutes_of(desk.ctx("陈姐"), request.id)[0]
    worker(first).change(stars_sum=40, stars_count=40)
    desk.clock.set(TOMORROW + timedelta(minutes=30))
    desk.later(minutes=0)
    desk.clock.advance(minutes=2)
    take_later(desk.ctx("刘大爷"), request.id)
    assert desk.able(again(request))[0] == first
    signed(desk, again(request), first)
    row = Replacement.get(Replacement.request_id == request.id)
    assert (row.verb, row.from_list, row.done_at - row.lost_at) == ("no_show", True, timedelta(minutes=2))


def test_a_move_of_the_resident_is_no_loss(desk: Desk) -> None:
    """D7: the list orders the search for a substitute only; what is cancelled meanwhile is given up, not found."""
    request = desk.request()
    ranked = desk.able(request)
    agreement = took(desk, request, ranked[0])
    decline_agreement(desk.ctx(ranked[0]), agreement.id)
    assert Replacement.get().verb == "drop" and Replacement.get().visit_id is None
    assert desk.able(again(request))[0] == ranked[1]
    cancel_request(desk.ctx("刘大爷"), request.id)
    assert Replacement.get().state == "ended"


def test_what_the_resident_would_not_pay_is_not_kept(desk: Desk) -> None:
    """D7, D4: nobody is kept who takes more than the resident allows."""
    request = desk.request(budget_max_fen=9000)
    rows = Recommendation.select().where(Recommendation.request_id == request.id).order_by(Recommendation.place)
    first, dear = rows[0], rows[1]
    dear.change(price_fen=20_000)
    took(desk, request, desk.able(request)[0])
    kept = substitutes_of(desk.ctx("陈姐"), request.id)
    assert kept and all(worker(name).id not in (first.worker_id, dear.worker_id) for name in kept)


def test_figures_are_published_from_five_on(desk: Desk) -> None:
    """D7: the desk sees every case; the public reads median and 90 of 100, and nothing while there are fewer than five."""
    ctx = desk.ctx("陈姐")
    for number, minutes in enumerate((10, 20, 30, 120), 1):
        row(ctx.community_id, number, desk, minutes)
    assert replaced_words(desk.ctx()) == ""
    assert [cell["value"] for cell in spread_page(ctx)["lost"]] == ["4", "4", "20分钟", "2小时"]
    row(ctx.community_id, 5, desk, 40)
    row(ctx.community_id, 6, desk, None)
    row(ctx.community_id, 7, desk, 600, days=100)  # too long ago
    said = replaced_words(desk.ctx())
    assert "6次" in said and "5次" in said and "半小时" in said and "2小时" in said


def row(here: int, number: int, desk: Desk, minutes: int | None, days: int = 1) -> None:
    lost = desk.clock.now() - timedelta(days=days)
    done = {"state": "done", "done_at": lost + timedelta(minutes=minutes)} if minutes is not None else {}
    Replacement.create(community_id=here, request_id=number, worker_id=1, verb="replace", lost_at=lost, **done)
