"""The product as it really runs: simulator, web (gunicorn), clock, on SQLite or on PostgreSQL with Redis; and the books, read from
the database itself, to compare with what the outside world was told.
"""

import base64
import contextlib
import itertools
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import requests

from handlers.clock import SHANGHAI, SystemClock
from handlers.settings import Settings, load_settings
from models.base import database, open_database
from models.crypto import use_data_key
from models.messages import Inbox, Outbox
from models.people import Identity
from models.talk import ChatLine
from tests.chaos.load import Load, Message
from tests.servers import Postgres, RedisServer, children_of
from tests.stores import close
from tests.story.processes import ROOT, Processes

WORKERS = 2
FIRST_DAY = datetime(2026, 11, 24, 10, tzinfo=SHANGHAI)


class House(Processes):
    """One installation of its own, to be ill-treated."""

    def __init__(
        self, folder: Path, *, kind: str = "sqlite", seed: int = 1, disk: Path | None = None, **environment: str
    ) -> None:
        super().__init__(disk or folder)
        self.folder, self.kind, self.seed, self.disk = folder, kind, seed, disk
        self.env["LINLI_DATA"] = str(folder)
        self.secrets, self.rolled = make_secrets(seed), False
        self.env |= self.secrets
        self.postgres = Postgres(safe=True, place=disk) if kind == "postgres" else None
        self.redis = RedisServer() if kind == "postgres" else None
        self.env |= {"LINLI__WEB__WORKERS": str(WORKERS), "LINLI__DEMO__KEEP_TRACES": "false"}
        if self.postgres is not None and self.redis is not None:
            self.env |= {"LINLI__DATABASE__URL": self.postgres.create("linli"), "LINLI__REDIS__URL": self.redis.url}
        self.env |= environment
        self.settings: Settings = load_settings(
            database={"url": self.env["LINLI__DATABASE__URL"]}, demo={"enabled": True}, **_sections(self.secrets, self.sim)
        )

    def open(self, *, jobs: bool = True) -> "House":
        """Everything runs, with the sample community, at ten in the morning of a working day."""
        self.start("simulator")
        self.set_clock(FIRST_DAY.isoformat())
        self.command("seed")
        self.start("serve")
        if jobs:
            self.start("jobs")
        use_data_key(self.settings.security.data_key)
        open_database(self.settings.database.url)
        return self

    def start(self, name: str) -> None:
        """As the others do; what they log goes into files, and is looked through by the row about secrets."""
        self.start_more(name, name)
        if name != "jobs":
            self.wait(f"{self.sim}/sandbox/clock" if name == "simulator" else f"{self.web}/readyz")

    def start_more(self, name: str, command: str) -> None:
        """One more process of a command, under a name of its own."""
        words = [sys.executable, "app.py", command]
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                words, cwd=ROOT, env=self.env, start_new_session=True, stdout=log, stderr=subprocess.STDOUT
            )

    def logs(self) -> bytes:
        """All that the processes have logged."""
        return b"".join(file.read_bytes() for file in self.folder.glob("*.log"))

    def morning(self) -> None:
        """Ten o'clock of the next working day: what the row before has moved is no matter, and nobody sleeps."""
        day = (SystemClock().now() + timedelta(seconds=self.offset_s())).astimezone(SHANGHAI) + timedelta(days=1)
        day += timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)
        self.set_clock(day.replace(hour=10, minute=0, second=0).isoformat())
        time.sleep(0.5)

    def close(self) -> None:
        """Ends everything."""
        with contextlib.suppress(Exception):
            close(database.obj)
        self.stop()
        for server in (self.postgres, self.redis):
            if server is not None:
                getattr(server, "remove", server.stop)()

    def offset_s(self) -> float:
        """How far the one clock is from the machine's."""
        return float(requests.get(f"{self.sim}/sandbox/clock", timeout=5).json()["offset"])

    def load(self, people: int = 200) -> Load:
        """Somebody who sends to this house."""
        return Load(f"{self.web}/wechat", self.settings, seed=self.seed, offset_s=self.offset_s(), people=people)

    def fault(self, **given: Any) -> None:
        """What goes wrong at the platform from here on; nothing: all is well."""
        requests.post(f"{self.sim}/sandbox/faults", json=given or {"rate": 0}, timeout=10).raise_for_status()

    def move_clock(self, by: str) -> None:
        """Moves the one clock on."""
        requests.post(f"{self.sim}/sandbox/clock", json={"advance": by}, timeout=10).raise_for_status()
        time.sleep(0.5)  # every process follows within a fifth of a second

    def pause(self, name: str, what: int) -> None:
        """SIGSTOP or SIGCONT to one of the processes."""
        self.running[name].send_signal(what)

    def ready(self) -> dict[str, str]:
        """What the parts say of themselves."""
        parts: dict[str, str] = requests.get(f"{self.web}/readyz", timeout=5).json()["parts"]
        return parts

    def workers(self) -> list[int]:
        """gunicorn's processes that serve."""
        return children_of(self.running["serve"].pid)

    def kill_one_worker(self, number: int) -> None:
        """kill -9 of one of them; the master makes a new one."""
        found = sorted(self.workers())
        if found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(found[number % len(found)], signal.SIGKILL)

    def start_anew(self) -> None:
        """Web and jobs with what the environment says now."""
        for name in ("serve", "jobs"):
            self.kill(name)
            self.start(name)

    def roll_over(self) -> None:
        """New code beside the old on the same socket, then the old one ends (docs/operations.md, Upgrade)."""
        old = self.running["serve"].pid
        os.kill(old, signal.SIGUSR2)
        self.wait_for(lambda: any(len(children_of(pid)) >= WORKERS for pid in children_of(old)), 20)
        time.sleep(1.0)  # its workers are answering
        os.kill(old, signal.SIGTERM)
        self.running["serve"].wait(40)
        self.rolled = requests.get(f"{self.web}/readyz", timeout=5).ok

    def writers(self) -> list[int]:
        """Every process that writes what must not be lost."""
        pids = [pid for name in ("serve", "jobs") for pid in self._family(self.running[name].pid)]
        server = self.postgres.process if self.postgres is not None else None
        return [*pids, *(self._family(server.pid) if server is not None else [])]

    def memory_mb(self) -> float:
        """Resident memory of web and jobs together, shared pages counted once (PSS)."""
        pids = [pid for name in ("serve", "jobs") if name in self.running for pid in self._family(self.running[name].pid)]
        return sum(pss_mb(pid) for pid in pids)

    def cpu_s(self) -> float:
        """Processor time of the web processes so far."""
        ticks = 0
        for pid in self._family(self.running["serve"].pid):
            with contextlib.suppress(OSError):
                fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
                ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def _family(self, pid: int) -> list[int]:
        return [pid, *children_of(pid)]

    def wait_for(self, good: Callable[[], bool], seconds: float) -> float:
        """Waits until it is so; how long it took, or more than `seconds` if it never was."""
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            with contextlib.suppress(Exception):
                if good():
                    return time.monotonic() - began
            time.sleep(0.1)
        return time.monotonic() - began + seconds

    def waiting(self) -> int:
        """Pushes that are still to be worked."""
        return Inbox.select().where(Inbox.state.in_(("new", "processing"))).count()

    def unsent(self) -> int:
        """Notices that are still to be sent, of those that are due."""
        return Outbox.select().where(Outbox.state.in_(("pending", "sending"))).count()


