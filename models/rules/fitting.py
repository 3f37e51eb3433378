"""Whether somebody goes there, works then, and for how much: said once, for the search and for its replay (D1)."""

from collections.abc import Iterable
from typing import Any

from models.rules.pricing import ServiceTerms, bounded, quote


def serves(areas: Iterable[str], area: str) -> bool:
    """Whether a home lies where somebody goes; who named no area goes everywhere."""
    known = {plain_area(one) for one in areas}
    return not known or not area or plain_area(area) in known


def plain_area(name: str) -> str:
    """幸福里 for 幸福里社区 and 幸福里小区."""
    return str(name).removesuffix("社区").removesuffix("小区")


def works_then(hours: Iterable[tuple[int, int]], begin_min: int, minutes: int, *, day_level: bool) -> bool:
    """Inside one stretch of the day's hours (minutes of the day); what is booked by the day needs only a working day."""
    if day_level:
        return bool(list(hours))
    return any(a <= begin_min and begin_min + minutes <= b for a, b in hours)


def own_price(
    terms: ServiceTerms,
    unit_fen: int | None,
    *,
    minutes: int | None,
    people: int,
    tasks: list[str],
    extras: dict[str, Any],
    share: int = 1,
) -> int:
    """The whole price (fen) at a worker's own price for a unit, inside the public range; of a team, one's share of it."""
    unit = bounded(terms, unit_fen or terms.price_fen)
    return quote(terms, minutes=minutes, people=people, tasks=tasks, extras=extras, unit_fen=unit, share=share).total_fen
