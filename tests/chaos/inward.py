"""Rows about what comes in: kills, locks, full disks, bursts, reloads, poison. Each sends real pushes and compares the books with
what the platform was told.
"""

import json
import os
import sqlite3
import time
from collections.abc import Callable

from handlers.backlog import replay
from handlers.clock import SystemClock
from handlers.context import Context, system_actor
from handlers.later import SORRY
from models.base import database
from models.messages import Inbox, Outbox
from tests.chaos.faults import RELOAD, after, again, full_disk, locked
from tests.chaos.house import House, compare, out_of_order
from tests.chaos.load import Load, Message, Outcome
from tests.chaos.report import Row, percent

RATE = 50.0
FULL = 0.1  # from this scale on the figures named are held; below it (the short form, beside other tests) nothing is timed sharply


def p99_bar(scale: float, bar: float = 1.0) -> float:
    """The bar of RELIABILITY; in the short form the platform's own patience."""
    return bar if scale >= FULL else 4.9


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
    return Row("F1", "kill -9 of a web worker every 2 s", said, whole(outcome, p99=p99_bar(scale)))


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
    return Row("F3", "kill -9 of everything, started again", said, good)


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
        return Row("F6", title, "this set-up has no Redis", None)
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
    return Row("F6", title, said, whole(outcome, p99=2.0) and back < 30)


def f7_the_database_is_held(house: House, load: Load, scale: float) -> Row:
    """For a moment, then for half a minute: longer than anybody waits."""
    outcomes, lasts = [], (3.0, 30.0) if scale >= FULL else (8.0,)
    for seconds in lasts:
        timer = after(2.0, lambda seconds=seconds: hold(house, seconds))
        outcomes += load.run(RATE / 2, seconds + 6).messages
        timer.join()
        settle(house)
    return _refused(house, load, Outcome(outcomes), f"the database is held for {' s, then for '.join(f'{s:.0f}' for s in lasts)} s")


def hold(house: House, seconds: float) -> None:
    """Nobody else can write meanwhile."""
    with locked(house):
        time.sleep(seconds)


def f7_the_server_stops(house: House, load: Load, scale: float) -> Row | None:
    server = house.postgres
    if server is None:
        return None
    seconds = 30.0
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
    return Row("F7", title, said, good)


def f7_with_a_spool(house: House, load: Load, scale: float) -> Row:
    """With a folder beside it, all is acknowledged while the database is held, and comes in afterwards, in order."""
    house.env["LINLI__INBOX__SPOOL_DIR"] = str(house.folder / "spool")
    house.start_anew()
    try:
        timer = after(2.0, lambda: hold(house, 12.0))
        outcome = load.run(RATE / 2, 20, doubled=False)
        timer.join()
        drained = settle(house)
    finally:
        del house.env["LINLI__INBOX__SPOOL_DIR"]
        house.start_anew()
    refused = sum(status == 503 for m in outcome.messages for status in m.statuses)
    wrong, left = out_of_order(outcome.messages), len(list((house.folder / "spool").glob("*.push")))
    said = figures(outcome, refused=refused, drained_after=f"{drained:.0f} s", out_of_order=wrong, left_in_spool=left)
    good = whole(outcome, share=1.0, p99=4.5) and not refused and not wrong and not left and drained < 60
    return Row("F7", "the database is held for 12 s, with a spool", said, good)


def f8_the_disk_is_full(house: House, load: Load, scale: float) -> Row:
    """A small disk of its own where we may make one; else no process may write a byte more to any file. A server that gave up
    is started again by whoever watches it; ours must need nobody."""
    seconds, way = max(15.0, 60 * scale), "a small disk" if house.disk else "no more bytes to files"

    def fill() -> None:
        with full_disk(house):
            time.sleep(seconds)
        if house.postgres is not None and not house.postgres.is_alive():
            house.postgres.start()

    timer = after(2.0, fill)
    outcome = load.run(RATE / 2, seconds + 6)
    timer.join()
    back = house.wait_for(lambda: load.attempt(load.message()), 30)
    row, whole_file = _refused(house, load, outcome, "the disk is full, then free again"), integrity(house)
    said = f"{way}, {seconds:.0f} s: {row.figures}; taken again {back:.1f} s after it was freed, integrity {whole_file}"
    return Row("F8", row.title, said, bool(row.good) and back < 30 and whole_file in ("ok", "the server's own"))


def f14_reloads(house: House, load: Load, scale: float) -> Row:
    """Twenty times HUP, then new code beside the old on the same socket (USR2), and the old told to end."""
    master = house.running["serve"].pid
    roll = after(26.0, lambda: house.roll_over())
    with again(1.2, lambda number: os.kill(master, RELOAD) if number < 20 else None):
        outcome = load.run(RATE, 32, doubled=False)
    roll.join()
    settle(house)
    rolled = house.rolled
    house.start_anew()
    said = figures(outcome, reloads=20, rolled_over=rolled, answers=outcome.answers())
    good = outcome.bad() == 0 and rolled and whole(outcome, share=1.0)
    return Row("F14", "gunicorn HUP again and again, then a rolling restart", said, good)


