"""The sample community, in which 刘大爷 asks for help tomorrow at three, 陈姐 looks at it, and workers are asked."""

from datetime import datetime
from typing import Any

from handlers.agreements import confirm_agreement
from handlers.clock import SHANGHAI, ManualClock
from handlers.context import Context, person_actor, staff_actor, system_actor
from handlers.deadlines import run_one_due
from handlers.matching import choose_worker, list_recommendations
from handlers.notices import NOTICES, Telling
from handlers.offers import accept_offer, list_my_offers
from handlers.requests import save_draft, submit_request
from handlers.review import approve_request
from handlers.settings import Settings
from models.clocks import Alert, Deadline
from models.messages import Outbox
from models.people import Address, Person, Staff
from models.requests import Offer, Request
from models.series import Series
from models.visits import Agreement, Visit
from models.workers import BookedSlot, Worker, WorkerSkill

TOMORROW = datetime(2026, 11, 25, 15, 0, tzinfo=SHANGHAI)
THURSDAY = datetime(2026, 11, 26, 9, 0, tzinfo=SHANGHAI)
TWICE = "FREQ=WEEKLY;BYDAY=TU,TH"


class Desk:
    """The sample community at nine in the morning."""

    def __init__(self, settings: Settings, clock: ManualClock) -> None:
        self.settings, self.clock = settings, clock
        self.uncle = Person.get(Person.called == "刘大爷")
        for one in Worker.select():  # all go everywhere; where they go is a test of its own
            one.change(areas=[])

    def empty_tomorrow(self) -> None:
        """Nothing is booked or sought, so that a test puts in what it needs."""
        for visit in Visit.select().where(Visit.state == "scheduled"):
            BookedSlot.delete().where(BookedSlot.holder == f"visit:{visit.id}").execute()
        Visit.update(state="cancelled").where(Visit.state == "scheduled").execute()
        Request.update(state="cancelled").where(Request.state == "matching").execute()

    def ctx(self, who: str | None = None) -> Context:
        """A Context of a person, a staff member, or (None) the system, at this moment."""
        if who is None:
            return Context(system_actor(self.uncle.community_id), self.clock.now(), self.settings)
        person = Person.get_or_none(Person.called == who)
        actor = person_actor(person) if person else staff_actor(Staff.get(Staff.called == who))
        return Context(actor, self.clock.now(), self.settings)

    def draft(self, **more: Any) -> Request:
        """刘大爷's wish for cleaning, as far as `more` does not say otherwise."""
        home = Address.get(Address.person_id == self.uncle.id)
        fields = {"service": "cleaning", "starts_at": TOMORROW, "minutes": 120, "address_id": home.id, "words": "打扫"}
        return save_draft(self.ctx("刘大爷"), None, **{**fields, **more})

    def request(self, **more: Any) -> Request:
        """Handed in and, if it does not pass by rule, approved by 陈姐."""
        made = submit_request(self.ctx("刘大爷"), self.draft(**more).id)
        if made.state == "submitted":
            approve_request(self.ctx("陈姐"), made.id)
        return again(made)

    def recurring(self, rule: str = TWICE, first: datetime = THURSDAY) -> Series:
        """刘大爷 wishes it so; 李师傅 takes it; both sign."""
        request = self.request(starts_at=first, recurrence=rule)
        choose_worker(self.ctx("刘大爷"), request.id, worker_id=worker("李师傅").id)
        accept_offer(self.ctx("李师傅"), self.offer_of("李师傅"))
        agreement = Agreement.get(Agreement.request_id == request.id, Agreement.state == "proposed")
        for who in ("李师傅", "刘大爷"):
            confirm_agreement(self.ctx(who), agreement.id)
        return Series.get(Series.request_id == request.id)

    def able(self, request: Request) -> list[str]:
        """Who is recommended, best first."""
        return [f.called for f in list_recommendations(self.ctx("陈姐"), request.id)]

    def only(self, *names: str) -> None:
        """Nobody but these offers cleaning."""
        ids = [worker(name).id for name in names]
        WorkerSkill.update(active=False).where(
            WorkerSkill.service == "cleaning", WorkerSkill.worker_id.not_in(ids)
        ).execute()

    def asked(self, request: Request) -> list[str]:
        """Who is being asked about it at the moment."""
        live = Offer.select().where(Offer.request_id == request.id, Offer.state.in_(("open", "countered")))
        return [Worker.get(Worker.id == o.worker_id).called for o in live.order_by(Offer.id)]

    def offer_of(self, called: str) -> int:
        """The one offer that waits for this worker's answer."""
        (offer,) = list_my_offers(self.ctx(called))
        return offer.id

    def later(self, **span: float) -> None:
        """Time goes on, and what falls due is done, each at its own time as far as that matters here."""
        self.clock.advance(**span)
        while run_one_due(self.ctx()):
            pass

    def told(self, called: str, notice: str = "") -> list[str]:
        """What somebody was promised to be told, in the words they would read; oldest first."""
        person = Person.get(Person.called == called)
        rows = Outbox.select().where(Outbox.person_id == person.id).order_by(Outbox.id)
        chosen = [row for row in rows if notice in ("", row.notice) and row.created_at >= self.began]
        return [NOTICES[r.notice].words(Telling(r.values, called, self.clock.now())).text for r in chosen]

    @property
    def began(self) -> datetime:
        """When the test began; what the samples told before is not looked at."""
        return datetime(2026, 11, 24, 9, 0, tzinfo=SHANGHAI)


def worker(called: str) -> Worker:
    """One of the cast's workers."""
    return Worker.get(Worker.called == called)


def places(request: Request) -> list[Request]:
    """The places of a team in their order, also those that have ended."""
    return list(Request.select().where(Request.team_id == request.id).order_by(Request.team_place))


def again(request: Request) -> Request:
    """The row as it stands now."""
    return Request.get(Request.id == request.id)


def alerts(kind: str, request: Request) -> int:
    """How many alerts of a kind about a request are before staff."""
    mine = (Alert.subject_kind == "request") & (Alert.subject_id == request.id)
    return Alert.select().where(mine & (Alert.kind == kind)).count()


def clocks(kind: str, subject_id: int) -> list[datetime]:
    """The open clocks of a kind on a thing."""
    mine = (Deadline.kind == kind) & (Deadline.subject_id == subject_id) & (Deadline.state == "open")
    return [row.due_at for row in Deadline.select().where(mine)]
