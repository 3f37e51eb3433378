"""The simulator as a process of its own: it starts, ends politely, and a killed one has kept everything."""

import http.client
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from sim_support import until
from tests.ports import free_port

ROOT = Path(__file__).parents[2]


started: list[subprocess.Popen[bytes]] = []


def begin(folder: Path, port: int) -> subprocess.Popen[bytes]:
    program = (
        "from simulator.server import serve; from simulator.config import SimulatorConfig; "
        f"serve(SimulatorConfig(data_dir={str(folder)!r}, push_url='http://127.0.0.1:9/wechat'), {port})"
    )
    process = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stderr=subprocess.PIPE)
    started.append(process)
    until(lambda: answers(port), 20)
    return process


def answers(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/sandbox/clock", timeout=1).ok
    except requests.ConnectionError:
        return False


@pytest.fixture()
def port() -> Iterator[int]:
    yield free_port()
    for process in started:
        process.kill()
        process.communicate(timeout=10)
    started.clear()


def say(port: int, text: str) -> None:
    requests.post(
        f"http://127.0.0.1:{port}/simulator/api/people/r02/say", json={"text": text}, timeout=5
    ).raise_for_status()


def said(port: int) -> list[str]:
    bubbles = requests.get(f"http://127.0.0.1:{port}/simulator/api/state", timeout=5).json()["bubbles"]
    return [bubble["text"] for bubble in bubbles if bubble["side"] == "me"]


@pytest.mark.slow
def test_a_stop_and_a_kill_keep_everything(tmp_path: Path, port: int) -> None:
    """SIGTERM ends it with status 0 and no noise; what was answered before kill -9 is still there."""
    process = begin(tmp_path, port)
    say(port, "一")
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process = begin(tmp_path, port)
    say(port, "二")
    process.kill()
    process.wait(10)
    process = begin(tmp_path, port)
    assert said(port) == ["一", "二"]
    process.terminate()
    process.wait(10)


@pytest.mark.slow
def test_connections_are_kept_open(tmp_path: Path, port: int) -> None:
    """HTTP/1.1: a caller with a session does not open a new connection each time."""
    process = begin(tmp_path, port)
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    line.request("GET", "/sandbox/clock")
    line.getresponse().read()
    first = line.sock
    line.request("GET", "/sandbox/clock")
    line.getresponse().read()
    assert line.sock is first is not None
    line.close()
    process.terminate()
    process.wait(10)
