"""Rows about time, copies, new schemas and unusual orders."""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from playhouse.migrations import Runner

from handlers.agreements import confirm_agreement
from handlers.clock import SystemClock
from handlers.offers import accept_offer
from models.base import database
from models.clocks import Deadline, JobRun
from models.connection import open_database, unhurried
from models.messages import Outbox
from models.schema import MIGRATIONS, pending
from models.visits import Agreement
from tests.cast import WORKERS
from tests.chaos.faults import again
from tests.chaos.house import House, compare
from tests.chaos.load import Load
from tests.chaos.outward import promise, taken, told
from tests.chaos.races import RESIDENT, Desk
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


def run(*words: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """One of our own commands, to its end."""
    return subprocess.run(
        [sys.executable, *words], cwd=ROOT, env=env, capture_output=True, text=True, timeout=900
    )


def f12_the_clock_jumps(house: House, load: Load, scale: float) -> Row:
    """The one clock is moved, as visitors of the demo may; then all days of a year in two time zones. (A jump of the machine's own
    clock holds what runs by it: tests/jobs/test_job_runs.py, since nobody should move a machine's clock for a test.)"""
    before = {row.id for row in Outbox.select(Outbox.id)}
    agreed_visits(house)
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
    return Row("F12", "the clock +2 h, -2 h, +400 d, back", said, len(keys) == len(set(keys)) and not silent and not wrong)


def agreed_visits(house: House, count: int = 3) -> None:
    """Visits of the next days, with all their reminders."""
    desk = Desk(house)
    for number in range(count):
        request = desk.request(desk.at(2 + number))
        offer = desk.ask(request, WORKERS[:1])[WORKERS[0]]
        accept_offer(desk.ctx(WORKERS[0]), offer)
        agreement = Agreement.get(Agreement.request_id == request.id)
        for who in (WORKERS[0], RESIDENT):
            confirm_agreement(desk.ctx(who), agreement.id)


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
    """A copy under load, put back elsewhere and started there: what was acknowledged before is there, nothing is sent again."""
    early, words = load.run(30, 4, doubled=False), promise(house, load, 100)
    told(house, words, 60)
    copy, seconds = house.folder / f"copy-{time.monotonic_ns()}", 0.0
    with again(0.05, lambda _number: load.attempt(load.message())):
        began = time.monotonic()
        house.command("backup", str(copy))
        seconds = time.monotonic() - began
    sent = Outbox.select().where(Outbox.state == "sent").count()
    with tempfile.TemporaryDirectory(prefix="linli-restored-", dir="/tmp") as folder:
        url = house.postgres.create(f"restored{time.monotonic_ns()}") if house.postgres else f"sqlite:///{folder}/linli.db"
        env = {**house.env, "LINLI__DATABASE__URL": url}
        began = time.monotonic()
        done = run("app.py", "restore", str(copy), env=env)
        back = time.monotonic() - began
        resent = start_there(house, env)
        with elsewhere(house, url):
            books, kept, ready = compare(early.messages), Outbox.select().where(Outbox.state == "sent").count(), not pending(database)
    size = copy.stat().st_size / 2**20
    said = (
        f"{size:.1f} MB copied in {seconds:.1f} s, back in {back:.1f} s (1 GB at this pace: {back / size * 1024 / 60:.0f} min at most), "
        f"acked and missing {books['lost']}, sent again {resent}, of {sent} sent {kept} known as sent"
    )
    good = done.returncode == 0 and not books["lost"] and not resent and kept >= sent - 5 and ready
    return Row("F17", "a copy under load, put back and started elsewhere", said + (done.stderr[-200:] if done.returncode else ""), good)


@contextmanager
def elsewhere(house: House, url: str) -> Iterator[None]:
    """Our books are those of another database for a moment."""
    close(database.obj)
    open_database(url)
    try:
        yield
    finally:
        close(database.obj)
        open_database(house.settings.database.url)


def start_there(house: House, env: dict[str, str]) -> int:
    """The clock starts on what was put back; how many messages that had been sent reach the platform once more."""
    before, mine = taken(house), house.env
    house.env = env
    house.start_more("restored", "jobs")
    house.env = mine
    time.sleep(6.0)
    house.kill("restored")
    after = taken(house)
    return sum(after[key] > count for key, count in before.items())


def f18_a_new_schema(house: House, load: Load, scale: float) -> Row:
    """An old database with a million messages is brought forward, and the process is killed again and again in the middle."""
    rows, kills = int(max(20_000, 1_000_000 * min(1, 7 * scale))), 20 if scale > 0.1 else 4
    url = house.postgres.create(f"old{time.monotonic_ns()}") if house.postgres else f"sqlite:///{house.folder}/old.db"
    with elsewhere(house, url):
        return _migrate_under_kills(house, url, rows, kills)


SERIES = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows}) "
OLD = (
    "INSERT INTO inbox (community_id, account, key, user_key, body, state, attempts, next_at, trace_id, received_at) "
    "SELECT 1, 'a', 'k' || i, 'u' || i % 997, 'x', 'done', 0, 0, '', 0 FROM n",
    "INSERT INTO outbox (community_id, person_id, notice, \"values\", subject_kind, effect_key, urgency, state, not_before, attempts, "
    "next_at, refused_channels, trace_id, created_at) "
    "SELECT 1, i % 997, 'bot_reply', '{{}}', '', 'e' || i, 'high', 'sent', 0, 1, 0, '[]', '', 0 FROM n",
    "INSERT INTO request (community_id, state, version, number, person_id, served, channel, people, tasks, extras, budget_max_fen, wishes, "
    "words, widened, created_at, updated_at) "
    "SELECT 1, 'closed', 1, 'R' || i, i % 997, '', 'chat', 1, '[]', '{{}}', i, '{{}}', '', 0, 0, 0 FROM n",
)
SUMS = "SELECT (SELECT count(*) FROM inbox), (SELECT count(*) FROM outbox), (SELECT sum(budget_max_fen) FROM request)"


