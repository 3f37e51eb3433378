"""People: meeting them, their consent, what they are called, their addresses and their wishes about messages (A1, A6)."""

from datetime import datetime

from handlers.contact import forget_said_phone
from handlers.context import FRONT, PEOPLE, Context, Refused, transaction, use_case
from handlers.install import community_of
from handlers.introductions import name_in, parse_address
from handlers.lifecycle import record
from handlers.recordings import forget_voices
from handlers.settings import Settings
from handlers.windows import close_windows
from handlers.words import _
from models.catalogue import RulesText
from models.crypto import blind_index
from models.opening import Asks, foresee
from models.people import Address, Consent, Identity, Person

PURPOSE = "service"


def meet(
    settings: Settings, *, app_id: str, openid: str, now: datetime, unionid: str | None = None,
    action: str | None = None, asks: Asks | None = None,
) -> Person:  # fmt: skip
    """Who an account of the platform belongs to; somebody new gets an empty file. Same unionid: the same person (A5).

    `action` is what they have just done, `asks` what is asked of the outbox, where a talk follows.
    """
    identity = Identity.pick(app_id=app_id, openid=openid)
    if identity is not None:
        return Person.get_by_id(identity.person_id)  # type: ignore[arg-type]
    community_id = community_of(settings).id
    person = None
    if unionid:
        person = Person.get_or_none(Person.community_id == community_id, Person.unionid == unionid)
    person = person or Person.create(community_id=community_id, unionid=unionid, created_at=now)
    Identity.note_if_new(community_id=community_id, app_id=app_id, openid=openid, person_id=person.id, seen_at=now)
    foresee(app_id, openid, action, asks)
    return Person.get_by_id(Identity.get(Identity.app_id == app_id, Identity.openid == openid).person_id)  # type: ignore[no-any-return]


def _set_follow(ctx: Context, app_id: str, openid: str, follows: bool) -> None:
    Identity.update(follows=follows).where((Identity.app_id == app_id) & (Identity.openid == openid)).execute()
    record(ctx, "person", ctx.actor.id or 0, "follow" if follows else "unfollow")


@use_case(*PEOPLE)
def follow(ctx: Context, *, app_id: str, openid: str) -> None:
    """They follow the account: it may write to them."""
    _set_follow(ctx, app_id, openid, True)


@use_case(*PEOPLE)
def unfollow(ctx: Context, *, app_id: str, openid: str) -> None:
    """They left the account: nothing can be sent any more, calls still can. What they did before opens nothing later."""
    _set_follow(ctx, app_id, openid, False)
    identity = Identity.get_or_none(Identity.app_id == app_id, Identity.openid == openid)
    if identity is not None:
        close_windows(identity, ctx.now)


@use_case(*PEOPLE)
def find_me(ctx: Context) -> Person:
    """The person who acts."""
    return Person.get_by_id(ctx.actor.id)  # type: ignore[arg-type]


@use_case(*PEOPLE)
def has_consent(ctx: Context) -> bool:
    """Whether today's privacy notice was agreed to."""
    return find_me(ctx).consent_version in _newest_notice(ctx)


def _newest_notice(ctx: Context) -> list[str]:
    return RulesText.pick_values("version", community_id=ctx.community_id, kind="privacy", order="-version", limit=1)


def privacy_notice(ctx: Context) -> RulesText:
    """The newest privacy notice of the community."""
    return RulesText.pick_all(community_id=ctx.community_id, kind="privacy", order="-version", limit=1)[0]


@use_case(*PEOPLE)
def give_consent(ctx: Context) -> None:
    """Agrees to the privacy notice; kept with its version."""
    version = _newest_notice(ctx)[0]
    find_me(ctx).amend(consent_version=version, consent_at=ctx.now)
    Consent.note(community_id=ctx.community_id, person_id=ctx.actor.id, purpose=PURPOSE, version_of=version, at=ctx.now)
    record(ctx, "person", ctx.actor.id or 0, "consent", data={"version": version})


@use_case(*PEOPLE)
def withdraw_consent(ctx: Context) -> None:
    """Takes the consent back: nothing new is kept until it is given again."""
    find_me(ctx).change(consent_version=None, consent_at=None)
    mine = (Consent.community_id == ctx.community_id) & (Consent.person_id == ctx.actor.id)
    Consent.update(withdrawn_at=ctx.now).where(mine & Consent.withdrawn_at.is_null()).execute()
    record(ctx, "person", ctx.actor.id or 0, "withdraw_consent")


