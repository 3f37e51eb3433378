"""What every test stands on: settings without this machine's environment, one clock that stands still, an empty database.

`settings`, `clock` and `database` fit together: nine in the morning of Tuesday, 24 November 2026, in Shanghai.

On which kind of database: SQLite; tests marked `both` on PostgreSQL as well, where this machine has one; and with
LINLI_TEST_DATABASE=postgres (`make postgres`) every test that stores something, on PostgreSQL alone.
"""

import logging
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck
from hypothesis import settings as profiles
from peewee import Database
from playwright.sync_api import Browser, sync_playwright

from handlers.clock import ManualClock
from handlers.lines import write_lines
from handlers.private import forget_known
from handlers.settings import Settings, load_settings
from models.base import open_database
from models.crypto import use_data_key
from tests.memory import quick_folder
from tests.servers import Postgres, RedisServer
from tests.stores import MORNING, PostgresStores, SqliteStores, Stores, close
from tests.tabs import Tabs
from tests.templates import keep_compiled

BROWSERS = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
EVERYWHERE = os.environ.get("LINLI_TEST_DATABASE", "")

# An operator's shell must not change what a test sees.
for _name in [name for name in os.environ if name.startswith("LINLI_") and name != "LINLI_TEST_DATABASE"]:
    del os.environ[_name]

keep_compiled()
# How long an example may take says more about who else is at this machine than about us.
profiles.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
profiles.load_profile("patient")
# Where `tmp_path` lies.
os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", quick_folder())


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test marked `both` runs once for each kind of database, one marked `far` on PostgreSQL."""
    if "storage" in metafunc.fixturenames:
        marked = {mark.name for mark in metafunc.definition.iter_markers()}
        kinds = [EVERYWHERE] if EVERYWHERE else ["sqlite", "postgres"] if "both" in marked else ["sqlite"]
        kinds = [kind for kind in ("postgres",) if EVERYWHERE in ("", kind)] if "far" in marked else kinds
        metafunc.parametrize("storage", kinds, indirect=True, ids=kinds if kinds != ["sqlite"] else [pytest.HIDDEN_PARAM])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those marked `long` come first: with several processes they fall to the first of these, and nobody waits for them at the end."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server for all tests of this process; without one on this machine they are skipped, and say so."""
    try:
        # Nothing grows here: each test's rows are taken out after it (tests/pristine.py).
        server = Postgres(autovacuum="off")
    except RuntimeError as lacking:
        pytest.skip(f"{lacking}, so nothing is tested on it")
    yield server
    server.remove()


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    """A Redis of this test's own, to be stopped and started; without one on this machine the test is skipped, and says so."""
    try:
        server = RedisServer()
    except RuntimeError as lacking:
        pytest.skip(f"{lacking}, so nothing is tested with it")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def sqlite_stores(tmp_path_factory: pytest.TempPathFactory) -> SqliteStores:
    """Where SQLite's copies come from: filled once for all processes of a run."""
    mine = tmp_path_factory.getbasetemp()
    return SqliteStores(tmp_path_factory.mktemp("stores"), mine.parent if "PYTEST_XDIST_WORKER" in os.environ else mine)


@pytest.fixture(scope="session")
def postgres_stores(postgres: Postgres) -> PostgresStores:
    """Where PostgreSQL's copies come from."""
    return PostgresStores(postgres)


@pytest.fixture
def storage(request: pytest.FixtureRequest) -> Stores:
    """The kind of database that this test runs on."""
    found: Stores = request.getfixturevalue(f"{request.param}_stores")
    return found


@pytest.fixture
def database_kind(request: pytest.FixtureRequest) -> str:
    """Which database `settings` names: of its own, `migrated` unless the test asks for `community`."""
    return "sample" if "community" in request.fixturenames else "migrated"


@pytest.fixture
def settings(storage: Stores, database_kind: str, tmp_path: Path) -> Iterator[Settings]:
    """config.yaml as it is shipped, with a database of this test's own."""
    url = storage.copy(database_kind, tmp_path)
    yield load_settings(database={"url": url}, demo={"enabled": True})
    storage.forget(url)


@pytest.fixture
def clock() -> ManualClock:
    """Stands at 9:00 on a Tuesday; `clock.advance(hours=2)` moves it."""
    return ManualClock(MORNING)


@pytest.fixture
def now(clock: ManualClock) -> datetime:
    """The moment at which the test begins, UTC."""
    return clock.now()


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    """The open database of `settings`, with today's tables, with the key for personal fields set."""
    forget_known()
    use_data_key(settings.security.data_key)
    db = open_database(settings.database.url, busy_timeout_ms=settings.database.busy_timeout_ms)
    yield db
    close(db)


@pytest.fixture
def community(database: Database) -> Database:
    """Like `database`, with the sample community in it."""
    return database


@pytest.fixture
def logging_kept() -> Iterator[None]:
    """Puts the process's logging back afterwards."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    yield
    write_lines()
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a browser on this machine; without one the test is skipped and says so."""
    for path in (os.environ.get("CHROMIUM", ""), *BROWSERS):
        if path and Path(path).exists():
            return path
    pytest.skip("no Chromium on this machine (Debian: apt install chromium), so pages are not tested in a browser")


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """One browser for all tests of this process: to start one takes longer than most of them."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()


@pytest.fixture
def tabs(browser: Browser) -> Iterator[Tabs]:
    """Opens tabs of this test's own; what breaks in one, or what its policy forbids, fails the test."""
    opened = Tabs(browser)
    yield opened
    opened.close()
