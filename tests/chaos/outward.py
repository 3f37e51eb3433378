"""Rows about what goes out: the clock's process killed, a platform that fails, hangs or loses its answers. Each promises notices
and compares what the platform took with our books.
"""

import itertools
import re
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import requests

from handlers.clock import SystemClock
from handlers.context import Context, system_actor
from handlers.notices import NOTICES
from handlers.outbox import tell
from models.base import database
from models.messages import Outbox
from models.people import Identity
from tests.cast import RESIDENTS, WORKERS, openid
from tests.chaos.faults import GO_ON, PAUSE, after, again
from tests.chaos.house import House
from tests.chaos.load import Load
from tests.chaos.report import Row

CAST = (*RESIDENTS, *WORKERS)
OURS = re.compile(r"ob(\d+)")
WORDS = re.compile("通知\\d+号")
_promised = itertools.count()


CUSTOM = 5  # messages that one text of a person allows


def promise(house: House, load: Load, count: int) -> list[str]:
    """So many notices to the cast: customer-service messages as far as their windows go, then template messages; their keys."""
    now = SystemClock().now() + timedelta(seconds=house.offset_s())
    for who in CAST:
        house.follows(who)
        house.push(openid(who), "你好")
    keys = []
    with database.atomic():
        people = list(Identity.select().where(Identity.openid.in_([openid(who) for who in CAST])))
        for number in range(count):
            who = people[number % len(people)]
            keys.append(f"通知{next(_promised)}号")
            ctx = Context(system_actor(who.community_id), now, house.settings)
            if number < CUSTOM * len(people):
                tell(ctx, who.person_id, "bot_reply", key=keys[-1], text=keys[-1], choices=[])
            else:
                tell(ctx, who.person_id, "job_offer", key=keys[-1], **NOTICES["job_offer"].sample)
    return keys


def taken(house: House) -> Counter[str]:
    """How often the platform took each notice: known by the id that we gave it, or by its words."""
    keys = {str(row.id): row.effect_key.split(":", 1)[1] for row in Outbox.select(Outbox.id, Outbox.effect_key)}
    came: Counter[str] = Counter()
    for message in requests.get(f"{house.sim}/sandbox/outbox", timeout=30).json():
        ours, words = OURS.match(message["client_msg_id"] or ""), WORDS.search(message["text"] or "")
        if ours or words:
            came[keys.get(ours[1], "") if ours else words[0]] += 1
    return came


def told(house: House, keys: list[str], seconds: float) -> dict[str, float]:
    """Waits until all is sent or given to a person; what was lost, what came twice, how long it took."""
    took = house.wait_for(lambda: house.unsent() == 0, seconds)
    came = taken(house)
    ended = {row.effect_key.split(":", 1)[1]: row.state for row in Outbox.select(Outbox.effect_key, Outbox.state)}
    lost = sum(1 for key in keys if not came[key] and ended.get(key) != "called")
    twice = sum(came[key] - 1 for key in keys if came[key] > 1)
    return {"lost": lost, "twice": twice, "phoned": sum(ended.get(key) == "called" for key in keys), "took": took}


def said_of(found: dict[str, float], count: int, **more: object) -> str:
    """What every row about notices says."""
    parts: dict[str, object] = {"promised": count, "lost": int(found["lost"]), "twice": int(found["twice"])}
    parts |= {"to the call list": int(found["phoned"]), "all settled after": f"{found['took']:.0f} s", **more}
    return ", ".join(f"{name} {value}" for name, value in parts.items())


