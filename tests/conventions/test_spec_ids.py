"""Each row of the specification that is built has a test that names it in a docstring."""

import ast
import re
from pathlib import Path

from sources import ROOT

ROWS = {
    letter: range(1, last + 1)
    for letter, last in zip("ABCDEFGHIJKLMNOPQ", (6, 6, 8, 7, 3, 4, 5, 4, 6, 3, 5, 5, 2, 8, 3, 2, 4), strict=True)
}
# What has been built so far; a row that is added here asks for its test.
BUILT = (
    "A1 A2 A5 A6 B1 B3 C1 C2 C3 C4 C6 C7 C8 D1 D2 D3 D4 D5 D6 D7 E1 E2 F1 F2 F3 H1 I1 I2 J2 Q1 Q2 Q3 Q4"
).split()
_ID = re.compile(r"(?<![\w-])([A-Q])(\d{1,2})(?:-(?:[A-Q])?(\d{1,2}))?(?![\w-])")


def ids_in(text: str) -> set[str]:
    """D1, and all of D1-D4 or D1-4."""
    found = set()
    for letter, first, last in _ID.findall(text):
        found |= {f"{letter}{number}" for number in range(int(first), int(last or first) + 1)}
    return found


def docstrings(path: Path) -> str:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    kinds = ast.Module | ast.ClassDef | ast.FunctionDef
    return "\n".join(ast.get_docstring(node) or "" for node in ast.walk(tree) if isinstance(node, kinds))


def named() -> dict[str, set[str]]:
    """Test file -> the rows that it names."""
    files = sorted((ROOT / "tests").rglob("test_*.py"))
    return {str(f.relative_to(ROOT)): ids_in(docstrings(f)) for f in files if "conventions" not in f.parts}


def test_every_row_that_is_built_has_its_proof() -> None:
    proven = set().union(*named().values())
    assert not [row for row in BUILT if row not in proven]


def test_ids_that_tests_name_exist() -> None:
    wrong = {
        file: sorted(row for row in rows if int(row[1:]) not in ROWS[row[0]])
        for file, rows in named().items()
    }
    assert not {file: rows for file, rows in wrong.items() if rows}


def test_tests_of_behaviour_name_their_row() -> None:
    """A file that tests what people get says which row of the specification it proves."""
    behaviour = ("tests/bot/", "tests/handlers/", "tests/story/", "tests/web/", "tests/jobs/", "tests/delivery/")
    silent = [file for file, rows in named().items() if file.startswith(behaviour) and not rows]
    assert not silent, silent
