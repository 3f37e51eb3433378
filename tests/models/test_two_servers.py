"""Two PostgreSQL servers behind one: the tables of a request's life are split by community, one community's part lies on the other server.

The nearest thing to a distributed database that every PostgreSQL can do (postgres_fdw). docs/scale.md says what of it holds.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import psycopg2
import pytest

from handlers.agreements import confirm_agreement
from handlers.checkin import check_in, check_out, set_out
from handlers.clock import SHANGHAI
from handlers.completion import confirm_completion, record_cash
from handlers.context import Context, Refused, person_actor, staff_actor
from handlers.demo import seed_demo
from handlers.drafts import save_draft
from handlers.install import load_content
from handlers.offers import accept_offer, make_offer
from handlers.ratings import rate_visit
from handlers.requests import submit_request
from handlers.review import approve_request
from handlers.settings import Settings, load_settings
from models.base import database, open_database
from models.catalogue import RulesText, ServiceType
from models.crypto import use_data_key
from models.people import Address, Identity, Person, Staff
from models.requests import Request
from models.schema import migrate
from models.visits import Agreement, Visit
from models.workers import BookedSlot, Document, Worker, WorkerSkill, WorkingHours
from tests.servers import Postgres, postgres_bin
from tests.stores import MORNING, close

pytestmark = [pytest.mark.slow, pytest.mark.skipif(postgres_bin() is None, reason="no PostgreSQL on this machine")]

SPLIT = ("request", "recommendation", "offer", "agreement", "visit", "check_item", "fee_line", "payment", "rating", "booked_slot", "event")
APART = 1000  # ids of the second community's people, so that nothing is mixed up
FAR_WORDS = """
CREATE EXTENSION postgres_fdw;
CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port '{port}', dbname 'linli');
CREATE USER MAPPING FOR CURRENT_USER SERVER far OPTIONS (user 'linli');
CREATE SCHEMA far;
IMPORT FOREIGN SCHEMA public LIMIT TO ({tables}) FROM SERVER far INTO far;
"""
SPLIT_WORDS = """
ALTER TABLE {name} RENAME TO {name}_near;
CREATE TABLE {name} (LIKE {name}_near INCLUDING DEFAULTS) PARTITION BY LIST (community_id);
ALTER TABLE {name} ATTACH PARTITION {name}_near DEFAULT;
ALTER TABLE {name} ATTACH PARTITION far.{name} FOR VALUES IN ({community});
"""


@dataclass
class Towns:
    """Both communities in one installation, and a line to the second server alone."""

    near: Settings
    far: Settings
    far_id: int
    far_server: Postgres

    def ask_far(self, statement: str) -> Any:
        """One value, from the second server itself."""
        line = psycopg2.connect(self.far_server.url("linli"))
        try:
            cursor = line.cursor()
            cursor.execute(statement)
            return cursor.fetchone()[0]
        finally:
            line.close()


@pytest.fixture(scope="module")
def towns() -> Iterator[Towns]:
    servers = Postgres(), Postgres()
    try:
        url = servers[0].create("linli")
        near = load_settings(database={"url": url}, demo={"enabled": True})
        far = load_settings(database={"url": url}, demo={"enabled": True}, community={"slug": "second"})
        use_data_key(near.security.data_key)
        for server in reversed(servers):
            open_database(server.url("linli") if server is servers[0] else server.create("linli"))
            migrate(database)
            close(database.obj)
        open_database(url)
        seed_demo(near, MORNING)
        home, second = load_content(near).id, load_content(far).id
        copy_people(home, second)
        split(servers[0], servers[1], second)
        yield Towns(near, far, second, servers[1])
    finally:
        close(database.obj)
        for server in servers:
            server.remove()


def copy_people(home: int, second: int) -> None:
    """The same cast lives in the second community, too."""
    for model in (Person, Identity, Address, Staff, Worker, WorkerSkill, WorkingHours, Document):
        for row in model.select().where(model.community_id == home).dicts():
            apart = {name: row[name] + APART for name in ("id", "person_id", "worker_id") if row.get(name)}
            apart |= {name: f"2{row[name]}" for name in ("openid", "login") if name in row}
            model.insert(**{**row, **apart, "community_id": second}).execute()
    assert ServiceType.select().where(ServiceType.community_id == second).exists()
    assert RulesText.select().where(RulesText.community_id == second).exists()


def split(server: Postgres, other: Postgres, community: int) -> None:
    """The tables of a request's life: this community's rows lie on the other server from now on."""
    tables = ", ".join(SPLIT)
    words = FAR_WORDS.format(port=other.port, tables=tables)
    words += "".join(SPLIT_WORDS.format(name=name, community=community) for name in SPLIT)
    line = psycopg2.connect(server.url("linli"))
    with line:
        line.cursor().execute(words)
    line.close()


class Town:
    """One community's people."""

    def __init__(self, settings: Settings, community: int) -> None:
        self.settings, self.community, self.now = settings, community, MORNING

    def ctx(self, called: str) -> Context:
        """Somebody of this community, at this moment."""
        person = Person.get_or_none(Person.community_id == self.community, Person.called == called)
        staff = None if person else Staff.get(Staff.community_id == self.community, Staff.called == called)
        return Context(person_actor(person) if person else staff_actor(staff), self.now, self.settings)

    def offered(self, starts_at: datetime) -> tuple[int, int]:
        """A request that 李师傅 is asked for: its id, and the offer's."""
        uncle, chen = self.ctx("刘大爷"), self.ctx("陈姐")
        home = Address.get(Address.community_id == self.community, Address.person_id == uncle.actor.id)
        fields = {"service": "cleaning", "starts_at": starts_at, "minutes": 120, "address_id": home.id, "words": "打扫"}
        request = submit_request(uncle, save_draft(uncle, None, **fields).id)
        if request.state == "submitted":
            approve_request(chen, request.id)
        worker = Worker.get(Worker.community_id == self.community, Worker.called == "李师傅")
        return request.id, make_offer(chen, request.id, worker_id=worker.id).id

    def whole_life(self) -> tuple[Request, Visit]:
        """From the wish to the stars."""
        starts_at = datetime(2026, 11, 26, 15, tzinfo=SHANGHAI)
        request_id, offer_id = self.offered(starts_at)
        accept_offer(self.ctx("李师傅"), offer_id)
        agreement = Agreement.get(Agreement.community_id == self.community, Agreement.request_id == request_id)
        for who in ("李师傅", "刘大爷"):
            confirm_agreement(self.ctx(who), agreement.id)
        visit = Visit.get(Visit.community_id == self.community, Visit.request_id == request_id)
        self.now = starts_at - timedelta(minutes=20)
        set_out(self.ctx("李师傅"), visit.id, eta_min=20)
        self.now = starts_at
        check_in(self.ctx("李师傅"), visit.id, code=visit.code)
        self.now = starts_at + timedelta(minutes=120)
        check_out(self.ctx("李师傅"), visit.id)
        confirm_completion(self.ctx("刘大爷"), visit.id)
        record_cash(self.ctx("李师傅"), visit.id)
        rate_visit(self.ctx("刘大爷"), visit.id, stars=5)
        return Request.get_by_id(request_id), Visit.get_by_id(visit.id)


