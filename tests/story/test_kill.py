"""kill -9 in the middle of the story: nothing acknowledged is lost, nothing is done twice (Q1, D4, F2)."""

import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cast import openid
from tests.story.desk import Desk
from tests.story.processes import Processes

AUNT, LI = openid("王阿姨"), openid("李师傅")
KILLS = 20
pytestmark = [pytest.mark.slow, pytest.mark.long]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Processes]:
    """Simulator, web and jobs as real processes, with the sample community."""
    made = Processes(tmp_path)
    made.start("simulator")
    made.set_clock("2026-11-24T09:30:00+08:00")
    made.follows("王阿姨")
    made.command("seed")
    made.start("serve")
    made.start("jobs")
    yield made
    made.stop()


class Killer(threading.Thread):
    """Kills web or jobs at random moments and starts it again, until told to stop."""

    def __init__(self, house: Processes, seed: int) -> None:
        super().__init__(daemon=True)
        self.house, self.dice, self.kills, self.over = house, random.Random(seed), 0, threading.Event()

    def run(self) -> None:
        """One kill after another; each is followed by a start that must succeed."""
        while self.kills < KILLS and not self.over.is_set():
            time.sleep(self.dice.uniform(0.05, 0.6))
            name = self.dice.choice(["serve", "serve", "jobs"])
            self.house.kill(name)
            if name == "jobs" or self.kills % 4 == 0:
                self.house.start(name)
            else:
                self.house.start_gunicorn()
            self.kills += 1


def settled(house: Processes, seconds: float = 60) -> dict[str, Any]:
    """How many of each thing, once no push waits any more: what was acknowledged between two lives is worked a moment later."""
    until = time.monotonic() + seconds
    while True:
        counts = house.counts()
        if not any(counts["inbox"].get(state) for state in ("new", "processing")):
            return counts
        assert time.monotonic() < until, f"still to be worked: {counts['inbox']}"
        time.sleep(0.3)


def wait_for_offer(house: Processes, seconds: float = 60) -> None:
    """Until 李师傅 is asked."""
    until, asked = time.monotonic() + seconds, "SELECT 1 FROM offer WHERE state = 'open'"
    with sqlite3.connect(house.folder / "linli.db") as books:
        while not books.execute(asked).fetchone():
            assert time.monotonic() < until, f"no offer: {house.counts()}"
            time.sleep(0.1)


def test_chaos_of_kills_loses_nothing_and_repeats_nothing(house: Processes) -> None:
    """Q1: 王阿姨 books, chooses and signs while web and jobs are killed 20 times; each of her words counts once."""
    before = house.counts()
    killer = Killer(house, seed=20261124)
    killer.start()
    number = iter(range(7_000_000, 8_000_000))

    def say(who: str, words: str, choice: str = "") -> None:
        house.push_until_taken(who, words, choice, msg_id=next(number))

    say(AUNT, "你好")
    say(AUNT, "同意", "consent:0:yes")
    for day in ("明天", "后天", "大后天"):
        say(AUNT, f"{day}下午三点打扫两小时")
        if day == "明天":
            say(AUNT, "幸福里3号楼2单元501，王阿姨")
        say(AUNT, "对", "booking:0:yes")
    killer.join(timeout=240)
    assert killer.kills == KILLS and not killer.is_alive()
    counts = settled(house)
    assert counts["requests"]["submitted"] - before["requests"].get("submitted", 0) == 3
    assert counts["inbox"].get("dead", 0) == 0
    carry_through(house, say)


def states(house: Processes, table: str, request_id: int) -> list[str]:
    """How all stand that belong to a request; what the sample community's own visits do by the clock meanwhile is no matter."""
    with sqlite3.connect(house.folder / "linli.db") as books:
        return [state for (state,) in books.execute(f"SELECT state FROM {table} WHERE request_id = ?", (request_id,))]


def carry_through(house: Processes, say: Callable[..., None]) -> None:
    """After the kills the story goes on to its sealed agreement, once."""
    desk = Desk(house.web)
    page = desk.read("/console/requests")
    newest = max(
        int(part.split('"')[0]) for part in page.split("/console/requests/")[1:] if part.split('"')[0].isdigit()
    )
    desk.send(f"/console/requests/{newest}/approve", f"/console/requests/{newest}")
    chosen = wait_for_message(house, AUNT, f"request:{newest}:choose")
    say(AUNT, "请李师傅", next(i for i in chosen if i.startswith(f"request:{newest}:choose:1")))
    wait_for_offer(house)
    say(LI, "接")
    say(LI, "确认")
    say(AUNT, "我确认", wait_for_message(house, AUNT, "agreement:")[0])
    settled(house)
    assert states(house, "offer", newest) == ["accepted"]
    assert states(house, "agreement", newest) == ["sealed"] and states(house, "visit", newest) == ["scheduled"]
    keys = [m["client_msg_id"] for m in house.outbox() if m["client_msg_id"]]
    assert len(keys) == len(set(keys))


def wait_for_message(house: Processes, who: str, mark: str, seconds: float = 40) -> list[str]:
    """The ids on the card that reached somebody, found by a mark in them; also in a folded reply."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for message in house.outbox():
            if message["touser"] == who and mark in str(message["data"]):
                return ids_in(message)
        time.sleep(0.3)
    raise AssertionError(f"nothing with {mark} for {who}")


def ids_in(message: dict[str, Any]) -> list[str]:
    """The menu's ids, wherever the platform keeps them."""
    menu = message["data"].get("msgmenu", message["data"])
    return [item["id"] for item in menu["list"]]
