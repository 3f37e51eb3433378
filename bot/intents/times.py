"""什么时候有人, 李师傅哪天有空: the nearest times at which somebody could come, with a tap on each (D1, D5)."""

import re
from datetime import UTC, datetime

from bot.actions import Chosen, action
from bot.dialogues.base import DIALOGUES
from bot.turn import Turn
from handlers.cards import Card, Choice, card
from handlers.context import Refused
from handlers.free_times import OPEN, free_times
from handlers.matching import list_recommendations
from handlers.requests import list_my_requests, take_time
from handlers.words import _, say_when

WHEN_FREE = re.compile(
    r"(什么时候|啥时候|什么时间|啥时间|哪天|哪一天|几号|多会儿|几点).{0,4}(有|能有|会有)(人|空|师傅|大?姐|阿姨)"
    r"|(师傅|大姐|阿姨|护工|老师|谁|他|她|你们).{0,3}(哪天|哪一天|什么时候|啥时候|几号|几点|多会儿).{0,3}(有空|得空|空|方便)"
)


def when_free(turn: Turn) -> Card | None:
    """Of the request that waits for a worker; of several, which one is asked. A name that was shown: that worker's times."""
    mine = [r for r in list_my_requests(turn.ctx) if r.state in OPEN]
    if not mine:
        return None
    if len(mine) > 1:
        listed = [(f"request:{r.id}:times", f"{r.service_name} {say_when(r.starts_at, turn.ctx.now)}") for r in mine if r.starts_at]
        return card(_("Which one do you mean?"), *listed)
    named = [f.worker_id for f in list_recommendations(turn.ctx, mine[0].id) if f.called in turn.text]
    return times_card(turn, mine[0].id, named[0] if len(named) == 1 else None)


@action("request", "times")
def times(turn: Turn, chosen: Chosen) -> Card:
    """One of several requests."""
    return times_card(turn, chosen.id)


def times_card(turn: Turn, request_id: int, worker_id: int | None = None) -> Card:
    """The times as taps; where there is none, another way."""
    found, request = free_times(turn.ctx, request_id, worker_id=worker_id), f"request:{request_id}"
    more = (Choice(f"{request}:move", _("Another time")), Choice("talk:0:human", _("Find a person to help me")))
    if not found:
        return Card(_("In the next days nobody is free for it. Name another day, or a colleague looks further."), more)
    who = f".{worker_id}" if worker_id is not None else ""
    said = [say_when(one.at, turn.ctx.now) for one in found]
    if turn.talk.name in DIALOGUES:  # asked in the middle of something else, whose question follows: its taps are not these
        name = found[0].called[0] if worker_id is not None else _("somebody")
        return Card(_("%(name)s could come: %(times)s.", name=name, times="、".join(said)))
    taps = [Choice(f"{request}:at:{int(one.at.timestamp())}{who}", words) for one, words in zip(found, said, strict=True)]
    if worker_id is not None:
        words = _("%(name)s could come at these times. Which one suits you?", name=found[0].called[0])
    else:
        words = _("Somebody could come at these times. Which one suits you?")
    return Card(words, (*taps, *more))


@action("request", "at")
def at(turn: Turn, chosen: Chosen) -> Card:
    """One of the times. Somebody was quicker: the others are shown."""
    stamp, _dot, worker = chosen.arg.partition(".")
    starts_at, worker_id = datetime.fromtimestamp(int(stamp), UTC), int(worker) if worker else None
    try:
        take_time(turn.ctx, chosen.id, starts_at=starts_at, worker_id=worker_id)
    except Refused as refused:
        if refused.code != "taken":
            raise
        others = times_card(turn, chosen.id, worker_id)
        return Card(f"{refused.words}\n{others.text}", others.choices)
    return card(_("Good, %(when)s then.", when=say_when(starts_at, turn.ctx.now)))