def _migrate_under_kills(house: House, url: str, rows: int, kills: int) -> Row:
    real = database.obj
    with unhurried(real):
        Runner(real, directory=str(MIGRATIONS)).up("0001_initial")
    steps = len(pending(real))
    with unhurried(real):
        for statement, part in zip(OLD, (rows // 2, rows // 2, rows // 10), strict=True):
            into, select = statement.split(" SELECT ", 1)
            series = SERIES.format(rows=part)
            words = f"{into} {series} SELECT {select}".replace("{{}}", "{}")
            real.execute_sql(words.replace("%", "%%") if house.postgres else words)
        before = real.execute_sql(SUMS).fetchone()
    close(real)
    dice, env, began = random.Random(house.seed), {**house.env, "LINLI__DATABASE__URL": url}, time.monotonic()
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    for _kill in range(kills):
        child = subprocess.Popen([sys.executable, "app.py", "migrate"], cwd=ROOT, env=env, **quiet)
        time.sleep(dice.uniform(0.9, 2.4))
        child.send_signal(signal.SIGKILL)
        child.wait()
    done = run("app.py", "migrate", env=env)
    took = time.monotonic() - began
    real = open_database(url)
    left = pending(real)
    with unhurried(real):
        same = real.execute_sql(SUMS).fetchone() == before
    said = (
        f"{rows} messages, {rows // 10} orders, {steps} steps, {kills} kills, {took:.0f} s, "
        f"rows and sums {'equal' if same else 'CHANGED'}, steps left {len(left)}"
    )
    good = done.returncode == 0 and same and not left and took < 600
    return Row("F18", "a new schema, killed in the middle", said + (done.stderr[-200:] if done.returncode else ""), good)


ROWS: dict[str, Callable[[House, Load, float], Row]] = {"f12": f12_the_clock_jumps, "f17": f17_a_copy, "f18": f18_a_new_schema}
