"""The product's own source files, read once: what the tests of conventions look at."""

import ast
import functools
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("app.py", "bot", "handlers", "jobs", "models", "simulator", "web")


@dataclass(frozen=True)
class Source:
    """One Python file: its dotted name, its text, its tree."""

    path: Path
    name: str
    text: str
    tree: ast.Module

    @property
    def shown(self) -> str:
        return str(self.path.relative_to(ROOT))

    @property
    def is_package(self) -> bool:
        return self.path.name == "__init__.py"


@functools.cache
def sources(*parts: str) -> tuple[Source, ...]:
    """Every Python file of these parts of the product (default: all), by path."""
    found: list[Path] = []
    for part in parts or PARTS:
        place = ROOT / part
        found += [place] if place.is_file() else sorted(place.rglob("*.py"))
    return tuple(_read(path) for path in found if "__pycache__" not in path.parts)


@functools.cache
def _read(path: Path) -> Source:
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    text = path.read_text(encoding="utf-8")
    return Source(path, name, text, ast.parse(text, str(path)))


def functions(source: Source) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of a file."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def lines_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """From `def` to its last line, docstring included."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


@functools.cache
def repository_files() -> tuple[Path, ...]:
    """Every file that belongs to the repository, also those not committed yet."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode == 0:
        return tuple(path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file())
    made = {".venv", ".git", "__pycache__", "data", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis"}
    return tuple(p for p in ROOT.rglob("*") if p.is_file() and not made.intersection(p.relative_to(ROOT).parts))
