"""The people whose phones are shown, and those that a test invents."""

import hashlib
import json
from pathlib import Path

from simulator.errors import PlatformError
from simulator.store import Doc, Shelf

CAST = Path(__file__).parent / "data" / "cast.json"
# When the people of the cast began to follow: 2026-06-01 in Shanghai.
_FIRST_DAY = 1_780_243_200
_KINDS = {"resident": "Resident", "worker": "Worker"}


def mini_openid(openid: str) -> str:
    """The same person's openid in the mini-program: another one, as on the platform."""
    return "oMini_" + openid[6:] if openid.startswith("oLinli") else _mark("oM", openid)


def union_id(openid: str) -> str:
    """The same person's id across the accounts of one owner."""
    return _mark("oU", openid)


def _mark(head: str, text: str) -> str:
    return head + hashlib.sha256(text.encode()).hexdigest()[: 28 - len(head)]


class People:
    """Everyone known, by id; `hidden` people have no phone on the page."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._by_openid: dict[str, str] = {}
        if not len(shelf):
            self.reset()
        for person in shelf.values():
            self._index(person)

    def reset(self) -> None:
        """The cast of the demo, as on the first day."""
        self._shelf.clear()
        self._by_openid.clear()
        for person in json.loads(CAST.read_text(encoding="utf-8")):
            self.keep(
                person
                | {"unread": 0, "hidden": False, "blocks_templates": False, "subscribed_at": _FIRST_DAY, "tags": []}
            )

    def keep(self, person: Doc) -> Doc:
        """Store a person, new or changed."""
        self._index(person)
        return self._shelf.put(person["id"], person)

    def all(self) -> list[Doc]:
        """Everyone, in the order they came."""
        return self._shelf.values()

    def get(self, person_id: str) -> Doc | None:
        """By id."""
        return self._shelf.get(person_id)

    def by_openid(self, openid: str) -> Doc | None:
        """By openid, of the official account or of the mini-program."""
        return self._shelf.get(self._by_openid.get(openid, ""))

    def find(self, who: str) -> Doc | None:
        """By id, openid or name: what a test is likely to write."""
        return self.get(who) or self.by_openid(who) or next((p for p in self.all() if p["name"] == who), None)

    def must(self, openid: object) -> Doc:
        """The person whom a call names; 40003 if nobody has this openid."""
        person = self.by_openid(openid) if isinstance(openid, str) else None
        if person is None:
            raise PlatformError(40003)
        return person

    def add(self, name: str, role: str) -> Doc:
        """Somebody new, who does not follow the account yet."""
        number = 1 + sum(person["role"] == role and not person["hidden"] for person in self.all())
        openid = f"oLinli{_KINDS[role]}{number:02d}".ljust(28, "x")
        return self._make(f"{role[0]}{number:02d}", openid, name, role, hidden=False)

    def invent(self, openid: str) -> Doc:
        """Somebody whom a test pushes for and the page does not show: follows already."""
        person = self._make(f"x{len(self._shelf)}", openid, openid, "resident", hidden=True)
        return self.keep(person | {"followed": True})

    def _make(self, person_id: str, openid: str, name: str, role: str, hidden: bool) -> Doc:
        return self.keep(
            {
                "id": person_id,
                "openid": openid,
                "name": name,
                "role": role,
                "face": name[:1],
                "tint": len(self._shelf) % 8 + 1,
                "followed": False,
                "phone": f"1370000{len(self._shelf) % 10_000:04d}",
                "unread": 0,
                "hidden": hidden,
                "blocks_templates": False,
                "subscribed_at": 0,
                "tags": [],
            }
        )

    def _index(self, person: Doc) -> None:
        self._by_openid[person["openid"]] = person["id"]
        self._by_openid[mini_openid(person["openid"])] = person["id"]
