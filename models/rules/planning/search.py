"""One round of the search: take some visits out, put them back in another order, keep the change or undo it."""

from math import log

from models.rules.planning.chance import below, part
from models.rules.planning.columns import (
    ABLE_FROM,
    ABLE_TO,
    BAG,
    BEST,
    COST,
    COST_BEFORE,
    COUNT,
    DAY_COST,
    DIRTY,
    DURATION,
    HI,
    HI_BEFORE,
    HI_BEST,
    IN_HAND,
    IS_DIRTY,
    KEY,
    LATEST,
    LEAD,
    LO,
    LO_BEFORE,
    LO_BEST,
    MATE,
    N_BAG,
    N_DIRTY,
    N_TOUCHED,
    NOBODY,
    O_WHO,
    OPTION,
    PENALTIES,
    ROUND,
    SEQ,
    SEQ_BEFORE,
    SEQ_BEST,
    SERVES,
    SERVES_FROM,
    SERVES_TO,
    SIZE,
    SIZE_BEFORE,
    SIZE_BEST,
    TOTAL,
    TOUCHED,
    UNFAIR,
    WAS_OUT,
    WHERE,
)
from models.rules.planning.compiled import compiled
from models.rules.planning.doubles import best_pair, open_again, put_pair, worth
from models.rules.planning.groups import place_group
from models.rules.planning.inserting import best_place, put, refresh
from models.rules.planning.removing import into_bag, ruin, touch
from models.rules.planning.spread import follow, unfairness
from models.rules.planning.state import Day, Now


@compiled
def add_left_out(day: Day, now: Now) -> None:
    """Visits that nobody serves yet and that the touched days could take join those in hand."""
    for k in range(now.desk[COUNT, N_BAG]):
        now.visit[now.desk[BAG, k], WHERE] = IN_HAND
    for k in range(now.desk[COUNT, N_TOUCHED]):
        w = now.desk[TOUCHED, k]
        for j in range(day.crew[w, SERVES_FROM], day.crew[w, SERVES_TO]):
            v = day.able[j, SERVES]
            first = day.node[v, LEAD]
            if now.visit[first, WHERE] == NOBODY:
                now.visit[first, WHERE] = WAS_OUT
                into_bag(day, now, first)


@compiled
def sort_bag(day: Day, now: Now, order: int) -> None:
    """The order in which the visits in hand are placed."""
    for k in range(now.desk[COUNT, N_BAG]):
        v = now.desk[BAG, k]
        if order == 0:
            key = part(now)
        elif order == 1:
            key = part(now) - worth(day, v)
        elif order == 2:
            key = part(now) + (day.node[v, ABLE_TO] - day.node[v, ABLE_FROM])
        elif order == 3:
            key = part(now) + day.node[v, LATEST]
        else:
            key = part(now) - worth(day, v) / day.node[v, DURATION]
        j = k
        while j > 0 and now.sums[KEY, j - 1] > key:
            now.sums[KEY, j], now.desk[BAG, j] = now.sums[KEY, j - 1], now.desk[BAG, j - 1]
            j -= 1
        now.sums[KEY, j], now.desk[BAG, j] = key, v


@compiled
def place(day: Day, now: Now, v: int, stamp: int) -> bool:
    """Puts a visit (those that belong together by the first of them) where it costs least, if that is less than leaving it out."""
    mate = day.node[v, MATE]
    if mate >= 0 and day.node[mate, MATE] != v:
        return place_group(day, now, v)
    if mate >= 0:
        cost, x, y, start = best_pair(day, now, v, mate)
        if x >= 0 and cost < worth(day, v):
            touch(day, now, now.desk[OPTION + x, O_WHO])
            touch(day, now, now.desk[OPTION + y, O_WHO])
            put_pair(day, now, v, mate, x, y, start)
            return True
        open_again(day, now, v)
        open_again(day, now, mate)
        return False
    cost, w, at = best_place(day, now, v, stamp)
    if w >= 0 and cost < worth(day, v):
        touch(day, now, w)
        put(day, now, w, at, v)
        return True
    return False


@compiled
def recreate(day: Day, now: Now) -> None:
    """Places the visits in hand again; those that were left out before are only held against days that have changed."""
    add_left_out(day, now)
    pick = below(now, 10)
    sort_bag(day, now, 0 if pick < 4 else 1 if pick < 6 else 2 if pick < 7 else 3 if pick < 8 else 4)
    for k in range(now.desk[COUNT, N_BAG]):
        v = now.desk[BAG, k]
        was_out = now.visit[v, WHERE] == WAS_OUT
        now.visit[v, WHERE] = NOBODY
        if place(day, now, v, now.desk[COUNT, ROUND] if was_out else 0):
            now.sums[TOTAL, PENALTIES] -= worth(day, v) if was_out else 0.0
        elif not was_out:
            now.sums[TOTAL, PENALTIES] += worth(day, v)


