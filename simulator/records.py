"""What the simulator writes down for tests and for the page: messages accepted, calls made, pushes sent."""

import hashlib
import json
import time
from typing import Any

from simulator.clock import Clock, write_moment
from simulator.store import Doc, Shelf

_OWN_SECONDS = 30.0
_ANY_SECONDS = 3.0


class Outbox:
    """Every message that the platform accepted, oldest first."""

    def __init__(self, shelf: Shelf, clock: Clock) -> None:
        self._shelf, self._clock = shelf, clock
        self._seq = max((doc["seq"] for doc in shelf.values()), default=0)

    def add(
        self,
        channel: str,
        touser: str,
        kind: str,
        text: str,
        data: Any,
        *,
        client_msg_id: str | None = None,
        msgid: int | None = None,
    ) -> Doc:
        """One more; `msgid` of a passive reply is the MsgId it answers."""
        self._seq += 1
        return self._shelf.put(
            str(self._seq),
            {
                "seq": self._seq,
                "at": write_moment(self._clock.now()),
                "channel": channel,
                "touser": touser,
                "kind": kind,
                "text": text,
                "data": data,
                "client_msg_id": client_msg_id,
                "msgid": msgid,
            },
        )

    def since(self, seq: int) -> list[Doc]:
        """Those after `seq`."""
        return [doc for doc in self._shelf.values() if doc["seq"] > seq]

    def clear(self) -> None:
        """Forget them; numbers go on."""
        self._shelf.clear()


class Calls:
    """Every call of the platform's API with its answer, and which push made the product call."""

    def __init__(self, shelf: Shelf, clock: Clock) -> None:
        self._shelf, self._clock = shelf, clock
        self._seq = max((doc["seq"] for doc in shelf.values()), default=0)
        self._last: dict[str, tuple[str, float]] = {}

    def pushed(self, person_id: str, bubble_id: str) -> None:
        """A push just left from this bubble: calls that follow may be its doing."""
        self._last[person_id] = self._last[""] = (bubble_id, time.monotonic())

    def moved(self) -> None:
        """The clock was moved: what comes now comes of that, not of what was said before."""
        self._last.clear()

    def cause(self, person_id: str | None) -> str | None:
        """The bubble whose push most likely led to a call for this person."""
        for key, seconds in ((person_id, _OWN_SECONDS), ("", _ANY_SECONDS)):
            bubble_id, at = self._last.get(key or "", ("", -1e9))
            if time.monotonic() - at <= seconds:
                return bubble_id
        return None

    def add(self, call: Doc) -> Doc:
        """One more call: path, method, query, request, answer, status, ms, fault, made (a bubble), person."""
        self._seq += 1
        mark = hashlib.sha256(json.dumps([call["path"], call["request"]], sort_keys=True).encode()).hexdigest()[:16]
        earlier = sum(doc["mark"] == mark for doc in self._shelf.last(200)) if call.get("person") else 0
        return self._shelf.put(
            str(self._seq),
            {
                "seq": self._seq,
                "at": write_moment(self._clock.now()),
                "mark": mark,
                "attempt": earlier + 1,
                "cause": self.cause(call.get("person")) if call.get("person") else None,
            }
            | call,
        )

    def since(self, seq: int, path: str = "") -> list[Doc]:
        """Those after `seq` whose path begins so."""
        return [doc for doc in self._shelf.values() if doc["seq"] > seq and doc["path"].startswith(path)]

    def of(self, bubble: Doc) -> list[Doc]:
        """For a bubble made by a call: that call and its earlier tries; else all that its push led to."""
        made = next((doc for doc in self._shelf.values() if doc.get("made") == bubble["id"]), None)
        if made:
            return [doc for doc in self._shelf.values() if doc["mark"] == made["mark"] and doc["seq"] <= made["seq"]]
        cause = bubble.get("cause") or bubble["id"]
        return [doc for doc in self._shelf.values() if doc["cause"] == cause]

    def clear(self) -> None:
        """Forget them; numbers go on."""
        self._shelf.clear()
        self._last.clear()
