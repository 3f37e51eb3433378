"""A week in the demo's town, with today's weights and with others: `make bench` (D2, D4, D6).

The people of models/data/demo.yaml, busier than usual, so that choosing matters. Each line has the same weeks and the same dice;
figures are means of all weeks, and under each its ratio to today's.
"""

import argparse
import sys
import time
from collections.abc import Callable
from datetime import datetime
from statistics import fmean

from handlers.clock import SHANGHAI
from handlers.introductions import parse_address
from handlers.settings import load_settings
from models.data import load
from models.rules.trying.figures import Figures
from models.rules.trying.habits import Habits
from models.rules.trying.invented import Home, invented_asks, invented_hand, servable
from models.rules.trying.replay import OfferRules, Town, replay
from models.rules.trying.variations import VARIATIONS, without

MONDAY = datetime(2026, 11, 16, tzinfo=SHANGHAI)
COLUMNS: dict[str, Callable[[Figures], float]] = {
    "matched %": lambda f: f.matched_percent,
    "offers yes %": lambda f: f.accepted_percent,
    "min, half": lambda f: f.within(50),
    "min, 90 %": lambda f: f.within(90),
    "Gini jobs": lambda f: f.gini_jobs,
    "Gini yuan": lambda f: f.gini_income,
    "km a visit": lambda f: f.mean_km,
    "stars": lambda f: f.mean_stars,
    "new with work": lambda f: f.newcomers_with_work,
    "their jobs": lambda f: f.newcomer_jobs,
}


def week(seed: int, a_day: int) -> Town:
    """One week's requests, and the workers of the demo."""
    data, services = load("demo"), {entry["code"]: entry for entry in load("service_types")}
    people = enumerate([*data["residents"], *data["neighbours"]])
    homes = [Home(n, float(e["lat"]), float(e["lng"]), parse_address(e["address"])["area"]) for n, e in people]
    hands = [invented_hand(entry, n, MONDAY) for n, entry in enumerate(data["workers"])]
    return Town(servable(invented_asks(homes, services, MONDAY, 7, a_day, seed), hands), hands)


def measured(town: Town, weights: dict[str, float], seed: int) -> list[float]:
    """The columns of one week."""
    new = frozenset(h.worker_id for h in town.hands if h.stars_count < 5)
    tales = replay(town, weights, OfferRules(), Habits(seed=seed))
    found = Figures(tuple(tales), tuple(h.worker_id for h in town.hands), new)
    return [column(found) for column in COLUMNS.values()]


def lines() -> dict[str, dict[str, float]]:
    """Today's weights and those beside them, by name."""
    today = load_settings().matching.weights.model_dump()
    return {"today": today, "without fair share": without(today, "fair_share", "newcomer"), **{k: dict(v) for k, v in VARIATIONS.items()}}


def main() -> int:
    """The table; exit status 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weeks", type=int, default=20)
    parser.add_argument("--a-day", type=int, default=7, help="requests a day")
    args = parser.parse_args()
    began = time.perf_counter()
    towns = [week(seed, args.a_day) for seed in range(args.weeks)]
    print(f"\na week in the demo's town: {sum(len(t.asks) for t in towns) / len(towns):.0f} requests, {len(towns[0].hands)} workers, "
          f"mean of {args.weeks} weeks")  # fmt: skip
    print(f"{'weights':<20}" + "".join(f"{name:>14}" for name in COLUMNS))
    usual: list[float] = []
    for name, weights in lines().items():
        row = [fmean(values) for values in zip(*(measured(t, weights, n) for n, t in enumerate(towns)), strict=True)]
        usual = usual or row
        print(f"{name:<20}" + "".join(f"{value:14.2f}" for value in row))
        if row is not usual:
            print(f"{'':<20}" + "".join(f"{'x ' + format(a / b, '.2f') if b else '':>14}" for a, b in zip(row, usual, strict=True)))
    print(f"{time.perf_counter() - began:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
