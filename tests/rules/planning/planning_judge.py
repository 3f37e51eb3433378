"""A second opinion on plans, written from the words of docs/planning.md alone: it uses nothing of the product."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

JSON = dict[str, Any]
PLAN = dict[str, JSON]  # visit -> {"worker", "start"}


def way(town: JSON, a: tuple[int, int], b: tuple[int, int]) -> int:
    metres = abs(a[0] - b[0]) + abs(a[1] - b[1])
    speed = town["travel"]["speed_m_per_min"]
    return 0 if metres == 0 else town["travel"]["fixed_min"] + (metres + speed - 1) // speed


def by_id(rows: list[JSON]) -> dict[str, JSON]:
    return {row["id"]: row for row in rows}


def where(town: JSON, visit: JSON) -> tuple[int, int]:
    resident = by_id(town["residents"])[visit["resident"]]
    return resident["x"], resident["y"]


def may_serve(town: JSON, v: JSON, w: JSON) -> bool:
    """Every rule about who may come."""
    good = {a["id"] for a in town["agencies"] if a["status"] == "good"}
    valid = {c["type"] for c in w["certs"] if c["from"] <= town["date"] <= c["to"]}
    resident = by_id(town["residents"])[v["resident"]]
    return all((
        w["status"] == "active", w["agency"] in good, w["skills"].get(v["skill"], 0) >= v["level"],
        set(v["certs"]) <= valid, resident["area"] in w["areas"],
        way(town, tuple(w["home"]), where(town, v)) <= w["max_travel"],
        v.get("gender", w["gender"]) == w["gender"], "age" not in v or v["age"][0] <= w["age"] <= v["age"][1],
        "languages_any" not in v or bool(set(v["languages_any"]) & set(w["languages"])), w["price"] <= v["price_cap"],
        [v["resident"], w["id"]] not in town["blocked"], w["week_min"] + v["duration"] <= w["week_cap"],
    ))  # fmt: skip


def wrongs(town: JSON, plan: PLAN) -> list[str]:
    """Everything in a plan that a hard rule forbids."""
    visits, workers = by_id(town["visits"]), by_id(town["workers"])
    found = []
    for name, a in plan.items():
        v = visits[name]
        if not may_serve(town, v, workers[a["worker"]]):
            found.append(f"{name}: {a['worker']} may not")
        if not v["window"][0] <= a["start"] <= v["hard_latest"]:
            found.append(f"{name}: at {a['start']}")
    for p in town["pairs"]:
        halves = [plan[half] for half in (p["first"], p["second"]) if half in plan]
        if len(halves) == 1:
            found.append(f"{p['id']}: one half")
        elif halves and not p["gap"][0] <= halves[1]["start"] - halves[0]["start"] <= p["gap"][1]:
            found.append(f"{p['id']}: gap")
        elif halves and p["distinct"] and halves[0]["worker"] == halves[1]["worker"]:
            found.append(f"{p['id']}: one worker")
    for w in town["workers"]:
        mine = {name: a["start"] for name, a in plan.items() if a["worker"] == w["id"]}
        found += [f"{w['id']}: {what}" for what in day_wrongs(town, w, mine)] if mine else []
    return found


def stops_of(town: JSON, w: JSON, mine: dict[str, int]) -> list[tuple[int, int, tuple[int, int]]]:
    visits = by_id(town["visits"])
    stops = [(s, s + visits[name]["duration"], where(town, visits[name])) for name, s in mine.items()]
    return sorted(stops + [(c["start"], c["end"], (c["x"], c["y"])) for c in w["commitments"]])


def day_wrongs(town: JSON, w: JSON, mine: dict[str, int]) -> Iterator[str]:
    """Rules about one worker's day."""
    stops, home = stops_of(town, w, mine), tuple(w["home"])
    leave, back = stops[0][0] - way(town, home, stops[0][2]), stops[-1][1] + way(town, stops[-1][2], home)
    if leave < w["shift"][0] or back > w["shift"][1]:
        yield "shift"
    rests = False
    for k in range(len(stops) - 1):
        end, start, walk = stops[k][1], stops[k + 1][0], way(town, stops[k][2], stops[k + 1][2])
        if end + walk > start:
            yield "overlap"
        for begin, finish in ((end, start - walk), (end + walk, start)):
            rests |= min(finish, w["break"]["window"][1]) - max(begin, w["break"]["window"][0]) >= w["break"]["minutes"]
    if back - leave > 360 and not rests:
        yield "break"
    if sum(end - start for start, end, _ in stops) > w["max_work"] or len(stops) > w["max_visits"]:
        yield "cap"
    durations = by_id(town["visits"])
    if w["week_min"] + sum(durations[name]["duration"] for name in mine) > w["week_cap"]:
        yield "week"


def travel_of(town: JSON, w: JSON, mine: dict[str, int]) -> int:
    stops, home = stops_of(town, w, mine), tuple(w["home"])
    places = [home, *(place for _, _, place in stops), home]
    return sum(way(town, a, b) for a, b in pairwise(places)) if stops else 0


def liking(town: JSON, v: JSON, w: JSON) -> int:
    """The three preferences of one visit."""
    rating = (5000 - (1000 * w["stars_sum"] + 8 * 4300) // (w["reviews"] + 8)) * 20 // 4000
    before = next((n for r, who, n in town["history"] if (r, who) == (v["resident"], w["id"])), 0)
    return rating + 20 - min(20, 5 * before) + 10 * w["price"] // v["price_cap"]


def points(town: JSON, plan: PLAN) -> float:
    """J: what the plan costs."""
    visits, workers = by_id(town["visits"]), by_id(town["workers"])
    good = {a["id"] for a in town["agencies"] if a["status"] == "good"}
    total = 1000.0 * sum(v["priority"] for v in town["visits"] if v["id"] not in plan)
    for name, a in plan.items():
        v = visits[name]
        total += 2 * max(0, a["start"] - v["window"][1]) + liking(town, v, workers[a["worker"]])
    shares = []
    for w in town["workers"]:
        mine = {name: a["start"] for name, a in plan.items() if a["worker"] == w["id"]}
        total += travel_of(town, w, mine) - travel_of(town, w, {}) if mine else 0
        if w["status"] == "active" and w["agency"] in good:
            work = sum(end - start for start, end, _ in stops_of(town, w, mine))
            shares.append(work / (w["shift"][1] - w["shift"][0]))
    gaps = sum(abs(a - b) for a in shares for b in shares) / 2
    return total + (200 * gaps / (len(shares) * sum(shares)) if sum(shares) else 0)
