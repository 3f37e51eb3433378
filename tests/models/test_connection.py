"""A PostgreSQL server that restarts, is gone, or says nothing: never a long wait, and all is well as soon as it is back (Q1)."""

import os
import resource
import signal
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from peewee import OperationalError

from handlers.context import in_one_go
from models.clocks import JobRun
from models.connection import Postgres as Pool
from models.connection import open_database, release
from models.schema import migrate
from tests.servers import Postgres
from tests.stores import MORNING, close

LIMIT_S = 4.5  # the platform hangs up at 5
pytestmark = pytest.mark.slow


@pytest.fixture
def server() -> Iterator[Postgres]:
    """A server of this test's own, to be ill-treated."""
    try:
        made = Postgres()
    except RuntimeError as lacking:
        pytest.skip(str(lacking))
    yield made
    made.remove()


@pytest.fixture
def pool(server: Postgres) -> Iterator[Pool]:
    db = open_database(server.create("linli"), pool=4)
    migrate(db)
    assert isinstance(db, Pool)
    yield db
    close(db)


def write(slot: int = 0) -> None:
    """One small transaction, as a request makes it."""
    try:
        in_one_go(lambda: JobRun.insert(community_id=0, job="j", slot=slot, started_at=MORNING).execute())
    finally:
        release()


def seconds(work: Callable[[], object]) -> float:
    """How long it took to be refused."""
    began = time.monotonic()
    with pytest.raises(OperationalError):
        work()
    return time.monotonic() - began


def test_a_restart_is_not_noticed(server: Postgres, pool: Pool) -> None:
    """Q1: connections that lay in the pool meanwhile are replaced; nobody sees an error."""
    write(1)
    server.stop()
    server.start()
    write(2)
    assert JobRun.select().count() == 2


def test_a_connection_held_by_a_thread_is_replaced(server: Postgres, pool: Pool) -> None:
    """Q1: one transaction begins on a connection that died since: it begins again on a new one."""
    assert JobRun.select().count() == 0  # not released: this thread holds it
    server.stop()
    server.start()
    write(1)
    assert JobRun.select().count() == 1


def test_a_server_that_is_gone_refuses_everybody_at_once(server: Postgres, pool: Pool) -> None:
    """Q1: sixteen ask while it is gone: all are refused in time; when it is back, the next one is served."""
    write(1)
    server.stop()
    taken: list[float] = []
    threads = [threading.Thread(target=lambda: taken.append(seconds(write))) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 16 and max(taken) < 1
    server.start()
    time.sleep(0.6)
    write(2)
    assert JobRun.select().count() == 2


def test_a_server_that_says_nothing_is_given_up(server: Postgres, pool: Pool) -> None:
    """Q1: it holds the lines and is silent: refused before the platform hangs up, also for who comes next."""
    write(1)
    server.signal_all(signal.SIGSTOP)
    try:
        assert seconds(lambda: write(2)) < LIMIT_S
        taken: list[float] = []
        threads = [threading.Thread(target=lambda: taken.append(seconds(lambda: write(3)))) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(taken) == 16 and max(taken) < LIMIT_S
    finally:
        server.signal_all(signal.SIGCONT)
    time.sleep(0.6)
    write(4)
    assert JobRun.select().where(JobRun.slot == 4).count() == 1


def test_more_threads_than_connections(pool: Pool) -> None:
    """Q1: thirty threads share four connections, and each gets its turn."""
    threads = [threading.Thread(target=write, args=(n,)) for n in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert JobRun.select().count() == 30


def test_a_transaction_that_was_beaten_is_done_anew(pool: Pool) -> None:
    """Q1: two take two rows in opposite order: the database undoes one of them, which then is done again."""
    write(1), write(2)
    barrier, tries = threading.Barrier(2), []

    def one(first: int, second: int) -> None:
        def work() -> None:
            tries.append(first)
            JobRun.update(outcome=f"{first}").where(JobRun.slot == first).execute()
            if tries.count(first) == 1:
                barrier.wait(5)
            JobRun.update(outcome=f"{first}").where(JobRun.slot == second).execute()

        in_one_go(work)
        release()

    threads = [threading.Thread(target=one, args=pair) for pair in ((1, 2), (2, 1))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(tries) == 3 and len({row.outcome for row in JobRun.select()}) == 1


def test_a_process_with_a_thousand_open_lines(pool: Pool) -> None:
    """Q1: a web process may hold many lines of its own (nginx keeps them open); one to the database that comes after them serves, too."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard if 0 <= hard < 4096 else 4096, hard))
    lines = [os.open("/dev/null", os.O_RDONLY) for _ in range(1100)]
    try:
        close(pool)
        for slot in range(2):  # made anew, then taken from the pool
            write(slot)
        assert JobRun.select().count() == 2
    finally:
        close(pool)
        for one in lines:
            os.close(one)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
