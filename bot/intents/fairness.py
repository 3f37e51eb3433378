"""Why this worker, why not me: the words that ask it, and a person who looks again (D6)."""

import re

from bot.actions import Chosen, action
from bot.turn import Turn
from handlers.agreements import who_is_refused
from handlers.cards import Card, card
from handlers.look_again import ask_to_look_again, whom_asked, why_not_me, why_this_one
from handlers.words import _, listed

NOT_ME = re.compile(
    r"(为什么|为啥|咋|怎么|凭什么|凭啥).{0,8}(没|不|别).{0,4}(派|给|找|叫|轮|问|选)(给|到)?.{0,2}我|(单|活).{0,6}(没|不)(派|给|轮).{0,2}我|(总|老|都)是?不(派|给|找|叫)我"
    r"|(为什么|为啥|咋|怎么|凭什么|凭啥).{0,4}(不|没)(是|有|要|轮到|轮着)我|轮不(到|着)我|拉黑|(为什么|为啥|咋|怎么|凭什么|凭啥).{0,4}我.{0,3}没(有)?(活|单)"
)
WHY_ONE = re.compile(r"(为什么|为啥|咋|怎么|凭什么|凭啥)(就)?(是|派|选|给我|安排|让|找|请).{0,8}(师傅|大?姐|阿姨|护工|老师|他|她|这个人)")


ANOTHER = re.compile(
    r"换(个|一个|位|一位|掉)?(别的)?(人|师傅|阿姨|大?姐|护工|老师)|不(想)?要(他|她|这个(人|师傅)?)(来|了|吧|呀|啊)*([,，。 ]|$)"
    r"|^(不要|别叫|别让).{1,3}(师傅|大?姐|阿姨|护工|老师)(来|了|吧)*([,，。 ]|$)"
    r"|^(我)?(还是|就)?(请|要|想要|找|叫).{1,3}(师傅|大?姐|护工|老师)(来|吧|来吧)?$"
)
UNSIGNED = re.compile(r"agreement:(\d+):decline")


def another(turn: Turn) -> Card | None:
    """换个人, 不要李师傅了, 还是请马姐: where somebody is asked already or has taken it, a colleague arranges it with both sides."""
    found = whom_asked(turn.ctx) if "worker" not in turn.ctx.actor.roles else None
    if found is None:
        return None
    unsigned = _unsigned(turn, found[1])
    if unsigned is not None:
        agreement_id, names = unsigned
        words = _("Then the agreement with %(names)s is not signed, and I look for somebody else. Shall it be so?", names=listed(names))
        instead = (f"agreement:{agreement_id}:instead", _("Yes, somebody else"))
        stay = (f"request:{found[0]}:cancel_no", _("No, leave it as it was"))
        return card(words, instead, stay, ("talk:0:human", _("Find a person to help me")))
    words = _("%(names)s is asked, or has taken it. A colleague arranges with both sides that somebody else comes.", names=listed(found[1]))
    return card(words, ("talk:0:human", _("Find a person to help me")), (f"request:{found[0]}:cancel", _("Cancel it")))


def _unsigned(turn: Turn, asked: list[str]) -> tuple[int, list[str]] | None:
    """The terms that wait for the resident's signature and are meant, and with whom: those with who is named, else the first; None too
    where one is named who is `asked` about another wish."""
    ids = [int(found[1]) for shown in turn.waiting for choice in shown.choices if (found := UNSIGNED.fullmatch(choice.id))]
    waits = [(one, who_is_refused(turn.ctx, one)) for one in ids]
    named = [one for one in waits if any(name in turn.text for name in one[1])]
    if named or any(name in turn.text for name in asked):
        return named[0] if named else None
    return waits[0] if waits else None


def not_me(turn: Turn) -> Card | None:
    """为什么没派给我: the last jobs that went to others, each with its reason."""
    if "worker" not in turn.ctx.actor.roles:
        return None
    found = why_not_me(turn.ctx)
    if not found:
        words = _("In the last days no job of your kind went past you. As soon as one fits I ask you.")
        return card(words, ("talk:0:human", _("Find a person to help me")))
    lines = "\n".join(_("%(what)s: %(why)s", what=job.what, why=job.why) for job in found)
    words = _("These went to others:\n%(lines)s\nDeclining never counts against you. Shall a person look again?", lines=lines)
    return card(words, (f"request:{found[0].request_id}:look_again", _("Have a person look again")))


def why_one(turn: Turn) -> Card | None:
    """为什么是李师傅: of the one who is asked or has taken it, else of those who can be chosen."""
    found = why_this_one(turn.ctx)
    if found is None:
        return None
    again = (f"request:{found[0]}:look_again", _("Have a person look again"))
    return card(found[1], again, ("talk:0:human", _("Find a person to help me")))


@action("request", "look_again")
def look_again(turn: Turn, chosen: Chosen) -> Card:
    """请人再看看: a colleague has it on the desk."""
    ask_to_look_again(turn.ctx, chosen.id)
    return card(_("Passed on: a colleague looks at it again and tells you."))