def make_secrets(seed: int) -> dict[str, str]:
    """Secrets of this installation alone, so that none can be found anywhere by chance."""
    dice = random.Random(seed)
    key = base64.b64encode(dice.randbytes(32)).decode()
    return {
        "LINLI__WECHAT__APP_SECRET": dice.randbytes(16).hex(), "LINLI__WECHAT__TOKEN": dice.randbytes(12).hex(),
        "LINLI__WECHAT__ENCODING_AES_KEY": base64.b64encode(dice.randbytes(32)).decode()[:43].replace("+", "a").replace("/", "b"),
        "LINLI__SECURITY__SECRET_KEY": dice.randbytes(24).hex(), "LINLI__SECURITY__DATA_KEY": key,
    }  # fmt: skip


def _sections(secrets: dict[str, str], api: str) -> dict[str, dict[str, str]]:
    made: dict[str, dict[str, str]] = {"wechat": {"api_base_url": api}}
    for name, value in secrets.items():
        _linli, section, key = name.lower().split("__")
        made.setdefault(section, {})[key] = value
    return made


def pss_mb(pid: int) -> float:
    """Memory of a process; what it shares with others is divided among them."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0


def words_heard() -> dict[str, list[str]]:
    """What each person said, as our books have it, in their order: each message's one effect."""
    openids = {i.person_id: i.openid for i in Identity.select()}
    heard: dict[str, list[str]] = {}
    for line in ChatLine.select().where(ChatLine.mine == True).order_by(ChatLine.id):  # noqa: E712
        heard.setdefault(openids.get(line.person_id, ""), []).append(line.words)
    return heard


def compare(messages: list[Message]) -> dict[str, int]:
    """Acknowledged and not in the books (lost), in the books more than once (twice), out of the person's order."""
    heard = words_heard()
    counts = {who: Counter(said) for who, said in heard.items()}
    mine = {(m.openid, m.words) for m in messages}
    lost = sum(not counts.get(m.openid, Counter())[m.words] for m in messages if m.acked)
    twice = sum(count - 1 for who, said in counts.items() for words, count in said.items() if (who, words) in mine)
    return {"lost": lost, "twice": twice}


def out_of_order(messages: list[Message]) -> int:
    """Pairs of one person's messages that are in the books the other way round, though the earlier had been acknowledged before
    the later was sent. Which of two that were under way together comes first, nobody can tell."""
    sent = {(m.openid, m.words): m for m in messages}
    wrong = 0
    for who, said in words_heard().items():
        mine = [sent[who, words] for words in said if (who, words) in sent]
        wrong += sum(b.acked_at is not None and b.acked_at < a.sent_at for a, b in itertools.combinations(mine, 2))
    return wrong
