"""Lists and files at the desk: requests, complaints, talks, calls, workers, visits, and finding anything (I2, B5, A2)."""

from datetime import date
from typing import Any

from handlers.access import access_complaint, access_handover, access_worker
from handlers.catalogue import find_service, service_name
from handlers.clock import local
from handlers.context import FRONT, Context, use_case
from handlers.desk_home import state_words, visits_of_day
from handlers.desk_queue import by_urgency, called, complaints, handovers, matches, request_title, reviews
from handlers.desk_voice import half_said, with_voices
from handlers.handovers import list_lines
from handlers.lifecycle import list_events
from handlers.notices.requests import grade_word
from handlers.words import _, say_range, say_when, say_yuan, short
from handlers.workers import upcoming
from models.messages import CallTask
from models.people import Person, Staff
from models.requests import Request
from models.voices import Complaint, ComplaintLine
from models.workers import Document, Worker, WorkerSkill

SIZE = 40
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
    last = max(1, -(-query.count() // SIZE))
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
        "state": request_state(request.state),
        "at": request.submitted_at or request.created_at,
    }


def request_state(state: str) -> str:
    """Where a request stands, in one word."""
    return {
        "submitted": _("to review"),
        "needs_info": _("asked back"),
        "approved": _("needs a worker"),
        "matching": _("resident chooses"),
        "offered": _("a worker is asked"),
        "negotiating": _("terms to confirm"),
        "agreed": _("agreed"),
        "scheduled": _("agreed"),
        "closed": _("closed"),
        "cancelled": _("cancelled"),
        "rejected": _("not taken"),
        "expired": _("nobody found in time"),
    }.get(state, state)


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
def list_complaints(ctx: Context, *, state: str = "") -> dict[str, Any]:
    """Complaints with a running clock first; then those that are settled."""
    waiting = by_urgency(complaints(ctx))
    mine = (Complaint.community_id == ctx.community_id) & Complaint.state.in_(("resolved", "closed"))
    done = [_complaint_line(c) for c in Complaint.select().where(mine).order_by(Complaint.id.desc()).limit(60)]
    tabs = [
        _tab(_("Waiting"), "/console/complaints", state != "done", len(waiting)),
        _tab(_("Settled"), "/console/complaints?state=done", state == "done", len(done)),
    ]
    return {"tabs": tabs, "waiting": waiting if state != "done" else [], "rows": done if state == "done" else []}


def _complaint_line(c: Complaint) -> dict[str, Any]:
    return {
        "url": f"/console/complaints/{c.id}",
        "number": c.number,
        "title": short(c.words, 40),
        "state": complaint_state(c.state),
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
    return known.get(state, state)


@use_case(*FRONT)
def complaint_page(ctx: Context, complaint_id: int) -> dict[str, Any]:
    """One complaint: both clocks, what was said, what can be done."""
    c = access_complaint(ctx, complaint_id)
    person = Person.find(c.person_id)
    lines = (
        ComplaintLine.select()
        .where((ComplaintLine.community_id == ctx.community_id) & (ComplaintLine.complaint_id == c.id))
        .order_by(ComplaintLine.id)
    )
    first = c.state == "received"
    return {
        "c": {
            "id": c.id,
            "number": c.number,
            "url": f"/console/complaints/{c.id}",
            "who": _("anonymous") if c.anonymous else called(person),
            "who_url": "" if c.anonymous or person is None else f"/console/residents/{person.id}",
            "words": c.words,
            "reasons": [reason_words(r) for r in c.reasons],
            "state_pill": {
                "kind": "bad" if c.state in ("received", "handling") else "done",
                "words": complaint_state(c.state),
            },
            "received_at": c.received_at,
            "clock": None
            if c.state in ("resolved", "closed")
            else {"start": c.received_at, "due": c.answer_due_at if first else c.result_due_at},
            "answer_due": say_when(c.answer_due_at, ctx.now),
            "result_due": say_when(c.result_due_at, ctx.now),
            "result": c.result or "",
            "can": {"received": ["answer", "resolve"], "handling": ["answer", "resolve"]}.get(c.state, []),
        },
        "lines": [
            {
                "by": _line_by(line.by, person),
                "mine": line.by in ("resident", "worker"),
                "words": line.words,
                "at": line.at,
            }
            for line in lines
        ],
        "history": [_history(e) for e in list_events(ctx, "complaint", c.id)],
    }


def _line_by(by: str, person: Person | None) -> str:
    return called(person) if by in ("resident", "worker") else by


def _history(event: Any) -> dict[str, Any]:
    words = {
        "file": _("came in"),
        "answer": _("answered"),
        "resolve": _("settled"),
        "accept": _("they are content"),
        "reopen": _("opened again"),
        "withdraw": _("taken back"),
    }
    who = _("by rule") if event.actor_kind == "system" else event.actor_called
    return {"words": words.get(event.verb, event.verb), "at": event.at, "detail": who, "kind": "ok", "quote": ""}


def reason_words(code: str) -> str:
    """What a complaint is about."""
    return {
        "late": _("late"), "no_show": _("did not come"), "left_early": _("left early"), "damage": _("something broke"),
        "theft": _("something is missing"),
        "abuse": _("rough or violent"), "attitude": _("attitude"), "quality": _("quality"), "overcharge": _("charged too much"),
        "double_charge": _("charged twice"), "harassment": _("harassment"), "unpaid": _("not paid"), "unsafe": _("unsafe"),
    }.get(code, code)  # fmt: skip


@use_case(*FRONT)
def list_handovers(ctx: Context) -> dict[str, Any]:
    """People who wait for a person or are being talked with."""
    return {"rows": by_urgency(handovers(ctx))}


@use_case(*FRONT)
def handover_page(ctx: Context, handover_id: int) -> dict[str, Any]:
    """The talk with one person, and the box to write in."""
    h = access_handover(ctx, handover_id)
    person = Person.get(Person.id == h.person_id)
    lines = list_lines(ctx, person.id, limit=60)
    staff = Staff.find(h.staff_id)
    rows = [{"mine": x.mine, "by": called(person) if x.mine else x.by, "words": x.words, "at": x.at} for x in lines]
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
            "clock": {"start": h.opened_at, "due": h.due_at} if h.state == "waiting" else None,
        },
        "lines": shown,
        "draft": half_said(ctx, person.id),
        "mark": f"{h.state}-{lines[-1].id if lines else 0}-{sum(len(x['words']) for x in shown)}-{_playable(shown)}",
    }


