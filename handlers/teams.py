"""A team: formed when several are to come, and smaller again when the resident says that fewer are enough (D3).

The request that was handed in becomes the first place; each further one gets a request of its own (1125-14-2), so that each worker is
asked, signs, comes, is paid and is rated for his own work. Each place's price is its part of the whole.
"""

from typing import Any

from handlers.cancelling import clear_the_way
from handlers.context import Context
from handlers.deadlines import drop_deadlines, set_deadline
from handlers.lifecycle import advance, record
from handlers.offering import make_one_offer, offer_anew, open_offers
from handlers.quotes import quote_request
from handlers.recommending import keep_recommendations
from handlers.series_of import rule_of
from handlers.team_of import OPEN, is_found, mates_of, others_with, team_of, team_terms
from handlers.team_signing import proposed_of
from handlers.visit_telling import tell_side
from models.requests import Offer, Request
from models.rules.lifecycles import REQUEST
from models.visits import Visit

SHARED = ("person_id", "served", "channel", "service", "address_id", "starts_at", "minutes", "tasks", "extras", "words", "widened")
OF_THE_FIRST = ("worker_id", "worker_name", "same_worker")  # whom they would like is asked for the first place
BEGUN = ("on_the_way", "in_service", "finished", "confirmed", "settled")


def form_team(ctx: Context, request: Request) -> None:
    """A place for each of several people. Nothing for one, for a team that stands, and for a recurring service, where a colleague
    finds the others."""
    if request.people < 2 or request.team_id is not None or rule_of(request):
        return
    used = Request.select().where((Request.community_id == ctx.community_id) & (Request.team_id == request.id)).count()
    whole = whole_budget([request])
    request.change(team_id=request.id, team_place=1, **_part_of(whole, 1, request.people))
    for place in range(2, request.people + 1):
        _add(ctx, request, place, f"{request.number}-{place + used}", _part_of(whole, place, request.people))


def whole_budget(team: list[Request]) -> dict[str, Any]:
    """The budget (fen) for all of them together, as far as one was said."""
    said = {name: [getattr(place, name) for place in team] for name in ("budget_min_fen", "budget_max_fen")}
    return {name: sum(parts) for name, parts in said.items() if None not in parts}


def _part_of(whole: dict[str, Any], nth: int, parts: int) -> dict[str, Any]:
    """What of it is for the nth place of so many; fen that can't be divided are for the first ones, so that none is lost."""
    return {name: fen // parts + (nth <= fen % parts) for name, fen in whole.items()}


def _add(ctx: Context, first: Request, place: int, number: str, budget: dict[str, Any]) -> None:
    wishes = {name: value for name, value in first.wishes.items() if name not in OF_THE_FIRST}
    loosened = {name: value for name, value in first.loosened.items() if name not in ("open", "agreed", "refused")}
    made = Request.create(
        community_id=ctx.community_id, state="approved", number=number, people=first.people, team_id=first.id, team_place=place,
        wishes=wishes, loosened=loosened, reviewed_by=first.reviewed_by, submitted_at=first.submitted_at,
        created_at=ctx.now, updated_at=ctx.now, **budget,
        **{name: getattr(first, name) for name in SHARED},
    )  # fmt: skip
    record(ctx, "request", made.id, "join", "", made.state, data={"team": first.id, "place": place})
    set_deadline(ctx, "request_lapsed", ("request", made.id), made.starts_at)
    keep_recommendations(ctx, made)


def dissolve_team(ctx: Context, request: Request) -> None:
    """The approval was taken back: one request again, as it was handed in."""
    if request.team_id is None:
        return
    whole = whole_budget(team_of(request))
    for place in mates_of(request):
        _drop(ctx, place, "the approval was taken back")
    request.change(team_id=None, **whole)


def _drop(ctx: Context, place: Request, reason: str) -> None:
    clear_the_way(ctx, place, reason="fewer")
    advance(ctx, REQUEST, place, "cancel", reason=reason, updated_at=ctx.now)
    drop_deadlines(ctx, ("request", place.id), note=reason)


def fit_team(ctx: Context, request: Request, people: int, whole: dict[str, Any] | None = None) -> None:
    """As many as are to come by now: a team is formed, or goes on without places for which nobody was found.

    Whoever has taken it already, or thinks about it, and would now get another price, since fewer share the work, is asked anew.
    `whole` is the budget for all of them, where places are gone already.
    """
    if request.team_id is None:
        request.change(people=people)
        form_team(ctx, request)
        return
    team = team_of(request)
    whole = whole_budget(team) if whole is None else whole
    nobody = sorted((p for p in team if p.state in OPEN), key=lambda p: (p.id == request.id, -p.team_place))
    for place in nobody[: max(0, len(team) - people)]:
        _drop(ctx, place, "fewer are enough")
    left = team_of(request)
    for nth, place in enumerate(left, 1):
        if place.people != len(left):
            _share_anew(ctx, place, len(left), _part_of(whole, nth, len(left)))


def _share_anew(ctx: Context, place: Request, people: int, budget: dict[str, Any]) -> None:
    before = quote_request(ctx, place).total_fen
    place.change(people=people, updated_at=ctx.now)
    if quote_request(ctx, place).total_fen == before:
        _say_number(ctx, place)
        return
    place.change(**budget)
    for offer in open_offers(place):
        if not offer.round:  # a price that somebody has named stays theirs
            offer_anew(ctx, place, offer)
    if not is_found(place) or has_begun(place):
        return
    worker_id = clear_the_way(ctx, place, reason="fewer")
    advance(ctx.as_system(), REQUEST, place, "rematch" if place.state == "scheduled" else "run_out", reason="fewer share it")
    if worker_id is not None:
        make_one_offer(ctx.as_system(), place, worker_id, changed=True)


def _say_number(ctx: Context, place: Request) -> None:
    """For the same price nobody need be asked again; what is signed from now on says how many really come. What is sealed stays."""
    waiting = proposed_of([place])
    taken = Offer.state.in_(("open", "countered", "accepted") if waiting else ("open", "countered"))
    mine = (Offer.community_id == ctx.community_id) & (Offer.request_id == place.id)
    for one in (*Offer.select().where(mine & taken), *waiting):
        said = {name: value for name, value in one.terms.items() if name != "team"}
        one.change(terms={**said, "people": place.people, **team_terms(place)})
    for agreement in waiting:
        record(ctx, "agreement", agreement.id, "fewer", data={"people": place.people})
    visit = Visit.pick(community_id=place.community_id, request_id=place.id, state="scheduled")
    if visit is not None:
        others = others_with(visit, ("scheduled", "on_the_way"))
        tell_side(ctx, visit, "worker", "visit_fewer_with", mark=str(place.people), others=others)


def has_begun(place: Request) -> bool:
    """Whether the work of this place is being done, or is done."""
    mine = (Visit.community_id == place.community_id) & (Visit.request_id == place.id) & Visit.state.in_(BEGUN)
    return place.state == "closed" or bool(Visit.select().where(mine).exists())
