"""Lists and files at the desk: requests, complaints, talks, calls, workers, visits, and finding anything (I2, B5, A2)."""

from datetime import date
from typing import Any

from handlers.access import access_handover
from handlers.catalogue import find_service, service_name
from handlers.contact import phone_of
from handlers.context import FRONT, Context, use_case
from handlers.desk_danger import dangers
from handlers.desk_home import visits_of_day
from handlers.desk_person import call_reason, may_see, resident_view
from handlers.desk_queue import by_urgency, handovers, matches, reviews
from handlers.desk_terms import called, request_pill, request_title, visit_pill
from handlers.desk_voice import half_said, with_voices
from handlers.handovers import list_lines
from handlers.lifecycle import list_events
from handlers.veil import without_links
from handlers.words import _, say_clock, say_hours
from models.messages import CallTask
from models.people import Person, Staff
from models.requests import Request
from models.talk import Handover
from models.workers import Worker

SIZE = 40
HANDOVER_PILLS = {"waiting": {"kind": "hold"}, "talking": {"kind": "go"}, "closed": {"kind": "done"}}
OPEN = ("submitted", "needs_info", "approved", "matching", "offered", "negotiating", "agreed", "scheduled")


def _tab(words: str, url: str, here: bool, count: int = 0) -> dict[str, Any]:
    return {"words": words, "url": url, "count": count, "hot": False, "here": here}


