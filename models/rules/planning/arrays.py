"""A town as the tables of numbers that the inner loops read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from models.rules.planning.columns import (
    ABLE_FROM,
    ABLE_TO,
    BREAK,
    BREAK_FROM,
    BREAK_TO,
    CREW_COLUMNS,
    DUE,
    DURATION,
    EARLIEST,
    FAR,
    FIXED,
    GAP_LEAST,
    GAP_MOST,
    HOME,
    LATEST,
    LEAD,
    LOAD,
    MATE,
    MAX_STOPS,
    MAX_WORK,
    NODE_COLUMNS,
    PENALTY,
    PLACE,
    PROMISED,
    SECOND,
    SERVES,
    SERVES_FROM,
    SERVES_TO,
    SHIFT,
    SHIFT_FROM,
    SHIFT_TO,
    TWIN,
    WEEK_LEFT,
)
from models.rules.planning.compiled import entrance
from models.rules.planning.eligible import Rules
from models.rules.planning.grids import Ints, Reals, Table, ints_of, reals_of, small_table, table, table_of
from models.rules.planning.state import Day
from models.rules.planning.town import Point, Town, Visit, Worker, groups_of
from models.rules.planning.travel import Blocks, Travel

TIME_WEIGHT = 0.05  # of a minute's way, for each half minute between the middles of two windows
FAIR_UP_TO = 400  # workers; in a larger town a single day's share moves the score by less than a point
MUST = 1000  # times the penalty: a half whose other half has begun
NEAREST = 100  # neighbours of a visit that are looked at


@dataclass(frozen=True)
class Weights:
    """What a plan costs, in points."""

    unserved: int = 1000  # for each visit left out, times its priority
    late: float = 2.0  # a minute
    travel: float = 1.0  # a minute
    unfair: float = 200.0  # times the Gini coefficient of work
    shifted: float = 0.2  # a minute that a promised visit moves
    changed: int = 30  # a promised visit goes to another worker
    break_after: int = 360  # minutes of a tour without a break
    blink: int = 10  # of a thousand positions this many are passed over, so that two rounds differ


@dataclass
class Limits:
    """What a re-plan narrows: windows, stops that stay where they are, preferences for the promised worker."""

    earliest: Mapping[str, int] = field(default_factory=dict)
    window: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    fixed: Mapping[str, str] = field(default_factory=dict)  # visit -> worker
    promised: Mapping[str, int] = field(default_factory=dict)  # visit -> start
    kept_by: Mapping[str, str] = field(default_factory=dict)  # visit -> worker whose change costs
    not_by: Mapping[str, str] = field(default_factory=dict)  # visit -> worker who has its other half
    closed: frozenset[str] = frozenset()  # workers who take nothing more
    alone: frozenset[str] = frozenset()  # visits whose other half stays: they are no pair any more, and must be served


@dataclass
class Laid:
    """The tables, and which number stands for whom."""

    day: Day
    visits: Sequence[Visit]
    workers: Sequence[Worker]
    commitments: list[tuple[int, int]]  # (worker, node)
    columns: int
    longest: int


def lay_out(rules: Rules, weights: Weights, limits: Limits, loads: Mapping[str, int] | None = None) -> Laid:
    """The tables of a town. Workers who may not work at all are left out."""
    town = rules.town
    workers = [k.worker for k in rules.known if k.may_work]
    number = {w.id: at for at, w in enumerate(workers)}
    places = _places(town, workers)
    commitments = [(at, c) for at, w in enumerate(workers) for c in w.commitments]
    nodes = [_visit_row(town, v, places, limits, number, weights) for v in town.visits]
    if loads:
        for row, v in zip(nodes, town.visits, strict=True):
            row[LOAD] = loads[v.id]
    _pair_up(town, nodes, limits)
    nodes += [_commitment_row(places[c.at], c.start, c.end) for _, c in commitments]
    minutes = minutes_between(list(places), rules.travel)
    able = [_able(rules, v, limits, number, weights) for v in town.visits]
    alike: dict[str, int] = {}
    crew = [_crew_row(w, places, town, alike) for w in workers]
    able_table = _able_table(able, nodes, crew)
    node, count = table_of(nodes), len(town.visits)
    columns = min(NEAREST, max(0, count - 1))
    near = table(count, max(1, columns))
    find_near(minutes, node, near, count, columns, reals_of([0.0] * (columns + 1)))
    day = Day(
        minutes, node, table_of(crew), able_table, near,
        reals_of([weights.late, weights.shifted, weights.unfair if len(workers) <= FAIR_UP_TO else 0.0,
                  weights.break_after, weights.blink, weights.travel]),
    )  # fmt: skip
    most = max((min(w.max_visits, len(w.commitments) + count) for w in workers), default=0)
    numbered = [(at, count + k) for k, (at, _) in enumerate(commitments)]
    return Laid(day, town.visits, workers, numbered, columns, most + 1)


def _places(town: Town, workers: Sequence[Worker]) -> dict[Point, int]:
    points = [w.home for w in workers] + [v.at for v in town.visits] + [c.at for w in workers for c in w.commitments]
    return {point: at for at, point in enumerate(dict.fromkeys(points))}


def _visit_row(
    town: Town, v: Visit, places: Mapping[Point, int], limits: Limits, number: Mapping[str, int], weights: Weights
) -> list[int]:
    earliest, latest = limits.window.get(v.id, (v.earliest, v.latest))
    earliest = max(earliest, limits.earliest.get(v.id, earliest))
    penalty = weights.unserved * v.priority * (MUST if v.id in limits.alone else 1)
    fixed = number.get(limits.fixed.get(v.id, ""), -1)
    promised = limits.promised.get(v.id, FAR)
    if fixed >= 0:
        earliest = latest = promised
    row = [0] * NODE_COLUMNS
    row[PLACE], row[DURATION], row[EARLIEST], row[DUE], row[LATEST] = places[v.at], v.duration, earliest, v.due, latest
    row[PENALTY], row[MATE], row[FIXED], row[PROMISED], row[LOAD] = penalty, -1, fixed, promised, v.duration
    return row


def _commitment_row(place: int, start: int, end: int) -> list[int]:
    row = [0] * NODE_COLUMNS
    row[PLACE], row[DURATION], row[EARLIEST], row[DUE], row[LATEST] = place, end - start, start, FAR, start
    row[MATE], row[FIXED], row[PROMISED], row[LOAD] = -1, 0, FAR, end - start
    return row


def _pair_up(town: Town, nodes: list[list[int]], limits: Limits) -> None:
    """Those who belong together, as a ring; who stays or must follow somebody who stays is in none."""
    number = {v.id: at for at, v in enumerate(town.visits)}
    for at in number.values():
        nodes[at][LEAD] = at
    apart = {*limits.alone, *limits.fixed}
    pairs = [p for p in town.pairs if p.first not in apart and p.second not in apart]
    gap = {p.first: (p.least, p.most) for p in reversed(pairs)}
    for group in groups_of(pairs):
        ring = [number[v] for v in group]
        for at, following in zip(ring, [*ring[1:], ring[0]], strict=True):
            nodes[at][MATE], nodes[at][LEAD], nodes[at][SECOND] = following, ring[0], int(at != ring[0])
        nodes[ring[0]][GAP_LEAST], nodes[ring[0]][GAP_MOST] = gap[group[0]]


def _crew_row(w: Worker, places: Mapping[Point, int], town: Town, alike: dict[str, int]) -> list[int]:
    row = [0] * CREW_COLUMNS
    row[HOME], row[SHIFT_FROM], row[SHIFT_TO], row[SHIFT] = places[w.home], *w.shift, max(1, w.shift[1] - w.shift[0])
    row[BREAK], row[BREAK_FROM], row[BREAK_TO] = w.rest.minutes, w.rest.first, w.rest.last
    row[MAX_WORK], row[MAX_STOPS], row[WEEK_LEFT] = w.max_work, w.max_visits, w.week_cap - w.week_minutes
    row[TWIN] = -1 if town.history or town.blocked else alike.setdefault(repr(replace(w, id="")), len(alike))
    return row


def _able(rules: Rules, v: Visit, limits: Limits, number: Mapping[str, int], weights: Weights) -> list[tuple[int, int]]:
    if v.id in limits.fixed:
        ids = [limits.fixed[v.id]]
        found = [k for k in rules.known if k.worker.id in ids]
    else:
        found = [k for k in rules.able(v) if k.worker.id not in (limits.closed | {limits.not_by.get(v.id)})]
    keeper = limits.kept_by.get(v.id)
    return [
        (
            number[k.worker.id],
            sum(rules.preference(v, k).values()) + weights.changed * (keeper not in (None, k.worker.id)),
        )
        for k in found
        if k.worker.id in number
    ]


def _able_table(able: list[list[tuple[int, int]]], nodes: list[list[int]], crew: list[list[int]]) -> Table:
    """Visit -> who may serve it and what that costs; worker -> the visits that they may serve."""
    serves: list[list[int]] = [[] for _ in crew]
    rows: list[list[int]] = []
    for v, found in enumerate(able):
        nodes[v][ABLE_FROM], nodes[v][ABLE_TO] = len(rows), len(rows) + len(found)
        for w, cost in found:
            serves[w].append(v)
            rows.append([w, cost, 0])
    at = 0
    for w, visits in enumerate(serves):
        crew[w][SERVES_FROM], crew[w][SERVES_TO] = at, at + len(visits)
        for v in visits:
            rows[at][SERVES] = v
            at += 1
    return table_of(rows)


def minutes_between(points: Sequence[Point], travel: Travel) -> Table:
    """Minutes from each place to each other."""
    made = small_table(len(points), len(points))
    if isinstance(travel, Blocks):
        xs, ys = ints_of(p[0] for p in points), ints_of(p[1] for p in points)
        fill_blocks(made, xs, ys, travel.metres_a_minute, travel.fixed_minutes)
        return made
    for a, start in enumerate(points):
        for b, end in enumerate(points):
            made[a, b] = travel.minutes(start, end)
    return made


@entrance
def fill_blocks(made: Table, xs: Ints, ys: Ints, metres_a_minute: int, fixed: int) -> None:
    """The same as Blocks.minutes, for all places at once."""
    for a in range(len(xs)):
        for b in range(a):
            metres = abs(xs[a] - xs[b]) + abs(ys[a] - ys[b])
            minutes = fixed + (metres + metres_a_minute - 1) // metres_a_minute if metres else 0
            made[a, b] = minutes
            made[b, a] = minutes


@entrance
def find_near(minutes: Table, node: Table, near: Table, count: int, columns: int, key: Reals) -> None:
    """For each visit the nearest others, by the way and by the time of the day."""
    for v in range(count):
        kept = 0
        middle = node[v, EARLIEST] + node[v, LATEST]
        for u in range(count):
            if u == v:
                continue
            far = minutes[node[v, PLACE], node[u, PLACE]] + TIME_WEIGHT * abs(
                node[u, EARLIEST] + node[u, LATEST] - middle
            )
            if kept == columns and far >= key[kept - 1]:
                continue
            k = min(kept, columns - 1)
            while k > 0 and key[k - 1] > far:
                key[k] = key[k - 1]
                near[v, k] = near[v, k - 1]
                k -= 1
            key[k] = far
            near[v, k] = u
            kept = min(kept + 1, columns)
