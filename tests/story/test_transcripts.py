"""Conversations as files: what people type and tap, and what they must see (A1, B1, B3, B4, C3, C6, C7, D4, F1, F2, F4, Q1-Q3)."""

import re
from pathlib import Path
from typing import Any

import pytest

from models.requests import Request
from tests.story.desk import Desk
from tests.story.world import Said, World, read_reply

HERE = Path(__file__).resolve().parent.parent / "transcripts"
FILES = sorted(HERE.glob("*.txt"))
pytestmark = pytest.mark.slow

KINDS: dict[str, dict[str, Any]] = {
    "voice": {"MsgType": "voice", "MediaId": "m1", "Format": "amr"},
    "picture": {"MsgType": "image", "MediaId": "m2", "PicUrl": "http://127.0.0.1/p.png"},
    "link": {"MsgType": "link", "Title": "好消息", "Description": "点这里", "Url": "http://127.0.0.1/"},
}


class Play:
    """Plays one file, line by line."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.said = Said("")
        self.cards: dict[str, Said] = {}

    def line(self, line: str) -> None:
        """One line of the file."""
        if line.startswith("["):
            self.stage(line.strip("[]").split())
        elif line.startswith("<"):
            self.expect(line)
        elif " < " in line:
            who, words = line.split(" < ", 1)
            self.cards[who] = self.world.newest(who, words)
        else:
            self.speak(*line.split(": ", 1))

    def speak(self, who: str, words: str) -> None:
        """Somebody types, or taps what stands in 「」."""
        tapped = re.fullmatch(r"「(.*)」", words)
        if not tapped:
            self.said = self.world.say(who, words)
        else:
            card = self.cards.get(who, Said(""))
            known = next((w for w in card.taps if tapped[1] in w), "")
            assert known, f"{who} sees no {tapped[1]!r} but {list(card.taps)}"
            self.said = self.world.say(who, known, card.taps[known])
        if self.said.taps:
            self.cards[who] = self.said

    def expect(self, line: str) -> None:
        """What the last reply holds, or does not hold."""
        if line.startswith("<! "):
            assert line[3:] not in self.said.text, self.said.text
        else:
            assert line[2:] in self.said.text, f"{line[2:]!r} is not in:\n{self.said.text}"

    def stage(self, words: list[str]) -> None:
        """What happens around the talk."""
        what, rest = words[0], words[1:]
        if what == "follow":
            self.said = self.cards[rest[0]] = self.world.event(rest[0], "subscribe")
        elif what == "menu":
            self.said = self.world.event(rest[0], "CLICK", EventKey=rest[1])
        elif what in KINDS:
            self.said = read_reply(self.world.push(rest[0], KINDS[what])[0])
        elif what == "place":
            place = {
                "MsgType": "location",
                "Location_X": rest[1],
                "Location_Y": rest[2],
                "Scale": "15",
                "Label": "某处",
            }
            self.said = read_reply(self.world.push(rest[0], place)[0])
        else:
            self.arrange(what, rest)

    def arrange(self, what: str, rest: list[str]) -> None:
        """The desk and the clock."""
        if what == "approve":
            request = Request.select().where(Request.state == "submitted").order_by(Request.id.desc()).get()
            Desk(self.world.url).send(f"/console/requests/{request.id}/approve", f"/console/requests/{request.id}")
            self.world.settle()
        elif what == "clock":
            self.world.set_clock(f"{rest[0]}:05+08:00")
            self.world.settle()
        else:
            self.world.move_on(**{rest[1]: float(rest[0])})


@pytest.mark.parametrize("file", FILES, ids=[f.stem for f in FILES])
def test_a_conversation(file: Path, world: World) -> None:
    """C3, Q2, Q3: what the file says is what people see."""
    play = Play(world)
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            try:
                play.line(line.rstrip())
            except AssertionError as wrong:
                raise AssertionError(f"{file.name}:{number} {line}\n{wrong}") from None
