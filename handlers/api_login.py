"""A mini-program's sign-in: the platform's login code for a session of ours; the session key never leaves (A1, A5)."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from handlers.context import Context, Refused, transaction
from handlers.people import bind_phone, meet
from handlers.settings import Settings
from handlers.words import _
from models.people import ApiSession, Person

LASTS = timedelta(days=30)


def open_api_session(settings: Settings, now: datetime, answer: dict[str, Any]) -> tuple[str, Person]:
    """A token for the client, from the platform's answer to a login code. Refuses (code bad_code) what it refused."""
    if not answer.get("openid"):
        raise Refused(
            "bad_code",
            _("Signing in did not work. Please open the page again."),
            status=401,
            errcode=answer.get("errcode"),
        )
    token = secrets.token_urlsafe(32)
    with transaction():
        person = meet(
            settings,
            app_id=settings.miniprogram.app_id,
            openid=str(answer["openid"]),
            now=now,
            unionid=answer.get("unionid"),
        )
        ApiSession.create(
            community_id=person.community_id,
            token_hash=_hash(token),
            person_id=person.id,
            session_key=answer.get("session_key"),
            expires_at=now + LASTS,
            created_at=now,
        )
    return token, person


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def person_of_token(token: str, now: datetime) -> Person | None:
    """Who holds this token; None when it is unknown or has ended."""
    session = ApiSession.get_or_none(ApiSession.token_hash == _hash(token), ApiSession.expires_at > now)
    return Person.find(session.person_id) if session is not None else None


def bind_phone_from(ctx: Context, answer: dict[str, Any]) -> str:
    """Binds the number that the platform answered; a number from the client is never taken (A12)."""
    phone = (answer.get("phone_info") or {}).get("purePhoneNumber")
    if not phone:
        raise Refused(
            "bad_code",
            _("The number could not be read. Please tap the button again."),
            status=400,
            errcode=answer.get("errcode"),
        )
    bind_phone(ctx, phone=str(phone))
    return str(phone)
