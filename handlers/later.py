"""The answer to a push that was worked later: as a message of its own, since the passive reply's time is over."""

import json

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
