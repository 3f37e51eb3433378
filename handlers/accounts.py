"""Accounts of the console from the command line: for whoever keeps the machine, when somebody comes, goes, or has lost their phone (A5)."""

import secrets

import pyotp

from handlers.clock import SystemClock
from handlers.context import Context, Refused, system_actor, transaction
from handlers.install import community_of
from handlers.lifecycle import record
from handlers.settings import Settings
from handlers.staff import HASHER, NewStaff
from handlers.words import _
from models.people import Staff, StaffSession


def reset_account(settings: Settings, login: str) -> NewStaff:
    """A new password and a new authenticator for somebody who has lost theirs; whoever is signed in by the account is signed out, and one
    that is closed for a while after wrong tries is open again. Refuses not_found."""
    secret, password = pyotp.random_base32(), secrets.token_urlsafe(12)
    fresh = {"totp_used": 0, "failed": 0, "locked_until": None}
    _change(settings, login, "reset_account", password_hash=HASHER.hash(password), totp_secret=secret, **fresh)
    return NewStaff(login, password, pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name="Linli"))


def close_account(settings: Settings, login: str) -> None:
    """Somebody has left: they are signed out and get in no more; what they did stays under their name. Refuses not_found."""
    _change(settings, login, "close_account", active=False)


def open_account(settings: Settings, login: str) -> None:
    """They are back, with the password and authenticator that they had. Refuses not_found."""
    _change(settings, login, "open_account", active=True)


def list_accounts(settings: Settings) -> list[Staff]:
    """Everybody who has an account, closed ones too."""
    return list(Staff.select().where(Staff.community_id == community_of(settings).id).order_by(Staff.login))


def _change(settings: Settings, login: str, verb: str, **fields: object) -> None:
    home = community_of(settings).id
    with transaction():
        staff = Staff.get_or_none(Staff.community_id == home, Staff.login == login)
        if staff is None:
            raise Refused("not_found", _("There is no account of that name."), status=404)
        staff.change(**fields)
        StaffSession.delete().where(StaffSession.staff_id == staff.id).execute()
        record(Context(system_actor(home), SystemClock().now(), settings), "staff", staff.id, verb)
