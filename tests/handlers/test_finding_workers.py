"""Finding workers and giving each job to exactly one (A2, D1-D4)."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asking import TOMORROW, Desk, alerts, worker
from handlers.context import Refused
from handlers.matching import choose_worker, list_recommendations, why_not
from handlers.offers import accept_offer, find_offer, list_my_offers, make_offer, offer_passed_on
from handlers.people import keep_address
from handlers.requests import find_draft, list_my_requests, submit_request
from handlers.review import approve_request
from handlers.workers import add_document, pause_worker
from models.rules.ranking import Candidate, Job, Scale, rank
from models.rules.ranking import why_not as blockers
from models.visits import Agreement
from models.workers import BlockedPair, BookedSlot, Document, Leave


def test_known_residents_with_simple_wishes_pass_by_rule(desk: Desk) -> None:
    """C4: 刘大爷 had visits, cleaning is simple: nobody needs to look; repair is not."""
    assert desk.request().reviewed_by is None
    assert desk.request(service="repair", starts_at=TOMORROW + timedelta(days=1)).reviewed_by is not None


def test_papers_count_on_the_day_of_the_visit(desk: Desk) -> None:
    """A2, A3, D1: a paper that ends before the visit takes the worker out; renewed, they are back."""
    who = worker("李师傅")
    Document.update(valid_to="2026-11-24").where(
        Document.worker_id == who.id, Document.kind == "background_check"
    ).execute()
    request = desk.request()
    assert "李师傅" not in desk.able(request)
    assert any("证" in words for words in why_not(desk.ctx("陈姐"), request.id, who.id))
    add_document(
        desk.ctx("陈姐"),
        who.id,
        kind="background_check",
        number="1",
        issuer="",
        valid_from="2026-11-24",
        valid_to="2027-11-24",
    )
    assert "李师傅" in desk.able(desk.request(starts_at=TOMORROW + timedelta(hours=3)))


def test_a_paused_worker_is_not_asked(desk: Desk) -> None:
    """A2: staff take somebody out for the time being, with a reason."""
    with pytest.raises(Refused):
        pause_worker(desk.ctx("陈姐"), worker("李师傅").id, reason=" ")
    pause_worker(desk.ctx("陈姐"), worker("李师傅").id, reason="请长假")
    assert "李师傅" not in desk.able(desk.request())


def test_leave_blocks_and_other_visits_rule_out(desk: Desk) -> None:
    """D1: leave, a blocked pair, and time that is taken."""
    here = desk.uncle.community_id
    Leave.create(
        community_id=here, worker_id=worker("李师傅").id, starts_at=TOMORROW, ends_at=TOMORROW + timedelta(hours=1)
    )
    BlockedPair.create(community_id=here, person_id=desk.uncle.id, worker_id=worker("赵大姐").id)
    slot = int(TOMORROW.timestamp()) // 900
    BookedSlot.create(community_id=here, worker_id=worker("孙师傅").id, slot=slot, holder="visit:999")
    assert not {"李师傅", "赵大姐", "孙师傅"} & set(desk.able(desk.request()))


def test_reasons_come_from_what_decided(desk: Desk) -> None:
    """D2, D3: 李师傅 was here before, and that is said."""
    found = {f.called: f for f in list_recommendations(desk.ctx("陈姐"), desk.request().id)}
    assert any("来过您家" in r["words"] for r in found["李师傅"].reasons)


def test_a_foreign_request_looks_like_an_absent_one(desk: Desk) -> None:
    """A6: 许女士 sees nothing of 刘大爷's, and learns nothing from trying."""
    request = desk.request()
    for wanted in (request.id, 999_999):
        with pytest.raises(Refused) as refused:
            list_recommendations(desk.ctx("许女士"), wanted)
        assert refused.value.code == "not_found"
    assert find_draft(desk.ctx("许女士"), request.id) is None
    assert request.id not in [r.id for r in list_my_requests(desk.ctx("许女士"), open_only=False)]


def test_an_offer_that_ran_out_is_refused_kindly(desk: Desk) -> None:
    """D4: too late is said, costs nothing, and changes nothing."""
    request = desk.request()
    make_offer(desk.ctx("陈姐"), request.id, worker_id=worker("李师傅").id)
    offer = list_my_offers(desk.ctx("李师傅"))[0]
    desk.clock.advance(minutes=11)
    with pytest.raises(Refused) as refused:
        accept_offer(desk.ctx("李师傅"), offer.id)
    assert refused.value.code == "expired" and Agreement.select().where(Agreement.request_id == request.id).count() == 0
    with pytest.raises(Refused):
        find_offer(desk.ctx("赵大姐"), offer.id)


