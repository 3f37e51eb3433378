"""Functions that fit into a head, files that fit on a few screens; and a word on each for whoever calls it."""

import ast
import statistics

from sources import ROOT, Source, functions, lines_of, sources

MEDIAN, P90, LONGEST = 8, 25, 50
FILE_P90, FILE_LONGEST = 250, 400


def p90(values: list[int]) -> int:
    return sorted(values)[int(len(values) * 0.9)]


def test_functions_are_short() -> None:
    sizes = {f"{s.shown}:{f.lineno} {f.name}": lines_of(f) for s in sources() for f in functions(s)}
    too_long = {name: size for name, size in sizes.items() if size > LONGEST}
    assert not too_long, too_long
    assert statistics.median(sizes.values()) <= MEDIAN
    assert p90(list(sizes.values())) <= P90


def test_files_are_short() -> None:
    sizes = {source.shown: source.text.count("\n") for source in sources()}
    too_long = {name: size for name, size in sizes.items() if size > FILE_LONGEST}
    assert not too_long, too_long
    assert p90(list(sizes.values())) <= FILE_P90, sorted(sizes.items(), key=lambda item: -item[1])[:15]


def test_tests_are_short_too() -> None:
    sizes = {str(p.relative_to(ROOT)): p.read_text("utf-8").count("\n") for p in (ROOT / "tests").rglob("*.py")}
    too_long = {name: size for name, size in sizes.items() if size > FILE_LONGEST}
    assert not too_long, too_long


def public_functions(source: Source) -> list[ast.FunctionDef]:
    """Functions of a module that others call: those whose name doesn't begin with a line."""
    return [node for node in source.tree.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")]


def test_public_functions_say_what_they_are_for() -> None:
    silent = [
        f"{source.shown}:{node.lineno} {node.name}"
        for source in sources()
        for node in public_functions(source)
        if not ast.get_docstring(node) and "migrations" not in source.name
    ]
    assert not silent, "\n".join(silent)


def test_files_say_what_they_hold() -> None:
    silent = [s.shown for s in sources() if s.text.strip() and not ast.get_docstring(s.tree) and "migrations" not in s.name]
    assert not silent, silent
