"""Prices from the public standard: every line explained, whole fen, remainders in the resident's favour (B1, G1).

What the trade counts in is kept as rules, not ratios: 26 days are one unit of a maternity nurse, 42 days one and a half, 52
days two; a month as people say it (30 days) is one unit too, its days of rest being in the price. What is left of a month
or unit costs the monthly price / 26 a day, and never more than the next larger unit.
"""

from dataclasses import dataclass, replace
from typing import Any

MONTH_DAYS = 30
WORKED_DAYS = 26  # days of work in a month; the divisor for a broken one
WHOLE = 100  # quantities are hundredths of a unit
# Days -> hundredths of a unit, for what is sold in units of 26 days and by the month.
MATERNITY = {days * n: WHOLE * n for n in range(1, 7) for days in (WORKED_DAYS, MONTH_DAYS)} | {42: 150}
PACKAGES = {"unit26": MATERNITY, "month": {MONTH_DAYS: WHOLE}}
AREA = "m2"  # priced by what is cleaned, however many come


@dataclass(frozen=True)
class ServiceTerms:
    """What a price is made from: a service's unit, prices (fen a unit), least quantity, prices of tasks (fen a piece)."""

    code: str
    name: str
    unit: str
    price_fen: int
    price_min_fen: int
    price_max_fen: int
    minimum_quantity: int
    usual_minutes: int
    tasks: dict[str, int]


@dataclass(frozen=True)
class QuoteLine:
    """One line: what, how much of it at which price, and the amount. code is service or a task's code."""

    code: str
    quantity: int  # hundredths of a unit
    unit: str
    unit_fen: int
    amount_fen: int


@dataclass(frozen=True)
class Quote:
    """The lines and their sum."""

    lines: tuple[QuoteLine, ...]
    total_fen: int


def terms_of(entry: dict[str, Any]) -> ServiceTerms:
    """ServiceTerms from an entry of models/data/service_types.yaml."""
    names = ServiceTerms.__dataclass_fields__
    return ServiceTerms(**{name: entry[name] for name in names})


def units(service: ServiceTerms, minutes: int, extras: dict[str, Any]) -> int:
    """Hundredths of a unit that a request comes to, at least the least quantity; for months and units the whole ones."""
    days = int(extras.get("duration_days") or 1)
    found = {
        "hour": minutes * WHOLE // 60,
        "visit": WHOLE,
        AREA: int(extras.get("area_m2") or service.minimum_quantity) * WHOLE,
        "day": days * WHOLE,
    }
    whole = found[service.unit] if service.unit in found else _packages(service, extras)[0]
    return max(whole, service.minimum_quantity * WHOLE)


def _packages(service: ServiceTerms, extras: dict[str, Any]) -> tuple[int, int]:
    """Hundredths of whole units, and the days that are left over."""
    table = PACKAGES[service.unit]
    many, rest = divmod(int(extras.get("duration_days") or min(table)), max(table))
    below = max((length for length in table if length <= rest), default=0)
    share, left = table.get(below, 0), rest - below
    larger = table[min(length for length in table if length >= rest)]
    if left * WHOLE >= (larger - share) * WORKED_DAYS:
        share, left = larger, 0
    whole, least = many * table[max(table)] + share, service.minimum_quantity * WHOLE
    return (whole, left) if whole >= least else (least, 0)


def quote(
    service: ServiceTerms,
    *,
    minutes: int | None = None,
    people: int = 1,
    tasks: list[str] | None = None,
    extras: dict[str, Any] | None = None,
    unit_fen: int | None = None,
    share: int = 1,
) -> Quote:
    """The price of a request; `unit_fen` is a worker's own price for one unit, bounded by the public range.

    `share`: of so many who come together, what one of them gets; what can't be divided is left to the resident.
    """
    price = bounded(service, unit_fen if unit_fen is not None else service.price_fen)
    wished = extras or {}
    hands = 1 if service.unit == AREA else max(1, people)
    quantity = units(service, minutes or service.usual_minutes, wished) * hands
    lines = [QuoteLine("service", quantity, service.unit, price, quantity * price // WHOLE)]
    lines += _broken_days(service, wished, price, hands)
    lines += _tasks(service, sorted(set(tasks or [])), wished)
    lines = [_part(line, share) for line in lines] if share > 1 else lines
    return Quote(tuple(lines), sum(line.amount_fen for line in lines))


def _part(line: QuoteLine, share: int) -> QuoteLine:
    return replace(line, quantity=line.quantity // share, amount_fen=line.amount_fen // share)


def _broken_days(service: ServiceTerms, extras: dict[str, Any], price: int, hands: int) -> list[QuoteLine]:
    """The line of the days beyond whole months or units: the price / 26 for each."""
    left = _packages(service, extras)[1] if service.unit in PACKAGES else 0
    if not left:
        return []
    return [
        QuoteLine("service", left * hands * WHOLE, "day", price // WORKED_DAYS, left * hands * price // WORKED_DAYS)
    ]


def _tasks(service: ServiceTerms, tasks: list[str], extras: dict[str, Any]) -> list[QuoteLine]:
    """A line for each task with a price of its own; a stated number (两台空调) counts where only one such task is meant."""
    priced = [task for task in tasks if service.tasks.get(task)]
    pieces = max(1, int(extras.get("quantity") or 1)) if len(priced) == 1 else 1
    return [
        QuoteLine(task, pieces * WHOLE, "piece", service.tasks[task], pieces * service.tasks[task]) for task in priced
    ]


def bounded(service: ServiceTerms, unit_fen: int) -> int:
    """A unit price inside the public range."""
    return min(max(unit_fen, service.price_min_fen), service.price_max_fen)


def range_of(
    service: ServiceTerms, *, minutes: int | None, people: int, tasks: list[str], extras: dict[str, Any], share: int = 1
) -> tuple[int, int]:
    """Least and highest total (fen) that the public range allows for a request (E1)."""
    low, high = (
        quote(service, minutes=minutes, people=people, tasks=tasks, extras=extras, unit_fen=fen, share=share).total_fen
        for fen in (service.price_min_fen, service.price_max_fen)
    )
    return low, high
