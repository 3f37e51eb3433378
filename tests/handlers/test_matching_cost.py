"""Matching looks only at workers with the skill, by the community's indexes, in a fixed number of queries (D1)."""

import logging
import re
from collections.abc import Iterator

import pytest

from asking import Desk, worker
from handlers.candidates import find_ranked
from models.base import database as db
from models.people import Person
from models.requests import Request
from models.workers import Document, Worker, WorkerSkill, WorkingHours
from tests.stores import plan_of


class Heard(logging.Handler):
    """The queries that peewee makes."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.queries: list[tuple[str, list[object]]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.queries.append(tuple(record.msg))  # type: ignore[arg-type]


@pytest.fixture
def heard() -> Iterator[Heard]:
    logger, ear = logging.getLogger("peewee"), Heard()
    before = logger.level
    logger.addHandler(ear)
    logger.setLevel(logging.DEBUG)
    yield ear
    logger.removeHandler(ear)
    logger.setLevel(before)


def more_cleaners(desk: Desk, many: int) -> None:
    """A larger community: cleaners like 李师傅, and as many gardeners, who are not to be looked at."""
    like, here = worker("李师傅"), desk.uncle.community_id
    for n in range(many):
        person = Person.create(
            community_id=here, called=f"师傅{n}", birth_year=1980, created_at=desk.clock.now(), is_worker=True
        )
        made = Worker.create(
            community_id=here, person_id=person.id, called=f"师傅{n}", state="active", created_at=desk.clock.now(),
            lat=like.lat, lng=like.lng,
        )  # fmt: skip
        service = "cleaning" if n % 2 else "gardening"
        WorkerSkill.create(community_id=here, worker_id=made.id, service=service)
        for paper in Document.select().where(Document.worker_id == like.id):
            Document.create(
                community_id=here,
                worker_id=made.id,
                kind=paper.kind,
                valid_from=paper.valid_from,
                valid_to=paper.valid_to,
            )
        for weekday in range(7):
            WorkingHours.create(community_id=here, worker_id=made.id, weekday=weekday, from_min=480, to_min=1200)


def test_the_number_of_queries_is_fixed(desk: Desk, heard: Heard) -> None:
    """D1: ten workers or two hundred: the same queries, each of this community."""
    request: Request = desk.request()
    heard.queries.clear()
    few = len(find_ranked(desk.ctx(), request)[0])
    asked = list(heard.queries)
    with db.atomic():
        more_cleaners(desk, 200)
    heard.queries.clear()
    ranked, found, _job = find_ranked(desk.ctx(), request)
    assert len(heard.queries) == len(asked) <= 16
    assert len(ranked) == few + 100 and len(found) < 120
    unbound = [sql for sql, _ in asked if "community_id" not in sql.split("WHERE")[-1] and '"address"' not in sql]
    assert not unbound


def test_queries_go_by_indexes(desk: Desk, heard: Heard) -> None:
    """D1: no query of matching reads a whole table."""
    request: Request = desk.request()
    heard.queries.clear()
    find_ranked(desk.ctx(), request)
    for sql, params in list(heard.queries):
        scans = [step for step in plan_of(db, sql, params) if re.search(r"^SCAN (?!CONSTANT)|Seq Scan", step)]
        assert not scans, (sql, scans)
