"""From an accepted offer to a visit: both confirm, it is sealed, booked, reminded; or it comes to nothing (E2, F1)."""

from datetime import timedelta
from typing import Any

import pytest

from after_offer import STARTS, World, make_world
from handlers.agreements import confirm_agreement, decline_agreement, list_my_agreements, read_agreement
from handlers.cards import Card
from handlers.context import Refused
from handlers.notices import NOTICES, Telling
from handlers.visits import cant_come, confirm_coming, current_visit, list_my_visits, visit_card, visit_line
from models.clocks import Alert, Deadline
from models.messages import Outbox
from models.requests import Offer, Request
from models.visits import Agreement, Visit
from models.workers import BookedSlot

pytestmark = pytest.mark.both


@pytest.fixture
def world(settings: Any, clock: Any, database: Any) -> World:
    return make_world(settings, clock)


def card_of(world: World, notice: str, person: Any) -> Card:
    row = Outbox.select().where(Outbox.notice == notice, Outbox.person_id == person.id).order_by(Outbox.id.desc()).get()
    return NOTICES[notice].words(Telling(row.values, person.called, world.clock.now()))


def test_both_confirm_and_it_is_sealed(world: World) -> None:
    """E2, F1: terms word for word, sealed; the visit is booked, both are told; reminders stand."""
    agreement = world.proposed()
    assert world.told(world.wang) == world.told(world.li) == ["agreement_ready"]
    assert "王阿姨请李师傅，日常保洁，2026年11月25日上午9点，¥90.00。" in agreement.text
    half = confirm_agreement(world.ctx(world.li), agreement.id)
    assert (half.state, confirm_agreement(world.ctx(world.li), agreement.id).state) == ("proposed", "proposed")
    whole = confirm_agreement(world.ctx(world.wang), agreement.id)
    assert whole.state == "sealed" and read_agreement(agreement.secret).whole
    assert Request.get().state == "scheduled"
    visit = Visit.get()
    assert {slot.holder for slot in BookedSlot.select()} == {f"visit:{visit.id}"}
    assert world.told(world.wang) == ["agreement_ready", "booking_confirmed"]
    kinds = {d.kind for d in Deadline.select().where(Deadline.subject_kind == "visit", Deadline.state == "open")}
    assert kinds == {"visit_evening", "visit_hour", "visit_on_way", "visit_late", "visit_no_show"}
    assert not Deadline.select().where(Deadline.subject_kind == "agreement", Deadline.state == "open").exists()
    assert len(list_my_agreements(world.ctx(world.wang))) == 1


def test_a_changed_word_is_seen(world: World) -> None:
    """E2: the seal no longer fits when a term was changed behind both backs."""
    world.scheduled()
    agreement = Agreement.get()
    agreement.change(terms={**agreement.terms, "price_fen": 1})
    assert not read_agreement(agreement.secret).whole


def test_a_stranger_sees_nothing(world: World) -> None:
    """E2, A6: foreign and absent look the same."""
    agreement = world.proposed()
    for attempt in (lambda: confirm_agreement(world.ctx(world.stranger), agreement.id), lambda: read_agreement("no")):
        with pytest.raises(Refused) as refused:
            attempt()
        assert (refused.value.code, refused.value.status) == ("not_found", 404)


def test_declined_goes_back_to_matching(world: World) -> None:
    """E2: nothing is signed, the time is free, the other side is told, the search goes on without this worker."""
    agreement = world.proposed()
    decline_agreement(world.ctx(world.li), agreement.id, reason="太远")
    request = Request.get()
    assert (request.state, request.wishes["not_worker_ids"]) == ("matching", [world.worker.id])
    assert (Agreement.get().state, Offer.get().state) == ("dropped", "withdrawn")
    assert not BookedSlot.select().exists()
    assert "agreement_declined" in world.told(world.wang)


