"""What sending costs on this machine: `python -m tests.bench_outbox` (part of `make bench`).

A tick with a thousand and with a million reminders of the future (the two must cost the same), and many that are due at once:
how fast they leave, in which order, and how much memory it takes. The platform is one that says yes at once.
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from peewee import Database

from handlers.cards import Card
from handlers.clock import SHANGHAI, ManualClock
from handlers.context import Context, system_actor
from handlers.install import load_content
from handlers.platform import Sent
from handlers.sending import Sender
from handlers.settings import Settings, load_settings
from models.base import database, open_database
from models.connection import unhurried
from models.crypto import use_data_key
from models.messages import Outbox
from models.schema import migrate
from tests.delivery.post import NOTICES
from tests.servers import Postgres
from tests.stores import close

NOW = datetime(2026, 11, 24, 9, tzinfo=SHANGHAI)
SERIES = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
PEOPLE = f"""{SERIES} INSERT INTO person (community_id, called, language, is_worker, reminders_off, created_at)
    SELECT 1, 'p' || i, 'zh_CN', FALSE, FALSE, ? FROM n"""
ACCOUNTS = f"""{SERIES} INSERT INTO identity (community_id, app_id, openid, person_id, follows)
    SELECT 1, ?, 'oBench' || (1000000000 + i), i, TRUE FROM n"""
ROWS = f"""{SERIES} INSERT INTO outbox (community_id, person_id, notice, "values", subject_kind, effect_key, urgency, state, not_before,
    expires_at, attempts, next_at, refused_channels, trace_id, created_at, rounds, unsure)
    SELECT 1, 1 + i % ?, 'post_template', '{{"words":"bench"}}', '', ? || i, 'high', 'pending', ?, ?, 0, ?, '[]', '', ?, 0, 0 FROM n"""


class Yes:
    """A platform that takes everything, and keeps only the order."""

    def __init__(self) -> None:
        self.order: list[int] = []

    def _yes(self, reference: str) -> Sent:
        number = int(reference[2:].split("-")[0])
        self.order.append(number)
        return Sent("ok", msgid=str(number))

    def send_custom(self, app_id: str, openid: str, card: Card, reference: str) -> Sent:
        return self._yes(reference)

    def send_template(self, app_id: str, openid: str, template_id: str, fields: dict[str, str], client_msg_id: str) -> Sent:
        return self._yes(client_msg_id)

    def send_subscribe(self, app_id: str, openid: str, template_id: str, fields: dict[str, str]) -> Sent:
        return self._yes("ob0-0")

    def show_typing(self, app_id: str, openid: str) -> Sent:
        return Sent("ok")


def millis(moment: datetime) -> int:
    """As the database keeps it."""
    return round(moment.timestamp() * 1000)


def fill(db: Database, settings: Settings, mark: str, rows: int, people: int, due_at: datetime) -> None:
    """So many rows for so many people, due at one moment."""
    until, at, now = millis(due_at + timedelta(days=3)), millis(due_at), millis(NOW)
    say(db, ROWS, (rows, people, mark, at, until, at, now))


def say(db: Database, words: str, values: tuple[object, ...]) -> None:
    """One statement of either kind, however long it takes."""
    with unhurried(db.obj):
        db.execute_sql(words if db.obj.param == "?" else words.replace("%", "%%").replace("?", db.obj.param), values)


@contextmanager
def town(people: int, server: Postgres | None) -> Iterator[tuple[Database, Settings]]:
    """An empty database with so many followers."""
    assert NOTICES
    with tempfile.TemporaryDirectory(prefix="linli-bench-") as folder:
        url = server.create(f"bench{time.monotonic_ns()}") if server else f"sqlite:///{folder}/linli.db"
        fast = {"each_per_min": 10_000_000, "template_per_day": 100_000_000}
        settings = load_settings(database={"url": url}, demo={"enabled": True}, quotas=fast, logs={"level": "error"})
        use_data_key(settings.security.data_key)
        open_database(url)
        migrate(database)
        load_content(settings)
        say(database, PEOPLE, (people, millis(NOW)))
        say(database, ACCOUNTS, (people, settings.wechat.app_id))
        yield database, settings
        close(database.obj)


def sender_of(settings: Settings) -> tuple[Sender, Yes]:
    """What a jobs process has, on a clock that stands still."""
    clock, platform = ManualClock(NOW), Yes()
    context = lambda: Context(system_actor(0), clock.now(), settings)  # noqa: E731
    return Sender(context, platform, settings.messages.sender_threads), platform


def tick_cost(future: int, server: Postgres | None) -> tuple[float, float]:
    """CPU milliseconds of an idle tick, and of one message that is due, with so many rows of the future."""
    with town(2000, server) as (db, settings):
        fill(db, settings, "future", future, 2000, NOW + timedelta(days=2))
        with unhurried(db.obj):
            db.execute_sql("ANALYZE")
        sender, platform = sender_of(settings)
        sender.round()
        began = time.process_time()
        for _tick in range(500):
            sender.round()
        idle = (time.process_time() - began) / 500
        fill(db, settings, "now", 1000, 1000, NOW)
        began = time.process_time()
        while sender.round():
            pass
        return idle * 1000, (time.process_time() - began) / len(platform.order) * 1000


def flood(rows: int, server: Postgres | None) -> None:
    """So many due at once, for a quarter as many people."""
    with town(rows // 4, server) as (db, settings):
        fill(db, settings, "flood", rows, rows // 4, NOW)
        sender, platform = sender_of(settings)
        before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
        while sender.round():
            pass
        took, grown = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        order, left = platform.order, Outbox.select().where(Outbox.state != "sent").count()
        furthest = max((abs(place - number) for place, number in zip(sorted(order), order, strict=True)), default=0)
        print(
            f"{rows} due at once: {rows / took:.0f}/s, {left} left, {len(order) - len(set(order))} twice, "
            f"at most {furthest} places out of order, memory +{grown / 1024:.0f} MB"
        )


def main() -> int:
    """Prints the figures; 1 when a tick with a million rows costs more than 1.2 times that with a thousand."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--future", type=int, default=1_000_000)
    parser.add_argument("--due", type=int, default=10_000)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    args = parser.parse_args()
    server = Postgres(safe=True) if args.database == "postgres" else None
    try:
        return bench(args, server)
    finally:
        if server is not None:
            server.remove()


def bench(args: argparse.Namespace, server: Postgres | None) -> int:
    """The figures of one kind of database."""
    small, large = tick_cost(1000, server), tick_cost(args.future, server)
    for name, cost in (("1000", small), (str(args.future), large)):
        print(f"{name:>9} of the future: idle tick {cost[0]:.3f} ms, a message {cost[1]:.2f} ms of CPU")
    flood(args.due, server)
    ratios = large[0] / small[0], large[1] / small[1]
    print(f"a tick with {args.future} costs {ratios[0]:.2f} (idle) and {ratios[1]:.2f} (a message) of that with 1000")
    return 1 if max(ratios) > 1.2 else 0


if __name__ == "__main__":
    raise SystemExit(main())
