"""Access tokens as the platform gives them: the old way where a new one kills the old, and the stable way."""

import re
import secrets

from simulator.clock import Clock
from simulator.errors import PlatformError
from simulator.store import Doc, Shelf

LIFE = 7200
OVERLAP = 300
FORCED_A_DAY = 20
FORCED_APART = 30
_LOOKS_RIGHT = re.compile(r"\d+_[A-Za-z0-9_-]{100,}")


class Tokens:
    """A token is {app, kind, expires, ends}: `ends` comes before `expires` when a newer one replaced it."""

    def __init__(self, shelf: Shelf, forced: Shelf, clock: Clock) -> None:
        self._shelf, self._forced, self._clock = shelf, forced, clock

    def issue(self, app_id: str) -> tuple[str, int]:
        """A new token; the one before works for five minutes more."""
        now = self._clock.timestamp()
        for doc in self._of(app_id, "plain"):
            self._end(doc, now + OVERLAP)
        return self._make(app_id, "plain", now)

    def stable(self, app_id: str, force: bool) -> tuple[str, int]:
        """The same token until five minutes before its end; `force` makes a new one, 20 a day and 30 s apart (45009)."""
        now = self._clock.timestamp()
        current = next((doc for doc in self._of(app_id, "stable") if doc["ends"] == doc["expires"]), None)
        if force and self._may_force(app_id, now):
            for doc in self._of(app_id, "stable"):
                self._end(doc, now)
            return self._make(app_id, "stable", now)
        if current and current["expires"] - now > OVERLAP:
            return current["token"], int(current["expires"] - now)
        return self._make(app_id, "stable", now)

    def check(self, token: str | None) -> str:
        """The app id of a good token; 41001, 40014, 40001 or 42001 for the others."""
        if not token:
            raise PlatformError(41001)
        if not _LOOKS_RIGHT.fullmatch(token):
            raise PlatformError(40014)
        doc, now = self._shelf.get(token), self._clock.timestamp()
        if doc is None or (doc["ends"] <= now < doc["expires"]):
            raise PlatformError(40001)
        if doc["expires"] <= now:
            raise PlatformError(42001)
        return str(doc["app"])

    def kill(self) -> None:
        """Make every token of every account worthless from now on."""
        for doc in self._shelf.values():
            self._end(doc, self._clock.timestamp())

    def _of(self, app_id: str, kind: str) -> list[Doc]:
        now = self._clock.timestamp()
        docs = [d for d in self._shelf.values() if d["app"] == app_id and d["kind"] == kind and d["ends"] > now]
        return docs[::-1]

    def _end(self, doc: Doc, at: float) -> None:
        doc["ends"] = min(doc["ends"], at)
        self._shelf.put(doc["token"], doc)

    def _make(self, app_id: str, kind: str, now: float) -> tuple[str, int]:
        token = f"{secrets.randbelow(40) + 60}_{secrets.token_urlsafe(102)}"
        self._shelf.put(token, {"token": token, "app": app_id, "kind": kind, "expires": now + LIFE, "ends": now + LIFE})
        return token, LIFE

    def _may_force(self, app_id: str, now: float) -> bool:
        doc = self._forced.get(app_id) or {"day": "", "times": 0, "at": -FORCED_APART}
        if doc["day"] != self._clock.day():
            doc = {"day": self._clock.day(), "times": 0, "at": -FORCED_APART}
        if abs(now - doc["at"]) < FORCED_APART:
            return False
        if doc["times"] >= FORCED_A_DAY:
            raise PlatformError(45009)
        self._forced.put(app_id, {"day": doc["day"], "times": doc["times"] + 1, "at": now})
        return True
