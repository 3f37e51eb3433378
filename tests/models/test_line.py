"""Writers of one file come one after the other, and none of them is forgotten (Q3)."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from models.line import POLITE_S, Line

HOLD = """
import sys, time
from models.line import Line
line = Line(sys.argv[1])
print("ready", flush=True)
until = time.monotonic() + float(sys.argv[2])
turns = 0
while time.monotonic() < until:
    assert line.enter(5)
    time.sleep(float(sys.argv[3]))
    line.leave()
    turns += 1
print(turns, flush=True)
"""


def other(path: Path, seconds: float, hold: float) -> subprocess.Popen[str]:
    """Another process that takes its turns as fast as it can."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(path), str(seconds), str(hold)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdout.readline() == "ready\n"
    return process


def test_one_at_a_time_in_a_process_and_the_impatient_hear_so(tmp_path: Path) -> None:
    """Q3: a second thread waits for the first one's end, or is told that its turn did not come."""
    line, done = Line(str(tmp_path / "line")), []
    assert line.enter(1)
    waiting = threading.Thread(target=lambda: done.append(line.enter(5)))
    assert not line.enter(0.01)
    waiting.start()
    line.leave()
    waiting.join()
    assert done == [True]
    line.leave()


def test_two_processes_take_turns(tmp_path: Path) -> None:
    """Q3: neither can take the next turn while the other waits for it."""
    path = tmp_path / "line"
    process, line, turns = other(path, 1.5, 0.01), Line(str(path)), 0
    while process.poll() is None and turns < 1000:
        began = time.monotonic()
        assert line.enter(5)
        assert time.monotonic() - began < POLITE_S
        time.sleep(0.01)
        line.leave()
        turns += 1
    theirs = int(process.communicate()[0])
    assert 0.5 < turns / theirs < 2


@pytest.mark.parametrize("what", [signal.SIGSTOP, signal.SIGKILL])
def test_who_was_stopped_in_the_line_stops_nobody(tmp_path: Path, what: signal.Signals) -> None:
    """Q3: the line is a politeness; the file's own lock decides."""
    path = tmp_path / "line"
    process, line = other(path, 60, 30), Line(str(path))
    try:
        time.sleep(0.1)
        os.kill(process.pid, what)
        for _ in range(3):
            began = time.monotonic()
            assert line.enter(5)
            assert time.monotonic() - began < POLITE_S + 0.3
            line.leave()
    finally:
        process.kill()
        process.communicate()


def test_without_a_file_beside_it_the_threads_still_stand_in_line() -> None:
    """Q3: a folder that cannot be written to."""
    line = Line("/proc/no/such/place")
    assert line.enter(1) and not line.enter(0.01)
    line.leave()
    assert line.enter(1)
    line.leave()
