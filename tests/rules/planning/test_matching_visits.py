"""D1, D2, D6: who suits a visit. Exactly those who may, in the declared order, with parts that add up."""

import random

import pytest
from planning_judge import JSON, day_wrongs, liking, may_serve, way, where
from planning_towns import TOWN, town

from handlers.matching_file import match_all
from models.rules.planning.eligible import Rules
from models.rules.planning.match import free_from, match
from models.rules.planning.town import town_from

SEEDS = range(10)


def fits_somewhere(data: TOWN, v: JSON, w: JSON) -> bool:
    """Tried at every minute, breaks aside."""
    forgiving = w | {"break": {"minutes": 0, "window": [0, 1440]}}
    starts = range(v["window"][0], v["hard_latest"] + 1)
    return any(not list(day_wrongs(data, forgiving, {v["id"]: s})) for s in starts)


def expected(data: TOWN, v: JSON) -> list[tuple[int, str]]:
    found = []
    for w in data["workers"]:
        if may_serve(data, v, w) and fits_somewhere(data, v, w):
            far = 20 * way(data, tuple(w["home"]), where(data, v)) // max(1, w["max_travel"])
            found.append((liking(data, v, w) + far + 10 * w["week_min"] // w["week_cap"], w["id"]))
    return sorted(found)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_best_are_those_that_a_full_search_finds(seed: int) -> None:
    """D1, D2: none missing, none who may not, in order; the parts of each add up to the points."""
    data = town(seed, workers=12)
    answers = match_all(data, 5)["answers"]
    for v in data["visits"]:
        wanted = expected(data, v)
        got = answers[v["id"]]
        assert got["eligible"] == len(wanted)
        assert [(c["score"], c["worker"]) for c in got["candidates"]] == wanted[:5]
        assert all(sum(c["parts"].values()) == c["score"] for c in got["candidates"])


@pytest.mark.parametrize("seed", SEEDS)
def test_the_rows_of_bits_say_what_the_rules_say(seed: int) -> None:
    """D1, D6: whom the index finds is whom `why_not` lets pass: the code that decides is the code that explains."""
    rules = Rules(town_from(town(seed, workers=20)))
    for v in rules.town.visits:
        assert {k.worker.id for k in rules.able(v)} == {k.worker.id for k in rules.known if not rules.why_not(v, k)}
        free = {k.worker.id for k in rules.able(v) if free_from(rules, v, k) is not None}
        assert free <= {k.worker.id for k in rules.able(v, in_shift=True)}


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_of_the_input_means_nothing(seed: int) -> None:
    """D2: told in another order, the same answers."""
    data = town(seed, workers=12)
    before = match_all(data, 5)
    rng = random.Random(seed)
    for part in ("workers", "visits", "residents", "blocked", "history"):
        rng.shuffle(data[part])
    assert match_all(data, 5) == before


@pytest.mark.parametrize("seed", SEEDS)
def test_more_stars_never_lower_a_rank(seed: int) -> None:
    """D2: a better rating helps, or changes nothing."""
    data = town(seed, workers=12)
    for v in data["visits"]:
        rules = Rules(town_from(data))
        before = [s.worker for s in match(rules, rules.town.visit[v["id"]], 12)[0]]
        for at, who in enumerate(before):
            workers = [w | {"stars_sum": w["stars_sum"] + 20} if w["id"] == who else w for w in data["workers"]]
            better = Rules(town_from(data | {"workers": workers}))
            after = [s.worker for s in match(better, better.town.visit[v["id"]], 12)[0]]
            assert after.index(who) <= at
