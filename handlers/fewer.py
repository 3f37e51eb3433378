"""A resident wants fewer to come than were to: whose place goes, what that costs, and how it goes on with those who are left (D3, C7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from handlers.access import access_request
from handlers.agreeing import go_on_with
from handlers.cancelling import cancel_place, fee_words
from handlers.context import FRONT, Context, Refused, use_case
from handlers.lifecycle import record
from handlers.team_of import OPEN, names_of, team_of, team_view
from handlers.teams import has_begun, whole_budget
from handlers.widening import take_back_fewer
from handlers.words import _
from models.requests import Request

SOONEST_GONE = ("approved", "matching", "offered", "negotiating", "agreed", "scheduled")
NOT_LOOKED_AT = ("submitted", "needs_info")


@dataclass(frozen=True)
class Fewer:
    """What would be so: who still comes and who need not (names; of a place without anybody none), and what it costs in words."""

    people: int
    staying: list[str]
    going: list[str]
    places: list[int]
    words: str


@use_case("resident", *FRONT)
def team_places(ctx: Context, request_id: int) -> list[dict[str, Any]]:
    """Each place with who has taken it or is asked (handlers/team_of.py:team_view); empty for one person, and before it was let pass."""
    return team_view(access_request(ctx, request_id))


@use_case("resident", *FRONT)
def fewer_terms(ctx: Context, request_id: int, people: int, places: Sequence[int] = ()) -> Fewer:
    """What it means that only so many come: without the places named, or those that are least far; of what was agreed, what giving it
    up costs. Refuses not_fewer where that is none or not fewer, not_now where as many have begun."""
    team = team_of(access_request(ctx, request_id))
    gone = _going(team, people, places)
    left = [place for place in team if place not in gone]
    return Fewer(people, names_of(left), names_of(gone), [place.id for place in gone], fee_words(ctx, gone))


@use_case("resident", *FRONT)
def come_fewer(ctx: Context, request_id: int, people: int, places: Sequence[int] = ()) -> None:
    """Only so many come. Whoever need not hears it, with the fee that applied; for those who are left it goes on, and whoever would now
    get another price is asked anew. Refuses as above, and not_now where a visit of theirs has begun."""
    request = access_request(ctx, request_id)
    if request.team_id is None:
        if not 0 < people < request.people:
            raise _not_fewer()
        if request.state not in NOT_LOOKED_AT:  # a recurring service: a colleague is finding the others
            raise Refused("not_now", _("A colleague is arranging who comes. How many it shall be, they settle with you."))
        request.change(people=people, updated_at=ctx.now)
        record(ctx, "request", request.id, "fewer", data={"people": people})
        return
    team = team_of(request)
    gone, whole = _going(team, people, places), whole_budget(team)
    take_back_fewer(ctx, gone[0])  # what was asked about them is answered by this
    for place in gone:
        cancel_place(ctx, place, "")
    left = [Request.get(Request.id == place.id) for place in team if place not in gone]
    first = next((place for place in left if place.state in OPEN), left[0])
    record(ctx, "request", first.id, "fewer", data={"people": people})
    go_on_with(ctx, first, people, whole)


def _going(team: list[Request], people: int, places: Sequence[int]) -> list[Request]:
    """Those of the team that go: the ones named, else what is least far and was sought last."""
    if not 0 < people < len(team):
        raise _not_fewer()
    named = [place for place in team if place.id in places]
    if len(named) == len(team) - people:
        return named
    cancellable = [place for place in team if place.state in SOONEST_GONE and not has_begun(place)]
    least = sorted(cancellable, key=lambda place: (SOONEST_GONE.index(place.state), -place.team_place))
    if len(least) < len(team) - people:
        raise Refused("not_now", _("That can't be done any more at this point."))
    return least[: len(team) - people]


def _not_fewer() -> Refused:
    return Refused("not_fewer", _("That is not fewer than are to come. A colleague arranges it with you."))
