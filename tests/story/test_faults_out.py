"""The way out while the platform is in trouble, over HTTP: mixed faults, silence, a refused token, lost answers (Q1)."""

import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
import requests

from handlers.context import Context, system_actor
from handlers.delivery import UNSURE
from handlers.outbox import tell
from models.messages import Inbox, Outbox
from models.people import Identity
from tests.delivery.post import NOTICES
from tests.story.world import World

pytestmark = pytest.mark.slow
CUSTOM, TEMPLATE, TOKEN = "/cgi-bin/message/custom/send", "/cgi-bin/message/template/send", "/cgi-bin/stable_token"


@pytest.fixture
def quick(open_world: Callable[..., World]) -> World:
    """A world whose calls give up after a fifth of a second."""
    made = open_world(wechat={"read_timeout_s": 0.2})
    Outbox.delete().execute()
    return made


def fault(world: World, **given: Any) -> None:
    requests.post(f"{world.simulator.url}/sandbox/faults", json=given, timeout=10).raise_for_status()


def calls(world: World, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = requests.get(f"{world.simulator.url}/sandbox/calls", params={"path": path}, timeout=10).json()
    return found


def promise(world: World, people: int, each: int, notice: str) -> list[Outbox]:
    """Notices for followers who have just written."""
    assert notice in NOTICES
    made = []
    for n in range(people):
        world.event(f"邻居{n}", "subscribe", EventKey="")
        world.say(f"邻居{n}", "你好", settle=False)
        who = Identity.get(Identity.openid == world.openid(f"邻居{n}"))
        ctx = Context(system_actor(who.community_id), world.clock.now(), world.settings)
        for k in range(each):
            tell(ctx, who.person_id, notice, key=f"{n}:{k}", words=f"〔{n}-{k}〕")
            made.append(Outbox.select().order_by(Outbox.id.desc()).get())
    return made


def states(rows: list[Outbox]) -> Counter[str]:
    return Counter(row.state for row in Outbox.select().where(Outbox.id.in_([r.id for r in rows])))


def patience(world: World, rows: list[Outbox], steps: int = 80, seconds: float = 35) -> None:
    """The clock moves on until all is settled."""
    for _step in range(steps):
        world.move_on(seconds=seconds)
        if not set(states(rows)) & {"pending", "sending"}:
            return


def test_mixed_faults(quick: World) -> None:
    """Q1: three in ten calls fail, in every way: all arrive in the end, in each person's order; what nobody can know is phoned."""
    rows = promise(quick, 20, 4, "post_high")
    fault(quick, rate=0.3, kinds=["-1", "40001", "5xx", "reset", "timeout", "45011"], seed=7)
    patience(quick, rows)
    fault(quick, rate=0, kinds=[])
    patience(quick, rows)
    done = states(rows)
    assert done["sent"] + done["called"] == len(rows) and done["sent"] >= len(rows) * 0.9, done
    assert {r.why for r in Outbox.select().where(Outbox.state == "called")} <= {UNSURE}
    sent = requests.get(f"{quick.simulator.url}/sandbox/outbox", timeout=10).json()
    times = Counter(m["text"].split("〔")[1] for m in sent if "〔" in m["text"])
    assert max(times.values()) <= 2 and len(times) >= done["sent"]


def test_silence_and_then_a_refused_token(quick: World) -> None:
    """Q1: nothing answers for five minutes, then the token is refused for five: few calls, no storm of questions, nothing lost."""
    rows = promise(quick, 12, 2, "post_template")
    Identity.update(follows=True).execute()
    fault(quick, rate=1, kinds=["timeout"], endpoints=[TEMPLATE, CUSTOM])
    patience(quick, rows, steps=20, seconds=15)
    silent = len(calls(quick, "/cgi-bin/message/"))
    fault(quick, rate=1, kinds=["40001"], endpoints=[TEMPLATE, CUSTOM])
    asked = len(calls(quick, TOKEN))
    patience(quick, rows, steps=20, seconds=15)
    assert silent <= 2 * (5 + 4 + 20) and len(calls(quick, "/cgi-bin/message/")) - silent <= 2 * 2 * (5 + 4 + 20)
    assert len(calls(quick, TOKEN)) - asked <= 30
    fault(quick, rate=0, kinds=[])
    patience(quick, rows)
    done = states(rows)
    assert done["sent"] + done["called"] == len(rows) and done["sent"] >= len(rows) * 0.6, done
    sent = requests.get(f"{quick.simulator.url}/sandbox/outbox", timeout=10).json()
    ids = Counter(m["client_msg_id"] for m in sent if m["client_msg_id"])
    assert max(ids.values()) == 1


def test_lost_answers(quick: World) -> None:
    """Q1: the platform took each message and its answer was lost: templates arrive once, others twice at most, with the same reference."""
    rows = promise(quick, 8, 2, "post_high")
    fault(quick, rate=1, kinds=["drop_reply"], endpoints=[CUSTOM], count=16)
    patience(quick, rows)
    sent = requests.get(f"{quick.simulator.url}/sandbox/outbox", timeout=10).json()
    mine = [m for m in sent if m["channel"] == "custom" and "〔" in m["text"]]
    times = Counter(m["text"].split("〔")[1] for m in mine)
    references = {m["text"].split("〔")[1]: set() for m in mine}
    for m in mine:
        references[m["text"].split("〔")[1]].add(m["client_msg_id"])
    assert len(times) == len(rows) and max(times.values()) <= 2
    assert all(len(found) == 1 for found in references.values())


def test_receipts_in_a_burst(quick: World) -> None:
    """Q1: two hundred receipts one after the other: each is answered at once, and leaves no row in the inbox."""
    rows = promise(quick, 1, 1, "post_template")
    Identity.update(follows=True).execute()
    patience(quick, rows)
    kept = Inbox.select().count()
    began, n = time.perf_counter(), 200
    for number in range(n):
        quick.push("邻居0", {"MsgType": "event", "Event": "TEMPLATESENDJOBFINISH", "MsgID": str(10**15 + number), "Status": "success"})
    assert (time.perf_counter() - began) / n < 0.1 and Inbox.select().count() == kept
