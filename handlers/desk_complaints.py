"""Complaints at the desk: the list, and one complaint with both its clocks, its visit and its whole history (I1, I2)."""

from datetime import datetime
from typing import Any

from handlers.access import access_complaint, access_person
from handlers.catalogue import find_service, service_name
from handlers.complaints import file_complaint, tell_receipt
from handlers.context import FRONT, Context, use_case
from handlers.desk_history import coming_up
from handlers.desk_queue import by_urgency, complaints
from handlers.desk_terms import called, channel_words, whole_date
from handlers.lifecycle import list_events
from handlers.reasons import complaint_reason
from handlers.words import _, say_clock, short
from models.people import Person
from models.visits import Visit
from models.voices import Complaint, ComplaintLine
from models.workers import Worker

CAN = {"received": ("answer", "resolve", "note"), "handling": ("answer", "resolve", "note"), "resolved": ("accept", "note")}
PILLS = {"received": "bad", "handling": "warn", "resolved": "hold", "closed": "done"}


@use_case(*FRONT)
def list_complaints(ctx: Context, *, state: str = "") -> dict[str, Any]:
    """Complaints with a running clock first; then those that are settled."""
    waiting = by_urgency(complaints(ctx))
    mine = (Complaint.community_id == ctx.community_id) & Complaint.state.in_(("resolved", "closed"))
    done = [_line(c) for c in Complaint.select().where(mine).order_by(Complaint.id.desc()).limit(60)]
    tabs = [
        {"words": _("Waiting"), "url": "/console/complaints", "count": len(waiting), "here": state != "done"},
        {"words": _("Settled"), "url": "/console/complaints?state=done", "count": len(done), "here": state == "done"},
    ]
    return {"tabs": tabs, "waiting": waiting if state != "done" else [], "rows": done if state == "done" else []}


def _line(c: Complaint) -> dict[str, Any]:
    who = _("anonymous") if c.anonymous else called(Person.find(c.person_id))
    return {
        "url": f"/console/complaints/{c.id}",
        "number": c.number,
        "title": _("%(who)s: %(what)s", who=who, what=short(c.words, 40)),
        "pill": {"kind": PILLS[c.state], "words": complaint_state(c.state)},
        "at": c.received_at,
    }


def complaint_state(state: str) -> str:
    """Where a complaint stands."""
    known = {
        "received": _("to be answered"),
        "handling": _("to be settled"),
        "resolved": _("waits for their word"),
        "closed": _("closed"),
    }
    return known[state]


@use_case(*FRONT)
def complaint_page(ctx: Context, complaint_id: int) -> dict[str, Any]:
    """One complaint: both clocks, what was said, what can be done."""
    c = access_complaint(ctx, complaint_id)
    person = Person.find(c.person_id)
    return {
        "c": {
            "id": c.id,
            "number": c.number,
            "url": f"/console/complaints/{c.id}",
            "who": _("anonymous") if c.anonymous else called(person),
            "who_url": "" if c.anonymous or person is None else f"/console/residents/{person.id}",
            "words": c.words,
            "reasons": [complaint_reason(r) for r in c.reasons],
            "channel": channel_words(c.channel),
            "about": _about(ctx, c),
            "state_pill": {"kind": PILLS[c.state], "words": complaint_state(c.state)},
            "received_at": c.received_at,
            "clocks": _clocks(ctx, c),
            "result": c.result or "",
            "satisfied": {"yes": _("content"), "no": _("not content")}.get(c.satisfied or "", ""),
            "can": CAN.get(c.state, ()),
        },
        "lines": [_said(line, person) for line in _lines(ctx, c)],
        "history": [_history(e) for e in list_events(ctx, "complaint", c.id)] + coming_up(ctx, [("complaint", c.id)]),
    }


def _lines(ctx: Context, c: Complaint) -> list[ComplaintLine]:
    mine = (ComplaintLine.community_id == ctx.community_id) & (ComplaintLine.complaint_id == c.id)
    return list(ComplaintLine.select().where(mine).order_by(ComplaintLine.id))