@use_case(*PEOPLE)
def set_called(ctx: Context, *, called: str) -> None:
    """Remembers what they are called, if the words say so and nothing better is known."""
    name, me = name_in(called), find_me(ctx)
    if name and (not me.called or "/" in me.called):
        me.amend(called=name)


@use_case(*PEOPLE)
def turn_reminders(ctx: Context, *, off: bool) -> None:
    """Reminders off or on; what concerns a visit itself is told all the same (Q1)."""
    find_me(ctx).change(reminders_off=off)
    record(ctx, "person", ctx.actor.id or 0, "reminders", data={"off": off})


@use_case(*PEOPLE)
def set_language(ctx: Context, *, language: str) -> None:
    """zh_CN or en. Refuses others (code bad_language)."""
    if language not in ("zh_CN", "en"):
        raise Refused("bad_language", _("Only Chinese and English for now."))
    find_me(ctx).change(language=language)


@use_case(*PEOPLE)
def bind_phone(ctx: Context, *, phone: str) -> None:
    """Binds a number that the platform vouches for. Refuses one that is bound to somebody else (code phone_taken)."""
    index = blind_index(phone)
    other = Person.get_or_none(
        Person.community_id == ctx.community_id, Person.phone_index == index, Person.id != ctx.actor.id
    )
    if other is not None:
        raise Refused("phone_taken", _("That number is bound to somebody else. A colleague can help."))
    find_me(ctx).change(phone=phone, phone_index=index)
    record(ctx, "person", ctx.actor.id or 0, "bind_phone")


@use_case(*PEOPLE, *FRONT)
def add_address(
    ctx: Context, *, words: str, lat: str | None = None, lng: str | None = None, usual: bool = True
) -> Address:
    """A new address, used from now on if it is one's `usual` one. Refuses what is no address (code address_unclear)."""
    return keep_address(ctx, ctx.actor.id or 0, words, lat, lng, usual=usual)


def keep_address(
    ctx: Context, person_id: int, words: str, lat: str | None, lng: str | None, *, usual: bool = True
) -> Address:
    """The same for anybody; staff enter it for a person. An address said again is not kept twice."""
    found = parse_address(words)
    if not (found["building"] or found["door"]) and lat is None:
        raise Refused("address_unclear", _("I need the building and the room, so that they find the door."))
    mine = (Address.community_id == ctx.community_id) & (Address.person_id == person_id)
    same = next((a for a in Address.select().where(mine) if a.words == found["words"]), None)
    if usual:
        Address.update(is_default=False).where(mine).execute()
    if same is not None:
        same.change(is_default=usual or same.is_default, used_at=ctx.now)
        return same
    home = {"area": found["area"] or ctx.settings.community.name.removesuffix("社区"), "building": found["building"]}
    where = {"lat": lat, "lng": lng, "door": found["door"], "words": found["words"]}
    return Address.create(
        community_id=ctx.community_id, person_id=person_id, is_default=usual, used_at=ctx.now, **home, **where
    )


@use_case(*PEOPLE)
def list_addresses(ctx: Context) -> list[Address]:
    """One's own addresses, the last used first."""
    mine = (Address.community_id == ctx.community_id) & (Address.person_id == ctx.actor.id)
    return list(Address.select().where(mine).order_by(Address.is_default.desc(), Address.used_at.desc()))


@use_case(*PEOPLE)
def default_address(ctx: Context) -> Address | None:
    """The address that is used unless another is said."""
    return next(iter(list_addresses(ctx)), None)


@use_case(*PEOPLE)
def forget_profile(ctx: Context, *, app_id: str, openid: str, whole: bool) -> None:
    """The platform says that somebody withdrew data (or, `whole`, closed their account): what it concerns is cleared (A6)."""
    identity = Identity.get_or_none(Identity.app_id == app_id, Identity.openid == openid) if openid else None
    if identity is None:
        return
    person = Person.get(Person.id == identity.person_id)
    with transaction():
        if whole:
            identity.change(follows=False)
            person.change(called="", name=None, phone=None, phone_index=None, notes=None, consent_version=None)
            _forget_homes(person)
            forget_said_phone(person.id)
            forget_voices(person)
        record(ctx, "person", person.id, "platform_forget", data={"whole": whole})


def _forget_homes(person: Person) -> None:
    """Addresses go; those of requests stay as house only, without door and person, since what was done must be kept."""
    mine = (Address.community_id == person.community_id) & (Address.person_id == person.id)
    for home in Address.select().where(mine):
        home.change(person_id=0, door="", words=f"{home.area}{home.building}", lat="", lng="", is_default=False)
