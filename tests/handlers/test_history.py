"""The history at the desk reads as sentences: whatever is kept as a code has its words (C6, Q4)."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import handlers
from asking import Desk, worker
from handlers.desk_history import did_words, history_of
from handlers.matching import choose_worker
from handlers.offers import decline_offer
from handlers.words import use_language
from models.rules import lifecycles

CODE = re.compile(r"[A-Za-z]")


def recorded() -> Iterator[tuple[str, str]]:
    """(kind, verb) of every step of a life cycle, and of whatever else handlers record in so many words."""
    for cycle in vars(lifecycles).values():
        if isinstance(cycle, lifecycles.LifeCycle):
            yield from ((cycle.name, step.verb) for step in cycle.steps)
    for path in Path(str(handlers.__file__)).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "record":
                said = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
                if isinstance(node.args[1], ast.Constant) and isinstance(node.args[3], ast.Constant):
                    yield said[0], said[1]


def test_whatever_happened_has_words() -> None:
    """C6, Q4: no step is shown by its code."""
    found = set(recorded())
    assert {("request", "join"), ("offer", "decline"), ("worker", "leave")} <= found
    with use_language("zh_CN"):
        assert {pair: did_words(*pair) for pair in found if CODE.search(did_words(*pair))} == {}


def test_why_it_was_declined_has_words(desk: Desk) -> None:
    """C6, D4: 去不了，病了 stands as 病了 in the history, what a coordinator wrote as they wrote it."""
    request = desk.request()
    choose_worker(desk.ctx("刘大爷"), request.id, worker_id=worker("李师傅").id)
    decline_offer(desk.ctx("李师傅"), desk.offer_of("李师傅"), reason="sick")
    decline_offer(desk.ctx(desk.asked(request)[0]), desk.offer_of(desk.asked(request)[0]), reason="腰不好")
    quotes = [line["quote"] for line in history_of(desk.ctx("陈姐"), request, None) if line.get("quote")]
    assert quotes == ["生病", "腰不好"]
