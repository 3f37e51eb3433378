"""告诉李师傅带上拖把, 给王阿姨带句话: words from one side of a visit to the other (E3)."""

import re

from bot.actions import Chosen, action
from bot.dialogues.base import Begin, DialogueTable, End, Next, Step, begin, declare
from bot.turn import Turn
from handlers.cards import Card, card
from handlers.relay import other_side, pass_on, who_hears
from handlers.visits import find_visit
from handlers.words import _

ROLES = "师傅|大姐|阿姨|客户|居民|雇主|主家|人家|对方|他|她|护工|老师"
TELL = re.compile(
    r"^(?:请|麻烦|帮忙|帮我|替我|你们?|您|能不能|可以)*"
    rf"(?:(?:告诉|转告|通知|提醒)(?:一下|一声)?|(?:跟|给|和|对|向)(?=[^,，]{{1,6}}(?:说|讲|带|捎|传)))"
    rf"(?P<whom>(?!你|您|我|我们|大家)[\u4e00-\u9fff]{{0,3}}?(?:{ROLES}|大爷|奶奶|爷爷|女士|先生|月嫂|姐|哥|叔|婶)|小[\u4e00-\u9fff])"
    r"(?:说|讲|带|捎|传)?(?:一下|一声|句话|个话|个信|话)?[,，:：\s]*(?P<words>.*)$"
)


def relayed(turn: Turn) -> Card | None:
    """Passes on what a sentence asks to be told; None where it asks nothing of the kind, or there is nobody to tell."""
    found = TELL.match(turn.text)
    if found is None:
        return None
    whom = found["whom"]
    visit = who_hears(turn.ctx, "" if re.fullmatch(ROLES, whom) else whom)
    if visit is None:
        return None
    if len(found["words"].strip()) < 2:
        return begin(turn, Begin("relay", "words", {"visit_id": visit.id}))
    return _passed_on(turn, visit.id, found["words"])


def _passed_on(turn: Turn, visit_id: int, words: str) -> Card:
    visit = pass_on(turn.ctx, visit_id, words=words)
    return card(_("Good, I've told %(name)s. The answer comes here.", name=other_side(turn.ctx, visit)))


@action("visit", "reply")
def reply(turn: Turn, chosen: Chosen) -> Card:
    """回一句: the next words go to the other side."""
    return begin(turn, Begin("relay", "words", {"visit_id": chosen.id}))


def _ask(turn: Turn) -> Card:
    name = other_side(turn.ctx, find_visit(turn.ctx, turn.data["visit_id"]))
    return card(_("What shall I tell %(name)s? Numbers are covered.", name=name))


def _take(turn: Turn) -> Next:
    return End(_passed_on(turn, turn.data["visit_id"], turn.text))


declare(
    DialogueTable(
        "relay",
        {"words": Step(_ask, _take, free_text=True, personal=True)},
        lambda turn: card(_("All right, nothing is passed on.")),
    )
)
