"""The one door from Python into the compiled code: one, so that it is compiled once."""

from models.rules.planning.columns import (
    BUF,
    COST,
    COUNT,
    DAY_COST,
    DIRTY,
    EARLY,
    HI,
    HI_BEST,
    IS_DIRTY,
    LO,
    LO_BEST,
    MATE,
    N_DIRTY,
    PENALTIES,
    PENALTY,
    SECOND,
    SEQ_BEST,
    SIZE,
    SIZE_BEST,
    TOTAL,
    UNFAIR,
    WHERE,
)
from models.rules.planning.compiled import compiled, entrance
from models.rules.planning.doubles import agree_all
from models.rules.planning.inserting import put, refresh
from models.rules.planning.search import keep_best, place, search
from models.rules.planning.spread import count_again, unfairness
from models.rules.planning.state import Day, Now
from models.rules.planning.timing import time_day

REFRESH, PLACE_ONE, PUT, COUNT_ALL, COUNT_FAIR, SEARCH, SHOW_BEST = range(7)


@compiled
def put_at(day: Day, now: Now, w: int, v: int, start: int) -> None:
    """Puts a visit, which is known to fit, into a day by its start."""
    if day.node[v, MATE] >= 0 and not day.node[v, SECOND]:
        agree_all(day, now, v, start)
    at = 0
    while at < now.days[w, SIZE] and now.stops[EARLY, w, at] <= start:
        at += 1
    put(day, now, w, at, v)


@compiled
def count_all(day: Day, now: Now) -> None:
    """The cost of the plan as it stands, which is now the best."""
    now.sums[TOTAL, PENALTIES] = 0.0
    for v in range(len(day.near)):
        if now.visit[v, WHERE] < 0:
            now.sums[TOTAL, PENALTIES] += day.node[v, PENALTY]
    cost = now.sums[TOTAL, PENALTIES]
    for w in range(len(now.days)):
        cost += now.points[w, DAY_COST]
        now.days[w, IS_DIRTY] = 1
        now.desk[DIRTY, w] = w
    if day.price[UNFAIR] > 0:
        count_again(day, now)
        cost += unfairness(day, now)
    now.sums[TOTAL, COST] = cost
    now.desk[COUNT, N_DIRTY] = len(now.days)
    keep_best(day, now)


@compiled
def swap_with_best(now: Now, w: int) -> None:
    """For the visits of one day of the best plan: the starts allowed now against those in that plan."""
    for k in range(now.days[w, SIZE_BEST]):
        v = now.stops[SEQ_BEST, w, k]
        now.visit[v, LO], now.visit[v, LO_BEST] = now.visit[v, LO_BEST], now.visit[v, LO]
        now.visit[v, HI], now.visit[v, HI_BEST] = now.visit[v, HI_BEST], now.visit[v, HI]


@compiled
def show_best(day: Day, now: Now, w: int) -> None:
    """Lays one day of the best plan on the desk, with its starts; the plan as it stands stays as it is."""
    for k in range(now.days[w, SIZE_BEST]):
        now.desk[BUF, k] = now.stops[SEQ_BEST, w, k]
    swap_with_best(now, w)
    time_day(day, now, w, now.days[w, SIZE_BEST])
    swap_with_best(now, w)


@entrance
def work(day: Day, now: Now, task: int, a: int, b: int, c: int, average: float, warmth: float) -> None:
    """Does one task; what a, b and c mean depends on it."""
    if task == REFRESH:
        for w in range(len(now.days)):
            refresh(day, now, w)
    elif task == PLACE_ONE:
        place(day, now, a, c)
    elif task == PUT:
        put_at(day, now, a, b, c)
    elif task == COUNT_ALL:
        count_all(day, now)
    elif task == COUNT_FAIR:
        if day.price[UNFAIR] > 0:
            count_again(day, now)
    elif task == SEARCH:
        search(day, now, a, b, average, warmth)
    elif task == SHOW_BEST:
        show_best(day, now, a)
