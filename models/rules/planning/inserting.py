"""Putting one visit into a worker's day, and taking it out: where it fits, and where it costs least."""

from models.rules.planning.chance import below
from models.rules.planning.columns import (
    ABLE_FROM,
    ABLE_TO,
    BEHIND,
    BLINK,
    BREAK_AFTER,
    BUF,
    DAY_COST,
    DURATION,
    EARLY,
    FIXED,
    HI,
    HOME,
    LATELY,
    LIKING,
    LO,
    LOAD,
    MAX_STOPS,
    MAX_WORK,
    NOBODY,
    OWN,
    PLACE,
    SEQ,
    SHARE,
    SHIFT,
    SHIFT_FROM,
    SHIFT_TO,
    SIZE,
    STAMP,
    TRAVEL,
    TWIN,
    WEEK_LEFT,
    WEIGHT,
    WHERE,
    WHO,
    WORK,
)
from models.rules.planning.compiled import compiled, inlined
from models.rules.planning.state import Day, Now
from models.rules.planning.timing import lateness, time_day

NOWHERE = 1e18
BROKEN = 1e12  # a day that breaks a rule


@compiled
def preference(day: Day, v: int, w: int) -> float:
    """What it costs by preference that this worker serves this visit."""
    low, high = day.node[v, ABLE_FROM], day.node[v, ABLE_TO]
    while low < high:
        middle = (low + high) // 2
        if day.able[middle, WHO] < w:
            low = middle + 1
        else:
            high = middle
    return day.able[low, LIKING] if low < day.node[v, ABLE_TO] and day.able[low, WHO] == w else 0.0


@compiled
def bounds(day: Day, now: Now, w: int) -> int:
    """Earliest and latest start of each stop, breaks aside; the minutes of travel. For quick refusals."""
    size = now.days[w, SIZE]
    home = day.crew[w, HOME]
    ready, here, travel = day.crew[w, SHIFT_FROM], home, 0
    for k in range(size):
        v = now.stops[SEQ, w, k]
        walk = day.minutes[here, day.node[v, PLACE]]
        travel += walk
        start = max(ready + walk, now.visit[v, LO])
        now.stops[EARLY, w, k] = start
        ready, here = start + day.node[v, DURATION], day.node[v, PLACE]
    if size:
        travel += day.minutes[here, home]
    due, here = day.crew[w, SHIFT_TO], home
    for k in range(size - 1, -1, -1):
        v = now.stops[SEQ, w, k]
        latest = due - day.minutes[day.node[v, PLACE], here] - day.node[v, DURATION]
        due, here = min(latest, now.visit[v, HI]), day.node[v, PLACE]
        now.stops[LATELY, w, k] = due
    return travel


@compiled
def refresh(day: Day, now: Now, w: int) -> None:
    """After a change of this day: its bounds, sums and cost."""
    travel = bounds(day, now, w)
    own, work, load, liking = 0, 0, 0, 0.0
    for k in range(now.days[w, SIZE]):
        v = now.stops[SEQ, w, k]
        now.desk[BUF, k] = v
        work += day.node[v, DURATION]
        load += day.node[v, LOAD]
        if v < len(day.near):
            own += day.node[v, DURATION]
            liking += preference(day, v, w)
    late = time_day(day, now, w, now.days[w, SIZE]) if own else 0.0
    now.days[w, OWN], now.days[w, WORK], now.days[w, WEIGHT] = own, work, load
    # Taking a stop out can take the gap before it, where the break was: such a day is never kept.
    now.points[w, BEHIND] = max(0.0, late)
    now.points[w, DAY_COST] = day.price[TRAVEL] * travel + liking + (late if late >= 0 else BROKEN)


@compiled
def put(day: Day, now: Now, w: int, at: int, v: int) -> None:
    """Puts a visit before the stop `at` of this day."""
    for k in range(now.days[w, SIZE], at, -1):
        now.stops[SEQ, w, k] = now.stops[SEQ, w, k - 1]
    now.stops[SEQ, w, at] = v
    now.days[w, SIZE] += 1
    now.visit[v, WHERE] = w
    refresh(day, now, w)


@compiled
def position(now: Now, v: int) -> int:
    """Which stop of its day a visit is."""
    w = now.visit[v, WHERE]
    k = 0
    while now.stops[SEQ, w, k] != v:
        k += 1
    return k


@compiled
def take(now: Now, v: int) -> None:
    """Takes a visit out of its day, which must be refreshed afterwards."""
    w = now.visit[v, WHERE]
    for k in range(position(now, v), now.days[w, SIZE] - 1):
        now.stops[SEQ, w, k] = now.stops[SEQ, w, k + 1]
    now.days[w, SIZE] -= 1
    now.visit[v, WHERE] = NOBODY


@inlined
def has_room(day: Day, now: Now, v: int, w: int) -> bool:
    """Whether the caps of the day and of the week leave room for this visit."""
    return (
        now.days[w, SIZE] < day.crew[w, MAX_STOPS]
        and now.days[w, WEIGHT] + day.node[v, LOAD] <= day.crew[w, MAX_WORK]
        and now.days[w, OWN] + day.node[v, DURATION] <= day.crew[w, WEEK_LEFT]
    )


