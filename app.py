"""The wiring and the command line. Nobody imports this file.

`create_app()` is the web application (gunicorn: 'app:create_app()'); `python app.py COMMAND` is everything else.
"""

from jobs.plan import COMMANDS, at_once

if __name__ == "__main__":
    at_once()  # `plan` and `match` need nothing of what is imported below, and their time counts from the start

import argparse
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Flask

from bot.late import go_on
from bot.menu import menus
from bot.services.wiring import outside_of
from bot.tables import FILES as BOT_TABLES
from bot.understanding.cli import answer_lines
from bot.webhook import Pushes, doors_of, webhook
from bot.wechat.client import CallFailed, WeChatPlatform
from bot.wechat.setup import set_menu, template_problems
from bot.work import work_push
from handlers.bell import hang_bell
from handlers.clock import Clock, clock_from
from handlers.copies import back_up, restore_from
from handlers.deadlines import DUE
from handlers.demo import good_morning, is_empty, seed_demo
from handlers.housekeeping import count_things
from handlers.install import load_content
from handlers.logs import configure_logging, log
from handlers.rekey import change_data_key
from handlers.settings import Settings, check_settings, load_settings
from handlers.spoken import SPOKEN, refuse_taken, refuse_unusable, reread_settings, say_failure
from handlers.templates import check_notices
from jobs.loops import Later
from jobs.process import run_jobs
from models.base import database, open_database
from models.crypto import use_data_key
from models.schema import migrate, pending
from simulator.config import SimulatorConfig
from simulator.server import serve as serve_simulator
from web.factory import for_programs, make_web
from web.staff_commands import answer_staff, staff_arguments

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Parts:
    """What the doors and the clock are given."""

    settings: Settings
    clock: Clock
    platform: WeChatPlatform


