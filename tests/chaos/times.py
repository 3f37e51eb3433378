"""Rows about time, copies, new schemas and unusual orders."""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta

from playhouse.migrations import Runner

from handlers.clock import SystemClock
from models.base import database
from models.clocks import Deadline, JobRun
from models.connection import open_database, unhurried
from models.messages import Inbox, Outbox
from models.schema import MIGRATIONS, pending
from tests.chaos.house import House, compare
from tests.chaos.load import Load
from tests.chaos.report import Row
from tests.stores import close
from tests.story.processes import ROOT

DAYS = 366
DAYS_CODE = """
from datetime import *; from zoneinfo import ZoneInfo; from bot.understanding import understand
for n in range(DAYS):
    now = datetime(2026, 1, 1, 10, tzinfo=ZoneInfo("Asia/Shanghai")) + timedelta(days=n)
    print(understand("明天9点打扫", role="resident", context=None, now=now).slots.get("start") or "")
"""


def f4_one_has_it(house: House, load: Load, scale: float) -> Row:
    """The races of the handlers' own tests, on this kind of database."""
    return _tests(house, 4, "two, three, four workers accept at once", "tests/handlers/test_at_once.py")


def f5_no_overlap(house: House, load: Load, scale: float) -> Row:
    return _tests(house, 5, "2,400 overlapping bookings at once", "tests/handlers/test_double_booking.py")


def f19_any_order(house: House, load: Load, scale: float) -> Row:
    return _tests(house, 19, "anything in any order, with a checker of states", "tests/handlers/test_any_order.py")


def _tests(house: House, number: int, title: str, file: str) -> Row:
    env = {**os.environ, "LINLI_TEST_DATABASE": house.kind}
    done = run("-m", "pytest", "-q", "-p", "no:cacheprovider", file, env=env)
    return Row(number, title, done.stdout.strip().splitlines()[-1], done.returncode == 0)