def _playable(lines: list[dict[str, Any]]) -> int:
    return sum(1 for line in lines if line["voice"] and line["voice"]["state"] == "kept")


@use_case(*FRONT)
def list_calls_view(ctx: Context) -> dict[str, Any]:
    """People to be phoned, with the words to say; and who was phoned lately."""
    here = CallTask.community_id == ctx.community_id
    rows = CallTask.select().where(here & (CallTask.state == "open")).order_by(CallTask.due_at)
    done = CallTask.select().where(here & (CallTask.state == "done")).order_by(CallTask.id.desc()).limit(20)
    return {
        "calls": [_call(t) for t in rows],
        "done": [{"who": called(Person.find(t.person_id)), "at": t.done_at, "outcome": t.outcome} for t in done],
    }


def _call(task: CallTask) -> dict[str, Any]:
    person = Person.find(task.person_id)
    return {
        "id": task.id,
        "who": called(person),
        "who_url": f"/console/residents/{task.person_id}",
        "words": task.words,
        "why": task.why,
        "start": task.opened_at,
        "due": task.due_at,
        "done_url": f"/console/calls/{task.id}/done",
    }


@use_case(*FRONT)
def list_workers_view(ctx: Context) -> dict[str, Any]:
    """All workers with grade, skills, stars, and papers that need a look."""
    today = local(ctx.now).date()
    rows = Worker.select().where(Worker.community_id == ctx.community_id).order_by(Worker.state, Worker.id)
    return {"workers": [_worker_line(ctx, w, today) for w in rows]}


