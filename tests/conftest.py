"""What every test stands on: settings without this machine's environment, one clock that stands still, an empty database.

`settings`, `clock` and `database` fit together: nine in the morning of Tuesday, 24 November 2026, in Shanghai.
"""

import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from peewee import Database

from handlers.clock import SHANGHAI, ManualClock
from handlers.demo import seed_demo
from handlers.install import load_content
from handlers.settings import Settings, load_settings
from models.base import open_database
from models.crypto import use_data_key
from models.schema import migrate

MORNING = datetime(2026, 11, 24, 9, 0, tzinfo=SHANGHAI)
BROWSERS = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")

# An operator's shell must not change what a test sees.
for _name in [name for name in os.environ if name.startswith("LINLI_")]:
    del os.environ[_name]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """config.yaml as it is shipped, with a database of this test's own."""
    return load_settings(database={"url": f"sqlite:///{tmp_path / 'linli.db'}"}, demo={"enabled": True})


@pytest.fixture
def clock() -> ManualClock:
    """Stands at 9:00 on a Tuesday; `clock.advance(hours=2)` moves it."""
    return ManualClock(MORNING)


@pytest.fixture
def now(clock: ManualClock) -> datetime:
    """The moment at which the test begins, UTC."""
    return clock.now()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One empty database with today's tables, to be copied: migrating takes longer than a copy."""
    file = tmp_path_factory.mktemp("schema") / "linli.db"
    db = open_database(f"sqlite:///{file}")
    migrate(db)
    db.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    return file


@pytest.fixture
def database(settings: Settings, migrated: Path) -> Iterator[Database]:
    """The open database of `settings`, migrated, empty, with the key for personal fields set."""
    shutil.copy(migrated, settings.database.url.removeprefix("sqlite:///"))
    use_data_key(settings.security.data_key)
    db = open_database(settings.database.url, busy_timeout_ms=settings.database.busy_timeout_ms)
    yield db
    db.close()


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a browser on this machine; without one the test is skipped and says so."""
    for path in (os.environ.get("CHROMIUM", ""), *BROWSERS):
        if path and Path(path).exists():
            return path
    pytest.skip("no Chromium on this machine (Debian: apt install chromium), so pages are not tested in a browser")


@pytest.fixture(scope="session")
def sample(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample community at nine in the morning, to be copied: filling it anew for each test takes a second."""
    file = tmp_path_factory.mktemp("sample") / "linli.db"
    shutil.copy(migrated, file)
    settings = load_settings(database={"url": f"sqlite:///{file}"}, demo={"enabled": True})
    use_data_key(settings.security.data_key)
    db = open_database(settings.database.url)
    load_content(settings)
    seed_demo(settings, MORNING)
    db.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    return file


@pytest.fixture
def community(settings: Settings, sample: Path) -> Iterator[Database]:
    """Like `database`, with the sample community in it."""
    shutil.copy(sample, settings.database.url.removeprefix("sqlite:///"))
    use_data_key(settings.security.data_key)
    db = open_database(settings.database.url, busy_timeout_ms=settings.database.busy_timeout_ms)
    yield db
    db.close()