def run(*words: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """One of our own commands, to its end."""
    return subprocess.run(
        [sys.executable, *words], cwd=ROOT, env=env, capture_output=True, text=True, timeout=900
    )


def f12_the_clock_jumps(house: House, load: Load, scale: float) -> Row:
    """The one clock is moved as visitors of the demo may; then all days of a year in two time zones."""
    before = {row.id for row in Outbox.select(Outbox.id)}
    for step in ("PT2H", "-PT2H", "P400D", "-P400D"):
        house.move_clock(step)
        house.wait_for(lambda: not _overdue(house), 30)
    keys = [row.effect_key for row in Outbox.select().where(Outbox.id.not_in(before))]
    silent = Deadline.select().where((Deadline.state == "skipped") & Deadline.note.is_null()).count()
    slots = [(row.job, row.slot) for row in JobRun.select()]
    wrong = [zone for zone in ("UTC", "Asia/Shanghai") if wrong_days(zone)]
    said = (
        f"{len(keys)} notices, told twice {len(keys) - len(set(keys))}, skipped without a word {silent}, "
        f"slots run twice {len(slots) - len(set(slots))}; 明天9点 on {DAYS} days in two zones: {'all right' if not wrong else wrong}"
    )
    return Row(12, "the clock +2 h, -2 h, +400 d, back", said, len(keys) == len(set(keys)) and not silent and not wrong)


def _overdue(house: House) -> bool:
    now = SystemClock().now() + timedelta(seconds=house.offset_s())
    return Deadline.select().where((Deadline.state == "open") & (Deadline.due_at <= now)).exists()


def wrong_days(zone: str) -> list[str]:
    """The days on which 明天9点 is not nine in the morning of the next day in Shanghai, on a machine in this zone."""
    code = DAYS_CODE.replace("DAYS", str(DAYS))
    env = {**os.environ, "TZ": zone}
    found = run("-c", code, env=env)
    expected = [f"{date(2026, 1, 2) + timedelta(days=n)}T09:00" for n in range(DAYS)]
    said = found.stdout.splitlines()
    return [wanted for wanted, got in zip(expected, said, strict=False) if got != wanted] + ([] if len(said) == DAYS else ["lines"])


def f17_a_copy(house: House, load: Load, scale: float) -> Row:
    """A copy under load, put back elsewhere: what was acknowledged before it is there, what was sent is not sent again."""
    early = load.run(30, 4, doubled=False)
    copy = house.folder / f"copy-{time.monotonic_ns()}"
    seconds: list[float] = []

    def take() -> None:
        began = time.monotonic()
        house.command("backup", str(copy))
        seconds.append(time.monotonic() - began)

    sent_before = Outbox.select().where(Outbox.state == "sent").count()
    with_load = load.run(30, 2, doubled=False)
    take()
    with tempfile.TemporaryDirectory(prefix="linli-restored-", dir="/tmp") as folder:
        url = house.postgres.create(f"restored{time.monotonic_ns()}") if house.postgres else f"sqlite:///{folder}/linli.db"
        env = {**house.env, "LINLI__DATABASE__URL": url}
        began = time.monotonic()
        done = run("app.py", "restore", str(copy), env=env)
        back = time.monotonic() - began
        close(database.obj)
        open_database(url)
        books = compare([*early.messages, *with_load.messages])
        again = Outbox.select().where(Outbox.state.in_(("pending", "sending"))).count()
        sent = Outbox.select().where(Outbox.state == "sent").count()
        ready = not pending(database)
        close(database.obj)
        open_database(house.settings.database.url)
    said = f"copied in {seconds[0]:.1f} s, back in {back:.1f} s, acked and missing {books['lost']}, to be sent again {again}, sent {sent}"
    good = done.returncode == 0 and not books["lost"] and sent >= sent_before and ready
    return Row(17, "a copy under load, put back elsewhere", said + (done.stderr[-200:] if done.returncode else ""), good)


def f18_a_new_schema(house: House, load: Load, scale: float) -> Row:
    """An old database with many rows is brought forward, and the process is killed again and again in the middle."""
    rows, kills = int(max(20_000, 1_000_000 * scale)), int(max(4, 20 * scale))
    close(database.obj)
    with tempfile.TemporaryDirectory(prefix="linli-schema-", dir="/tmp") as folder:
        url = house.postgres.create(f"old{time.monotonic_ns()}") if house.postgres else f"sqlite:///{folder}/linli.db"
        try:
            return _migrate_under_kills(house, url, rows, kills)
        finally:
            close(database.obj)
            open_database(house.settings.database.url)


def _migrate_under_kills(house: House, url: str, rows: int, kills: int) -> Row:
    real = open_database(url)
    with unhurried(real):
        Runner(real, directory=str(MIGRATIONS)).up("0001_initial")
    steps = len(pending(real))
    with unhurried(real), real.atomic():
        for first in range(0, rows, 2000):
            real.execute_sql(
                'INSERT INTO inbox (community_id, account, key, user_key, body, state, attempts, next_at, trace_id, received_at) VALUES '
                + ",".join(f"(1, 'a', 'k{n}', 'u{n % 997}', 'x', 'done', 0, 0, '', 0)" for n in range(first, min(rows, first + 2000)))
            )
    close(real)
    dice, env = random.Random(house.seed), {**house.env, "LINLI__DATABASE__URL": url}
    began = time.monotonic()
    for _kill in range(kills):
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        child = subprocess.Popen([sys.executable, "app.py", "migrate"], cwd=ROOT, env=env, **quiet)
        time.sleep(dice.uniform(0.8, 2.5))
        child.send_signal(signal.SIGKILL)
        child.wait()
    done = run("app.py", "migrate", env=env)
    took = time.monotonic() - began
    real = open_database(url)
    kept, left = Inbox.select().count(), pending(real)
    said = f"{rows} rows, {steps} steps, {kills} kills, {took:.0f} s, rows kept {kept}, steps left {len(left)}"
    good = done.returncode == 0 and kept == rows and not left and took < 600
    return Row(18, "a new schema, killed in the middle", said + (done.stderr[-200:] if done.returncode else ""), good)


ROWS: dict[str, Callable[[House, Load, float], Row]] = {
    "f4": f4_one_has_it,
    "f5": f5_no_overlap,
    "f12": f12_the_clock_jumps,
    "f17": f17_a_copy,
    "f18": f18_a_new_schema,
    "f19": f19_any_order,
}
