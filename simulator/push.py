"""Sends to the product what people do, as the platform sends it: signed, encrypted, repeated, in each person's order."""

import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from simulator.bubbles import FAULT_NOTICE
from simulator.clock import write_moment
from simulator.envelope import write_xml
from simulator.messages import complete, dedupe_key
from simulator.replies import Answer, read_answer, reply_bubble
from simulator.store import Doc
from simulator.transport import Later, Sent, request
from simulator.world import World

_THREADS = 48


@dataclass
class Push:
    """One thing to tell the product; a repeat is the same Push again.

    `bubble` is what it hangs on, `quiet` pushes (receipts) never show a notice or a reply.
    """

    person: str
    openid: str
    app: str
    fields: dict[str, Any]
    bubble: str | None = None
    quiet: bool = False
    xml: str = ""
    answered: bool = False
    tries: int = field(default=0, compare=False)

    def __post_init__(self) -> None:
        self.xml = self.xml or write_xml(self.fields)

    @property
    def key(self) -> str:
        """What the product knows it by."""
        return dedupe_key(self.fields)


@dataclass(frozen=True)
class Manner:
    """How one attempt is made; the defaults are what the platform does, the rest is for tests."""

    mode: str
    bad_signature: bool = False
    bad_cipher: bool = False
    wrong_app: str = ""
    timestamp_offset: int = 0


