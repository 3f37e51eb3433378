"""Why me, why not me: said from what decided, and a person looks again (D6)."""

from datetime import timedelta

import pytest

from asking import TOMORROW, Desk, alerts, worker
from handlers.context import Refused
from handlers.look_again import ask_to_look_again, why_named, why_not_me, why_this_one
from handlers.matching import choose_worker, why_not
from handlers.offers import accept_offer
from models.clocks import Alert
from models.workers import BlockedPair, Document, Leave


def given(desk: Desk, called: str) -> int:
    """A job of 刘大爷's that this worker takes."""
    request = desk.request()
    choose_worker(desk.ctx("刘大爷"), request.id, worker_id=worker(called).id)
    accept_offer(desk.ctx(called), desk.offer_of(called))
    return request.id


def test_why_not_me(desk: Desk) -> None:
    """D6, A6: a place in the order, a paper, leave: what decided, without the resident; who was asked hears nothing of it."""
    desk.only("李师傅", "赵大姐", "孙师傅", "马姐")
    Document.update(valid_to="2026-11-01").where(Document.worker_id == worker("孙师傅").id).execute()
    away = {"starts_at": TOMORROW - timedelta(hours=1), "ends_at": TOMORROW + timedelta(hours=9)}
    Leave.create(community_id=desk.uncle.community_id, worker_id=worker("马姐").id, **away)
    this = given(desk, "李师傅")
    asking = ("李师傅", "赵大姐", "孙师傅", "马姐", "郑老师")
    reasons = {name: [job.why for job in why_not_me(desk.ctx(name)) if job.request_id == this] for name in asking}
    assert reasons["李师傅"] == [] == reasons["郑老师"]
    assert "排第2" in reasons["赵大姐"][0] and "证" in reasons["孙师傅"][0] and "请假" in reasons["马姐"][0]
    assert not any("刘" in job.what + job.why for job in why_not_me(desk.ctx("赵大姐")))


def test_who_is_kept_apart_is_for_staff(desk: Desk) -> None:
    """A6, D6: a worker hears that it was wished otherwise; staff see that the two are kept apart."""
    BlockedPair.create(community_id=desk.uncle.community_id, person_id=desk.uncle.id, worker_id=worker("赵大姐").id)
    request = desk.request()
    theirs = why_not(desk.ctx("赵大姐"), request.id, worker("赵大姐").id)
    assert theirs != why_not(desk.ctx("陈姐"), request.id, worker("赵大姐").id) and len(theirs) == 1


def test_why_this_one_and_a_person_looks_again(desk: Desk) -> None:
    """D6: the reasons of the one who has taken it; both sides may ask a person, once each; nobody else can."""
    request_id = given(desk, "李师傅")
    found = why_this_one(desk.ctx("刘大爷"))
    assert found is not None and found[0] == request_id and "李师傅" in found[1] and "来过您家" in found[1]
    for who in ("刘大爷", "赵大姐", "赵大姐"):
        ask_to_look_again(desk.ctx(who), request_id)
    assert alerts("look_again", desk.request(starts_at=TOMORROW + timedelta(days=1))) == 0
    from_both = [a.words for a in desk_alerts(request_id)]
    assert len(from_both) == 2 and "赵大姐" in from_both[1]
    for who in ("许女士", "郑老师"):
        with pytest.raises(Refused, match="not_found"):
            ask_to_look_again(desk.ctx(who), request_id)


def desk_alerts(request_id: int) -> list[Alert]:
    """What staff are asked about it."""
    return list(Alert.select().where(Alert.kind == "look_again", Alert.subject_id == request_id).order_by(Alert.id))


def test_who_is_named_is_answered(desk: Desk) -> None:
    """D6, A6: at which place somebody stands who is named, shown or not; who can't come: only that, never what stands in their way."""
    desk.only("李师傅", "赵大姐", "孙师傅", "马姐")
    Document.update(valid_to="2026-11-01").where(Document.worker_id == worker("孙师傅").id).execute()
    request = desk.request()
    me, ranked = desk.ctx("刘大爷"), desk.able(request)
    for place, name in enumerate(ranked, 1):
        found = why_named(me, request.id, f"为什么不请{name}")
        assert found is not None and found.can_come and f"{name}排第{place}" in found.words
    lacks = why_named(me, request.id, "为啥没有孙师傅")
    assert lacks is not None and not lacks.can_come and lacks.words == "那个时间孙师傅来不了。"
    assert why_named(me, request.id, "为什么是这几位") is None and why_named(me, request.id, "李师傅和马姐谁好") is None


def test_who_stood_first_is_not_told_of_others_before(desk: Desk) -> None:
    """D6: the resident chose somebody further down, or a colleague asked one: that is what is said, and not that others were before."""
    desk.only("李师傅", "赵大姐")
    request = desk.request()
    first, second = desk.able(request)
    choose_worker(desk.ctx("刘大爷"), request.id, worker_id=worker(second).id)
    (job,) = [one for one in why_not_me(desk.ctx(first)) if one.request_id == request.id]
    assert "居民自己选" in job.why and "前面" not in job.why
