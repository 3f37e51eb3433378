"""调度: the plan of a day, drafted, planned, published (D5, D7)."""

import re
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, g, jsonify, redirect
from flask import request as http

from handlers.clock import local
from handlers.context import Context
from handlers.desk_plan import check_move, ill_from, plan_state, plan_view, thing_view
from handlers.plan_drafts import mark_ill, place, step_back, take_out, want_plan
from handlers.plan_publishing import publish_plan
from handlers.proposals import agree_to_proposal, decline_proposal
from handlers.words import _, say_date, say_near
from web.console.page import form, show, tried, whole
from web.console.session import for_staff
from web.console.visits import noon_of, wanted_day

DESK = ("coordinator", "admin")
TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)
THING = re.compile(r"[rvp]\d+", re.ASCII)


def add_pages(blueprint: Blueprint) -> None:
    """Registers the page and what it does."""
    _add_page(blueprint)
    _add_steps(blueprint)
    _add_verbs(blueprint)


def _add_page(blueprint: Blueprint) -> None:
    @blueprint.get("/plan")
    @for_staff(*DESK)
    def day_plan(ctx: Context) -> str:
        day = wanted_day(http.args.get("day", "tomorrow"))
        key, at = http.args.get("thing", "")[:20], minute(http.args.get("at", ""))
        thing = thing_view(ctx, day, key, at) if key else None
        near = [("before", day - timedelta(days=1)), ("today", local(g.now).date()), ("after", day + timedelta(days=1))]
        days = {name: url_of(d) for name, d in near}
        return show(ctx, "plan", title=title_of(day), days=days, plan=plan_view(ctx, day), thing=thing, ill_at=ill_from(ctx, day))

    @blueprint.get("/plan/check")
    @for_staff(*DESK)
    def plan_check(ctx: Context) -> Any:
        start = minute(http.args.get("at", ""))
        values: dict[str, Any] = {"worker_id": whole(http.args.get("worker_id", "")), "start": -1 if start is None else start}
        return jsonify(check_move(ctx, asked_day(http.args.get("day", "")), key=http.args.get("thing", "")[:20], **values))

    @blueprint.get("/plan/state")
    @for_staff(*DESK)
    def state_of_plan(ctx: Context) -> Any:
        return jsonify(plan_state(ctx, asked_day(http.args.get("day", ""))))


def url_of(day: date) -> str:
    """The page of a day."""
    return f"/console/plan?day={day.isoformat()}"


def title_of(day: date) -> str:
    """调度 明天 11月25日 周三."""
    noon = noon_of(day)
    near, words = say_near(noon, g.now), say_date(noon, g.now)
    return _("Day plan, %(near)s, %(day)s", near=near, day=words) if near else _("Day plan, %(day)s", day=words)


def asked_day(words: str) -> date:
    """The day of a form or a question; today where it is none."""
    return wanted_day(words[:10])


def minute(words: str) -> int | None:
    """9:15 as a minute of the day."""
    found = TIME.fullmatch(words.strip())
    return int(found[1]) * 60 + int(found[2]) if found else None


def _add_steps(blueprint: Blueprint) -> None:
    @blueprint.post("/plan/when")
    @for_staff(*DESK)
    def plan_when(_ctx: Context) -> Any:
        url, key, at = url_of(asked_day(form("day", 10))), THING.fullmatch(form("thing", 20)), TIME.fullmatch(form("at", 10))
        return redirect(f"{url}&thing={key[0]}&at={at[0]}#thing" if key and at else url, 303)

    @blueprint.post("/plan/move")
    @for_staff(*DESK)
    def plan_move(ctx: Context) -> Any:
        start = minute(form("at"))
        values: dict[str, Any] = {"key": form("thing", 20), "worker_id": whole(form("worker_id")), "start": -1 if start is None else start}
        return _did(ctx, place, _("In the draft. Nobody has been told."), **values)

    @blueprint.post("/plan/out")
    @for_staff(*DESK)
    def plan_out(ctx: Context) -> Any:
        return _did(ctx, take_out, _("As it stood before."), key=form("thing", 20))

    @blueprint.post("/plan/undo")
    @for_staff(*DESK)
    def plan_undo(ctx: Context) -> Any:
        return _did(ctx, step_back, _("One step back."))


def _did(ctx: Context, verb: Any, done: str, **values: Any) -> Any:
    """One step with the draft of the form's day; then that day again."""
    day = asked_day(form("day", 10))
    return tried(ctx, lambda: verb(ctx, day, whole(form("version")), **values), done, url_of(day))


def _answer(ctx: Context, day: date, version: int) -> None:
    """What a resident said on the phone to what the plan proposed; the draft is not touched by it."""
    verb = agree_to_proposal if form("yes") else decline_proposal
    verb(ctx, whole(form("proposal")))


def _add_verbs(blueprint: Blueprint) -> None:
    @blueprint.post("/plan/solve")
    @for_staff(*DESK)
    def plan_solve(ctx: Context) -> Any:
        return _did(ctx, want_plan, _("Being planned. It takes a few seconds."))

    @blueprint.post("/plan/ill")
    @for_staff(*DESK)
    def plan_ill(ctx: Context) -> Any:
        at = minute(form("at"))
        values: dict[str, Any] = {"worker_id": whole(form("worker_id")), "at": -1 if at is None else at}
        return _did(ctx, mark_ill, _("Noted. The day is being planned anew; nobody has been told."), **values)

    @blueprint.post("/plan/answer")
    @for_staff(*DESK)
    def plan_answer(ctx: Context) -> Any:
        return _did(ctx, _answer, _("Noted what they said."))

    @blueprint.post("/plan/publish")
    @for_staff(*DESK)
    def plan_publish(ctx: Context) -> Any:
        return _did(ctx, publish_plan, _("Published. Everybody concerned is being asked."))
