"""A request's page at the desk: facts, who fits and why, the price, the whole history, and what can be done (C4, D6)."""

from typing import Any

from handlers.access import access_request
from handlers.cancelling import cancel_terms, sealed_agreement
from handlers.catalogue import find_service, service_name, task_words
from handlers.context import FRONT, Context, use_case
from handlers.desk_history import history_of
from handlers.desk_home import state_words
from handlers.desk_person import look_reasons, resident_view
from handlers.desk_queue import called, channel_words
from handlers.matching import list_recommendations, why_not
from handlers.notices.requests import grade_word
from handlers.quotes import lines_in_words, quote_request
from handlers.words import _, say_day, say_minutes, say_when, say_yuan
from models.people import Address, Person, Staff
from models.requests import Note, Offer, Request
from models.talk import ChatLine
from models.visits import FeeLine, Visit
from models.workers import Worker, WorkerSkill

ORDER = ("submitted", "approved", "offered", "negotiating", "scheduled", "in_service", "confirmed", "closed")
STEP_OF = {
    "needs_info": "submitted",
    "approved": "offered",
    "matching": "offered",
    "agreed": "negotiating",
    "draft": "submitted",
}
CAN = {
    "submitted": ("approve", "ask", "reject", "cancel", "look"),
    "needs_info": ("approve", "reject", "cancel", "look"),
    "approved": ("assign", "cancel", "look"),
    "matching": ("assign", "cancel", "look"),
    "offered": ("assign", "cancel", "look"),
    "negotiating": ("cancel", "look"),
    "scheduled": ("cancel", "look"),
}


@use_case(*FRONT)
def request_page(ctx: Context, request_id: int, *, shown: bool = False) -> dict[str, Any]:
    """Everything of the page. `shown`: this staff member has just said why they need phone and door."""
    request = access_request(ctx, request_id)
    person = Person.get(Person.id == request.person_id)
    visit = last_visit(request)
    return {
        "r": _request(ctx, request, person, visit, shown),
        "resident": resident_view(ctx, person, shown=shown),
        "talk": _talk(ctx, person),
        "notes": _notes(ctx, request),
        "look_reasons": look_reasons(),
    }


def last_visit(request: Request) -> Visit | None:
    """The newest visit of a request."""
    mine = (Visit.community_id == request.community_id) & (Visit.request_id == request.id)
    return Visit.select().where(mine).order_by(Visit.id.desc()).first()


def _request(ctx: Context, request: Request, person: Person, visit: Visit | None, shown: bool) -> dict[str, Any]:
    service = find_service(ctx, request.service)
    home = Address.get_or_none(Address.id == request.address_id)
    can = _can(ctx, request, visit)
    return {
        **_facts(ctx, request, service, home, shown),
        "number": request.number,
        "url": f"/console/requests/{request.id}",
        "title": _(
            "%(who)s: %(when)s, %(what)s", who=called(person), when=_when(ctx, request), what=service_name(service)
        ),
        "state_pill": _pill(request, visit),
        "clock": _clock(request),
        "steps": _steps(request, visit),
        "notices": [],
        "recommended": _recommended(ctx, request),
        "fit_words": _("best first, by what is said of each"),
        "unfit": _unfit(ctx, request),
        "price": _price(ctx, request, visit),
        "history": history_of(ctx, request, visit),
        "can": can,
        "next_words": _next_words(request),
        "choices": _choices(ctx, request),
        "chosen_id": request.chosen_worker_id,
        "assign_points": [],
        "assign_reasons": [
            {"value": r, "label": r}
            for r in (_("the resident wishes it"), _("others can't come"), _("fair share of work"))
        ],
        "cancel_words": cancel_terms(ctx, request.id).words if "cancel" in can else "",
        "to_pay_fen": visit.total_fen if visit is not None else 0,
    }


def _when(ctx: Context, request: Request) -> str:
    return say_when(request.starts_at, ctx.now) if request.starts_at else ""


def _facts(ctx: Context, request: Request, service: Any, home: Address | None, shown: bool) -> dict[str, Any]:
    wishes = request.wishes
    said = [
        _("it repeats: %(rule)s", rule=request.recurrence) if request.recurrence else "",
        wishes.get("worker_name", ""),
        _("the one of last time") if wishes.get("same_worker") else "",
    ]
    length = say_minutes(request.minutes) if request.minutes else ""
    budget = say_yuan(request.budget_max_fen) if request.budget_max_fen is not None else ""
    agreement = sealed_agreement(request)
    return {
        "service": f"{service_name(service)} {length}".strip(),
        "extras": [task_words([t]) for t in request.tasks],
        "when": _when(ctx, request),
        "near": say_day(request.starts_at, ctx.now).split("（")[0] if request.starts_at else "",
        "place": f"{home.area}{home.building}" if home else "",
        "door": (home.door or "") if home is not None and shown else "",
        "at_home": Person.get(Person.id == request.person_id).notes or "",
        "words": request.words,
        "voice_seconds": 0,
        "wishes": [w for w in said if w],
        "budget": budget,
        "channel": channel_words(request.channel),
        "question": request.question,
        "answer": "",
        "reject_reason": request.reject_reason,
        "agreement_url": f"/agreements/{agreement.secret}" if agreement else "",
        "agreement_number": agreement.number if agreement else "",
        "visit_words": "",
    }


