"""Counters for the numbers that people read to each other; one row a series, so that no number is given twice."""

from datetime import date

from handlers.context import Context
from models.requests import Counter
from models.rules.codes import request_number


def next_number(ctx: Context, series: str) -> int:
    """The next number of a series of this community, from 1; inside the caller's transaction."""
    one_more = Counter.insert(community_id=ctx.community_id, series=series, last=1).on_conflict(
        conflict_target=(Counter.community_id, Counter.series), update={Counter.last: Counter.last + 1}
    )
    return int(next(iter(one_more.returning(Counter.last).execute())).last)


def next_request_number(ctx: Context, day: date) -> str:
    """The number of one more request for a day of service, such as 1125-03.

    The year is not in it, so the count of a day goes on from year to year: no two requests ever share a number.
    """
    return request_number(day, next_number(ctx, f"request:{day:%m%d}"))
