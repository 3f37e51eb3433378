"""A request's page at the desk: facts, who fits and why, the price, the whole history, and what can be done (C4, D6)."""

from datetime import datetime, timedelta
from typing import Any

from handlers.access import access_request
from handlers.cancelling import cancel_terms, sealed_agreement
from handlers.catalogue import find_service, service_name, task_words
from handlers.context import FRONT, Context, Refused, use_case
from handlers.desk_dispatch import choices, free_times_of, last_offer, recommended, seeking, unfit
from handlers.desk_history import history_of
from handlers.desk_person import look_reasons, resident_view
from handlers.desk_series import series_part
from handlers.desk_terms import called, channel_words, request_pill, request_title, search_pill, state_words, whole_date
from handlers.lifecycle import list_events
from handlers.offering import open_offers
from handlers.proposed import proposal_part
from handlers.quotes import lines_in_words, quote_request
from handlers.requests_read import whom_words
from handlers.series_words import rule_words
from handlers.substitutes import substitutes_of
from handlers.team_of import called_of, mates_of, names_of, team_of
from handlers.veil import veil, without_links
from handlers.widening import question_of
from handlers.words import _, listed, say_clock, say_date, say_hours, say_minutes, say_near, say_yuan
from models.clocks import Alert
from models.people import Address, Person, Staff
from models.requests import Note, Offer, Request
from models.talk import ChatLine
from models.visits import FeeLine, Visit
from models.workers import Worker

