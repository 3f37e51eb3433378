"""Rows about what comes in: kills, locks, full disks, bursts, reloads, poison. Each sends real pushes and compares the books with
what the platform was told.
"""

import json
import os
import sqlite3
import time
from collections.abc import Callable

from handlers.clock import SystemClock
from models.base import database
from models.messages import Inbox
from tests.chaos.faults import RELOAD, after, again, fill_up, locked
from tests.chaos.house import House, compare, out_of_order
from tests.chaos.load import Load, Outcome
from tests.chaos.report import Row, percent

RATE = 50.0


def everybody_asks_for_a_person(house: House, load: Load) -> None:
    """From here on each message is written down once for the colleague: an effect that can be counted."""
    for number in range(load.people):
        message = load.message(number)
        message.words = "转人工"
        load.deliver(message)
    assert house.wait_for(lambda: not house.waiting(), 30) < 30


def settle(house: House, seconds: float = 60) -> float:
    """Waits until all that was stored is worked."""
    return house.wait_for(lambda: house.waiting() == 0, seconds)


def figures(outcome: Outcome, **more: object) -> str:
    """What every row about messages says."""
    books = compare(outcome.messages)
    parts: dict[str, object] = {
        "messages": len(outcome.messages), "acked": percent(outcome.share_acked()), "lost": books["lost"],
        "twice": books["twice"], "p99": f"{outcome.p99():.2f} s", **more,
    }  # fmt: skip
    return ", ".join(f"{name} {value}" for name, value in parts.items())


def whole(outcome: Outcome, *, share: float = 0.999, p99: float = 1.0) -> bool:
    """Nothing acknowledged is lost, nothing is done twice, nearly all is acknowledged, in time."""
    books = compare(outcome.messages)
    return not books["lost"] and not books["twice"] and outcome.share_acked() >= share and outcome.p99() < p99


def f1_web_workers_are_killed(house: House, load: Load, scale: float) -> Row:
    with again(2.0, house.kill_one_worker) as killer:
        outcome = load.run(RATE, 200 * scale)
    settle(house)
    said = figures(outcome, kills=killer.done, broken=outcome.bad())
    return Row(1, "kill -9 of a web worker every 2 s", said, whole(outcome))


def f3_everything_is_killed(house: House, load: Load, scale: float) -> Row:
    ups: list[float] = []

    def kill_all(_number: int) -> None:
        for name in ("serve", "jobs"):
            house.kill(name)
        began = time.monotonic()
        house.start("serve")
        house.start("jobs")
        ups.append(time.monotonic() - began)

    with again(8.0, kill_all):
        outcome = load.run(RATE / 2, max(15.0, 400 * scale))
    settle(house)
    whole_file = integrity(house)
    said = figures(outcome, kills=len(ups), slowest_start=f"{max(ups):.1f} s", integrity=whole_file)
    good = whole(outcome, share=0.999, p99=2.0) and max(ups) < 10 and whole_file in ("ok", "the server's own")
    return Row(3, "kill -9 of everything, started again", said, good)


def integrity(house: House) -> str:
    """SQLite's own verdict on its file."""
    if house.postgres is not None:
        return "the server's own"
    with sqlite3.connect(house.settings.database.url.removeprefix("sqlite:///")) as line:
        return str(line.execute("PRAGMA integrity_check").fetchone()[0])


def f6_redis_goes(house: House, load: Load, scale: float) -> Row:
    title = "Redis stopped, flushed, slow"
    server = house.redis
    if server is None:
        return Row(6, title, "this set-up has no Redis", None)
    seconds = max(12.0, 180 * scale)
    timers = [
        after(seconds * 0.1, server.stop),
        after(seconds * 0.4, server.start),
        after(seconds * 0.5, lambda: server.client().flushall()),
        after(seconds * 0.6, lambda: server.signal(19)),
        after(seconds * 0.9, lambda: server.signal(18)),
    ]
    outcome = load.run(RATE, seconds)
    for timer in timers:
        timer.join()
    back = house.wait_for(lambda: house.ready()["redis"] == "ok", 30)
    settle(house)
    said = figures(outcome, back_after=f"{back:.1f} s")
    return Row(6, title, said, whole(outcome, p99=2.0) and back < 30)


