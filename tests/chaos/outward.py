"""Rows about what goes out: the clock's process killed, a platform that fails, hangs or loses its answers. Each promises notices
and compares what the platform took with our books.
"""

import itertools
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import requests

from handlers.clock import SystemClock
from handlers.context import Context, system_actor
from handlers.notices import NOTICES
from handlers.outbox import tell
from models.base import database
from models.clocks import JobRun
from models.messages import Outbox
from models.people import Identity
from tests.cast import RESIDENTS, WORKERS, openid
from tests.chaos.faults import GO_ON, PAUSE, after, again
from tests.chaos.house import House
from tests.chaos.load import Load
from tests.chaos.report import Row
from tests.story.processes import ROOT

CAST = (*RESIDENTS, *WORKERS)
OURS = re.compile(r"ob(\d+)")
WORDS = re.compile("通知\\d+号")
_promised = itertools.count()


CUSTOM = 3  # of a promise, customer-service messages to each: their text allows five, and some of them may have to go again


def promise(house: House, load: Load, count: int, custom: int = CUSTOM) -> list[str]:
    """So many notices to the cast: customer-service messages, `custom` to each, then template messages; their keys."""
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
            if number < custom * len(people):
                tell(ctx, who.person_id, "bot_reply", key=keys[-1], text=keys[-1], choices=[])
            else:
                tell(ctx, who.person_id, "job_offer", key=keys[-1], **NOTICES["job_offer"].sample)
    return keys


def taken(house: House, channel: str = "") -> Counter[str]:
    """How often the platform took each notice (by one way): known by the id that we gave it, or by its words; several may stand in
    one message."""
    keys = {str(row.id): row.effect_key.split(":", 1)[1] for row in Outbox.select(Outbox.id, Outbox.effect_key)}
    came: Counter[str] = Counter()
    for message in requests.get(f"{house.sim}/sandbox/outbox", timeout=30).json():
        ours, words = OURS.match(message["client_msg_id"] or ""), WORDS.findall(message["text"] or "")
        if channel in ("", message["channel"]):
            came.update({*words, *([keys.get(ours[1], "")] if ours else [])})
    return came


def told(house: House, keys: list[str], seconds: float) -> dict[str, Any]:
    """Waits until all is sent or given to a person; what was lost, what came twice, how long it took."""
    took = house.wait_for(lambda: house.unsent() == 0, seconds)
    came = taken(house)
    rows = Outbox.select(Outbox.effect_key, Outbox.state, Outbox.why)
    ended = {row.effect_key.split(":", 1)[1]: (row.state, row.why) for row in rows}
    phoned = Counter(why for state, why in map(ended.__getitem__, keys) if state == "called")
    lost = Counter(ended[key][0] for key in keys if not came[key] and ended[key][0] != "called")
    twice = sum(came[key] - 1 for key in keys if came[key] > 1)
    return {"lost": lost.total(), "states": dict(lost), "twice": twice, "phoned": dict(phoned), "took": took}


def said_of(found: dict[str, Any], count: int, **more: object) -> str:
    """What every row about notices says."""
    parts: dict[str, object] = {"promised": count, "lost": int(found["lost"]), "twice": int(found["twice"])}
    parts |= {"they are": found["states"]} if found["states"] else {}
    parts |= {"to the call list": found["phoned"] or 0, "all settled after": f"{found['took']:.0f} s", **more}
    return ", ".join(f"{name} {value}" for name, value in parts.items())


def _now_and_then(number: int) -> int:
    """A window holds five: what is held up for many rounds must not be more."""
    return int(number % 5 == 0)


def f2_the_clock_is_killed(house: House, load: Load, scale: float) -> Row:
    """Fifty notices a second, as in F1; some of them customer-service messages, which the platform takes twice if it is asked twice."""
    rounds = int(max(10, 200 * scale / 3))

    def kill(_number: int) -> None:
        house.kill("jobs")
        house.start("jobs")

    words: list[str] = []
    with again(2.0, kill) as killer:
        for number in range(rounds):
            began = time.monotonic()
            words += promise(house, load, 150, custom=_now_and_then(number))
            time.sleep(max(0.0, 3.0 - (time.monotonic() - began)))
    found = told(house, words, 60)
    good = not found["lost"] and found["twice"] <= min(killer.done, 0.005 * len(words)) and found["took"] < 60
    said = said_of(found, len(words), kills=killer.done)
    return Row("F2", "kill -9 of the clock's process every 2 s", said, good)


