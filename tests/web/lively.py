"""A lively morning at the sample community, so that every page has everything it can show; and which pages there are."""

from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from handlers.alerts import raise_alert
from handlers.clock import ManualClock
from handlers.complaints import answer_complaint, resolve_complaint
from handlers.enlisting import Application, enlist_worker
from handlers.handovers import ask_for_person, log_line, take_handover
from handlers.offers import make_offer
from handlers.review import ask_back
from handlers.settings import Settings
from models.messages import CallTask
from models.people import Person
from models.readings import Heard
from models.requests import Request
from models.visits import Agreement
from models.voices import Complaint
from models.workers import Worker, WorkerSkill
from tests.handlers.asking import Desk

SITE = ("/", "/services", "/services?q=明天擦玻璃", "/services?q=xyz", "/services/cleaning", "/services/repair", "/how", "/complain")
DESK = (
    "/ /?queue=calls /requests /requests?state=open /requests?state=all&page=2 /find?q=112 /find?q=zzz /complaints "
    "/complaints?state=done /handovers /calls /residents /residents?q=zzz /workers /workers?state=papers /workers/new "
    "/words /words?state=labelled /workers/spread /weights /weights?rating=0&distance=90 /weights?price=x /weights?rating=5&open=set "
    "/health /agencies /visits /visits?day=2027-01-01 /register /more /plan?day=2026-11-24 /plan?thing=r60 /plan?open=ill"
).split()


class Lively:
    """What happened this morning, with the ids of it."""

    def __init__(self, settings: Settings, clock: ManualClock) -> None:
        self.desk = Desk(settings, clock)
        self.staff, self.uncle = self.desk.ctx("陈姐"), self.desk.ctx("刘大爷")
        self.ids: dict[str, list[int]] = {
            "requests": self._requests(), "complaints": self._complaints(), "handovers": self._handovers(),
            "words": [h.id for h in Heard.select().limit(2)],
            "workers": [Worker.get(Worker.called == "赵大姐").id, self._worker()], "residents": [self.desk.uncle.id],
        }  # fmt: skip
        self._calls()
        raise_alert(self.staff, "low_rating", "小周给了 2 星", about=("request", self.ids["requests"][0]))

    def _requests(self) -> list[int]:
        """To review, asked back, being asked, nobody free, agreed, done."""
        waiting = [r.id for r in Request.select().where(Request.state == "submitted").order_by(Request.id)]
        ask_back(self.staff, waiting[-1], question="有没有梯子？")
        asked = self.desk.request()
        make_offer(self.staff, asked.id, worker_id=Worker.get(Worker.called == "李师傅").id)
        WorkerSkill.update(active=False).where(WorkerSkill.service == "maternity_nurse").execute()
        nobody = self.desk.request(service="maternity_nurse", starts_at=self.desk.clock.now() + timedelta(days=3))
        states = [Request.get(Request.state == state).id for state in ("scheduled", "closed")]
        return [*waiting, asked.id, nobody.id, *states]

    def _complaints(self) -> list[int]:
        found = [c.id for c in Complaint.select().order_by(Complaint.id)]
        answer_complaint(self.staff, found[1], words="马上去问。")
        resolve_complaint(self.staff, found[2], result="退 20 元。")
        return found

    def _handovers(self) -> list[int]:
        log_line(self.uncle, self.desk.uncle.id, words="听不懂，找个人", mine=True)
        waiting = ask_for_person(self.uncle, reason="听不懂，找个人")
        talking = ask_for_person(self.desk.ctx("何女士"), reason="改时间")
        take_handover(self.staff, talking.id)
        return [waiting.id, talking.id]

    def _worker(self) -> int:
        told = Application("郭大姐", "郭秀兰", "13912340001", 1979, "f", ["幸福里"], ["普通话"])
        return int(enlist_worker(self.staff, told).id)

    def _calls(self) -> None:
        for name, words in (("冯爷爷", "明天上午9点，吴姐来。"), ("路人", "请回个电话。")):
            person = Person.get_or_none(Person.called == name) or Person.create(
                community_id=self.staff.community_id, called=name, created_at=self.staff.now
            )
            CallTask.create(
                community_id=self.staff.community_id, person_id=person.id, words=words, why="没有订阅",
                due_at=self.staff.now + timedelta(hours=3), opened_at=self.staff.now,
            )  # fmt: skip

    def pages(self) -> list[str]:
        """Every page of the desk, with its things in every state."""
        things = [f"/{kind}/{i}" for kind, ids in self.ids.items() for i in ids]
        register = f"/register?person={self.desk.uncle.id}"
        dialogs = [f"/requests/{self.ids['requests'][0]}?open={d}" for d in ("ask", "reject", "stop", "see")]
        return [f"/console{page}" for page in (*DESK, *things, register, *dialogs)]

    @staticmethod
    def site() -> list[str]:
        """Every page that the public may read."""
        agreement = Agreement.select().where(Agreement.seal.is_null(False)).first()
        return [*SITE, "/privacy", f"/agreements/{agreement.secret}", "/nothing-here"]


def signed_in(app: Flask, login: str, **cookies: Any) -> FlaskClient:
    """A browser in which somebody of the staff is signed in."""
    client = app.test_client()
    client.get(f"/simulator/linli/signin/{login}")
    for name, value in cookies.items():
        client.set_cookie(f"linli_{name}", value)
    return client


def token_of(client: FlaskClient, page: str = "/console/more") -> str:
    """The form's token on a page."""
    return client.get(page).text.split('name="csrf_token" value="')[1].split('"')[0]
