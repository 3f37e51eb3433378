"""D5: `python app.py plan` and `match`: in time, whole files, words for what can't be planned, a plan even when told to stop."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from planning_judge import wrongs
from planning_towns import TOWN, town

from jobs.plan import code_folder

ROOT = Path(__file__).resolve().parents[3]


def command(*words: str, **environment: str) -> subprocess.Popen[str]:
    env = os.environ | environment
    return subprocess.Popen(
        [sys.executable, str(ROOT / "app.py"), *words], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def written(folder: Path, data: object, name: str = "day.json") -> str:
    (folder / name).write_text(json.dumps(data), encoding="utf-8")
    return str(folder / name)


def seconds_to_start() -> float:
    """How long the program takes to start and to end, on a machine as crowded as it is just now."""
    began = time.monotonic()
    assert command("--help").wait(60) == 0
    return time.monotonic() - began


def assignments(file: Path) -> dict[str, TOWN]:
    found: dict[str, TOWN] = json.loads(file.read_bytes())["assignments"]
    return found


@pytest.mark.slow
def test_a_plan_is_written_in_time(tmp_path: Path) -> None:
    """D5: the report on paper, the plan in its file; then a worker falls ill, and the plan is made again."""
    data, out, again = town(5, workers=8, visits=30), tmp_path / "plan.json", tmp_path / "again.json"
    day, start_s = written(tmp_path, data), seconds_to_start()
    began = time.monotonic()
    process = command("plan", day, "--seconds", "6", "--out", str(out))
    report = json.loads(process.communicate(timeout=60)[0])
    assert process.returncode == 0 and time.monotonic() - began < 6 + 3 * start_s
    assert report["broken"] == 0 and report["served"] == len(assignments(out)) and not wrongs(data, assignments(out))
    ill = next(iter(assignments(out).values()))["worker"]
    event = written(tmp_path, {"worker": ill, "at": 600}, "event.json")
    process = command("plan", day, "--seconds", "6", "--base", str(out), "--event", event, "--out", str(again))
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert all(a["start"] < 600 for a in assignments(again).values() if a["worker"] == ill)


@pytest.mark.slow
def test_told_to_stop_it_gives_what_it_has(tmp_path: Path) -> None:
    """D5: SIGTERM ends the search, not the plan."""
    data, out = town(6, workers=8, visits=30), tmp_path / "plan.json"
    process = command("plan", written(tmp_path, data), "--seconds", "30", "--out", str(out))
    while process.poll() is None and "plan_process" not in Path(f"/proc/{process.pid}/cmdline").read_text():
        time.sleep(0.02)
    process.send_signal(signal.SIGTERM)
    began = time.monotonic()
    process.communicate(timeout=60)
    assert process.returncode == 0 and time.monotonic() - began < 20
    assert assignments(out) and not wrongs(data, assignments(out))


@pytest.mark.slow
def test_what_can_not_be_planned_is_said(tmp_path: Path) -> None:
    """D5: one line of words, and status 2."""
    process = command("plan", written(tmp_path, {"visits": []}), "--seconds", "2")
    _, words = process.communicate(timeout=60)
    assert process.returncode == 2 and words.startswith("This can't be planned:") and "Traceback" not in words


@pytest.mark.slow
def test_matching_answers_as_data(tmp_path: Path) -> None:
    """D1, D2: for one visit, or for all."""
    day = written(tmp_path, town(5))
    answers = json.loads(command("match", day, "--visit", "v3", "--best", "2").communicate(timeout=60)[0])["answers"]
    assert list(answers) == ["v3"] and len(answers["v3"]["candidates"]) <= 2


def test_compiled_code_has_a_place_in_a_container(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """D5: where nothing but /tmp can be written it lies there, and only if the folder is ours: what lies in it is run."""
    pytest.importorskip("numba")
    monkeypatch.setattr("jobs.plan.ROOT", Path("/proc/nowhere"))
    monkeypatch.setenv("HOME", "/proc/nowhere")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    folder = code_folder()
    assert folder is not None and folder.parent.parent == tmp_path and folder.parent.stat().st_mode & 0o777 == 0o700
    monkeypatch.setattr("os.getuid", lambda: os.stat(tmp_path).st_uid + 1)
    (tmp_path / f"linli-{os.getuid()}").mkdir()
    assert code_folder() is None


@pytest.mark.slow
def test_compiled_or_not_the_plan_is_the_same(tmp_path: Path) -> None:
    """D5: the compiled loops do what the plain ones do, to the last bit of chance."""
    pytest.importorskip("numba")
    folder = code_folder()
    assert folder is not None
    made = []
    for switch in ({"NUMBA_DISABLE_JIT": "1"}, {"NUMBA_DISABLE_JIT": "0", "NUMBA_CACHE_DIR": str(folder)}):
        script = (
            "import sys; sys.path[:0] = ['tests/rules/planning']\n"
            "from planning_search import plan_of\nfrom planning_towns import town\nfrom test_coming_together import group_town\n"
            "days = [*map(town, range(4)), *map(group_town, range(3))]\n"
            "print([sorted(plan_of(day, 200)[1].assignments.items()) for day in days])"
        )
        run = subprocess.run(
            [sys.executable, "-c", script], cwd=ROOT, env=os.environ | switch | {"PYTHONPATH": str(ROOT)},
            capture_output=True, text=True, timeout=300, check=True,
        )  # fmt: skip
        made.append(run.stdout)
    assert made[0] == made[1] and "Assignment" in made[0]
