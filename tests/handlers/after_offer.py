"""A small world after an accepted offer: 王阿姨 asked for cleaning tomorrow at nine, 李师傅 took it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cast import openid
from handlers.agreements import confirm_agreement, propose_agreement
from handlers.clock import SHANGHAI
from handlers.context import Context, person_actor, staff_actor, system_actor
from handlers.deadlines import run_one_due
from handlers.install import community_of
from handlers.settings import Settings
from models.catalogue import RulesText, ServiceType
from models.messages import Outbox
from models.people import Address, Identity, Person, Staff
from models.requests import Offer, Request
from models.rules.slots import slots_of
from models.visits import Agreement, Visit
from models.workers import BookedSlot, Worker

STARTS = datetime(2026, 11, 25, 9, 0, tzinfo=SHANGHAI)
MINUTES = 120
HOME = ("39.9050", "116.4080")


@dataclass
class World:
    """Everybody, and the clock that they share."""

    settings: Settings
    clock: Any
    community_id: int
    wang: Person
    stranger: Person
    li: Person
    worker: Worker
    chen: Staff
    request: Request
    offer: Offer

    def ctx(self, who: Any = None) -> Context:
        """A fresh context of somebody (None: the system) at this moment."""
        if who is None:
            actor = system_actor(self.community_id)
        else:
            actor = staff_actor(who) if isinstance(who, Staff) else person_actor(who)
        return Context(actor, self.clock.now(), self.settings)

    def run_due(self) -> int:
        """Everything that is due now; how many it were."""
        count = 0
        while run_one_due(self.ctx()):
            count += 1
        return count

    def told(self, person: Person) -> list[str]:
        """The notices promised to somebody, in order."""
        return [row.notice for row in Outbox.select().where(Outbox.person_id == person.id).order_by(Outbox.id)]

    def proposed(self) -> Agreement:
        """The agreement that waits for both."""
        return propose_agreement(self.ctx(), request=self.request, offer=self.offer)

    def scheduled(self) -> Visit:
        """Both have confirmed; the visit of tomorrow."""
        agreement = self.proposed()
        confirm_agreement(self.ctx(self.li), agreement.id)
        confirm_agreement(self.ctx(self.wang), agreement.id)
        return Visit.get()


def make_world(settings: Settings, clock: Any) -> World:
    """Two sides, a request in negotiation with its accepted offer and booked time, the texts that are needed."""
    here = community_of(settings).id
    now = clock.now()
    wang, li, stranger = (person(here, name, now) for name in ("王阿姨", "李师傅", "路人"))
    li.change(is_worker=True)
    worker = Worker.create(community_id=here, person_id=li.id, called="李师傅", state="active", created_at=now)
    chen = Staff.create(community_id=here, login="chenjie", called="陈姐", roles=["coordinator"], password_hash="x")
    _content(here, settings)
    home = Address.create(
        community_id=here, person_id=wang.id, area="幸福里", building="3号楼", door="2单元501", words="幸福里3号楼2单元501",
        lat=HOME[0], lng=HOME[1], used_at=now,
    )  # fmt: skip
    request, offer = _taken(here, wang, worker, home, now)
    return World(settings, clock, here, wang, stranger, li, worker, chen, request, offer)


def person(here: int, called: str, now: datetime) -> Person:
    """Somebody of the cast who follows the account."""
    made = Person.create(community_id=here, called=called, created_at=now)
    Identity.create(community_id=here, app_id="wx", openid=openid(called), person_id=made.id, follows=True)
    return made


def _content(here: int, settings: Settings) -> None:
    version = settings.agreements.text_version
    text = "{resident}请{worker}，{service}，{when}，{price}。{unknown}"
    RulesText.create(
        community_id=here, kind="agreement", code="simple", version=version, body={"title": "约定", "text": text}
    )
    RulesText.create(community_id=here, kind="survey", code="after_visit", version="1", body={"question": "满意吗？"})
    ServiceType.create(
        community_id=here, code="cleaning", name="日常保洁", unit="hour", price_min_fen=3500, price_fen=4000,
        price_max_fen=4500, usual_minutes=120, terms={"checklist": ["擦桌面", "拖地", "油烟机表面"]},
    )  # fmt: skip


def _taken(here: int, wang: Person, worker: Worker, home: Address, now: datetime) -> tuple[Request, Offer]:
    request = Request.create(
        community_id=here, state="negotiating", number="1125-01", person_id=wang.id, service="cleaning", starts_at=STARTS,
        minutes=MINUTES, address_id=home.id, created_at=now, updated_at=now, submitted_at=now,
    )  # fmt: skip
    line = {"code": "service", "unit": "hour", "words": "日常保洁", "why": "¥40 一小时 × 2", "amount_fen": 8000}
    window = {"code": "window", "unit": "visit", "words": "擦窗", "why": "", "amount_fen": 1000}
    terms = {
        "number": "1125-01", "service": "cleaning", "service_name": "日常保洁", "starts_at": STARTS.isoformat(),
        "minutes": MINUTES, "people": 1, "tasks": [], "price_fen": 9000, "lines": [line, window],
        "area": "幸福里", "building": "3号楼", "resident": "王阿姨", "worker": "李师傅",
    }  # fmt: skip
    offer = Offer.create(
        community_id=here, state="accepted", request_id=request.id, worker_id=worker.id, terms=terms,
        expires_at=now + timedelta(minutes=10), created_at=now,
    )  # fmt: skip
    for slot in slots_of(STARTS, STARTS + timedelta(minutes=MINUTES)):
        BookedSlot.create(community_id=here, worker_id=worker.id, slot=slot, holder=f"request:{request.id}")
    return request, offer
