"""The answer to a push that was worked later: as a message of its own, since the passive reply's time is over."""

import json
from collections import OrderedDict
from datetime import timedelta

from handlers.cards import Card, Choice
from handlers.context import Context, system_actor, transaction
from handlers.notices import Notice, Telling, register
from handlers.outbox import tell
from handlers.words import _
from models.messages import Inbox
from models.people import Identity


def _words(telling: Telling) -> Card:
    return Card(telling["text"], tuple(Choice(i, w) for i, w in telling["choices"]))


def _sorry(telling: Telling) -> Card:
    return Card(
        _("I'm sorry, I could not work on what you wrote. A colleague has been told and looks at it."),
        (Choice("talk:0:human", _("Find a person to help me")),),
    )


SORRY = "bot_sorry"
register(
    Notice("bot_reply", _words, urgency="high", sample={"text": "好" * 200, "choices": [["menu:0:mine", "我的预约"]]}),
    Notice(SORRY, _sorry, urgency="high"),
)


def answer_later(ctx: Context, row: Inbox, reply: str | None) -> None:
    """Tells the sender what the reply would have been; for a dead push, that a person looks at it."""
    identity = Identity.get_or_none(Identity.app_id == row.account, Identity.openid == row.user_key)
    if identity is None:
        return
    here = Context(system_actor(identity.community_id), ctx.now, ctx.settings, trace_id=row.trace_id)
    with transaction():
        if row.state == "dead":
            tell(here, identity.person_id, "bot_sorry", about=("inbox", row.id))
        elif reply:
            card = json.loads(reply)
            tell(
                here,
                identity.person_id,
                "bot_reply",
                about=("inbox", row.id),
                text=card["text"],
                choices=card["choices"],
            )


TYPING_NEEDS = timedelta(seconds=25)  # the platform shows it only to who did something in the last 30 s
SHOWN = 1000
_shown: OrderedDict[int, None] = OrderedDict()  # pushes of which this process has told it already


def typing_wanted(ctx: Context) -> list[tuple[str, str]]:
    """(account, openid) of people whose message waits to be worked and who don't see yet that an answer is on its way."""
    waits = (Inbox.state == "new") & (Inbox.next_at <= ctx.now) & (Inbox.received_at > ctx.now - TYPING_NEEDS)
    found = []
    for row in Inbox.select(Inbox.id, Inbox.account, Inbox.user_key).where(waits).limit(20):
        if row.id not in _shown:
            _shown[row.id] = None
            found.append((row.account, row.user_key))
    while len(_shown) > SHOWN:
        _shown.popitem(last=False)
    return found
