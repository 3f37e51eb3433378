"""Subscribe messages: who has allowed how many of which, and which to ask for now (Q1, wechat.md 3.2).

A one-time consent lets one message through. It is given with a tap in the mini-program (or on a page of the official account)
and told twice, by the page itself and by the platform's event; it is counted once.
"""

from datetime import datetime
from typing import Any

from peewee import Case

from handlers.context import PEOPLE, Context, use_case
from models.messages import SubscribeConsent
from models.people import Identity
from models.requests import Request
from models.visits import Visit

AT_ONCE = 3  # as many templates as the platform lets one tap ask for
ACCEPTED = ("accept", "acceptWithAudio", "acceptWithAlert")
SOURCES = {"page": SubscribeConsent.by_page, "event": SubscribeConsent.by_event}


def note_answer(ctx: Context, *, app_id: str, openid: str, template_id: str, accepted: bool, source: str) -> None:
    """Somebody allowed one more message of a template, or none any more; `source` (page, event) is who says so."""
    identity = Identity.get_or_none(Identity.app_id == app_id, Identity.openid == openid)
    if identity is not None and template_id:
        _keep(identity, template_id, accepted, source, ctx.now)


def _keep(identity: Identity, template_id: str, accepted: bool, source: str, now: datetime) -> None:
    mine = {"community_id": identity.community_id, "identity_id": identity.id, "template": template_id}
    SubscribeConsent.insert(**mine, asked_at=now).on_conflict_ignore().execute()
    told, other = SOURCES[source], SOURCES["event" if source == "page" else "page"]
    fields: dict[str, Any] = {"asked_at": now, "left": 0, "by_page": 0, "by_event": 0}
    if accepted:
        more = Case(None, [(told + 1 > other, 1)], 0)
        fields = {"asked_at": now, "left": SubscribeConsent.left + more, told.name: told + 1}
    where = [getattr(SubscribeConsent, name) == value for name, value in mine.items()]
    SubscribeConsent.update(**fields).where(*where).execute()


@use_case(*PEOPLE)
def report_answers(ctx: Context, *, answers: dict[str, str]) -> dict[str, int]:
    """What the mini-program's popup said for each template (accept, reject, ban, filter); gives what is left of each."""
    identity = _mini(ctx)
    known = set(ctx.settings.miniprogram.subscribe_templates.values())
    for template_id, said in answers.items():
        if identity is not None and template_id in known and said in (*ACCEPTED, "reject", "ban"):
            _keep(identity, template_id, said in ACCEPTED, "page", ctx.now)
    return {} if identity is None else {name: left_of(identity, name) for name in answers if name in known}


@use_case(*PEOPLE)
def wanted_templates(ctx: Context) -> list[str]:
    """The ids to ask for at the next tap: what this person will be told soon and has not allowed yet, three at most."""
    identity = _mini(ctx)
    ids = ctx.settings.miniprogram.subscribe_templates
    wanted = [] if identity is None else [ids[name] for name, n in _soon(ctx) if name in ids and left_of(identity, ids[name]) < n]
    return wanted[:AT_ONCE]


def _soon(ctx: Context) -> list[tuple[str, int]]:
    """(template, how many of it) that this person's open things will lead to, the next one first."""
    mine = (Request.community_id == ctx.community_id) & (Request.person_id == ctx.actor.id)
    waiting = Request.select().where(mine & Request.state.in_(("submitted", "approved", "matching", "offered", "negotiating")))
    visits = (Visit.community_id == ctx.community_id) & (Visit.person_id == ctx.actor.id)
    coming = Visit.select().where(visits & (Visit.state == "scheduled") & (Visit.starts_at > ctx.now)).exists()
    under_way = Visit.select().where(visits & Visit.state.in_(("scheduled", "on_the_way", "in_service"))).exists()
    asked = waiting.exists()
    rows = (("booking_confirmed", asked, 1), ("visit_reminder", asked or coming, 2), ("completion_confirm", asked or under_way, 1))
    return [(name, n) for name, true, n in rows if true]


def _mini(ctx: Context) -> Identity | None:
    mine = (Identity.community_id == ctx.community_id) & (Identity.person_id == ctx.actor.id)
    return Identity.get_or_none(mine & (Identity.app_id == ctx.settings.miniprogram.app_id))


def left_of(identity: Identity, template_id: str) -> int:
    """How many messages of a template may still be sent to this account of theirs."""
    row = _row(identity, template_id)
    return int(row.left) if row is not None else 0


def _row(identity: Identity, template_id: str) -> SubscribeConsent | None:
    mine = (SubscribeConsent.community_id == identity.community_id) & (SubscribeConsent.identity_id == identity.id)
    return SubscribeConsent.get_or_none(mine & (SubscribeConsent.template == template_id))


def use_consent(identity: Identity, template_id: str) -> bool:
    """Takes one; False when there is none left."""
    row = _row(identity, template_id)
    more = SubscribeConsent.update(left=SubscribeConsent.left - 1).where(SubscribeConsent.left > 0)
    return row is not None and more.where(SubscribeConsent.id == row.id).execute() == 1


def give_back_consent(identity: Identity, template_id: str) -> None:
    """The message was not sent after all."""
    row = _row(identity, template_id)
    if row is not None:
        SubscribeConsent.update(left=SubscribeConsent.left + 1).where(SubscribeConsent.id == row.id).execute()


def end_consent(identity: Identity, template_id: str) -> None:
    """The platform says that there is none (43101): believe it."""
    row = _row(identity, template_id)
    if row is not None:
        row.change(left=0, by_page=0, by_event=0)
