"""Whether our notices fit the accounts' templates: checked at the start, at each sending, by a command, and by a test (Q1).

The platform refuses a field that is too long or of the wrong kind (47003), and the test account does not, so that it is
found only when a real person is not told. Kinds and limits: wechat.md section 3.3.
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

from handlers.notices import NOTICES, Notice, Telling
from handlers.notices.base import Template
from handlers.settings import Settings
from handlers.words import use_language

CLOCK = r"([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?"
DAY = r"(\d{4}年\d{1,2}月\d{1,2}日|\d{4}-\d{1,2}-\d{1,2}|\d{4}/\d{1,2}/\d{1,2})"
HAN = r"[\u3400-\u4dbf\u4e00-\u9fff]"
Fits = Callable[[str], bool]


def _like(pattern: str) -> Fits:
    compiled = re.compile(pattern)
    return lambda value: bool(compiled.fullmatch(value))


def _exists(value: str) -> bool:
    """Whether every day that is named is a day of the calendar."""
    for found in re.finditer(DAY, value):
        try:
            year, month, day = (int(part) for part in re.findall(r"\d+", found[0]))
            date(year, month, day)
        except ValueError:
            return False
    return True


def _moment(value: str) -> bool:
    whole = rf"({DAY}( {CLOCK})?|{CLOCK})"
    return bool(re.fullmatch(rf"{whole}(~{whole})?", value)) and _exists(value)


def _date(value: str) -> bool:
    return bool(re.fullmatch(rf"{DAY}( {CLOCK})?(~({DAY}( {CLOCK})?|{CLOCK}))?", value)) and _exists(value)


def _name(value: str) -> bool:
    latin = re.fullmatch(r"[\x21-\x7e ]+", value)
    return not re.search(r"[\d\r\n]", value) and 0 < len(value) <= (20 if latin else 10)


# kind -> (whether a value fits, what it may be, for people)
KINDS: dict[str, tuple[Fits, str]] = {
    "thing": (_like(r"[^\r\n]{1,20}"), "at most 20 signs in one line"),
    "short_thing": (_like(r"[^\r\n]{1,10}"), "at most 10 signs in one line"),
    "number": (_like(r"-?(?!(?:\D*\d){33})\d+(\.\d+)?"), "a number of at most 32 digits"),
    "letter": (_like(r"[A-Za-z]{1,32}"), "at most 32 letters"),
    "symbol": (_like(r"[^\w\s]{1,5}"), "at most 5 signs that are neither letters nor digits"),
    "character_string": (_like(r"[\x20-\x7e]{1,32}"), "at most 32 letters, digits and signs, no Chinese"),
    "time": (_moment, "a time such as 2026年11月25日 09:00"),
    "date": (_date, "a date such as 2026年11月25日"),
    "amount": (_like(r"[¥￥]?\d{1,10}(\.\d{1,2})?元?"), "an amount such as 90.00元"),
    "phone_number": (_like(r"[\d+\-() ]{1,17}"), "a phone number"),
    "car_number": (_like(rf"({HAN}|[A-Z0-9])[A-Z0-9]{{1,6}}({HAN}|[A-Z0-9])"), "a car's number"),
    "name": (_name, "at most 10 Chinese signs or 20 letters, no digits"),
    "phrase": (_like(rf"{HAN}{{1,5}}"), "at most 5 Chinese signs"),
    "const": (_like(r"[^\r\n]{0,20}"), "one of the approved values"),
    "enum": (_like(r"[^\r\n]{1,20}"), "one of the approved values"),
    "enum_string": (_like(r"[^\r\n]{1,20}"), "one of the approved values"),
}
UNKNOWN: tuple[Fits, str] = (lambda value: False, "of a kind that we know")


def kind_of(key: str) -> str:
    """thing5 is a thing."""
    return key.rstrip("0123456789")


def misfits(fields: dict[str, str]) -> list[str]:
    """What the platform would refuse of these fields, in words."""
    found = []
    for key, value in fields.items():
        fits, words = KINDS.get(kind_of(key), UNKNOWN)
        if not fits(value):
            found.append(f"{key} must be {words}, and is {value!r}")
    return found


def render_fields(template: Template, telling: Telling) -> dict[str, str]:
    """A notice's values as the fields of its template, in Chinese as the template itself."""
    with use_language("zh_CN"):
        return template.fields(telling)


def carriers(notice: Notice) -> Iterator[tuple[str, str, Template]]:
    """(settings' section, key, template) of every template that may carry a notice."""
    if notice.template is not None:
        yield "wechat", "templates", notice.template
    if notice.subscribe is not None:
        yield "wechat", "subscribe_templates", notice.subscribe
        yield "miniprogram", "subscribe_templates", notice.subscribe


def sample_of(notice: Notice) -> Telling:
    """A notice at its longest legal values."""
    return Telling(notice.sample, "欧阳阿姨", datetime(2026, 11, 25, 1, tzinfo=UTC))


def check_notices(settings: Settings) -> list[str]:
    """At the start, without asking the platform: templates without an id, and samples that no account would take."""
    found = []
    for notice in NOTICES.values():
        for section, key, template in carriers(notice):
            if not getattr(getattr(settings, section), key).get(template.name):
                found.append(f"{notice.code}: {section}.{key} has no id for {template.name}, so it goes another way")
            found += [f"{notice.code}: {problem}" for problem in misfits(render_fields(template, sample_of(notice)))]
    return list(dict.fromkeys(found))


Theirs = dict[str, list[str]]  # template id -> its fields


def private_templates(answer: dict[str, Any]) -> Theirs:
    """The template messages of an account, from the platform's answer."""
    return {t["template_id"]: _keys(t) for t in answer.get("template_list", [])}


def subscribe_templates(answer: dict[str, Any]) -> Theirs:
    """The subscribe templates of an account, from the platform's answer."""
    return {t["priTmplId"]: _keys(t) for t in answer.get("data", [])}


def _keys(template: dict[str, Any]) -> list[str]:
    return re.findall(r"\{\{(\w+)\.DATA\}\}", template.get("content", ""))


def compare_templates(settings: Settings, theirs: dict[tuple[str, str], Theirs]) -> list[str]:
    """Where our notices and the accounts differ, in words; `theirs` by (section, key) of the settings."""
    found = []
    for notice in NOTICES.values():
        for section, key, template in carriers(notice):
            if (section, key) in theirs:
                ids = getattr(getattr(settings, section), key)
                found += [
                    f"{section}.{key}.{template.name}: {problem}"
                    for problem in _differences(notice, template, ids.get(template.name, ""), theirs[section, key])
                ]
    return list(dict.fromkeys(found))


def _differences(notice: Notice, template: Template, template_id: str, theirs: Theirs) -> Iterator[str]:
    if not template_id:
        yield f"no id is set, and {notice.code} needs it"
        return
    if template_id not in theirs:
        yield f"the account has no template with the id {template_id}; choose it again in the account and set the new id"
        return
    fields = render_fields(template, sample_of(notice))
    for name in theirs[template_id]:
        if name not in fields:
            yield f"the account's template has a field {name}, which {notice.code} does not fill"
    for name in fields:
        if name not in theirs[template_id]:
            yield f"{notice.code} fills {name}, which the account's template does not have"
    yield from (f"{notice.code}: {problem}" for problem in misfits(fields))
