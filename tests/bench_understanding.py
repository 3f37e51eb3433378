"""How fast messages are understood on one core: part of `make bench`.

Every message of the sets is read once by a new process and then again and again; the longest nonsense a sender could think of is read
too. The time is processor time, so that other programs do not count. Loading is measured in new processes, with the modules compiled.
"""

import json
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parents[1]
SETS = ("dev.jsonl", "said.jsonl", "held_a.jsonl", "held_b.jsonl")
NOW = datetime(2026, 3, 11, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
ROUNDS = 5
LOADING = """
import re, time
def used():
    return int(re.search(r"VmRSS:\\s+(\\d+)", open("/proc/self/status").read())[1])
before, began = used(), time.process_time()
import bot.understanding
print(time.process_time() - began, used() - before)
"""
Said = tuple[str, str | None, str]


def messages() -> list[Said]:
    """Text, context and role of every message of the sets."""
    lines = [line for name in SETS for line in (ROOT / "tests" / "understanding" / name).read_text("utf-8").splitlines()]
    return [(item["text"], item["context"], item["role"]) for item in map(json.loads, lines)]


def nonsense() -> list[Said]:
    """Four kilobytes of this and that."""
    chance = random.Random(1)
    signs = sorted({sign for text, _, _ in messages() for sign in text if sign > "\u2fff"})
    texts = ["".join(chance.choices(signs, k=1365)) for _ in range(40)]
    texts += ["".join(chance.choices("0123456789点号月:.-/ 元块一二三", k=1365)) for _ in range(20)]
    words = ("1 ", "一", "不对,", "周三", "3号", "摔了", "改到", "🙂", "\x00", "明天下午三点", "两百", "A103")
    texts += [(word * 4096)[:4096] for word in words]
    return [(text, context, role) for text in texts for context, role in (("asked_budget", "resident"), ("offers", "worker"))]


def timed(said: Iterable[Said]) -> list[float]:
    """Milliseconds for each."""
    from bot.understanding import understand  # noqa: PLC0415 - loading it is what is measured before

    times = []
    for text, context, role in said:
        began = time.process_time()
        understand(text, role=role, context=context, now=NOW)
        times.append((time.process_time() - began) * 1000)
    return times


def show(name: str, times: list[float]) -> None:
    """One line of the table, in milliseconds."""
    figures = (statistics.median(times), statistics.quantiles(times, n=100)[98], max(times))
    print(f"{name:<34}{len(times):8d}   {' '.join(f'{value:8.2f}' for value in figures)} ms")


def loading() -> tuple[float, int]:
    """Seconds and kilobytes that loading takes in a new process."""
    done = subprocess.run([sys.executable, "-c", LOADING], cwd=ROOT, capture_output=True, text=True, check=True)
    seconds, kilobytes = done.stdout.split()
    return float(seconds), int(kilobytes)


def main() -> int:
    """The table: what, how many, median, 99 of 100, slowest; then what loading costs."""
    print("understanding, one core               messages    median     99 %  slowest")
    show("each message, by a new process", timed(messages()))
    show("each message, again", [min(times) for times in zip(*(timed(messages()) for _ in range(ROUNDS)), strict=True)])
    show("four kilobytes of nonsense", timed(nonsense()))
    loads = [loading() for _ in range(ROUNDS + 1)][1:]
    seconds, kilobytes = min(took for took, _ in loads), max(kept for _, kept in loads)
    print(f"{'loading the module':<42}{seconds * 1000:30.0f} ms {kilobytes / 1024:6.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