def f7_the_database_is_held(house: House, load: Load, scale: float) -> Row:
    seconds = max(8.0, 30 * scale)

    def hold() -> None:
        with locked(house):
            time.sleep(seconds)

    timer = after(2.0, hold)
    outcome = load.run(RATE / 2, seconds + 6)
    timer.join()
    return _refused(house, load, outcome, f"the database is held for {seconds:.0f} s")


def f7_the_server_stops(house: House, load: Load, scale: float) -> Row | None:
    server = house.postgres
    if server is None:
        return None
    seconds = max(8.0, 30 * scale)
    timers = [after(2.0, server.stop), after(2.0 + seconds, server.start)]
    outcome = load.run(RATE / 2, seconds + 8)
    for timer in timers:
        timer.join()
    return _refused(house, load, outcome, f"PostgreSQL is stopped for {seconds:.0f} s")


def _refused(house: House, load: Load, outcome: Outcome, title: str) -> Row:
    """While it can't be stored it is refused, in time; afterwards all is as before."""
    refused = sum(status == 503 for m in outcome.messages for status in m.statuses)
    settle(house)
    later = load.run(RATE / 2, 3, doubled=False)
    settle(house)
    books, slowest = compare([*outcome.messages, *later.messages]), outcome.slowest_refusal()
    said = (
        f"{len(outcome.messages)} messages, {refused} refused with 503, slowest refusal {slowest:.2f} s, lost {books['lost']}, "
        f"twice {books['twice']}; afterwards {percent(later.share_acked())} acked, p99 {later.p99():.2f} s"
    )
    good = refused > 0 and slowest < 4.5 and not books["lost"] and not books["twice"] and later.share_acked() == 1
    return Row(7, title, said, good)


def f8_the_disk_is_full(house: House, load: Load, scale: float) -> Row:
    title = "the disk is full, then free again"
    folder = house.disk
    if folder is None:
        return Row(8, title, "no small disk can be made here (it needs root), or the server's disk is not ours", None)
    seconds = max(8.0, 60 * scale)
    freed: list[float] = []

    def fill() -> None:
        ballast = fill_up(folder)
        time.sleep(seconds)
        ballast.unlink()
        freed.append(time.monotonic())

    timer = after(2.0, fill)
    outcome = load.run(RATE / 2, seconds + 6)
    timer.join()
    back = house.wait_for(lambda: load.attempt(load.message()), 30)
    row = _refused(house, load, outcome, title)
    whole_file = integrity(house)
    return Row(8, title, f"{row.figures}, back {back:.1f} s after, integrity {whole_file}", bool(row.good) and whole_file == "ok")


def f14_reloads(house: House, load: Load, scale: float) -> Row:
    master = house.running["serve"].pid
    with again(1.5, lambda _number: os.kill(master, RELOAD)) as reloads:
        outcome = load.run(RATE, 32 if scale >= 1 else 15, doubled=False)
    settle(house)
    said = figures(outcome, reloads=reloads.done, answers=outcome.answers())
    return Row(14, "gunicorn HUP, again and again", said, outcome.bad() == 0 and whole(outcome, share=1.0))


def f15_a_burst(house: House, load: Load, scale: float) -> Row:
    outcome = load.run(500, max(5.0, 30 * scale), doubled=False)
    drained = settle(house, 300)
    wrong = out_of_order(outcome.messages)
    later = sum("bare" in m.replies for m in outcome.messages)
    books = compare(outcome.messages)
    sent = len(outcome.messages) / outcome.took_s
    said = figures(outcome, reached=f"{sent:.0f}/s", stored_only=later, drained_after=f"{drained:.0f} s", out_of_order=wrong)
    return Row(15, "a burst of ten times the load", said, not books["lost"] and not books["twice"] and drained < 300 and not wrong)