class Pusher:
    """Pushes of one person keep their order; nobody waits for another person's."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.later = Later()
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="simulator-push")
        self._lock = threading.Lock()
        self._waiting: dict[str, deque[Push]] = {}

    def make(
        self, person: Doc, app_id: str, fields: dict[str, Any], bubble: Doc | None = None, quiet: bool = False
    ) -> Push:
        """A push with head and MsgId, remembered with the bubble that it hangs on."""
        world, openid = self.world, self.world.openid(person, app_id)
        whole = complete(fields, world.account(app_id), openid, int(world.clock.timestamp()))
        push = Push(person["id"], openid, app_id, whole, bubble["id"] if bubble else None, quiet)
        if bubble:
            world.bubbles.change(bubble["id"], wire=True, delivery="sending")
            self._write_wire(push, {})
        return push

    def send(self, push: Push) -> None:
        """Put it in line behind what the same person sent before; returns at once."""
        with self._lock:
            line = self._waiting.get(push.person)
            if line is not None:
                line.append(push)
                return
            self._waiting[push.person] = deque([push])
        self._pool.submit(self._work_off, push.person)

    def again(self, bubble_id: str) -> bool:
        """Repeat the push of a bubble: same MsgId, new nonce; False if it has none."""
        wire = self.world.wires.get(bubble_id)
        if wire is None:
            return False
        keys = ("person", "openid", "app", "fields", "answered", "tries")
        self.send(Push(**{key: wire[key] for key in keys}, bubble=bubble_id))
        return True

    def attempt(self, push: Push, manner: Manner | None = None) -> tuple[Sent, Answer]:
        """Send once, now, and keep what came of it."""
        world, config = self.world, self.world.config
        manner = manner or Manner(config.push_mode)
        url = config.miniprogram_push_url if world.is_mini(push.app) else config.push_url
        query, body = self._wrapped(push, manner)
        if push.bubble:
            world.calls.pushed(push.person, push.bubble)
        at = write_moment(world.clock.now())
        sent = request(url or "", query, body, config.push_timeout)
        envelope, account = world.envelope(push.app), world.account(push.app)
        answer = read_answer(envelope, manner.mode, account, push.openid, sent.status, sent.body)
        with world.change():
            push.tries += 1
            self._keep(push, query, body, at, sent, answer)
        return sent, answer

    def handshake(self, echo: str, bad: bool = False) -> Sent:
        """The GET with which the platform proves an address."""
        envelope = self.world.envelope(self.world.config.app_id)
        query = envelope.query(int(self.world.clock.timestamp()), "") | {"echostr": echo}
        del query["openid"]
        if bad:
            query["signature"] = "0" * 40
        return request(self.world.config.push_url, query, None, self.world.config.push_timeout)

    def forget(self) -> None:
        """Drop everything that has not left yet."""
        self.later.forget()
        with self._lock:
            for line in self._waiting.values():
                line.clear()

    def stop(self) -> None:
        """End all threads; what has not left is dropped."""
        self.forget()
        self.later.stop()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _work_off(self, person: str) -> None:
        while True:
            with self._lock:
                line = self._waiting[person]
                if not line:
                    del self._waiting[person]
                    return
                push = line.popleft()
            self._try(push, 1)

    def _try(self, push: Push, number: int) -> None:
        sent, answer = self.attempt(push)
        last = number >= self.world.config.push_attempts
        if answer.again and not last:
            wait = max(0.0, self.world.config.push_timeout - sent.ms / 1000)
            self.later.after(wait, partial(self._retry, push, number + 1))
        with self.world.change():
            self._settle(push, answer, last)

    def _retry(self, push: Push, number: int) -> None:
        self._pool.submit(self._try, push, number)

    def _settle(self, push: Push, answer: Answer, last: bool) -> None:
        if not push.bubble:
            return
        over = last or not answer.again
        delivery = "ok" if answer.ok or push.answered else "failed" if over else "retry"
        self.world.bubbles.change(push.bubble, delivery=delivery)
        person = self.world.people.get(push.person)
        if delivery == "failed" and person and not push.quiet:
            self.world.show(person, "system", "notice", text=FAULT_NOTICE, wire=True, cause=push.bubble)

    def _wrapped(self, push: Push, manner: Manner) -> tuple[dict[str, str], str]:
        world = self.world
        envelope = world.envelope(manner.wrong_app or push.app)
        query = envelope.query(int(world.clock.timestamp()) + manner.timestamp_offset, push.openid)
        body = envelope.wrap(push.xml, query, manner.mode, world.account(push.app))
        if manner.bad_signature:
            query.update({key: "0" * 40 for key in ("signature", "msg_signature") if key in query})
        if manner.bad_cipher:
            middle = len(body) // 2
            body = body[:middle] + ("A" if body[middle] != "A" else "B") + body[middle + 1 :]
        return query, body

    def _keep(self, push: Push, query: dict[str, str], body: str, at: str, sent: Sent, answer: Answer) -> None:
        world = self.world
        if answer.fields and not push.answered and not push.quiet:
            self._show_reply(push, answer.fields)
        push.answered = push.answered or answer.ok
        if not push.bubble:
            return
        world.bubbles.change(push.bubble, attempts=push.tries, ms=sent.ms)
        attempt = {
            "at": at,
            "ms": sent.ms,
            "status": sent.status,
            "answer": answer.plain,
            "answer_cipher": answer.cipher,
            "reason": answer.reason,
        }
        self._write_wire(push, {"query": query, "cipher": body if "encrypt_type" in query else ""}, attempt)

    def _show_reply(self, push: Push, fields: Doc) -> None:
        world, person = self.world, self.world.people.get(push.person)
        if person is None or push.fields.get("Event") == "unsubscribe":
            return
        shown = {"side": "them"} | reply_bubble(fields)
        world.outbox.add(
            "passive", push.openid, str(fields["MsgType"]), shown["text"], fields, msgid=push.fields.get("MsgId")
        )
        world.show(person, **shown, wire=bool(push.bubble), cause=push.bubble)

    def _write_wire(self, push: Push, changes: Doc, attempt: Doc | None = None) -> None:
        fresh: Doc = {
            "path": urlsplit(self.world.config.push_url).path,
            "query": {},
            "plain": push.xml,
            "cipher": "",
            "key": push.key,
            "attempts": [],
            "person": push.person,
            "openid": push.openid,
            "app": push.app,
            "fields": push.fields,
        }
        assert push.bubble is not None
        wire = (self.world.wires.get(push.bubble) or fresh) | changes | {"answered": push.answered, "tries": push.tries}
        wire["attempts"] = (wire["attempts"] + ([attempt] if attempt else []))[-20:]
        self.world.wires.put(push.bubble, wire)
