"""Recommending workers, choosing one, and saying why (D1-D3, D6)."""

from dataclasses import dataclass
from typing import Any

from handlers.access import access_request, is_staff
from handlers.alerts import raise_alert
from handlers.candidates import asked_for_this_time, find_ranked
from handlers.catalogue import find_service, service_name
from handlers.context import FRONT, PEOPLE, Context, Refused, use_case
from handlers.facts import facts_of
from handlers.lifecycle import advance
from handlers.nobody import tell_nobody
from handlers.offering import ask_next, make_one_offer, open_offers
from handlers.outbox import tell
from handlers.reasons import blocker_words, part_words
from handlers.recommending import allow_price, keep_recommendations, left_to_choose, within_budget
from handlers.team_of import OPEN, budget_of, lacking, mates_of, names_of, number_of
from handlers.widening import ask_wider
from handlers.words import _
from models.requests import Recommendation, Request
from models.rules.lifecycles import REQUEST
from models.rules.ranking import why_not as blockers_of
from models.workers import Worker

GO_ON = ("approved", "matching", "offered")
SAID_AS = {"blocked": "sex_wish"}  # who is kept apart from whom is for staff; a worker hears that it was wished otherwise


@dataclass(frozen=True)
class Found:
    """One recommended worker as people see them."""

    worker_id: int
    place: int
    called: str
    grade: str
    stars: str
    stars_count: int
    years: int
    km: str
    price_fen: int
    score: int
    parts: list[dict[str, Any]]
    reasons: list[dict[str, str]]
    sex: str = ""  # only to answer the resident's own wish


@use_case("system", "resident", *FRONT)
def recommend(ctx: Context, request_id: int) -> list[Recommendation]:
    """Ranks the workers who can do it; tells the resident the best few with reasons.

    An empty list: nobody can, or fewer than are to come together; a coordinator is alerted, and the caller tells the resident
    what that means now.
    """
    request = access_request(ctx, request_id)
    able, wanted = keep_recommendations(ctx, request), lacking(request)
    found = able if len(able) >= wanted else []
    if request.state in ("approved", "matching"):
        advance(ctx.as_system(), REQUEST, request, "recommend", data={"found": len(found)})
    if found:
        _tell_found(ctx, request)
    else:
        words = _("Nobody is free for %(number)s.", number=request.number)
        if able:
            words = _("%(number)s: %(wanted)s are wanted, %(n)s free.", number=request.number, wanted=wanted, n=len(able))
        raise_alert(ctx, "nobody_free", words, about=("request", request.id), key=str(request.version))
    return found


def recommend_or_say(ctx: Context, request: Request) -> None:
    """Recommends; or asks the resident what could be otherwise; or tells them honestly that a colleague looks further."""
    if not recommend(ctx.as_system(), request.id) and not ask_wider(ctx, Request.get(Request.id == request.id)):
        tell_nobody(ctx, request, "nobody_free")


def _tell_found(ctx: Context, request: Request) -> None:
    tell(
        ctx,
        request.person_id,
        "recommendation",
        about=("request", request.id),
        key=f"recommendation:{request.id}:{request.version}",
        request_id=request.id,
        number=number_of(request),
        service=request.service,
        service_name=service_name(find_service(ctx, request.service)),
        starts_at=request.starts_at,
        workers=[_short(f) for f in _best(ctx, request)],
        again=bool(request.wishes.get("not_worker_ids")),
        budget_fen=budget_of(request),
        people=request.people,
        **_team_values(request),
    )


def _team_values(request: Request) -> dict[str, Any]:
    """Where several come together: for which place this is (1 the first), who was found or is asked, and whether one comes anyway."""
    mates = mates_of(request)
    if not mates:
        return {}
    names = names_of(mates)
    return {"team": len(mates) + 1, "place": len(names) + 1, "others": names}


def _short(found: Found) -> dict[str, Any]:
    why = "、".join(r["words"] for r in found.reasons[:2])
    return {
        "id": found.worker_id,
        "called": found.called,
        "grade": found.grade,
        "stars": found.stars,
        "why": why,
        "price_fen": found.price_fen,
    }


def _rows(ctx: Context, request: Request) -> list[Recommendation]:
    mine = (Recommendation.community_id == ctx.community_id) & (Recommendation.request_id == request.id)
    return list(Recommendation.select().where(mine).order_by(Recommendation.place))


@use_case("system", *PEOPLE, *FRONT)
def list_recommendations(ctx: Context, request_id: int) -> list[Found]:
    """The best few, as the resident sees them; staff see all that were ranked."""
    request = access_request(ctx, request_id)
    if ctx.actor.kind == "staff":
        return [_found(row) for row in _rows(ctx, request)]
    return _best(ctx, request)


def _best(ctx: Context, request: Request) -> list[Found]:
    """What the resident is shown: the first few whose price fits the budget, without those who were asked already."""
    asked = asked_for_this_time(request)
    rows = within_budget(ctx, request, [r for r in _rows(ctx, request) if r.worker_id not in asked])
    return [_found(row) for row in rows[: ctx.settings.matching.recommend]]


def _found(row: Recommendation) -> Found:
    worker = Worker.get(Worker.id == row.worker_id)
    count = worker.stars_count
    stars = f"{worker.stars_sum / count:.1f}" if count else ""
    return Found(
        worker_id=row.worker_id,
        place=row.place,
        called=worker.called,
        grade=worker.grade,
        stars=stars,
        stars_count=count,
        years=int(row.facts.get("years", 0)),
        km=str(row.facts.get("km", "")),
        price_fen=row.price_fen,
        score=row.score,
        parts=row.parts,
        reasons=part_words(row.parts, row.facts),
        sex=worker.sex,
    )


