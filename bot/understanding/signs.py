"""The text in which every day, hour, length and amount is one sign: what is wanted doesn't depend on which day it is."""

from bot.understanding.notation import FILL, SIGNS
from bot.understanding.tokens import Token
from bot.understanding.wording import Said

_CALLED = ("万一", "十分", "千万", "一一", "110", "119", "120", "12315", "12345")  # words, and numbers that are called: no amounts
_KINDS = {
    "day": "day", "monthday": "day", "number_day": "day", "window": "day", "weekspan": "day", "recur": "recur", "part": "part", "clock": "clock", "clocks": "clock",
    "range_clock": "clock", "past": "past", "length": "long", "after": "after", "money": "money", "vague_money": "money", "order": "order", "people": "people", "stars": "stars",
}  # fmt: skip


def signed(text: str, tokens: list[Token]) -> Said:
    """The text as long as before, with its tokens as signs."""
    parts: list[str] = []
    at = 0
    for token in tokens:
        kind = _kind(token)
        if kind:
            start = _amount_at(token)
            parts += [text[at:start], SIGNS[kind], FILL * (token.end - start - 1)]
            at = token.end
    return Said("".join([*parts, text[at:]]))


def _kind(token: Token) -> str | None:
    if token.kind == "number":
        return "num" if (len(token.text) > 1 or token.text.isdigit()) and token.text not in _CALLED else None
    return "num" if token.kind == "delta" else _KINDS.get(token.kind)


def _amount_at(token: Token) -> int:
    """多收我三十块: the words before the amount stay words."""
    if token.kind != "delta":
        return token.start
    digits = (n for n, sign in enumerate(token.text) if sign.isdigit() or sign in "一二两三四五六七八九十百千万")
    return token.start + next(digits, 0)
