"""What docs/operations promises exists: each figure of an alert or a panel, each alert in the page, each command."""

import json
import re

import yaml

from app import parser
from handlers import metrics
from sources import ROOT

FOLDER = ROOT / "docs" / "operations"
RULES = [
    rule
    for group in yaml.safe_load((FOLDER / "alerts.yaml").read_text(encoding="utf-8"))["groups"]
    for rule in group["rules"]
]
PANELS = json.loads((FOLDER / "dashboard.json").read_text(encoding="utf-8"))["panels"]
PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def figures() -> set[str]:
    """The names of all series that /metrics can show."""
    found = set()
    for kept in vars(metrics).values():
        for family in getattr(kept, "describe", list)() if hasattr(kept, "_labelnames") else []:
            found |= {family.name, f"{family.name}_total", f"{family.name}_bucket"}
    return found


def test_every_figure_exists() -> None:
    known = figures()
    asked = [rule["expr"] for rule in RULES] + [target["expr"] for panel in PANELS for target in panel["targets"]]
    named = {name for expr in asked for name in re.findall(r"linli_\w+", expr)}
    assert len(named) > 8 and named <= known, named - known


def test_every_alert_says_what_to_look_at() -> None:
    explained = set(re.findall(r"Linli[A-Z]\w+", PAGE))
    assert explained == {rule["alert"] for rule in RULES}
    assert all(rule["labels"]["severity"] in ("page", "ticket") and rule["annotations"]["summary"] for rule in RULES)


def test_every_command_of_the_page_exists() -> None:
    [commands] = [action for action in parser()._actions if action.dest == "command"]
    said = set(re.findall(r"app\.py (\w+)", PAGE))
    assert said and commands.choices is not None and said <= set(commands.choices)