def _pill(request: Request, visit: Visit | None) -> dict[str, str]:
    if request.state == "scheduled" and visit is not None:
        return {"kind": "go", "words": state_words(visit.state)}
    return {
        "draft": {"kind": "", "words": _("draft")},
        "submitted": {"kind": "info", "words": _("to review")},
        "needs_info": {"kind": "hold", "words": _("asked back")},
        "approved": {"kind": "warn", "words": _("needs a worker")},
        "matching": {"kind": "info", "words": _("resident chooses")},
        "offered": {"kind": "go", "words": _("a worker is asked")},
        "negotiating": {"kind": "info", "words": _("terms to confirm")},
        "agreed": {"kind": "go", "words": _("agreed")},
        "scheduled": {"kind": "go", "words": _("agreed")},
        "closed": {"kind": "done", "words": _("closed")},
        "cancelled": {"kind": "done", "words": _("cancelled")},
        "rejected": {"kind": "done", "words": _("not taken")},
        "expired": {"kind": "bad", "words": _("nobody found in time")},
    }[request.state]


def _clock(request: Request) -> dict[str, Any] | None:
    if request.state in ("submitted", "needs_info") and request.review_due_at:
        held = _("waits for the resident") if request.state == "needs_info" else ""
        return {"start": request.submitted_at, "due": request.review_due_at, "note": "", "held": held}
    mine = (Offer.request_id == request.id) & Offer.state.in_(("open", "countered"))
    offer = Offer.select().where(mine).order_by(Offer.id.desc()).first()
    if offer is None:
        return None
    note = _("then the next one is asked")
    return {"start": offer.created_at, "due": offer.expires_at, "note": note, "held": ""}


def _steps(request: Request, visit: Visit | None) -> list[dict[str, str]]:
    names = (
        _("handed in"),
        _("reviewed"),
        _("matched"),
        _("terms"),
        _("visit agreed"),
        _("visit"),
        _("confirmed"),
        _("closed"),
    )
    state = STEP_OF.get(request.state, request.state)
    if request.state == "scheduled" and visit is not None:
        state = {"on_the_way": "in_service", "finished": "in_service", "settled": "confirmed"}.get(
            visit.state, visit.state
        )
    place = ORDER.index(state) if state in ORDER else -1
    last = request.state == "closed"
    return [
        {"words": n, "state": "ok" if i < place or last else "on" if i == place else ""} for i, n in enumerate(names)
    ]


def _recommended(ctx: Context, request: Request) -> list[dict[str, Any]]:
    if request.state not in ("approved", "matching", "offered", "negotiating"):
        return []
    asked = {o.worker_id: o for o in Offer.select().where(Offer.request_id == request.id).order_by(Offer.id)}
    return [_worker(request, f, asked.get(f.worker_id)) for f in list_recommendations(ctx, request.id)[:5]]


def _worker(request: Request, found: Any, offer: Offer | None) -> dict[str, Any]:
    kinds = {"for": "plus", "against": "less", "neutral": ""}
    pick = offer is not None and offer.state in ("open", "countered", "accepted")
    pills = {
        "open": {"kind": "go", "words": _("waits for an answer")},
        "countered": {"kind": "info", "words": _("another condition")},
        "accepted": {"kind": "go", "words": _("has taken it")},
        "declined": {"kind": "done", "words": _("said no")},
        "expired": {"kind": "done", "words": _("did not answer")},
    }
    ask = {
        "label": _("Ask %(name)s", name=found.called),
        "method": "post",
        "url": f"/console/requests/{request.id}/assign",
        "fields": {"worker_id": found.worker_id},
    }
    return {
        "id": found.worker_id,
        "called": found.called,
        "grade": grade_word(found.grade),
        "stars": found.stars,
        "stars_count": found.stars_count,
        "years": found.years,
        "price_fen": found.price_fen,
        "where": _("%(km)s km away", km=found.km),
        "url": f"/console/workers/{found.worker_id}",
        "pick": pick,
        "state_pill": pills.get(offer.state) if offer is not None else None,
        "reasons": [{"words": r["words"], "kind": kinds[r["speaks"]]} for r in found.reasons],
        "actions": [] if offer is not None or request.state == "negotiating" else [ask],
        "points": [],
    }


