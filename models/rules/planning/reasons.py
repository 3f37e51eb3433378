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
    """The rule that stands in the way; `other_half` when only its double visit can't be; `days_full` when others went first."""
    why = why_nobody(rules, v)
    if why:
        return why
    others = [rules.town.visit[other] for other in rules.town.group_of.get(v.id, []) if other != v.id]
    return "other_half" if any(why_nobody(rules, other) for other in others) else "days_full"


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
