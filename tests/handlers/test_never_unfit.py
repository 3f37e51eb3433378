"""Whoever is offered a job meets every hard condition, stated here once more on its own; and whoever is not hears why (D1, D6)."""

import random
from datetime import date, datetime, timedelta
from math import cos, radians, sqrt
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asking import TOMORROW, Desk
from handlers.candidates import find_ranked
from handlers.clock import SHANGHAI
from handlers.matching import why_not
from models.base import database as db
from models.catalogue import ServiceType
from models.people import Address, Person
from models.requests import Request
from models.visits import Visit
from models.workers import Agency, BlockedPair, BookedSlot, Document, Leave, Worker, WorkerSkill, WorkingHours
from tests.stores import number_anew

AGENCIES = ("安心家政", "好邻居", "帮手")
SERVICES = ("cleaning", "hourly", "elder_care", "nanny", "repair")
pytestmark = pytest.mark.both


def scramble(desk: Desk, dice: random.Random) -> None:
    """Everybody's papers, hours, places, leave, bookings and traits, anew and at random."""
    here = {"community_id": desk.uncle.community_id}
    for name in AGENCIES[:-1]:  # of the last one nothing is known
        standing, until = dice.choice(["good", "good", "paused"]), dice.choice(["", "2026-11-24", "2026-11-25"])
        Agency.create(**here, name=name, standing=standing, valid_to=until, set_at=TOMORROW)
    for worker in Worker.select():
        mine, area = {**here, "worker_id": worker.id}, dice.choice([[], ["幸福里"], ["和平里社区"], ["和平里", "幸福里"]])
        place = {"lat": f"{39.90 + dice.uniform(0, 0.08):.4f}", "lng": f"{116.38 + dice.uniform(0, 0.06):.4f}"}
        worker.change(agency=dice.choice(["", "", *AGENCIES]))
        state, sex = dice.choice(["active"] * 5 + ["paused"]), dice.choice("fm")
        worker.change(areas=area, state=state, sex=sex, languages=dice.choice([["普通话"], ["普通话", "四川话"]]), **place)
        Person.update(birth_year=dice.randrange(1955, 2006)).where(Person.id == worker.person_id).execute()
        for code in SERVICES:
            fields = {"level": dice.randrange(1, 5), "active": dice.random() < 0.9}
            WorkerSkill.delete().where(WorkerSkill.worker_id == worker.id, WorkerSkill.service == code).execute()
            if dice.random() < 0.7:
                WorkerSkill.create(**mine, service=code, **fields)
        papers = Document.update(valid_to=dice.choice(["", "2026-11-24", "2026-11-25", "2027-01-01"]))
        papers.where(Document.worker_id == worker.id, Document.kind == dice.choice(["background_check", "health_cert"])).execute()
        if dice.random() < 0.3:
            WorkingHours.update(from_min=dice.choice([480, 900, 960])).where(WorkingHours.worker_id == worker.id).execute()
        if dice.random() < 0.15:
            off = TOMORROW + timedelta(minutes=dice.choice([-60, 119, 120]))
            Leave.create(**mine, starts_at=off, ends_at=TOMORROW + timedelta(days=1))
        if dice.random() < 0.2:
            slot = int(TOMORROW.timestamp()) // 900 + dice.choice([-1, 0, 9, 10])
            BookedSlot.insert(**mine, slot=slot, holder="visit:1").on_conflict_ignore().execute()
        if dice.random() < 0.1:
            BlockedPair.create(**mine, person_id=desk.uncle.id)


