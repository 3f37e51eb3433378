"""Weights that are worth a look beside today's: each answers one question that people at the desk ask."""

from collections.abc import Mapping

VARIATIONS: dict[str, Mapping[str, int]] = {
    "nearest": {"distance": 100},
    "best_rated": {"rating": 100},
    "cheapest": {"price": 100},
    "known_first": {"same_household": 60, "rating": 20, "distance": 10, "response": 10},
    "fair_first": {"fair_share": 45, "rating": 20, "same_household": 10, "distance": 10, "price": 5, "response": 5, "newcomer": 5},
}


def whole(weights: Mapping[str, float], parts: tuple[str, ...]) -> dict[str, float]:
    """The weights with every part named; what is not named weighs nothing."""
    return {part: weights.get(part, 0) for part in parts}


def without(weights: Mapping[str, float], *parts: str) -> dict[str, float]:
    """The same weights, some parts weighing nothing."""
    return {part: 0 if part in parts else weight for part, weight in weights.items()}
