"""A resident at the desk: who they are, what they may be told by, private values covered unless a reason was given (A6)."""

from datetime import timedelta
from typing import Any

from handlers.access import access_person
from handlers.clock import local
from handlers.context import FRONT, Context, use_case
from handlers.desk_queue import called, request_title
from handlers.staff import look_at
from handlers.windows import window_left
from handlers.words import _, mask_phone, say_when
from models.people import Address, Identity, Look, Person
from models.requests import Request
from models.visits import Visit

SHOWN_FOR = timedelta(minutes=5)


def look_reasons() -> list[dict[str, str]]:
    """Why staff may need to see a phone or a door number."""
    words = (_("to check a request by phone"), _("an emergency"), _("to pass on a notice by phone"))
    return [{"value": "", "label": _("Please choose")}, *({"value": w, "label": w} for w in words)]


def may_see(ctx: Context, person_id: int) -> bool:
    """Whether this staff member has given a reason within the last minutes."""
    mine = (Look.community_id == ctx.community_id) & (Look.staff_id == ctx.actor.id) & (Look.subject_id == person_id)
    return Look.select().where(mine & (Look.at > ctx.now - SHOWN_FOR)).exists()


def resident_view(ctx: Context, person: Person, *, shown: bool) -> dict[str, Any]:
    """The card beside a request."""
    visits = Visit.select().where((Visit.person_id == person.id) & Visit.state.in_(("closed", "settled"))).count()
    age = _("%(n)s years", n=local(ctx.now).year - person.birth_year) if person.birth_year else ""
    home = Address.select().where(Address.person_id == person.id).order_by(Address.is_default.desc()).first()
    line = " · ".join(filter(None, [age, home.area if home else "", _("%(n)s visits so far", n=visits)]))
    return {
        "id": person.id,
        "called": called(person),
        "name": person.name if shown and person.name else "",
        "url": f"/console/residents/{person.id}",
        "line": line,
        "phone_veiled": mask_phone(person.phone) if person.phone else _("none yet"),
        "phone": person.phone if shown and person.phone else "",
        "shown_until": ctx.now + SHOWN_FOR if shown else None,
        "facts": [(_("Can be told by"), reach_words(ctx, person))],
    }


def reach_words(ctx: Context, person: Person) -> str:
    """How somebody can be reached at this moment."""
    for identity in Identity.select().where((Identity.person_id == person.id) & Identity.follows):
        left, until = window_left(identity, ctx.now)
        if left and until:
            return _("message, %(n)s left until %(until)s", n=left, until=say_when(until, ctx.now))
        return _("template message")
    return _("phone only")


@use_case(*FRONT)
def list_residents(ctx: Context, *, words: str = "") -> list[dict[str, Any]]:
    """Residents by what they are called or the end of their phone number, the newest first."""
    mine = (Person.community_id == ctx.community_id) & (Person.is_worker == False)  # noqa: E712
    rows = Person.select().where(mine).order_by(Person.id.desc()).limit(500)
    wanted = words.strip()
    found = [
        p
        for p in rows
        if not wanted or wanted in (p.called or "") or (len(wanted) >= 4 and (p.phone or "").endswith(wanted))
    ]
    return [resident_view(ctx, p, shown=False) for p in found[:60]]


@use_case(*FRONT)
def resident_page(ctx: Context, person_id: int) -> dict[str, Any]:
    """A resident's file: card, addresses without door, requests, and who has looked at private data."""
    person = access_person(ctx, person_id)
    shown = may_see(ctx, person.id)
    homes = Address.select().where(Address.person_id == person.id).order_by(Address.is_default.desc())
    mine = (Request.community_id == ctx.community_id) & (Request.person_id == person.id) & (Request.state != "draft")
    requests = Request.select().where(mine).order_by(Request.id.desc()).limit(20)
    looks = (
        Look.select()
        .where((Look.community_id == ctx.community_id) & (Look.subject_id == person.id))
        .order_by(Look.id.desc())
        .limit(20)
    )
    return {
        "resident": resident_view(ctx, person, shown=shown),
        "addresses": [
            {"place": f"{a.area}{a.building}", "door": a.door if shown else "", "default": a.is_default} for a in homes
        ],
        "notes": person.notes or "",
        "requests": [
            {"url": f"/console/requests/{r.id}", "number": r.number, "title": request_title(ctx, r), "state": r.state}
            for r in requests
        ],
        "looks": [{"at": look.at, "field": look.field, "reason": look.reason} for look in looks],
        "look_reasons": look_reasons(),
    }


@use_case(*FRONT)
def look_with_reason(ctx: Context, person_id: int, *, reason: str) -> None:
    """Records why; for the next minutes phone and door number are shown to this staff member."""
    look_at(ctx, person_id=person_id, field="phone", reason=reason)
