"""What is signed for those who come together: each worker his own agreement, the resident all of them at once (D3, E2)."""

from typing import Any

from handlers.team_of import called_of, team_of
from models.requests import Request
from models.visits import Agreement

SETTLED = ("scheduled", "closed")


def is_whole(request: Request) -> bool:
    """Whether nobody's signature is missing any more."""
    return all(place.state in SETTLED for place in team_of(request))


def proposed_with(agreement: Agreement) -> list[Agreement]:
    """This agreement and those that wait for a signature beside it, in the order of the places."""
    request = Request.get(Request.id == agreement.request_id)
    team = team_of(request)
    if len(team) < 2:
        return [agreement]
    ids = [place.id for place in team]
    rows = [agreement if row.id == agreement.id else row for row in proposed_of(team)]
    return sorted(rows, key=lambda row: ids.index(row.request_id))


def proposed_of(places: list[Request]) -> list[Agreement]:
    """What waits for a signature of these places."""
    here, ids = places[0].community_id if places else 0, [place.id for place in places]
    mine = (Agreement.community_id == here) & Agreement.request_id.in_(ids) & (Agreement.state == "proposed")
    return list(Agreement.select().where(mine).order_by(Agreement.id)) if ids else []


def priced_places(request: Request) -> dict[str, Any]:
    """Who comes together, and what each of them gets: {"together": [[name, fen] ...]}; nothing for one person."""
    team = team_of(request)
    if len(team) < 2:
        return {}
    standing = [standing_agreement(place) for place in team]
    return {"together": [[called_of(one.worker_id), int(one.terms["price_fen"])] for one in standing if one is not None]}


def standing_agreement(place: Request) -> Agreement | None:
    """What is signed for this place, or waits for it."""
    mine = (Agreement.community_id == place.community_id) & (Agreement.request_id == place.id)
    found: Agreement | None = (
        Agreement.select().where(mine & Agreement.state.in_(("proposed", "sealed"))).order_by(Agreement.id.desc()).first()
    )
    return found
