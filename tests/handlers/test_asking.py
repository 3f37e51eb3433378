"""From a wish to a request: what is kept, who may see it, the look of a coordinator and its clock (C1-C4, C6)."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from asking import TOMORROW, Desk, again, alerts, clocks
from handlers.catalogue import find_service
from handlers.clock import SHANGHAI
from handlers.context import Refused
from handlers.lifecycle import advance, list_events
from handlers.requests import (
    answer_question,
    drop_draft,
    find_my_request,
    list_my_requests,
    missing_fields,
    request_words,
    save_draft,
    submit_request,
    summary_card,
)
from handlers.review import approve_request, ask_back, register_request, reject_request
from models.people import Address, Person
from models.requests import Request
from models.rules.lifecycles import REQUEST


def refused(code: str) -> Any:
    """The block is refused with this code, in words that a person can read."""

    class Expect:
        def __enter__(self) -> None:
            pass

        def __exit__(self, kind: Any, error: Any, trace: Any) -> bool:
            assert isinstance(error, Refused), f"not refused with {code}"
            assert (error.code, len(error.words) >= 6) == (code, True), (error.code, error.words)
            return True

    return Expect()


def test_a_draft_knows_what_is_missing(desk: Desk) -> None:
    """C3: a wish grows; what is missing is said by name; handed in it can't be changed as a draft."""
    me = desk.ctx("刘大爷")
    draft = save_draft(me, None, words="找人打扫")
    assert missing_fields(draft) == ["service", "starts_at", "address"]
    with pytest.raises(Refused) as no:
        submit_request(me, draft.id)
    assert no.value.code == "missing" and "地址" in no.value.words
    draft = desk.draft()
    assert "2号楼" in summary_card(me, draft).text and len(summary_card(me, draft).choices) == 3
    submit_request(me, draft.id)
    with refused("not_now"):
        save_draft(me, draft.id, minutes=60)
    drop_draft(me, draft.id)
    assert again(draft).state != "cancelled"


@pytest.mark.parametrize(
    ("starts_at", "code"),
    [
        (datetime(2026, 11, 24, 8, 0, tzinfo=SHANGHAI), "too_soon"),
        (datetime(2026, 11, 24, 9, 29, tzinfo=SHANGHAI), "too_soon"),
        (datetime(2027, 11, 24, 9, 0, tzinfo=SHANGHAI), "too_far_ahead"),
        (datetime(2026, 11, 25, 9, 0), "bad_time"),
    ],
)
def test_times_at_which_nobody_can_come(desk: Desk, starts_at: datetime, code: str) -> None:
    """C2: past, in a few minutes, next year, or without a time zone: refused with what to do."""
    with refused(code):
        submit_request(desk.ctx("刘大爷"), desk.draft(starts_at=starts_at).id)


def test_nobody_books_to_a_strange_door(desk: Desk) -> None:
    """A6, C2: somebody else's address can't be put into a request, nor a service that there is not."""
    strange = Address.get(Address.person_id == Person.get(Person.called == "许女士").id)
    with refused("not_found"):
        desk.draft(address_id=strange.id)
    with refused("not_found"):
        desk.draft(address_id=999_999)
    with refused("no_service"):
        desk.draft(service="time_travel")
    draft = desk.draft()
    with refused("not_found"):
        save_draft(desk.ctx("许女士"), draft.id, minutes=60)
    with pytest.raises(ValueError, match="state"):
        desk.draft(state="approved")


def test_numbers_are_never_given_twice(desk: Desk) -> None:
    """C2: requests of one day count up; a year later the count goes on, since the year is not said."""
    first, second = desk.request(), desk.request(starts_at=TOMORROW + timedelta(hours=3))
    assert (first.number[:5], int(second.number[5:])) == ("1125-", int(first.number[5:]) + 1)
    desk.clock.advance(days=364)
    third = desk.request(starts_at=TOMORROW.replace(year=2027))
    assert third.number == f"1125-{int(second.number[5:]) + 1:02d}"


def test_the_resident_finds_their_own_again(desk: Desk) -> None:
    """B3, C3: by number, by its end, by service, the newest, the next; and hears where it stands."""
    late = desk.request(starts_at=TOMORROW + timedelta(days=2))
    soon = desk.request(starts_at=TOMORROW - timedelta(hours=4), service="hourly")
    me = desk.ctx("刘大爷")
    assert [r.id for r in find_my_request(me, number=soon.number)] == [soon.id]
    assert [r.id for r in find_my_request(me, number=[late.number])] == [late.id]
    assert [r.id for r in find_my_request(me, service="hourly")] == [soon.id]
    assert [r.id for r in find_my_request(me, ref="latest")] == [soon.id]
    assert {late.id, soon.id} <= {r.id for r in list_my_requests(me)}
    assert soon.number in request_words(me, soon) and "选" in request_words(me, soon)
    assert find_my_request(desk.ctx("许女士"), number=soon.number) == []


