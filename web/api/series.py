"""Recurring services in the API: the caller's own, as resident or worker, and what can be done with them (C8)."""

from typing import Any

from handlers.context import Context
from handlers.series import (
    answer_holiday,
    end_series,
    find_series,
    leave_out,
    list_my_series,
    pause_series,
    resume_series,
)
from web.api import schemas, views
from web.api.routes import api, ok
from web.api.session import signed_in


@api.get("/series")
@api.output(schemas.Envelope)
@signed_in
def series(ctx: Context) -> dict[str, Any]:
    """The caller's recurring services that go on, each with its dates."""
    return ok([views.show_series(view) for view in list_my_series(ctx)])


@api.post("/series/<int:series_id>/skip")
@api.input(schemas.OneDay)
@api.output(schemas.Envelope)
@signed_in
def series_skip(ctx: Context, series_id: int, json_data: schemas.OneDay) -> dict[str, Any]:
    """Leaves one date out; one is moved or given up by its own request or visit."""
    leave_out(ctx, series_id, day=json_data.since)
    return ok(views.show_series(find_series(ctx, series_id)))


@api.post("/series/<int:series_id>/pause")
@api.input(schemas.Days)
@api.output(schemas.Envelope)
@signed_in
def series_pause(ctx: Context, series_id: int, json_data: schemas.Days) -> dict[str, Any]:
    """Nobody comes from a day to the day before another; without that one, until it is resumed."""
    pause_series(ctx, series_id, since=json_data.since, until=json_data.until)
    return ok(views.show_series(find_series(ctx, series_id)))


@api.post("/series/<int:series_id>/resume")
@api.output(schemas.Envelope)
@signed_in
def series_resume(ctx: Context, series_id: int) -> dict[str, Any]:
    """It goes on."""
    return ok(views.show_series(resume_series(ctx, series_id)))


@api.post("/series/<int:series_id>/end")
@api.input(schemas.OneDay)
@api.output(schemas.Envelope)
@signed_in
def series_end(ctx: Context, series_id: int, json_data: schemas.OneDay) -> dict[str, Any]:
    """From a day on nobody comes any more."""
    end_series(ctx, series_id, since=json_data.since)
    return ok()


@api.post("/series/<int:series_id>/holiday")
@api.input(schemas.Consent)
@api.output(schemas.Envelope)
@signed_in
def series_holiday(ctx: Context, series_id: int, json_data: schemas.Consent) -> dict[str, Any]:
    """Whether somebody comes on the public holidays that were asked about."""
    answer_holiday(ctx, series_id, come=json_data.agree)
    return ok(views.show_series(find_series(ctx, series_id)))
