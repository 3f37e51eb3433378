"""Numbers that people read to each other: requests, complaints, the four digits for a check-in."""

from datetime import date

EASY = {"0000", "1111", "2222", "3333", "4444", "5555", "6666", "7777", "8888", "9999", "1234", "4321", "0123"}


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
    """Four digits from a random number, none that is easily guessed."""
    for step in range(10_000):
        code = f"{(token + step * 7919) % 10_000:04d}"
        if code not in EASY:
            return code
    raise ValueError("no code")
