"""What every notice about a visit is made from, and telling it to one side."""

from datetime import datetime, timedelta
from typing import Any

from handlers.context import Context
from handlers.outbox import tell
from handlers.parties import Parties, called_service, parties_of
from handlers.team_of import called_of, visits_with
from models.people import Address
from models.visits import Visit


def visit_values(ctx: Context, visit: Visit, sides: Parties) -> dict[str, Any]:
    """Nothing of it is personal: the door number and the four digits are looked up when the notice is sent."""
    home = Address.find(visit.address_id)
    return {
        "visit_id": visit.id,
        "request_id": visit.request_id,
        "number": visit.number,
        "service_name": called_service(ctx, visit.service),
        "starts_at": visit.starts_at,
        "ends_at": visit.ends_at,
        "worker": sides.worker,
        "resident": sides.resident,
        "area": home.area if home else "",
        "building": home.building if home else "",
        "total_fen": visit.total_fen,
    }


def tell_side(
    ctx: Context, visit: Visit, side: str, notice: str, *, mark: str = "", until: datetime | None = None, **values: Any
) -> None:
    """Tells one side (resident, worker) about a visit; the same notice with the same `mark` is told once."""
    sides = parties_of(visit)
    tell(
        ctx.as_system(),
        sides.resident_id if side == "resident" else sides.worker_person_id,
        notice,
        about=("visit", visit.id),
        key=f"{notice}:visit:{visit.id}:{side}:{mark}",
        expires_at=until,
        side=side,
        **{**visit_values(ctx, visit, sides), **values},
    )


def together_values(visit: Visit, states: tuple[str, ...]) -> dict[str, Any]:
    """Who comes together then: {"names", "visits"}; nothing for one person. The digits themselves are looked up when it is sent."""
    rows = visits_with(visit, states)
    return {"names": [called_of(row.worker_id) for row in rows], "visits": [row.id for row in rows]} if len(rows) > 1 else {}


def place_for_worker(ctx: Context, visit: Visit) -> str:
    """The whole address, from the agreement's seal to visits.address_visible_days after closing; "" at any other time (E3)."""
    done_at: datetime | None = visit.confirmed_at
    if visit.state in ("no_show", "no_access", "cancelled", "replaced"):
        return ""
    if visit.state in ("settled", "closed") and done_at is not None:
        if ctx.now > done_at + timedelta(days=ctx.settings.visits.address_visible_days):
            return ""
    home = Address.find(visit.address_id)
    return f"{home.area}{home.building}{home.door or ''}" if home is not None else ""
