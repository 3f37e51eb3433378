"""Two visits that belong together: at the same time or one after the other, both or neither, by two workers."""

from models.rules.planning.chance import below
from models.rules.planning.columns import (
    ABLE_FROM,
    ABLE_TO,
    DURATION,
    EARLIEST,
    EARLY,
    GAP_LEAST,
    GAP_MOST,
    HI,
    LATEST,
    LIKING,
    LO,
    MATE,
    O_AT,
    O_FROM,
    O_RESTED,
    O_TO,
    O_WHO,
    OPTION,
    OPTION_COST,
    OPTION_WAY,
    OPTIONS,
    PENALTY,
    PLACE,
    SEQ,
    SHARE,
    SIZE,
    TRAVEL,
    WHO,
)
from models.rules.planning.compiled import compiled, inlined
from models.rules.planning.inserting import NOWHERE, added, at_least, has_room, put, rests_never, window_at
from models.rules.planning.state import Day, Now
from models.rules.planning.timing import after_break


@inlined
def open_again(day: Day, now: Now, v: int) -> None:
    """Forgets the moment agreed with the other half."""
    now.visit[v, LO], now.visit[v, HI] = day.node[v, EARLIEST], day.node[v, LATEST]


@inlined
def keep_option(
    now: Now, base: int, count: int, cost: float, way: float, option: tuple[int, int, int, int, int]
) -> int:
    """Keeps the cheapest places for one half in their order; how many there are now."""
    k = base + min(count, OPTIONS - 1)
    while k > base and now.sums[OPTION_COST, k - 1] > cost:
        now.sums[OPTION_COST, k], now.sums[OPTION_WAY, k] = now.sums[OPTION_COST, k - 1], now.sums[OPTION_WAY, k - 1]
        for column in range(5):
            now.desk[OPTION + k, column] = now.desk[OPTION + k - 1, column]
        k -= 1
    now.sums[OPTION_COST, k], now.sums[OPTION_WAY, k] = cost, way
    who, at, earliest, latest, rested = option
    now.desk[OPTION + k, O_WHO], now.desk[OPTION + k, O_AT] = who, at
    now.desk[OPTION + k, O_FROM], now.desk[OPTION + k, O_TO] = earliest, latest
    now.desk[OPTION + k, O_RESTED] = rested
    return min(count + 1, OPTIONS)


@compiled
def rested_at(day: Day, now: Now, w: int, at: int, v: int) -> int:
    """Earliest arrival at position `at` of this day when the break comes right before it; -1 when it can't."""
    if at == 0:
        return -1
    u = now.stops[SEQ, w, at - 1]
    walk = day.minutes[day.node[u, PLACE], day.node[v, PLACE]]
    return after_break(day, w, now.stops[EARLY, w, at - 1] + day.node[u, DURATION], walk)


@inlined
def is_among(now: Now, base: int, count: int, cost: float) -> bool:
    """Whether a place of this cost is among the cheapest so far."""
    return count < OPTIONS or cost < now.sums[OPTION_COST, base + count - 1]


@compiled
def options_for(day: Day, now: Now, v: int, base: int) -> int:
    """The places for one half that may be cheapest, breaks aside: worker, position, earliest and latest start."""
    count = 0
    for k in range(day.node[v, ABLE_FROM], day.node[v, ABLE_TO]):
        w = day.able[k, WHO]
        if not has_room(day, now, v, w):
            continue
        liking = day.able[k, LIKING] + now.points[w, SHARE] * day.node[v, DURATION]
        for at in range(now.days[w, SIZE] + 1):
            earliest, latest, extra = window_at(day, now, w, at, v)
            if earliest > now.visit[v, HI]:
                break
            way = liking + day.price[TRAVEL] * extra
            if earliest > latest or not is_among(now, base, count, way):
                continue
            cost = way + at_least(day, now, w, at, v, earliest)
            if cost < NOWHERE and is_among(now, base, count, cost):
                rested = rested_at(day, now, w, at, v)
                count = keep_option(now, base, count, cost, way, (w, at, earliest, latest, rested))
    return count


@inlined
def agree(day: Day, now: Now, a: int, b: int, start: int) -> None:
    """The first half begins at this minute, the second within the gap after it."""
    now.visit[a, LO], now.visit[a, HI] = start, start
    now.visit[b, LO] = max(day.node[b, EARLIEST], start + day.node[a, GAP_LEAST])
    now.visit[b, HI] = min(day.node[b, LATEST], start + day.node[a, GAP_MOST])