TOKEN = "/cgi-bin/stable_token"
MIXED = ["-1", "45009", "40001", "5xx", "reset", "timeout"]


def f9_the_platform_fails(house: House, load: Load, scale: float) -> Row:
    """45009 stops an API until midnight, by rule: it is left out here. The fetches of the token are told by the platform itself."""
    seconds, rounds = max(30.0, 600 * scale), 20
    before, began = calls(house, TOKEN), time.monotonic()
    house.fault(rate=0.3, kinds=[k for k in MIXED if k != "45009"], endpoints=["/cgi-bin/message"], seed=house.seed)
    words, slow = [], []
    for number in range(rounds):
        words += promise(house, load, 150, custom=_now_and_then(number))
        slow.append(load.run(10, max(1.0, began + (number + 1) * seconds / rounds - time.monotonic()), doubled=False))
    asked = calls(house, TOKEN) - before
    house.fault()
    drain(house)
    found, p99 = told(house, words, 60), max(outcome.p99() for outcome in slow)
    gaps = spread(house, words)
    said = said_of(found, len(words), token_fetches=f"{asked} in {seconds:.0f} s", ack_p99=f"{p99:.2f} s", tried_again=gaps)
    good = not found["lost"] and p99 < 1 and asked <= seconds / 10 + 1
    return Row("F9", "three in ten calls of the platform fail", said, good)


def drain(house: House) -> None:
    """The faults are over: the ladder's next steps come, a quarter of an hour at a time."""
    for _step in range(24):
        waiting = house.unsent()
        while waiting and house.wait_for(lambda before=waiting: house.unsent() < before, 2) < 2:
            waiting = house.unsent()
        if not waiting:
            return
        house.move_clock("PT15M")


def spread(house: House, words: list[str]) -> str:
    """How many of the notices needed more than one try, and whether their moments were spread (jitter)."""
    mine = {f":{word}" for word in words}
    again = [row for row in Outbox.select().where(Outbox.attempts > 1) if any(row.effect_key.endswith(word) for word in mine)]
    moments = Counter(row.next_at for row in again)
    return f"{len(again)}, at most {max(moments.values(), default=0)} at one moment"


def calls(house: House, path: str) -> int:
    """How many calls of an API the platform saw."""
    return len(requests.get(f"{house.sim}/sandbox/calls", params={"path": path}, timeout=30).json())


def f10_the_platform_hangs(house: House, load: Load, scale: float) -> Row:
    seconds, memory = max(15.0, 300 * scale), house.memory_mb()
    p99s, rates, said = [], [], []
    for kinds in (["timeout"], ["40001"]):
        house.fault(rate=1, kinds=kinds, endpoints=["/cgi-bin/message"], seed=1)
        before = calls(house, "/cgi-bin/message")
        promise(house, load, 60)
        outcome = load.run(10, seconds, doubled=False)
        rate = (calls(house, "/cgi-bin/message") - before) / seconds
        p99s.append(outcome.p99())
        rates.append(rate)
        said.append(f"{kinds[0]}: ack p99 {outcome.p99():.2f} s, {rate:.2f} calls a second")
    house.fault()
    grown = house.memory_mb() - memory
    words = promise(house, load, 10)
    drain(house)
    found = told(house, words, 30)
    good = max(p99s) < 1 and max(rates) <= 1 and grown < 50 and not found["lost"]
    return Row("F10", "the platform hangs, then refuses every token", f"{'; '.join(said)}; memory +{grown:.0f} MB", good)


def f11_answers_are_lost(house: House, load: Load, scale: float) -> Row:
    """After five in a row a call rests, so the clock is moved from try to try; templates have ten minutes for the same id."""
    count = int(max(150, 500 * scale))
    house.fault(rate=1, kinds=["drop_reply"], endpoints=["/cgi-bin/message"], seed=1)
    words = promise(house, load, count, custom=1)
    for _step in range(6):
        house.wait_for(lambda: house.unsent() == 0, 2)
        house.move_clock("PT35S")
    house.fault()
    drain(house)
    found, came = told(house, words, 30), taken(house)
    templates, most = soon_again(house), max(came[key] for key in words)
    good = not found["lost"] and most <= 2 and not templates
    said = said_of(found, count, templates_twice=templates, most_for_one=most)
    return Row("F11", "the platform took it, its answer was lost", said, good)


