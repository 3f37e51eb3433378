"""How long the way from one home to another takes: the straight line with a factor, or what a routing service said (D1, D5).

Whoever plans asks `way_of`, which never leaves this machine: it knows what the service has told before, notes what it would like
to know, and takes the straight line meanwhile. The jobs process asks the service (`learn_way`), outside of any transaction.
"""

from datetime import timedelta
from typing import Protocol

from handlers.clock import SystemClock
from handlers.context import Context, in_one_go, let_go
from handlers.logs import log
from handlers.readings import Never, NotNow
from models.base import claimable
from models.rules.free_times import Place, Way
from models.rules.geo import distance_km, travel_minutes
from models.travel import TravelTime

WALL = SystemClock()  # tries run on the machine's own clock, also where the demo's is moved
LEASE = timedelta(minutes=1)
AGAIN = (timedelta(minutes=5), timedelta(hours=1), timedelta(days=1))
CELL = 3  # decimals of a degree: about a hundred metres


class Roads(Protocol):
    """A routing service: minutes from a place to another (latitude, longitude). Raises NotNow or Never where it can't say."""

    def minutes(self, a: Place, b: Place) -> int: ...


def straight_minutes(ctx: Context, a: Place, b: Place) -> int:
    """The straight line, made longer by travel.factor, at travel.kmh; rounded up."""
    return travel_minutes(distance_km(*a, *b), ctx.settings.travel.factor, ctx.settings.travel.kmh)


def way_of(ctx: Context) -> Way:
    """Minutes from place to place, as far as they are known; for what is not, the straight line."""
    if not ctx.settings.travel.service_url:
        return lambda a, b: straight_minutes(ctx, a, b)
    known: dict[tuple[str, str], int | None] = {}

    def minutes(a: Place, b: Place) -> int:
        pair = (_cell(a), _cell(b))
        if pair not in known:
            known[pair] = _told(ctx, *pair)
        found = known[pair]
        return straight_minutes(ctx, a, b) if found is None else found

    return minutes


def _cell(place: Place) -> str:
    return f"{place[0]:.{CELL}f},{place[1]:.{CELL}f}"


def _told(ctx: Context, one: str, other: str) -> int | None:
    """What the service said of this pair; None: nothing yet, then it is noted. The same cell is no way at all."""
    if one == other:
        return None
    row = TravelTime.pick(community_id=ctx.community_id, from_cell=one, to_cell=other)
    if row is None:
        here = {"community_id": ctx.community_id, "from_cell": one, "to_cell": other}
        TravelTime.insert(**here, next_at=WALL.now(), asked_at=WALL.now()).on_conflict_ignore().execute()
    return row.minutes if row is not None else None


def learn_way(ctx: Context, roads: Roads) -> bool:
    """Asks the service for the way that has been wanted longest, and keeps it; False: none waits.

    No answer: it is wanted again later, each time less soon, and in the end not any more; the straight line goes on counting.
    """
    row = in_one_go(_claim)
    if row is None:
        return False
    let_go()
    try:
        minutes = roads.minutes(_place(row.from_cell), _place(row.to_cell))
        in_one_go(lambda: row.change(state="known", minutes=minutes, asked_at=WALL.now()))
    except (NotNow, Never) as failure:
        log.warning("travel.no_answer", why=str(failure))
        last = row.tries > len(AGAIN) or isinstance(failure, Never)
        after = {"state": "known"} if last else {"next_at": WALL.now() + AGAIN[row.tries - 1]}
        in_one_go(lambda: row.change(**after))
    return True


def _claim() -> TravelTime | None:
    waits = (TravelTime.state == "wanted") & (TravelTime.next_at <= WALL.now())
    row: TravelTime | None = claimable(TravelTime.select().where(waits).order_by(TravelTime.next_at)).first()
    if row is not None:
        row.change(next_at=WALL.now() + LEASE, tries=row.tries + 1)
    return row


def _place(cell: str) -> Place:
    lat, lng = cell.split(",")
    return float(lat), float(lng)
