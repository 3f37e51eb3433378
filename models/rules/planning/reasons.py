"""Why a visit could not be placed, as a code that a coordinator's page puts into words (D5, D6)."""

from collections import Counter

from models.rules.planning.eligible import Rules
from models.rules.planning.match import free_from
from models.rules.planning.town import Plan, Visit


def with_reasons(rules: Rules, plan: Plan) -> Plan:
    """The plan, with a reason for each visit that nobody serves."""
    left = {v.id: why_unserved(rules, v) for v in rules.town.visits if v.id not in plan.assignments}
    return Plan(plan.assignments, left)


def why_unserved(rules: Rules, v: Visit) -> str:
    """The rule that stands in the way; `other_half`: of those with it; `days_full`: others went first."""
    why = why_nobody(rules, v)
    if why:
        return why
    group = [rules.town.visit[one] for one in rules.town.group_of.get(v.id, [])]
    could = {k.worker.id for one in group for k in rules.able(one)}
    return "other_half" if len(could) < len(group) or any(why_nobody(rules, one) for one in group) else "days_full"


def why_nobody(rules: Rules, v: Visit) -> str:
    """`nobody_` and the rule that stopped most of those who have the skill and serve the area; empty when somebody can."""
    near = rules.by_area_and_skill.get((v.area, v.skill), [])
    if not near:
        return "nobody_skill_here"
    stopped = Counter(rules.why_not(v, k) for k in near)
    if stopped.pop("", 0):
        free = any(free_from(rules, v, k) is not None for k in rules.able(v))
        return "" if free else "nobody_free"
    return "nobody_" + min(stopped, key=lambda rule: (-stopped[rule], rule))