def test_nobody_is_booked_twice(desk: Desk) -> None:
    """D1, D4: two jobs at the same hour for one worker: the database refuses the second; the next hour but one is free."""
    first, second = desk.request(), desk.request(minutes=60)
    for request in (first, second):
        make_offer(desk.ctx("陈姐"), request.id, worker_id=worker("李师傅").id)
    mine = {o.number: o.id for o in list_my_offers(desk.ctx("李师傅"))}
    accept_offer(desk.ctx("李师傅"), mine[first.number])
    with pytest.raises(Refused) as refused:
        accept_offer(desk.ctx("李师傅"), mine[second.number])
    assert refused.value.code == "busy"
    assert BookedSlot.select().where(BookedSlot.holder == f"request:{second.id}").count() == 0


CANDIDATES = st.lists(
    st.builds(
        Candidate,
        worker_id=st.integers(1, 50),
        skilled=st.booleans(),
        documents=st.sampled_from([frozenset(), frozenset({"id"})]),
        free=st.booleans(),
        works_then=st.booleans(),
        blocked=st.booleans(),
        km=st.floats(0, 9),
        price_fen=st.integers(1000, 90000),
        stars_sum=st.integers(0, 50),
        stars_count=st.integers(10, 20),
        jobs_30d=st.integers(0, 40),
    ),
    max_size=12,
    unique_by=lambda c: c.worker_id,
)
JOB = Job("cleaning", frozenset({"id"}), budget_max_fen=20000)
WEIGHTS = {
    "rating": 30,
    "same_household": 20,
    "distance": 15,
    "price": 10,
    "response": 10,
    "fair_share": 10,
    "newcomer": 5,
}


@given(found=CANDIDATES)
def test_only_those_who_can_and_in_one_order(found: list[Candidate]) -> None:
    """D1, D2: never somebody who can't; the order of the input means nothing; a better rating never ranks lower."""
    ranked = rank(JOB, found, WEIGHTS, Scale())
    assert {r.worker_id for r in ranked} == {c.worker_id for c in found if not blockers(JOB, c)}
    assert ranked == rank(JOB, list(reversed(found)), WEIGHTS, Scale())
    for place, chosen in enumerate(ranked):
        better = [
            Candidate(**{**vars(c), "stars_sum": c.stars_sum + 5}) if c.worker_id == chosen.worker_id else c
            for c in found
        ]
        again = [r.worker_id for r in rank(JOB, better, WEIGHTS, Scale())]
        assert again.index(chosen.worker_id) <= place


def test_only_where_the_worker_goes(desk: Desk) -> None:
    """D1, D6: the areas in the file are a hard condition, and said as the reason; who named none goes everywhere."""
    for name in ("赵大姐", "马姐"):
        worker(name).change(areas=["幸福里社区"])
    far = keep_address(desk.ctx("刘大爷"), desk.uncle.id, "和平里8号楼302", None, None, usual=False)
    request = desk.request(address_id=far.id)
    assert not {"赵大姐", "马姐"} & set(desk.able(request)) and "李师傅" in desk.able(request)
    assert why_not(desk.ctx("陈姐"), request.id, worker("马姐").id) == ["不去那一片"]
    worker("马姐").change(areas=[])
    assert "马姐" in desk.able(desk.request(address_id=far.id, starts_at=TOMORROW + timedelta(hours=2)))


def test_a_late_word_is_told_that_it_went_on(desk: Desk) -> None:
    """D4: after the time to answer 接 is about a job that somebody else is asked about by now; later it is forgotten."""
    request = desk.request()
    choose_worker(desk.ctx("刘大爷"), request.id, worker_id=worker("李师傅").id)
    assert offer_passed_on(desk.ctx("李师傅")) is None
    desk.later(minutes=11)
    gone = offer_passed_on(desk.ctx("李师傅"))
    assert gone is not None and (gone.state, gone.number) == ("expired", request.number)
    desk.later(hours=7)
    assert offer_passed_on(desk.ctx("李师傅")) is None


def test_a_budget_below_the_price_is_talked_over(desk: Desk) -> None:
    """C4, C2: simple wishes of known residents pass by rule, but not for less than the public price."""
    made = submit_request(desk.ctx("刘大爷"), desk.draft(budget_max_fen=5000).id)
    assert made.state == "submitted"
    approve_request(desk.ctx("陈姐"), made.id)
    assert "高" in desk.told("刘大爷", "recommendation")[-1]


def test_whom_they_wish_for(desk: Desk) -> None:
    """D1, D2: sex and language are the resident's wish, a hard condition, and no score."""
    women = desk.able(desk.request(wishes={"sex": "f"}))
    assert women and all(worker(name).sex == "f" for name in women)
    some = desk.able(desk.request(wishes={"language": "本地话"}, starts_at=TOMORROW + timedelta(hours=1)))
    assert some and all("本地话" in worker(name).languages for name in some)


def test_two_people_are_not_passed_over_in_silence(desk: Desk) -> None:
    """C2, D3: of a recurring service the resident chooses the first, and a coordinator hears that others are to be found."""
    request = desk.request(people=2, recurrence="FREQ=WEEKLY;BYDAY=WE")
    assert "先选一位" in desk.told("刘大爷", "recommendation")[-1]
    choose_worker(desk.ctx("刘大爷"), request.id, worker_id=worker("李师傅").id)
    assert alerts("more_people", request) == 1
