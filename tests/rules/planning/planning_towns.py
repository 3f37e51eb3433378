"""Small towns made by chance for tests, as homecare-dispatch/1: with pairs, breaks, commitments, papers and wishes."""

import random
from typing import Any

SKILLS = ("clean", "cook", "elder")
TOWN = dict[str, Any]


def town(seed: int, workers: int = 5, visits: int = 16) -> TOWN:
    """The same seed, the same town."""
    rng = random.Random(seed)
    residents = [{"id": f"r{k}", "area": f"q{rng.randrange(2)}", "x": rng.randrange(3000), "y": rng.randrange(3000)} for k in range(10)]
    rows = [_visit(rng, k, rng.choice(residents)) for k in range(visits)]
    return {
        "format": "homecare-dispatch/1", "date": "2027-03-16", "travel": {"speed_m_per_min": 200, "fixed_min": 2},
        "areas": [], "agencies": [{"id": "a0", "status": "good"}, {"id": "a1", "status": rng.choice(["good", "suspended"])}],
        "residents": residents, "workers": [_worker(rng, k) for k in range(workers)], "visits": rows,
        "pairs": _pairs(rng, rows),
        "blocked": [[f"r{rng.randrange(10)}", f"w{rng.randrange(workers)}"] for _ in range(2)],
        "history": [[f"r{k}", f"w{rng.randrange(workers)}", rng.randint(1, 6)] for k in range(5)],
    }  # fmt: skip


def _worker(rng: random.Random, k: int) -> TOWN:
    start = rng.choice([480, 480, 540, 720])
    end = start + rng.choice([300, 540, 660])
    busy = rng.randrange(start + 60, end - 120)
    return {
        "id": f"w{k}", "agency": rng.choice(["a0", "a0", "a1"]), "status": rng.choice(["active"] * 9 + ["on_leave"]),
        "gender": rng.choice("ffm"), "age": rng.randrange(25, 60), "home": [rng.randrange(3000), rng.randrange(3000)],
        "skills": {s: rng.randint(1, 3) for s in rng.sample(SKILLS, 2)},
        "certs": [{"type": "health", "from": "2026-01-01", "to": rng.choice(["2027-03-16", "2027-12-31", "2027-03-15"])}],
        "languages": ["mandarin", *rng.sample(["cantonese", "english"], 1)], "areas": ["q0", "q1"][: rng.randint(1, 2)],
        "max_travel": rng.choice([20, 40]), "shift": [start, end],
        "break": {"minutes": 30, "window": [660, 840] if start < 700 else [1020, 1140]},
        "commitments": [{"start": busy, "end": busy + 60, "x": 1500, "y": 1500}] if rng.random() < 0.3 else [],
        "max_work": rng.choice([240, 480]), "max_visits": rng.choice([4, 8]), "week_min": rng.randrange(2600),
        "week_cap": 2640, "stars_sum": rng.randrange(100), "reviews": 25, "price": rng.randrange(30, 60),
    }  # fmt: skip


def _visit(rng: random.Random, k: int, resident: TOWN) -> TOWN:
    start = rng.randrange(480, 1000)
    width = rng.choice([0, 30, 120])
    made = {
        "id": f"v{k}", "resident": resident["id"], "skill": rng.choice(SKILLS), "level": rng.randint(1, 2),
        "duration": rng.choice([30, 60, 90]), "window": [start, start + width],
        "hard_latest": start + width + rng.choice([0, 30]), "certs": rng.choice([[], ["health"]]),
        "price_cap": rng.choice([45, 80]), "priority": rng.randint(1, 3),
    }  # fmt: skip
    wishes = {"gender": "f", "age": [30, 55], "languages_any": ["cantonese"]}
    return made | {wish: value for wish, value in wishes.items() if rng.random() < 0.15}


def _pairs(rng: random.Random, rows: list[TOWN]) -> list[TOWN]:
    """Two pairs: one at the same time, one in order."""
    pairs = []
    for k, gap in enumerate(([0, 0], [30, 90])):
        a, b = rows[2 * k], rows[2 * k + 1]
        b["resident"] = a["resident"]
        b["window"] = [edge + gap[0] for edge in a["window"]]
        b["hard_latest"] = a["hard_latest"] + gap[1]
        kind = "ordered" if gap[1] else "simultaneous"
        pairs.append({"id": f"p{k}", "first": a["id"], "second": b["id"], "type": kind, "gap": gap, "distinct": True})
    return pairs