def f15_a_burst(house: House, load: Load, scale: float) -> Row:
    outcome = load.run(500, max(5.0, 30 * scale), doubled=False)
    drained = settle(house, 300)
    wrong = out_of_order(outcome.messages)
    later = sum("bare" in m.replies for m in outcome.messages)
    books = compare(outcome.messages)
    sent = len(outcome.messages) / outcome.took_s
    said = figures(outcome, reached=f"{sent:.0f}/s", stored_only=later, drained_after=f"{drained:.0f} s", out_of_order=wrong)
    return Row("F15", "a burst of ten times the load", said, not books["lost"] and not books["twice"] and drained < 300 and not wrong)


def f15_a_backlog(house: House, load: Load, scale: float) -> Row:
    """Pushes that were only stored, while nobody worked them: then worked in each person's order."""
    settle(house)
    house.kill("jobs")
    messages = [load.message() for _ in range(1000)]
    now = SystemClock().now()
    with database.atomic():
        for message in messages:
            Inbox.insert(
                community_id=0, account=house.settings.wechat.app_id, key=f"m:{message.msg_id}", user_key=message.openid,
                body=stored(house, message), state="new", next_at=0, received_at=now,
            ).execute()  # fmt: skip
            message.statuses.append(200)
            message.seconds.append(0.0)
    house.start("jobs")
    drained = settle(house, 300)
    books, wrong = compare(messages), out_of_order(messages)
    said = f"{len(messages)} stored, drained after {drained:.0f} s, lost {books['lost']}, twice {books['twice']}, out of order {wrong}"
    return Row("F15", "a backlog after a stop", said, not books["lost"] and not books["twice"] and not wrong and drained < 300)


def f16_poison(house: House, load: Load, scale: float) -> Row:
    """One stored push that breaks whoever works it, among 1,000; mended, it can be replayed."""
    now, before = SystemClock().now(), Inbox.select().where(Inbox.state == "dead").count()
    message, newest = load.message(0), Outbox.select(Outbox.id).order_by(Outbox.id.desc()).limit(1).scalar() or 0
    bad = Inbox.create(
        community_id=0, account=house.settings.wechat.app_id, key=f"m:{message.msg_id}", user_key=message.openid,
        body="{}", state="new", next_at=0, received_at=now,
    )  # fmt: skip
    outcome = load.run(RATE, 20 if scale >= FULL else 6, doubled=False)
    for _step in range(6):
        house.wait_for(lambda: Inbox.get_by_id(bad.id).state != "processing", 10)
        house.move_clock("PT40M")
    house.wait_for(lambda: Inbox.get_by_id(bad.id).state == "dead", 20)
    settle(house)
    row, dead = Inbox.get_by_id(bad.id), Inbox.select().where(Inbox.state == "dead").count() - before
    excused = Outbox.select().where((Outbox.notice == SORRY) & (Outbox.id > newest)).exists()
    replayed, books = replay_mended(house, row, message), compare(outcome.messages)
    said = figures(outcome, dead=dead, tries=row.attempts, told=excused, replayed=replayed, others_waiting=house.waiting())
    once = (dead, row.state, row.attempts) == (1, "dead", house.settings.messages.inbox_tries)
    good = once and excused and replayed and not books["lost"] and not house.waiting()
    return Row("F16", "a message that breaks its handler", said, good)


def replay_mended(house: House, row: Inbox, message: Message) -> bool:
    """The cause is mended, somebody presses the button: worked once, as if it had come now."""
    row.change(body=stored(house, message))
    replay(Context(system_actor(0), SystemClock().now(), house.settings), row.id)
    house.wait_for(lambda: Inbox.get_by_id(row.id).state == "done", 20)
    return Inbox.get_by_id(row.id).state == "done" and compare([message])["twice"] == 0


def stored(house: House, message: Message) -> str:
    """A push as the inbox keeps it."""
    fields = {
        "ToUserName": house.settings.wechat.original_id, "FromUserName": message.openid, "MsgType": "text",
        "CreateTime": str(int(SystemClock().now().timestamp())), "Content": message.words, "MsgId": str(message.msg_id),
    }  # fmt: skip
    return json.dumps({"account": house.settings.wechat.app_id, "message": fields})


def a11_a_flood(house: House, load: Load, scale: float) -> Row:
    """One person sends two hundred a second; the others must hardly notice."""
    calm = load.run(20, 6, doubled=False)
    flooder, seconds = load.people + 7, max(6.0, 20 * scale)
    mixed = load.run(220, seconds, doubled=False, who=lambda n: n % load.people if n % 11 == 0 else flooder)
    settle(house)
    others = Outcome([m for m in mixed.messages if m.openid != load.message(flooder).openid])
    said = f"others: {figures(others)}, p99 before {calm.p99():.3f} s"
    books = compare(others.messages)
    good = others.share_acked() == 1 and not books["lost"] and others.p99() < max(2 * calm.p99(), 0.3)
    return Row("A11", "one person floods us", said, good)


ROWS: dict[str, Callable[[House, Load, float], Row | None]] = {
    "f1": f1_web_workers_are_killed,
    "f3": f3_everything_is_killed,
    "f6": f6_redis_goes,
    "f7": f7_the_database_is_held,
    "f7b": f7_the_server_stops,
    "f7c": f7_with_a_spool,
    "f8": f8_the_disk_is_full,
    "f14": f14_reloads,
    "f15": f15_a_burst,
    "f15b": f15_a_backlog,
        "f16": f16_poison,
    "a11": a11_a_flood,
}