def test_a_review_that_waits_raises_an_alert(desk: Desk) -> None:
    """C4: two working hours; what comes after hours has until the next morning. Reviewed in time, nobody is alarmed."""
    waiting = submit_request(desk.ctx("刘大爷"), desk.draft(service="repair").id)
    done = submit_request(desk.ctx("刘大爷"), desk.draft(service="repair", starts_at=TOMORROW + timedelta(hours=2)).id)
    assert waiting.state == "submitted" and waiting.review_due_at == desk.clock.now() + timedelta(hours=2)
    approve_request(desk.ctx("陈姐"), done.id)
    desk.later(hours=1, minutes=59)
    assert alerts("review_overdue", waiting) == 0
    desk.later(minutes=2)
    assert (alerts("review_overdue", waiting), alerts("review_overdue", done)) == (1, 0)
    desk.clock.advance(hours=7)
    evening = submit_request(
        desk.ctx("刘大爷"), desk.draft(service="repair", starts_at=TOMORROW + timedelta(days=1)).id
    )
    assert evening.review_due_at.astimezone(SHANGHAI).strftime("%d %H:%M") == "25 10:00"


def test_the_coordinator_asks_back(desk: Desk) -> None:
    """C4: the question reaches the resident, the clock stops; the answer starts it again and is kept word for word."""
    request = submit_request(desk.ctx("刘大爷"), desk.draft(service="repair").id)
    with refused("question_needed"):
        ask_back(desk.ctx("陈姐"), request.id, question="  ")
    ask_back(desk.ctx("陈姐"), request.id, question="家里有梯子吗？")
    assert "家里有梯子吗" in desk.told("刘大爷", "request_question")[0] and clocks("review_due", request.id) == []
    answer_question(desk.ctx("刘大爷"), request.id, words="有一把")
    answered = again(request)
    assert (answered.state, "有一把" in answered.words) == ("submitted", True)
    assert clocks("review_due", request.id) == [answered.review_due_at]
    with refused("not_now"):
        answer_question(desk.ctx("刘大爷"), request.id, words="两把")


def test_rejected_with_a_reason(desk: Desk) -> None:
    """C4: no rejection without a reason; the resident gets it word for word; it is over then."""
    request = submit_request(desk.ctx("刘大爷"), desk.draft(service="repair").id)
    with refused("reason_needed"):
        reject_request(desk.ctx("陈姐"), request.id, reason="")
    reject_request(desk.ctx("陈姐"), request.id, reason="高空作业我们做不了")
    assert "高空作业我们做不了" in desk.told("刘大爷", "request_rejected")[0]
    with refused("not_now"):
        approve_request(desk.ctx("陈姐"), request.id)
    assert clocks("request_lapsed", request.id) == []


def test_only_coordinators_review(desk: Desk) -> None:
    """C4, A5: neither residents nor workers pass their own wishes."""
    request = submit_request(desk.ctx("刘大爷"), desk.draft(service="repair").id)
    for who in ("刘大爷", "李师傅", "小林"):
        with refused("forbidden"):
            approve_request(desk.ctx(who), request.id)


def test_what_rules_may_pass(desk: Desk) -> None:
    """C4: the rule passes simple wishes for one person of residents we know; all else waits for a coordinator."""

    def state(**more: Any) -> str:
        return submit_request(desk.ctx("刘大爷"), desk.draft(**more).id).state

    assert state() == "matching"
    assert state(service="repair") == "submitted"
    assert state(people=2) == "submitted"
    desk.settings = desk.settings.model_copy(
        update={"requests": desk.settings.requests.model_copy(update={"auto_approve": False})}
    )
    assert state() == "submitted"


def test_taken_at_the_station(desk: Desk) -> None:
    """C1: staff enter it; the same clocks; who is known by the number keeps their file; no number, no request."""
    wish = {"address": "幸福里9号楼1单元101", "words": "灯坏了", "service": "repair", "starts_at": TOMORROW}
    first = register_request(desk.ctx("陈姐"), phone="139 1234 5678", called="周奶奶", **wish)
    second = register_request(desk.ctx("陈姐"), phone="13912345678", called="周老太", **wish)
    assert first.person_id == second.person_id and first.channel == "desk" and clocks("review_due", first.id)
    assert Person.get(Person.id == first.person_id).called == "周奶奶"
    with refused("bad_phone"):
        register_request(desk.ctx("陈姐"), phone="12345", called="周奶奶", **wish)


def test_every_change_is_an_event(desk: Desk) -> None:
    """C6: who, when, from where to where; and what the table does not allow is refused, whoever asks."""
    request = desk.request(service="repair")
    events = [(e.verb, e.actor_called) for e in list_events(desk.ctx("陈姐"), "request", request.id)]
    assert events == [("submit", "刘大爷"), ("approve", "陈姐"), ("recommend", "system")]
    for verb in ("submit", "agree", "schedule", "close", "answer"):
        with refused("not_now"):
            advance(desk.ctx(), REQUEST, again(request), verb)
    stale = again(request)
    assert Request.update(version=Request.version + 1).where(Request.id == request.id).execute() == 1
    with refused("changed_meanwhile"):
        advance(desk.ctx("刘大爷"), REQUEST, stale, "cancel")


def test_a_price_before_anybody_is_asked(desk: Desk) -> None:
    """B1, B3: the card says about how much, from the public price and the tasks."""
    service = find_service(desk.ctx(), "cleaning")
    assert service is not None
    plain, more = desk.draft(), desk.draft(tasks=["windows"])
    me = desk.ctx("刘大爷")
    assert f"¥{service.price_fen * 2 // 100}" in summary_card(me, plain).text
    assert summary_card(me, more).text != summary_card(me, plain).text and "擦" in summary_card(me, more).text
