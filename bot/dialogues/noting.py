"""What a sentence says besides the answer that was asked for: an address, a note about the home, a wish, who it is for (C2, C3).

Nothing that a person said is thrown away because the question was another one.
"""

import re
from typing import Any

from bot.turn import Turn
from handlers.contact import keep_said_phone
from handlers.introductions import full_address
from handlers.people import add_address, set_called
from handlers.requests import save_draft, whom_words
from handlers.words import _, say_minutes

KIN = "妈妈|爸爸|母亲|父亲|妈|爸|婆婆|公公|岳母|岳父|奶奶|爷爷|姥姥|姥爷|外婆|外公|老伴|爱人|孩子|儿子|女儿|闺女|孙子|孙女|邻居"
FOR = re.compile(
    rf"(?:给|帮|替|为|是)(?:我|我们|咱)?家?({KIN})(?!们?的?(?:电话|微信))|(?:我|我们|咱)({KIN})(?:家|那边|那儿|那里|住)"
)
NOTE = re.compile(
    r"狗|猫|宠物|电梯|过敏|钥匙|门禁|停车|梯子|工具|轮椅|听不清|耳朵|行动不便|一个人住|独居|怕生|忌口|口味|不吃|清淡"
)
NAMED = re.compile(r"(?:让|请|找|要|叫|换)((?![个位名的好些几师月护])[\u4e00-\u9fff](?:师傅|大姐|阿姨|姐|老师))")


def note_extras(turn: Turn, draft: Any, *, address_asked: bool = False) -> str:
    """Keeps what the sentence says besides, and says what was kept; '' where there was nothing. `draft` is changed with it."""
    set_called(turn.ctx, called=turn.text)
    said = [_phone(turn), _served(turn, draft), _address(turn, draft, asked=address_asked)]
    said += [_wish(turn, draft), _whom(turn, draft), _note(turn, draft)]
    return "".join(filter(None, said))


def _phone(turn: Turn) -> str:
    number = keep_said_phone(turn.ctx, words=turn.text)
    return _("The number %(number)s is noted; a colleague verifies it. ", number=number) if number else ""


def _served(turn: Turn, draft: Any) -> str:
    found = FOR.search(turn.text)
    who = next(filter(None, found.groups()), "") if found else ""
    who = {"妈": "妈妈", "爸": "爸爸", "闺女": "女儿"}.get(who, who)
    if not who or draft.served == who:
        return ""
    save_draft(turn.ctx, draft.id, served=who)
    draft.served = who
    return _("For %(who)s, good. ", who=who)


def _address(turn: Turn, draft: Any, *, asked: bool) -> str:
    place = full_address(turn.text)
    if asked or not place:
        return ""
    address = add_address(turn.ctx, words=place, usual=not draft.served)
    save_draft(turn.ctx, draft.id, address_id=address.id)
    draft.address_id = address.id
    return _("The address is noted. ")


def _wish(turn: Turn, draft: Any) -> str:
    named = turn.slot("worker_name") or next(iter(NAMED.findall(turn.text)), "")
    if not named or draft.wishes.get("worker_name") == named:
        return ""
    wishes = {**draft.wishes, "worker_name": named}
    save_draft(turn.ctx, draft.id, wishes=wishes)
    draft.wishes = wishes
    return _("%(name)s is asked first if they are free. ", name=named)


LANGUAGE = re.compile(r"(?:会|说|讲|懂|能听懂)(?:说|讲|点)*((?!普通|说|讲)[\u4e00-\u9fff]{2}话|粤语|英语|日语)")
SEX = re.compile(r"(?:要|找|换|请|想要|最好(?:是|要)?|希望是?)(?:个|一个|位|一位)?(女|男)(?:的|师傅|护工|同志|性|老师)?(?![儿孩生友朋婿])")


def wishes_in(words: str) -> dict[str, str]:
    """Whom they would like: 要女的 as sex, 会说四川话 as language. The resident's own wish, never a score of ours (D1)."""
    sex, language = SEX.search(words), LANGUAGE.search(words)
    found = {"sex": {"女": "f", "男": "m"}[sex[1]]} if sex else {}
    return found | ({"language": language[1]} if language else {})


def _whom(turn: Turn, draft: Any) -> str:
    new = {k: v for k, v in wishes_in(turn.text).items() if draft.wishes.get(k) != v}
    if not new:
        return ""
    wishes = {**draft.wishes, **new}
    save_draft(turn.ctx, draft.id, wishes=wishes)
    draft.wishes = wishes
    return _("Noted: %(wish)s. ", wish="、".join(whom_words(wishes)))


def _note(turn: Turn, draft: Any) -> str:
    if not NOTE.search(turn.text) or turn.text in draft.wishes.get("notes", []):
        return ""
    wishes = {**draft.wishes, "notes": [*draft.wishes.get("notes", []), turn.text[:60]]}
    save_draft(turn.ctx, draft.id, wishes=wishes)
    draft.wishes = wishes
    return _("Noted, the worker is told. ")


def what_changed(before: dict[str, Any], draft: Any) -> str:
    """The length that a sentence stated while something else was asked: 3小时,好。"""
    if draft.minutes and draft.minutes != before.get("minutes"):
        return _("%(length)s, good. ", length=say_minutes(draft.minutes))
    if draft.extras.get("duration_days") and draft.extras.get("duration_days") != before["extras"].get("duration_days"):
        return _("%(days)s days, good. ", days=draft.extras["duration_days"])
    return ""
