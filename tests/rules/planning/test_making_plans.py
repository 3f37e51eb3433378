"""D5: the day's plan. Never an infeasible one, whatever the town and whenever it is stopped; the rest gets a reason."""

import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planning_judge import may_serve, points, wrongs
from planning_search import as_json, gaps_to_the_judge, plan_of, solver_of
from planning_towns import town

from models.rules.planning.arrays import Limits, Weights, lay_out
from models.rules.planning.columns import BEHIND, SIZE, WHERE
from models.rules.planning.eligible import Rules
from models.rules.planning.inserting import NOWHERE, at_least, fits, rests_never, window_at
from models.rules.planning.reasons import with_reasons
from models.rules.planning.scoring import score, without_broken
from models.rules.planning.solver import Solver
from models.rules.planning.town import Assignment, Plan, Point, Town, Unusable, plan_from, town_from


@given(seed=st.integers(0, 100_000), chance=st.integers(1, 1000))
@settings(max_examples=40, deadline=None)
def test_no_plan_breaks_a_rule(seed: int, chance: int) -> None:
    """D5: the search, our own judge and a second opinion agree that nothing is broken, and on what it costs."""
    data = town(seed)
    rules, plan = plan_of(data, seed=chance)
    assert not wrongs(data, as_json(plan))
    judged = score(rules, plan)
    assert not judged.broken
    assert judged.total == pytest.approx(points(data, as_json(plan)))


@given(seed=st.integers(0, 100_000))
@settings(max_examples=15, deadline=None)
def test_the_search_counts_as_the_judge_does(seed: int) -> None:
    """D5: the cost that the search follows is the judged one, but for what commitments cost anyway."""
    rules = Rules(town_from(town(seed)))
    gaps = gaps_to_the_judge(rules, solver_of(rules), 10)
    assert max(gaps) - min(gaps) < 40  # a worker without visits costs nothing for commitments
    assert all(gap > -1e-6 for gap in gaps)


def test_a_longer_search_is_never_worse() -> None:
    """D5: the best plan found is kept."""
    rules = Rules(town_from(town(7, workers=8, visits=30)))
    solver = solver_of(rules)
    solver.build(lambda: False)
    costs = [solver.best_cost]
    for _ in range(10):
        solver.rounds(20, 0.0)
        costs.append(solver.best_cost)
    assert costs == sorted(costs, reverse=True)
    assert costs[-1] < costs[0]


def test_looking_at_the_best_plan_changes_nothing() -> None:
    """D5: whoever looks on while the search goes on gets the plan that it would have found anyway."""
    rules = Rules(town_from(town(5, workers=8, visits=30)))
    alone, watched = solver_of(rules), solver_of(rules)
    for solver in (alone, watched):
        solver.build(lambda: False)
        for _ in range(20):
            solver.rounds(10, 0.2)
            if solver is watched:
                solver.best()
    assert watched.best() == alone.best()


def test_what_a_visit_delays_is_told_without_timing_the_day_anew() -> None:
    """D5: where no break is due the quick count of lateness is the day's own, at every position; elsewhere never above it."""
    counted = 0
    for seed in range(12):
        rules = Rules(town_from(town(seed)))
        solver = Solver(lay_out(rules, Weights(break_after=240 if seed % 2 else 2000), Limits()))
        solver.build(lambda: False)
        day, now = solver.laid.day, solver.now
        for v in range(len(solver.laid.visits)):
            for w in range(len(solver.laid.workers)) if now.visit[v, WHERE] < 0 else ():
                for at in range(now.days[w, SIZE] + 1):
                    earliest, latest, _ = window_at(day, now, w, at, v)
                    if earliest <= latest:
                        timed, quick = fits(day, now, w, at, v), at_least(day, now, w, at, v, earliest)
                        late = timed - now.points[w, BEHIND] if timed >= 0 else NOWHERE
                        assert quick == late if rests_never(day, w) else quick <= late
                        counted += 0 < late < NOWHERE
    assert counted > 10


