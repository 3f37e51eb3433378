"""config.yaml, the environment over it, and the words when something is wrong."""

import subprocess
import sys
from datetime import time
from pathlib import Path

import pytest

from handlers.setting_kinds import ROOT
from handlers.settings import Settings, SettingsError, check_settings, load_settings
from handlers.spoken import reread_settings

KEY = "n0V5kq1ZrY8mXcW3bT7uJ2hL9dGfA4sPeRiOoQwEtUy"


def write(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "config.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def refusal(**given: object) -> str:
    with pytest.raises(SettingsError) as refused:
        load_settings(**given)  # type: ignore[arg-type]
    return str(refused.value)


def test_shipped_settings_load_with_the_numbers_of_the_spec() -> None:
    """C4, D4, F2, I2, Q1: the defaults are those that SPEC names."""
    settings = load_settings()
    assert settings.requests.review_within_working_hours == 2
    assert settings.offers.expire_minutes == 10
    assert (settings.visits.late_after_min, settings.visits.no_show_after_min) == (15, 30)
    assert settings.visits.silent_confirm_hours == 48
    assert (settings.complaints.answer_within_working_hours, settings.complaints.result_within_working_days) == (4, 5)
    assert (settings.messages.quiet_from, settings.messages.quiet_to) == (time(22), time(7))


def test_environment_beats_yaml_and_given_values_beat_both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """DESIGN section 3: any key of config.yaml as LINLI__SECTION__KEY."""
    file = write(tmp_path, "web: {port: 8001, threads: 3}\noffers: {at_once: 2}")
    monkeypatch.setenv("LINLI__WEB__PORT", "8002")
    monkeypatch.setenv("LINLI__WECHAT__TEMPLATES__JOB_OFFER", "T123")
    monkeypatch.setenv("LINLI__REQUESTS__AUTO_APPROVE_SERVICES", "[cooking]")
    monkeypatch.setenv("LINLI__MATCHING__WEIGHTS__PRICE", "77")
    settings = load_settings(file, offers={"at_once": 5})
    assert (settings.web.port, settings.web.threads, settings.offers.at_once) == (8002, 3, 5)
    assert settings.wechat.templates == {"job_offer": "T123"}
    assert settings.requests.auto_approve_services == ("cooking",)
    assert settings.matching.weights.price == 77


def test_places_do_not_depend_on_where_a_command_is_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """C4: a copy that cron takes, from its own folder, is one of the database that is served."""
    monkeypatch.chdir(tmp_path)
    kept = load_settings(inbox={"spool_dir": "spool"})
    assert (kept.database.url, kept.inbox.spool_dir) == (f"sqlite:///{ROOT}/data/linli.db", f"{ROOT}/spool")
    for url in ("sqlite:////var/lib/linli.db", "sqlite:///:memory:", "postgresql://linli@db/linli"):
        assert load_settings(database={"url": url}).database.url == url
    assert load_settings().inbox.spool_dir == ""


def test_secret_that_looks_like_a_list_is_taken_as_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINLI__SECURITY__SECRET_KEY", "[not: a list")
    assert load_settings().security.secret_key == "[not: a list"


@pytest.mark.parametrize(
    ("text", "named", "hint"),
    [
        ("web: {prot: 1}", "'web.prot'", "'web.port'"),
        ("ofers: {at_once: 1}", "'ofers'", "'offers'"),
        ("matching: {weights: {ratings: 1}}", "'matching.weights.ratings'", "'matching.weights.rating'"),
        ("zzz: 1", "'zzz'", "config.yaml lists"),
    ],
)
def test_unknown_key_is_named_with_the_nearest_known_one(tmp_path: Path, text: str, named: str, hint: str) -> None:
    words = refusal(path=write(tmp_path, text))
    assert named in words
    assert hint in words


def test_unknown_key_in_the_environment_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINLI__OFFERS__EXPIRE_MINUTE", "3")
    words = refusal()
    assert "LINLI__OFFERS__EXPIRE_MINUTE" in words
    assert "'offers.expire_minutes'" in words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("messages: {quiet_from: 22:00}", "in quotes"),
        ("web: {port: many}", "'web.port' can't be used"),
        ("cancel: {late_fee_percent: 101}", "cancel.late_fee_percent"),
        ("wechat: {answer_within_s: 6}", "less than 5"),
        ("- web", "must hold sections"),
        ("web: [", "is not YAML"),
    ],
)
def test_wrong_value_is_told_in_words(tmp_path: Path, text: str, expected: str) -> None:
    assert expected in refusal(path=write(tmp_path, text))


