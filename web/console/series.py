"""A recurring service at the desk: what can be done with all of it, from the page of any of its requests (C8)."""

from typing import Any

from flask import Blueprint

from handlers.context import Context
from handlers.desk_series import end_at_desk, holiday_at_desk, move_at_desk, pause_at_desk, resume_at_desk, seek_at_desk
from handlers.words import _
from web.console.page import form, tried, whole
from web.console.session import for_staff

DESK = ("coordinator", "admin")


def add_pages(blueprint: Blueprint) -> None:
    """Registers the forms."""
    _add_whole(blueprint)
    _add_dates(blueprint)


def _did(ctx: Context, request_id: int, verb: Any, done: str, **values: Any) -> Any:
    return tried(ctx, lambda: verb(ctx, request_id, **values), done, f"/console/requests/{request_id}")


def _add_whole(blueprint: Blueprint) -> None:
    @blueprint.post("/requests/<int:request_id>/series/pause")
    @for_staff(*DESK)
    def series_pause(ctx: Context, request_id: int) -> Any:
        return _did(ctx, request_id, pause_at_desk, _("Paused. Both are told."), since=form("since"), until=form("until"))

    @blueprint.post("/requests/<int:request_id>/series/resume")
    @for_staff(*DESK)
    def series_resume(ctx: Context, request_id: int) -> Any:
        return _did(ctx, request_id, resume_at_desk, _("It goes on. Both are told."))

    @blueprint.post("/requests/<int:request_id>/series/end")
    @for_staff(*DESK)
    def series_end(ctx: Context, request_id: int) -> Any:
        return _did(ctx, request_id, end_at_desk, _("It ends. Both are told."), since=form("since"))


def _add_dates(blueprint: Blueprint) -> None:
    @blueprint.post("/requests/<int:request_id>/series/move")
    @for_staff(*DESK)
    def series_move(ctx: Context, request_id: int) -> Any:
        done = _("Moved. The worker is told; workers are asked anew.")
        return _did(ctx, request_id, move_at_desk, done, day=form("day"), hour=form("time"))

    @blueprint.post("/requests/<int:request_id>/series/holiday")
    @for_staff(*DESK)
    def series_holiday(ctx: Context, request_id: int) -> Any:
        return _did(ctx, request_id, holiday_at_desk, _("Noted."), come=form("yes") == "yes")

    @blueprint.post("/requests/<int:request_id>/series/seek")
    @for_staff(*DESK)
    def series_seek(ctx: Context, request_id: int) -> Any:
        return _did(ctx, request_id, seek_at_desk, _("Somebody else is looked for."), row_id=whole(form("thing")))