def _clocks(ctx: Context, c: Complaint) -> list[dict[str, Any]]:
    """The clocks that still run: an answer by a person, then a result."""
    answer = {"start": c.received_at, "due": c.answer_due_at, "name": "answer"}
    answer["note"] = _("to be answered by %(when)s", when=say_clock(c.answer_due_at, ctx.now))
    result = {"start": c.received_at, "due": c.result_due_at, "name": "result"}
    result["note"] = _("to be settled by %(when)s", when=say_clock(c.result_due_at, ctx.now))
    return {"received": [answer, result], "handling": [result]}.get(c.state, [])


def _about(ctx: Context, c: Complaint) -> dict[str, str] | None:
    """The visit that it is about, with who came: the other side is to be heard."""
    visit = Visit.find(c.about_id) if c.about_kind == "visit" else None
    if visit is None:
        return None
    worker = Worker.get(Worker.id == visit.worker_id)
    return {
        "words": f"{service_name(find_service(ctx, visit.service))} · {whole_date(ctx, visit.starts_at)}",
        "url": f"/console/requests/{visit.request_id}",
        "worker": worker.called,
        "worker_url": f"/console/workers/{worker.id}",
        "arrived": _arrived(visit),
    }


def _arrived(visit: Visit) -> str:
    if visit.checked_in_at is None:
        return ""
    late = int((visit.checked_in_at - visit.starts_at).total_seconds() // 60)
    return _("arrived %(n)s minutes late", n=late) if late > 0 else _("arrived on time")


def _said(line: ComplaintLine, person: Person | None) -> dict[str, Any]:
    theirs = line.by == "complainant"
    return {
        "by": called(person) if theirs else line.by,
        "mine": theirs,
        "note": not line.shown,
        "words": line.words,
        "at": line.at,
    }


def _history(event: Any) -> dict[str, Any]:
    words = {
        "file": _("came in"),
        "answer": _("answered"),
        "resolve": _("settled"),
        "accept": _("they said whether they are content"),
        "reopen": _("opened again"),
        "withdraw": _("taken back"),
    }
    who = _("by rule") if event.actor_kind == "system" else event.actor_called
    at: datetime = event.at
    return {"words": words.get(event.verb, event.verb), "at": at, "detail": who, "kind": "ok", "quote": ""}


@use_case(*FRONT)
def enter_complaint(ctx: Context, person_id: int, *, words: str, channel: str, visit_id: int | None = None) -> Complaint:
    """What somebody said on the phone or at the counter: the same number and clocks, and the receipt reaches them (I1).

    The same words again, while it is open, are the same complaint. Refuses missing (no words), not_found.
    """
    person = access_person(ctx, person_id)
    mine = (Complaint.community_id == ctx.community_id) & (Complaint.person_id == person.id)
    open_ones = Complaint.select().where(mine & Complaint.state.in_(("received", "handling")))
    same = next((c for c in open_ones if c.words == words.strip()), None)
    if same is not None:
        return same
    about = ("visit", visit_id) if visit_id else None
    made = file_complaint(ctx, words=words, about=about, channel=channel, person_id=person.id)
    tell_receipt(ctx, made)
    return made


def visits_to_choose(ctx: Context, person_id: int) -> list[dict[str, Any]]:
    """Somebody's last visits, for the question what it is about."""
    mine = (Visit.community_id == ctx.community_id) & (Visit.person_id == person_id) & (Visit.starts_at <= ctx.now)
    rows = Visit.select().where(mine).order_by(Visit.starts_at.desc()).limit(6)
    names = {w.id: w.called for w in Worker.select().where(Worker.id.in_([v.worker_id for v in rows]))}
    found = [
        {
            "value": v.id,
            "label": f"{whole_date(ctx, v.starts_at)} {service_name(find_service(ctx, v.service))} {names[v.worker_id]}",
        }
        for v in rows
    ]
    return [{"value": "", "label": _("No visit, or not known")}, *found]
