"""The process that makes a plan: started by `python app.py plan`; SIGTERM ends the search, and the best plan is written."""

import argparse
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from handlers.planning import Made, ask, make_plan
from handlers.sections import Planning
from handlers.settings import load_settings
from jobs.plan import BEGAN, plan_arguments, running_for

SPARE_S = 0.3  # seconds kept back whatever the machine does
LEAVING_S = 0.1  # processor seconds that leaving takes
MOST_CROWDED = 12.0

_stopped: list[int] = []


def crowding() -> float:
    """How many seconds pass for one of the processor: on a busy machine the end takes longer, too."""
    return min(MOST_CROWDED, max(1.0, running_for() / max(time.process_time(), 0.01)))


def read(name: str | None) -> Any:
    """JSON from a file, if there is one."""
    return json.loads(Path(name).read_bytes()) if name else None


def time_left(seconds: float) -> Callable[[float], float]:
    """Tells how long the search may still go on when so many processor seconds are needed after it; the start of the command counts."""
    until = float(os.environ.get(BEGAN, time.monotonic() - running_for())) + seconds - SPARE_S
    return lambda kept: until - time.monotonic() - (LEAVING_S + kept) * crowding()


def heed_signals() -> None:
    """From here on a signal ends the search, not the process; one that came before is answered now."""
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda number, _frame: _stopped.append(number))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM, signal.SIGINT})


def plan(args: argparse.Namespace, settings: Planning) -> Made:
    """Reads, plans, and gives the plan."""
    usual = settings.replan_seconds if args.base else settings.seconds
    left = time_left(args.seconds or usual)
    asked = ask(read(args.file), read(args.base), read(args.event), left, lambda: bool(_stopped))
    return make_plan(asked, settings)


def give(made: Made, out: str | None) -> None:
    """The plan into its file, whole or not at all, and the report for people; without a file, the plan alone."""
    words = json.dumps(made.plan.as_json(), ensure_ascii=False)
    if not out:
        sys.stdout.write(words + "\n")
        return
    half = Path(f"{out}.part")
    half.write_text(words, encoding="utf-8")
    half.replace(out)
    sys.stdout.write(json.dumps(made.report) + "\n")


def compile_all(ready: str) -> None:
    """Plans a day of one visit, which compiles everything; says that it is done by a file."""
    day = {
        "date": "2027-01-01", "travel": {"speed_m_per_min": 200, "fixed_min": 2}, "agencies": [], "residents": [],
        "workers": [], "blocked": [], "history": [], "visits": [],
    }  # fmt: skip
    make_plan(ask(day, None, None, lambda _kept: 1.0, lambda: False), Planning())
    Path(ready).touch()


def main() -> int:
    """One plan."""
    heed_signals()
    parser = argparse.ArgumentParser(prog="python app.py plan")
    if sys.argv[1:2] == ["--compile"]:
        compile_all(sys.argv[2])
        return 0
    plan_arguments(parser)
    args = parser.parse_args()
    if bool(args.base) != bool(args.event):
        parser.error("--base and --event belong together")
    try:
        give(plan(args, load_settings().planning), args.out)
    except (OSError, ValueError) as wrong:
        sys.stderr.write(f"This can't be planned: {wrong}\n")
        return 2
    return 0


def leave(status: int) -> NoReturn:
    """Ends at once: taking down the compiler's memory bit by bit takes a quarter of a second of the processor."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    leave(main())
