"""Several workers accept the same job at the same moment, round after round, by the real handler: `python -m tests.bench_races`.

Exactly one has it each round; every other one reads one polite word and is not told the same once more (D4, F4). Options:
`--rounds 1000 --workers 2 10 --database sqlite|postgres`.
"""

import argparse
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from handlers.clock import ManualClock
from handlers.context import Context, Refused, person_actor, staff_actor
from handlers.offers import accept_offer, heard_it_is_gone, make_offers
from handlers.settings import Settings, load_settings
from models.base import database as db
from models.base import open_database
from models.connection import release
from models.messages import Outbox
from models.people import Address, Person, Staff
from models.requests import Offer, Request
from models.visits import Agreement
from models.workers import BookedSlot, Document, Worker, WorkerSkill, WorkingHours
from tests.servers import Postgres
from tests.stores import MORNING, PostgresStores, SqliteStores, close

CALM = {"won", "gone"}


@dataclass
class Tally:
    """What came of all rounds."""

    rounds: int = 0
    one_winner: int = 0
    told_once: int = 0
    losers: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """One winner in each round, one word for each loser, nothing else."""
        return self.one_winner == self.rounds and self.told_once == self.losers and not self.wrong


class Race:
    """A community with enough cleaners for one job, and a new job for each round."""

    def __init__(self, settings: Settings, workers: int) -> None:
        self.settings, self.clock = settings, ManualClock(MORNING)
        self.uncle, staff = Person.get(Person.called == "刘大爷"), Staff.get(Staff.called == "陈姐")
        self.home = Address.get(Address.person_id == self.uncle.id)
        self.chen = Context(staff_actor(staff), MORNING, settings)
        with db.atomic():
            self.workers = [self._worker(n) for n in range(workers)]
        self.contexts = {w: self._context(w) for w in self.workers}

    def _worker(self, n: int) -> int:
        """A cleaner who is free at any hour of any day."""
        here = {"community_id": self.uncle.community_id}
        person = Person.create(**here, called=f"快手{n}", is_worker=True, birth_year=1980, created_at=MORNING)
        place = {"lat": self.home.lat, "lng": self.home.lng}
        made = Worker.create(**here, person_id=person.id, called=person.called, state="active", created_at=MORNING, **place)
        mine = {**here, "worker_id": made.id}
        WorkerSkill.create(**mine, service="cleaning", level=3)
        for kind in ("id_verified", "background_check"):
            Document.create(**mine, kind=kind, valid_from="2026-01-01", valid_to="2027-01-01")
        for weekday in range(7):
            WorkingHours.create(**mine, weekday=weekday, from_min=0, to_min=1440)
        return int(made.id)

    def _context(self, worker_id: int) -> Context:
        person = Person.get(Person.id == Worker.get(Worker.id == worker_id).person_id)
        return Context(person_actor(person), MORNING, self.settings)

    def offered(self, number: int) -> dict[int, int]:
        """A job that was approved; all of them are asked at once."""
        starts_at = MORNING + timedelta(days=1)
        request = Request.create(
            community_id=self.uncle.community_id, state="matching", number=f"race-{number}", person_id=self.uncle.id,
            service="cleaning", starts_at=starts_at, minutes=120, address_id=self.home.id, created_at=MORNING, updated_at=MORNING,
        )  # fmt: skip
        return {o.worker_id: o.id for o in make_offers(self.chen, request.id, worker_ids=self.workers)}

    def accept(self, worker_id: int, offer_id: int, barrier: threading.Barrier) -> str:
        """One worker's tap, as the chat does it."""
        ctx = self.contexts[worker_id]
        try:
            barrier.wait(60)
            accept_offer(ctx, offer_id)
            return "won"
        except Refused as refused:
            if refused.code == "gone":
                heard_it_is_gone(ctx, offer_id)
            return refused.code
        except Exception as failure:
            return repr(failure)
        finally:
            release()

    def run(self, rounds: int) -> Tally:
        """So many rounds; after each the winner's time is free again."""
        tally = Tally()
        with ThreadPoolExecutor(len(self.workers)) as pool:
            for number in range(rounds):
                offers, barrier = self.offered(number), threading.Barrier(len(self.workers))
                release()  # as many connections as a pool has are needed at once
                taps = [pool.submit(self.accept, worker, offer, barrier) for worker, offer in offers.items()]
                self._count(tally, offers, [tap.result() for tap in taps])
                BookedSlot.delete().where(BookedSlot.worker_id.in_(self.workers)).execute()
        return tally

    def _count(self, tally: Tally, offers: dict[int, int], outcomes: list[str]) -> None:
        states = sorted(o.state for o in Offer.select().where(Offer.id.in_(list(offers.values()))))
        request_id = Offer.get(Offer.id == next(iter(offers.values()))).request_id
        agreements = Agreement.select().where(Agreement.request_id == request_id).count()
        twice = Outbox.select().where(
            Outbox.notice == "offer_withdrawn", Outbox.subject_id.in_(list(offers.values())), Outbox.state != "skipped"
        )
        tally.rounds += 1
        tally.one_winner += outcomes.count("won") == 1 == states.count("accepted") == agreements
        tally.losers += len(offers) - 1
        tally.told_once += outcomes.count("gone") - twice.count()
        tally.wrong += [outcome for outcome in outcomes if outcome not in CALM]


@contextmanager
def community(kind: str) -> Iterator[Settings]:
    """The sample community in a database of its own."""
    with tempfile.TemporaryDirectory(prefix="linli-races-") as folder:
        server = Postgres() if kind == "postgres" else None
        stores: Any = PostgresStores(server) if server is not None else SqliteStores(Path(folder))
        (to := Path(folder) / "copy").mkdir()
        settings = load_settings(database={"url": stores.copy("sample", to)}, demo={"enabled": True})
        real = open_database(settings.database.url, busy_timeout_ms=10_000)
        yield settings
        close(real)
        if server is not None:
            server.remove()


def main() -> int:
    """One line for each number of workers; 1 when a round went wrong."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--workers", type=int, nargs="+", default=[2, 10])
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    args = parser.parse_args()
    bad = 0
    for many in args.workers:
        with community(args.database) as settings:
            began = time.monotonic()
            tally = Race(settings, many).run(args.rounds)
            bad += not tally.good
            print(
                f"{args.database}: {many} workers, {tally.rounds} rounds in {time.monotonic() - began:.0f} s: one winner in "
                f"{tally.one_winner}, {tally.told_once} of {tally.losers} losers read one polite word, {len(tally.wrong)} errors",
                *sorted(set(tally.wrong))[:5],
                flush=True,
            )
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
