"""The plan of a day at the desk (F2)."""

from datetime import date, timedelta

from flask import Blueprint, g
from flask import request as http

from handlers.clock import local
from handlers.context import Context
from handlers.desk_home import day_plan
from handlers.desk_lists import list_visits
from web.console.page import show
from web.console.session import for_staff


def add_pages(blueprint: Blueprint) -> None:
    """Registers the page."""

    @blueprint.get("/visits")
    @for_staff("coordinator", "consultant", "supervisor", "admin")
    def visits(ctx: Context) -> str:
        day = wanted_day(http.args.get("day", ""))
        near = [("before", day - timedelta(days=1)), ("after", day + timedelta(days=1))]
        days = {name: f"/console/visits?day={d.isoformat()}" for name, d in near}
        return show(ctx, "visits", day=day, days=days, plan=day_plan(ctx, day), visits=list_visits(ctx, day))


def wanted_day(asked: str) -> date:
    """A day as it is asked for: 2026-11-25, tomorrow; anything else is today."""
    today = local(g.now).date()
    if asked == "tomorrow":
        return today + timedelta(days=1)
    try:
        return date.fromisoformat(asked)
    except ValueError:
        return today
