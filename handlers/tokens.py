"""The access token of an account: one for all processes, asked for by one of them at a time (wechat.md section 4).

At most one question in ten seconds, whatever is refused. A token that is refused is asked for in the ordinary way first, which
gives the newest; only if the same comes back a new one is forced, which the platform allows 20 times a day.
"""

from datetime import datetime, timedelta
from typing import Protocol

from handlers.clock import SystemClock
from handlers.context import transaction
from models.messages import PlatformToken

WALL = SystemClock()
ASKING = timedelta(seconds=8)  # longer than the question may take
BETWEEN = timedelta(seconds=10)
FORCED_BETWEEN = timedelta(minutes=75)
ROUNDING = timedelta(milliseconds=1)  # moments are kept in whole milliseconds
GOOD_FOR = timedelta(seconds=60)  # a token that ends sooner is not used any more


class TokenStore(Protocol):
    """Where the token is shared: the database, or something quicker in front of it."""

    def read(self, app_id: str, now: datetime) -> str | None:
        """The token, if it is still good for a while."""

    def may_ask(self, app_id: str, now: datetime, refused: str | None, *, force: bool) -> str:
        """ask: you shall ask for one now. wait: somebody is asking, or a newer one is there. rest: not again so soon."""

    def keep(self, app_id: str, token: str, expires_at: datetime, *, forced: bool) -> None:
        """A fresh token for all."""

    def give_up(self, app_id: str) -> None:
        """The question failed."""


class DatabaseTokens:
    """A row for each account."""

    def read(self, app_id: str, now: datetime) -> str | None:
        """The token, if it is still good for a while."""
        row = PlatformToken.get_or_none(PlatformToken.app_id == app_id)
        if row is None or row.token is None or row.expires_at is None or row.expires_at <= now + GOOD_FOR:
            return None
        return str(row.token)

    def may_ask(self, app_id: str, now: datetime, refused: str | None, *, force: bool) -> str:
        """ask, wait or rest."""
        with transaction():
            PlatformToken.insert(community_id=0, app_id=app_id).on_conflict_ignore().execute()
            row, wall = PlatformToken.get(PlatformToken.app_id == app_id), WALL.now()
            leased = row.lease_until is not None and row.lease_until > wall
            if leased or (refused is not None and row.token not in (None, refused)):
                return "wait"
            if _within(row.asked_at, BETWEEN, now) or (force and _within(row.forced_at, FORCED_BETWEEN, now)):
                return "rest"
            taken = row.change(
                where={"lease_until": row.lease_until} if row.lease_until else None,
                lease_until=wall + ASKING,
                asked_at=now,
                **({"forced_at": now} if force else {}),
            )
            return "ask" if taken else "wait"

    def keep(self, app_id: str, token: str, expires_at: datetime, *, forced: bool) -> None:
        """A fresh token for all."""
        with transaction():
            mine = PlatformToken.app_id == app_id
            PlatformToken.update(token=token, expires_at=expires_at, lease_until=None).where(mine).execute()

    def give_up(self, app_id: str) -> None:
        """The question failed; nobody asks again at once."""
        with transaction():
            PlatformToken.update(lease_until=None).where(PlatformToken.app_id == app_id).execute()


def _within(begin: datetime | None, lasts: timedelta, now: datetime) -> bool:
    """Whether `now` lies in the rest; a clock that was moved, to and fro, ends it."""
    return begin is not None and begin - ROUNDING <= now < begin + lasts


def token_age(app_id: str) -> tuple[datetime | None, datetime | None]:
    """When the account's token was last asked for, and until when it is good; for the desk."""
    row = PlatformToken.get_or_none(PlatformToken.app_id == app_id)
    return (row.asked_at, row.expires_at) if row is not None else (None, None)
