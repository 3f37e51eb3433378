"""Taking visits out to make room for better ones: strings of neighbouring visits, after Christiaens and Vanden Berghe (2020)."""

from models.rules.planning.chance import below, part
from models.rules.planning.columns import (
    ABLE_FROM,
    ABLE_TO,
    BAG,
    COST_BEFORE,
    COUNT,
    DAY_COST,
    EARLIEST,
    EARLY,
    HI,
    HI_BEFORE,
    LATEST,
    LEAD,
    LO,
    LO_BEFORE,
    MATE,
    N_BAG,
    N_TOUCHED,
    ROUND,
    SEQ,
    SEQ_BEFORE,
    SIZE,
    SIZE_BEFORE,
    STAMP,
    TOUCHED,
    WHERE,
    WHO,
)
from models.rules.planning.compiled import compiled
from models.rules.planning.doubles import open_again
from models.rules.planning.inserting import is_free, position, refresh, take
from models.rules.planning.state import Day, Now

LONGEST_STRING = 10


@compiled
def touch(day: Day, now: Now, w: int) -> None:
    """Remembers a day as it is before the first change of this round."""
    if now.days[w, STAMP] == now.desk[COUNT, ROUND]:
        return
    now.days[w, STAMP] = now.desk[COUNT, ROUND]
    now.desk[TOUCHED, now.desk[COUNT, N_TOUCHED]] = w
    now.desk[COUNT, N_TOUCHED] += 1
    now.days[w, SIZE_BEFORE], now.points[w, COST_BEFORE] = now.days[w, SIZE], now.points[w, DAY_COST]
    for k in range(now.days[w, SIZE]):
        v = now.stops[SEQ, w, k]
        now.stops[SEQ_BEFORE, w, k] = v
        if day.node[v, MATE] >= 0:
            now.visit[v, LO_BEFORE], now.visit[v, HI_BEFORE] = now.visit[v, LO], now.visit[v, HI]


@compiled
def into_bag(day: Day, now: Now, v: int) -> None:
    """Takes a visit in hand; those that belong together by the first of them."""
    now.desk[BAG, now.desk[COUNT, N_BAG]] = day.node[v, LEAD]
    now.desk[COUNT, N_BAG] += 1


@compiled
def remove(day: Day, now: Now, v: int) -> None:
    """Takes a visit, and those that belong together with it, out of their days."""
    into_bag(day, now, v)
    one = v
    while True:
        touch(day, now, now.visit[one, WHERE])
        take(now, one)
        if day.node[v, MATE] < 0:
            return
        open_again(day, now, one)
        one = day.node[one, MATE]
        if one == v:
            return


@compiled
def remove_string(day: Day, now: Now, w: int, around: int, length: int) -> None:
    """Takes out `length` stops in a row, `around` among them; at times some in the middle stay."""
    size = now.days[w, SIZE]
    length = min(length, size)
    spared = 0
    if length > 1 and length < size and below(now, 2):
        spared = 1
        while length + spared < size and below(now, 100) < 50:
            spared += 1
    span = length + spared
    least, most = max(0, around - span + 1), min(around, size - span)
    first = least + below(now, most - least + 1)
    spare_from = first + 1 + below(now, length) if spared else -1
    for k in range(first + span - 1, first - 1, -1):
        if spared and spare_from <= k < spare_from + spared:
            continue
        if k < now.days[w, SIZE]:
            v = now.stops[SEQ, w, k]
            if is_free(day, v):
                remove(day, now, v)


@compiled
def string_length(now: Now, w: int) -> int:
    """How many stops to take from this day."""
    return 1 + below(now, min(LONGEST_STRING, max(1, now.days[w, SIZE])))


@compiled
def ruin_near(day: Day, now: Now, seed: int, columns: int, strings: int) -> None:
    """Strings from the days of the visits nearest to the seed, each day once."""
    if now.visit[seed, WHERE] >= 0 and is_free(day, seed):
        w = now.visit[seed, WHERE]
        remove_string(day, now, w, position(now, seed), string_length(now, w))
        strings -= 1
    for k in range(columns):
        if strings <= 0:
            break
        v = day.near[seed, k]
        w = now.visit[v, WHERE]
        if w >= 0 and now.days[w, STAMP] != now.desk[COUNT, ROUND] and is_free(day, v):
            remove_string(day, now, w, position(now, v), string_length(now, w))
            strings -= 1


@compiled
def stop_about(now: Now, w: int, minute: int) -> int:
    """Which stop of a day is under way about this minute."""
    k = 0
    while k < now.days[w, SIZE] - 1 and now.stops[EARLY, w, k + 1] <= minute:
        k += 1
    return k


@compiled
def ruin_able(day: Day, now: Now, seed: int, strings: int) -> None:
    """Strings from the days of workers who may serve the seed, about the time it is wished for."""
    first, count = day.node[seed, ABLE_FROM], day.node[seed, ABLE_TO] - day.node[seed, ABLE_FROM]
    if count == 0:
        return
    minute = day.node[seed, EARLIEST] + below(now, max(1, 1 + day.node[seed, LATEST] - day.node[seed, EARLIEST]))
    offset = below(now, count)
    for k in range(count):
        w = day.able[first + (k + offset) % count, WHO]
        if strings <= 0:
            break
        if now.days[w, STAMP] != now.desk[COUNT, ROUND] and now.days[w, SIZE] > 0:
            remove_string(day, now, w, stop_about(now, w, minute), string_length(now, w))
            strings -= 1


@compiled
def ruin(day: Day, now: Now, seed: int, columns: int, average: float) -> None:
    """Takes about `average` visits out, around a seed."""
    strings = 1 + int(part(now) * average * 2 / 3)
    if below(now, 2):
        ruin_near(day, now, seed, columns, strings)
    else:
        ruin_able(day, now, seed, strings)
    for k in range(now.desk[COUNT, N_TOUCHED]):
        refresh(day, now, now.desk[TOUCHED, k])
