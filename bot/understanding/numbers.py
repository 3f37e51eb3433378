"""Chinese and plain numbers as people say them: 一百五 is 150, 一万二 12000, 两百三四 from 230 to 240."""

import re

DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2, "俩": 2, "仨": 3, "〇": 0}
UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10000}
LATIN = {"w": 10000, "k": 1000, "万": 10000, "千": 1000, "百": 100}
NUM_SET = r"(?:\d+(?:\.\d+)?[万千百wWkK]?\d?|[零〇一二两三四五六七八九十百千万俩仨]+)"
SMALL_SET = r"(?:\d{1,2}(?!\d)|[零〇一二两三四五六七八九十俩仨]{1,3})"
# The same, not as sets: for a set of Chinese signs `re` fills a table of all signs. (?!) keeps it from making sets of them.
NUM = r"(?:\d+(?:\.\d+)?(?:万|千|百|w|W|k|K|(?!))?\d?|(?:零|〇|一|二|两|三|四|五|六|七|八|九|十|百|千|万|俩|仨|(?!))+)"
SMALL = r"(?:\d{1,2}(?!\d)|(?:零|〇|一|二|两|三|四|五|六|七|八|九|十|俩|仨|(?!)){1,3})"
_DIGITS = re.compile(r"(\d{1,9}(?:\.\d{1,4})?)([万千百wk]?)(\d?)", re.IGNORECASE)
_PAIR = re.compile(r"(|.*[十百千万])([一二两三四五六七八九])([二两三四五六七八九])([十百千万]?)")


def read_number(text: str) -> int | None:
    """A whole number, or None for what is none; a unit left out at the end is the next smaller one."""
    match = _DIGITS.fullmatch(text)
    if match:
        unit = LATIN.get(match[2].lower(), 1)
        return round(float(match[1]) * unit) + (int(match[3]) * unit // 10 if match[3] and unit > 1 else 0)
    if not text or len(text) > 12 or any(c not in DIGITS and c not in UNITS for c in text):
        return None
    if all(c in DIGITS for c in text):
        return int("".join(str(DIGITS[c]) for c in text))
    return _spoken(text)


def _spoken(text: str) -> int:
    total = section = digit = 0
    unit = 1
    for char in text:
        if char in DIGITS:
            digit = DIGITS[char]
            unit = 1 if char in "零〇" else unit
        elif char == "万":
            total, section, digit, unit = (total + section + digit) * 10000, 0, 0, 10000
        else:
            unit = UNITS[char]
            section, digit = section + (digit or 1) * unit, 0
    if digit and unit >= 100:
        digit *= unit // 10
    return total + section + digit


def pair_of(text: str) -> tuple[int, int] | None:
    """三四, 两百三四 and 两三百 as a range; None for what is one number."""
    match = _PAIR.fullmatch(text)
    if not match or DIGITS[match[3]] != DIGITS[match[2]] + 1:
        return None
    low, high = (read_number(match[1] + match[n] + match[4]) for n in (2, 3))
    return (low, high) if low is not None and high is not None else None
