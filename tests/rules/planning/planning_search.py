"""Plans for tests by so many rounds, whatever the clock says."""

from planning_judge import PLAN
from planning_towns import TOWN

from models.rules.planning.arrays import Limits, Weights, lay_out
from models.rules.planning.eligible import Rules
from models.rules.planning.scoring import score
from models.rules.planning.solver import Effort, Solver
from models.rules.planning.town import Plan, town_from


def solver_of(rules: Rules, seed: int = 1) -> Solver:
    return Solver(lay_out(rules, Weights(), Limits()), Effort(seed=seed))


def plan_of(data: TOWN, rounds: int = 60, seed: int = 1) -> tuple[Rules, Plan]:
    """A plan after so many rounds, whatever the clock says."""
    rules = Rules(town_from(data))
    solver = solver_of(rules, seed)
    solver.build(lambda: False)
    for k in range(rounds // 10):
        solver.rounds(10, k * 10 / rounds)
    return rules, Plan(solver.best())


def gaps_to_the_judge(rules: Rules, solver: Solver, rounds: int) -> list[float]:
    """By how much the cost that the search follows is above the judged one, early and late in it, after so many rounds each."""
    solver.build(lambda: False)
    gaps = []
    for passed in (0.0, 0.5, 0.9):
        solver.rounds(rounds, passed)
        gaps.append(solver.best_cost - score(rules, Plan(solver.best())).total)
    return gaps


def as_json(plan: Plan) -> PLAN:
    assignments: PLAN = plan.as_json()["assignments"]
    return assignments
