"""`make chaos`: the rows of faults, each with its figures. `make chaos DATABASE=postgres` does the same on PostgreSQL and Redis.

    python -m tests.chaos [--database sqlite|postgres] [--rows f1,f7] [--scale 0.2] [--seed 20261124]

Scale 1 is as long as the rows ask for (half an hour); the default fits into about ten minutes.
"""

import argparse
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

from tests.chaos import attacks, inward, outward, races, times
from tests.chaos.faults import small_disk
from tests.chaos.house import House
from tests.chaos.report import Row

KINDS = ("sqlite", "postgres")
ROWS = inward.ROWS | outward.ROWS | times.ROWS | races.ROWS | attacks.ROWS


def play(kind: str, wanted: list[str], scale: float, seed: int) -> Iterator[Row]:
    """One row after the other, all on one installation; a row that breaks is a row that fails."""
    with tempfile.TemporaryDirectory(prefix="linli-chaos-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)  # the server may run as somebody else
        with small_disk(Path(folder) / "disk", 96 if kind == "sqlite" else 3000) as place:
            house = House(Path(folder), kind=kind, seed=seed, disk=place)
            try:
                house.open()
                yield from _rows(house, wanted, scale)
            finally:
                house.close()


def _rows(house: House, wanted: list[str], scale: float) -> Iterator[Row]:
    load = house.load()
    inward.everybody_asks_for_a_person(house, load)
    for name, row in sorted(ROWS.items(), key=lambda found: (found[0][0] == "a", int(found[0][1:].rstrip("bc")), found[0])):
        if name in wanted or not wanted:
            began = time.monotonic()
            try:
                house.morning()
                load.offset_s = house.offset_s()
                made = row(house, load, scale)
            except Exception as failure:
                traceback.print_exc()
                made = Row(name.upper(), row.__name__, f"broke: {type(failure).__name__}: {failure}", False)
            if made is not None:
                print(f"{made.line()}  [{time.monotonic() - began:.0f} s]", flush=True)
                yield made


def main() -> int:
    """Prints the table; not 0 when a row fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=KINDS, default="sqlite")
    parser.add_argument("--rows", default="")
    parser.add_argument("--scale", type=float, default=0.15)
    parser.add_argument("--seed", type=int, default=20261124)
    args = parser.parse_args()
    print(f"On {args.database}, scale {args.scale:g}, seed {args.seed}\n", flush=True)
    rows = list(play(args.database, [row.lower() for row in args.rows.split(",") if row], args.scale, args.seed))
    failed = [row for row in rows if row.good is False]
    print(f"\n{len(rows)} rows, {len(failed)} fail", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