def test_wrong_secret_is_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A6: a refused secret does not get into a log."""
    words = refusal(wechat={"app_secret": ["hunter2"]})
    assert "wechat.app_secret" in words
    assert "hunter2" not in words


def test_missing_file_and_whole_section_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "can't be read" in refusal(path=tmp_path / "none.yaml")
    monkeypatch.setenv("LINLI__WEB", "x")
    assert "names a whole section" in refusal()


def real_secrets() -> dict[str, dict[str, str]]:
    account = {"app_id": "wxreal", "app_secret": "s" * 32, "token": "tok", "encoding_aes_key": KEY}
    return {
        "wechat": {**account, "original_id": "gh_real"},
        "miniprogram": account,
        "security": {"secret_key": "k" * 40, "data_key": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="},
    }


def with_changes(**changes: dict[str, object]) -> Settings:
    sections: dict[str, dict[str, object]] = {name: dict(keys) for name, keys in real_secrets().items()}
    for section, keys in changes.items():
        sections.setdefault(section, {}).update(keys)
    return load_settings(**sections)


def test_demo_secrets_are_a_problem_only_outside_the_demo() -> None:
    """A5: nobody serves people with a key that the whole world knows."""
    told = check_settings(load_settings())
    assert any("security.data_key is the demo's" in problem for problem in told)
    assert any("LINLI__WECHAT__APP_SECRET" in problem for problem in told)
    assert check_settings(load_settings(demo={"enabled": True})) == []
    assert check_settings(with_changes()) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"wechat": {"encoding_aes_key": "short"}}, "43 letters and digits"),
        ({"security": {"data_key": "abcd"}}, "32 random bytes"),
        ({"security": {"data_key": "不是"}}, "32 random bytes"),
        ({"security": {"secret_key": "short"}}, "at least 32 characters"),
        ({"database": {"url": "mysql://x"}}, "sqlite:// or postgresql://"),
        ({"redis": {"url": "localhost"}}, "redis.url must begin"),
        ({"clock": {"follow_url": "http://x"}}, "demo and tests only"),
        ({"community": {"open": "18:00-08:00"}}, "open before it closes"),
        ({"community": {"open": "99:00-18:00"}}, "two hours such as"),
        ({"messages": {"quiet_from": "07:00"}}, "same hour"),
        ({"visits": {"remind_evening_at": "22:30"}}, "quiet hours"),
        ({"visits": {"no_show_after_min": 10}}, "later than visits.late_after_min"),
        ({"messages": {"retry_ladder_s": [5, 3]}}, "must rise"),
    ],
)
def test_check_tells_what_is_wrong(changes: dict[str, dict[str, object]], expected: str) -> None:
    problems = check_settings(with_changes(**changes))
    assert len(problems) == 1, problems
    assert expected in problems[0]


def test_a_typing_error_does_not_stop_a_server_that_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Q1: HUP with a wrong file goes on with what was set before; a start with it is refused."""
    monkeypatch.setattr("handlers.spoken._good", [])
    monkeypatch.setenv("LINLI_CONFIG", str(write(tmp_path, "web: {prot: 1}")))
    with pytest.raises(SettingsError):
        reread_settings()
    write(tmp_path, "web: {threads: 3}")
    assert reread_settings().web.threads == 3
    for wrong in ("web: {prot: 1}", "security: {data_key: abc}", "web: ["):
        write(tmp_path, wrong)
        assert reread_settings().web.threads == 3
    write(tmp_path, "web: {threads: 4}")
    assert reread_settings().web.threads == 4


def test_gunicorn_takes_our_figures() -> None:
    """The server's own settings are ours: no control socket, nothing loaded before the fork."""
    checked = subprocess.run(
        [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "--print-config", "app:create_app()"],
        capture_output=True, text=True, check=False,
    )
    shown = {line.split("=")[0].strip(): line.split("=", 1)[1].strip() for line in checked.stdout.splitlines() if "=" in line}
    assert shown["control_socket_disable"] == "True"
    assert shown["preload_app"] == "False"
    assert "Lingering" in shown["worker_class"]  # gthread's, which goes on for a moment after it was told to end
    assert shown["threads"] == "16"
    assert "Lines" in shown["logger_class"]  # its lines are JSON, too
