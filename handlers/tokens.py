"""The access token of an account: one for all processes, asked for by one of them at a time (wechat.md section 4).

At most one question in ten seconds, whatever is refused. A token that is refused is asked for in the ordinary way first, which
gives the newest; only if the same comes back a new one is forced, which the platform allows 20 times a day.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Protocol

from handlers.context import transaction
from handlers.lease_clock import WALL
from handlers.redis_line import redis_fails, redis_line
from models.crypto import seal, unseal
from models.messages import PlatformToken

ASKING = timedelta(seconds=8)  # longer than the question may take
BETWEEN = timedelta(seconds=10)
FORCED_BETWEEN = timedelta(minutes=75)
ROUNDING = timedelta(milliseconds=1)  # moments are kept in whole milliseconds
GOOD_FOR = timedelta(seconds=60)  # a token that ends sooner is not used any more
FROM_ROW = timedelta(seconds=30)  # so long one that was read from its row stands in Redis
LONGEST = timedelta(hours=3)
TIMEOUT_S, AGAIN_S = 0.3, 2.0  # for Redis: it only saves a question to the database


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
        return str(row.token) if row is not None and _is_good(row, now) else None

    def may_ask(self, app_id: str, now: datetime, refused: str | None, *, force: bool) -> str:
        """ask, wait or rest."""
        with transaction():
            PlatformToken.insert(community_id=0, app_id=app_id).on_conflict_ignore().execute()
            row, wall = PlatformToken.get(PlatformToken.app_id == app_id), WALL.now()
            leased = row.lease_until is not None and row.lease_until > wall
            newer = _is_good(row, now) if refused is None else row.token not in (None, refused)  # came since it was read
            if leased or newer:
                return "wait"
            if _within(row.asked_at, BETWEEN, now) or (force and _within(row.forced_at, FORCED_BETWEEN, now)):
                return "rest"
            taken = row.change(
                where={"lease_until": row.lease_until, "asked_at": row.asked_at},  # both are empty at first, for two at once
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


class SharedTokens:
    """Redis before the rows: what every call asks for is found without the database. The row stays the truth, and decides who may
    ask for a new one; without Redis all goes on by the rows. What lies in Redis is sealed."""

    def __init__(self, url: str, rows: TokenStore) -> None:
        self.rows, self.silent_until = rows, 0.0
        self.line = redis_line(url, TIMEOUT_S, decode_responses=True)

    def read(self, app_id: str, now: datetime) -> str | None:
        """The token, if it is still good for a while."""
        kept = self._try(lambda: self.line.get(_key(app_id)))
        if kept:
            found, until = _opened(kept)
            if found and until > (now + GOOD_FOR).timestamp():
                return found
        token = self.rows.read(app_id, now)
        if token is not None:
            # Only where nothing stands: a newer one may have come meanwhile. How long it is good for is not known here.
            self._put(app_id, token, now + GOOD_FOR + FROM_ROW, only_new=True)
        return token

    def may_ask(self, app_id: str, now: datetime, refused: str | None, *, force: bool) -> str:
        """ask, wait or rest, as the row says; one that is refused is not read from Redis again."""
        if refused is not None:
            self._try(lambda: self.line.delete(_key(app_id)))
        return self.rows.may_ask(app_id, now, refused, force=force)

    def keep(self, app_id: str, token: str, expires_at: datetime, *, forced: bool) -> None:
        """A fresh token for all."""
        self.rows.keep(app_id, token, expires_at, forced=forced)
        self._put(app_id, token, expires_at, only_new=False)

    def give_up(self, app_id: str) -> None:
        """The question failed."""
        self.rows.give_up(app_id)

    def _put(self, app_id: str, token: str, until: datetime, *, only_new: bool) -> None:
        kept = seal(f"{int(until.timestamp())} {token}")
        self._try(lambda: self.line.set(_key(app_id), kept, ex=FROM_ROW if only_new else LONGEST, nx=only_new))

    def _try(self, ask: Callable[[], Any]) -> Any:
        """What Redis says; None while it is away, and for a moment after it did not answer."""
        if time.monotonic() < self.silent_until:
            return None
        try:
            return ask()
        except redis_fails():
            self.silent_until = time.monotonic() + AGAIN_S
            return None


def _key(app_id: str) -> str:
    return f"linli:token:{app_id}"


def _opened(kept: str) -> tuple[str, float]:
    """Token and until when; nothing where somebody else's words stand."""
    try:
        until, token = unseal(kept).split(" ", 1)
        return token, float(until)
    except Exception:  # another data key, a changed value: as good as none
        return "", 0.0


def token_store(redis_url: str) -> TokenStore:
    """Where this installation shares its tokens."""
    return SharedTokens(redis_url, DatabaseTokens()) if redis_url else DatabaseTokens()


def _is_good(row: PlatformToken, now: datetime) -> bool:
    return row.token is not None and row.expires_at is not None and row.expires_at > now + GOOD_FOR


def _within(begin: datetime | None, lasts: timedelta, now: datetime) -> bool:
    """Whether `now` lies in the rest; a clock that was moved, to and fro, ends it."""
    return begin is not None and begin - ROUNDING <= now < begin + lasts


def token_age(app_id: str) -> tuple[datetime | None, datetime | None]:
    """When the account's token was last asked for, and until when it is good; for the desk."""
    row = PlatformToken.get_or_none(PlatformToken.app_id == app_id)
    return (row.asked_at, row.expires_at) if row is not None else (None, None)