@inlined
def fits(day: Day, now: Now, w: int, at: int, v: int) -> float:
    """The cost of lateness of this day with the visit before stop `at`, or -1."""
    size = now.days[w, SIZE]
    for k in range(at):
        now.desk[BUF, k] = now.stops[SEQ, w, k]
    now.desk[BUF, at] = v
    for k in range(at, size):
        now.desk[BUF, k + 1] = now.stops[SEQ, w, k]
    return time_day(day, now, w, size + 1)


@inlined
def window_at(day: Day, now: Now, w: int, at: int, v: int) -> tuple[int, int, int]:
    """Between stops `at` - 1 and `at`: earliest and latest start of the visit, breaks aside, and the travel it adds."""
    spot, home = day.node[v, PLACE], day.crew[w, HOME]
    before, after, ready, until = home, home, day.crew[w, SHIFT_FROM], day.crew[w, SHIFT_TO]
    if at > 0:
        u = now.stops[SEQ, w, at - 1]
        before, ready = day.node[u, PLACE], now.stops[EARLY, w, at - 1] + day.node[u, DURATION]
    if at < now.days[w, SIZE]:
        after, until = day.node[now.stops[SEQ, w, at], PLACE], now.stops[LATELY, w, at]
    there, on = day.minutes[before, spot], day.minutes[spot, after]
    latest = min(now.visit[v, HI], until - on - day.node[v, DURATION])
    return max(now.visit[v, LO], ready + there), latest, there + on - day.minutes[before, after]


@inlined
def rests_never(day: Day, w: int) -> bool:
    """Whether the whole shift is too short for a break, so that `delayed` tells all."""
    return day.crew[w, SHIFT] <= day.price[BREAK_AFTER]


@inlined
def delayed(day: Day, now: Now, w: int, at: int, v: int, start: int) -> float:
    """Lateness of a visit that begins at this minute before stop `at`, and what those after it gain, breaks aside."""
    cost = lateness(day, v, start)
    end, here = start + day.node[v, DURATION], day.node[v, PLACE]
    for k in range(at, now.days[w, SIZE]):
        u = now.stops[SEQ, w, k]
        begins, before = max(end + day.minutes[here, day.node[u, PLACE]], now.visit[u, LO]), now.stops[EARLY, w, k]
        if begins > now.stops[LATELY, w, k]:
            return NOWHERE
        if begins <= before:
            break
        cost += lateness(day, u, begins) - lateness(day, u, before)
        end, here = begins + day.node[u, DURATION], day.node[u, PLACE]
    return cost


@inlined
def at_least(day: Day, now: Now, w: int, at: int, v: int, start: int) -> float:
    """No less than this does a visit add to the lateness of a day. On a day that is late for its break, only its own counts."""
    late = delayed(day, now, w, at, v, start)
    return late if late == NOWHERE or now.points[w, BEHIND] == 0 or rests_never(day, w) else lateness(day, v, start)


@inlined
def added(day: Day, now: Now, w: int, at: int, v: int, start: int, room: float) -> float:
    """What a visit adds to the lateness of a day, or NOWHERE if that is not below `room` or breaks a rule."""
    late = at_least(day, now, w, at, v, start)
    if late >= room:
        return NOWHERE
    if rests_never(day, w):
        return late
    late = fits(day, now, w, at, v)
    return late - now.points[w, BEHIND] if late >= 0 else NOWHERE


@compiled
def best_in_day(day: Day, now: Now, w: int, v: int, liking: float, best: float) -> tuple[float, int]:
    """The cheapest position in one day that costs less than `best`, and what it costs; -1 when there is none."""
    found = -1
    for at in range(now.days[w, SIZE] + 1):
        earliest, latest, extra = window_at(day, now, w, at, v)
        if earliest > now.visit[v, HI]:
            break
        cost = liking + day.price[TRAVEL] * extra
        if earliest > latest or cost >= best or below(now, 1000) < day.price[BLINK]:
            continue
        cost += added(day, now, w, at, v, earliest, best - cost)
        if cost < best:
            best, found = cost, at
    return best, found


@compiled
def best_place(day: Day, now: Now, v: int, stamp: int) -> tuple[float, int, int]:
    """The cheapest worker and position for a visit, seen from all its workers or, with a stamp, from those stamped with it."""
    best, best_w, best_at = NOWHERE, -1, 0
    twin = -1  # of empty days that are all alike, one is enough
    for k in range(day.node[v, ABLE_FROM], day.node[v, ABLE_TO]):
        w = day.able[k, WHO]
        if (stamp and now.days[w, STAMP] != stamp) or not has_room(day, now, v, w):
            continue
        if now.days[w, SIZE] == 0 and day.crew[w, TWIN] >= 0:
            if day.crew[w, TWIN] == twin:
                continue
            twin = day.crew[w, TWIN]
        liking = day.able[k, LIKING] + now.points[w, SHARE] * day.node[v, DURATION]
        cost, at = best_in_day(day, now, w, v, liking, best)
        if at >= 0:
            best, best_w, best_at = cost, w, at
    return best, best_w, best_at


@inlined
def is_free(day: Day, v: int) -> bool:
    """Whether a stop may be moved: no commitment, nor a visit that must stay."""
    return v < len(day.near) and day.node[v, FIXED] < 0