def test_not_confirmed_in_time(world: World) -> None:
    """E2: reminded once, then back to matching with an alert."""
    agreement = world.proposed()
    confirm_agreement(world.ctx(world.li), agreement.id)
    world.clock.set(agreement.created_at + (agreement.expires_at - agreement.created_at) / 2)
    world.run_due()
    assert world.told(world.wang)[-1] == "agreement_reminder"
    assert "agreement_reminder" not in world.told(world.li)
    world.clock.set(agreement.expires_at)
    world.run_due()
    assert Request.get().state == "matching"
    assert Alert.select().where(Alert.kind == "agreement_lapsed").exists()


def test_reminders_of_both_sides(world: World) -> None:
    """F1, E3: the evening before without the door; an hour before the door to the worker and the four digits to the resident."""
    visit = world.scheduled()
    world.clock.set(STARTS - timedelta(hours=14))
    world.run_due()
    evening = card_of(world, "visit_evening", world.li)
    assert "3号楼" in evening.text and "501" not in evening.text
    assert [c.id for c in evening.choices] == [f"visit:{visit.id}:coming", f"visit:{visit.id}:cant"]
    confirm_coming(world.ctx(world.wang), visit.id)
    assert Visit.get().resident_coming == "yes"
    world.clock.set(STARTS - timedelta(hours=1))
    world.run_due()
    hour = card_of(world, "visit_hour", world.li)
    assert "501" in hour.text and hour.choices[0].id == f"visit:{visit.id}:set_out"
    assert visit.code in card_of(world, "visit_hour", world.wang).text
    assert visit.code not in hour.text
    kept = " ".join(str(row.values) for row in Outbox.select())
    assert "501" not in kept


def test_the_worker_cant_come(world: World) -> None:
    """D5: replaced, looked for anew, the resident told, the time free."""
    visit = world.scheduled()
    cant_come(world.ctx(world.li), visit.id, reason="sick")
    assert (Visit.get().state, Request.get().state, Agreement.get().state) == ("replaced", "matching", "ended")
    assert "visit_worker_cant" in world.told(world.wang)
    assert not BookedSlot.select().exists()
    assert not Deadline.select().where(Deadline.subject_kind == "visit", Deadline.state == "open").exists()


def test_the_resident_cant(world: World) -> None:
    """C7: hears what cancelling costs, and can move it; nothing is lost yet."""
    visit = world.scheduled()
    said = cant_come(world.ctx(world.wang), visit.id)
    assert [c.id for c in said.choices][:2] == [
        f"request:{visit.request_id}:move",
        f"request:{visit.request_id}:cancel",
    ]
    assert Visit.get().state == "scheduled"


def test_late_and_not_come(world: World) -> None:
    """F1: late is told once; half an hour later it counts as not come, and somebody else is looked for."""
    world.scheduled()
    world.clock.set(STARTS + timedelta(minutes=15))
    world.run_due()
    assert world.told(world.wang).count("visit_late") == 1
    world.clock.set(STARTS + timedelta(minutes=30))
    world.run_due()
    assert (Visit.get().state, Request.get().state) == ("no_show", "matching")
    assert world.told(world.wang)[-1] == "visit_no_show"
    assert {a.kind for a in Alert.select()} >= {"visit_late", "visit_no_show"}


def test_lists_and_cards(world: World) -> None:
    """F1: each side sees its own, in plain words, with what can be done next."""
    visit = world.scheduled()
    assert current_visit(world.ctx(world.wang)).id == current_visit(world.ctx(world.li)).id == visit.id
    assert list_my_visits(world.ctx(world.stranger)) == []
    assert "王阿姨" in visit_line(world.ctx(world.li), list_my_visits(world.ctx(world.li))[0])
    assert visit_card(world.ctx(world.li), visit).choices[0].id == f"visit:{visit.id}:set_out"
    assert "李师傅" in visit_card(world.ctx(world.wang), visit).text
    assert visit.code in visit_card(world.ctx(world.wang), visit).text
    assert visit.code not in visit_card(world.ctx(world.li), visit).text
