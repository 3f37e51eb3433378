"""Three or more visits at the same moment, all or none, each by another worker."""

from models.rules.planning.chance import below
from models.rules.planning.columns import (
    EARLIEST,
    LATEST,
    LEAST_COLUMNS,
    MATE,
    MOMENTS,
    O_FROM,
    O_RESTED,
    OPTION,
    WHERE,
)
from models.rules.planning.compiled import compiled
from models.rules.planning.doubles import agree_all, open_again, options_for, worth
from models.rules.planning.inserting import NOWHERE, best_place, put, refresh, take
from models.rules.planning.removing import touch
from models.rules.planning.state import Day, Now
from models.rules.planning.timing import lateness


@compiled
def open_all(day: Day, now: Now, lead: int) -> None:
    """Forgets the moment that was agreed."""
    v = lead
    while True:
        open_again(day, now, v)
        v = day.node[v, MATE]
        if v == lead:
            return


@compiled
def take_back(day: Day, now: Now, lead: int, until: int) -> None:
    """Takes those that were put, up to the one that is named, out of their days again."""
    v = lead
    while True:
        w = now.visit[v, WHERE]
        take(now, v)
        refresh(day, now, w)
        v = day.node[v, MATE]
        if v == until:
            return


@compiled
def put_all(day: Day, now: Now, lead: int, start: int, room: float) -> float:
    """Puts each where it costs least at this minute, one after the other; what that costs. NOWHERE, and nobody put, if not below `room`."""
    agree_all(day, now, lead, start)
    v, cost = lead, 0.0
    while True:
        found, w, at = best_place(day, now, v, 0)
        cost += found
        if w < 0 or cost >= room:
            if v != lead:
                take_back(day, now, lead, v)
            return NOWHERE
        touch(day, now, w)
        put(day, now, w, at, v)
        v = day.node[v, MATE]
        if v == lead:
            return cost


@compiled
def note(now: Now, count: int, start: int) -> int:
    """Adds a moment to those to be tried, once; how many there are."""
    for k in range(count):
        if now.desk[MOMENTS, k] == start:
            return count
    if count < LEAST_COLUMNS:
        now.desk[MOMENTS, count] = start
        return count + 1
    return count


@compiled
def moments(day: Day, now: Now, lead: int) -> int:
    """The moments at which one of them could begin somewhere, at once or after a break, and one by chance; how many."""
    count = note(now, 0, day.node[lead, EARLIEST] + below(now, max(1, 1 + day.node[lead, LATEST] - day.node[lead, EARLIEST])))
    v = lead
    while True:
        for k in range(options_for(day, now, v, 0)):
            count = note(now, count, now.desk[OPTION + k, O_FROM])
            count = note(now, count, now.desk[OPTION + k, O_RESTED])
        v = day.node[v, MATE]
        if v == lead:
            return count


@compiled
def place_group(day: Day, now: Now, lead: int) -> bool:
    """Puts all of a group at the moment that costs least, if that is less than leaving them out."""
    open_all(day, now, lead)
    best, best_start = worth(day, lead), -1
    for k in range(moments(day, now, lead)):
        start = now.desk[MOMENTS, k]
        if start < day.node[lead, EARLIEST] or start > day.node[lead, LATEST] or lateness(day, lead, start) >= best:
            continue
        cost = put_all(day, now, lead, start, best)
        if cost < best:
            take_back(day, now, lead, lead)
            best, best_start = cost, start
    if best_start >= 0 and put_all(day, now, lead, best_start, worth(day, lead)) < NOWHERE:
        return True
    open_all(day, now, lead)
    return False
