"""How fast Linli answers on this machine: `make bench`.

Starts the real server (gunicorn, SQLite) on a free port with a database of its own, sends signed and encrypted pushes from
several senders at once, and prints how many were answered a second and how long the slowest took. It ends by itself.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import requests

from handlers.settings import Settings, load_settings
from jobs.plan import environment
from simulator.envelope import Envelope, write_xml
from tests.ports import free_port
from tests.servers import Postgres, children_of

ROOT = Path(__file__).resolve().parents[1]
Shot = Callable[[requests.Session, int], requests.Response]
_ids = count(7_000_000_000_000_000_000)
EVERYBODY = 10**9


@contextmanager
def server(folder: str, application: str = "app:create_app()", database: str = "") -> Iterator[tuple[str, int]]:
    """A server with our gunicorn settings and an empty community (on SQLite, if no `database` is named); its address, and its process."""
    port = free_port()
    env = {name: value for name, value in os.environ.items() if not name.startswith("LINLI_")} | {
        "LINLI__DATABASE__URL": database or f"sqlite:///{folder}/linli.db", "LINLI__WEB__PORT": str(port),
        "LINLI__DEMO__ENABLED": "true", "LINLI__WEB__PUSHES_AT_ONCE": "100000000",
    }  # fmt: skip
    subprocess.run([sys.executable, "app.py", "migrate"], cwd=ROOT, env=env, check=True, capture_output=True)
    words = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", application]
    with (Path(folder) / "log").open("wb") as lines:  # one a push, as in earnest
        process = subprocess.Popen(words, cwd=ROOT, env=env, stderr=lines)
        try:
            url = f"http://127.0.0.1:{port}"
            wait_for(f"{url}/readyz", process)
            yield url, process.pid
        finally:
            process.terminate()
            process.wait(40)


def cpu_s(pid: int) -> float:
    """Processor time of a server and its workers so far."""
    ticks = 0
    for one in [pid, *children_of(pid)]:
        fields = Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    """Until the server is ready, at most a minute."""
    for _ in range(600):
        try:
            if requests.get(url, timeout=2).ok:
                return
        except requests.ConnectionError:
            if process.poll() is not None:
                raise SystemExit("The server did not start; its last lines stand above.") from None
        time.sleep(0.1)
    raise SystemExit("The server was not ready within a minute.")


def pushes(url: str, settings: Settings, words: str, people: int) -> Shot:
    """One text of one of many people, new each time."""
    envelope = Envelope(settings.wechat.token, settings.wechat.encoding_aes_key, settings.wechat.app_id)

    def shoot(session: requests.Session, number: int) -> requests.Response:
        openid, moment = f"oBench{number % people:022d}", int(time.time())
        body = write_xml({
            "ToUserName": settings.wechat.original_id, "FromUserName": openid, "CreateTime": moment, "MsgType": "text",
            "Content": words, "MsgId": next(_ids),
        })  # fmt: skip
        query = envelope.query(moment, openid)
        sealed = envelope.wrap(body, query, "safe", settings.wechat.original_id)
        return session.post(f"{url}/wechat", params=query, data=sealed.encode(), timeout=10)

    return shoot


def measure(shot: Shot, seconds: float, senders: int) -> tuple[list[float], int]:
    """Seconds of each answer, and how many were no good, of so many senders at once."""
    times: list[float] = []
    bad = [0]
    end = time.monotonic() + seconds
    numbers = count()

    def send() -> None:
        with requests.Session() as session:
            while time.monotonic() < end:
                began = time.perf_counter()
                answer = shot(session, next(numbers))
                times.append(time.perf_counter() - began)
                bad[0] += answer.status_code != 200

    threads = [threading.Thread(target=send) for _ in range(senders)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times, bad[0]


def show(name: str, times: list[float], bad: int, seconds: float) -> None:
    """One line of the table, in milliseconds."""
    cuts = statistics.quantiles(times, n=100)
    figures = [f"{value * 1000:8.1f}" for value in (cuts[49], cuts[94], cuts[98], max(times))]
    print(f"{name:<34}{len(times) / seconds:8.0f}/s {' '.join(figures)} ms {bad:6d} bad")


# What people really say, one after the other.
TALK = (
    "你好", "同意", "明天下午三点找个保洁,两小时", "幸福里3号楼2单元501，王阿姨", "对", "保洁多少钱", "我的预约", "帮助",
    "谢谢", "有哪些服务",
)  # fmt: skip


def talk(url: str, settings: Settings, people: int) -> Shot:
    """Whole conversations of so many people at once; whoever has said everything is followed by somebody new."""
    said = [pushes(url, settings, words, EVERYBODY) for words in TALK]

    def shoot(session: requests.Session, number: int) -> requests.Response:
        turn, seat = divmod(number, people)
        group, step = divmod(turn, len(TALK))
        return said[step](session, group * people + seat)

    return shoot


ARMS = (
    ("bare success", "tests.bare:success()", False),
    ("bare echo", "tests.bare:echo()", False),
    ("a turn", "app:create_app()", False),
    ("a turn on PostgreSQL", "app:create_app()", True),
)


@contextmanager
def a_postgres() -> Iterator[Postgres | None]:
    """A PostgreSQL server that writes safely; None where this machine has none."""
    try:
        made = Postgres(safe=True)
    except RuntimeError as lacking:
        print(lacking)
        yield None
        return
    try:
        yield made
    finally:
        made.remove()


def costs(settings: Settings, seconds: float, senders: int) -> tuple[dict[str, float], int]:
    """Microseconds of the server's processor time for one push: a bare success, a bare echo, a whole turn of ours on either database."""
    found, total_bad = {}, 0
    with a_postgres() as postgres:
        for name, application, far in ARMS:
            if far and postgres is None:
                continue
            url = postgres.create("bench") if far and postgres is not None else ""
            found[name], bad = _cost(name, application, url, settings, seconds, senders)
            total_bad += bad
    return found, total_bad


