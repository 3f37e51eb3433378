"""To which recurring service a thing belongs: looked up by everything that treats one visit (C8)."""

from datetime import datetime
from typing import Any

from handlers.access import is_staff, not_found
from handlers.context import Context
from models.base import hold
from models.requests import Request
from models.rules.recurring import Pattern, day_of, is_rule
from models.series import Series, SeriesDate
from models.visits import Agreement

LIVE = ("running", "paused")


def date_of(request: Request) -> SeriesDate | None:
    """The date of a series for which this request stands; None for a single one."""
    return SeriesDate.get_or_none(SeriesDate.community_id == request.community_id, SeriesDate.request_id == request.id)


def series_of(request: Request) -> Series | None:
    """The series of which a request is one date, or which began with it."""
    row = date_of(request)
    if row is not None:
        return Series.find(row.series_id)
    began: Series | None = Series.get_or_none(Series.community_id == request.community_id, Series.request_id == request.id)
    return began


def live_series_of(request: Request) -> Series | None:
    """The same, while the series goes on."""
    series = series_of(request)
    return series if series is not None and series.state in LIVE else None


def lives_on(agreement: Agreement) -> bool:
    """Whether other visits go on under this agreement when one of them ends."""
    mine = (Series.community_id == agreement.community_id) & (Series.agreement_id == agreement.id)
    return Series.select().where(mine & Series.state.in_(LIVE)).exists()


def rule_of(request: Request) -> str:
    """The rule by which it is to repeat; "" for a single visit, and for one date of a series that stands already."""
    return str(request.recurrence) if is_rule(request.recurrence) and series_of(request) is None else ""


def recurring_terms(request: Request) -> dict[str, Any]:
    """What the terms of an offer say besides where the service repeats."""
    rule = rule_of(request)
    return {"recurrence": rule} if rule else {}


def pattern_of(series: Series) -> Pattern:
    """The dates of a series."""
    first: datetime = series.first_at
    last = datetime.fromisoformat(series.last_day).date() if series.last_day else None
    return Pattern(series.rule, first, last)


def access_series(ctx: Context, series_id: int) -> Series:
    """A series of the asker's own, as resident or worker, or of staff's community; nobody else changes it meanwhile.

    Refuses not_found.
    """
    hold(f"series:{series_id}")
    row = Series.get_or_none(Series.id == series_id, Series.community_id == ctx.community_id)
    mine = row is not None and (
        is_staff(ctx) or (ctx.actor.kind == "person" and (row.person_id == ctx.actor.id or row.worker_id == ctx.actor.worker_id))
    )
    if row is None or not mine:
        raise not_found()
    return row


def rows_of(series: Series) -> list[SeriesDate]:
    """All dates of a series that have been looked at, soonest first."""
    mine = (SeriesDate.community_id == series.community_id) & (SeriesDate.series_id == series.id)
    return list(SeriesDate.select().where(mine).order_by(SeriesDate.starts_at))


def paused_on(series: Series, moment: datetime) -> bool:
    """Whether nobody comes at that moment because of a pause."""
    day = day_of(moment).isoformat()
    return bool(series.paused_from) and series.paused_from <= day and (not series.paused_to or day < series.paused_to)
