"""Numbers that people read to each other: requests, complaints, the four digits for a check-in."""

from datetime import date
from itertools import pairwise

ALL_CODES = 10_000
STRIDE = 7919  # a prime: stepping by it comes by every code once


def request_number(day: date, n: int) -> str:
    """A request's number: the day of the service and a counter, such as 1125-03."""
    return f"{day:%m%d}-{n:02d}"


def complaint_number(day: date, n: int) -> str:
    """A complaint's receipt number: the day it came and a counter, such as 投1124-01."""
    return f"投{day:%m%d}-{n:02d}"


def plain_number(number: str) -> str:
    """The same number where only letters and digits are allowed: T1124-01."""
    return number.replace("投", "T")


def visit_code(token: int) -> str:
    """Four digits from a random number, none that is easily guessed (F2)."""
    codes = (f"{(token + step * STRIDE) % ALL_CODES:04d}" for step in range(ALL_CODES))
    return next(code for code in codes if not easily_guessed(code))


def easily_guessed(code: str) -> bool:
    """Digits that stay the same or go up or down one by one: 0000, 1234, 9876."""
    steps = {int(b) - int(a) for a, b in pairwise(code)}
    return len(steps) == 1 and steps <= {-1, 0, 1}
