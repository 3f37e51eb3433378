"""Wordings that are words one after the other, found without a pattern: there are so many that making patterns of them
would take longer than everything else at the start."""

import re
from typing import NamedTuple

from bot.understanding.notation import FILL, HOW_OFTEN, SIGNS, WHEN, WORDS, weight_of

_GROUP = r"\((?!\?)((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)"  # with groups in it, down to two levels
_SIGN = r"[^()\[\]<>~?*+{}\\.^$|]"
_ATOM = re.compile(rf"~(\d+)|\.\{{0,(\d+)\}}|\[\^,([^\]\\-]+)\]\{{0,(\d+)\}}|\(\?(<?)([=!])((?:[^()]|\([^()]*\))*)\)|(?:{_GROUP}|<(\w+)>|\[([^\]^]+)\]|(\\d)|({_SIGN}+(?![?*+{{])|{_SIGN}))([?*]?)(?![+{{])")
_PART = re.compile(rf"(?:{_GROUP}|<(\w+)>|\[([^\]^]+)\]|(\\d)|({_SIGN}))(\??)(?![*+{{])")
_WITHIN = re.compile(r"~(\d+)\(?([^()]*)\)?")
_REPEATED = 6
_MOST = 160  # words of one step; more are left to a pattern


class Step(NamedTuple):
    """Some words of which one must come next, after at most `gap` other signs; `rounds`: it may be left out, or come so often."""

    words: tuple[str, ...]
    gap: int = 0
    rounds: int = 0
    refused: str = ","  # signs that may not stand in the gap


class Bounds(NamedTuple):
    """What must, or must not, stand before the first and after the last step; "$" is the end of the text."""

    before: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    unlike: tuple[str, ...] = ()
    within: int = 0
    first: bool = False
    clause: bool = False