def test_a_request_lives_on_either_server(towns: Towns) -> None:
    """DESIGN 4: the same handlers, a community on each side; what belongs to the second lies on the second server and nowhere else."""
    before = towns.ask_far("SELECT count(*) FROM request")
    request, visit = Town(towns.near, load_content(towns.near).id).whole_life()
    assert (request.state, visit.state) == ("closed", "closed") and towns.ask_far("SELECT count(*) FROM request") == before == 0
    request, visit = Town(towns.far, towns.far_id).whole_life()
    assert (request.state, visit.state) == ("closed", "closed")
    assert towns.ask_far(f"SELECT state FROM visit WHERE id = {visit.id}") == "closed"
    for name in ("request", "offer", "agreement", "payment", "rating"):
        assert towns.ask_far(f"SELECT count(*) FROM {name}") == 1, name
        near = database.execute_sql(f"SELECT count(*) FROM {name}_near WHERE community_id = %s", (towns.far_id,)).fetchone()[0]
        assert near == 0, name


def test_the_far_server_refuses_a_second_booking(towns: Towns) -> None:
    """D4: a unique key of the far part holds there; the refusal is the same, and leaves nothing behind on either server."""
    town = Town(towns.far, towns.far_id)
    starts_at = datetime(2026, 11, 28, 10, tzinfo=SHANGHAI)
    (_, first), (second_request, second) = town.offered(starts_at), town.offered(starts_at + timedelta(minutes=60))
    accept_offer(town.ctx("李师傅"), first)
    slots = BookedSlot.select().where(BookedSlot.community_id == towns.far_id).count()
    events = towns.ask_far("SELECT count(*) FROM event")
    with pytest.raises(Refused) as refused:
        accept_offer(town.ctx("李师傅"), second)
    assert refused.value.code == "busy" and Request.get_by_id(second_request).state == "offered"
    assert (towns.ask_far("SELECT count(*) FROM booked_slot"), towns.ask_far("SELECT count(*) FROM event")) == (slots, events)


def test_what_is_undone_is_undone_on_both(towns: Towns) -> None:
    """DESIGN 4: a transaction over both servers that fails leaves nothing; only a crash between the two commits could."""
    town = Town(towns.far, towns.far_id)
    before = towns.ask_far("SELECT count(*) FROM request"), Person.select().count()
    with pytest.raises(ZeroDivisionError), database.atomic():
        town.offered(datetime(2026, 11, 29, 10, tzinfo=SHANGHAI))
        Person.create(community_id=towns.far_id, called="谁", created_at=town.now)
        1 / 0  # noqa: B018
    assert (towns.ask_far("SELECT count(*) FROM request"), Person.select().count()) == before


def test_what_it_can_not_do(towns: Towns) -> None:
    """docs/scale.md: a unique key over both parts, and with it an upsert that names its columns, is refused by the server itself."""
    with pytest.raises(Exception, match="foreign"), database.atomic():
        database.execute_sql("CREATE UNIQUE INDEX over_both ON booked_slot (community_id, worker_id, slot)")
    with pytest.raises(Exception, match="ON CONFLICT"), database.atomic():
        database.execute_sql(
            "INSERT INTO booked_slot (community_id, worker_id, slot, holder) VALUES (%s, 1, 1, '') "
            "ON CONFLICT (community_id, worker_id, slot) DO NOTHING",
            (towns.far_id,),
        )
