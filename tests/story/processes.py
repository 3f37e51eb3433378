"""The real processes of the product on this machine, to be started, killed and started again."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import requests

from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]


class Processes:
    """simulator, web (gunicorn) and jobs, each in a group of its own, on one SQLite file."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.web_port, self.sim_port = folder, free_port(), free_port()
        self.env = {
            **{name: value for name, value in os.environ.items() if not name.startswith("LINLI_")},
            "LINLI__DATABASE__URL": f"sqlite:///{folder / 'linli.db'}",
            "LINLI__WEB__PORT": str(self.web_port),
            "LINLI__WEB__WORKERS": "1",
            "LINLI__WECHAT__API_BASE_URL": self.sim,
            "LINLI__SIMULATOR__PORT": str(self.sim_port),
            "LINLI__SIMULATOR__PUSH_URL": f"{self.web}/wechat",
            "LINLI__DEMO__ENABLED": "true",
            "LINLI__DEMO__KEEP_TRACES": "true",
            "LINLI__LOGS__LEVEL": "error",
            "LINLI__MESSAGES__UNDO_S": "0",
            "LINLI_DATA": str(folder),
        }
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def web(self) -> str:
        """The product's address."""
        return f"http://127.0.0.1:{self.web_port}"

    @property
    def sim(self) -> str:
        """The simulator's address."""
        return f"http://127.0.0.1:{self.sim_port}"

    def command(self, *words: str) -> str:
        """Runs one command of app.py to its end; gives what it printed."""
        done = subprocess.run(
            [sys.executable, "app.py", *words], cwd=ROOT, env=self.env, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
        return done.stdout

    def start(self, name: str) -> None:
        """Starts simulator, serve or jobs."""
        self.running[name] = subprocess.Popen(
            [sys.executable, "app.py", name], cwd=ROOT, env=self.env, start_new_session=True
        )
        if name != "jobs":
            self.wait(f"{self.sim}/sandbox/clock" if name == "simulator" else f"{self.web}/readyz")

    def start_gunicorn(self) -> None:
        """Starts the web server as a supervisor does that knows gunicorn: half the work of `app.py serve`, which looks at the database
        before, and reads the code twice."""
        words = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "app:create_app()"]
        self.running["serve"] = subprocess.Popen(words, cwd=ROOT, env=self.env, start_new_session=True)
        self.wait(f"{self.web}/readyz")

    def wait(self, url: str, seconds: float = 40) -> None:
        """Until an address answers 200."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            with contextlib.suppress(requests.RequestException):
                if requests.get(url, timeout=2).status_code == 200:
                    return
            time.sleep(0.05)
        raise AssertionError(f"{url} did not answer")

    def kill(self, name: str) -> None:
        """kill -9 of the whole group: no farewell."""
        child = self.running.pop(name)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()

    def stop(self) -> None:
        """Ends all that runs."""
        for name in list(self.running):
            self.kill(name)

    def set_clock(self, moment: str) -> None:
        """Sets the one clock that all processes follow."""
        requests.post(f"{self.sim}/sandbox/clock", json={"now": moment}, timeout=10).raise_for_status()

    def follows(self, who: str) -> None:
        """Somebody of the cast follows the account."""
        requests.post(f"{self.sim}/sandbox/people/{who}", json={"followed": True}, timeout=10).raise_for_status()

    def counts(self) -> dict[str, Any]:
        """How many of each stored thing."""
        found: dict[str, Any] = json.loads(self.command("counts"))
        return found

    def push(self, openid: str, words: str, choice: str = "", msg_id: int | None = None) -> dict[str, Any]:
        """One push, by the simulator; status 0 where nobody answered."""
        message: dict[str, Any] = {"MsgType": "text", "Content": words}
        message |= {"bizmsgmenuid": choice} if choice else {}
        message |= {"MsgId": str(msg_id)} if msg_id else {}
        answer = requests.post(f"{self.sim}/sandbox/push", json={"openid": openid, "message": message}, timeout=30)
        result: dict[str, Any] = answer.json()[0]
        return result

    def push_until_taken(self, openid: str, words: str, choice: str = "", *, msg_id: int) -> dict[str, Any]:
        """As the platform does: repeats the same message until it is acknowledged."""
        for _attempt in range(60):
            result = self.push(openid, words, choice, msg_id)
            if result["status"] == 200:
                return result
            time.sleep(0.25)
        raise AssertionError(f"{words!r} was never acknowledged")

    def outbox(self) -> list[dict[str, Any]]:
        """Every message that the platform accepted."""
        found: list[dict[str, Any]] = requests.get(f"{self.sim}/sandbox/outbox", timeout=10).json()
        return found
