"""Who comes together: several people for one wish are a team, with a request for each place of it (D3).

Here it is looked up; how a team is formed, grows smaller and is told of stands in handlers/teams.py.
"""

from typing import Any

from handlers.series_of import date_of, rule_of
from models.requests import Offer, Request
from models.rules.lifecycles import REQUEST
from models.visits import Visit
from models.workers import Worker

GONE = ("rejected", "cancelled", "expired")
TAKEN = ("negotiating", "agreed", "scheduled", "closed")
OPEN = ("approved", "matching")
NOT_PASSED = ("draft", "submitted", "needs_info")


def team_of(request: Request) -> list[Request]:
    """The places that are still wanted, in their order; a request for one person is its own only place."""
    if request.team_id is None:
        return [request]
    mine = (Request.community_id == request.community_id) & (Request.team_id == request.team_id)
    rows = Request.select().where(mine & Request.state.not_in(GONE)).order_by(Request.team_place)
    return [request if row.id == request.id else row for row in rows]


def mates_of(request: Request) -> list[Request]:
    """The other places of its team."""
    return [place for place in team_of(request) if place.id != request.id]


def places_of(request: Request) -> list[int]:
    """The ids of all places that its team ever had; of a request for one person its own."""
    if request.team_id is None:
        return [request.id]
    return [int(one) for one in Request.pick_values("id", community_id=request.community_id, team_id=request.team_id)]


def share_of(request: Request) -> int:
    """Into how many parts the price of the whole is divided: one for each place of a team, and for each of those who come to a recurring
    service, which forms none: a colleague finds the others, and each is paid his own part."""
    if request.people < 2:
        return 1
    alike = request.team_id is not None or (request.state not in NOT_PASSED and (rule_of(request) or date_of(request) is not None))
    return int(request.people) if alike else 1


def budget_of(request: Request) -> int | None:
    """What one of those who come may cost (fen), None: nothing was said. A place of a team has its own part of the budget already."""
    whole: int | None = request.budget_max_fen
    return whole if whole is None or request.team_id is not None else whole // share_of(request)


def priced_by(request: Any, minutes: int | None = None) -> dict[str, Any]:
    """What a request's price is made from, for its own or for other minutes (models/rules/pricing.quote)."""
    return {
        "minutes": minutes or request.minutes,
        "people": request.people,
        "tasks": request.tasks,
        "extras": request.extras,
        "share": share_of(request),
    }


def is_found(place: Request) -> bool:
    """Whether somebody has taken this place."""
    return place.state in TAKEN


def number_of(request: Request) -> str:
    """The number by which the resident knows it: that of the first place, 1125-14 for 1125-14-2."""
    return "-".join(request.number.split("-")[:2]) if request.team_id is not None else str(request.number)


def lacking(request: Request) -> int:
    """For how many places of its team, this one included, nobody has been asked and nobody has been found."""
    return sum(1 for place in team_of(request) if place.id == request.id or place.state in OPEN)


def complete(request: Request) -> bool:
    """Whether every place has somebody."""
    return all(is_found(place) for place in team_of(request))


def moving(request: Request) -> list[Request]:
    """The places that a move or a cancellation is about: all that are not over."""
    return [place for place in team_of(request) if place.state not in REQUEST.final]


def visits_with(visit: Visit, states: tuple[str, ...]) -> list[Visit]:
    """The visits in these states of all who come together at the same time, this one among them, in the order of the places."""
    request = Request.find(visit.request_id)
    if request is None or request.team_id is None:
        return [visit] if visit.state in states else []
    ids = [place.id for place in team_of(request)]
    mine = (Visit.community_id == visit.community_id) & Visit.request_id.in_(ids) & Visit.state.in_(states)
    rows = [visit if row.id == visit.id else row for row in Visit.select().where(mine & (Visit.starts_at == visit.starts_at))]
    return sorted(rows, key=lambda row: ids.index(row.request_id))


def others_with(visit: Visit, states: tuple[str, ...]) -> list[str]:
    """What those are called who come (or are there) with the worker of this visit."""
    return [called_of(row.worker_id) for row in visits_with(visit, states) if row.id != visit.id]


def called_of(worker_id: int) -> str:
    """What a worker is called."""
    worker = Worker.find(worker_id)
    return worker.called if worker is not None else ""


def names_of(places: list[Request]) -> list[str]:
    """Who has taken these places, or is being asked about them, in their order."""
    live = Offer.state.in_(("open", "countered", "accepted"))
    found = []
    for place in places:
        mine = (Offer.community_id == place.community_id) & (Offer.request_id == place.id)
        offer = Offer.select().where(mine & live).order_by(Offer.id.desc()).first()
        if offer is not None:
            found.append(called_of(offer.worker_id))
    return found


def found_with(request: Request) -> list[str]:
    """What those are called who have taken the other places of its team."""
    return names_of([place for place in mates_of(request) if is_found(place)])


def engaged_with(request: Request) -> set[int]:
    """The workers who have another place of its team, or are asked about one: nobody has two."""
    ids = [place.id for place in mates_of(request)]
    live = Offer.state.in_(("open", "countered", "accepted"))
    mine = (Offer.community_id == request.community_id) & Offer.request_id.in_(ids)
    return {offer.worker_id for offer in Offer.select().where(mine & live)} if ids else set()


def team_view(request: Request) -> list[dict[str, Any]]:
    """Each place as the API shows it: its request's id, number and state, who has taken it or is asked ("" for nobody); empty for
    one person."""
    team = team_of(request)
    return [{"id": p.id, "number": p.number, "state": p.state, "worker": "".join(names_of([p]))} for p in team] if len(team) > 1 else []


def team_terms(request: Request) -> dict[str, Any]:
    """What the terms of an offer say besides where several come together."""
    return {"team": request.people} if share_of(request) > 1 else {}
