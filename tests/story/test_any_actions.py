"""Random lives of many people, their notices and the clock, against the imitated platform: it never has to refuse us, nothing
is lost, nothing comes twice (Q1)."""

import random
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
import requests

import tests.delivery.post  # noqa: F401 (declares notices of every urgency)
from handlers.clock import SHANGHAI
from handlers.context import Context, system_actor
from handlers.outbox import tell
from models.messages import Outbox
from models.people import Identity, Person
from tests.story.world import World

pytestmark = pytest.mark.slow
PEOPLE = [f"邻居{n}" for n in range(6)]
REFUSALS = (45015, 45047, 43101, 43004, 40003, 47003)
NOTICES = ("post_low", "post_calm", "post_high", "post_sos", "post_template", "post_both", "post_once")


class Life:
    """One run: who does what, by a seeded chance."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.chance, self.promised = world, random.Random(seed), 0
        self.away: set[str] = set()

    def step(self) -> None:
        who = self.chance.choice(PEOPLE)
        act = self.chance.choices(("text", "tap", "menu", "follow", "leave", "promise", "time"), (5, 4, 2, 2, 1, 12, 4))[0]
        if who in self.away and act in ("text", "tap", "menu"):
            act = "follow"  # who has left can't write: the platform shows them no chat
        getattr(self, act)(who)

    def text(self, who: str) -> None:
        self.world.say(who, self.chance.choice(("帮助", "价格", "你好")), settle=self.chance.random() < 0.7)

    def tap(self, who: str) -> None:
        self.world.say(who, "帮助", "menu:0:faq", settle=self.chance.random() < 0.7)

    def menu(self, who: str) -> None:
        self.world.event(who, "CLICK", EventKey="menu:prices")

    def follow(self, who: str) -> None:
        self.away.discard(who)
        self.world.event(who, "subscribe", EventKey="")

    def leave(self, who: str) -> None:
        self.away.add(who)
        self.world.event(who, "unsubscribe", EventKey="")

    def promise(self, who: str) -> None:
        identity = Identity.get_or_none(Identity.openid == self.world.openid(who))
        for _one in range(self.chance.randint(1, 4) if identity else 0):
            self.promised += 1
            ctx = Context(system_actor(identity.community_id), self.world.clock.now(), self.world.settings)
            notice, words = self.chance.choice(NOTICES), f"〔{self.promised}〕一句"
            tell(ctx, identity.person_id, notice, key=f"life:{self.promised}", words=words)
        self.world.settle()

    def time(self, who: str) -> None:
        seconds = self.chance.choice((1, 20, 58, 60, 61, 600, 6 * 3600, 47 * 3600))
        self.world.set_clock((self.world.clock.now() + timedelta(seconds=seconds)).isoformat())
        self.world.settle()


def refused(world: World) -> Counter[int]:
    """What the platform refused to send, by code."""
    found = requests.get(f"{world.simulator.url}/sandbox/calls", params={"path": "/cgi-bin/message/"}, timeout=10).json()
    return Counter(int(c["answer"].get("errcode", 0)) for c in found if int(c["answer"].get("errcode", 0)) in REFUSALS)


def told(world: World) -> Counter[str]:
    """How often each promised notice came, by its number."""
    sent: list[dict[str, Any]] = requests.get(f"{world.simulator.url}/sandbox/outbox", timeout=10).json()
    texts = [m["text"] for m in sent if m["channel"] == "custom"]
    return Counter(part.split("〕")[0] for text in texts for part in text.split("〔")[1:])


@pytest.mark.parametrize("seed", range(4))
def test_random_lives(world: World, seed: int) -> None:
    """Q1: every promise ends as sent, skipped with a reason, or a call; no window, count or consent is ever overdrawn."""
    Outbox.delete().execute()
    life = Life(world, seed)
    for who in PEOPLE:
        life.follow(who)
    for _step in range(150):
        life.step()
    tomorrow = world.clock.now().astimezone(SHANGHAI) + timedelta(days=1)
    world.move_to(tomorrow.replace(hour=7, minute=1))
    world.move_to(tomorrow.replace(hour=12))
    mine = Outbox.select().where(Outbox.effect_key.contains("life:"))
    states = Counter(row.state for row in mine)
    assert not [(r.notice, r.state, r.next_at, r.why, r.error, r.attempts) for r in mine if r.state in ("pending", "sending")]
    assert states.keys() <= {"sent", "called", "skipped"} and sum(states.values()) == life.promised > 100, states
    assert all(row.why for row in mine if row.state in ("called", "skipped"))
    assert not refused(world), (refused(world), states)
    assert max(told(world).values()) == 1
    assert Person.select().where(Person.community_id == 0).count() == 0
