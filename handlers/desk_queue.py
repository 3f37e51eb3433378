"""What waits for staff, with its clock: one list made of several queues, the most urgent on top (C4, B5, I2, Q1)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from handlers.catalogue import task_words
from handlers.clock import local
from handlers.context import FRONT, STAFF, Context, use_case
from handlers.desk_danger import dangers
from handlers.desk_terms import button, called, channel_words, may_decide, request_title, whole_date
from handlers.proposed import open_proposal, proposal_pill
from handlers.reasons import complaint_reason
from handlers.veil import veil
from handlers.words import _, say_clock, short
from models.clocks import Alert, Event
from models.messages import CallTask
from models.people import Address, Person
from models.requests import Offer, Request
from models.talk import ChatLine, Handover
from models.voices import Complaint

Row = dict[str, Any]


@dataclass(frozen=True)
class Queue:
    """One kind of thing that waits: its key in addresses, its name, and its rows."""

    key: str
    name: str
    rows: Callable[[Context], list[Row]]


def _request_row(ctx: Context, request: Request, **more: Any) -> Row:
    home = Address.get_or_none(Address.id == request.address_id)
    place = f"{home.area}{home.building}" if home is not None else ""
    said = request.words.strip().splitlines()
    return {
        "id": f"request-{request.id}",
        "url": f"/console/requests/{request.id}",
        "title": request_title(ctx, request),
        "say": f"“{short(veil(said[0]), 60)}”" if said else task_words(request.tasks),
        "meta": [
            m
            for m in (
                request.number,
                place,
                whole_date(ctx, request.starts_at),
                channel_words(request.channel),
            )
            if m
        ],
        "held_reason": "",
        **more,
    }


def reviews(ctx: Context) -> list[Row]:
    """Requests to be looked at; those that wait for the resident's answer have their clock stopped."""
    mine = (Request.community_id == ctx.community_id) & Request.state.in_(("submitted", "needs_info"))
    return [_review_row(ctx, r) for r in Request.select().where(mine).order_by(Request.review_due_at)]


def _review_row(ctx: Context, request: Request) -> Row:
    url = f"/console/requests/{request.id}"
    waits = request.state == "needs_info"
    acts = [button(_("Ask back"), f"{url}?open=ask#ask"), button(_("Approve"), f"{url}/approve", main=True, post=True)]
    if not may_decide(ctx):
        acts = []
    return _request_row(
        ctx,
        request,
        start=request.submitted_at,
        due=request.review_due_at,
        due_words=_("to be looked at by %(when)s", when=say_clock(request.review_due_at, ctx.now)),
        held_reason=_("waits for the resident") if waits else "",
        state_pill={"kind": "hold" if waits else "info", "words": _("asked back") if waits else _("to review")},
        actions=acts[1:] if waits else acts,
    )


def matches(ctx: Context) -> list[Row]:
    """Requests that passed and have no worker yet, or whose worker is being asked."""
    mine = (Request.community_id == ctx.community_id) & Request.state.in_(
        ("approved", "matching", "offered", "negotiating")
    )
    return [_match_row(ctx, r) for r in Request.select().where(mine).order_by(Request.starts_at)]


def _match_row(ctx: Context, request: Request) -> Row:
    offer = Offer.select().where((Offer.request_id == request.id) & Offer.state.in_(("open", "countered"))).first()
    start: datetime = request.starts_at
    leave_by = start - timedelta(minutes=ctx.settings.visits.remind_before_min)
    alert = Alert.get_or_none(
        Alert.subject_kind == "request",
        Alert.subject_id == request.id,
        Alert.state == "open",
        Alert.kind.in_(("nobody_left", "nobody_free")),
    )
    pill, proposal = {"kind": "warn", "words": _("needs a worker")}, open_proposal(request)
    if proposal is not None:
        pill = proposal_pill(proposal)
    elif offer is not None:
        pill = {"kind": "go", "words": _("waits for %(name)s", name=offer.terms["worker"])}
    elif request.state == "negotiating":
        pill = {"kind": "info", "words": _("terms to confirm")}
    elif request.loosened.get("open"):
        pill = {"kind": "info", "words": _("the resident is being asked")}
    elif alert is None:
        pill = {"kind": "info", "words": _("resident chooses")}
    due: datetime = offer.expires_at if offer is not None else leave_by
    when = say_clock(due, ctx.now)
    limit = (
        _("to be answered by %(when)s", when=when)
        if offer is not None
        else _("somebody must be found by %(when)s", when=when)
    )
    more = {"say": alert.words} if alert is not None else {}
    choose = button(
        _("Choose a worker"), f"/console/requests/{request.id}?open=assign#assign", main=alert is not None
    )
    return _request_row(
        ctx,
        request,
        start=request.submitted_at or request.created_at,
        due=due,
        due_words=limit,
        state_pill=pill,
        actions=[choose] if may_decide(ctx) and request.state != "negotiating" and proposal is None else [],
        **more,
    )


