"""Pushes as the platform makes them, at a steady rate: signed and encrypted, 5 seconds an attempt, three attempts, some sent twice or
three times at once. What came of each is kept.
"""

import http.client
import itertools
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from handlers.settings import Settings
from simulator.envelope import Envelope, write_xml

PATIENCE_S, ATTEMPTS = 5.0, 3
_numbers = itertools.count(int(time.time()) * 1_000_000)


@dataclass
class Message:
    """One message of one person, and what its attempts came to. `n` is its place among the person's own."""

    openid: str
    n: int
    words: str
    msg_id: int = field(default_factory=lambda: next(_numbers))
    created: int = 0
    statuses: list[int] = field(default_factory=list)  # 0: no answer
    seconds: list[float] = field(default_factory=list)
    replies: set[str] = field(default_factory=set)
    whys: list[str] = field(default_factory=list)
    sent_at: float = 0.0  # of the first attempt, on the monotonic clock
    acked_at: float | None = None

    @property
    def acked(self) -> bool:
        return 200 in self.statuses


@dataclass
class Outcome:
    """All messages of one run."""

    messages: list[Message]
    took_s: float = 0.0

    def acked(self) -> list[Message]:
        """Those that the platform was told we have."""
        return [message for message in self.messages if message.acked]

    def share_acked(self) -> float:
        """Which part was acknowledged within its attempts."""
        return len(self.acked()) / max(1, len(self.messages))

    def seconds(self) -> list[float]:
        """How long each acknowledged attempt took, sorted."""
        return sorted(s for m in self.messages for s, status in zip(m.seconds, m.statuses, strict=True) if status == 200)

    def p99(self) -> float:
        """99 of 100 acknowledgements came within this."""
        found = self.seconds()
        return found[int(len(found) * 0.99)] if found else 0.0

    def slowest_refusal(self) -> float:
        """The slowest answer that was not an acknowledgement, also a broken line."""
        return max((s for m in self.messages for s, st in zip(m.seconds, m.statuses, strict=True) if st != 200), default=0.0)

    def answers(self) -> dict[str, int]:
        """How often each status came; what went wrong on the line by its name."""
        return dict(Counter(why for m in self.messages for why in m.whys))

    def bad(self) -> int:
        """Attempts that were not acknowledged."""
        return sum(status != 200 for m in self.messages for status in m.statuses)


def person(number: int) -> str:
    """The openid of one of many people."""
    return f"oChaos{number:022d}"


class Load:
    """Sends for one account; `offset_s` is how far the imitated platform's clock is from the machine's."""

    def __init__(self, url: str, settings: Settings, *, seed: int, offset_s: float = 0.0, people: int = 200) -> None:
        w = settings.wechat
        self.envelope = Envelope(w.token, w.encoding_aes_key, w.app_id)
        self.account, self.where = w.original_id, urlsplit(url)
        self.dice, self.offset_s, self.people = random.Random(seed), offset_s, people
        self.local = threading.local()
        self.said = itertools.count()

    def message(self, who: int | None = None) -> Message:
        """The next message of somebody."""
        n = next(self.said)
        return Message(person(n % self.people if who is None else who), n, f"第{n}句")

    def sealed(self, message: Message) -> tuple[str, bytes]:
        """Path and body of one attempt, with a nonce of its own."""
        now = int(time.time() + self.offset_s)
        message.created = message.created or now
        xml = write_xml(
            {
                "ToUserName": self.account, "FromUserName": message.openid, "CreateTime": message.created, "MsgType": "text",
                "Content": message.words, "MsgId": message.msg_id,
            }
        )  # fmt: skip
        query = self.envelope.query(now, message.openid)
        body = self.envelope.wrap(xml, query, "safe", self.account)
        return f"{self.where.path}?{urlencode(query)}", body.encode()

    def attempt(self, message: Message) -> bool:
        """One attempt; True when it was acknowledged."""
        path, body = self.sealed(message)
        began = time.perf_counter()
        message.sent_at = message.sent_at or time.monotonic()
        status, said = self._post(path, body)
        message.statuses.append(status)
        message.whys.append(str(status) if status else said.decode())
        message.seconds.append(time.perf_counter() - began)
        if status == 200:
            message.acked_at = message.acked_at or time.monotonic()
            message.replies.add("bare" if said == b"success" else "reply")
        return status == 200

    def _post(self, path: str, body: bytes) -> tuple[int, bytes]:
        line = http.client.HTTPConnection(self.where.hostname or "", self.where.port, timeout=PATIENCE_S)
        try:
            line.request("POST", path, body, {"Content-Type": "text/xml"})
            answer = line.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException) as failure:
            return 0, type(failure).__name__.encode()
        finally:
            line.close()

    def deliver(self, message: Message) -> None:
        """As the platform does: up to three attempts, five seconds from one to the next."""
        for _number in range(ATTEMPTS):
            began = time.monotonic()
            if self.attempt(message):
                return
            time.sleep(max(0.5, PATIENCE_S - (time.monotonic() - began)))

    def run(self, rate: float, seconds: float, *, doubled: bool = True, who: Callable[[int], int] | None = None) -> Outcome:
        """Messages at `rate` a second for so long; with `doubled`, one in ten is sent twice, one in fifty three times at once."""
        outcome, began = Outcome([]), time.monotonic()
        with ThreadPoolExecutor(160) as pool:
            for number in range(int(rate * seconds)):
                message = self.message(who(number) if who else None)
                outcome.messages.append(message)
                for _copy in range(self._copies() if doubled else 1):
                    pool.submit(self.deliver, message)
                time.sleep(max(0.0, began + (number + 1) / rate - time.monotonic()))
        outcome.took_s = time.monotonic() - began
        return outcome

    def _copies(self) -> int:
        drawn = self.dice.random()
        return 3 if drawn < 0.02 else 2 if drawn < 0.12 else 1
