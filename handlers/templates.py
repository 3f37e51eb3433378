"""Whether our notices fit the account's templates: checked at the start, by a command, and by a test (Q1).

The platform refuses a field that is too long or of the wrong kind (47003), and the test account does not, so that it is
found only when a real person is not told. Limits: wechat.md section 3.3.
"""

import re
from datetime import UTC, datetime
from typing import Any

from handlers.notices import NOTICES, Telling
from handlers.settings import Settings

LIMITS: dict[str, tuple[int, str]] = {
    "thing": (20, r".+"),
    "short_thing": (10, r".+"),
    "number": (32, r"-?\d+(\.\d+)?"),
    "letter": (32, r"[A-Za-z]+"),
    "symbol": (5, r"[^\w\s]+"),
    "character_string": (32, r"[^\u4e00-\u9fff]+"),
    "time": (40, r"(\d{4}年\d{1,2}月\d{1,2}日|\d{4}-\d{1,2}-\d{1,2})?\s?\d{1,2}:\d{2}.*|\d{4}-\d{1,2}-\d{1,2}"),
    "date": (40, r"\d{4}.\d{1,2}.\d{1,2}.*"),
    "amount": (14, r"[¥￥]?\d{1,10}(\.\d{1,2})?元?"),
    "phone_number": (17, r"[\d+\-() ]+"),
    "car_number": (8, r".+"),
    "name": (10, r"\S+"),
    "phrase": (5, r"[\u4e00-\u9fff]+"),
    "const": (20, r".*"),
    "enum": (20, r".*"),
}


def misfits(fields: dict[str, str]) -> list[str]:
    """What the platform would refuse of these fields, in words."""
    found = []
    for key, value in fields.items():
        kind = re.sub(r"\d+$", "", key)
        limit, form = LIMITS.get(kind, (20, r".+"))
        if len(value) > limit or "\n" in value or not re.fullmatch(form, value):
            found.append(f"{key} can't be {value!r}")
    return found


def check_templates(settings: Settings, answer: dict[str, Any]) -> list[str]:
    """Problems in words: a template that the account lacks, a field that it does not have, a sample that does not fit."""
    theirs = {
        t["template_id"]: set(re.findall(r"\{\{(\w+)\.DATA\}\}", t.get("content", "")))
        for t in answer.get("template_list", [])
    }
    return [problem for notice in NOTICES.values() for problem in _check_notice(settings, notice, theirs)]


def _check_notice(settings: Settings, notice: Any, theirs: dict[str, set[str]]) -> list[str]:
    if notice.template is None:
        return []
    template_id = settings.wechat.templates.get(notice.template.name)
    if template_id not in theirs:
        return [f"{notice.code}: the account has no template {notice.template.name!r} ({template_id})"]
    fields = notice.template.fields(Telling(notice.sample, "王阿姨", datetime(2026, 11, 25, 1, tzinfo=UTC)))
    foreign = sorted(set(fields) - theirs[template_id])
    missing = sorted(theirs[template_id] - set(fields))
    problems = [f"{notice.code}: {problem}" for problem in misfits(fields)]
    problems += [f"{notice.code}: {key} is not a field of {notice.template.name}" for key in foreign]
    return problems + [f"{notice.code}: {key} of {notice.template.name} is not filled" for key in missing]