def qualifies(desk: Desk, worker: Worker, request: Request) -> bool:
    """The hard conditions of D1 as SPEC words them, from the rows, in no hurry."""
    service = ServiceType.get(ServiceType.code == request.service)
    mine: Any = lambda model: model.select().where(model.worker_id == worker.id)  # noqa: E731
    start, end = request.starts_at, request.starts_at + timedelta(minutes=request.minutes)
    day = start.astimezone(SHANGHAI).date()
    skills = {s.service: s.level for s in mine(WorkerSkill) if s.active}
    needs = {s["code"]: s["level"] for s in service.terms["skills"]}
    papers = {d.kind for d in mine(Document) if d.state == "valid" and good(d, day)}
    age = day.year - Person.get_by_id(worker.person_id).birth_year
    home = Address.get_by_id(request.address_id)
    areas = [a.replace("社区", "").replace("小区", "") for a in worker.areas]
    return all([
        worker.state == "active",
        all(a.standing == "good" and a.valid_to >= (a.valid_to and day.isoformat()) for a in Agency.select() if a.name == worker.agency),
        request.service in skills and skills[request.service] >= needs.get(request.service, 0),
        set(service.terms["documents"]) <= papers,
        service.terms["ages"][0] <= age <= service.terms["ages"][1],
        not areas or home.area in areas,
        away_km(worker, home) <= 5 * 1.6**request.widened,
        at_work(list(mine(WorkingHours)), start, end, service.day_level),
        not any(leave.starts_at < end and leave.ends_at > start for leave in mine(Leave)),
        not any(start.timestamp() <= b.slot * 900 < (end + timedelta(minutes=30)).timestamp() for b in mine(BookedSlot)),
        not mine(BlockedPair).where(BlockedPair.person_id == request.person_id).exists(),
        request.wishes.get("sex", worker.sex) == worker.sex,
        request.wishes.get("language", "普通话") in worker.languages,
        booked_min(worker, lambda at: at.date() == day) + request.minutes <= 540,
        booked_min(worker, lambda at: at.isocalendar()[:2] == day.isocalendar()[:2]) + request.minutes <= 2880,
    ])  # fmt: skip


def good(paper: Document, day: date) -> bool:
    return paper.valid_from <= day.isoformat() and (not paper.valid_to or day.isoformat() <= paper.valid_to)


def away_km(worker: Worker, home: Address) -> float:
    """On a flat map, which is right to a few metres here."""
    north = (float(worker.lat) - float(home.lat)) * 111.195
    east = (float(worker.lng) - float(home.lng)) * 111.195 * cos(radians(float(home.lat)))
    return round(sqrt(north**2 + east**2), 2)


def at_work(hours: list[WorkingHours], start: datetime, end: datetime, by_day: bool) -> bool:
    first, last = start.astimezone(SHANGHAI), end.astimezone(SHANGHAI)
    today = [h for h in hours if h.weekday == first.weekday()]
    if by_day:
        return bool(today)
    return any(h.from_min <= first.hour * 60 + first.minute and last.hour * 60 + last.minute <= h.to_min for h in today)


def booked_min(worker: Worker, when: Any) -> float:
    gone = ("cancelled", "no_show", "replaced", "no_access")
    visits = [v for v in Visit.select().where(Visit.worker_id == worker.id) if v.state not in gone]
    return sum((v.ends_at - v.starts_at).total_seconds() / 60 for v in visits if when(v.starts_at.astimezone(SHANGHAI)))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 2**32),
    service=st.sampled_from(SERVICES),
    wishes=st.sampled_from([{}, {}, {"sex": "f"}, {"language": "四川话"}]),
    minutes=st.sampled_from([60, 120, 180]),
    widened=st.sampled_from([0, 0, 1]),
)
def test_never_somebody_who_is_unfit(
    desk: Desk, seed: int, service: str, wishes: dict[str, str], minutes: int, widened: int
) -> None:
    """D1, D6: exactly those who qualify are found, whatever the rows; the others hear a reason, from the same rules."""
    with db.atomic() as undone:
        scramble(desk, random.Random(seed))
        draft = desk.draft(service=service, wishes=wishes, minutes=minutes)
        draft.change(widened=widened)
        request = Request.get_by_id(draft.id)
        found = {ranked.worker_id for ranked in find_ranked(desk.ctx(), request)[0]}
        workers = list(Worker.select())
        assert found == {w.id for w in workers if qualifies(desk, w, request)}
        for worker in workers:
            reasons = why_not(desk.ctx("陈姐"), request.id, worker.id)
            assert reasons and (worker.id in found) == reasons[0].startswith("可以"), (worker.called, reasons)
        undone.rollback()
    number_anew(db)
