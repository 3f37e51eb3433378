"""When each stop of one worker's day begins: as early as may be, with the break where it delays least."""

from models.rules.planning.columns import (
    BREAK,
    BREAK_AFTER,
    BREAK_FROM,
    BREAK_TO,
    BUF,
    DUE,
    DURATION,
    HI,
    HOME,
    LATE,
    LO,
    PLACE,
    PROMISED,
    SHIFT_FROM,
    SHIFT_TO,
    SHIFTED,
    STARTS,
    TRIAL,
)
from models.rules.planning.compiled import compiled, inlined
from models.rules.planning.state import Day, Now


@inlined
def lateness(day: Day, v: int, start: int) -> float:
    """What it costs that a visit begins after the wished time, or after the time once promised."""
    cost = 0.0
    if start > day.node[v, DUE]:
        cost = day.price[LATE] * (start - day.node[v, DUE])
    if start > day.node[v, PROMISED]:
        cost += day.price[SHIFTED] * (start - day.node[v, PROMISED])
    return cost


@inlined
def run_on(day: Day, now: Now, w: int, size: int, first: int, arrival: int, out: int) -> float:
    """Earliest starts from stop `first` on, reached at `arrival`; the cost of lateness, or -1 past a limit."""
    cost = 0.0
    k = first
    while True:
        v = now.desk[BUF, k]
        start = max(arrival, now.visit[v, LO])
        if start > now.visit[v, HI]:
            return -1.0
        now.desk[out, k] = start
        cost += lateness(day, v, start)
        end = start + day.node[v, DURATION]
        here = day.node[v, PLACE]
        k += 1
        if k == size:
            break
        arrival = end + day.minutes[here, day.node[now.desk[BUF, k], PLACE]]
    if end + day.minutes[here, day.crew[w, HOME]] > day.crew[w, SHIFT_TO]:
        return -1.0
    return cost


@inlined
def tour_of(day: Day, now: Now, w: int, size: int) -> int:
    """Minutes from leaving home to being back."""
    home = day.crew[w, HOME]
    first, last = now.desk[BUF, 0], now.desk[BUF, size - 1]
    leave = now.desk[STARTS, 0] - day.minutes[home, day.node[first, PLACE]]
    back = now.desk[STARTS, size - 1] + day.node[last, DURATION] + day.minutes[day.node[last, PLACE], home]
    return back - leave


@compiled
def leave_later(day: Day, now: Now, w: int, size: int) -> bool:
    """Starts moved later, without being later home or later than wished: whether the tour then needs no break."""
    following = now.desk[STARTS, size - 1]
    now.desk[TRIAL, size - 1] = following
    for k in range(size - 2, -1, -1):
        v = now.desk[BUF, k]
        walk = day.minutes[day.node[v, PLACE], day.node[now.desk[BUF, k + 1], PLACE]]
        most = min(now.visit[v, HI], max(now.desk[STARTS, k], min(day.node[v, DUE], day.node[v, PROMISED])))
        following = min(most, following - walk - day.node[v, DURATION])
        now.desk[TRIAL, k] = following
    if tour_of(day, now, w, size) - (now.desk[TRIAL, 0] - now.desk[STARTS, 0]) > day.price[BREAK_AFTER]:
        return False
    for k in range(size):
        now.desk[STARTS, k] = now.desk[TRIAL, k]
    return True


@inlined
def after_break(day: Day, w: int, end: int, walk: int) -> int:
    """Earliest arrival at the next stop with the break before it, best after the walk; -1 when it doesn't fit its window."""
    length = day.crew[w, BREAK]
    done = max(end + walk, day.crew[w, BREAK_FROM]) + length
    if done <= day.crew[w, BREAK_TO]:
        return done
    done = max(end, day.crew[w, BREAK_FROM]) + length
    return done + walk if done <= day.crew[w, BREAK_TO] else -1


@compiled
def with_break(day: Day, now: Now, w: int, size: int, cost: float) -> float:
    """The break goes between the two stops where it costs least lateness; -1 when it fits nowhere."""
    best, best_k, best_arrival, before = -1.0, -1, 0, 0.0
    for k in range(size - 1):
        before += lateness(day, now.desk[BUF, k], now.desk[STARTS, k])
        v = now.desk[BUF, k]
        walk = day.minutes[day.node[v, PLACE], day.node[now.desk[BUF, k + 1], PLACE]]
        arrival = after_break(day, w, now.desk[STARTS, k] + day.node[v, DURATION], walk)
        if arrival < 0:
            continue
        if arrival <= now.desk[STARTS, k + 1]:
            return cost
        rest = run_on(day, now, w, size, k + 1, arrival, TRIAL)
        if rest >= 0 and (best < 0 or before + rest < best):
            best, best_k, best_arrival = before + rest, k, arrival
    if best >= 0:
        run_on(day, now, w, size, best_k + 1, best_arrival, STARTS)
    return best


@compiled
def time_day(day: Day, now: Now, w: int, size: int) -> float:
    """Starts of the stops that are tried; the cost of lateness, or -1 when the day can't be kept."""
    if size == 0:
        return 0.0
    walk = day.minutes[day.crew[w, HOME], day.node[now.desk[BUF, 0], PLACE]]
    cost = run_on(day, now, w, size, 0, day.crew[w, SHIFT_FROM] + walk, STARTS)
    if cost < 0 or tour_of(day, now, w, size) <= day.price[BREAK_AFTER]:
        return cost
    if leave_later(day, now, w, size):
        return cost
    return with_break(day, now, w, size, cost)
