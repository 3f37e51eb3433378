"""Counters for the numbers that people read to each other; one row a series, so that no number is given twice."""

from handlers.context import Context
from models.requests import Counter


def next_number(ctx: Context, series: str) -> int:
    """The next number of a series of this community, from 1; inside the caller's transaction."""
    Counter.insert(community_id=ctx.community_id, series=series, last=1).on_conflict(
        conflict_target=(Counter.community_id, Counter.series), update={Counter.last: Counter.last + 1}
    ).execute()
    row = Counter.get(Counter.community_id == ctx.community_id, Counter.series == series)
    return int(row.last)