@compiled
def agree_all(day: Day, now: Now, lead: int, start: int) -> None:
    """All that belong together begin by the first one's minute."""
    mate = day.node[lead, MATE]
    while mate != lead:
        agree(day, now, lead, mate, start)
        mate = day.node[mate, MATE]


@compiled
def cost_at(day: Day, now: Now, a: int, b: int, x: int, y: int, start: int, room: float) -> float:
    """What lateness both days gain when the pair goes to places x and y at this minute; NOWHERE if not below `room`."""
    agree(day, now, a, b, start)
    late = added(day, now, now.desk[OPTION + x, O_WHO], now.desk[OPTION + x, O_AT], a, start, room)
    if late >= room:
        return NOWHERE
    second = max(now.desk[OPTION + y, O_FROM], now.visit[b, LO])
    return late + added(day, now, now.desk[OPTION + y, O_WHO], now.desk[OPTION + y, O_AT], b, second, room - late)


@inlined
def first_start(day: Day, now: Now, a: int, x: int, y: int) -> tuple[int, int]:
    """Earliest and latest start of the first half when the halves go to places x and y; empty when they don't meet."""
    least, most = day.node[a, GAP_LEAST], day.node[a, GAP_MOST]
    earliest = max(now.desk[OPTION + x, O_FROM], now.desk[OPTION + y, O_FROM] - most)
    latest = min(now.desk[OPTION + x, O_TO], now.desk[OPTION + y, O_TO] - least)
    return earliest, latest


@inlined
def start_to_try(day: Day, now: Now, a: int, x: int, y: int, attempt: int, earliest: int, latest: int) -> int:
    """The earliest start, the one right after a break of either worker, and any other."""
    if attempt == 0:
        return earliest
    if attempt == 1:
        return now.desk[OPTION + x, O_RESTED]
    if attempt == 2:
        return now.desk[OPTION + y, O_RESTED] - day.node[a, GAP_LEAST]
    return earliest + below(now, latest - earliest + 1)


@inlined
def attempts(day: Day, now: Now, x: int, y: int) -> int:
    """How many starts are worth trying: only a break makes a later one cheaper."""
    return 1 if rests_never(day, now.desk[OPTION + x, O_WHO]) and rests_never(day, now.desk[OPTION + y, O_WHO]) else 4


@compiled
def best_pair(day: Day, now: Now, a: int, b: int) -> tuple[float, int, int, int]:
    """The cheapest two places and the start for both halves: cost, place x, place y, start of the first."""
    open_again(day, now, a)
    open_again(day, now, b)
    count_a, count_b = 0, 0
    for half in range(2):
        count_a, count_b = count_b, options_for(day, now, b if half else a, half * OPTIONS)
    best, best_x, best_y, best_start = NOWHERE, -1, -1, 0
    for x in range(count_a):
        for y in range(OPTIONS, OPTIONS + count_b):
            places = now.sums[OPTION_COST, x] + now.sums[OPTION_COST, y]
            if places >= best:
                break
            earliest, latest = first_start(day, now, a, x, y)
            if earliest > latest or now.desk[OPTION + x, O_WHO] == now.desk[OPTION + y, O_WHO]:
                continue
            way = now.sums[OPTION_WAY, x] + now.sums[OPTION_WAY, y]
            for attempt in range(attempts(day, now, x, y)):
                start = start_to_try(day, now, a, x, y, attempt, earliest, latest)
                if earliest <= start <= latest:
                    cost = way + cost_at(day, now, a, b, x, y, start, best - way)
                    if cost < best:
                        best, best_x, best_y, best_start = cost, x, y, start
                    if cost <= places:
                        break
    return best, best_x, best_y, best_start


@compiled
def put_pair(day: Day, now: Now, a: int, b: int, x: int, y: int, start: int) -> None:
    """Both halves into their days."""
    agree(day, now, a, b, start)
    put(day, now, now.desk[OPTION + x, O_WHO], now.desk[OPTION + x, O_AT], a)
    put(day, now, now.desk[OPTION + y, O_WHO], now.desk[OPTION + y, O_AT], b)


@inlined
def worth(day: Day, v: int) -> float:
    """What leaving a visit (and those that belong together with it) out costs."""
    whole, mate = day.node[v, PENALTY], day.node[v, MATE]
    while mate >= 0 and mate != v:
        whole += day.node[mate, PENALTY]
        mate = day.node[mate, MATE]
    return float(whole)