def f15_a_backlog(house: House, load: Load, scale: float) -> Row:
    """Pushes that were only stored, while nobody worked them: then worked in each person's order."""
    settle(house)
    house.kill("jobs")
    messages = [load.message() for _ in range(1000 if scale >= 1 else 300)]
    now = SystemClock().now()
    with database.atomic():
        for message in messages:
            body = {"account": house.settings.wechat.app_id, "message": {
                "ToUserName": house.settings.wechat.original_id, "FromUserName": message.openid, "CreateTime": str(int(now.timestamp())),
                "MsgType": "text", "Content": message.words, "MsgId": str(message.msg_id)}}  # fmt: skip
            Inbox.insert(
                community_id=0, account=house.settings.wechat.app_id, key=f"m:{message.msg_id}", user_key=message.openid,
                body=json.dumps(body), state="new", next_at=0, received_at=now,
            ).execute()  # fmt: skip
            message.statuses.append(200)
            message.seconds.append(0.0)
    house.start("jobs")
    drained = settle(house, 300)
    books, wrong = compare(messages), out_of_order(messages)
    said = f"{len(messages)} stored, drained after {drained:.0f} s, lost {books['lost']}, twice {books['twice']}, out of order {wrong}"
    return Row(15, "a backlog after a stop", said, not books["lost"] and not books["twice"] and not wrong and drained < 300)


def f16_poison(house: House, load: Load, scale: float) -> Row:
    """One stored push that breaks whoever works it, among others."""
    now, before = SystemClock().now(), Inbox.select().where(Inbox.state == "dead").count()
    bad = Inbox.create(
        community_id=0, account=house.settings.wechat.app_id, key=f"poison{load.message().msg_id}", user_key=load.message(0).openid,
        body="{}", state="new", next_at=0, received_at=now,
    )  # fmt: skip
    outcome = load.run(RATE, max(6.0, 20 * scale), doubled=False)
    for _step in range(6):
        house.wait_for(lambda: not _due(bad.id), 10)
        house.move_clock("PT40M")
    house.wait_for(lambda: Inbox.get_by_id(bad.id).state == "dead", 20)
    settle(house)
    row, dead = Inbox.get_by_id(bad.id), Inbox.select().where(Inbox.state == "dead").count() - before
    books = compare(outcome.messages)
    said = figures(outcome, dead=dead, tries=row.attempts, others_waiting=house.waiting())
    good = (dead, row.state, row.attempts) == (1, "dead", house.settings.messages.inbox_tries) and not books["lost"]
    return Row(16, "a message that breaks its handler", said, good and not house.waiting())


def _due(row_id: int) -> bool:
    return bool(Inbox.get_by_id(row_id).state == "processing")


def a_flood(house: House, load: Load, scale: float) -> Row:
    """One person sends two hundred a second; the others must hardly notice."""
    calm = load.run(20, 6, doubled=False)
    flooder, seconds = load.people + 7, max(6.0, 20 * scale)
    mixed = load.run(220, seconds, doubled=False, who=lambda n: n % load.people if n % 11 == 0 else flooder)
    settle(house)
    others = Outcome([m for m in mixed.messages if m.openid != load.message(flooder).openid])
    said = f"others: {figures(others)}, p99 before {calm.p99():.3f} s"
    books = compare(others.messages)
    good = others.share_acked() == 1 and not books["lost"] and others.p99() < max(2 * calm.p99(), 0.3)
    return Row(15, "one person floods us", said, good)


ROWS: dict[str, Callable[[House, Load, float], Row | None]] = {
    "f1": f1_web_workers_are_killed,
    "f3": f3_everything_is_killed,
    "f6": f6_redis_goes,
    "f7": f7_the_database_is_held,
    "f7b": f7_the_server_stops,
    "f8": f8_the_disk_is_full,
    "f14": f14_reloads,
    "f15": f15_a_burst,
    "f15b": f15_a_backlog,
    "f15c": a_flood,
    "f16": f16_poison,
}