@compiled
def undo(day: Day, now: Now) -> None:
    """Puts the touched days back as they were."""
    for t in range(now.desk[COUNT, N_TOUCHED]):
        w = now.desk[TOUCHED, t]
        for k in range(now.days[w, SIZE]):
            now.visit[now.stops[SEQ, w, k], WHERE] = NOBODY
    for t in range(now.desk[COUNT, N_TOUCHED]):
        w = now.desk[TOUCHED, t]
        now.days[w, SIZE] = now.days[w, SIZE_BEFORE]
        for k in range(now.days[w, SIZE]):
            v = now.stops[SEQ_BEFORE, w, k]
            now.stops[SEQ, w, k] = v
            now.visit[v, WHERE] = w
            if day.node[v, MATE] >= 0:
                now.visit[v, LO], now.visit[v, HI] = now.visit[v, LO_BEFORE], now.visit[v, HI_BEFORE]
    for t in range(now.desk[COUNT, N_TOUCHED]):
        refresh(day, now, now.desk[TOUCHED, t])


@compiled
def keep_best(day: Day, now: Now) -> None:
    """Copies the days that have changed since the last best plan."""
    for t in range(now.desk[COUNT, N_DIRTY]):
        w = now.desk[DIRTY, t]
        now.days[w, IS_DIRTY] = 0
        now.days[w, SIZE_BEST] = now.days[w, SIZE]
        for k in range(now.days[w, SIZE]):
            v = now.stops[SEQ, w, k]
            now.stops[SEQ_BEST, w, k] = v
            now.visit[v, LO_BEST], now.visit[v, HI_BEST] = now.visit[v, LO], now.visit[v, HI]
    now.desk[COUNT, N_DIRTY] = 0
    now.sums[TOTAL, BEST] = now.sums[TOTAL, COST]


@compiled
def mark_dirty(now: Now) -> None:
    """Remembers which days differ from the best plan's."""
    for t in range(now.desk[COUNT, N_TOUCHED]):
        w = now.desk[TOUCHED, t]
        if not now.days[w, IS_DIRTY]:
            now.days[w, IS_DIRTY] = 1
            now.desk[DIRTY, now.desk[COUNT, N_DIRTY]] = w
            now.desk[COUNT, N_DIRTY] += 1


@compiled
def change_of(day: Day, now: Now) -> float:
    """What this round changed in the cost, fairness included where it is counted."""
    change = 0.0
    for t in range(now.desk[COUNT, N_TOUCHED]):
        change += now.points[now.desk[TOUCHED, t], DAY_COST] - now.points[now.desk[TOUCHED, t], COST_BEFORE]
    if day.price[UNFAIR] > 0:
        before = unfairness(day, now)
        for t in range(now.desk[COUNT, N_TOUCHED]):
            follow(day, now, now.desk[TOUCHED, t])
        change += unfairness(day, now) - before
    return change


@compiled
def one_round(day: Day, now: Now, seed: int, columns: int, average: float, warmth: float) -> None:
    """Ruins around the seed, recreates, and keeps what is better or, while it is warm, hardly worse."""
    now.desk[COUNT, ROUND] += 1
    now.desk[COUNT, N_TOUCHED], now.desk[COUNT, N_BAG] = 0, 0
    penalties = now.sums[TOTAL, PENALTIES]
    ruin(day, now, seed, columns, average)
    if now.desk[COUNT, N_BAG] == 0:
        return
    recreate(day, now)
    change = change_of(day, now) + now.sums[TOTAL, PENALTIES] - penalties
    if change < -warmth * log(part(now)):
        now.sums[TOTAL, COST] += change
        mark_dirty(now)
        if now.sums[TOTAL, COST] < now.sums[TOTAL, BEST] - 1e-6:
            keep_best(day, now)
        return
    undo(day, now)
    now.sums[TOTAL, PENALTIES] = penalties
    if day.price[UNFAIR] > 0:
        for t in range(now.desk[COUNT, N_TOUCHED]):
            follow(day, now, now.desk[TOUCHED, t])


@compiled
def search(day: Day, now: Now, rounds: int, columns: int, average: float, warmth: float) -> None:
    """So many rounds; half of them begin at a visit that is left out, if one is met soon."""
    visits = len(day.near)
    for _ in range(rounds):
        seed = below(now, visits)
        if below(now, 2):
            for _again in range(8):
                if now.visit[seed, WHERE] < 0:
                    break
                seed = below(now, visits)
        one_round(day, now, seed, columns, average, warmth)
