"""A worker's time as quarters of an hour: each taken quarter is a row, and the unique key refuses a double booking."""

from datetime import datetime, timedelta
from math import ceil

QUARTER_S = 900


def slots_of(start: datetime, end: datetime, buffer_min: int = 0) -> list[int]:
    """The quarters from start to end and `buffer_min` after it (the way to the next). Touching appointments share none."""
    if end <= start:
        raise ValueError("an appointment ends after it begins")
    first = int(start.timestamp()) // QUARTER_S
    last = ceil((end + timedelta(minutes=buffer_min)).timestamp() / QUARTER_S)
    return list(range(first, last))