def _worker_line(ctx: Context, worker: Worker, today: date) -> dict[str, Any]:
    papers = Document.select().where((Document.community_id == ctx.community_id) & (Document.worker_id == worker.id))
    days = [(date.fromisoformat(p.valid_to) - today).days for p in papers if p.valid_to]
    skills = WorkerSkill.select().where(
        (WorkerSkill.community_id == ctx.community_id) & (WorkerSkill.worker_id == worker.id)
    )
    soonest = min(days, default=999)
    pill = (
        {"kind": "bad", "words": _("a paper has ended")}
        if soonest < 0
        else {"kind": "warn", "words": _("a paper ends in %(n)s days", n=soonest)}
    )
    return {
        "id": worker.id,
        "url": f"/console/workers/{worker.id}",
        "called": worker.called,
        "grade": grade_word(worker.grade),
        "state": worker_state(worker.state),
        "stars": f"{worker.stars_sum / worker.stars_count:.1f}" if worker.stars_count else "",
        "stars_count": worker.stars_count,
        "skills": [service_name(find_service(ctx, s.service)) for s in skills],
        "pill": pill if soonest <= 30 else None,
    }


def worker_state(state: str) -> str:
    """Whether they can be asked."""
    return {"applied": _("applied"), "active": _("can be asked"), "paused": _("paused"), "removed": _("left")}.get(
        state, state
    )


def paper_words(kind: str) -> str:
    """What a paper is called."""
    names = {
        "id_verified": _("identity checked"),
        "background_check": _("background check"),
        "health_cert": _("health certificate"),
    }
    return names.get(kind) or _("post certificate: %(what)s", what=kind.removeprefix("post_cert:"))


@use_case(*FRONT)
def worker_page(ctx: Context, worker_id: int) -> dict[str, Any]:
    """A worker's file: skills, papers with their validity, next visits, what was said of them."""
    worker = access_worker(ctx, worker_id)
    mine = {"community_id": ctx.community_id, "worker_id": worker.id}
    today = local(ctx.now).date()
    skills = WorkerSkill.select().where(*[getattr(WorkerSkill, k) == v for k, v in mine.items()])
    papers = Document.select().where(*[getattr(Document, k) == v for k, v in mine.items()]).order_by(Document.valid_to)
    return {
        "w": {
            **_worker_line(ctx, worker, today),
            "bio": worker.bio,
            "years": worker.years,
            "areas": "、".join(worker.areas),
            "languages": "、".join(worker.languages),
            "can": ({"active": ["pause"], "paused": ["activate"], "applied": ["activate"]}.get(worker.state, [])),
        },
        "skill_rows": [
            {
                "name": service_name(find_service(ctx, s.service)),
                "level": s.level,
                "years": s.years,
                "price": say_yuan(s.price_fen) if s.price_fen else "",
            }
            for s in skills
        ],
        "papers": [_paper(p, today) for p in papers],
        "coming": upcoming(ctx, worker.id),
        "kinds": [{"value": k, "label": paper_words(k)} for k in ("health_cert", "background_check", "id_verified")],
    }


def _paper(paper: Document, today: date) -> dict[str, Any]:
    days = (date.fromisoformat(paper.valid_to) - today).days if paper.valid_to else 9999
    pill = {"kind": "go", "words": _("valid")}
    if days < 0:
        pill = {"kind": "bad", "words": _("ended")}
    elif days <= 30:
        pill = {"kind": "warn", "words": _("%(n)s days left", n=days)}
    return {
        "name": paper_words(paper.kind),
        "from": paper.valid_from,
        "to": paper.valid_to,
        "issuer": paper.issuer,
        "pill": pill,
    }


@use_case(*FRONT)
def list_visits(ctx: Context, day: date) -> list[dict[str, Any]]:
    """A day's visits in one line each."""
    return [
        {
            "url": f"/console/requests/{v.request_id}",
            "when": say_range(v.starts_at, v.ends_at, ctx.now),
            "who": called(Person.find(v.person_id)),
            "worker": Worker.get(Worker.id == v.worker_id).called,
            "what": service_name(find_service(ctx, v.service)),
            "state": state_words(v.state),
        }
        for v in visits_of_day(ctx, day)
    ]
