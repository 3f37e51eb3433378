"""The notation of the word tables (`words/`), and how a text is looked up in them.

A table is a text: a row is a code, a colon, and its wordings with spaces between; what is indented belongs to the row
above. A wording is a pattern of `re` with three short forms: `(a|b)` is a group, `<old>` a class of words or a sign
(`CLASSES`), `~6` up to six signs within the same clause.
"""

import re
from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple

_OLD = (
    "老(人|妈|爸|伴|头子?|太太?|爷子|奶奶|娘|爹|母亲|父亲|两口|年人)|妈妈?|爸爸?|爷爷|奶奶|母亲|父亲|姥姥|姥爷|外婆|外公|公公|婆婆|岳母|岳父|"
    "阿婆|阿公|大爷|大妈|大娘|长辈|丈母娘|老丈人|太奶奶|太爷爷"
)
_CHILD = "孩子|小孩子?|娃|宝宝|宝贝|孙子|孙女|外孙女?|小朋友|儿子|女儿|婴儿|[bB][bB]|[大二小]宝|闺女|毛毛头|小家伙"
# Signs stand for what the lexer has read (see `signed`): so 改到<day> knows every way to name a day.
FILL = "\ue000"
SIGNS = {
    name: chr(0xE001 + n)
    for n, name in enumerate("day recur part clock past long after money num order people stars".split())
}
CLASSES = {name: f"{sign}{FILL}*" for name, sign in SIGNS.items()} | {
    "when": f"[{SIGNS['day']}-{SIGNS['clock']}][{FILL}-{SIGNS['clock']}]*",
    "old": f"({_OLD}|她|他)",
    "child": f"({_CHILD})",
    "who": f"({_OLD}|{_CHILD}|老公|老婆|媳妇|爱人|我|他|她|人|阿姨|师傅|客户|邻居|有人|保姆|护工|弟弟?|妹妹?|哥哥?|姐姐?)",
    "worker": "(阿姨|师傅|保洁员?|护工|保姆|月嫂|钟点工|小时工|大姐|育儿嫂|育婴师|工人|老师|小哥|工作人员)",
    "device": "(灯|灯泡|灯管|开关|插座|龙头|热水器|空调|洗衣机|冰箱|电视机?|油烟机|燃气灶|煤气灶|电饭煲|微波炉|马桶|花洒|门铃|净水器|电脑|打印机|风扇|浴霸|洗碗机|烘干机)",
    "n": r"([\d零一二两三四五六七八九十百千万]+)",
}  # fmt: skip
# Signs so common that they tell nothing: a rarer one is looked for first.
_COMMON = frozenset("的了不来我是一个有在要人到没上下小时你好吗能可以天大么什多少再就都还,家后明做")
_GAP = re.compile(r"~(\d+)")
_CLASS = re.compile(r"<(\w+)>")
_OPEN = re.compile(r"(?<!\\)\((?!\?)")


class Said(str):
    """A text while it is looked up: it knows its signs."""

    __slots__ = ("__dict__",)

    @cached_property
    def signs(self) -> frozenset[str]:
        """The different signs of the text."""
        return frozenset(self)


class Found(NamedTuple):
    """A code, and where its words stand."""

    code: str
    start: int


class Wording:
    """A row of a table: looked up only in a text that has one of the signs without which it can't match."""

    __slots__ = ("needs", "search", "sub")

    def __init__(self, source: str) -> None:
        self.needs = _needs_of(source)
        compiled = re.compile(pattern(source))
        self.search, self.sub = compiled.search, compiled.sub

    def find(self, said: Said) -> re.Match[str] | None:
        """Where the words stand, if they do."""
        if self.needs is not None and self.needs.isdisjoint(said.signs):
            return None
        return self.search(said)

    def without(self, said: Said, sign: str = "") -> Said:
        """The text without these words; with a `sign`, in as many of it as there were signs."""
        if self.find(said) is None:
            return said
        return Said(self.sub(lambda m: sign * len(m.group()), said))


Table = tuple[tuple[str, Wording], ...]


def table(source: str) -> Table:
    """The rows of a table, in their order."""
    rows: list[tuple[str, list[str]]] = []
    for line in source.strip().splitlines():
        if line[:1].isspace():
            rows[-1][1].append(line)
        else:
            code, _, words = line.partition(":")
            rows.append((code, [words]))
    return tuple((code, Wording(" ".join(lines))) for code, lines in rows)


def find_all(rows: Table, said: Said) -> list[Found]:
    """Every code of a table whose words stand in the text, in the order of the table."""
    return [Found(code, match.start()) for code, words in rows if (match := words.find(said))]


def pattern(source: str, classes: Mapping[str, str] = CLASSES) -> str:
    """Wordings in the notation of `re`."""
    source = _CLASS.sub(lambda m: classes[m[1]], "|".join(source.split()))
    return _OPEN.sub("(?:", _GAP.sub(r"[^,]{0,\1}", source))


# Without which signs a row can't match: worked out from its wordings, checked by a test against the plain search.


def _needs_of(source: str) -> frozenset[str] | None:
    found: list[str] = []
    for wording in source.split():
        needs = _rarest(wording) if wording.isalnum() else _needs(wording, 0)[0]
        if not needs:
            return None
        found.append(needs)
    return frozenset("".join(found))


def _rarest(wording: str) -> str:
    return next((sign for sign in wording if sign not in _COMMON), wording[0])


def _needs(wording: str, at: int) -> tuple[str, int]:
    """Signs of which a wording (or an option of a group, from `at` to its end) needs one; none if there are no such."""
    best, end = "", len(wording)
    while at < end and wording[at] not in "|)":
        signs, at = _part(wording, at)
        if at < end and wording[at] in "?*+{":
            optional = wording[at] in "?*" or wording.startswith(("{0", "{,"), at)
            at = wording.index("}", at) + 1 if wording[at] == "{" else at + 1
            signs = "" if optional else signs
        if signs and (not best or _weight(signs) < _weight(best)):
            best = signs
    return best, at


def _part(wording: str, at: int) -> tuple[str, int]:
    """The signs of one part of a wording, and where the next begins."""
    sign = wording[at]
    if sign == "(":
        return _group(wording, at)
    if sign == "[":
        end = wording.index("]", at + 1)
        inner = wording[at + 1 : end]
        return ("" if inner[0] == "^" or "\\" in inner or "-" in inner else inner), end + 1
    if sign == "<":
        end = wording.index(">", at)
        return SIGNS.get(wording[at + 1 : end], ""), end + 1
    if sign == "~":
        return "", _GAP.match(wording, at).end()  # type: ignore[union-attr]
    return ("", at + 2) if sign == "\\" else ("" if sign in "^$." else sign, at + 1)


def _group(wording: str, at: int) -> tuple[str, int]:
    around = wording.startswith("(?", at)
    found, at = "", at + (1 if not around else 4 if wording[at + 2] == "<" else 3)
    known = not around
    while True:
        needs, at = _needs(wording, at)
        known = known and bool(needs)
        found += needs
        if wording[at] == ")":
            return (found if known else ""), at + 1
        at += 1


def _weight(signs: str) -> int:
    return sum(13 if sign in _COMMON else 1 for sign in signs)
