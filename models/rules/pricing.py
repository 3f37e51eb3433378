"""Prices from the public standard: every line explained, whole fen, remainders in the resident's favour (B1, G1)."""

from dataclasses import dataclass
from typing import Any

UNIT26_DAYS = 26  # the trade's unit for maternity nurses; a broken month is the monthly price / 26 x days


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
    """How many hundredths of a unit a request comes to; never less than the least quantity."""
    least = service.minimum_quantity * 100
    days = int(extras.get("duration_days") or 1)
    found = {
        "hour": minutes * 100 // 60,
        "visit": 100,
        "m2": int(extras.get("area_m2") or service.minimum_quantity) * 100,
        "day": days * 100,
        "month": days * 100 // 30 if extras.get("duration_days") else 100,
        "unit26": days * 100 // UNIT26_DAYS if extras.get("duration_days") else 100,
    }[service.unit]
    return max(found, least)


def quote(
    service: ServiceTerms,
    *,
    minutes: int | None = None,
    people: int = 1,
    tasks: list[str] | None = None,
    extras: dict[str, Any] | None = None,
    unit_fen: int | None = None,
) -> Quote:
    """The price of a request; `unit_fen` is a worker's own price for one unit, bounded by the public range."""
    price = bounded(service, unit_fen if unit_fen is not None else service.price_fen)
    quantity = units(service, minutes or service.usual_minutes, extras or {}) * people
    lines = [QuoteLine("service", quantity, service.unit, price, quantity * price // 100)]
    for task in sorted(set(tasks or [])):
        if service.tasks.get(task):
            lines.append(QuoteLine(task, 100, "piece", service.tasks[task], service.tasks[task]))
    return Quote(tuple(lines), sum(line.amount_fen for line in lines))


def bounded(service: ServiceTerms, unit_fen: int) -> int:
    """A unit price inside the public range."""
    return min(max(unit_fen, service.price_min_fen), service.price_max_fen)


def range_of(
    service: ServiceTerms, *, minutes: int | None, people: int, tasks: list[str], extras: dict[str, Any]
) -> tuple[int, int]:
    """Least and highest total (fen) that the public range allows for a request (E1)."""
    low, high = (
        quote(service, minutes=minutes, people=people, tasks=tasks, extras=extras, unit_fen=fen).total_fen
        for fen in (service.price_min_fen, service.price_max_fen)
    )
    return low, high
