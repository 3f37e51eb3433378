"""A day for the desk, planned in a process of its own: the compiler is too heavy for the jobs process, and its threads go on meanwhile."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from handlers.plan_problem import Problem
from jobs.plan import ROOT, environment

STARTING_S = 4.0  # a process needs this long at worst to start, before it counts its own time
LEAVING_S = 20.0


def plan_apart(problem: Problem, seconds: float) -> dict[str, Any]:
    """The plan of a problem within so many seconds of search; raises where the planner fails or doesn't come back."""
    with tempfile.TemporaryDirectory(prefix="linli-plan-") as folder:
        place = Path(folder)
        given = {"day": problem.town, "base": problem.old, "event": problem.event}
        for name, content in given.items():
            if content is not None:
                (place / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
        command = [sys.executable, "-m", "jobs.plan_process", str(place / "day.json")]
        command += [f"--seconds={seconds + 1}", f"--out={place / 'plan.json'}"]
        if problem.old is not None:
            command += [f"--base={place / 'base.json'}", f"--event={place / 'event.json'}"]
        env = {**os.environ, **environment(0.0, 0.0)}
        subprocess.run(command, env=env, cwd=ROOT, check=True, capture_output=True, timeout=seconds + STARTING_S + LEAVING_S)
        found: dict[str, Any] = json.loads((place / "plan.json").read_text(encoding="utf-8"))
        return found
