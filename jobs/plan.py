"""The commands `plan` and `match`. Planning runs in a process of its own, since its compiler is too heavy for the others.

The inner loops are compiled once and kept. Until they are, a short run goes on without (slower, as right), and a long one
waits for them a part of its time.
"""

import argparse
import hashlib
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from handlers.matching_file import match_all

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "models" / "rules" / "planning"
READY, COMPILER, BEGAN = "ready", "compiler", "LINLI_PLAN_BEGAN"
WORTH_WAITING_S = 40.0  # from this much time on, a run that finds nothing compiled waits for it
WAITING_PART = 0.6  # at most this part of its time


def plan_arguments(parser: argparse.ArgumentParser) -> None:
    """What `plan` is asked with."""
    parser.add_argument("file", help="a day in the form homecare-dispatch/1 (docs/planning.md)")
    parser.add_argument("--seconds", type=float, help="at most so long, everything counted")
    parser.add_argument("--out", help="where the plan is written; else it is printed")
    parser.add_argument("--base", help="the plan that holds until now, when a worker falls ill")
    parser.add_argument("--event", help='who and when: a file with {"worker": id, "at": minute}, or {"ill": [such, ...]}')


def match_arguments(parser: argparse.ArgumentParser) -> None:
    """What `match` is asked with."""
    parser.add_argument("file", help="a day in the form homecare-dispatch/1 (docs/planning.md)")
    parser.add_argument("--best", type=int, default=5, help="so many workers for each visit")
    parser.add_argument("--visit", action="append", help="only this visit; may be repeated")
    parser.add_argument("--out", help="where the answers are written; else they are printed")


def run_match(args: argparse.Namespace) -> int:
    """Who suits each visit best, and why."""
    try:
        answers = json.dumps(match_all(json.loads(Path(args.file).read_bytes()), args.best, args.visit))
        if args.out:
            Path(args.out).write_text(answers, encoding="utf-8")
        else:
            sys.stdout.write(answers + "\n")
    except (OSError, ValueError) as wrong:
        sys.stderr.write(f"This can't be matched: {wrong}\n")
        return 2
    return 0


def run_plan(args: argparse.Namespace) -> int:
    """Goes over into the process that plans; a signal that comes meanwhile is answered there."""
    began = time.monotonic() - running_for()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    os.environ.update(environment(args.seconds or 0.0, began), **{BEGAN: str(began)})
    names = ("seconds", "out", "base", "event")
    given = [f"--{name}={value}" for name in names if (value := getattr(args, name)) is not None]
    os.execv(sys.executable, [sys.executable, "-m", "jobs.plan_process", str(Path(args.file).resolve()), *given])


def running_for() -> float:
    """Seconds since this process was started, waiting for the processor counted; where that isn't told, its own time."""
    try:
        ticks = Path("/proc/self/stat").read_text().rsplit(")", 1)[1].split()[19]
        return time.clock_gettime(time.CLOCK_BOOTTIME) - int(ticks) / os.sysconf("SC_CLK_TCK")
    except (OSError, AttributeError):
        return time.process_time()


def environment(seconds: float, began: float) -> dict[str, str]:
    """Where compiled code is kept, or that this run does without it."""
    paths = {"PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))}
    folder = code_folder()
    if folder is None:
        return paths
    if not (folder / READY).exists():
        start_compiling(folder, patient=seconds < WORTH_WAITING_S)
        if seconds >= WORTH_WAITING_S:
            wait_for(folder / READY, began + seconds * WAITING_PART)
    kept = {"NUMBA_CACHE_DIR": str(folder)}
    return paths | (kept if (folder / READY).exists() else {"NUMBA_DISABLE_JIT": "1"})


def wait_for(file: Path, until: float) -> None:
    """Until a file is there, it is too late, or somebody wants it to end."""
    while not file.exists() and time.monotonic() < until and not signal.sigpending():
        time.sleep(0.1)


def code_folder() -> Path | None:
    """Where the code of exactly these sources, compiler and machine is kept; nothing without the compiler or a place."""
    try:
        made_with = f"{version('numba')} {platform.python_version()} {platform.machine()} {platform.node()}"
    except PackageNotFoundError:
        return None
    state = hashlib.sha256(made_with.encode())
    for source in sorted(SOURCES.glob("*.py")):
        state.update(source.read_bytes())
    # The last one for a container whose only place to write is its own /tmp.
    for place in (ROOT / "__pycache__", Path.home() / ".cache" / "linli", Path(tempfile.gettempdir()) / f"linli-{os.getuid()}"):
        folder = place / f"planner-{state.hexdigest()[:16]}"
        try:
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.mkdir(exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK) and place.stat().st_uid == os.getuid():  # what lies there is run: nobody else's
            return folder
    return None


def start_compiling(folder: Path, patient: bool) -> None:
    """A process that compiles for this run or the next, once; older code goes."""
    for old in folder.parent.glob("planner-*"):
        if old != folder:
            shutil.rmtree(old, ignore_errors=True)
    command = [sys.executable, "-m", "jobs.plan_process", "--compile", str(folder / READY)]
    env = {**os.environ, "NUMBA_CACHE_DIR": str(folder), "PYTHONPATH": str(ROOT)}
    if patient:
        command = ["nice", "-n", "19", *command] if shutil.which("nice") else command
    if is_compiling(folder):
        return
    nothing = subprocess.DEVNULL
    made = subprocess.Popen(command, env=env, stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True)
    (folder / COMPILER).write_text(str(made.pid))


def is_compiling(folder: Path) -> bool:
    """Whether the process that was started for it is still there."""
    try:
        os.kill(int((folder / COMPILER).read_text()), 0)
    except (OSError, ValueError):
        return False
    return True


COMMANDS = {
    "plan": (run_plan, "who serves whom on one day, and on which way", plan_arguments),
    "match": (run_match, "who suits each visit of a day best, and why", match_arguments),
}


def at_once() -> None:
    """Goes through with `plan` or `match` where the command line says so, and ends there; else does nothing."""
    if sys.argv[1:2] and sys.argv[1] in COMMANDS:
        run, words, arguments = COMMANDS[sys.argv[1]]
        parser = argparse.ArgumentParser(prog=f"python app.py {sys.argv[1]}", description=words)
        arguments(parser)
        sys.exit(run(parser.parse_args(sys.argv[2:])))


def main() -> int:
    """`python -m jobs.plan DAY.json ...`: the same as `python app.py plan`."""
    parser = argparse.ArgumentParser(prog="python -m jobs.plan")
    plan_arguments(parser)
    return run_plan(parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
