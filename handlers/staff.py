"""Staff at the console: accounts, sign-in with password and authenticator, sessions (A5).

Nothing tells whether a login exists: a wrong login costs the same time as a wrong password and is answered alike. After
some wrong tries an account is closed for a while. Roles are read anew at every request.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from handlers.context import STAFF, Context, Refused, staff_actor, transaction, use_case
from handlers.desk_terms import role_words
from handlers.install import community_of
from handlers.lifecycle import record
from handlers.settings import Settings
from handlers.words import _, listed
from models.people import Look, Person, Staff, StaffSession

HASHER = PasswordHasher()
# Compared with where the login does not exist, so that it takes as long. Written down, since making one costs each start of each
# process a fifth of a second and 64 MB; nobody knows its password.
NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$H7ZOeENKWyeXp+BmnwyvJQ$eCQCxsrx0g73sXzdnof5rLkDW7oh59bmzCawYy/kfzk"


@dataclass(frozen=True)
class NewStaff:
    """A new account's first password and the address for the authenticator; shown once."""

    login: str
    password: str
    totp_uri: str


def add_staff(
    settings: Settings, *, login: str, called: str, roles: list[str], password: str | None = None
) -> NewStaff:
    """A new account for the console. Refuses unknown roles (code bad_role) and a login in use (code login_taken)."""
    unknown = sorted(set(roles) - set(STAFF))
    if unknown:
        raise Refused("bad_role", _("Unknown role: %(roles)s", roles=", ".join(unknown)))
    secret, first = pyotp.random_base32(), password or secrets.token_urlsafe(12)
    with transaction():
        if Staff.get_or_none(Staff.login == login):
            raise Refused("login_taken", _("That login is in use."))
        Staff.create(
            community_id=community_of(settings).id,
            login=login,
            called=called,
            roles=roles,
            password_hash=HASHER.hash(first),
            totp_secret=secret,
        )
    return NewStaff(login, first, pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name="Linli"))


def sign_in(ctx: Context, *, login: str, password: str, code: str) -> str:
    """A session's token for the cookie. Refuses (code wrong, locked) without saying which of the three was wrong."""
    staff = Staff.get_or_none(Staff.login == login, Staff.active)
    if staff is not None and staff.locked_until is not None and staff.locked_until > ctx.now:
        raise Refused(
            "locked", _("Too many wrong tries. Please wait a quarter of an hour, or ask the administrator."), status=429
        )
    if not _fits(staff, password) or staff is None or not _code_fits(ctx, staff, code):
        _count_failure(ctx, staff)
        raise Refused("wrong", _("Login, password or code is wrong."), status=401)
    with transaction():
        staff.change(failed=0, locked_until=None)
        return open_session(ctx, staff)


def _fits(staff: Staff | None, password: str) -> bool:
    try:
        return HASHER.verify(staff.password_hash if staff else NOBODY, password) and staff is not None
    except (VerificationError, InvalidHashError):
        return False


def _code_fits(ctx: Context, staff: Staff, code: str) -> bool:
    """The authenticator's code of now or the step before; each code works once."""
    if not ctx.settings.security.totp_required:
        return True
    totp, step = pyotp.TOTP(staff.totp_secret), int(ctx.now.timestamp()) // 30
    for candidate in (step, step - 1):
        if candidate > staff.totp_used and secrets.compare_digest(totp.at(candidate * 30), code.strip()):
            return staff.change(where={"totp_used": staff.totp_used}, totp_used=candidate)
    return False


def _count_failure(ctx: Context, staff: Staff | None) -> None:
    if staff is None:
        return
    limits = ctx.settings.security
    closed = ctx.now + timedelta(minutes=limits.lockout_minutes) if staff.failed + 1 >= limits.lockout_tries else None
    with transaction():
        staff.change(failed=0 if closed else Staff.failed + 1, locked_until=closed)


def open_session(ctx: Context, staff: Staff) -> str:
    """A new session; the token is made here, so that none can be fixed beforehand. The row keeps its hash."""
    token = secrets.token_urlsafe(32)
    StaffSession.create(
        community_id=staff.community_id,
        token_hash=_hash(token),
        staff_id=staff.id,
        expires_at=ctx.now + timedelta(hours=ctx.settings.security.session_hours),
        created_at=ctx.now,
    )
    record(Context(staff_actor(staff), ctx.now, ctx.settings), "staff", staff.id, "sign_in")
    return token


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def who_is(ctx: Context, token: str) -> Staff | None:
    """The account behind a session's token; None when it has ended or the account was closed."""
    session = StaffSession.get_or_none(StaffSession.token_hash == _hash(token), StaffSession.expires_at > ctx.now)
    return Staff.get_or_none(Staff.id == session.staff_id, Staff.active) if session is not None else None


def sign_out(token: str) -> None:
    """Ends the session at once."""
    with transaction():
        StaffSession.delete().where(StaffSession.token_hash == _hash(token)).execute()


def demo_session(ctx: Context, login: str) -> str:
    """The demo's one-tap sign-in. Refuses outside the demo (code forbidden)."""
    staff = Staff.get_or_none(Staff.login == login, Staff.active)
    if not ctx.settings.demo.enabled or staff is None:
        raise Refused("forbidden", _("That is not yours to do here."), status=403)
    with transaction():
        return open_session(ctx, staff)


@use_case(*STAFF)
def look_at(ctx: Context, *, person_id: int, field: str, reason: str) -> str:
    """The full value of a private field (phone, name), for a reason, recorded; the person can ask who looked (A6).

    Refuses without a reason (code reason_needed), a foreign person (not_found) and other fields (not_found).
    """
    person = Person.get_or_none(Person.id == person_id, Person.community_id == ctx.community_id)
    if person is None or field not in ("phone", "name", "notes"):
        raise Refused("not_found", _("There is nothing at this address."), status=404)
    if not reason.strip():
        raise Refused("reason_needed", _("Please say why you need to see it."))
    Look.create(
        community_id=ctx.community_id,
        staff_id=ctx.actor.id,
        subject_kind="person",
        subject_id=person_id,
        field=field,
        reason=reason[:200],
        at=ctx.now,
    )
    return str(getattr(person, field) or "")


def demo_staff(ctx: Context) -> list[dict[str, str]]:
    """Who can sign in by one tap; nobody outside the demo."""
    if not ctx.settings.demo.enabled:
        return []
    rows = Staff.select().where((Staff.community_id == ctx.community_id) & Staff.active).order_by(Staff.id)
    return [
        {"login": s.login, "called": s.called, "line": listed(role_words(r) for r in s.roles), "url": f"/simulator/linli/signin/{s.login}"}
        for s in rows
    ]
