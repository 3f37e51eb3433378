"""Within what most cases were: a plain figure for people, from the cases themselves, never between two of them (D7)."""

from collections.abc import Sequence


def within(values: Sequence[int], percent: int) -> int:
    """The smallest of the values that at least so many of 100 don't exceed (50: the median); 0 of nothing."""
    place = -(-len(values) * percent // 100)
    return sorted(values)[max(place, 1) - 1] if values else 0
