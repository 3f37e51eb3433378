"""How good the plans are: `make bench ARGS="--plans FOLDER"`, for folders with days of three kinds.

- `*.json` of the form homecare-dispatch/1: points, served, seconds;
- `*.json` of home health care with synchronisation (Mankowska, Meisel, Bierwirth 2014): cost, and the gap to the best known
  of the table `*_best.md` beside it;
- `*.vrp` of vehicle routing with time windows (Solomon; Gehring and Homberger): distance, and the gap to the `.sol` beside it.

The last two are other people's problems, brought to ours: they say how far the search is from the best that is known.
"""

import argparse
import json
import re
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from models.rules.planning.arrays import Limits, Weights, lay_out
from models.rules.planning.eligible import Rules
from models.rules.planning.scoring import score
from models.rules.planning.solver import Effort, Solver
from models.rules.planning.town import Break, Pair, Plan, Point, Town, Visit, Worker, town_from

NOTHING: dict[str, Any] = {
    "date": "2027-01-01", "travel": {"speed_m_per_min": 200, "fixed_min": 2}, "agencies": [], "residents": [], "workers": [],
    "visits": [], "blocked": [], "history": [],
}  # fmt: skip
FAR = 10**8
CENTS = 100  # our minutes for one of theirs


class Listed:
    """Distances from a table; a place is its number."""

    def __init__(self, rows: list[list[int]]) -> None:
        self.rows = rows

    def minutes(self, a: Point, b: Point) -> int:
        return self.rows[a[0]][b[0]]


def worker(name: str, skills: dict[str, int], until: int = FAR, max_work: int = FAR) -> Worker:
    """Somebody whom only skills, hours and a cap bound."""
    return Worker(
        id=name, agency="", is_active=True, gender="", age=40, home=(0, 0), skills=skills, certificates=(),
        languages=frozenset(), areas=frozenset({""}), max_travel=FAR, shift=(0, until), rest=Break(0, 0, FAR), commitments=(),
        max_work=max_work, max_visits=120, week_minutes=0, week_cap=FAR, stars_sum=0, reviews=0, price=0,
    )  # fmt: skip


def visit(name: str, place: int, skill: str, duration: int, window: tuple[int, int, int]) -> Visit:
    """A visit that only a skill and a window bound."""
    earliest, due, latest = window
    return Visit(name, name, "", (place, 0), skill, 1, duration, earliest, due, latest, (), 1, 1)


def search(
    rules: Rules, effort: Effort, seconds: float, weights: Callable[[Plan], Weights], cost: Callable[[Plan], float],
    loads: dict[str, int] | None = None, spells: int = 1,
) -> tuple[Plan, float]:  # fmt: skip
    """Processor seconds of search, in spells that begin with the best plan so far and with weights for it; that plan and its cost."""
    best, least = Plan({}), float("inf")
    began = time.process_time()
    for spell in range(spells):
        solver = Solver(lay_out(rules, weights(best), Limits(), loads), replace(effort, seed=effort.seed + spell))
        solver.begin_from(best)
        solver.build(lambda: False)
        rounds, seen = 1, 0.0
        while solver.laid.visits and (passed := (time.process_time() - began) / seconds) < (spell + 1) / spells:
            solver.rounds(rounds, passed)
            if solver.best_cost != seen:
                seen, plan = solver.best_cost, Plan(solver.best())
                if (found := cost(plan)) <= least:
                    best, least = plan, found
            used = (time.process_time() - began) / seconds - passed
            rounds = max(1, min(rounds * 4, int(rounds * 0.1 / max(used * seconds, 1e-6))))
    return best, least


def our_day(data: dict[str, Any], seconds: float) -> str:
    """A day of our own form."""
    rules = Rules(town_from(data))
    plan, _ = search(rules, Effort(), seconds, lambda plan: Weights(), lambda plan: score(rules, plan).total)
    judged = score(rules, plan)
    return f"J {judged.total:12.1f}   served {judged.served:5d} of {len(rules.town.visits):5d}   broken {len(judged.broken)}"


def care_day(data: dict[str, Any], seconds: float, best: float) -> str:
    """Home health care: travel, all lateness and the greatest lateness count alike."""
    rows = [[round(x * CENTS) for x in row] for row in data["distances"]]
    visits, pairs = [], []
    for place, p in enumerate(data["patients"], 1):
        opens, due = (round(t * CENTS) for t in p["time_window"])
        asked = p["required_caregivers"]
        names = [f"{p['id']}/{q['service']}" for q in asked]
        window = (opens, due, due + 400 * CENTS)
        visits += [visit(n, place, q["service"], round(q["duration"] * CENTS), window) for n, q in zip(names, asked, strict=True)]
        if "synchronization" in p:
            gap = [round(x * CENTS) for x in p["synchronization"].get("distance", (0, 0))]
            pairs.append(Pair(p["id"], names[0], names[1], gap[0], gap[1]))
    workers = [worker(c["id"], dict.fromkeys(c["abilities"], 1)) for c in data["caregivers"]]
    rules = Rules(Town("", 1, 0, frozenset({""}), tuple(workers), tuple(visits), tuple(pairs)), Listed(rows))
    _, cost = search(
        rules, Effort(warm=60.0 * CENTS, cold=0.3 * CENTS), seconds,
        lambda plan: Weights(unserved=10**7, late=late_price(rules, plan), unfair=0.0, break_after=FAR),
        lambda plan: care_cost(rules, plan), spells=20,
    )  # fmt: skip
    return f"cost {cost:9.2f}   best known {best:9.2f}   gap {100 * (cost / best - 1):6.2f} %"


