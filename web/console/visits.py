"""The plan of a day at the desk (F2)."""

from datetime import date, datetime, time, timedelta

from flask import Blueprint, g
from flask import request as http

from handlers.clock import SHANGHAI, local
from handlers.context import Context
from handlers.desk_home import day_plan
from handlers.desk_lists import list_visits
from handlers.words import _, say_date, say_near
from web.console.page import show
from web.console.session import for_staff

FAR = 2 * 366  # days back and ahead; whoever asks for another century gets today


def add_pages(blueprint: Blueprint) -> None:
    """Registers the page."""

    @blueprint.get("/visits")
    @for_staff("coordinator", "consultant", "supervisor", "admin")
    def visits(ctx: Context) -> str:
        day = wanted_day(http.args.get("day", ""))
        near = [("before", day - timedelta(days=1)), ("after", day + timedelta(days=1))]
        days = {name: f"/console/visits?day={d.isoformat()}" for name, d in near}
        days["plan"] = f"/console/plan?day={day.isoformat()}"
        return show(ctx, "visits", title=title_of(day), days=days, plan=day_plan(ctx, day), visits=list_visits(ctx, day))


def title_of(day: date) -> str:
    """今天的上门 11月26日 周四."""
    noon = noon_of(day)
    near = say_near(noon, g.now)
    words = say_date(noon, g.now)
    return _("Visits %(near)s, %(day)s", near=near, day=words) if near else _("Visits on %(day)s", day=words)


def noon_of(day: date) -> datetime:
    """A day as a moment that can be said in words."""
    return datetime.combine(day, time(12), SHANGHAI)


def wanted_day(asked: str) -> date:
    """A day as it is asked for: 2026-11-25, tomorrow; anything else is today."""
    today = local(g.now).date()
    if asked == "tomorrow":
        return today + timedelta(days=1)
    try:
        wanted = date.fromisoformat(asked)
    except ValueError:
        return today
    return wanted if abs((wanted - today).days) <= FAR else today
