"""Chinese and plain numbers as people say them: 一百五 is 150, 两百出头 is about 200, 三四 is a range."""

import re

DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2, "俩": 2, "仨": 3, "〇": 0}
UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10000}
NUMBER = r"(?:\d+(?:\.\d+)?[万千百]?|[零〇一二两三四五六七八九十百千万半]+)"
SMALL = r"(?:\d{1,3}|[零〇一二两三四五六七八九十]{1,3})"


def read_number(text: str) -> int | None:
    """A number, or None; a unit left out at the end is the next smaller one (一百五, 一千二, 一万二)."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([万千百]?)", text)
    if match:
        return round(float(match.group(1)) * UNITS.get(match.group(2), 1))
    total = section = digit = last = 0
    for char in text:
        if char in DIGITS:
            digit = digit * 10 + DIGITS[char] if digit and not last else DIGITS[char]
        elif char in UNITS:
            unit = UNITS[char]
            if unit == 10000:
                total, section = (total + section + digit) * unit, 0
            else:
                section += (digit or 1) * unit
            digit, last = 0, unit
        else:
            return None
    if digit and last >= 100 and not text.endswith("零" + text[-1]) and "零" not in text[-2:]:
        digit *= last // 10
    return total + section + digit


def pair_of(text: str) -> tuple[int, int] | None:
    """三四 and 两三 as a range; None for what is one number."""
    if len(text) == 2 and text[0] in DIGITS and text[1] in DIGITS:
        low, high = DIGITS[text[0]], DIGITS[text[1]]
        return (low, high) if high == low + 1 else None
    return None
