"""Which way a notice may go at this moment: the cheapest that is allowed (Q1, wechat.md sections 2 and 3).

Order: customer-service message inside an open window, template message to a follower, the staff's call list. The
passive reply is taken earlier, while a push is being answered (delivery.fold_into_reply).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from handlers.cards import Card
from handlers.clock import SHANGHAI
from handlers.notices import Notice, Telling
from handlers.settings import Settings
from handlers.windows import best_window
from models.messages import Outbox
from models.people import Identity, Person


@dataclass(frozen=True)
class Plan:
    """What to do with one notice now: send by `channel`, wait until `wait_until`, or put it on the call list."""

    channel: str
    identity: Identity | None = None
    window_id: int | None = None
    template_id: str = ""
    fields: dict[str, str] | None = None
    wait_until: datetime | None = None
    why: str = ""


def identities(settings: Settings, person: Person) -> list[Identity]:
    """The person's accounts on the official account, the last used first."""
    mine = (Identity.community_id == person.community_id) & (Identity.person_id == person.id)
    return list(
        Identity.select().where(mine & (Identity.app_id == settings.wechat.app_id)).order_by(Identity.seen_at.desc())
    )


def quiet_until(settings: Settings, now: datetime) -> datetime | None:
    """The end of the quiet hours if now is in them (Q1)."""
    start, end = settings.messages.quiet_from, settings.messages.quiet_to
    local = now.astimezone(SHANGHAI)
    if start <= local.time() or local.time() < end:
        day = local.date() + timedelta(days=1 if local.time() >= start else 0)
        return datetime.combine(day, end, SHANGHAI)
    return None


def plan_channel(settings: Settings, row: Outbox, notice: Notice, telling: Telling, person: Person) -> Plan:
    """The way for this notice at this moment."""
    if notice.urgency in ("low", "normal"):
        morning = quiet_until(settings, telling.now)
        if morning is not None:
            return Plan("wait", wait_until=morning, why="quiet hours")
    for identity in identities(settings, person):
        plan = _by_window(row, identity, telling.now) or _by_template(settings, row, notice, telling, identity)
        if plan is not None:
            return plan
    return Plan("call", why=_why_call(settings, person))


def _by_window(row: Outbox, identity: Identity, now: datetime) -> Plan | None:
    if "custom" in row.refused_channels or not identity.follows:
        return None
    window = best_window(identity, now)
    return Plan("custom", identity, window.id) if window is not None else None


def _by_template(settings: Settings, row: Outbox, notice: Notice, telling: Telling, identity: Identity) -> Plan | None:
    if "template" in row.refused_channels or not identity.follows or notice.template is None:
        return None
    template_id = settings.wechat.templates.get(notice.template.name, "")
    if not template_id:
        return None
    return Plan("template", identity, template_id=template_id, fields=notice.template.fields(telling))


def _why_call(settings: Settings, person: Person) -> str:
    known = identities(settings, person)
    if not known:
        return "no WeChat account"
    return "no message is allowed now" if any(i.follows for i in known) else "does not follow the account"


def message_of(card: Card) -> dict[str, Any]:
    """A card as a customer-service message: a menu where there are choices, else a text."""
    if not card.choices:
        return {"msgtype": "text", "text": {"content": card.text}}
    items = [{"id": choice.id, "content": choice.words} for choice in card.choices]
    menu = {"head_content": card.text, "list": items, "tail_content": ""}
    return {"msgtype": "msgmenu", "msgmenu": menu}
