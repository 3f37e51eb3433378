"""The access token of an account: one row for all processes, refreshed by one of them at a time (wechat.md section 4)."""

from datetime import datetime, timedelta

from handlers.clock import SystemClock
from handlers.context import transaction
from models.messages import PlatformToken

WALL = SystemClock()
REFRESH_LEASE = timedelta(seconds=10)  # longer than the call may take; also the shortest time between two refreshes


def read_token(app_id: str, now: datetime) -> str | None:
    """The token, if it is still good for a while."""
    row = PlatformToken.get_or_none(PlatformToken.app_id == app_id)
    if row is None or row.token is None or row.expires_at is None or row.expires_at <= now + timedelta(seconds=60):
        return None
    return str(row.token)


def may_refresh(app_id: str, stale: str | None) -> bool:
    """True for the one process that shall fetch a new token; `stale` is the token that was refused, if any."""
    with transaction():
        PlatformToken.insert(community_id=0, app_id=app_id).on_conflict_ignore().execute()
        row = PlatformToken.get(PlatformToken.app_id == app_id)
        if stale is not None and row.token not in (None, stale):
            return False
        if row.lease_until is not None and row.lease_until > WALL.now():
            return False
        row.change(lease_until=WALL.now() + REFRESH_LEASE)
        return True


def store_token(app_id: str, token: str, expires_at: datetime, *, forced: bool) -> None:
    """A fresh token for all. After a forced one nobody asks again for a while: a token that is refused for ever must not
    be asked for at every message."""
    lease = WALL.now() + REFRESH_LEASE if forced else None
    with transaction():
        PlatformToken.update(token=token, expires_at=expires_at, lease_until=lease).where(
            PlatformToken.app_id == app_id
        ).execute()
