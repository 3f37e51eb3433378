"""What one side of a visit has to say to the other (E3)."""

from handlers.cards import Card, card
from handlers.notices import Notice, Telling, register
from handlers.notices.progress import progress_of
from handlers.notices.visits import SAMPLE, core, recent
from handlers.words import N_, _
from models.talk import ChatLine


def _passed_on(told: Telling) -> Card:
    line = ChatLine.find(told["line_id"])  # what was said is personal and stays where it is kept encrypted
    who = core(told)["worker" if told["by"] == "worker" else "resident"]
    words = _("%(name)s asks me to tell you: %(words)s", name=who, words=line.words if line is not None else "")
    return card(words, (f"visit:{told['visit_id']}:reply", _("Answer them")))


register(
    Notice(
        "passed_on",
        _passed_on,
        progress_of(N_("a word for you"), N_("Open the chat to read it")),
        urgency="high",
        harmless_twice=False,
        stale=recent,
        sample={**SAMPLE, "line_id": 0, "by": "worker"},
    ),
)
