"""A plan for a day that is given as data (D5): made within a time, judged before it is given out, with reasons for the rest."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from handlers.sections import Planning
from models.rules.planning.arrays import Limits, Weights, lay_out
from models.rules.planning.eligible import Rules
from models.rules.planning.reasons import with_reasons
from models.rules.planning.replan import Illnesses, breaks_promises, disruption, illnesses_from, narrow
from models.rules.planning.scoring import Score, score, without_broken
from models.rules.planning.solver import Effort, Solver
from models.rules.planning.town import Plan, Town, plan_from, town_from

WRITING_VISIT_S = 0.00006  # processor seconds for judging and writing the plan, for each visit


@dataclass(frozen=True)
class Asked:
    """What a plan is made from, and how long it may take."""

    town: Town
    seconds_left: Callable[[], float]
    is_stopped: Callable[[], bool] = lambda: False
    old: Plan | None = None
    ill: Illnesses | None = None


@dataclass(frozen=True)
class Made:
    """A plan and its judgement."""

    plan: Plan
    score: Score
    rounds: int
    disruption: float = 0.0
    broken_promises: int = 0

    @property
    def report(self) -> dict[str, Any]:
        """What a coordinator wants to know at a glance."""
        s = self.score
        return {
            "served": s.served, "unserved": len(self.plan.unserved), "J": round(s.total + self.disruption, 2),
            "core": round(s.core), "travel_min": s.travel, "lateness_min": s.lateness, "preference": s.preference,
            "gini": round(s.gini, 4), "disruption": self.disruption, "rounds": self.rounds,
            "broken": len(s.broken) + self.broken_promises,
        }  # fmt: skip


def ask(
    town: Mapping[str, Any], old: Mapping[str, Any] | None, event: Mapping[str, Any] | None,
    seconds_left: Callable[[float], float], is_stopped: Callable[[], bool],
) -> Asked:  # fmt: skip
    """Reads what was given; raises Unusable in words. `seconds_left` is told how many processor seconds are needed afterwards."""
    found = town_from(town)
    kept = WRITING_VISIT_S * len(found.visits)
    before = plan_from(old) if old else None
    ill = illnesses_from(event, before) if event and before else None
    return Asked(found, lambda: seconds_left(kept), is_stopped, before, ill)


def make_plan(asked: Asked, settings: Planning) -> Made:
    """The best plan found in the time; nothing in it breaks a hard rule."""
    rules, weights = Rules(asked.town), weights_of(settings)
    limits, held = Limits(), None
    if asked.old and asked.ill:
        limits, held = narrow(asked.town, asked.old, asked.ill, settings.notice_min)
    solver = Solver(lay_out(rules, weights, limits), Effort(seed=settings.seed))
    if held:
        solver.begin_from(held)
    rounds = solver.run(asked.seconds_left, asked.is_stopped)
    plan = with_reasons(rules, without_broken(rules, Plan(solver.best()), weights))
    return _judged(asked, rules, weights, settings, plan, rounds)


def _judged(asked: Asked, rules: Rules, weights: Weights, settings: Planning, plan: Plan, rounds: int) -> Made:
    judged = score(rules, plan, weights)
    if not (asked.old and asked.ill):
        return Made(plan, judged, rounds)
    cost = disruption(asked.old, plan, asked.ill, weights.changed, weights.shifted)
    broken = breaks_promises(asked.old, plan, asked.ill, settings.notice_min)
    return Made(plan, judged, rounds, cost, len(broken))


def weights_of(settings: Planning) -> Weights:
    """The prices of a community's settings."""
    return Weights(
        unserved=settings.unserved, late=settings.late, travel=settings.travel, unfair=settings.unfair,
        shifted=settings.shifted, changed=settings.changed, break_after=settings.break_after_min,
    )  # fmt: skip