def soon_again(house: House) -> int:
    """Template messages that came a second time within ten minutes."""
    moments: dict[str, list[datetime]] = {}
    for message in requests.get(f"{house.sim}/sandbox/outbox", timeout=30).json():
        ours = OURS.match(message["client_msg_id"] or "")
        if ours and message["channel"] == "template":
            moments.setdefault(ours[1], []).append(datetime.fromisoformat(message["at"]))
    return sum(b - a < timedelta(minutes=10) for at in moments.values() for a, b in itertools.pairwise(sorted(at)))


def f13_many_clocks(house: House, load: Load, scale: float) -> Row:
    """Two, then four processes of the clock, one of them stopped in the middle of its work: what it held is done by the others."""
    count, twice, gaps, lost = int(max(100, 1500 * scale)), 0, [], 0
    extra = ["jobs2", "jobs3", "jobs4"]
    for _number, others in enumerate((extra[:1], extra[1:])):
        for name in others:
            house.start_more(name, "jobs")
        time.sleep(3.0)
        words = promise(house, load, count)
        house.pause("jobs", PAUSE)
        waking = after(max(5.0, 60 * scale), lambda: house.pause("jobs", GO_ON))
        gaps.append(house.wait_for(lambda count=count: house.unsent() < count, 60))
        found = told(house, words, 300)
        waking.join()
        time.sleep(2)
        came = taken(house)
        twice += sum(came[word] - 1 for word in words if came[word] > 1)
        lost += int(found["lost"])
    wanted = int(min(1000, max(200, 10_000 * scale)))
    slots = races_of_slots(house, 4, wanted)
    for name in extra:
        house.kill(name)
    said = (
        f"{2 * count} notices: lost {lost}, twice {twice}, the others go on after {max(gaps):.1f} s; "
        f"{slots[0]} of {wanted} slots ran in four processes, {slots[1]} twice"
    )
    good = not lost and not twice and max(gaps) < 30 and slots == (wanted, 0)
    return Row("F13", "two, then four clocks, one of them stopped", said, good)


SLOTS = """
import sys
from datetime import UTC, datetime, timedelta
from handlers.context import Context, system_actor
from handlers.job_runs import Job, run_due
from handlers.settings import load_settings
from models.base import open_database
settings = load_settings()
open_database(settings.database.url, busy_timeout_ms=20000)
job, ran = Job(sys.argv[1], timedelta(minutes=1), lambda ctx: None, timedelta(minutes=1)), 0
for number in range(int(sys.argv[2])):
    ran += run_due(Context(system_actor(0), datetime(2030, 1, 1, tzinfo=UTC) + timedelta(minutes=number), settings), job)
print(ran)
"""


def races_of_slots(house: House, processes: int, slots: int) -> tuple[int, int]:
    """So many processes want to run each slot of one job, one of them stopped in between: how many ran, and how many twice."""
    words, name = [sys.executable, "-c", SLOTS], f"race{time.monotonic_ns()}"
    made = [
        subprocess.Popen([*words, name, str(slots)], cwd=ROOT, env=house.env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        for _ in range(processes)
    ]
    time.sleep(1.5)
    made[0].send_signal(PAUSE)
    time.sleep(1.0)
    made[0].send_signal(GO_ON)
    ran = sum(int(child.communicate(timeout=120)[0] or 0) for child in made)
    kept = JobRun.select().where((JobRun.job == name) & (JobRun.outcome == "done")).count()
    missed = JobRun.select().where((JobRun.job == name) & (JobRun.outcome != "done")).count()
    return kept + missed, ran - kept


ROWS: dict[str, Callable[[House, Load, float], Row]] = {
    "f2": f2_the_clock_is_killed,
    "f9": f9_the_platform_fails,
    "f10": f10_the_platform_hangs,
    "f11": f11_answers_are_lost,
    "f13": f13_many_clocks,
}
