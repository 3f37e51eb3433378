"""The repository speaks only of itself; what is locked stays locked; what CONTRIBUTING names exists."""

import re
import tomllib

import pytest

from sources import ROOT, repository_files

# Put together here, so that this file passes its own test: hosts that packages come from, and folders of one machine.
HOSTS = [".".join(parts) for parts in (
    ("pypi", "org"), ("pythonhosted", "org"), ("registry", "npmjs", "org"), ("deb", "debian", "org"), ("unpkg", "com"),
    ("jsdelivr", "net"), ("cdnjs", "com"), ("googleapis", "com"), ("tuna", "tsinghua"), ("aliyun", "com"),
)]  # fmt: skip
PLACES = ["/" + "work/", "/" + "opt/pypi", "/" + "root/", "/" + "home/"]
BINARY = {".png", ".jpg", ".jpeg", ".gif", ".ico", ".woff", ".woff2", ".ttf", ".pdf", ".mp3", ".amr", ".gz", ".db"}
FORBIDDEN = re.compile("|".join(re.escape(word) for word in HOSTS + PLACES))


def test_nothing_names_another_place() -> None:
    wrong = []
    for path in repository_files():
        if path.suffix.lower() not in BINARY:
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                found = FORBIDDEN.search(line)
                if found:
                    wrong.append(f"{path.relative_to(ROOT)}:{number} {found[0]}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_lock_names_no_address_and_a_hash_for_everything(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    pinned = re.findall(r"^(\S+)==\S+ \\\n    --hash=sha256:", text, re.MULTILINE)
    assert len(pinned) == len(re.findall(r"^[a-zA-Z]", text, re.MULTILINE)) > 20


def test_lock_holds_all_that_is_asked_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {re.split(r"[^A-Za-z0-9_.-]", need)[0].rstrip("~<>=").lower().replace("_", "-") for need in asked}
    locked = set(re.findall(r"^([a-z0-9.-]+)==", (ROOT / "requirements-dev.lock").read_text("utf-8"), re.MULTILINE))
    assert names <= locked, names - locked


def test_contributing_names_files_that_exist() -> None:
    """A newcomer follows it word for word: each `path/` or `path.py` in it is there."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:bot|handlers|jobs|models|web|tests|locale|docs|simulator)/[\w./-]*|[\w]+\.(?:yaml|toml|py|md))`", text)
    missing = sorted({name for name in named if not (ROOT / name).exists()})
    assert not missing, missing


def test_make_help_names_every_target() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)[1].split())  # type: ignore[index]
    explained = set(re.findall(r"^([a-z]+):.*## ", text, re.MULTILINE))
    assert targets == explained
