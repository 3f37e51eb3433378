"""Jobs and deadlines run once each, caught up once, and not at all while the clock is wrong (F1, I2)."""

import itertools
import random
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from peewee import IntegrityError, OperationalError

from handlers.clock import ManualClock
from handlers.clockwatch import ClockWatch
from handlers.context import Context, system_actor, transaction
from handlers.deadlines import DUE, Due, run_one_due, set_deadline
from handlers.housekeeping import clear_old_rows
from handlers.install import community_of
from handlers.job_runs import Job, run_due
from handlers.settings import Settings
from jobs.schedule import SCHEDULE
from models.base import database as db
from models.clocks import Alert, Deadline, JobRun
from models.connection import release
from models.messages import Inbox

HOUR = timedelta(hours=1)


def ctx_at(settings: Settings, clock: ManualClock) -> Context:
    """The clock itself acts."""
    return Context(system_actor(1), clock.now(), settings)


def counting(fired: list[Any], **more: Any) -> Job:
    """A job that notes each firing."""
    return Job("count", HOUR, lambda ctx: fired.append(ctx.now), **{"useful_for": HOUR, **more})


def at_once(*workers: Callable[[], None]) -> list[Exception]:
    """All run together, each with connections of its own; what went wrong."""
    failures: list[Exception] = []

    def one(work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as failure:
            failures.append(failure)
        finally:
            release()
            db.close()

    threads = [threading.Thread(target=one, args=(work,)) for work in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


@pytest.mark.slow
@pytest.mark.both
def test_four_schedulers_fire_a_thousand_slots_once(settings: Settings, clock: ManualClock, database: Any) -> None:
    """F1: four processes tick at the same moments, each slot fires exactly once."""
    fired: list[Any] = []
    job = counting(fired)
    start, slots = clock.now(), 1000
    barrier = threading.Barrier(4)

    def scheduler() -> None:
        for n in range(slots):
            if n % 100 == 0:
                barrier.wait(30)
            run_due(Context(system_actor(1), start + n * HOUR, settings), job)

    assert at_once(*[scheduler] * 4) == []
    assert sorted(fired) == [start + n * HOUR for n in range(slots)]


def test_a_stop_is_caught_up_once_with_a_record(settings: Settings, clock: ManualClock, database: Any) -> None:
    """F1: five slots were missed: the next tick runs once, and the others are on record as missed."""
    fired: list[Any] = []
    job = counting(fired)
    assert run_due(ctx_at(settings, clock), job)
    clock.advance(hours=6)
    assert run_due(ctx_at(settings, clock), job) and not run_due(ctx_at(settings, clock), job)
    outcomes = [row.outcome.split(":")[0] for row in JobRun.select().order_by(JobRun.slot)]
    assert len(fired) == 2 and outcomes == ["done"] + ["missed"] * 5 + ["done"]


def test_what_is_too_late_is_skipped_with_a_record(settings: Settings, clock: ManualClock, database: Any) -> None:
    """F1: past its use it is not run, and that is on record."""
    fired: list[Any] = []
    clock.advance(minutes=30)
    assert run_due(ctx_at(settings, clock), counting(fired, useful_for=timedelta(minutes=10)))
    assert not fired and JobRun.get().outcome.startswith("skipped")


def test_a_clock_put_back_runs_nothing_again(settings: Settings, clock: ManualClock, database: Any) -> None:
    """F1: after -2 hours, what has run does not run again."""
    fired: list[Any] = []
    job = counting(fired)
    run_due(ctx_at(settings, clock), job)
    clock.advance(hours=-2)
    assert not run_due(ctx_at(settings, clock), job) and len(fired) == 1


def test_a_clock_that_was_a_year_ahead_stops_no_job(settings: Settings, clock: ManualClock, database: Any) -> None:
    """F1: +400 days, believed for a while, and back: what was put on record there does not stand in the way of the next slot."""
    fired: list[Any] = []
    job = counting(fired)
    run_due(ctx_at(settings, clock), job)
    clock.advance(days=400)
    assert run_due(ctx_at(settings, clock), job)
    clock.advance(days=-400, hours=1)
    assert run_due(ctx_at(settings, clock), job) and not run_due(ctx_at(settings, clock), job)
    clock.advance(hours=1)
    assert run_due(ctx_at(settings, clock), job) and len(fired) == 4


@pytest.mark.both
def test_what_breaks_a_rule_of_the_database_does_not_stand_before_the_others(
    settings: Settings, clock: ManualClock, database: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F1, I2: a deadline and a job that want what may not be stored: put off, told, and the next ones run."""

    def breaks(ctx: Context, *row: Any) -> None:
        for _twice in range(2):
            Alert.create(community_id=1, kind="effect", key="the same", words="x", at=ctx.now)

    done: list[int] = []
    monkeypatch.setitem(DUE, "bad", Due("bad", breaks, HOUR))
    monkeypatch.setitem(DUE, "good", Due("good", lambda ctx, row: done.append(row.subject_id), HOUR))
    community_of(settings)
    ctx = ctx_at(settings, clock)
    set_deadline(ctx, "bad", ("thing", 1), clock.now() - timedelta(minutes=1))
    set_deadline(ctx, "good", ("thing", 2), clock.now())
    with pytest.raises(IntegrityError):
        run_one_due(ctx)
    assert run_one_due(ctx) and done == [2] and not run_one_due(ctx)
    assert Deadline.get(Deadline.kind == "bad").note == "failed, tried again later"
    assert run_due(ctx, Job("bad", HOUR, breaks, HOUR)) and not run_due(ctx, Job("bad", HOUR, breaks, HOUR))
    assert [alert.kind for alert in Alert.select()] == ["job_failed"]


def test_a_job_that_fails_is_told_and_does_not_spin(settings: Settings, clock: ManualClock, database: Any) -> None:
    """I2: its effects are undone, staff are alerted, the next slot comes as usual."""

    def work(ctx: Context) -> None:
        Alert.create(community_id=1, kind="effect", key="x", words="x", at=ctx.now)
        raise RuntimeError("breaks")

    job = Job("breaks", HOUR, work, HOUR)
    assert run_due(ctx_at(settings, clock), job) and not run_due(ctx_at(settings, clock), job)
    assert [alert.kind for alert in Alert.select()] == ["job_failed"]
    assert "failed" in JobRun.get(JobRun.job == "breaks").outcome


@pytest.mark.slow
@pytest.mark.both
def test_many_processes_share_the_deadlines(
    settings: Settings, clock: ManualClock, database: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F1: four processes, 400 deadlines, one in ten of which fails at first: each is done once, and none is lost."""
    done, dice = itertools.count(), random.Random(7)
    bad = {n for n in range(400) if dice.random() < 0.1}

    def work(ctx: Context, row: Deadline) -> None:
        Alert.create(community_id=1, kind="effect", key=str(row.subject_id), words="x", at=ctx.now)
        next(done)
        if row.subject_id in bad and row.note is None:
            raise RuntimeError("breaks at first")

    monkeypatch.setitem(DUE, "test", Due("test", work, timedelta(days=1)))
    for n in range(400):
        set_deadline(ctx_at(settings, clock), "test", ("thing", n), clock.now())

    def process() -> None:
        more = True
        while more:
            try:
                more = run_one_due(ctx_at(settings, clock))
            except RuntimeError:
                pass

    assert at_once(*[process] * 4) == []
    clock.advance(minutes=settings.jobs.again_after_min)
    assert at_once(*[process] * 4) == []
    assert Alert.select().where(Alert.kind == "effect").count() == 400
    assert {row.state for row in Deadline.select()} == {"done"}


class Machine:
    """A machine whose clock can be set."""

    def __init__(self) -> None:
        self.steady, self.set_by = 1000.0, 0.0

    def wall(self) -> float:
        return 1_800_000_000 + self.steady + self.set_by


@pytest.fixture
def machine(settings: Settings, database: Any) -> tuple[Machine, ClockWatch]:
    made = Machine()
    community_of(settings)
    return made, ClockWatch(settings, made.wall, lambda: made.steady)


@pytest.mark.parametrize("jump_h", [2, -2, 400 * 24])
def test_a_jump_holds_and_alerts_until_it_is_set_right(
    jump_h: float, machine: tuple[Machine, ClockWatch], settings: Settings, clock: ManualClock
) -> None:
    """F1, I2: the machine's clock jumps: held, one alert; set right: on it goes."""
    here, watch = machine
    ctx = ctx_at(settings, clock)
    assert not watch.held(ctx)
    here.set_by += jump_h * 3600
    here.steady += 5
    assert watch.held(ctx) and watch.held(ctx)
    assert [alert.kind for alert in Alert.select()] == ["clock_jumped"]
    here.set_by = 0
    assert not watch.held(ctx)


def test_a_jump_is_told_as_soon_as_the_database_takes_it(
    machine: tuple[Machine, ClockWatch], settings: Settings, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F1: it refuses just when the jump is noticed: held all the same, and staff are alerted at the next look."""
    here, watch = machine
    here.set_by += 7200
    with monkeypatch.context() as away:
        away.setattr("handlers.clockwatch.raise_alert", lambda *_args, **_more: (_ for _ in ()).throw(OperationalError("away")))
        with pytest.raises(OperationalError):
            watch.held(ctx_at(settings, clock))
    assert watch.held(ctx_at(settings, clock)) and watch.held(ctx_at(settings, clock))
    assert [alert.kind for alert in Alert.select()] == ["clock_jumped"]


def test_a_new_time_is_believed_after_a_while(
    machine: tuple[Machine, ClockWatch], settings: Settings, clock: ManualClock
) -> None:
    """F1: nobody looked: reminders must not be held for ever."""
    here, watch = machine
    ctx = ctx_at(settings, clock)
    here.set_by += 7200
    assert watch.held(ctx)
    here.steady += settings.jobs.hold_hours * 3600 + 1
    assert not watch.held(ctx)


def test_slow_drift_and_sleep_are_no_jumps(
    machine: tuple[Machine, ClockWatch], settings: Settings, clock: ManualClock
) -> None:
    """F1: a minute a day of correction, and a night of sleep, hold nothing."""
    here, watch = machine
    for _day in range(30):
        here.steady += 86400
        here.set_by += 60
        assert not watch.held(ctx_at(settings, clock))


def test_old_rows_go_and_keys_stay_long_enough(settings: Settings, clock: ManualClock, database: Any) -> None:
    """Q1: pushes are known for at least a week (30 days by the settings); what waits or is dead stays."""
    for age, state in ((1, "done"), (29, "done"), (31, "done"), (40, "dead"), (40, "new")):
        then = clock.now() - timedelta(days=age)
        Inbox.create(
            community_id=0, account="a", key=f"{age}{state}", user_key="u", body="b", state=state, next_at=then, received_at=then
        )  # fmt: skip
    clear_old_rows(ctx_at(settings, clock))
    assert sorted(row.key for row in Inbox.select()) == ["1done", "29done", "40dead", "40new"]


def test_old_rows_go_while_others_write(settings: Settings, clock: ManualClock, database: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Q1: a push that comes in the middle of it is taken; one that fails is on record as such, told, and does not spin."""
    community_of(settings)
    job = next(job for job in SCHEDULE if job.name == "clear_old_rows")
    taken: list[Any] = []

    def push() -> None:
        at = {"next_at": clock.now(), "received_at": clock.now()}
        with transaction():
            taken.append(Inbox.create(community_id=0, account="a", key="k", user_key="u", body="b", state="new", **at))

    def meanwhile(ctx: Context) -> None:
        assert at_once(push) == []
        raise ValueError("in the middle")

    monkeypatch.setattr("handlers.housekeeping.clear_heard", meanwhile)
    assert run_due(ctx_at(settings, clock), job) and not run_due(ctx_at(settings, clock), job)
    assert len(taken) == 1 and JobRun.get().outcome.startswith("failed") and Alert.get().kind == "job_failed"