# Which step of the bar is going on in which state, the visit's states after the request's.
STEP_ON = {
    "submitted": 1, "needs_info": 1, "approved": 2, "matching": 2, "offered": 2, "negotiating": 3, "agreed": 4,
    "scheduled": 5, "on_the_way": 5, "in_service": 5, "finished": 6, "confirmed": 7, "settled": 7, "closed": 8,
}  # fmt: skip
PROMISED = ("negotiating", "agreed", "scheduled")
ENDED = ("cancelled", "rejected", "expired")
CAN = {
    "submitted": ("approve", "ask", "reject", "cancel", "look"),
    "needs_info": ("approve", "reject", "cancel", "look"),
    "approved": ("assign", "search", "cancel", "look"),
    "matching": ("assign", "search", "cancel", "look"),
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
        "talk": _talk(ctx, person, shown=shown),
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
    can, fitting, proposed = _can(ctx, request, visit), recommended(ctx, request), proposal_part(ctx, request)
    search = seeking(ctx, request, bool(fitting or proposed))
    can = [c for c in can if c not in ("assign", "search")] if proposed else can
    return {
        **_facts(ctx, request, service, home, shown),
        "visit": _visit(ctx, visit),
        "series": series_part(ctx, request),
        "team": _team(request),
        "number": request.number,
        "url": f"/console/requests/{request.id}",
        "title": request_title(ctx, request),
        "state_pill": proposed["pill"] if proposed else search_pill(request, search) or request_pill(request, visit),
        "proposed": proposed,
        "search": search,
        "clock": _clock(ctx, request),
        "steps": _steps(request, visit),
        "notices": _notices(ctx, request, visit),
        "recommended": fitting,
        "fit_words": _("best first, by what is said of each"),
        "unfit": [] if search == "some" or proposed else unfit(ctx, request),
        "free_times": free_times_of(ctx, request) if search == "nobody" else [],
        "price": _price(ctx, request, visit),
        "history": history_of(ctx, request, visit),
        "can": can,
        "next_words": _search_words("asked" if proposed else search) or _next_words(request, can),
        "choices": choices(ctx, request),
        "question_open": question_of(ctx, request),
        "chosen_id": request.chosen_worker_id,
        "seen": last_offer(request),
        "several_ids": [w["id"] for w in fitting if w["state_pill"] is None][: ctx.settings.matching.recommend],
        "assign_points": [],
        "assign_reasons": [
            {"value": r, "label": r}
            for r in (_("the resident wishes it"), _("others can't come"), _("fair share of work"))
        ],
        "cancel_words": cancel_terms(ctx, request.id).words if "cancel" in can else "",
        "to_pay_fen": visit.total_fen if visit is not None else 0,
    }


def _when(ctx: Context, request: Request) -> str:
    """11月27日 周五 9:00—13:00."""
    if request.starts_at is None:
        return ""
    start: datetime = request.starts_at
    end = start + timedelta(minutes=request.minutes or 0)
    return f"{say_date(start, ctx.now)} {say_hours(start, end)}"


def _notices(ctx: Context, request: Request, visit: Visit | None) -> list[dict[str, str]]:
    """What somebody should look at: open alerts about it, its visit included."""
    mine = (Alert.subject_kind == "request") & (Alert.subject_id == request.id)
    if visit is not None:
        mine |= (Alert.subject_kind == "visit") & (Alert.subject_id == visit.id)
    here = (Alert.community_id == ctx.community_id) & (Alert.state == "open")
    rows = Alert.select().where(here & mine).order_by(Alert.at.desc()).limit(3)
    return [{"kind": "warn", "title": a.words, "words": whole_date(ctx, a.at), "done": f"/console/alerts/{a.id}/seen"} for a in rows]


def _asked_back(request: Request) -> tuple[str, list[tuple[str, str]]]:
    """Their first words, and what was asked back since with the answers."""
    lines = request.words.split("\n")
    pairs = [tuple(line.split(" → ", 1)) for line in lines if " → " in line]
    return "\n".join(line for line in lines if " → " not in line), [(q, a) for q, a in pairs]


def _facts(ctx: Context, request: Request, service: Any, home: Address | None, shown: bool) -> dict[str, Any]:
    wishes = request.wishes
    said = [
        rule_words(request.recurrence, request.starts_at or ctx.now) or request.recurrence or "",
        wishes.get("worker_name", ""),
        _("the one of last time") if wishes.get("same_worker") else "",
        *whom_words(wishes),
        *wishes.get("notes", []),
    ]
    length = say_minutes(request.minutes) if request.minutes else ""
    budget = say_yuan(request.budget_max_fen) if request.budget_max_fen is not None else ""
    words, asked = _asked_back(request)
    agreement = sealed_agreement(request)
    return {
        "service": f"{service_name(service)} {length}".strip(),
        "extras": [task_words([t]) for t in request.tasks],
        "when": _when(ctx, request),
        "near": say_near(request.starts_at, ctx.now) if request.starts_at else "",
        "place": f"{home.area}{home.building}" if home else "",
        "door": (home.door or "") if home is not None and shown else "",
        "at_home": Person.get(Person.id == request.person_id).notes or "",
        "words": veil(words, shown=shown),
        "asked": [(question, veil(answer, shown=shown)) for question, answer in asked],
        "people": request.people if request.people > 1 else 0,
        "each": _("for each of them") if request.team_id is not None and request.people > 1 else "",
        "wishes": [w for w in said if w],
        "budget": budget,
        "channel": channel_words(request.channel),
        "question": request.question,
        "reject_reason": request.reject_reason,
        "agreement_url": f"/agreements/{agreement.secret}" if agreement else "",
        "agreement_number": agreement.number if agreement else "",
        "stand_ins": substitutes_of(ctx, request.id) if request.state in PROMISED else [],
    }


def _visit(ctx: Context, visit: Visit | None) -> dict[str, str] | None:
    """The visit in one line, with who comes."""
    if visit is None:
        return None
    worker = Worker.get(Worker.id == visit.worker_id)
    when = f"{say_date(visit.starts_at, ctx.now)} {say_hours(visit.starts_at, visit.ends_at)}"
    return {
        "worker": worker.called,
        "worker_url": f"/console/workers/{worker.id}",
        "words": f"{when} · {state_words(visit.state)}",
    }


def _team(request: Request) -> list[dict[str, Any]]:
    """Those who come together, a line for each place; nothing for one person."""
    if not mates_of(request):
        return []
    return [
        {
            "number": place.number,
            "url": f"/console/requests/{place.id}" if place.id != request.id else "",
            "worker": listed(called_of(offer.worker_id) for offer in open_offers(place)) or "".join(names_of([place])),
            "pill": request_pill(place, last_visit(place)),
        }
        for place in team_of(request)
    ]


def _clock(ctx: Context, request: Request) -> dict[str, Any] | None:
    if request.state in ("submitted", "needs_info") and request.review_due_at:
        held = _("waits for the resident") if request.state == "needs_info" else ""
        note = _("to be looked at by %(when)s", when=say_clock(request.review_due_at, ctx.now))
        return {"start": request.submitted_at, "due": request.review_due_at, "note": note, "held": held}
    mine = (Offer.request_id == request.id) & Offer.state.in_(("open", "countered"))
    offer = Offer.select().where(mine).order_by(Offer.id.desc()).first()
    if offer is None:
        return None
    note = _("%(when)s, then the next one is asked", when=say_clock(offer.expires_at, ctx.now))
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
    state = visit.state if request.state == "scheduled" and visit is not None else request.state
    place = STEP_ON.get(state)
    if place is None:
        return []
    return [{"words": n, "state": "ok" if i < place else "on" if i == place else ""} for i, n in enumerate(names)]


def _price(ctx: Context, request: Request, visit: Visit | None) -> dict[str, Any] | None:
    if request.service is None:
        return None
    fees = list(FeeLine.select().where(FeeLine.visit_id == visit.id).order_by(FeeLine.position)) if visit is not None else []
    if visit is not None and visit.total_fen and (fees or visit.state == "no_access"):
        lines = [{"words": f.words, "why": f.why, "fen": f.amount_fen, "pill": _fee_pill(f)} for f in fees]
        return {"lines": lines, "sum": {"words": _("To pay"), "why": "", "fen": visit.total_fen}}
    if request.state in ENDED:
        fee = max((int(e.data.get("fee_fen", 0)) for e in list_events(ctx, "request", request.id)), default=0)
        return {"lines": [], "sum": {"words": _("For cancelling late"), "why": "", "fen": fee}} if fee else None
    agreement = sealed_agreement(request)
    kept = agreement.terms["lines"] if agreement else lines_in_words(ctx, request, quote_request(ctx, request))
    lines = [{"words": line["words"], "why": line["why"], "fen": line["amount_fen"], "pill": None} for line in kept]
    why, who = _("when it is done, in cash"), called(Person.find(request.person_id))
    return {
        "lines": lines,
        "sum": {"words": _("%(who)s pays", who=who), "why": why, "fen": sum(line["fen"] for line in lines)},
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


def _next_words(request: Request, can: list[str]) -> str:
    """What goes on by itself, and what one may do; so that nobody wonders whether it is their turn."""
    mine = {
        "submitted": _("Fits? Let it pass. Something unclear? Ask one question."),
        "approved": _("Nobody is chosen yet."),
        "needs_info": _("We wait for the answer; the clock stands."),
    }
    theirs = {
        "offered": _("The worker is being asked; you need do nothing."),
        "matching": _("The resident is choosing; you can choose for them."),
        "negotiating": _("Both sides are confirming the terms."),
    }
    return (mine if "assign" in can or "approve" in can else {}).get(request.state, "") or theirs.get(request.state, "")


def _search_words(search: str) -> str:
    return {
        "nobody": _("Nobody fits yet. Look further, or ask about another time."),
        "some": _("Nobody is chosen yet."),
        "asked": _("Both are being asked; you need do nothing."),
    }.get(search, "")


def _talk(ctx: Context, person: Person, *, shown: bool) -> list[dict[str, Any]]:
    mine = (ChatLine.community_id == ctx.community_id) & (ChatLine.person_id == person.id)
    rows = list(ChatLine.select().where(mine).order_by(ChatLine.id.desc()).limit(12))
    return [
        {
            "at": r.at,
            "words": without_links(veil(r.words, shown=shown)),
            "worker": not r.mine,
            "by": called(person) if r.mine else _("Linli"),
            "masked": not shown and veil(r.words) != r.words,
        }
        for r in reversed(rows)
    ]


def _notes(ctx: Context, request: Request) -> list[dict[str, Any]]:
    return [
        {"by": Staff.get(Staff.id == n.staff_id).called, "at": n.at, "words": n.words}
        for n in _note_rows(ctx, request.id)
    ]


def _note_rows(ctx: Context, request_id: int) -> list[Note]:
    mine = (Note.community_id == ctx.community_id) & (Note.subject_kind == "request") & (Note.subject_id == request_id)
    return list(Note.select().where(mine).order_by(Note.id))


@use_case(*FRONT)
def add_note(ctx: Context, request_id: int, *, words: str) -> None:
    """A remark among staff."""
    request = access_request(ctx, request_id)
    if not words.strip():
        raise Refused("missing", _("Please write something first."), status=400)
    last = _note_rows(ctx, request.id)[-1:]
    if not last or (last[0].staff_id, last[0].words) != (ctx.actor.id, words[:2000]):
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
