"""A recurring service on the page of each of its requests: in words, with its dates, and what can be done (C8)."""

from datetime import date, datetime, time, timedelta
from typing import Any

from handlers.clock import SHANGHAI, local
from handlers.context import DESK, Context, Refused, use_case
from handlers.desk_terms import request_pill
from handlers.requests import reschedule_request
from handlers.series import (
    OneDate,
    SeriesView,
    answer_holiday,
    change_costs,
    end_series,
    pause_series,
    resume_series,
    say_series,
    seek_for_date,
    series_of_request,
    view_of,
)
from handlers.series_of import series_of
from handlers.words import N_, _, say_date, say_hours
from models.requests import Request

OWN = {
    "paused": ("hold", N_("paused")),
    "skipped": ("done", N_("left out")),
    "holiday": ("info", N_("a holiday, the resident is asked")),
    "unplaced": ("bad", N_("the worker can't")),
    "ended": ("done", N_("has ended")),
}
SHOWN_PAST = 3


def series_part(ctx: Context, request: Request) -> dict[str, Any] | None:
    """What the page shows of the series; None for a single request."""
    series = series_of(request)
    if series is None:
        return None
    view = view_of(ctx, series)
    past = [one for one in view.dates if one.starts_at <= ctx.now]
    shown = [*past[-SHOWN_PAST:], *(one for one in view.dates if one.starts_at > ctx.now)]
    today = local(ctx.now).date()
    return {
        "words": say_series(ctx, view).split("\n")[0],
        "state": {"running": "", "paused": _("paused"), "ended": _("has ended")}[series.state],
        "about": _about(ctx, view),
        "dates": [_row(ctx, view, one, request) for one in shown],
        "can": _can(ctx, view, request),
        "costs": change_costs(ctx, series.id, since=today) if series.state != "ended" else "",
        "today": today.isoformat(),
        "fortnight": (today + timedelta(days=14)).isoformat(),
    }


def _about(ctx: Context, view: SeriesView) -> list[str]:
    """Until when it pauses, and its last day, where there are such."""
    more = int(view.series.state == "paused") + bool(view.series.last_day)
    return say_series(ctx, view).split("\n")[1 : 1 + more]


def _row(ctx: Context, view: SeriesView, one: OneDate, here: Request) -> dict[str, Any]:
    minutes = one.request.minutes if one.request is not None else (view.dates[0].request.minutes if view.dates[0].request else 0)
    kind, words = OWN.get(one.row.state, ("", ""))
    own = {"kind": kind, "words": _(words)} if words else None
    request = one.request if one.row.state == "visit" else None
    return {
        "when": f"{say_date(one.starts_at, ctx.now)} {say_hours(one.starts_at, one.starts_at + timedelta(minutes=minutes or 0))}",
        "pill": own or (request_pill(request, one.visit) if request is not None else None),
        "url": f"/console/requests/{one.request.id}" if one.request is not None and one.request.id != here.id else "",
        "seek": one.row.id if one.row.state == "unplaced" and one.starts_at > ctx.now and ctx.actor.roles & set(DESK) else 0,
    }


def one_here(view: SeriesView, request: Request) -> bool:
    """Whether this page's own visit is still to come."""
    return any(one.request is not None and one.request.id == request.id and request.state == "scheduled" for one in view.coming)


def _can(ctx: Context, view: SeriesView, request: Request) -> list[str]:
    if not ctx.actor.roles & set(DESK) or view.series.state == "ended":
        return []
    asked = any(one.row.state == "holiday" and one.starts_at > ctx.now for one in view.dates)
    one, whole = ["move"] if one_here(view, request) else [], "resume" if view.series.state == "paused" else "pause"
    return [*one, whole, "end", *(["holiday"] if asked else [])]


def _series_id(ctx: Context, request_id: int) -> int:
    found = series_of_request(ctx, request_id)
    if not found:
        raise Refused("not_found", _("There is no recurring service that goes on."), status=404)
    return found


def _day(words: str) -> date:
    try:
        return date.fromisoformat(words)
    except ValueError:
        raise Refused("bad_time", _("Please choose a day."), status=400) from None


@use_case(*DESK)
def pause_at_desk(ctx: Context, request_id: int, *, since: str, until: str) -> None:
    """As the resident or the worker said on the phone; both are told. Refuses bad_time, not_found."""
    pause_series(ctx, _series_id(ctx, request_id), since=_day(since), until=_day(until) if until else None)


@use_case(*DESK)
def move_at_desk(ctx: Context, request_id: int, *, day: str, hour: str) -> None:
    """This one visit at another time, as the resident said on the phone; the worker is asked again. Refuses bad_time, too_soon."""
    try:
        at = datetime.combine(_day(day), time.fromisoformat(hour), SHANGHAI)
    except ValueError:
        raise Refused("bad_time", _("Please choose a day and an hour."), status=400) from None
    _series_id(ctx, request_id)
    reschedule_request(ctx, request_id, starts_at=at)


@use_case(*DESK)
def resume_at_desk(ctx: Context, request_id: int) -> None:
    """It goes on; both are told."""
    resume_series(ctx, _series_id(ctx, request_id))


@use_case(*DESK)
def end_at_desk(ctx: Context, request_id: int, *, since: str) -> None:
    """From a day on nobody comes any more; both are told."""
    end_series(ctx, _series_id(ctx, request_id), since=_day(since))


@use_case(*DESK)
def holiday_at_desk(ctx: Context, request_id: int, *, come: bool) -> None:
    """The resident's word on the phone about the holidays that were asked about."""
    answer_holiday(ctx, _series_id(ctx, request_id), come=come)


@use_case(*DESK)
def seek_at_desk(ctx: Context, request_id: int, *, row_id: int) -> None:
    """Somebody else for a date on which the worker can't come."""
    seek_for_date(ctx, _series_id(ctx, request_id), row_id=row_id)
