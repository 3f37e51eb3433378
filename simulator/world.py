"""Everything that the imitated platform knows, together; one change at a time."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from simulator.bubbles import Bubbles
from simulator.clock import Clock
from simulator.config import SimulatorConfig
from simulator.envelope import Envelope
from simulator.faults import Faults
from simulator.people import People, mini_openid
from simulator.quotas import Quotas
from simulator.records import Calls, Outbox
from simulator.store import Doc, Store
from simulator.tokens import Tokens
from simulator.windows import Windows

DATA = Path(__file__).parent / "data"


def read_data(name: str) -> Any:
    """A file of simulator/data."""
    return json.loads((DATA / name).read_text(encoding="utf-8"))


class World:
    """State only: it answers no call and sends no push. Take `change()` around whatever reads and writes it."""

    def __init__(self, config: SimulatorConfig) -> None:
        self.config = config
        # Where pictures can be fetched; the server sets it to its own port.
        self.base_url = "http://127.0.0.1:9000"
        self.store = Store(config.data_dir)
        shelf = self.store.shelf
        self.meta = shelf("meta")
        offset = (self.meta.get("clock") or {}).get("offset", 0.0)
        self.clock = Clock(offset, self._keep_offset)
        self.people = People(shelf("people"))
        self.bubbles = Bubbles(shelf("bubbles", 4_000), self.clock)
        self.wires = shelf("wires", 4_000)
        self.outbox = Outbox(shelf("outbox", 50_000), self.clock)
        self.calls = Calls(shelf("calls", 20_000), self.clock)
        self.windows = Windows(shelf("windows"), self.clock)
        self.tokens = Tokens(shelf("tokens", 500), shelf("forced"), self.clock)
        self.quotas = Quotas(self.clock)
        self.faults = Faults()
        self._typing: dict[str, str] = {}
        self.menus = shelf("menus")
        self.consents = shelf("consents")
        self.codes = shelf("codes", 2_000)
        self.sent_ids = shelf("sent_ids", 5_000)
        self.media = shelf("media", 500)
        self.scenes = shelf("scenes", 1_000)
        self.templates: dict[str, Doc] = {doc["template_id"]: doc for doc in read_data("templates.json")}
        self.risky_words: list[str] = read_data("risky_words.json")

    @contextmanager
    def change(self) -> Iterator[None]:
        """Alone, and written as one."""
        with self.store.change():
            yield

    def is_mini(self, app_id: str) -> bool:
        """Whether this is the mini-program's account."""
        return app_id == self.config.miniprogram_app_id

    def openid(self, person: Doc, app_id: str) -> str:
        """The openid of a person for one of the two accounts."""
        return mini_openid(person["openid"]) if self.is_mini(app_id) else str(person["openid"])

    def account(self, app_id: str) -> str:
        """The gh_ id of an account."""
        return self.config.miniprogram_original_id if self.is_mini(app_id) else self.config.original_id

    def envelope(self, app_id: str) -> Envelope:
        """What signs and encrypts for an account."""
        return Envelope(self.config.token, self.config.encoding_aes_key, app_id)

    def show(self, person: Doc, side: str, kind: str, **rest: Any) -> Doc | None:
        """A bubble on a person's phone, counted as unread when it is not their own; None for people without a phone."""
        if person["hidden"]:
            return None
        if side == "them" and kind != "typing":
            self.stop_typing(person)
            person["unread"] += 1
            self.people.keep(person)
        bubble = self.bubbles.add(person, side, kind, **rest)
        if kind == "typing":
            self._typing[person["id"]] = bubble["id"]
        return bubble

    def stop_typing(self, person: Doc) -> None:
        """Take the typing sign off a phone."""
        if bubble_id := self._typing.pop(person["id"], None):
            self.bubbles.change(bubble_id, over=True)

    def reset(self, moment: datetime | None = None) -> None:
        """The first day again, at this moment or at the real one. Tokens and menus stay: they are the account's, not the story's."""
        self.faults.set()
        with self.change():
            shelves = (self.wires, self.consents, self.codes, self.sent_ids, self.media, self.scenes)
            for part in (*shelves, self.bubbles, self.outbox, self.calls, self.windows):
                part.clear()
            self.people.reset()
            self.quotas.reset()
            if moment is None:
                self.clock.reset()
            else:
                self.clock.set(moment)
            epoch = (self.meta.get("epoch") or {"number": 0})["number"]
            self.meta.put("epoch", {"number": epoch + 1})

    def _keep_offset(self, offset: float) -> None:
        with self.store.change():
            self.meta.put("clock", {"offset": offset})
