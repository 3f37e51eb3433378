"""The sample community: workers with papers, residents, staff, weeks of history, visits to come, requests and complaints waiting.

All from models/data/demo.yaml. History is written as rows, as if the months had passed; nobody is told of it.
"""

import random
from datetime import datetime, time, timedelta
from typing import Any

from handlers.catalogue import find_service, service_name
from handlers.clock import SHANGHAI, local
from handlers.complaints import file_complaint
from handlers.context import Context, person_actor, system_actor
from handlers.deadlines import drop_deadlines
from handlers.introductions import parse_address
from handlers.numbers import next_request_number
from handlers.requests import save_draft, submit_request
from handlers.settings import Settings
from handlers.staff import add_staff
from handlers.teams import form_team
from handlers.visit_clocks import set_visit_clocks
from models.crypto import blind_index
from models.data import load
from models.messages import Outbox
from models.people import Address, Community, Identity, Person
from models.readings import Heard
from models.requests import Request
from models.rules.codes import visit_code
from models.rules.sealing import seal
from models.rules.slots import slots_of
from models.visits import Agreement, FeeLine, Payment, Visit
from models.voices import Complaint, Rating
from models.workers import BookedSlot, Document, Worker, WorkerSkill, WorkingHours


class Sample:
    """Fills one community; `dice` is seeded, so that the sample is the same each time."""

    def __init__(self, settings: Settings, community: Community, now: datetime) -> None:
        self.settings, self.home, self.now = settings, community.id, now
        self.ctx = Context(system_actor(community.id), now, settings)
        self.dice = random.Random(7)
        self.people: dict[str, Person] = {}
        self.workers: dict[str, Worker] = {}

    def day(self, days: int, hour: int) -> datetime:
        """A local hour, so many days from today."""
        return datetime.combine(local(self.now).date() + timedelta(days=days), time(hour), SHANGHAI)

    def person(self, entry: dict[str, Any], *, worker: bool) -> Person:
        """Somebody with an account of the platform."""
        made = Person.create(
            community_id=self.home,
            called=entry["called"],
            name=entry["name"],
            phone=entry.get("phone"),
            phone_index=blind_index(entry["phone"]) if entry.get("phone") else None,
            birth_year=entry["born"],
            is_worker=worker,
            notes=entry.get("notes"),
            consent_version="2026-11",
            consent_at=self.now - timedelta(days=60),
            created_at=self.now - timedelta(days=60),
        )
        Identity.create(
            community_id=self.home,
            app_id=self.settings.wechat.app_id,
            openid=entry["openid"],
            person_id=made.id,
            follows=True,
            seen_at=self.now,
        )
        self.people[entry["called"]] = made
        return made

    def worker(self, entry: dict[str, Any]) -> None:
        """A worker with skills, papers and hours."""
        person = self.person(entry, worker=True)
        names = "called grade years bio sex languages areas lat lng stars_sum stars_count offers_seen offers_answered".split()
        fields = {name: entry[name] for name in names}
        made = Worker.create(
            community_id=self.home,
            person_id=person.id,
            state="active",
            created_at=person.created_at,
            jobs_done=0,
            **fields,
        )
        self.workers[entry["called"]] = made
        mine = {"community_id": self.home, "worker_id": made.id}
        for skill in entry["skills"]:
            WorkerSkill.create(**mine, **skill)
        today = local(self.now).date()
        for paper in entry["documents"]:
            first, last = (today + timedelta(days=paper[k]) for k in ("valid_from_days", "valid_to_days"))
            Document.create(**mine, kind=paper["kind"], valid_from=first.isoformat(), valid_to=last.isoformat())
        for weekday in entry["weekdays"]:
            WorkingHours.create(**mine, weekday=weekday, from_min=entry["hours"][0], to_min=entry["hours"][1])

    def resident(self, entry: dict[str, Any]) -> None:
        """A resident with an address."""
        self.address(entry, self.person(entry, worker=False))

    def neighbour(self, entry: dict[str, Any]) -> None:
        """Somebody who comes to the station or phones, without an account of the platform."""
        earlier = self.now - timedelta(days=90)
        person = Person.create(
            community_id=self.home,
            called=entry["called"],
            phone=entry["phone"],
            phone_index=blind_index(entry["phone"]),
            consent_version="2026-11",
            consent_at=earlier,
            created_at=earlier,
        )
        self.people[entry["called"]] = person
        self.address(entry, person)

    def address(self, entry: dict[str, Any], person: Person) -> None:
        """Where they live."""
        found = parse_address(entry["address"])
        Address.create(
            community_id=self.home, person_id=person.id, lat=entry["lat"], lng=entry["lng"], used_at=self.now, **found
        )

    def visit(self, entry: dict[str, Any], *, past: bool) -> Visit:
        """A visit with its request and sealed agreement: done and paid, or still to come."""
        person, worker = self.people[entry["resident"]], self.workers[entry["worker"]]
        start = self.day(entry["days"], entry["hour"])
        end = start + timedelta(minutes=entry["minutes"])
        asked_at = entry.get("asked_at", start - timedelta(days=2))
        request = self.request(entry, person, "closed" if past else "scheduled", start)
        agreement = self.agreement(entry, request, worker, start)
        visit = Visit.create(
            community_id=self.home,
            request_id=request.id,
            agreement_id=agreement.id,
            person_id=person.id,
            worker_id=worker.id,
            number=request.number,
            service=entry["service"],
            address_id=request.address_id,
            state="closed" if past else "scheduled",
            starts_at=start,
            ends_at=end,
            code=visit_code(self.dice.randrange(10_000)),
            total_fen=agreement.terms["price_fen"],
            created_at=asked_at,
            **({"checked_in_at": start, "checked_out_at": end, "confirmed_at": end} if past else {}),
        )
        if past:
            self.done(entry, visit)
        else:
            self.book(visit)
        return visit

    def begun(self, entry: dict[str, Any]) -> None:
        """A visit that is under way."""
        visit = self.visit(entry, past=False)
        drop_deadlines(self.ctx, ("visit", visit.id))
        visit.move("in_service", checked_in_at=visit.starts_at, checked_in_by="code")

    def unplaced(self, entry: dict[str, Any]) -> None:
        """A request that was let pass and waits for a worker."""
        start = self.day(entry["days"], entry["hour"])
        made = self.request({"tasks": [], **entry}, self.people[entry["resident"]], "matching", start)
        more = {"wishes": entry.get("wishes", {}), "people": entry.get("people", 1)}
        made.change(submitted_at=self.now, created_at=self.now, updated_at=self.now, **more)
        form_team(self.ctx, made)

    def book(self, visit: Visit) -> None:
        """The worker's time is taken, and the clocks of the visit run."""
        mine = {"community_id": self.home, "worker_id": visit.worker_id, "holder": f"visit:{visit.id}"}
        rows = [{**mine, "slot": slot} for slot in slots_of(visit.starts_at, visit.ends_at, 30)]
        BookedSlot.insert_many(rows).on_conflict_ignore().execute()
        set_visit_clocks(self.ctx, visit)

    def request(self, entry: dict[str, Any], person: Person, state: str, start: datetime) -> Request:
        """The request behind a visit."""
        home = Address.get(Address.person_id == person.id)
        number = next_request_number(self.ctx, start.date())
        asked_at = entry.get("asked_at", start - timedelta(days=2))
        return Request.create(
            community_id=self.home,
            number=number,
            person_id=person.id,
            state=state,
            service=entry["service"],
            address_id=home.id,
            starts_at=start,
            minutes=entry["minutes"],
            tasks=entry["tasks"],
            words="",
            channel=entry.get("channel", "chat"),
            budget_max_fen=entry.get("budget_max_fen"),
            submitted_at=asked_at,
            created_at=asked_at,
            updated_at=start,
        )

    def agreement(self, entry: dict[str, Any], request: Request, worker: Worker, start: datetime) -> Agreement:
        """Its sealed agreement."""
        service = find_service(self.ctx, entry["service"])
        assert service is not None
        usual = service.price_fen * (entry["minutes"] // 60 if service.unit == "hour" else 1)
        price, confirmed_at = entry.get("price_fen", usual), entry.get("agreed_at", start - timedelta(days=1))
        line = {"code": "service", "unit": service.unit, "words": service_name(service), "why": "", "amount_fen": price}
        terms = {
            "service": service.code,
            "service_name": service.name,
            "starts_at": start.isoformat(),
            "minutes": entry["minutes"],
            "price_fen": price,
            "lines": [line],
            "tasks": entry["tasks"],
            "resident": entry["resident"],
            "worker": entry["worker"],
        }
        return Agreement.create(
            community_id=self.home,
            request_id=request.id,
            person_id=request.person_id,
            worker_id=worker.id,
            number=request.number,
            state="sealed",
            terms=terms,
            text_code="simple",
            text_version="2026-11",
            text=service.name,
            seal=seal(terms, service.name),
            secret=f"{self.dice.getrandbits(120):030x}",
            resident_at=confirmed_at,
            worker_at=confirmed_at,
            created_at=entry.get("agreed_at", start - timedelta(days=2)),
        )

    def done(self, entry: dict[str, Any], visit: Visit) -> None:
        """Paid and rated."""
        mine = {"community_id": self.home, "visit_id": visit.id}
        words = service_name(find_service(self.ctx, entry["service"]))
        FeeLine.create(
            **mine, position=1, code="service", words=words, amount_fen=visit.total_fen, state="confirmed"
        )
        Payment.create(
            **mine, key="cash", method="cash", amount_fen=visit.total_fen, recorded_by="worker", at=visit.ends_at
        )
        Rating.create(
            **mine,
            by="resident",
            person_id=visit.person_id,
            worker_id=visit.worker_id,
            stars=entry["stars"],
            words=entry["words"] or None,
            created_at=visit.ends_at,
            editable_until=visit.ends_at + timedelta(days=7),
            visible_at=visit.ends_at + timedelta(days=7),
            shown_at=visit.ends_at + timedelta(days=7),
        )

    def waiting(self, entry: dict[str, Any]) -> None:
        """A request that waits for its review."""
        person = self.people[entry["resident"]]
        earlier = self.now - timedelta(hours=entry["hours_ago"])
        ctx = Context(person_actor(person), earlier, self.settings)
        home = Address.get(Address.person_id == person.id)
        draft = save_draft(
            ctx,
            None,
            service=entry["service"],
            starts_at=self.day(entry["days"], entry["hour"]),
            minutes=entry["minutes"],
            address_id=home.id,
            words=entry["words"],
            extras=entry.get("extras", {}),
        )
        submit_request(ctx, draft.id)

    def complaint(self, entry: dict[str, Any]) -> None:
        """A complaint that somebody is waiting with."""
        ctx = Context(person_actor(self.people[entry["resident"]]), self.now, self.settings)
        made = file_complaint(ctx, words=entry["words"], reasons=entry["reasons"])
        back = timedelta(hours=entry["working_hours_ago"])
        Complaint.update(
            received_at=made.received_at - back,
            answer_due_at=made.answer_due_at - back,
            result_due_at=made.result_due_at - back,
        ).where(Complaint.id == made.id).execute()


    def misunderstood(self, entry: dict[str, Any]) -> None:
        """Words that staff may say the meaning of."""
        frame = {"intent": entry["intent"], "slots": entry["slots"], "must_ask": [], "by": "rules"}
        fields = {name: entry[name] for name in ("role", "words", "context", "why", "times")}
        said_at = self.now - timedelta(hours=entry["hours_ago"])
        Heard.create(community_id=self.home, mark=blind_index(entry["words"]), frame=frame, said_at=said_at, **fields)


def fill_community(settings: Settings, community: Community, now: datetime) -> Sample:
    """Everybody of models/data/demo.yaml, and what is told of them one by one."""
    sample, data = Sample(settings, community, now), load("demo")
    for entry in data["staff"]:
        add_staff(settings, **entry)
    for entry in data["workers"]:
        sample.worker(entry)
    for entry in data["residents"]:
        sample.resident(entry)
    for entry in data["history"]:
        sample.visit(entry, past=True)
    for entry in data["coming"]:
        sample.visit(entry, past=False)
    for entry in data["waiting"]:
        sample.waiting(entry)
    for entry in data["complaints"]:
        sample.complaint(entry)
    for entry in data["misunderstood"]:
        sample.misunderstood(entry)
    fill_day(sample, data)
    Outbox.update(state="skipped", why="sample").where(Outbox.community_id == community.id).execute()
    return sample


def fill_day(sample: Sample, data: dict[str, Any]) -> None:
    """What makes the plan of today and tomorrow look like a day."""
    for entry in data["begun"]:
        sample.begun(entry)
    for entry in data["promised"]:
        sample.visit(entry, past=False)
    for entry in data["unplaced"]:
        sample.unplaced(entry)