@use_case(*FRONT)
def list_requests(ctx: Context, *, state: str = "", page: int = 1) -> dict[str, Any]:
    """Requests that wait, and all others by their state."""
    waiting = by_urgency([*reviews(ctx), *matches(ctx)]) if state == "" else []
    mine = (Request.community_id == ctx.community_id) & (Request.state != "draft")
    if state == "open":
        mine &= Request.state.in_(OPEN)
    query = Request.select().where(mine).order_by(Request.id.desc())
    rows = [_request_line(ctx, r) for r in query.paginate(page, SIZE)] if state else []
    tabs = [
        _tab(_("Waiting"), "/console/requests", state == "", len(reviews(ctx)) + len(matches(ctx))),
        _tab(_("Open"), "/console/requests?state=open", state == "open"),
        _tab(_("All"), "/console/requests?state=all", state == "all"),
    ]
    last = max(1, -(-query.count() // SIZE)) if state else 1
    return {
        "tabs": tabs,
        "waiting": waiting,
        "rows": rows,
        "pages": {"here": page, "last": last, "url": f"/console/requests?state={state}&page="},
    }


def _request_line(ctx: Context, request: Request) -> dict[str, Any]:
    return {
        "url": f"/console/requests/{request.id}",
        "number": request.number,
        "title": request_title(ctx, request),
        "pill": request_pill(request),
        "at": request.submitted_at or request.created_at,
    }


@use_case(*FRONT)
def find_anything(ctx: Context, words: str) -> list[dict[str, Any]]:
    """Requests by number, people by name or the last four digits of their phone."""
    if not words:
        return []
    here = ctx.community_id
    requests = Request.select().where((Request.community_id == here) & (Request.number.contains(words))).limit(20)
    found = [{"url": f"/console/requests/{r.id}", "title": request_title(ctx, r), "line": r.number} for r in requests]
    people = Person.select().where(Person.community_id == here)
    for person in people:
        if words in (person.called or "") or (len(words) == 4 and (person.phone or "").endswith(words)):
            found.append({"url": f"/console/residents/{person.id}", "title": called(person), "line": _("person")})
    return found[:40]


@use_case(*FRONT)
def list_handovers(ctx: Context) -> dict[str, Any]:
    """People who wait for a person or are being talked with."""
    alarms = [row for row in dangers(ctx) if row["url"].startswith("/console/handovers")]
    return {"rows": by_urgency([*alarms, *handovers(ctx)])}


@use_case(*FRONT)
def handover_page(ctx: Context, handover_id: int) -> dict[str, Any]:
    """The talk with one person, and the box to write in."""
    h = access_handover(ctx, handover_id)
    person = Person.get(Person.id == h.person_id)
    lines = list_lines(ctx, person.id, limit=60)
    staff = Staff.find(h.staff_id)
    said = [(x, x.words if x.mine else without_links(x.words)) for x in lines]
    rows = [{"mine": x.mine, "by": called(person) if x.mine else x.by, "words": words, "at": x.at} for x, words in said]
    shown = with_voices(ctx, person.id, lines, rows)
    return {
        "h": {
            "id": h.id,
            "url": f"/console/handovers/{h.id}",
            "state": h.state,
            "who": called(person),
            "who_url": f"/console/residents/{person.id}",
            "reason": h.reason,
            "by": staff.called if staff is not None else "",
            "clock": _handover_clock(ctx, h),
            "pill": HANDOVER_PILLS[h.state] | {"words": handover_words(h.state)},
        },
        "resident": resident_view(ctx, person, shown=may_see(ctx, person.id)),
        "lines": shown,
        "draft": half_said(ctx, person.id),
        "mark": f"{h.state}-{lines[-1].id if lines else 0}-{sum(len(x['words']) for x in shown)}-{_playable(shown)}",
    }


def _playable(lines: list[dict[str, Any]]) -> int:
    return sum(1 for line in lines if line["voice"] and line["voice"]["state"] == "kept")


def _handover_clock(ctx: Context, h: Handover) -> dict[str, Any] | None:
    if h.state != "waiting":
        return None
    return {"start": h.opened_at, "due": h.due_at, "note": _("to be taken by %(when)s", when=say_clock(h.due_at, ctx.now))}


def handover_words(state: str) -> str:
    """Where a talk stands."""
    return {"waiting": _("wants a person"), "talking": _("being talked with"), "closed": _("over")}[state]


@use_case(*FRONT)
def list_calls_view(ctx: Context) -> dict[str, Any]:
    """People to be phoned, with the words to say; and who was phoned lately."""
    here = CallTask.community_id == ctx.community_id
    rows = CallTask.select().where(here & (CallTask.state == "open")).order_by(CallTask.due_at)
    done = CallTask.select().where(here & (CallTask.state == "done")).order_by(CallTask.id.desc()).limit(20)
    return {
        "calls": [_call(ctx, t) for t in rows],
        "look_reason": call_reason(),
        "done": [{"who": called(Person.find(t.person_id)), "at": t.done_at, "outcome": t.outcome} for t in done],
    }


def _call(ctx: Context, task: CallTask) -> dict[str, Any]:
    person = Person.find(task.person_id)
    tried = [e.at for e in list_events(ctx, "call", task.id) if e.verb == "try"]
    shown = person is not None and may_see(ctx, person.id)
    return {
        "id": task.id,
        "who": called(person),
        "person_id": task.person_id,
        "phone": phone_of(person) if person is not None and shown else "",
        "has_phone": person is not None and bool(phone_of(person)),
        "due_words": _("to be phoned by %(when)s", when=say_clock(task.due_at, ctx.now)),
        "tried": _("tried %(n)s times, last at %(when)s", n=len(tried), when=say_clock(tried[-1], ctx.now)) if tried else "",
        "who_url": f"/console/residents/{task.person_id}",
        "words": task.words,
        "why": task.why,
        "start": task.opened_at,
        "due": task.due_at,
        "url": f"/console/calls/{task.id}",
    }


@use_case(*FRONT)
def list_visits(ctx: Context, day: date) -> list[dict[str, Any]]:
    """A day's visits in one line each."""
    return [
        {
            "url": f"/console/requests/{v.request_id}",
            "when": say_hours(v.starts_at, v.ends_at),
            "who": called(Person.find(v.person_id)),
            "worker": Worker.get(Worker.id == v.worker_id).called,
            "what": service_name(find_service(ctx, v.service)),
            "pill": visit_pill(v),
        }
        for v in visits_of_day(ctx, day)
    ]
