"""Services, prices, questions and texts (B1, B3, B4)."""

import pytest

from asking import Desk
from handlers.catalogue import (
    catalogue_card,
    find_faq,
    find_service,
    list_faq,
    list_services,
    load_catalogue,
    price_words,
    rules_text,
    task_words,
)
from handlers.words import use_language
from models.catalogue import Faq, RulesText, ServiceType

SERVICES = (
    "cleaning deep_cleaning hourly nanny maternity_nurse infant_care elder_care personal_care patient_care cooking "
    "health_consult repair gardening tutoring art_guidance public_space"
).split()


def test_all_services_are_there(desk: Desk) -> None:
    """B1: sixteen kinds, each with unit, public range, papers and a checklist."""
    services = list_services(desk.ctx())
    assert sorted(s.code for s in services) == sorted(SERVICES)
    for service in services:
        assert 0 < service.price_min_fen <= service.price_fen <= service.price_max_fen
        assert service.usual_minutes > 0 and service.terms["checklist"] and service.terms["documents"]


def test_loading_again_changes_nothing(desk: Desk) -> None:
    """B1: what staff have changed stays; nothing comes twice."""
    ServiceType.update(price_fen=4200).where(ServiceType.code == "cleaning").execute()
    before = [model.select().count() for model in (ServiceType, Faq, RulesText)]
    load_catalogue(desk.uncle.community_id)
    assert [model.select().count() for model in (ServiceType, Faq, RulesText)] == before
    assert find_service(desk.ctx(), "cleaning").price_fen == 4200


@pytest.mark.parametrize("code", SERVICES)
def test_prices_in_words(desk: Desk, code: str) -> None:
    """B3: name, range and unit, what is in it and what not; in both languages."""
    words = price_words(desk.ctx(), code)
    assert "¥" in words and "—" in words and find_service(desk.ctx(), code).name in words
    with use_language("en"):
        assert "Included" in price_words(desk.ctx(), code)


def test_what_there_is_not(desk: Desk) -> None:
    """B3: asked for something we don't have, people see what we have."""
    assert price_words(desk.ctx(), "time_travel") == catalogue_card(desk.ctx()).text
    assert all(s.name in catalogue_card(desk.ctx()).text for s in list_services(desk.ctx()))


def test_questions_find_their_answers(desk: Desk) -> None:
    """B4: every way a question is known to be asked finds its answer; something else finds none rather than a wrong one."""
    for faq in list_faq(desk.ctx()):
        assert find_faq(desk.ctx(), faq.code).code == faq.code
        for words in faq.ask:
            assert find_faq(desk.ctx(), words) is not None, words
    for words in ("今天天气怎么样", "", "？", "明天下午三点打扫"):
        assert find_faq(desk.ctx(), words) is None, words


def test_texts_by_version(desk: Desk) -> None:
    """B4, E2: the newest, or a named version; every task has a name."""
    text = rules_text(desk.ctx(), "privacy", rules_of(desk, "privacy"))
    assert text.body and rules_text(desk.ctx(), "privacy", text.code, text.version).id == text.id
    assert task_words(["windows", "range_hood"]) == "擦玻璃、油烟机" or "、" in task_words(["windows", "range_hood"])


def rules_of(desk: Desk, kind: str) -> str:
    """The code of a kind's text."""
    return RulesText.get(RulesText.community_id == desk.uncle.community_id, RulesText.kind == kind).code
