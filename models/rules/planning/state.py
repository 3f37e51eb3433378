"""What the inner loops are given: the day as it is asked for, and the plan as it stands.

Few tables with named columns (columns.py) rather than many rows: what is passed from loop to loop stays small, and so
does the time to compile.
"""

from typing import NamedTuple

from models.rules.planning.columns import (
    COUNT,
    DAY_COLUMNS,
    DESK_ROWS,
    EARLIEST,
    HI,
    LATEST,
    LEAST_COLUMNS,
    LO,
    NOBODY,
    POINT_COLUMNS,
    SEED,
    STOP_LAYERS,
    SUM_ROWS,
    VISIT_COLUMNS,
    WHERE,
)
from models.rules.planning.grids import Cube, Reals, RealTable, Table, cube, real_table, table


class Day(NamedTuple):
    """What is asked for; never changed. Rows are visits (then commitments) and workers, by number."""

    minutes: Table  # from place to place
    node: Table
    crew: Table
    able: Table
    near: Table  # visit -> visits near in place and time, nearest first
    price: Reals


class Now(NamedTuple):
    """The plan as it stands, as it was before this round, and the best that was found."""

    visit: Table
    stops: Cube
    days: Table
    points: RealTable
    desk: Table
    sums: RealTable


def begin(day: Day, nodes: int, workers: int, longest: int, seed: int) -> Now:
    """An empty plan."""
    wide = max(nodes, workers, longest, LEAST_COLUMNS)
    now = Now(
        table(nodes, VISIT_COLUMNS), cube(STOP_LAYERS, workers, longest), table(workers, DAY_COLUMNS),
        real_table(workers, POINT_COLUMNS), table(DESK_ROWS, wide), real_table(SUM_ROWS, wide),
    )  # fmt: skip
    now.desk[COUNT, SEED] = 1 + seed % 2_147_483_646
    for v in range(nodes):
        now.visit[v, WHERE], now.visit[v, LO], now.visit[v, HI] = NOBODY, day.node[v, EARLIEST], day.node[v, LATEST]
    return now
