"""Word tables, and how a text is looked up in them."""

import re
from collections.abc import Iterable
from functools import cache, cached_property
from typing import NamedTuple, TypeVar

from bot.understanding.notation import needs_of, pattern
from bot.understanding.steps import Steps, endings, steps_of

T = TypeVar("T")
# Nothing, and true: it keeps `re` from working out with which signs a pattern can begin, which takes most of the time that
# making it takes, and which `needs` know better.
_AT_ONCE = "(?=)"


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


class Pattern:
    """A wording as a pattern: tried only in a text that has the signs without which it can't stand there."""

    __slots__ = ("_search", "needs", "source")

    def __init__(self, source: str, needs: tuple[str, str]) -> None:
        self.source, self.needs = source, needs
        self._search = re.compile(_AT_ONCE + pattern(source)).search

    def start(self, text: str) -> int:
        """Where it stands first; -1 if nowhere."""
        match = self._search(text)
        return match.start() if match else -1


class Plain:
    """A wording that is only a word."""

    __slots__ = ("needs", "source")

    def __init__(self, source: str, needs: tuple[str, str]) -> None:
        self.source, self.needs = source, needs

    def start(self, text: str) -> int:
        """Where it stands first; -1 if nowhere."""
        return text.find(self.source)


Wording = Plain | Steps | Pattern


def wording(source: str) -> Wording:
    """A wording in the form in which it is found fastest."""
    if source.isalnum():
        return Plain(source, needs_of(source))
    steps = steps_of(source)
    return Steps(source, *steps) if steps else Pattern(source, needs_of(source))


class Row:
    """The wordings of one code."""

    def __init__(self, code: str, wordings: Iterable[Wording]) -> None:
        self.code, self.wordings = code, tuple(wordings)
        self._index = _indexed((one, one) for one in self.wordings)

    def seen(self, said: Said) -> bool:
        """Whether one of them stands there."""
        return any(one.start(said) >= 0 for sign in ("", *said.signs) for second, one in self._index.get(sign, ()) if not (second and said.signs.isdisjoint(second)))


class Removed:
    """Words that are taken out of a text before anything is looked for in it."""

    def __init__(self, source: str) -> None:
        needs = [needs_of(word)[0] for word in source.split()]
        self._needs = frozenset("".join(needs)) if all(needs) else None
        compiled = re.compile(f"{_AT_ONCE}(?:{pattern(source)})")
        self._search, self._sub = compiled.search, compiled.sub

    def without(self, said: Said, sign: str = "") -> Said:
        """The text without them; with a `sign`, in as many of it as there were signs."""
        if self._needs is not None and self._needs.isdisjoint(said.signs):
            return said
        return Said(self._sub(lambda m: sign * len(m.group()), said)) if self._search(said) else said


class Table:
    """Rows that are looked up together."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows = tuple(rows)
        self._index = _indexed((one, (row.code, one)) for row in self.rows for one in row.wordings)
        self._order = {row.code: n for n, row in enumerate(self.rows)}

    def __add__(self, other: "Table") -> "Table":
        return Table(self.rows + other.rows)

    def __getitem__(self, code: str) -> Row:
        return next(row for row in self.rows if row.code == code)

    def starts(self, said: Said) -> dict[str, int]:
        """Every code whose words stand in the text, and where they stand first."""
        found: dict[str, int] = {}
        signs, index = said.signs, self._index
        for sign in ("", *signs):
            for second, (code, one) in index.get(sign, ()):
                if second and signs.isdisjoint(second):
                    continue
                start = one.start(said)
                if start >= 0 and start < found.get(code, len(said)):
                    found[code] = start
        return found

    def find_all(self, said: Said) -> list[Found]:
        """The same, in the order of the rows."""
        return sorted((Found(code, start) for code, start in self.starts(said).items()), key=lambda f: self._order[f.code])


@cache
def _signs(words: str) -> frozenset[str]:
    """The signs of these words; the same ones stand in many tables, and a set is large."""
    return frozenset(words)


def _indexed(things: Iterable[tuple[Wording, T]]) -> dict[str, list[tuple[frozenset[str], T]]]:
    """Things by each of the signs of which their wording needs one, by no sign if it needs none; with the others it needs."""
    index: dict[str, list[tuple[frozenset[str], T]]] = {}
    for one, thing in things:
        first, second = one.needs
        entry = _signs(second), thing
        for sign in first or ("",):
            index.setdefault(sign, []).append(entry)
    return index


def table(source: str) -> Table:
    """The rows of a table, in their order."""
    return Table(Row(code, (wording(one) for word in words for one in endings(word))) for code, words in _rows(source))


def removed(source: str) -> tuple[Removed, ...]:
    """The rows of a table of what is taken out."""
    return tuple(Removed(" ".join(words)) for _code, words in _rows(source))


def _rows(source: str) -> list[tuple[str, list[str]]]:
    rows: list[tuple[str, list[str]]] = []
    for line in source.strip().splitlines():
        if line[:1].isspace():
            rows[-1][1].extend(line.split())
        else:
            code, _, words = line.partition(":")
            rows.append((code, words.split()))
    return rows
