"""A recurring service in words: 每周二、四上午9点，每次2小时 (C8, Q4)."""

from datetime import datetime
from typing import Any

from handlers.clock import local
from handlers.words import N_, _, listed, say_minutes, say_time
from models.rules.recurrence import DAILY, MONTHLY, Rule, read_rule
from models.rules.recurring import is_rule

WEEKDAYS = (N_("on Monday"), N_("on Tuesday"), N_("on Wednesday"), N_("on Thursday"), N_("on Friday"), N_("on Saturday"), N_("on Sunday"))


def rule_words(body: str, first: datetime) -> str:
    """每周二、四; what a rule leaves open (which weekday) is the first visit's. "" where it is no rule."""
    if not is_rule(body):
        return ""
    rule = read_rule(body)
    words = {DAILY: _daily, MONTHLY: _monthly}.get(rule.freq, _weekly)(rule, local(first))
    return _("%(rule)s, %(n)s times in all", rule=words, n=rule.count) if rule.count else words


def _daily(rule: Rule, first: datetime) -> str:
    if rule.weekdays:
        return _weekly(rule, first)
    return _("every day") if rule.interval == 1 else _("every %(n)s days", n=rule.interval)


def _weekly(rule: Rule, first: datetime) -> str:
    days = sorted(rule.weekdays or {first.weekday()})
    named = listed(_(WEEKDAYS[day]) for day in days)
    if days == [0, 1, 2, 3, 4] and rule.interval == 1:
        return _("every day from Monday to Friday")
    if len(days) == len(WEEKDAYS) and rule.interval == 1:
        return _("every day")
    return _("every week %(days)s", days=named) if rule.interval == 1 else _("every %(n)s weeks %(days)s", n=rule.interval, days=named)


def _monthly(rule: Rule, first: datetime) -> str:
    named = listed(_("the %(day)sth", day=day) for day in sorted(rule.monthdays or {first.day}))
    if rule.interval == 1:
        return _("every month on %(days)s", days=named)
    return _("every %(n)s months on %(days)s", n=rule.interval, days=named)


def repeat_words(body: str | None, first: datetime, minutes: int) -> str:
    """每周二、四上午9点，每次2小时; "" for what does not repeat."""
    rule = rule_words(body or "", first)
    return _("%(rule)s at %(time)s, %(length)s each time", rule=rule, time=say_time(first), length=say_minutes(minutes)) if rule else ""


def repeats_in(terms: dict[str, Any]) -> str:
    """The same from the terms of an offer or an agreement; "" where they are of one visit."""
    if not terms.get("recurrence"):
        return ""
    return repeat_words(terms["recurrence"], datetime.fromisoformat(terms["starts_at"]), int(terms["minutes"]))


def days_in(terms: dict[str, Any]) -> str:
    """每周二、四上午9点, without how long, where that is said beside it; "" for one visit."""
    first = datetime.fromisoformat(terms["starts_at"])
    rule = rule_words(terms.get("recurrence") or "", first)
    return _("%(rule)s at %(time)s", rule=rule, time=say_time(first)) if rule else ""


def each_time(terms: dict[str, Any], what: str) -> str:
    """每次¥80: what holds for each visit of a recurring service; of one visit the words as they are."""
    return _("%(what)s each time", what=what) if terms.get("recurrence") else what
