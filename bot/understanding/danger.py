"""Danger to life, body or home, now. In doubt it is danger: a false alarm costs a call, a missed one much more."""

import re

from bot.understanding.words.danger import DANGER, EXCUSES

_X = dict(EXCUSES)
_NOW, _THEN, _MAYBE, _IDIOM, _NONE, _THING, _SERVICE = (_X[name] for name in "now then maybe idiom none thing service".split())
_UNTYPED = re.compile(r"烫(?:伤|得|着|到)|烧伤|触电|电(?:着|倒|到)|溺水|落水|掉(?:进|到|河|水|井)|淹")


def find_danger(text: str) -> list[str] | None:
    """The kinds of danger a text tells of (without doubles), or None if it tells of none."""
    clauses = text.split(",")
    whole_now = bool(_NOW.search(text))
    found: list[str] = []
    alarm = False
    for n, clause in enumerate(clauses):
        around = ",".join(clauses[max(0, n - 1) : n + 2])
        kinds = _kinds(clause, around, whole_now)
        alarm |= bool(kinds)
        found += [k for k in kinds if k != "untyped"]
    if not alarm and re.search(r"头晕|恶心|头疼|想吐", text) and re.search(r"煤炉|炭火|炭盆|煤球|(?:煤|燃)气(?:灶|罐|热水器)?", text) and not _MAYBE.search(text):
        found, alarm = [*found, "gas"], True
    if not alarm and whole_now and re.search(r"救命|急救|(?:叫|打|喊|拨)(?:一?下|个|了)?(?:救护车|120|119|110)|快报警", text):
        alarm = not _MAYBE.search(text)
    return list(dict.fromkeys(found)) if alarm and not _settled(clauses) else None


def _settled(clauses: list[str]) -> bool:
    return bool(re.search(r"虚惊|误报|开玩笑|逗你|(?:已经|现在|都|后来)?(?:找到了|没事了|灭了|扑灭了|醒了|平安回|解决了)|不是着火|不用来了", clauses[-1])) and not re.search(r"怎么|吗|还", clauses[-1])


def _kinds(clause: str, around: str, now: bool) -> list[str]:
    bare = _SERVICE.sub("", _NONE.sub("", _IDIOM.sub("", clause)))
    if not bare:
        return []
    kinds = []
    for code, words in DANGER:
        match = words.search(bare)
        if match and not (_only_said(clause, around) if code == "self_harm" else _excused(clause, around, now)):
            kinds.append("untyped" if _UNTYPED.match(match.group()) and code == "bleeding" else code)
    return _specific(kinds, bare, around)


def _only_said(clause: str, around: str) -> bool:
    """要死了 of dirt, heat and work; what the news told. Anything else about wanting to die is taken at its word."""
    told = re.search(r"新闻|电视|电影|电视剧|小说|抖音|跳楼[价机]", clause)
    return bool(told) or (bool(re.search(r"要死了", clause)) and bool(re.search(r"脏|乱|忙|累|热|贵|烦|堵|困|饿", around)))


def _excused(clause: str, around: str, now: bool) -> bool:
    if _MAYBE.search(clause) and not re.search(r"救命|快来|快救", around):
        return True
    if re.fullmatch(r"(?:也|都|就|还|一直|还是|根本|怎么按都|按了)*没(?:有)?(?:反应|动静)了?", clause) and _THING.search(around):
        return True
    then = _THEN.search(clause) or (_THEN.search(around) and re.search(r"想找|要找|找个|找人|请个|需要|护工|保姆|照顾|陪护|护理", around))
    return bool(then) and not (now and _NOW.search(around) and not re.search(r"想找|要找|找个|请个|护工|保姆", around))


def _specific(kinds: list[str], clause: str, around: str) -> list[str]:
    if "missing_person" in kinds and "fall" in kinds and "摔" not in clause:
        kinds.remove("fall")
    if "intruder" in kinds and not re.search(r"偷|贼|陌生|闯|撬|砸|翻|爬|刀|抢|劫|打|杀|砍|捅|踹|踢|跟踪|尾随|凶|绑|坏人|歹徒|躲|拧", clause):
        kinds[kinds.index("intruder")] = "untyped"
    return kinds
