"""Distances in a neighbourhood: a straight line, made longer by a factor for the streets (D2)."""

from math import asin, cos, radians, sin, sqrt

EARTH_KM = 6371.0088
DETOUR = 1.3
KM_AN_HOUR = 12.0  # an electric bicycle in town


def distance_km(lat1: float | str, lng1: float | str, lat2: float | str, lng2: float | str) -> float:
    """Kilometres between two points, as the crow flies."""
    a, b, c, d = (radians(float(v)) for v in (lat1, lng1, lat2, lng2))
    half = sin((c - a) / 2) ** 2 + cos(a) * cos(c) * sin((d - b) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(min(1.0, half)))


def travel_minutes(km: float, factor: float = DETOUR, kmh: float = KM_AN_HOUR) -> int:
    """Minutes on the way, rounded up."""
    return -int(-km * factor / kmh * 60 // 1)
