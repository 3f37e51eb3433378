"""`python app.py staff add|list|reset|close|open`: accounts of the console for whoever keeps the machine."""

import argparse
from collections.abc import Callable

from handlers.accounts import close_account, list_accounts, open_account, reset_account
from handlers.context import STAFF
from handlers.settings import Settings
from handlers.staff import NewStaff, add_staff


def staff_arguments(parser: argparse.ArgumentParser) -> None:
    """What `staff` is asked with."""
    verbs = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    new = verbs.add_parser("add", help="a new account")
    new.add_argument("login")
    new.add_argument("--called", required=True, help="the name on the screen, such as 陈姐")
    new.add_argument("--role", action="append", required=True, help=f"{', '.join(STAFF)}; may be repeated")
    verbs.add_parser("list", help="who has one")
    for name, words in (
        ("reset", "a new password and authenticator for somebody who has lost theirs"),
        ("close", "somebody has left: signed out, and in no more"),
        ("open", "they are back"),
    ):
        verbs.add_parser(name, help=words).add_argument("login")


def answer_staff(settings: Settings, args: argparse.Namespace) -> str:
    """Does it, and says what came of it."""
    return SAID[args.what](settings, args)


def _add(settings: Settings, args: argparse.Namespace) -> str:
    return _once(add_staff(settings, login=args.login, called=args.called, roles=args.role))


def _reset(settings: Settings, args: argparse.Namespace) -> str:
    return _once(reset_account(settings, args.login))


def _once(made: NewStaff) -> str:
    return f"login {made.login}\npassword {made.password}\nauthenticator {made.totp_uri}"


def _close(settings: Settings, args: argparse.Namespace) -> str:
    close_account(settings, args.login)
    return f"{args.login} is signed out, and gets in no more."


def _open(settings: Settings, args: argparse.Namespace) -> str:
    open_account(settings, args.login)
    return f"{args.login} gets in again."


def _list(settings: Settings, args: argparse.Namespace) -> str:
    lines = [
        f"{s.login:20} {'open' if s.active else 'closed':8} {', '.join(s.roles)}  {s.called}" for s in list_accounts(settings)
    ]
    return "\n".join(lines) or "Nobody has an account yet: python app.py staff add."


SAID: dict[str, Callable[[Settings, argparse.Namespace], str]] = {
    "add": _add, "list": _list, "reset": _reset, "close": _close, "open": _open,
}  # fmt: skip