def handovers(ctx: Context) -> list[Row]:
    """People who asked for a person, and those whom somebody is talking with; who is in danger stands above all."""
    mine = (Handover.community_id == ctx.community_id) & Handover.state.in_(("waiting", "talking"))
    above = [a.subject_id for a in Alert.select().where(Alert.kind == "emergency", Alert.state == "open")]
    rows = Handover.select().where(mine & Handover.id.not_in(above)).order_by(Handover.due_at)
    return [_handover_row(ctx, h) for h in rows]


def _handover_row(ctx: Context, handover: Handover) -> Row:
    person = Person.find(handover.person_id)
    last = (
        ChatLine.select()
        .where((ChatLine.community_id == ctx.community_id) & (ChatLine.person_id == handover.person_id) & ChatLine.mine)
        .order_by(ChatLine.id.desc())
        .first()
    )
    waiting, said = handover.state == "waiting", last.words if last is not None else handover.reason
    url = f"/console/handovers/{handover.id}"
    take = button(_("Take it"), f"{url}/take", main=True, post=True)
    return {
        "id": f"handover-{handover.id}",
        "url": url,
        "start": handover.opened_at,
        "due": handover.due_at,
        "due_words": _("to be taken by %(when)s", when=say_clock(handover.due_at, ctx.now)),
        "held_reason": "" if waiting else _("somebody is talking with them"),
        "kind": "hand",
        "title": _("%(who)s: %(what)s", who=called(person), what=f"“{short(said, 40)}”") if said else called(person),
        "say": "",
        "meta": _who_words(ctx, person),
        "state_pill": {
            "kind": "hold" if waiting else "go",
            "words": _("wants a person") if waiting else _("being talked with"),
        },
        "actions": [take] if waiting else [button(_("Go on talking"), url)],
    }


def _who_words(ctx: Context, person: Person | None) -> list[str]:
    """78 岁, 和平里: what one wants to know before one picks up."""
    if person is None:
        return []
    home = Address.select().where(Address.person_id == person.id).order_by(Address.is_default.desc()).first()
    age = _("%(n)s years", n=local(ctx.now).year - person.birth_year) if person.birth_year else ""
    return [words for words in (age, home.area if home is not None else "", person.notes or "") if words]


def complaints(ctx: Context) -> list[Row]:
    """Complaints that are not closed, by the limit that comes next."""
    mine = (Complaint.community_id == ctx.community_id) & Complaint.state.in_(("received", "handling"))
    return [_complaint_row(ctx, c) for c in Complaint.select().where(mine)]


def _complaint_row(ctx: Context, complaint: Complaint) -> Row:
    first = complaint.state == "received"
    who = _("anonymous") if complaint.anonymous else called(Person.find(complaint.person_id))
    url = f"/console/complaints/{complaint.id}"
    due = complaint.answer_due_at if first else complaint.result_due_at
    when = say_clock(due, ctx.now)
    limit = _("to be answered by %(when)s", when=when) if first else _("to be settled by %(when)s", when=when)
    return {
        "id": f"complaint-{complaint.id}",
        "url": url,
        "start": complaint.received_at,
        "due": due,
        "due_words": limit,
        "held_reason": "",
        "title": _("%(who)s: %(what)s", who=who, what=short(complaint.words, 40)),
        "say": "",
        "meta": [complaint.number, *(complaint_reason(r) for r in complaint.reasons)],
        "state_pill": {
            "kind": "bad",
            "words": _("complaint, to be answered") if first else _("complaint, to be settled"),
        },
        "actions": [
            button(_("Answer"), f"{url}#answer", main=True)
            if first
            else button(_("Write the result"), f"{url}#result", main=True)
        ],
    }