def _cost(name: str, application: str, database: str, settings: Settings, seconds: float, senders: int) -> tuple[float, int]:
    with tempfile.TemporaryDirectory(prefix="linli-bench-") as folder, server(folder, application, database) as (url, pid):
        shot = talk(url, settings, 50)
        measure(shot, 1, senders)
        before = cpu_s(pid)
        times, bad = measure(shot, seconds, senders)
        show(name, times, bad, seconds)
        return (cpu_s(pid) - before) / len(times) * 1e6, bad


def main() -> int:
    """The table: what, answers a second, median, 95 and 99 of 100, slowest, how many failed; then what a push costs."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--senders", type=int, default=8)
    parser.add_argument("--plans", nargs="+", help="instead, how good the plans are for the days in these folders")
    args = parser.parse_args()
    if args.plans:
        env = os.environ | environment(1000.0, time.monotonic())  # compiled code, made first if there is none yet
        words = [*args.plans, "--seconds", f"{args.seconds:g}"]
        return subprocess.run([sys.executable, "-m", "tests.bench_plan", *words], cwd=ROOT, env=env).returncode
    settings = load_settings()
    print(f"{args.senders} senders, {args.seconds:g} s each{'':<15} answers   median     95 %     99 %  slowest")
    cost, total_bad = costs(settings, args.seconds, args.senders)
    with tempfile.TemporaryDirectory(prefix="linli-bench-") as folder, server(folder) as (url, _pid):
        shots: list[tuple[str, Shot]] = [
            ("alive", lambda session, _: session.get(f"{url}/healthz", timeout=10)),
            ("a question, 200 people", pushes(url, settings, "保洁多少钱", 200)),
            ("the same person, all at once", pushes(url, settings, "帮助", 1)),
        ]
        for name, shot in shots:
            times, bad = measure(shot, args.seconds, args.senders)
            show(name, times, bad, args.seconds)
            total_bad += bad
    print("\nprocessor time of the server for one push")
    for name, micro in cost.items():
        print(f"{name:<34}{micro:8.0f} us {micro / cost['bare echo']:6.1f} times the echo")
    return 1 if total_bad else 0


if __name__ == "__main__":
    sys.exit(main())
