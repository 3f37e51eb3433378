"""Every notice of every area: words for its longest values, its template's fields, and a look at the world when sending (Q1, Q3)."""

import json
from pathlib import Path

import pytest

from asking import TOMORROW, Desk, again, worker
from handlers.matching import choose_worker, let_us_choose
from handlers.notices import NOTICES, Notice, Telling
from handlers.offers import accept_offer, counter_offer
from handlers.requests import cancel_request, submit_request
from handlers.review import ask_back
from handlers.words import use_language

TEMPLATES = Path(__file__).parents[2] / "simulator" / "data" / "templates.json"
KEYS = {t["template_id"]: [f["key"] for f in t["fields"]] for t in json.loads(TEMPLATES.read_text("utf-8"))}
WHYS = ("", "taken", "cancelled", "moved", "lapsed", "declined", "expired", "unanswered")
NEVER = ("用户", "亲，", "尊敬的", "操作失败", "None", "%(")


def ours() -> list[Notice]:
    """Notices about requests and offers."""
    return [n for n in NOTICES.values() if n.words.__module__.endswith((".requests", ".offers"))]


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_notice_has_its_words(desk: Desk, language: str) -> None:
    """Q1, Q3, Q4: for every reason there may be, short, kind, with choices that can be typed; whole in both languages."""
    assert len(ours()) >= 13
    with use_language(language):
        for notice in ours():
            for why in WHYS:
                card = notice.words(Telling({**notice.sample, "why": why}, "王阿姨", desk.clock.now()))
                assert 0 < len(card.plain()) <= 700, notice.code
                assert not [bad for bad in NEVER if bad in card.plain()], notice.code
                assert len({c.id for c in card.choices}) == len(card.choices) or notice.code == "recommendation"
                assert all(len(c.id.split(":")) >= 3 for c in card.choices)


def test_every_template_is_filled(desk: Desk) -> None:
    """Q1: the very fields of the template, none longer than the platform takes, none empty."""
    for notice in ours():
        if notice.template is None:
            continue
        fields = notice.template.fields(Telling(notice.sample, "王阿姨", desk.clock.now()))
        assert list(fields) == KEYS[desk.settings.wechat.templates[notice.template.name]], notice.code
        limits = {"thing": 20, "phrase": 5, "character_string": 32, "time": 40, "amount": 15, "name": 10}
        for key, value in fields.items():
            assert 0 < len(value) <= limits[key.rstrip("0123456789")], (notice.code, key, value)


def stale(desk: Desk, notice: str, subject: int) -> bool:
    """Whether a notice would be skipped if it were sent now."""
    check = NOTICES[notice].stale
    assert check is not None
    return check(subject, desk.clock.now()) is not None


def test_what_is_no_longer_true_is_not_sent(desk: Desk) -> None:
    """Q1: an offer that is answered, a card of workers when one is being asked, a question that was answered."""
    request = desk.request()
    assert not stale(desk, "recommendation", request.id) and stale(desk, "asking_next", request.id)
    choose_worker(desk.ctx("刘大爷"), request.id, worker_id=worker("李师傅").id)
    offer = desk.offer_of("李师傅")
    assert stale(desk, "recommendation", request.id) and not stale(desk, "asking_next", request.id)
    assert not stale(desk, "job_offer", offer) and stale(desk, "counter_offer", offer)
    counter_offer(desk.ctx("李师傅"), offer, price_fen=8800)
    assert stale(desk, "job_offer", offer) and not stale(desk, "counter_offer", offer)
    cancel_request(desk.ctx("刘大爷"), request.id)
    assert stale(desk, "counter_offer", offer) and stale(desk, "nobody_left", request.id)
    assert stale(desk, "job_offer", 999_999) and stale(desk, "recommendation", 999_999)


def test_a_question_and_an_answer(desk: Desk) -> None:
    """Q1, C4: a question is asked as long as it waits for its answer."""
    request = submit_request(desk.ctx("刘大爷"), desk.draft(service="repair").id)
    ask_back(desk.ctx("陈姐"), request.id, question="几楼？")
    assert not stale(desk, "request_question", request.id)
    cancel_request(desk.ctx("刘大爷"), request.id)
    assert stale(desk, "request_question", request.id)


def test_no_door_number_before_it_is_agreed(desk: Desk) -> None:
    """E3, A6: the worker who is asked sees the building; the room comes later."""
    request = desk.request(starts_at=TOMORROW)
    let_us_choose(desk.ctx("刘大爷"), request.id)
    (asked,) = desk.asked(request)
    (words,) = desk.told(asked, "job_offer")
    assert "2号楼" in words and "302" not in words
    accept_offer(desk.ctx(asked), desk.offer_of(asked))
    assert again(request).state == "negotiating"
