"""Who may import whom (docs/architecture.md): the shape of the house, kept by a test."""

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter

from sources import PARTS, Source, sources

OURS = tuple(part.removesuffix(".py") for part in PARTS)
DOORS = ("bot", "web", "jobs")

# The longest prefix that fits a module decides which of our own packages it may import.
MAY_IMPORT = {
    "models.rules": {"models.rules"},
    "bot.understanding": {"bot.understanding"},
    "models": {"models"},
    "handlers": {"handlers", "models"},
    "bot": {"bot", "handlers"},
    "web": {"web", "handlers"},
    "jobs": {"jobs", "handlers"},
    "simulator": {"simulator"},
    "app": set(OURS),
}
# Libraries that have one home; nobody else needs to know that we use them.
HOMES = {
    "wechatpy": ("bot.inbound", "bot.wechat", "bot.envelope", "simulator"),
    "peewee": ("models", "handlers"),
    "playhouse": ("models",),
    "apscheduler": ("jobs",),
    "flask": ("web", "bot.webhook", "simulator", "app"),
    "apiflask": ("web",),
    "chinese_calendar": ("models.rules",),
    "av": ("bot.services.convert",),
}
# These two think, and do nothing else: no input, no output.
PURE = ("models.rules", "bot.understanding")
NOT_PURE = {
    "os", "io", "socket", "subprocess", "threading", "sqlite3", "urllib.request", "http", "requests", "logging", "random",
    "time", "flask", "peewee", "redis", "structlog",
}  # fmt: skip


def within(name: str, prefix: str) -> bool:
    return name == prefix or name.startswith(f"{prefix}.")


@cache
def modules() -> frozenset[str]:
    """The dotted name of every file of ours."""
    return frozenset(source.name for source in sources())


def imported(source: Source, node: ast.AST) -> Iterator[str]:
    """The dotted names that one import statement brings in, modules rather than what is in them."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = node.module or ""
        if node.level:
            here = source.name.split(".")[: None if source.is_package else -1]
            base = ".".join([*here[: len(here) - node.level + 1], *([base] if base else [])])
        yield from {f"{base}.{a.name}" if f"{base}.{a.name}" in modules() else base for a in node.names}


@cache
def all_imports() -> tuple[tuple[Source, ast.stmt, str], ...]:
    """Every import statement of ours, with each name that it brings in."""
    nodes = ((source, node) for source in sources() for node in ast.walk(source.tree))
    statements = ((source, node) for source, node in nodes if isinstance(node, ast.Import | ast.ImportFrom))
    return tuple((source, node, name) for source, node in statements for name in imported(source, node))


def test_each_part_imports_only_what_it_may() -> None:
    wrong = []
    for source, node, name in all_imports():
        if name.split(".")[0] not in OURS:
            continue
        rule = max((prefix for prefix in MAY_IMPORT if within(source.name, prefix)), key=len)
        if not any(within(name, allowed) for allowed in MAY_IMPORT[rule]):
            wrong.append(f"{source.shown}:{node.lineno} imports {name}; {rule} may import {sorted(MAY_IMPORT[rule])}")
    assert not wrong, "\n".join(wrong)


def test_nobody_imports_the_wiring() -> None:
    wrong = [f"{source.shown}:{node.lineno}" for source, node, name in all_imports() if within(name, "app")]
    assert not wrong, wrong


def test_no_import_hides_in_a_function() -> None:
    wrong = []
    for source in sources():
        top = set(source.tree.body)
        for node in ast.walk(source.tree):
            guarded = isinstance(node, ast.Import | ast.ImportFrom) and node not in top and not _at_the_top(source, node)
            if guarded:
                wrong.append(f"{source.shown}:{node.lineno}")
    assert not wrong, f"imports inside functions: {wrong}"


def _at_the_top(source: Source, wanted: ast.AST) -> bool:
    """Inside an `if` or `try` of the module itself, such as for types only."""
    blocks = [node for node in source.tree.body if isinstance(node, ast.If | ast.Try)]
    return any(wanted in block.body for block in blocks)


def test_libraries_stay_at_home() -> None:
    wrong = []
    for source, node, name in all_imports():
        homes = HOMES.get(name.split(".")[0])
        if homes and not any(within(source.name, home) for home in homes):
            wrong.append(f"{source.shown}:{node.lineno} imports {name}, whose home is {', '.join(homes)}")
    assert not wrong, "\n".join(wrong)


def test_thinking_parts_do_nothing_else() -> None:
    wrong = [
        f"{source.shown}:{node.lineno} imports {name}"
        for source, node, name in all_imports()
        if any(within(source.name, pure) for pure in PURE) and any(within(name, thing) for thing in NOT_PURE)
        # The command line of the understanding is its own small door.
        and source.name != "bot.understanding.cli"
    ]
    assert not wrong, "\n".join(wrong)


def test_no_cycle() -> None:
    graph: dict[str, set[str]] = {name: set() for name in modules()}
    for source, _, name in all_imports():
        if name in graph and name != source.name:
            graph[source.name].add(name)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as cycle:
        raise AssertionError(" -> ".join(reversed(cycle.args[1]))) from None


def test_time_is_asked_of_the_one_clock() -> None:
    """Handlers get `now` in the Context; whoever reads the machine's time makes the demo and the tests lie."""
    asks = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("time", "time")}
    wrong = []
    for source in sources("bot", "handlers", "jobs", "models", "web"):
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and source.name != "handlers.clock":
                if (node.value.id, node.attr) in asks:
                    wrong.append(f"{source.shown}:{node.lineno} {node.value.id}.{node.attr}")
    assert not wrong, "\n".join(wrong)