class _Reading:
    """A wording while its steps are read."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.steps: list[Step] = []
        self.bounds: dict[str, tuple[str, ...]] = {}
        self.gap = self.within = 0
        self.refused = ","

    def read(self) -> tuple[list[Step], Bounds] | None:
        first, ends, clause = self.source.startswith("^"), self.source.endswith("$"), self.source.startswith("(^|,)")
        at, end = int(first) + 5 * clause, len(self.source) - ends
        while at < end:
            atom = _ATOM.match(self.source, at, end)
            if atom is None or not self._take(atom, last=atom.end() == end):
                return None
            at = atom.end()
        if ends:
            self.bounds["after"] = ("$",)
        return self._checked(first, clause)

    def _take(self, atom: re.Match[str], *, last: bool) -> bool:
        gap, wide, refused, narrow, behind, way, around, group, name, signs, digit, word, many = atom.groups()
        if gap or wide or narrow:
            return self._widen(int(gap or wide or narrow), "" if wide else f",{refused or ''}")
        if way:
            return self._bound(behind, way, around, last=last)
        words = _meant(group, name, "0-9" if digit else signs, word)
        if words is None:
            return False
        self.steps.append(Step(words, self.gap, {"": 0, "?": 1, "*": _REPEATED}[many], self.refused))
        self.gap, self.refused = 0, ","
        return True

    def _widen(self, gap: int, refused: str) -> bool:
        known = not self.gap or refused == self.refused
        self.gap, self.refused = self.gap + gap, refused
        return known

    def _bound(self, behind: str, way: str, around: str, *, last: bool) -> bool:
        within = _WITHIN.fullmatch(around)
        if within and (behind or way == "="):
            return False
        self.within = int(within[1]) if within else 0
        words = _options(within[2] if within else around)
        if words is None or (self.steps if behind else not last):
            return False
        key = ("before" if way == "=" else "refused") if behind else ("after" if way == "=" else "unlike")
        if key in self.bounds and (key not in ("refused", "unlike") or self.within):
            return False
        self.bounds[key] = self.bounds.get(key, ()) + words
        return True

    def _checked(self, first: bool, clause: bool) -> tuple[list[Step], Bounds] | None:
        steps, bounds = self.steps, self.bounds
        if steps and "$" in steps[-1].words and not (steps[-1].rounds or steps[-1].gap or {"after", "unlike"} & set(bounds)):
            bounds["after"] = steps.pop().words
        while steps and steps[0].rounds and not (first or clause) and not {"before", "refused"} & set(bounds):
            del steps[0]
        odd = not steps or self.gap or steps[0].rounds or steps[0].gap or any("$" in word for step in steps for word in step.words)
        return None if odd else (steps, Bounds(**bounds, within=self.within, first=first, clause=clause))


def steps_of(source: str) -> tuple[list[Step], Bounds] | None:
    """A wording as steps, or None if it says more than steps can."""
    return _Reading(source).read()


_LAST = re.compile(r"(.+)\(((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)")


def endings(source: str) -> list[str]:
    """A wording whose last group has options that mind what follows, as one for each of these."""
    match = _LAST.fullmatch(source)
    if not match or ("(?" not in match[2] and "$" not in match[2]) or source[match.start(2) - 1 :].startswith("(?") or match[2].startswith("?"):
        return [source]
    options = _split(match[2])
    minding = [option for option in options if (option.endswith(")") and "(?" in option) or (option.endswith("$") and len(option) > 1)]
    plain = [option for option in options if option not in minding]
    return [match[1] + option for option in minding] + ([f"{match[1]}({'|'.join(plain)})"] if plain else [])


def _meant(group: str, name: str | None, signs: str | None, word: str | None) -> tuple[str, ...] | None:
    return (word,) if word else _set(signs) if signs else _named(name) if name else _options(group)


def _set(signs: str) -> tuple[str, ...] | None:
    """The signs of a set, with its ranges."""
    signs = signs.replace("\\d", "0-9")
    if "\\" in signs or "一-" in signs:
        return None
    found: list[str] = []
    for n, sign in enumerate(signs):
        if sign == "-" and 0 < n < len(signs) - 1:
            found += [chr(code) for code in range(ord(signs[n - 1]), ord(signs[n + 1]))]
        elif sign != "-":
            found.append(sign)
    return tuple(dict.fromkeys(found))


def _named(name: str) -> tuple[str, ...] | None:
    return WORDS.get(name) or ((SIGNS[name],) if name in SIGNS else (WHEN,) if name == "when" else None)


def _options(group: str) -> tuple[str, ...] | None:
    """All words that a group stands for."""
    if group.replace("|", "").isalnum():
        return tuple(group.split("|"))
    found: list[str] = []
    for option in _split(group):
        words = _spelt(option)
        if words is None:
            return None
        found += words
    if WHEN in found:
        found = [WHEN, *(word for word in found if word is not WHEN)]
    return tuple(found) if "" not in found and len(found) <= _MOST else None


def _split(group: str) -> list[str]:
    if "(" not in group:
        return group.split("|")
    parts, depth, start = [], 0, 0
    for n, sign in enumerate(group):
        depth += (sign == "(") - (sign == ")")
        if sign == "|" and not depth:
            parts.append(group[start:n])
            start = n + 1
    return [*parts, group[start:]]


def _spelt(option: str) -> list[str] | None:
    if "$" in option:
        return ["$"] if option == "$" else None
    spelt, at = [""], 0
    while at < len(option):
        part = _PART.match(option, at)
        if part is None:
            return None
        at = part.end()
        group, name, signs, digit, sign, left_out = part.groups()
        words = _meant(group, name, "0-9" if digit else signs, sign)
        whole = name in SIGNS or name == "when"
        if words is None or len(spelt) * len(words) > _MOST or (whole and (at < len(option) or spelt != [""])):
            return None
        spelt = [head + word for head in spelt for word in words] + (spelt if left_out else [])
    return spelt


def needs_of_steps(steps: list[Step]) -> tuple[str, str]:
    """Signs of which a text needs one, and others of which it needs one too: of the two steps with the fewest words."""
    needs = sorted((_rare(step.words) for step in steps if not step.rounds), key=weight_of)
    return needs[0], needs[1] if len(needs) > 1 else ""


def _rare(words: tuple[str, ...]) -> str:
    """The rarest sign of each word."""
    found = set(WHEN) if words[0] is WHEN else set()
    for word in words:
        if word is not WHEN:
            found.add(min(word, key=HOW_OFTEN.__getitem__))
    return "".join(found)


class Steps:
    """A wording as steps."""

    __slots__ = ("_bounds", "_first", "_steps", "needs", "source")

    def __init__(self, source: str, steps: list[Step], bounds: Bounds) -> None:
        self.source, self.needs = source, needs_of_steps(steps)
        self._first, self._steps, self._bounds = steps[0].words, tuple(steps[1:]), bounds

    def start(self, text: str) -> int:
        """Where it stands first; -1 if nowhere."""
        best = -1
        for word in self._first:
            at = text.find(word) if word is not WHEN else _next(text, word, 0)
            if at >= 0:
                at = self._find(text, word, at, best)
                best = at if at >= 0 and (best < 0 or at < best) else best
        return best

    def _find(self, text: str, word: str, at: int, best: int) -> int:
        """Where it stands first with this word, which first stands at a place, at its head, and before `best`."""
        bounds = self._bounds
        while at >= 0 and (best < 0 or at < best) and not (bounds.first and at):
            refused = (bounds.refused and text.endswith(bounds.refused, 0, at)) or (bounds.clause and at and text[at - 1] != ",")
            if not refused and (not bounds.before or text.endswith(bounds.before, 0, at)) and self._fits(text, _after(text, at, word), 0):
                return at
            at = _next(text, word, at + 1)
        return -1

    def _fits(self, text: str, at: int, step: int) -> bool:
        if step == len(self._steps):
            return self._ends(text, at)
        words, gap, rounds, refused = self._steps[step]
        for place in _places(text, at, gap, refused):
            reached = _repeated(text, place, words, rounds) if rounds else _ends_at(text, place, words)
            if any(self._fits(text, end, step + 1) for end in reached):
                return True
        return False

    def _ends(self, text: str, at: int) -> bool:
        after, unlike = self._bounds.after, self._bounds.unlike
        if after and not (text.startswith(after, at) or ("$" in after and at == len(text))):
            return False
        if not unlike:
            return True
        return not any(text.startswith(unlike, place) for place in _places(text, at, self._bounds.within, ",")) and not ("$" in unlike and at == len(text))


def _places(text: str, at: int, gap: int, refused: str) -> range:
    """Where something may begin after at most so many signs, none of them refused."""
    last = at + gap
    for sign in refused if gap else "":
        place = text.find(sign, at, last)
        last = place if place >= 0 else last
    return range(at, last + 1)


def _next(text: str, word: str, at: int) -> int:
    if word is not WHEN:
        return text.find(word, at)
    return min((place for sign in WHEN if (place := text.find(sign, at)) >= 0), default=-1)


def _after(text: str, at: int, word: str) -> int:
    """The end of a word at a place; a sign fills as much of the text as what it stands for."""
    end = at + (1 if word is WHEN else len(word))
    if word[-1] > FILL:
        last = WHEN[-1] if word is WHEN else FILL
        while FILL <= text[end : end + 1] <= last:
            end += 1
    return end


def _ends_at(text: str, at: int, words: tuple[str, ...]) -> list[int]:
    if words[0] is WHEN:
        ends = [_after(text, at, WHEN)] if at < len(text) and text[at] in WHEN else []
        return ends + [_after(text, at, word) for word in words[1:] if text.startswith(word, at)]
    return [_after(text, at, word) for word in words if text.startswith(word, at)] if text.startswith(words, at) else []


def _repeated(text: str, at: int, words: tuple[str, ...], rounds: int) -> list[int]:
    """Every place that is reached when the words come not at all, once, or up to so often."""
    reached, edge = [at], [at]
    for _ in range(rounds):
        edge = [end for place in edge for end in _ends_at(text, place, words) if end not in reached]
        if not edge:
            break
        reached += edge
    return reached
