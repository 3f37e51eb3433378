"""Several at the same moment, in threads with connections of their own and a database in a file (D1, D4)."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest

from asking import TOMORROW, Desk, again, worker
from handlers.context import Refused
from handlers.heard import Said, note_said
from handlers.leaves import end_leave
from handlers.matching import choose_worker, let_us_choose
from handlers.offering import make_one_offer
from handlers.offers import accept_offer, decline_offer, list_my_offers, make_offer
from handlers.own_leave import drop_leave, list_my_leave
from handlers.requests import cancel_request
from handlers.workers import set_leave
from models.base import database as db
from models.readings import Heard
from models.requests import Offer, Request
from models.visits import Agreement
from models.workers import BookedSlot

pytestmark = [pytest.mark.slow, pytest.mark.both]


def at_once(*verbs: Callable[[], object]) -> list[str]:
    """Everybody starts when the barrier opens; "won", or the code of the refusal, in the order of the verbs."""
    barrier, outcomes = threading.Barrier(len(verbs)), [""] * len(verbs)

    def one(place: int, verb: Callable[[], object]) -> None:
        barrier.wait()
        try:
            verb()
            outcomes[place] = "won"
        except Refused as refused:
            outcomes[place] = refused.code
        finally:
            db.close()

    threads = [threading.Thread(target=one, args=pair) for pair in enumerate(verbs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def offered_to(desk: Desk, request: Request, names: list[str]) -> dict[str, int]:
    """All of them are asked at once."""
    with db.atomic():
        return {name: make_one_offer(desk.ctx(), again(request), worker(name).id).id for name in names}


def states(request: Request) -> list[str]:
    """How its offers stand."""
    return sorted(o.state for o in Offer.select().where(Offer.request_id == request.id))


@pytest.mark.parametrize(("many", "taps"), [(2, 1), (3, 1), (4, 1), (4, 3)])
def test_the_first_acceptance_wins(desk: Desk, many: int, taps: int) -> None:
    """D4: workers accept at the same moment, some with a double tap, again and again: exactly one has it."""
    for round_ in range(10):
        request = desk.request(starts_at=TOMORROW + timedelta(days=round_ // 2, hours=3 * (round_ % 2) - 3))
        able = desk.able(request)[:many]
        assert len(able) >= min(many, 3)
        offers = offered_to(desk, request, able)
        contexts = [(desk.ctx(name), offer) for name, offer in offers.items() for _tap in range(taps)]
        outcomes = at_once(*(lambda c=c, o=o: accept_offer(c, o) for c, o in contexts))
        assert outcomes.count("won") == 1, outcomes
        assert set(outcomes) <= {"won", "gone", "yours_already", "changed_meanwhile"}
        assert states(request) == ["accepted"] + ["withdrawn"] * (len(able) - 1)
        assert Agreement.select().where(Agreement.request_id == request.id).count() == 1


def test_one_worker_two_jobs(desk: Desk) -> None:
    """D1: a worker accepts two jobs of the same hour on two phones at once: one is booked, the other refused as busy."""
    for day in range(5):
        pair = [desk.request(starts_at=TOMORROW + timedelta(days=day, minutes=m)) for m in (0, 60)]
        for request in pair:
            make_offer(desk.ctx("陈姐"), request.id, worker_id=worker("李师傅").id)
        contexts = [(desk.ctx("李师傅"), o.id) for o in list_my_offers(desk.ctx("李师傅"))][-2:]
        outcomes = at_once(*(lambda c=c, o=o: accept_offer(c, o) for c, o in contexts))
        assert sorted(outcomes) == ["busy", "won"]
        holders = {f"request:{r.id}" for r in pair}
        assert len({row.holder for row in BookedSlot.select().where(BookedSlot.holder.in_(holders))}) == 1
        for request in pair:
            cancel_request(desk.ctx("刘大爷"), request.id)


def test_taken_cancelled_and_declined_at_once(desk: Desk) -> None:
    """C7, D4: the resident cancels while one accepts and another declines: whatever comes first, all fits together."""
    for day in range(8):
        request = desk.request(starts_at=TOMORROW + timedelta(days=day))
        offers = offered_to(desk, request, ["李师傅", "赵大姐"])
        li, zhao, uncle = (desk.ctx(name) for name in ("李师傅", "赵大姐", "刘大爷"))
        at_once(
            lambda li=li, offers=offers: accept_offer(li, offers["李师傅"]),
            lambda zhao=zhao, offers=offers: decline_offer(zhao, offers["赵大姐"]),
            lambda uncle=uncle, request=request: cancel_request(uncle, request.id),
        )
        assert again(request).state == "cancelled"
        assert not set(states(request)) & {"open", "countered", "accepted"}
        assert not BookedSlot.select().where(BookedSlot.holder == f"request:{request.id}").exists()


def test_two_taps_of_the_resident(desk: Desk) -> None:
    """D3, D4: 请李师傅 and 你们安排 at the same moment: one worker is asked, not two."""
    for day in range(5):
        request = desk.request(starts_at=TOMORROW + timedelta(days=day))
        one, two = desk.ctx("刘大爷"), desk.ctx("刘大爷")
        outcomes = at_once(
            lambda one=one, request=request: choose_worker(one, request.id, worker_id=worker("李师傅").id),
            lambda two=two, request=request: let_us_choose(two, request.id),
        )
        assert sorted(outcomes) == ["asked_already", "won"] and len(desk.asked(request)) == 1


def test_two_say_the_same_that_nobody_understands(desk: Desk) -> None:
    """B1, Q3: at the same moment, again and again: it is kept once and counted, and nobody's message fails."""
    for n in range(5):
        said = Said("resident", f"嗯哼嗯哼{'哼' * n}", None, {"intent": "other", "slots": {}, "must_ask": [], "by": "rules"})
        verbs = [lambda who=who, said=said: note_said(desk.ctx(who), said) for who in ("刘大爷", "许女士", "李师傅")]
        assert at_once(*verbs) == ["won"] * 3
    assert [kept.times for kept in Heard.select() if kept.words.startswith("嗯哼")] == [3] * 5


def test_one_leave_of_which_two_speak(desk: Desk) -> None:
    """F4: noted three times at once it is one; ended at the desk while its worker takes a day of it back, whoever is late is told so."""
    me, chen, li, day = desk.ctx("李师傅"), desk.ctx("陈姐"), worker("李师傅").id, timedelta(days=1)
    for _round in range(6):
        at_once(*[lambda: set_leave(me, starts_at=TOMORROW, ends_at=TOMORROW + 3 * day)] * 3)
        (leave,) = list_my_leave(me)
        _took, ended = at_once(
            lambda: drop_leave(me, starts_at=TOMORROW + day, ends_at=TOMORROW + 2 * day),
            lambda leave=leave: end_leave(chen, li, leave_id=leave.id),  # type: ignore[misc]
        )
        assert (len(list_my_leave(me)), ended) in ((0, "won"), (2, "not_now"))
        drop_leave(me, starts_at=TOMORROW, ends_at=TOMORROW + 3 * day)
