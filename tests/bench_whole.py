"""What the whole of it takes on this machine: `python -m tests.bench_whole` (part of `make bench`).

Web and jobs as they are started by default, with the imitated platform: seconds until it is ready, memory of both after some load
(pages that are shared counted once), and how long the slowest of a hundred answers takes at half of what it can carry.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from handlers.settings import Settings, load_settings
from tests.bench import measure, talk
from tests.chaos.house import pss_mb
from tests.chaos.load import Load, Outcome
from tests.story.processes import ROOT, Processes

READY_S, MEMORY_MB, P99_S = 3.0, 200.0, 0.1


def start(house: Processes) -> float:
    """The web server on an empty database and the clock beside it; seconds from the command until it says that it is ready."""
    began = time.monotonic()
    house.start("serve")
    took = time.monotonic() - began
    house.start("jobs")
    return took


def at_half(house: Processes, settings: Settings, peak: float, seconds: float) -> Outcome:
    """Half as many a second as it has just carried, each at its own moment, whether the one before was answered or not."""
    load = Load(f"{house.web}/wechat", settings, seed=1, people=200)
    load.run(peak / 2, 1, doubled=False)
    return load.run(peak / 2, seconds, doubled=False)


def family(pid: int) -> list[int]:
    """A process and all below it."""
    below = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True).stdout.split()
    return [pid, *(one for child in below for one in family(int(child)))]


def main() -> int:
    """Prints the figures beside their bars; 1 when one is missed."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--workers", default="", help="as web.workers; else the default of config.yaml")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="linli-bench-") as folder:
        house = Processes(Path(folder))
        house.env |= {"LINLI__WEB__PUSHES_AT_ONCE": "100000000", "LINLI__DEMO__KEEP_TRACES": "false"}
        house.env.pop("LINLI__WEB__WORKERS")
        house.env |= {"LINLI__WEB__WORKERS": args.workers} if args.workers else {}
        settings = load_settings()
        try:
            subprocess.run([sys.executable, "app.py", "migrate"], cwd=ROOT, env=house.env, check=True, stdout=subprocess.DEVNULL)
            house.start("simulator")
            ready = start(house)
            times, bad = measure(talk(house.web, settings, 50), args.seconds, 8)
            peak = len(times) / args.seconds
            outcome = at_half(house, settings, peak, args.seconds)
            memory = sum(pss_mb(pid) for name in ("serve", "jobs") for pid in family(house.running[name].pid))
        finally:
            house.stop()
    figures = (
        (f"ready after {ready:.1f} s", ready < READY_S),
        (f"web and jobs together {memory:.0f} MB after {len(times) + len(outcome.messages)} pushes", memory < MEMORY_MB),
        (f"at {peak / 2:.0f} a second, half of the peak, 99 of 100 answered within {outcome.p99() * 1000:.0f} ms", outcome.p99() < P99_S),
        (f"not answered: {bad + outcome.bad()}", not bad + outcome.bad()),
    )
    for words, good in figures:
        print(f"{'ok  ' if good else 'MISS'} {words}")
    return 0 if all(good for _words, good in figures) else 1


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    raise SystemExit(main())
