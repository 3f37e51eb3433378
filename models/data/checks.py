"""What the starting content must be like, so that a slip in a YAML file is told in words when it is read (B1, B4, E2, J1)."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

UNITS = {"hour", "visit", "m2", "day", "month", "unit26"}
SERVICE_KEYS = (
    "code name name_en unit price_min_fen price_fen price_max_fen minimum_quantity usual_minutes day_level people "
    "skills documents ages tasks counting short everyday_names included not_included checklist"
).split()
WHOLE_NUMBERS = ("price_min_fen", "price_fen", "price_max_fen", "minimum_quantity", "usual_minutes", "people")
TRANSLATED = ("counting", "short", "included", "not_included", "checklist")
FAQ_KEYS = {"code", "ask", "answer", "answer_en"}
LONGEST_ANSWER, LONGEST_SHORT = 120, 20


def problems(name: str, content: Any) -> list[str]:
    """What is wrong with the content of models/data/<name>.yaml, a line each; a name that has no check has no problems."""
    check = CHECKS.get(name)
    return list(check(content)) if check else []


def _twice(rows: list[dict[str, Any]], *keys: str) -> Iterator[str]:
    named = Counter(" ".join(str(row.get(key)) for key in keys) for row in rows)
    yield from (f"{what} stands there {n} times" for what, n in named.items() if n > 1)


def _services(rows: list[dict[str, Any]]) -> Iterator[str]:
    yield from _twice(rows, "code")
    for row in rows:
        yield from (f"{row.get('code', row)}: {wrong}" for wrong in _service(row))


def _service(row: dict[str, Any]) -> Iterator[str]:
    missing = [key for key in SERVICE_KEYS if key not in row]
    if missing:
        yield f"lacks {', '.join(missing)}"
        return
    if row["unit"] not in UNITS:
        yield f"unit {row['unit']} is none of {', '.join(sorted(UNITS))}"
    yield from _numbers(row)
    if len(row["short"]) > LONGEST_SHORT:
        yield f"short is longer than {LONGEST_SHORT} signs"
    for key in TRANSLATED:
        if key in row and f"{key}_en" in row and _length(row[key]) != _length(row[f"{key}_en"]):
            yield f"{key} and {key}_en have not the same number of entries"


def _numbers(row: dict[str, Any]) -> Iterator[str]:
    odd = [key for key in WHOLE_NUMBERS if type(row[key]) is not int or row[key] < 1]
    odd += [f"tasks.{task}" for task, fen in row["tasks"].items() if type(fen) is not int or fen < 0]
    if odd:
        yield f"{', '.join(odd)}: whole numbers, please; prices in fen"
    elif not row["price_min_fen"] <= row["price_fen"] <= row["price_max_fen"]:
        yield "the usual price lies outside of the public range"
    if len(row["ages"]) != 2 or not 16 <= row["ages"][0] <= row["ages"][1]:
        yield "ages: two, from 16 on, the lower first"


def _length(value: Any) -> int:
    return len(value) if isinstance(value, list) else 1


def _faq(rows: list[dict[str, Any]]) -> Iterator[str]:
    yield from _twice(rows, "code")
    for row in rows:
        if set(row) != FAQ_KEYS or not row["ask"]:
            yield f"{row.get('code', row)}: needs {', '.join(sorted(FAQ_KEYS))}, and nothing else"
        elif len(row["answer"]) > LONGEST_ANSWER:
            yield f"{row['code']}: the answer is longer than {LONGEST_ANSWER} signs"


def _texts(rows: list[dict[str, Any]]) -> Iterator[str]:
    yield from _twice(rows, "kind", "code", "version")
    for row in rows:
        if set(row) != {"kind", "code", "version", "body"} or not isinstance(row["version"], str):
            yield f"{row.get('code', row)}: needs kind, code, version (in quotes) and body, and nothing else"


CHECKS: dict[str, Callable[[Any], Iterator[str]]] = {"service_types": _services, "faq": _faq, "texts": _texts}
