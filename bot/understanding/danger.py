"""Danger to life, body or home, now. In doubt it is danger: a false alarm costs a call, a missed one much more."""

import re

from bot.understanding.wording import Said
from bot.understanding.words.danger import ACROSS, DANGER, EXCUSES, MEANT, REMOVED, UNTYPED

_X, _MEANT = ({row.code: row for row in table.rows} for table in (EXCUSES, MEANT))
_FELL = re.compile(r"[摔滑栽滚坠跌绊掉翻]")
_BLUNT = re.compile(r"救命(?!稻草|恩人)|(?:叫|打|喊|拨)(?:一?下|个|了)?(?:救护车|120|119|110)|快报警")


_ALARMING = DANGER + UNTYPED + ACROSS
PARTS = {"choking": ("breathing", "bleeding", "trapped"), "chest_pain": ("stroke",), "self_harm": ("trapped",)}
_NOT_CALLED = re.compile(r"不用(?:叫|打)")
_STILL_OPEN = re.compile(r"怎么|吗|还")
_NO_REACTION = re.compile(r"(?:也|都|就|还|一直|还是|根本|怎么按都|按了)*没(?:有)?(?:反应|动静)了?")
_HELP = re.compile(r"摔|喊|推|拍|胸闷|快来|救|120")
_HELP_NOW = re.compile(r"救命|快来|快救")
_NEWLY = re.compile(r"快来|刚|现在|救|120|突然")
_TOLD = re.compile(r"新闻|电视|电影|小说|抖音")
_CHEST = re.compile(r"胸[^闷]|心")


def find_danger(text: str) -> list[str] | None:
    """The kinds of danger a text tells of (none if only that there is some), or None if it tells of none."""
    if not _ALARMING.starts(Said(text)) and not _BLUNT.search(text):
        return None
    clauses = text.split(",")
    now = _seen("now", text)
    found: list[str] = []
    for n, clause in enumerate(clauses):
        found += _kinds(clause, ",".join(clauses[max(0, n - 1) : n + 2]), now)
    if len(clauses) > 1 and not _seen("maybe", text) and (now or not _seen("then", text)):
        found += list(ACROSS.starts(Said(text)))
    if not found and _BLUNT.search(text) and not _seen("maybe", text) and not _NOT_CALLED.search(text):
        found = [""]
    if not found or _settled(clauses[-1]):
        return None
    return _kept([kind for kind in dict.fromkeys(found) if kind], text)


def _seen(row: str, text: str) -> bool:
    return _X[row].seen(Said(text))


def _settled(last: str) -> bool:
    return _seen("settled", last) and not _STILL_OPEN.search(last)


def _kinds(clause: str, around: str, now: bool) -> list[str]:
    bare = Said(clause)
    for row in REMOVED:
        bare = row.without(bare)
    kinds = [f.code for f in DANGER.find_all(bare) if not _excused(f.code, clause, around, now)]
    if not kinds and UNTYPED.starts(bare) and not _excused("", clause, around, now):
        return [""]
    return kinds


def _excused(code: str, clause: str, around: str, now: bool) -> bool:
    if code == "self_harm":
        return _only_said(clause, around)
    if code in _MEANT and _MEANT[code].seen(Said(around)) and not _HELP.search(around):
        return True
    if _seen("maybe", clause) and not _HELP_NOW.search(around):
        return True
    if _NO_REACTION.fullmatch(clause) and _seen("thing", around):
        return True
    care = _seen("care", around)
    if care and code == "fall" and not _FELL.search(around) and not _NEWLY.search(around):
        return True  # 卧床不能动,想找护工: how somebody is, not what has just happened
    then = _seen("then", clause) or (_seen("then", around) and care)
    return then and not (now and _seen("now", around) and not care)


def _only_said(clause: str, around: str) -> bool:
    """要死了 of dirt, heat and work; what the news told. Anything else about wanting to die is taken at its word."""
    told = _TOLD.search(clause)
    return bool(told) or ("要死了" in clause and _MEANT["self_harm"].seen(Said(around)))


def _kept(kinds: list[str], text: str) -> list[str]:
    """Without what is only a part of another: who chokes has no breath, who was hurt by a fall has fallen."""
    for kind, parts in PARTS.items():
        if kind in kinds:
            kinds = [k for k in kinds if k not in parts]
    if "breathing" in kinds and not _CHEST.search(text):
        kinds = [k for k in kinds if k != "chest_pain"]
    weak = len(kinds) > 1 and not _FELL.search(text)
    return [k for k in kinds if not (weak and k == "fall")]
