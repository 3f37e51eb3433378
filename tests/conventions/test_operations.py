"""What docs/operations promises exists: each figure of an alert or a panel, each alert in the page, each command."""

import json
import re

import yaml

from app import parser
from handlers import metrics
from handlers.sections import Web
from handlers.settings import known_keys
from sources import ROOT

FOLDER = ROOT / "docs" / "operations"
COMPOSE = (ROOT / "compose.yaml").read_text(encoding="utf-8")
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
    assert words <= {"api", "account", "name"}


def test_no_label_is_one_of_prometheus_own() -> None:
    """It would be renamed when it is fetched, and every rule that groups by it would group by something else."""
    assert not {"job", "instance"} & set().union(*labels().values())


def test_every_figure_is_shown() -> None:
    """K4: what is measured stands on the board; `linli_job_seconds` is for whoever looks for a slow job."""
    shown = {re.sub("_(total|bucket)$", "", name) for expr in ASKED for name in re.findall(r"linli_\w+", expr)}
    assert {re.sub("_(total|bucket)$", "", name) for name in labels()} - shown == {"linli_job_seconds"}


def test_every_alert_says_what_to_look_at() -> None:
    explained = set(re.findall(r"Linli[A-Z]\w+", PAGE))
    assert explained == {rule["alert"] for rule in RULES}
    assert all(rule["labels"]["severity"] in ("page", "ticket") and rule["annotations"]["summary"] for rule in RULES)


def test_every_command_that_is_said_exists() -> None:
    """In the page, in compose.yaml, in the units for systemd."""
    [commands] = [action for action in parser()._actions if action.dest == "command"]
    units = "".join(file.read_text(encoding="utf-8") for file in (FOLDER / "systemd").iterdir())
    said = set(re.findall(r"app\.py (\w+)", PAGE + COMPOSE + units))
    assert len(said) > 8 and commands.choices is not None and said <= set(commands.choices)


def test_what_is_set_in_the_environment_is_a_setting() -> None:
    """A typing error there would stop the start of everything."""
    named = re.findall(r"LINLI__(\w+)", COMPOSE + (FOLDER / "linli.env").read_text(encoding="utf-8"))
    known = set(known_keys())
    assert len(named) > 25 and {name.lower().replace("__", ".") for name in named} <= known


def test_ports_and_places_fit_each_other() -> None:
    """compose.yaml, nginx, systemd and Prometheus name the ports that the processes listen on, and folders that exist."""
    services, watched = yaml.safe_load(COMPOSE)["services"], yaml.safe_load((FOLDER / "prometheus.yaml").read_text(encoding="utf-8"))
    jobs_port = services["jobs"]["environment"]["LINLI__JOBS__PORT"]
    asked = {names["names"][0]: names["port"] for job in watched["scrape_configs"] for names in job["dns_sd_configs"]}
    assert asked == {"web": Web().port, "jobs": jobs_port} and set(asked) <= set(services)
    assert f":{jobs_port}/healthz" in services["jobs"]["healthcheck"]["test"][-1]
    for text in (COMPOSE, (FOLDER / "nginx.conf").read_text(encoding="utf-8"), (FOLDER / "systemd" / "linli-web.socket").read_text()):
        assert f":{Web().port}" in text
    assert [volume.split(":")[0] for volume in services["prometheus"]["volumes"]] == ["./docs/operations", "figures"]
    assert watched["rule_files"] == ["alerts.yaml"]
