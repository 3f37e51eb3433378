"""Who suits each visit of a day that is given as data (D1, D2): the answers as data again."""

from collections.abc import Mapping
from typing import Any

from models.rules.planning.eligible import Rules
from models.rules.planning.match import FORMAT, answer
from models.rules.planning.town import town_from


def match_all(town: Mapping[str, Any], best: int, visits: list[str] | None = None) -> dict[str, Any]:
    """For each visit (or only these) the best few and how many could do it, in the form homecare-match/1."""
    rules = Rules(town_from(town))
    asked = rules.town.visits if visits is None else [rules.town.visit[v] for v in visits if v in rules.town.visit]
    return {"format": FORMAT, "answers": {v.id: answer(rules, v, best) for v in asked}}