def late_price(rules: Rules, plan: Plan) -> float:
    """What a minute of lateness costs them about: the greatest counts once more, so twice where only one visit is late."""
    late = [max(0, a.start - rules.town.visit[v].due) for v, a in plan.assignments.items()]
    return 1 + max(late, default=0) / (sum(late) or 1)


def care_cost(rules: Rules, plan: Plan) -> float:
    """Their cost of a whole plan that keeps our rules."""
    judged, town = score(rules, plan), rules.town
    if judged.served < len(town.visits) or [rule for _, rule in judged.broken if rule != "break"]:
        return float("inf")
    greatest = max((max(0, a.start - town.visit[v].due) for v, a in plan.assignments.items()), default=0)
    return (judged.travel + judged.lateness + greatest) / 3 / CENTS


def routes_day(text: str, seconds: float, best: float) -> str:
    """Vehicle routing with time windows, distances cut after one decimal."""
    head = {key: int(value) for key, value in re.findall(r"^(VEHICLES|CAPACITY|SERVICE_TIME) : (\d+)", text, re.M)}
    parts = {name: [[int(x) for x in row.split()] for row in rows.strip().splitlines()] for name, rows in sections(text)}
    places, load = parts["NODE_COORD_SECTION"], {row[0]: row[1] for row in parts["DEMAND_SECTION"]}
    rows = [[int(10 * ((a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2) ** 0.5) for b in places] for a in places]
    windows = {n: (10 * a, 10 * b) for n, a, b in parts["TIME_WINDOW_SECTION"]}
    served = range(2, len(places) + 1)
    visits = tuple(visit(f"v{n}", n - 1, "", 10 * head["SERVICE_TIME"], (*windows[n], windows[n][1])) for n in served)
    workers = tuple(worker(f"w{k}", {"": 1}, windows[1][1], head["CAPACITY"]) for k in range(head["VEHICLES"]))
    rules = Rules(Town("", 1, 0, frozenset({""}), workers, visits), Listed(rows))
    loads = {f"v{n}": load[n] for n in served}

    def length(plan: Plan) -> float:
        judged = score(rules, plan)
        return judged.travel / 10 if judged.served == len(visits) else float("inf")

    weights = Weights(unserved=10**6, unfair=0.0, break_after=FAR)
    _, found = search(rules, Effort(warm=100.0, cold=1.0), seconds, lambda plan: weights, length, loads)
    return f"length {found:9.1f}   best known {best:9.1f}   gap {100 * (found / best - 1):6.2f} %"


def sections(text: str) -> Iterator[tuple[str, str]]:
    """Name and rows of each section of a .vrp file."""
    return ((m[1], m[2]) for m in re.finditer(r"^(\w+_SECTION)\s*\n((?:[ \t]*-?\d.*\n)+)", text, re.M))


def known_costs(folder: Path) -> dict[str, float]:
    """File -> best known cost, from the tables beside the instances."""
    rows = (line.split("|") for table in folder.glob("*_best.md") for line in table.read_text().splitlines() if ".json" in line)
    return {row[1].strip(): float(row[5]) for row in rows}


def line_for(file: Path, seconds: float) -> str | None:
    """What came out for one file; nothing when it is of no kind that we know."""
    if file.suffix == ".vrp":
        best = float(re.findall(r"Cost ([\d.]+)", file.with_suffix(".sol").read_text())[0])
        return routes_day(file.read_text(), seconds, best)
    data = json.loads(file.read_bytes())
    if data.get("format") == "homecare-dispatch/1":
        return our_day(data, seconds)
    return care_day(data, seconds, known_costs(file.parent).get(file.name, float("nan"))) if "patients" in data else None


def main() -> int:
    """A line for each day."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--seconds", type=float, default=60, help="processor seconds for each")
    args = parser.parse_args()
    print(f"plans, {args.seconds:g} s of one processor each")
    our_day(NOTHING, 0.0)  # compiles
    for folder in args.folders:
        for file in sorted([folder] if folder.is_file() else [*folder.glob("*.json"), *folder.glob("*.vrp")]):
            if words := line_for(file, args.seconds):
                print(f"{file.stem:<28} {words}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
