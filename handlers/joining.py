"""One person, however they come: accounts of one unionid are joined, the official account's and the mini-program's (A5).

A push of the official account names no unionid, so the jobs process asks the platform for it, once for each follower, and then
whoever signed in to the mini-program before is the same person as the one in the chat.
"""

from dataclasses import replace
from typing import Any

from peewee import IntegrityError, fn

from handlers.alerts import raise_alert
from handlers.context import Context, system_actor, transaction
from handlers.lifecycle import record
from handlers.platform import Platform
from handlers.words import _
from models.base import Row, database
from models.people import Identity, Person
from models.requests import Note
from models.schema import all_models
from models.workers import Worker

NONE = ""  # asked for, and the platform knows none


def learn_one(ctx: Context, platform: Platform) -> bool:
    """Asks for the unionid of one follower who has none yet. False: nobody is left, or the platform can't be asked now."""
    identity = _unknown(ctx)
    if identity is None:
        return False
    unionid = platform.union_of(str(identity.openid))
    if unionid is None:
        return False
    with transaction():
        here = replace(ctx, actor=system_actor(identity.community_id))
        person = Person.get(Person.id == identity.person_id)
        other = Person.get_or_none(Person.unionid == unionid, Person.id != person.id) if unionid else None
        if other is None or not join(here, person, other):
            person.change(unionid=unionid if other is None else NONE)
    return True


def _unknown(ctx: Context) -> Identity | None:
    theirs = (Identity.person_id == Person.id) & (Identity.app_id == ctx.settings.wechat.app_id) & Identity.follows
    some = fn.EXISTS(Identity.select().where(theirs))
    person = Person.select().where(Person.unionid.is_null() & some).order_by(Person.id).first()
    if person is None:
        return None
    mine = (Identity.person_id == person.id) & (Identity.app_id == ctx.settings.wechat.app_id)
    return Identity.select().where(mine).first()


def join(ctx: Context, keep: Person, gone: Person) -> bool:
    """All that is `gone`'s becomes `keep`'s. Not where both are workers: then a person looks at it, and nothing is changed."""
    if Worker.select().where(Worker.person_id.in_([keep.id, gone.id])).count() > 1:
        words = _("Two workers' files belong to one WeChat: %(one)s, %(two)s.", one=keep.called, two=gone.called)
        raise_alert(ctx, "two_workers", words, about=("person", keep.id))
        return False
    for model in all_models():
        if "person_id" in model._meta.fields:
            _move(model, keep.id, gone.id)
    mine = (Note.subject_kind == "said_phone") & (Note.subject_id == gone.id)
    Note.update(subject_id=keep.id).where(mine).execute()
    taken = {name: getattr(keep, name) or getattr(gone, name) for name in TAKEN}
    gone.change(**dict.fromkeys(NULLABLE), called="", is_worker=False)
    keep.change(**taken, is_worker=keep.is_worker or Worker.select().where(Worker.person_id == keep.id).exists())
    record(ctx, "person", keep.id, "join", data={"from": gone.id})
    return True


NULLABLE = ("unionid", "name", "phone", "phone_index", "birth_year", "consent_version", "consent_at", "notes")
TAKEN = (*NULLABLE, "called")


def _move(model: type[Row], keep: int, gone: int) -> None:
    """Row by row, since of what each person has only once (where the talk stands, say) the one in use stays."""
    fields: Any = model
    for row in model.select().where(fields.person_id == gone):
        try:
            with database.atomic():
                model.update(person_id=keep).where(fields.id == row.id).execute()
        except IntegrityError:
            row.delete_instance()
