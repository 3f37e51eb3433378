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
ASKED = [rule["expr"] for rule in RULES] + [target["expr"] for panel in PANELS for target in panel["targets"]]
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
    named = {name for expr in ASKED for name in re.findall(r"linli_\w+", expr)}
    assert len(named) > 8 and named <= known, named - known


def labels() -> dict[str, set[str]]:
    """The labels of each series."""
    kept = [family for family in vars(metrics).values() if hasattr(family, "_labelnames")]
    endings = ("", "_total", "_bucket")
    return {f"{d.name}{ending}": {*family._labelnames, "le"} for family in kept for d in family.describe() for ending in endings}


def test_every_label_exists() -> None:
    """K4: a label that no series has makes an alert that never comes."""
    known = labels()
    for expr in ASKED:
        here = re.findall(r"(linli_\w+)(?:{([^}]*)})?", expr)
        for name, chosen in here:
            assert {part.split("=")[0].rstrip("!~") for part in chosen.split(",") if part} <= known[name], expr
        grouped = {label.strip() for found in re.findall(r"by \(([^)]*)\)", expr) for label in found.split(",")}
        assert grouped <= set().union(*(known[name] for name, _chosen in here)), expr
    words = {label for rule in RULES for label in re.findall(r"\$labels\.(\w+)", rule["annotations"]["summary"])}
    assert words <= {"api", "account"}


def test_every_figure_is_shown() -> None:
    """K4: what is measured stands on the board; `linli_job_seconds` is for whoever looks for a slow job."""
    shown = {re.sub("_(total|bucket)$", "", name) for expr in ASKED for name in re.findall(r"linli_\w+", expr)}
    assert {re.sub("_(total|bucket)$", "", name) for name in labels()} - shown == {"linli_job_seconds"}


def test_every_alert_says_what_to_look_at() -> None:
    explained = set(re.findall(r"Linli[A-Z]\w+", PAGE))
    assert explained == {rule["alert"] for rule in RULES}
    assert all(rule["labels"]["severity"] in ("page", "ticket") and rule["annotations"]["summary"] for rule in RULES)


def test_every_command_of_the_page_exists() -> None:
    [commands] = [action for action in parser()._actions if action.dest == "command"]
    said = set(re.findall(r"app\.py (\w+)", PAGE))
    assert said and commands.choices is not None and said <= set(commands.choices)