def _unfit(ctx: Context, request: Request) -> list[dict[str, Any]]:
    if request.state not in ("approved", "matching", "offered"):
        return []
    able = {f.worker_id for f in list_recommendations(ctx, request.id)}
    skilled = WorkerSkill.select().where(
        (WorkerSkill.community_id == ctx.community_id) & (WorkerSkill.service == request.service)
    )
    rest = [s.worker_id for s in skilled if s.worker_id not in able]
    return [{"called": Worker.get(Worker.id == w).called, "reasons": why_not(ctx, request.id, w)} for w in rest[:12]]


def _price(ctx: Context, request: Request, visit: Visit | None) -> dict[str, Any] | None:
    if request.service is None:
        return None
    if visit is not None and visit.total_fen and visit.state not in ("scheduled", "on_the_way", "in_service"):
        fees = FeeLine.select().where(FeeLine.visit_id == visit.id).order_by(FeeLine.position)
        lines = [{"words": f.words, "why": f.why, "fen": f.amount_fen, "pill": _fee_pill(f)} for f in fees]
        return {"lines": lines, "sum": {"words": _("To pay"), "why": "", "fen": visit.total_fen}}
    agreement = sealed_agreement(request)
    kept = agreement.terms["lines"] if agreement else lines_in_words(ctx, request, quote_request(ctx, request))
    lines = [{"words": line["words"], "why": line["why"], "fen": line["amount_fen"], "pill": None} for line in kept]
    why = _("when it is done, in cash")
    return {
        "lines": lines,
        "sum": {"words": _("The resident pays"), "why": why, "fen": sum(line["fen"] for line in lines)},
    }


def _fee_pill(fee: FeeLine) -> dict[str, str] | None:
    return {"kind": "bad", "words": _("disputed")} if fee.state == "disputed" else None


def _can(ctx: Context, request: Request, visit: Visit | None) -> list[str]:
    if not ctx.actor.roles & {"coordinator", "admin"}:
        return ["look"] if request.state in CAN else []
    can = list(CAN.get(request.state, ()))
    if visit is not None and visit.state in ("in_service", "finished", "confirmed"):
        can = [c for c in can if c != "cancel"]
    if visit is not None and visit.state == "confirmed":
        can.append("cash")
    return can


def _next_words(request: Request) -> str:
    return {
        "offered": _("The worker is being asked; you need do nothing."),
        "matching": _("The resident is choosing; you can choose for them."),
        "negotiating": _("Both sides are confirming the terms."),
    }.get(request.state, "")


def _choices(ctx: Context, request: Request) -> list[dict[str, Any]]:
    if request.state not in ("approved", "matching", "offered"):
        return []
    return [
        {"value": f.worker_id, "label": f.called, "hint": "、".join(r["words"] for r in f.reasons[:2])}
        for f in list_recommendations(ctx, request.id)
    ]


def _talk(ctx: Context, person: Person) -> list[dict[str, Any]]:
    mine = (ChatLine.community_id == ctx.community_id) & (ChatLine.person_id == person.id)
    rows = list(ChatLine.select().where(mine).order_by(ChatLine.id.desc()).limit(12))
    return [
        {
            "at": r.at,
            "words": r.words,
            "worker": not r.mine,
            "by": called(person) if r.mine else _("Linli"),
            "masked": False,
        }
        for r in reversed(rows)
    ]


def _notes(ctx: Context, request: Request) -> list[dict[str, Any]]:
    mine = (Note.community_id == ctx.community_id) & (Note.subject_kind == "request") & (Note.subject_id == request.id)
    return [
        {"by": Staff.get(Staff.id == n.staff_id).called, "at": n.at, "words": n.words}
        for n in Note.select().where(mine).order_by(Note.id)
    ]


@use_case(*FRONT)
def add_note(ctx: Context, request_id: int, *, words: str) -> None:
    """A remark among staff."""
    request = access_request(ctx, request_id)
    if words.strip():
        Note.create(
            community_id=ctx.community_id,
            subject_kind="request",
            subject_id=request.id,
            staff_id=ctx.actor.id,
            words=words[:2000],
            at=ctx.now,
        )


@use_case(*FRONT)
def resident_of(ctx: Context, request_id: int) -> int:
    """Whose request it is."""
    return int(access_request(ctx, request_id).person_id)


@use_case(*FRONT)
def last_visit_id(ctx: Context, request_id: int) -> int:
    """The newest visit of a request; 0 where there is none."""
    visit = last_visit(access_request(ctx, request_id))
    return visit.id if visit is not None else 0