@pytest.mark.parametrize("left", [0.0, 0.2])
def test_it_ends_in_time_with_a_plan(left: float) -> None:
    """D5: no time at all, or hardly any: still a plan that keeps the rules."""
    data = town(3)
    rules = Rules(town_from(data))
    solver = solver_of(rules)
    until = iter([left, left, left / 2])
    solver.run(lambda: next(until, 0.0))
    assert not wrongs(data, as_json(Plan(solver.best())))


def test_a_word_to_stop_is_heeded() -> None:
    """D5: stopped at once, the plan built so far is given out."""
    data = town(3)
    solver = solver_of(Rules(town_from(data)))
    assert solver.run(lambda: 1000.0, lambda: True) == 0
    assert not wrongs(data, as_json(Plan(solver.best())))


@pytest.mark.parametrize("seed", range(6))
def test_the_order_of_the_input_means_nothing(seed: int) -> None:
    """D5: the same town, told in another order, gets the same plan."""
    data = town(seed)
    _, plan = plan_of(data)
    rng = random.Random(seed)
    for part in ("workers", "visits", "residents", "pairs", "blocked", "history"):
        rng.shuffle(data[part])
    assert plan_of(data)[1] == plan


@pytest.mark.parametrize("seed", range(12))
def test_who_is_left_out_hears_why(seed: int) -> None:
    """D5, D6: each visit that nobody serves has a reason, and `nobody` means nobody."""
    data = town(seed)
    rules, plan = plan_of(data)
    told = with_reasons(rules, plan)
    assert set(told.unserved) == {v["id"] for v in data["visits"]} - set(plan.assignments)
    for visit, reason in told.unserved.items():
        row = next(v for v in data["visits"] if v["id"] == visit)
        able = [w for w in data["workers"] if may_serve(data, row, w)]
        if reason in ("days_full", "other_half", "nobody_free"):
            assert able
        else:
            assert reason.startswith("nobody_") and not able


CHANGES: dict[str, Callable[[Assignment], Assignment]] = {
    "too early": lambda a: Assignment(a.worker, a.start - 200),
    "too late": lambda a: Assignment(a.worker, a.start + 200),
    "another worker": lambda a: Assignment("w0" if a.worker != "w0" else "w1", a.start),
}


@pytest.mark.parametrize("change", CHANGES)
def test_our_judge_and_the_second_opinion_find_the_same_broken(change: str) -> None:
    """D5: a plan that was tampered with is broken for both or for neither; what is left after mending keeps the rules."""
    broken = 0
    for seed in range(8):
        data = town(seed)
        rules, plan = plan_of(data, 10)
        for visit, a in plan.assignments.items():
            bent = Plan({**plan.assignments, visit: CHANGES[change](a)})
            assert bool(score(rules, bent).broken) == bool(wrongs(data, as_json(bent)))
            broken += bool(score(rules, bent).broken)
            assert not wrongs(data, as_json(without_broken(rules, bent)))
    assert broken


class Slowly:
    """A routing service that finds every way to take a quarter of an hour."""

    def minutes(self, a: Point, b: Point) -> int:
        return 15 if a != b else 0


def test_another_way_of_travelling_can_stand_in() -> None:
    """D5: travel is a port; the plan keeps to what it says."""
    found: Town = town_from(town(11))
    rules = Rules(found, Slowly())
    solver = Solver(lay_out(rules, Weights(), Limits()))
    solver.build(lambda: False)
    judged = score(rules, Plan(solver.best()))
    assert judged.served and not judged.broken and judged.travel % 15 == 0


def test_what_is_no_town_is_refused_in_words() -> None:
    """D5: a file of another kind, two visits of one id, and a pair with nobody are told."""
    twice = town(1)
    twice["visits"].append(twice["visits"][0])
    stray = town(1)
    stray["pairs"][0]["first"] = "v999"
    for data in ({}, twice, stray):
        with pytest.raises(Unusable):
            town_from(data)
    with pytest.raises(Unusable):
        plan_from({"assignments": {"v1": {}}})


def test_a_plan_survives_being_written_and_read() -> None:
    """D5: homecare-plan/1 there and back."""
    _, plan = plan_of(town(2))
    assert plan_from(plan.as_json()) == plan
