"""Every word that a person reads has its Chinese: complete, with the same places to fill, and none left over (Q4)."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from babel.messages.pofile import read_po
from jinja2 import Environment
from jinja2.ext import extract_from_ast

from handlers.language import po_files
from sources import ROOT, Source, sources

SAY = {"_": 1, "N_": 1, "ngettext_": 2}
PLACE = re.compile(r"%\((\w+)\)[sd]")
# What nobody needs to translate: signs and figures.
_LETTERS = re.compile(r"[A-Za-z]")


def texts_of(source: Source) -> Iterator[tuple[str, str]]:
    """(msgid, where) for each `_("...")`, `N_("...")` and `ngettext_("...", "...")` of a Python file."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAY:
            for argument in node.args[: SAY[node.func.id]]:
                for text in _constants(argument):
                    yield text, f"{source.shown}:{node.lineno}"


def _constants(node: ast.expr) -> Iterator[str]:
    """The words themselves, also where one of two is chosen on the spot."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _constants(node.body)
        yield from _constants(node.orelse)


def texts_of_template(path: Path) -> Iterator[tuple[str, str]]:
    """(msgid, where) of a Jinja template."""
    tree = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"]).parse(path.read_text(encoding="utf-8"))
    for line, _name, found in extract_from_ast(tree, ("_", "N_", "gettext", "ngettext", "ngettext_")):
        for text in [found] if isinstance(found, str) else found:
            if text:
                yield text, f"{path.relative_to(ROOT)}:{line}"


def said() -> dict[str, str]:
    """Every msgid that the product says, and where it says it first."""
    places: dict[str, str] = {}
    found = [pair for source in sources("bot", "handlers", "web", "jobs") for pair in texts_of(source)]
    for folder in ("web", "bot", "handlers"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in (".html", ".xml", ".txt") and "templates" in path.parts:
                found += texts_of_template(path)
    for text, where in found:
        if _LETTERS.search(text):
            places.setdefault(text, where)
    return places


def translated() -> dict[str, list[tuple[str, str]]]:
    """msgid -> (its Chinese, the file that has it), over all areas; of plurals each form counts."""
    words: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for path in po_files("zh_CN"):
        with path.open("rb") as lines:
            for message in read_po(lines, locale="zh_CN"):
                for msgid in [message.id] if isinstance(message.id, str) else message.id:
                    string = message.string if isinstance(message.string, str) else message.string[0]
                    if msgid:
                        words[msgid].append(("" if message.fuzzy else string, path.name))
    return words


def test_every_word_has_its_chinese() -> None:
    """Q4: zh_CN is complete. The message below can be pasted into the area's .po file."""
    words = translated()
    lacking = {text: where for text, where in said().items() if not any(string for string, _ in words.get(text, []))}
    quoted = [f"# {where}\nmsgid {_quote(text)}\nmsgstr \"\"" for text, where in sorted(lacking.items(), key=lambda i: i[1])]
    assert not lacking, f"{len(lacking)} without Chinese:\n\n" + "\n\n".join(quoted)


def _quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def test_places_to_fill_are_the_same() -> None:
    wrong = [
        f"{file}: {msgid!r} -> {string!r}"
        for msgid, all_strings in translated().items()
        for string, file in all_strings
        if string and set(PLACE.findall(msgid)) != set(PLACE.findall(string))
    ]
    assert not wrong, "\n".join(wrong)


def test_places_to_fill_are_given() -> None:
    """`_("... %(name)s", name=...)`: a place that is not filled would stop an answer half way."""
    wrong = []
    for source in sources("bot", "handlers", "web", "jobs"):
        for node in ast.walk(source.tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "ngettext_")):
                continue
            given = {keyword.arg for keyword in node.keywords} | ({"n"} if node.func.id == "ngettext_" else set())
            texts = [text for argument in node.args[: SAY[node.func.id]] for text in _constants(argument)]
            lacking = {place for text in texts for place in PLACE.findall(text)} - given
            if lacking and None not in given:
                wrong.append(f"{source.shown}:{node.lineno} lacks {sorted(lacking)}")
    assert not wrong, "\n".join(wrong)


def test_no_words_are_left_over() -> None:
    """What nobody says any more goes out of the catalogue."""
    used = said()
    stale = [f"{file}: {msgid!r}" for msgid, all_strings in translated().items() for _, file in all_strings if msgid not in used]
    assert not stale, "\n".join(stale)


def test_two_areas_do_not_disagree() -> None:
    wrong = {
        msgid: sorted(all_strings)
        for msgid, all_strings in translated().items()
        if len({string for string, _ in all_strings}) > 1
    }
    assert not wrong, wrong


def test_no_chinese_stands_in_a_template() -> None:
    """A page says its words through _(), so that English is complete too. The name of the product is a name."""
    wrong = []
    for path in sorted((ROOT / "web").rglob("*.html")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if re.search(r"[一-鿿]", re.sub(r"\{#.*?#\}|邻里家政|邻里|中文", "", line)):
                wrong.append(f"{path.relative_to(ROOT)}:{number} {line.strip()[:80]}")
    assert not wrong, "\n".join(wrong)


def test_words_are_those_of_a_good_neighbour() -> None:
    """Never 亲, 用户, 尊敬的, 操作失败 and the like; Chinese signs in Chinese text."""
    never = ("尊敬的", "用户", "亲，", "操作失败", "操作成功", "提交成功", "系统异常", "工单", "请稍后重试", "SLA", "！！")
    wrong = [
        f"{file}: {string!r}"
        for all_strings in translated().values()
        for string, file in all_strings
        if any(word in string for word in never) or re.search(r"[一-鿿][,?!;]|[,?!;][一-鿿]", string)
    ]
    assert not wrong, "\n".join(wrong)