@use_case("resident")
def choosable(ctx: Context, request_id: int) -> list[Found]:
    """Whom the resident can choose from at this moment; none while somebody is being asked, or when it is settled."""
    request = access_request(ctx, request_id)
    return _best(ctx, request) if request.state in ("approved", "matching") else []


@use_case("system", *PEOPLE, *FRONT)
def explain(ctx: Context, request_id: int, worker_id: int | None = None) -> str:
    """Why these workers (or this one), from what decided, in plain words; a person can look again (D6)."""
    request = access_request(ctx, request_id)
    if worker_id is None:
        chosen = list_recommendations(ctx, request_id)
    else:  # also of somebody who has been asked, or has taken it
        chosen = [_found(row) for row in _rows(ctx, request) if row.worker_id == worker_id]
    head = _(
        "First: skill, valid papers, free at that time, not too far. Then rating, distance, price, and a fair share of work for all."
    )
    lines = [
        _("%(name)s: %(why)s", name=f.called, why="、".join(r["words"] for r in f.reasons[:3]) or _("fits"))
        for f in chosen
    ]
    return "\n".join([head, *lines])


@use_case("worker", *FRONT)
def why_not(ctx: Context, request_id: int, worker_id: int) -> list[str]:
    """Why a worker was not among those asked: from the very conditions that decided; a worker may ask about oneself only."""
    request = Request.get_or_none(Request.id == request_id, Request.community_id == ctx.community_id)
    if request is None or not (is_staff(ctx) or worker_id == ctx.actor.worker_id):
        raise Refused("not_found", _("I can't find that one among yours."), status=404)
    facts, job = facts_of(ctx, request, [worker_id])
    if worker_id not in facts:
        return [blocker_words("no_skill")]
    if worker_id in asked_for_this_time(request):
        return [_("has been asked for this time already")]
    codes = blockers_of(job, facts[worker_id])
    if codes:
        return [blocker_words(code if is_staff(ctx) else SAID_AS.get(code, code)) for code in codes]
    ranked = find_ranked(ctx, request)[0]
    place = next(n for n, r in enumerate(ranked, 1) if r.worker_id == worker_id)
    return [_("could be asked: place %(place)s of %(all)s", place=place, all=len(ranked))]


def _choosable(ctx: Context, request_id: int) -> Request:
    request = access_request(ctx, request_id)
    if request.state not in GO_ON:
        raise Refused("not_now", _("That one is settled already, nobody needs to be chosen any more."))
    if open_offers(request):
        raise Refused("asked_already", _("Somebody is being asked already. You hear from me in a few minutes."))
    return request


@use_case("resident", *FRONT)
def choose_worker(ctx: Context, request_id: int, *, worker_id: int) -> None:
    """请李师傅: offers the job to this worker. Refuses who can't do it (cannot) and while somebody is being asked (asked_already)."""
    choose_workers(ctx, request_id, worker_ids=[worker_id])


@use_case("resident", *FRONT)
def choose_workers(ctx: Context, request_id: int, *, worker_ids: list[int]) -> None:
    """就马姐和李师傅: each for a place of those who come together, this one first; then whom for the next place, if one is left.

    Refuses as above, and too_many where fewer places are to be filled.
    """
    first = _choosable(ctx, request_id)
    places = [first, *(place for place in mates_of(first) if _to_be_chosen(place))]
    if len(places) < len(worker_ids):
        raise Refused("too_many", _("Fewer are to come than you name. Whom would you like?"))
    for place, worker_id in zip(places, worker_ids, strict=False):
        _look_at(ctx, place)
        _choose(ctx, place, worker_id)
    go_on_to_next_place(ctx, first)


def _choose(ctx: Context, request: Request, worker_id: int) -> None:
    ranked = [r.worker_id for r in find_ranked(ctx, request)[0]]
    if worker_id not in ranked:
        raise Refused(
            "cannot", _("They can't come at that time after all. Please choose somebody else, or leave it to us.")
        )
    request.change(chosen_worker_id=worker_id)
    allow_price(request, make_one_offer(ctx, request, worker_id).terms["price_fen"])


def go_on_to_next_place(ctx: Context, request: Request) -> None:
    """One of those who come together is chosen: whom as the next? One place at a time (D3)."""
    following = next((place for place in mates_of(request) if _to_be_chosen(place)), None)
    if following is not None:
        recommend_or_say(ctx, following)


def _to_be_chosen(place: Request) -> bool:
    """Nobody is asked about it, the resident has not been asked what could be otherwise, and somebody can still be chosen."""
    fresh = place.state == "approved"
    return place.state in OPEN and not place.loosened.get("open") and (fresh or left_to_choose(place))


@use_case("resident", "system", *FRONT)
def let_us_choose(ctx: Context, request_id: int) -> None:
    """你们安排: the first of the list is asked (or several at once, as set), then the next. Prices that were shown are allowed.

    Where several come together, it is for all places that nobody is chosen for.
    """
    request = _choosable(ctx, request_id)
    shown = [f.price_fen for f in _best(ctx, request)]
    places = [request, *(place for place in mates_of(request) if _to_be_chosen(place))]
    for place in places:
        if shown and place.budget_max_fen is not None:
            allow_price(place, max(shown))
        ask_for_place(ctx, place)


def ask_for_place(ctx: Context, place: Request) -> None:
    """The first of those who can is asked about a place; who nobody has looked at yet, they are ranked first."""
    _look_at(ctx, place)
    ask_next(ctx, place)


def _look_at(ctx: Context, place: Request) -> None:
    """Who nobody has looked at yet: those who can are ranked."""
    if place.state == "approved":
        found = keep_recommendations(ctx, place)
        advance(ctx.as_system(), REQUEST, place, "recommend", data={"found": len(found)})