def calls(ctx: Context) -> list[Row]:
    """People to be phoned, because no message may or can reach them."""
    mine = (CallTask.community_id == ctx.community_id) & (CallTask.state == "open")
    return [_call_row(ctx, t) for t in CallTask.select().where(mine).order_by(CallTask.due_at)]


def _call_row(ctx: Context, task: CallTask) -> Row:
    return {
        "id": f"call-{task.id}",
        "url": f"/console/calls#call-{task.id}",
        "start": task.opened_at,
        "due": task.due_at,
        "due_words": _("to be phoned by %(when)s", when=say_clock(task.due_at, ctx.now)),
        "held_reason": "",
        "title": _("Phone %(who)s", who=called(Person.find(task.person_id))),
        "say": short(" ".join(task.words.split()), 60),
        "meta": [task.why],
        "state_pill": {"kind": "hold", "words": _("call list")},
        "actions": [button(_("Reached"), f"/console/calls/{task.id}/done", main=True, post=True)],
    }


def queues(ctx: Context) -> list[Queue]:
    """The queues, in the order of their tabs; those who only read figures or money have none."""
    if not ctx.actor.roles.intersection(FRONT):
        return []
    return [
        Queue("dangers", _("At once"), dangers),
        Queue("reviews", _("To review"), reviews),
        Queue("matches", _("To match"), matches),
        Queue("handovers", _("Talks"), handovers),
        Queue("complaints", _("Complaints"), complaints),
        Queue("calls", _("Call list"), calls),
    ]


def by_urgency(rows: list[Row]) -> list[Row]:
    """Danger before all, then the least time left; stopped clocks last."""
    far = datetime.max.replace(tzinfo=rows[0]["due"].tzinfo) if rows else None
    return sorted(rows, key=lambda r: (not r.get("first"), bool(r["held_reason"]), r["due"] or far))


@use_case(*STAFF)
def queue_view(ctx: Context, *, key: str = "", page: int = 1, size: int = 30) -> dict[str, Any]:
    """The queue with its tabs for the page; `key` picks one of them, '' shows all."""
    found = {q.key: q.rows(ctx) for q in queues(ctx)}
    rows = by_urgency([r for k, part in found.items() if key in ("", k) for r in part])
    tabs = [
        {"words": _("All"), "url": "/console/", "count": sum(map(len, found.values())), "hot": False, "here": not key}
    ]
    tabs += [
        {
            "words": q.name,
            "url": f"/console/?queue={q.key}",
            "count": len(found[q.key]),
            "hot": _hot(ctx, found[q.key]),
            "here": key == q.key,
        }
        for q in queues(ctx)
    ]
    return {
        "url": f"/console/queue?queue={key}",
        "mark": mark_of(ctx),
        "title": "",
        "tabs": tabs,
        "rows": rows[(page - 1) * size : page * size],
        "empty": {
            "title": _("Nothing waits"),
            "words": _("See who comes tomorrow?"),
            "action": button(_("Tomorrow's plan"), "/console/visits?day=tomorrow"),
        },
        "more": max(0, len(rows) - page * size),
        "more_url": "",
        "pages": {"here": page, "last": max(1, -(-len(rows) // size)), "url": f"/console/?queue={key}&page="},
    }


def _hot(ctx: Context, rows: list[Row]) -> bool:
    return any(not r["held_reason"] and r["due"] is not None and r["due"] < ctx.now for r in rows)


def mark_of(ctx: Context) -> str:
    """Changes whenever something happened or a minute passed: an unchanged page need not be sent again."""
    last = Event.select(Event.id).where(Event.community_id == ctx.community_id).order_by(Event.id.desc()).first()
    return f"{last.id if last else 0}-{int(ctx.now.timestamp()) // 60}"


@use_case(*STAFF)
def desk_counts(ctx: Context) -> dict[str, Any]:
    """How many wait behind each key of the side menu, and which of them are late."""
    found = {q.key: q.rows(ctx) for q in queues(ctx)}
    menu = {
        "requests": ["reviews", "matches"],
        "handovers": ["handovers"],
        "complaints": ["complaints"],
        "calls": ["calls"],
    }
    counts = {name: sum(len(found.get(k, ())) for k in keys) for name, keys in menu.items()}
    hot = [name for name, keys in menu.items() if any(_hot(ctx, found.get(k, [])) for k in keys)]
    return {"counts": counts, "hot": hot}
