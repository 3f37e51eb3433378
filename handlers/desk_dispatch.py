"""Who fits a request, with reasons, and who does not and why; for its page at the desk (D3, D6)."""

from typing import Any

from handlers.access import access_request
from handlers.candidates import asked_for_this_time, find_ranked
from handlers.context import DESK, Context, Refused, use_case
from handlers.desk_terms import may_decide
from handlers.free_times import times_for
from handlers.matching import list_recommendations, recommend, why_not
from handlers.notices.requests import grade_word
from handlers.offering import open_offers
from handlers.team_of import engaged_with, mates_of
from handlers.widening import take_back_question
from handlers.words import _, listed, say_when
from models.requests import Offer, Request
from models.workers import Worker, WorkerSkill


def recommended(ctx: Context, request: Request) -> list[dict[str, Any]]:
    """Those who were ranked, with price and reasons; whoever is being asked is framed."""
    if request.state not in ("approved", "matching", "offered", "negotiating"):
        return []
    asked = {o.worker_id: o for o in Offer.select().where(Offer.request_id == request.id).order_by(Offer.id)}
    waits = next((o for o in asked.values() if o.state in ("open", "countered")), None)
    seen = max((o.id for o in asked.values()), default=0)
    can, along = may_decide(ctx) and request.state != "negotiating", engaged_with(request)
    return [
        {**_worker(f, asked.get(f.worker_id)), **_ask(ctx, request, f, waits if can else None, can and f.worker_id not in asked, seen)}
        for f in [one for one in list_recommendations(ctx, request.id) if one.worker_id not in along][:5]
    ]


def last_offer(request: Request) -> int:
    """The newest offer of a request (0: none): a form tells by it what its coordinator has seen."""
    mine = (Offer.community_id == request.community_id) & (Offer.request_id == request.id)
    newest = Offer.select().where(mine).order_by(Offer.id.desc()).first()
    return newest.id if newest is not None else 0


def _ask(ctx: Context, request: Request, found: Any, waits: Offer | None, can: bool, seen: int) -> dict[str, Any]:
    """The button, with the last offer that its coordinator has `seen`. While somebody else is being asked it leads to a dialog that
    tells what that means for each."""
    if not can:
        return {"actions": [], "points": []}
    url = f"/console/requests/{request.id}/assign"
    if waits is None:
        label, fields = _("Ask %(name)s", name=found.called), {"worker_id": found.worker_id, "seen": seen}
        return {"actions": [{"label": label, "method": "post", "url": url, "fields": fields}], "points": []}
    names = {"first": waits.terms.get("worker", ""), "second": found.called, "n": ctx.settings.offers.expire_minutes}
    points = [
        _("%(first)s is told kindly that it is off; it does not count against them.", **names),
        _("%(second)s has %(n)s minutes to answer.", **names),
    ]
    label = _("Ask %(name)s instead", name=found.called)
    return {"actions": [{"label": label, "dialog": f"assign-{found.worker_id}"}], "points": points}


def _worker(found: Any, offer: Offer | None) -> dict[str, Any]:
    kinds = {"for": "plus", "against": "less", "neutral": ""}
    pick = offer is not None and offer.state in ("open", "countered", "accepted")
    pills = {
        "open": {"kind": "go", "words": _("waits for an answer")},
        "countered": {"kind": "info", "words": _("another condition")},
        "accepted": {"kind": "go", "words": _("has taken it")},
        "declined": {"kind": "done", "words": _("said no")},
        "expired": {"kind": "done", "words": _("did not answer")},
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
    }


def seeking(ctx: Context, request: Request, known: bool) -> str:
    """Where nobody is on the list: "some" fit by now, and it was not looked since; "nobody" does; "" where it needs no search, or
    where somebody is `known` who could come, or is asked."""
    if known or request.state not in ("approved", "matching"):
        return ""
    if any(open_offers(place) for place in mates_of(request)):  # who thinks about another place and is to spare comes over to this one
        return ""
    return "some" if _fit_now(ctx, request) else "nobody"


def _fit_now(ctx: Context, request: Request) -> bool:
    gone = asked_for_this_time(request) | engaged_with(request)
    return any(one.worker_id not in gone for one in find_ranked(ctx, request)[0])


def unfit(ctx: Context, request: Request) -> list[dict[str, Any]]:
    """Those who have the skill and were not ranked, each with why."""
    if request.state not in ("approved", "matching", "offered"):
        return []
    able = {f.worker_id for f in list_recommendations(ctx, request.id)}
    skilled = WorkerSkill.select().where(
        (WorkerSkill.community_id == ctx.community_id) & (WorkerSkill.service == request.service)
    )
    rest = [s.worker_id for s in skilled if s.worker_id not in able]
    return [{"called": Worker.get(Worker.id == w).called, "reasons": why_not(ctx, request.id, w)} for w in rest[:12]]


def choices(ctx: Context, request: Request) -> list[dict[str, Any]]:
    """The same people to be chosen in a dialog."""
    if request.state not in ("approved", "matching", "offered"):
        return []
    asked = {o.worker_id for o in Offer.select(Offer.worker_id).where(Offer.request_id == request.id)} | engaged_with(request)
    return [
        {"value": f.worker_id, "label": f.called, "hint": "、".join(r["words"] for r in f.reasons[:2])}
        for f in list_recommendations(ctx, request.id)
        if f.worker_id not in asked
    ]


def free_times_of(ctx: Context, request: Request) -> list[dict[str, Any]]:
    """Where nobody fits: the nearest times at which somebody could, and who; to be agreed with the resident on the phone."""
    return [
        {"stamp": int(free.at.timestamp()), "words": say_when(free.at, ctx.now), "who": listed(free.called[:3])}
        for free in times_for(ctx, request)
    ]


@use_case(*DESK)
def search_wider(ctx: Context, request_id: int) -> int:
    """再找一遍: looks once more, further where nobody fits as it is; the resident gets the cards if somebody is found, and is
    no longer asked what could be otherwise. Gives how many.

    Refuses what is settled or not approved yet (not_now).
    """
    request = access_request(ctx, request_id)
    if request.state not in ("approved", "matching"):
        raise Refused("not_now", _("That one is settled already, nobody needs to be chosen any more."))
    if not _fit_now(ctx, request):
        request.change(widened=request.widened + 1)
    found = recommend(ctx.as_system(), request.id)
    if found:
        take_back_question(ctx, Request.get(Request.id == request.id))
    return len(found)