def wire(settings: Settings | None = None, clock: Clock | None = None) -> Parts:
    """Opens the database and sets the keys; the same for every process."""
    settings = settings or load_settings()
    refuse_unusable(settings)
    configure_logging(json=settings.logs.as_json, level=settings.logs.level)
    use_data_key(settings.security.data_key)
    if settings.database.url.startswith("sqlite:///"):
        Path(settings.database.url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    d = settings.database
    open_database(d.url, busy_timeout_ms=d.busy_timeout_ms, answer_within_s=d.answer_within_s, pool=d.pool)
    hang_bell(settings.redis.url)
    assert BOT_TABLES and DUE  # importing them is what declares dialogues, intents and deadlines
    clock = clock or clock_from(settings)
    return Parts(settings, clock, WeChatPlatform(settings, clock))


def create_app(settings: Settings | None = None, clock: Clock | None = None) -> Flask:
    """The web application: pushes, API, console, public site, health."""
    parts = wire(settings or reread_settings(), clock)
    app = make_web(parts.settings, parts.clock, parts.platform)
    for_programs(app, webhook(Pushes(app, doors_of(parts.settings, parts.clock, work_push)).doors))
    parts.clock.now()  # a clock that is followed is asked before the first push comes
    return app


def run_demo(args: argparse.Namespace) -> int:
    """Everything on one machine, with sample people: the imitated platform, the web server, the clock."""
    os.environ.update(demo_environment(args.port, Path(args.data).resolve()))
    settings = load_settings()
    parts = wire(settings)
    migrate(database)
    children = [start("simulator")]
    try:
        wait_for(f"http://127.0.0.1:{settings.simulator.port}/sandbox/clock", children)
        if is_empty(settings):
            begin_demo(settings, good_morning(parts.clock.now()))
        children += [start("jobs"), start("serve")]
        wait_for(f"http://127.0.0.1:{args.port}/readyz", children)
        print(demo_words(args.port), flush=True)
        return watch(children)
    finally:
        stop(children)


def begin_demo(settings: Settings, morning: datetime) -> None:
    """The first day: the one clock is set to the morning, and the sample people move in."""
    url = f"http://127.0.0.1:{settings.simulator.port}/sandbox/clock"
    body = json.dumps({"now": morning.isoformat()}).encode()
    wanted = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(wanted, timeout=10):
        seed_demo(settings, morning)


def demo_environment(port: int, data: Path) -> dict[str, str]:
    """The demo's settings, for its processes; what is set already wins."""
    simulator_port = int(os.environ.get("LINLI__SIMULATOR__PORT", port + 1000))
    refuse_taken(port, simulator_port)
    wanted = {
        "LINLI__DATABASE__URL": f"sqlite:///{data / 'linli.db'}",
        "LINLI__WEB__PORT": str(port),
        "LINLI__WEB__BASE_URL": f"http://127.0.0.1:{port}",
        "LINLI__WEB__WORKERS": "1",
        "LINLI__WECHAT__API_BASE_URL": f"http://127.0.0.1:{simulator_port}",
        "LINLI__SIMULATOR__PORT": str(simulator_port),
        "LINLI__SIMULATOR__PUSH_URL": f"http://127.0.0.1:{port}/wechat",
        "LINLI__DEMO__ENABLED": "true",
        "LINLI__DEMO__KEEP_TRACES": "true",
        "LINLI__LOGS__LEVEL": "warning",
        "LINLI__SECURITY__SESSION_HOURS": "8760",  # a visitor moves the clock by days
        "LINLI_DATA": str(data),
    }
    return {name: os.environ.get(name, value) for name, value in wanted.items()}


def start(command: str) -> subprocess.Popen[bytes]:
    """One of our own processes, in a group of its own."""
    return subprocess.Popen([sys.executable, str(HERE / "app.py"), command], start_new_session=True)


def wait_for(url: str, children: list[subprocess.Popen[bytes]], seconds: float = 60) -> None:
    """Waits until an address answers; a process that ended meanwhile ends the waiting."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            if any(child.poll() is not None for child in children):
                raise SystemExit("A part of the demo has stopped; its last lines stand above.") from None
            time.sleep(0.1)
    raise SystemExit(f"{url} did not answer in {seconds:.0f} seconds.")


def watch(children: list[subprocess.Popen[bytes]]) -> int:
    """Until Ctrl-C, or until a part stops by itself."""
    signal.signal(signal.SIGTERM, lambda *_args: sys.exit(0))
    try:
        while all(child.poll() is None for child in children):
            time.sleep(0.3)
    except KeyboardInterrupt:
        return 0
    print("A part of the demo has stopped.", file=sys.stderr)
    return 1


def stop(children: list[subprocess.Popen[bytes]]) -> None:
    """Asks each process to finish, and waits for it."""
    for child in children:
        if child.poll() is None:
            child.terminate()
    for child in children:
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            child.kill()


def demo_words(port: int) -> str:
    """What to open and what to try."""
    here = f"http://127.0.0.1:{port}"
    return f"""
  邻里家政 is running on this machine. Open  {here}/simulator/

  Try, on 王阿姨's phone:   关注公众号 → 同意 → 明天下午三点找个保洁,擦玻璃,两小时,预算150 → the address → 对,就这样
  On the desk beside it:    通过    (or open {here}/console/ and choose 陈姐)
  Then:                     请李师傅 → on 李师傅's phone: 接 → both: 确认 → move the clock to the reminder and the visit
  Public site {here}/     API {here}/api/v1/openapi.json     Ctrl-C stops; all data stays.
"""


def run_simulator(args: argparse.Namespace) -> int:
    """Only the imitation of the platform."""
    settings = load_settings()
    w, m, port = settings.wechat, settings.miniprogram, args.port or settings.simulator.port
    config = SimulatorConfig(
        app_id=w.app_id,
        app_secret=w.app_secret,
        token=w.token,
        encoding_aes_key=w.encoding_aes_key,
        original_id=w.original_id,
        miniprogram_app_id=m.app_id,
        miniprogram_app_secret=m.app_secret,
        push_url=settings.simulator.push_url,
        data_dir=os.environ.get("LINLI_DATA"),
    )
    serve_simulator(config, port)
    return 0


def run_serve(args: argparse.Namespace) -> int:
    """gunicorn with gunicorn.conf.py."""
    settings = load_settings()
    port = args.port or settings.web.port
    os.environ["LINLI__WEB__PORT"] = str(port)
    os.environ.setdefault("MALLOC_ARENA_MAX", "2")  # many threads on a small machine: memory that is free is given back
    wire(settings)
    if pending(database):
        migrate(database)
    load_content(settings)
    database.close()
    gunicorn = [
        str(Path(sys.executable).with_name("gunicorn")),  # not `-m`: it could not start itself anew on USR2
        "-c",
        str(HERE / "gunicorn.conf.py"),
        "-b",
        f"{settings.web.host}:{port}",
        "app:create_app()",
    ]
    os.chdir(HERE)
    os.execv(sys.executable, [sys.executable, *gunicorn])


def run_clock(args: argparse.Namespace) -> int:
    """The scheduler and outbox process."""
    parts = wire()
    wait_for_schema()
    for problem in check_notices(parts.settings):
        log.error("templates.check", problem=problem)
    run_jobs(parts.settings, parts.clock, parts.platform, work_push, Later(outside_of(parts.settings, parts.platform), go_on))
    return 0


def wait_for_schema(seconds: float = 60) -> None:
    """The jobs process may start before the web server has brought the database forward."""
    until = time.monotonic() + seconds
    while pending(database) and time.monotonic() < until:
        time.sleep(0.2)
    if pending(database):
        raise SystemExit("The database is not up to date. Run: python app.py migrate")


def run_migrate(args: argparse.Namespace) -> int:
    """Brings the database forward and loads the starting content."""
    parts = wire()
    done = migrate(database)
    load_content(parts.settings)
    print("\n".join(done) if done else "Nothing to do: the database is up to date.")
    return 0


def run_check(args: argparse.Namespace) -> int:
    """Says in words what is wrong with the settings."""
    problems = check_settings(load_settings())
    print("\n".join(problems) if problems else "The settings are fine.")
    return 1 if problems else 0


def run_seed(args: argparse.Namespace) -> int:
    """Sample people and history, as in the demo."""
    parts = wire()
    migrate(database)
    load_content(parts.settings)
    seeded = seed_demo(parts.settings, parts.clock.now())
    print("Sample people are in. Everybody knows their passwords." if seeded else "Nothing to do: there are people already.")
    return 0


def run_staff(args: argparse.Namespace) -> int:
    """Accounts of the console; a new one's password and the secret for the authenticator are printed once."""
    parts = wire()
    load_content(parts.settings)
    print(answer_staff(parts.settings, args))
    return 0


def run_menu(args: argparse.Namespace) -> int:
    """Puts the chat's menu before people."""
    return say_problems(set_menu(wire().platform, menus()), "The menu is before people now.")


def run_templates(args: argparse.Namespace) -> int:
    """Whether the accounts have every template that our notices need, with fields that fit."""
    parts = wire()
    return say_problems(template_problems(parts.settings, parts.platform), "Every notice has its template, and fits it.")


def say_problems(problems: list[str], good: str) -> int:
    """Prints what is wrong, or a good word; the exit status that goes with it."""
    print("\n".join(problems) if problems else good, file=sys.stderr if problems else sys.stdout)
    return 1 if problems else 0


def run_backup(args: argparse.Namespace) -> int:
    """A copy of the database while it is in use."""
    wire()
    back_up(Path(args.file))
    print(f"Kept in {args.file}.")
    return 0


def run_restore(args: argparse.Namespace) -> int:
    """The database from a copy; what was sent or is too late is not sent again."""
    parts = wire()
    print(restore_from(Path(args.file), parts.clock.now()))
    return 0


def run_rekey(args: argparse.Namespace) -> int:
    """Another data key, from LINLI_NEW_DATA_KEY, for all that is stored."""
    rows = change_data_key(wire().settings.security.data_key, os.environ.get("LINLI_NEW_DATA_KEY", ""))
    print(f"{rows} rows are sealed by the new key. Set security.data_key to it before anything starts.")
    return 0


def run_counts(args: argparse.Namespace) -> int:
    """How many of each stored thing, as JSON."""
    wire()
    print(json.dumps(count_things(), ensure_ascii=False))
    return 0


def run_understand(args: argparse.Namespace) -> int:
    """JSON Lines in, JSON Lines out: what the bot understands."""
    now = datetime(2026, 3, 11, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
    sys.stdout.writelines(f"{line}\n" for line in answer_lines(sys.stdin, now=now))
    return 0


Command = Callable[[argparse.Namespace], int]


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="python app.py", description="Linli 邻里家政")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name: str, run: Command, words: str, under: argparse._SubParsersAction | None = None) -> argparse.ArgumentParser:
        made = (under or commands).add_parser(name, help=words, description=words)
        made.set_defaults(run=run)
        return made

    demo = add("demo", run_demo, "everything on this machine, with sample people")
    demo.add_argument("--port", type=int, default=8000)
    demo.add_argument("--data", default=str(HERE / "data"))
    add("serve", run_serve, "the web server").add_argument("--port", type=int)
    add("jobs", run_clock, "the clock and the outbox")
    add("simulator", run_simulator, "only the imitation of the platform").add_argument("--port", type=int)
    add("migrate", run_migrate, "bring the database forward")
    add("check", run_check, "say what is wrong with the settings")
    add("seed", run_seed, "sample people and history")
    staff_arguments(add("staff", run_staff, "accounts of the console"))
    menu = commands.add_parser("menu", help="the chat menu").add_subparsers(dest="what", required=True)
    add("push", run_menu, "put the menu before people", menu)
    templates = commands.add_parser("templates", help="message templates").add_subparsers(dest="what", required=True)
    add("check", run_templates, "compare the account's templates with our notices", templates)
    add("backup", run_backup, "a copy of the database").add_argument("file")
    add("restore", run_restore, "the database from a copy").add_argument("file")
    add("rekey", run_rekey, "another data key for all that is stored, from LINLI_NEW_DATA_KEY")
    add("counts", run_counts, "how many of each thing, as JSON")
    add("understand", run_understand, "what the bot understands, line by line")
    for name, (run, words, arguments) in COMMANDS.items():
        arguments(add(name, run, words))
    return top


def main() -> int:
    """Runs a command; what can't be done is said in words."""
    args = parser().parse_args()
    spoken: tuple[type[Exception], ...] = (CallFailed, *SPOKEN)
    try:
        status: int = args.run(args)
    except spoken as failure:
        words, status = say_failure(failure)
        print(words, file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
