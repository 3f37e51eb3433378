"""What a choice does: one table from (kind, verb) to a function (Q2). A choice can be tapped, typed in words, or by number.

The id of a tap may come back as a bare index, so a tap is also found by its words on the card last shown (wechat.md 2).
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.turn import Turn
from handlers.cards import Card, Choice
from handlers.words import _


@dataclass(frozen=True)
class Chosen:
    """A choice taken apart: `offer:12:accept` is kind offer, id 12, verb accept; `arg` is what follows."""

    kind: str
    id: int
    verb: str
    arg: str = ""


Action = Callable[[Turn, Chosen], Card]
ACTIONS: dict[tuple[str, str], Action] = {}


def action(kind: str, verb: str) -> Callable[[Action], Action]:
    """Declares what the choice `kind:<id>:<verb>` does."""

    def mark(do: Action) -> Action:
        ACTIONS[kind, verb] = do
        return do

    return mark


def parse_choice(ident: str) -> Chosen | None:
    """The choice behind an id, if it is one of ours."""
    parts = ident.split(":", 3)
    if len(parts) < 3 or not parts[1].isdigit() or (parts[0], parts[2]) not in ACTIONS:
        return None
    return Chosen(parts[0], int(parts[1]), parts[2], parts[3] if len(parts) > 3 else "")


def find_choice(turn: Turn) -> Chosen | None:
    """The choice that a message makes: by the tap's id, by the words of the last card, or by its number (2, 第二个)."""
    tapped = parse_choice(turn.inbound.choice)
    if tapped is not None:
        return tapped
    said = bare(turn.text)
    last = [Choice(c["id"], c["words"]) for c in turn.talk.card]
    return find_choice_in(last, turn.text) or parse_choice(_by_number(turn, said) or "")


FILLERS = re.compile(r"^(那就?|就|我要?|嗯|好|行)+[,，]?|[吧呀啊啦嘛呗哦噢喽]+$")


def find_choice_in(choices: Iterable[Choice], text: str) -> Chosen | None:
    """The choice whose words these are; a 那就 before and a 吧 behind make no difference."""
    said = bare(text)
    core = FILLERS.sub("", said)
    words = {key: c.id for c in choices for key in (FILLERS.sub("", bare(c.words)), bare(c.words))}
    return parse_choice(words.get(said) or words.get(core) or "")


CHINESE_DIGITS = {sign: n for n, sign in enumerate("一二三四五六七八九十", 1)} | {"两": 2}
ORDINAL = re.compile(
    r"(?:就|选|要|是|那)*第?(\d{1,2}|[一二两三四五六七八九十])(?:个|号|位|条|项|种)?(?:吧|呀|啊)?", re.ASCII
)
SIGNS = re.compile(r"^[\s。.,,!!~]+|[\s。.,,!!~]+$")


def bare(text: str) -> str:
    """A short answer without the signs around it, in plain digits."""
    return SIGNS.sub("", unicodedata.normalize("NFKC", text))


def _by_number(turn: Turn, said: str) -> str | None:
    found = ORDINAL.fullmatch(said)
    if found is None:
        return None
    number = int(found[1]) if found[1].isdigit() else CHINESE_DIGITS[found[1]]
    return turn.talk.card[number - 1]["id"] if 1 <= number <= len(turn.talk.card) else None


def run_choice(turn: Turn, chosen: Chosen) -> Card:
    """Does what was chosen."""
    mine = ":".join(filter(None, (chosen.kind, str(chosen.id), chosen.verb, chosen.arg)))
    words = next((c["words"] for c in turn.talk.card if c["id"] == mine), turn.text)
    turn.ctx.did(lambda: _("chose: %(what)s", what=words or f"{chosen.kind} · {chosen.verb}"))
    return ACTIONS[chosen.kind, chosen.verb](turn, chosen)


def find_on_card(turn: Turn, *verbs: tuple[str, str]) -> Chosen | None:
    """The first choice on the last card with one of these (kind, verb): what a bare 好 or 不行 means."""
    for choice in turn.talk.card:
        chosen = parse_choice(choice["id"])
        if chosen and (chosen.kind, chosen.verb) in verbs:
            return chosen
    return None
