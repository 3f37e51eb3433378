"""The demo's own verbs: what comes next on the clock, what was done for a message, and a new start.

The sample people themselves come from handlers/sample.py and models/data/demo.yaml.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from handlers.clock import SHANGHAI, local
from handlers.context import Context, transaction
from handlers.install import load_content
from handlers.sample import fill_community
from handlers.sample_month import fill_month
from handlers.settings import Settings
from handlers.words import _
from models.clocks import Deadline
from models.messages import Inbox
from models.people import Person
from models.rules.workdays import is_working_day
from models.schema import all_models
from models.visits import Visit


@dataclass(frozen=True)
class Moment:
    """A time at which something will happen by itself."""

    label: str
    at: datetime


def _labels() -> dict[str, str]:
    return {
        "offer_expiry": _("an offer runs out"),
        "visit_evening": _("the reminder of the evening before"),
        "visit_hour": _("the reminder an hour before"),
        "visit_late": _("the worker is late"),
        "rating_reveal": _("ratings are shown"),
        "survey_ask": _("the survey"),
        "complaint_answer_due": _("an answer to a complaint is due"),
    }


# These concern one visit alone; the evening's reminders come for all visits of a day together.
OF_ONE_VISIT = ("visit_hour", "visit_late")


def list_moments(ctx: Context, limit: int = 8) -> list[Moment]:
    """The next times at which something happens, and the next visits' beginnings; for the demo's clock."""
    labels = _labels()
    open_ones = (Deadline.community_id == ctx.community_id) & (Deadline.state == "open") & (Deadline.due_at > ctx.now)
    due = (
        Deadline.select().where(open_ones & Deadline.kind.in_(list(labels))).order_by(Deadline.due_at.desc()).limit(300)
    )
    first = {row.kind: row for row in due}  # the earliest of each kind
    moments = [Moment(_said(row, labels[kind]), row.due_at + timedelta(seconds=1)) for kind, row in first.items()]
    soon = (
        (Visit.community_id == ctx.community_id)
        & Visit.state.in_(("scheduled", "on_the_way"))
        & (Visit.starts_at > ctx.now)
    )
    for visit in Visit.select().where(soon).order_by(Visit.starts_at).limit(1):
        person = Person.find(visit.person_id)
        words = _("the visit at %(name)s's", name=person.called if person else "")
        moments.append(Moment(words, visit.starts_at - timedelta(minutes=5)))
    return sorted(moments, key=lambda m: m.at)[:limit]


def _said(row: Deadline, label: str) -> str:
    visit = Visit.find(row.subject_id) if row.kind in OF_ONE_VISIT else None
    person = Person.find(visit.person_id) if visit is not None else None
    return _("%(name)s: %(what)s", name=person.called, what=label) if person is not None else label


def trace_of(ctx: Context, key: str) -> dict[str, Any] | None:
    """What was done for one push, step by step; only where settings.demo.keep_traces."""
    row = Inbox.get_or_none(Inbox.account == ctx.settings.wechat.app_id, Inbox.key == key)
    if row is None or not ctx.settings.demo.enabled:
        return None
    steps = [{"ms": ms, "words": words} for ms, words in row.trace or []]
    return {"key": key, "state": row.state, "steps": steps, "reply": row.reply}


def good_morning(now: datetime) -> datetime:
    """Half past nine of today, or of the next working day: when the demo begins, so that the station is open."""
    day = local(now).date()
    while not is_working_day(day):
        day += timedelta(days=1)
    return datetime.combine(day, time(9, 30), SHANGHAI)


def is_empty(settings: Settings) -> bool:
    """Whether nobody is there yet."""
    return not Person.select().where(Person.community_id == load_content(settings).id).exists()


def seed_demo(settings: Settings, now: datetime) -> bool:
    """The sample community, if nobody is there yet; False where somebody is."""
    if not is_empty(settings):
        return False
    with transaction():
        fill_month(fill_community(settings, load_content(settings), now))
    return True


def restart_demo(settings: Settings, now: datetime) -> None:
    """Everything as on the first day. Only in the demo: whoever calls this has asked settings.demo.enabled."""
    if not settings.demo.enabled:
        raise RuntimeError("only the demo starts afresh")
    with transaction():
        for model in reversed(all_models()):
            model.delete().execute()
    seed_demo(settings, now)
