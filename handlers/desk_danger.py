"""What stands before everything on the desk: somebody in danger, somebody before a closed door (C5, K4)."""

from datetime import datetime, timedelta
from typing import Any

from handlers.contact import phone_of, phone_words
from handlers.context import Context
from handlers.desk_terms import button
from handlers.words import _, say_clock
from models.clocks import Alert
from models.people import Person
from models.talk import Handover
from models.visits import Visit

AT_ONCE = ("emergency", "door_closed")  # alerts that stand before everything


def dangers(ctx: Context) -> list[dict[str, Any]]:
    """Somebody in danger, somebody before a closed door: before all else, red, with a clock (C5)."""
    mine = (Alert.community_id == ctx.community_id) & (Alert.state == "open")
    found = {(a.kind, a.subject_id): a for a in Alert.select().where(mine & Alert.kind.in_(AT_ONCE)).order_by(Alert.at.desc())}
    return [_danger_row(ctx, a) for a in found.values()]


def _danger_row(ctx: Context, alert: Alert) -> dict[str, Any]:
    danger, rules = alert.kind == "emergency", ctx.settings
    start: datetime = alert.at
    due = start + timedelta(minutes=rules.handover.emergency_every_min if danger else rules.visits.door_call_min)
    url = f"/console/handovers/{alert.subject_id}" if danger else _visit_url(alert.subject_id)
    who = Handover.find(alert.subject_id) if danger else Visit.find(alert.subject_id)
    person = Person.find(who.person_id) if who is not None else None
    waits = danger and who is not None and who.state == "waiting"
    take = button(_("Take it"), f"{url}/take", main=True, post=True) if waits else button(_("Look"), url, main=True)
    phone = [_("Phone %(who)s", who=phone_words(person)) if phone_of(person) else _("no phone yet")] if person else []
    return {
        "id": f"alert-{alert.id}",
        "url": url,
        "start": start,
        "due": due,
        "due_words": _("to be taken by %(when)s", when=say_clock(due, ctx.now)),
        "held_reason": "",
        "kind": "late",
        "first": True,
        "title": alert.words,
        "say": "",
        "meta": phone,
        "state_pill": {"kind": "bad", "words": _("somebody in danger") if danger else _("closed door")},
        "actions": [take],
    }


def _visit_url(visit_id: int | None) -> str:
    visit = Visit.find(visit_id)
    return f"/console/requests/{visit.request_id}" if visit is not None else "/console/"