def f2_the_clock_is_killed(house: House, load: Load, scale: float) -> Row:
    count = int(max(200, 3000 * scale))

    def kill(_number: int) -> None:
        house.kill("jobs")
        house.start("jobs")

    words: list[str] = []
    with again(2.0, kill) as killer:
        for _round in range(10):
            words += promise(house, load, count // 10)
            time.sleep(max(1.0, 20 * scale))
    found = told(house, words, 60)
    good = not found["lost"] and found["twice"] <= min(killer.done, max(1, 0.005 * count)) and found["took"] < 60
    return Row(2, "kill -9 of the clock's process every 2 s", said_of(found, count, kills=killer.done), good)


MIXED = ["-1", "45009", "40001", "5xx", "reset", "timeout"]


def f9_the_platform_fails(house: House, load: Load, scale: float) -> Row:
    """45009 stops an API until midnight, by rule; here the day goes on when the faults end."""
    count = int(max(100, 1000 * scale))
    before = calls(house, "/cgi-bin/stable_token")
    house.fault(rate=0.3, kinds=[k for k in MIXED if k != "45009"], endpoints=["/cgi-bin/message"], seed=house.seed)
    words = promise(house, load, count)
    outcome = load.run(10, max(8.0, 60 * scale), doubled=False)
    house.fault()
    for _step in range(8):
        if house.wait_for(lambda: house.unsent() == 0, 4) < 4:
            break
        house.move_clock("PT15M")
    found = told(house, words, 30)
    fetched = calls(house, "/cgi-bin/stable_token") - before
    said = said_of(found, count, token_fetches=fetched, ack_p99=f"{outcome.p99():.2f} s")
    return Row(9, "three in ten calls of the platform fail", said, not found["lost"] and outcome.p99() < 1)


def calls(house: House, path: str) -> int:
    """How many calls of an API the platform saw."""
    return len(requests.get(f"{house.sim}/sandbox/calls", params={"path": path}, timeout=30).json())


def f10_the_platform_hangs(house: House, load: Load, scale: float) -> Row:
    seconds, memory = max(15.0, 300 * scale), house.memory_mb()
    p99s, said = [], []
    for kinds in (["timeout"], ["40001"]):
        house.fault(rate=1, kinds=kinds, endpoints=["/cgi-bin/message"], seed=1)
        before = calls(house, "/cgi-bin/message")
        promise(house, load, 60)
        outcome = load.run(10, seconds, doubled=False)
        rate = (calls(house, "/cgi-bin/message") - before) / seconds
        p99s.append(outcome.p99())
        said.append(f"{kinds[0]}: ack p99 {outcome.p99():.2f} s, {rate:.2f} calls a second")
    house.fault()
    grown = house.memory_mb() - memory
    words = promise(house, load, 10)
    for _step in range(8):
        if house.wait_for(lambda: house.unsent() == 0, 4) < 4:
            break
        house.move_clock("PT15M")
    found = told(house, words, 30)
    good = max(p99s) < 1 and grown < 50 and not found["lost"]
    return Row(10, "the platform hangs, then refuses every token", f"{'; '.join(said)}; memory +{grown:.0f} MB", good)


def f11_answers_are_lost(house: House, load: Load, scale: float) -> Row:
    count = int(max(50, 500 * scale))
    house.fault(rate=1, kinds=["drop_reply"], endpoints=["/cgi-bin/message"], seed=1)
    words = promise(house, load, count)
    house.wait_for(lambda: house.unsent() == 0, 15)
    house.fault()
    for _step in range(8):
        if house.wait_for(lambda: house.unsent() == 0, 4) < 4:
            break
        house.move_clock("PT15M")
    found = told(house, words, 30)
    most = max(taken(house)[key] for key in words)
    said = said_of(found, count, most_for_one=most)
    return Row(11, "the platform took it, its answer was lost", said, not found["lost"] and most <= 2)


def f13_many_clocks(house: House, load: Load, scale: float) -> Row:
    """Four processes of the clock, one of them stopped for a while: everything is sent, nothing twice."""
    count, extra = int(max(200, 1000 * scale)), ["jobs2", "jobs3", "jobs4"]
    for name in extra:
        house.start_more(name, "jobs")
    house.pause("jobs", PAUSE)
    waking = after(max(8.0, 60 * scale), lambda: house.pause("jobs", GO_ON))
    began = time.monotonic()
    words = promise(house, load, count)
    first = house.wait_for(lambda: house.unsent() < count, 30)
    found = told(house, words, 120)
    waking.join()
    time.sleep(2)
    found["twice"] = sum(n - 1 for word, n in taken(house).items() if word in set(words) and n > 1)
    for name in extra:
        house.kill(name)
    said = said_of(found, count, first_after=f"{first:.1f} s", in_all=f"{time.monotonic() - began:.0f} s")
    return Row(13, "four clocks, one of them stopped", said, not found["lost"] and not found["twice"] and first < 30)


ROWS: dict[str, Callable[[House, Load, float], Row]] = {
    "f2": f2_the_clock_is_killed,
    "f9": f9_the_platform_fails,
    "f10": f10_the_platform_hangs,
    "f11": f11_answers_are_lost,
    "f13": f13_many_clocks,
}
