"""A resident at the desk: who they are, what they may be told by, private values covered unless a reason was given (A6)."""

from datetime import timedelta
from typing import Any

from handlers.access import access_person
from handlers.clock import local
from handlers.contact import phone_of, phone_words
from handlers.context import FRONT, Context, use_case
from handlers.desk_complaints import visits_to_choose
from handlers.desk_terms import called, request_pill, request_what
from handlers.staff import look_at
from handlers.windows import window_left
from handlers.words import _, say_clock, short
from models.people import Address, Identity, Look, Person, Staff
from models.requests import Request
from models.visits import Visit
from models.voices import Complaint
from models.workers import Worker

SHOWN_FOR = timedelta(minutes=5)


def look_reasons() -> list[dict[str, str]]:
    """Why staff may need to see a phone or a door number."""
    words = (_("to check a request by phone"), _("an emergency"), call_reason())
    return [{"value": "", "label": _("Please choose")}, *({"value": w, "label": w} for w in words)]


def call_reason() -> str:
    """The reason of the call list: the notice could not be sent."""
    return _("to pass on a notice by phone")


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
        "phone_veiled": veiled(person),
        "phone": phone_of(person) if shown else "",
        "shown_until": ctx.now + SHOWN_FOR if shown else None,
        "facts": [(_("Can be told by"), reach_words(ctx, person))],
    }


def veiled(person: Person) -> str:
    """138 •••• 6027."""
    return phone_words(person).replace("****", " •••• ")


def reach_words(ctx: Context, person: Person) -> str:
    """How somebody can be reached at this moment."""
    for identity in Identity.select().where((Identity.person_id == person.id) & Identity.follows):
        left, until = window_left(identity, ctx.now)
        if left and until:
            return _("message, %(n)s left until %(until)s", n=left, until=say_clock(until, ctx.now))
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
    requests = Request.select().where(mine).order_by(Request.starts_at.desc()).limit(20)
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
            {
                "url": f"/console/requests/{r.id}",
                "number": r.number,
                "title": request_what(ctx, r),
                "pill": request_pill(r),
            }
            for r in requests
        ],
        "looks": [{"at": x.at, "by": Staff.get(Staff.id == x.staff_id).called, "reason": x.reason} for x in looks],
        "look_reasons": look_reasons(),
        "visits_to_choose": visits_to_choose(ctx, person.id),
        "complaints": [
            {"url": f"/console/complaints/{c.id}", "number": c.number, "words": short(c.words, 40), "at": c.received_at}
            for c in _complaints_of(ctx, person)
        ],
        "worker_url": _worker_url(ctx, person),
    }


def _complaints_of(ctx: Context, person: Person) -> list[Complaint]:
    """Theirs; those that were made without a name stay without."""
    mine = (Complaint.community_id == ctx.community_id) & (Complaint.person_id == person.id) & ~Complaint.anonymous
    return list(Complaint.select().where(mine).order_by(Complaint.id.desc()).limit(10))


def _worker_url(ctx: Context, person: Person) -> str:
    worker = Worker.get_or_none(Worker.community_id == ctx.community_id, Worker.person_id == person.id)
    return f"/console/workers/{worker.id}" if worker is not None else ""


@use_case(*FRONT)
def look_with_reason(ctx: Context, person_id: int, *, reason: str) -> None:
    """Records why; for the next minutes phone and door number are shown to this staff member."""
    look_at(ctx, person_id=person_id, field="phone", reason=reason)


@use_case(*FRONT)
def who_to_enter(ctx: Context, person_id: int) -> dict[str, Any]:
    """What is known already of somebody for whom a request is entered; phone and door stay covered."""
    person = access_person(ctx, person_id)
    home = Address.select().where(Address.person_id == person.id).order_by(Address.is_default.desc()).first()
    return {
        "id": person.id,
        "called": called(person),
        "url": f"/console/residents/{person.id}",
        "phone_veiled": veiled(person),
        "place": f"{home.area}{home.building}" if home is not None else "",
    }
