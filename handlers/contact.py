"""The phone number that somebody says of themselves: a hint for staff, kept sealed, vouched for by nobody (A1, A6).

Bound is only what the platform vouches for (handlers/people.py: bind_phone) or staff have verified.
"""

from handlers.context import FRONT, PEOPLE, Context, use_case
from handlers.introductions import phone_in
from handlers.lifecycle import record
from handlers.words import _, mask_phone
from models.people import Person
from models.requests import Note

SAID = "said_phone"  # the kind of note in which it stands


@use_case(*PEOPLE, *FRONT)
def keep_said_phone(ctx: Context, *, words: str) -> str:
    """Keeps the number in the words, if there is a new one; it covered, or "" where nothing new was said."""
    phone, person_id = phone_in(words), ctx.actor.id or 0
    if not phone or ctx.actor.kind != "person" or phone in (Person.get(Person.id == person_id).phone, said_phone(person_id)):
        return ""
    forget_said_phone(person_id)
    here = {"community_id": ctx.community_id, "subject_kind": SAID, "subject_id": person_id}
    Note.create(**here, staff_id=0, words=phone, at=ctx.now)
    record(ctx, "person", person_id, "says_phone")
    return mask_phone(phone)


def said_phone(person_id: int) -> str:
    """The number that a person said last, or ""."""
    found = Note.select().where(Note.subject_kind == SAID, Note.subject_id == person_id).order_by(Note.id.desc()).first()
    return str(found.words) if found is not None else ""


def forget_said_phone(person_id: int) -> None:
    """It is not kept any longer."""
    Note.delete().where(Note.subject_kind == SAID, Note.subject_id == person_id).execute()


def phone_of(person: Person) -> str:
    """A number to reach somebody by: the bound one, else what they said."""
    return str(person.phone or said_phone(person.id))


def phone_words(person: Person) -> str:
    """For staff: the covered number, and whether anybody vouches for it."""
    if person.phone:
        return mask_phone(str(person.phone))
    said = said_phone(person.id)
    return _("%(phone)s (as they said, not verified)", phone=mask_phone(said)) if said else _("none yet")
