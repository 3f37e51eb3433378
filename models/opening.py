"""What every turn of the talk asks first, asked at once: where the database is far, each question costs more than its answer.

What is found is known to the transaction, as though it had been asked one after the other; nobody who asks notices.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from models import quick
from models.catalogue import RulesText
from models.connection import database
from models.messages import Outbox, Window
from models.people import Identity, Person
from models.requests import Request
from models.talk import Dialogue, Handover

WAITING = ("new", "processing")  # of the inbox
OPEN = ("waiting", "talking")  # of the hand-overs
PRIVACY, DRAFT = "privacy", "draft"

TABLES = {"i": Identity, "p": Person, "d": Dialogue, "w": Window, "h": Handover, "r": Request}
KNOWN = 'EXISTS (SELECT 1 FROM "inbox" WHERE account = {mark} AND key = {mark})'
WAITS = 'EXISTS (SELECT 1 FROM "inbox" WHERE user_key = {mark} AND state IN ({mark}, {mark}))'
NOTICE = '(SELECT max(version) FROM "rules_text" r WHERE r.community_id = i.community_id AND r.kind = {mark})'
TOLD = 'EXISTS (SELECT 1 FROM "outbox" WHERE "community_id" = i.community_id AND "person_id" = i.person_id AND {asks})'
THEIRS = """FROM (SELECT 1) one
LEFT JOIN ("identity" i JOIN "person" p ON p.id = i.person_id) ON i.app_id = {mark} AND i.openid = {mark}
LEFT JOIN "dialogue" d ON d.community_id = p.community_id AND d.person_id = p.id
LEFT JOIN "window" w ON w.community_id = i.community_id AND w.identity_id = i.id AND w.action = {mark}
LEFT JOIN "handover" h ON h.community_id = p.community_id AND h.person_id = p.id AND h.state IN ({mark}, {mark})
LEFT JOIN "request" r ON r.community_id = p.community_id AND r.person_id = p.id AND r.state = {mark}
ORDER BY h.id DESC, r.id DESC LIMIT 1"""


@dataclass(frozen=True)
class Asks:
    """What the outbox will be asked for this person's rows (models/quick.py:rows), in which order and how many."""

    where: Mapping[str, Any]
    order: str
    limit: int


def look_before(account: str, key: str, user_key: str, action: str | None = None, asks: Asks | None = None) -> tuple[bool, bool]:
    """Of a push: whether it is known, and whether an earlier one of the same sender still waits.

    Where the database is far, the same question also finds what every turn asks next: person, talk, window of this `action`,
    hand-over, draft, newest privacy notice, and whether the outbox has anything that it will be asked for (`asks`). Beside us, one after
    the other costs as much.
    """
    asked, theirs = (account, key, user_key, *WAITING), (account, user_key, action)
    if not database.obj.far:
        row = database.obj.execute_sql(_before(database.obj.param), asked).fetchone()
    else:
        told, values = _told(asks)
        row = database.obj.execute_sql(_before_all(database.obj.param, told), (*asked, *_values(theirs, values))).fetchone()
        _know(theirs, asks, row[2])
    return bool(row[0]), bool(row[1])


def foresee(account: str, user_key: str, action: str | None = None, asks: Asks | None = None) -> None:
    """The same for somebody whose push was looked at before, or who has just become known."""
    if database.obj.far and database.obj.in_transaction():
        (told, values), theirs = _told(asks), (account, user_key, action)
        _know(theirs, asks, database.obj.execute_sql(_all(database.obj.param, told), _values(theirs, values)).fetchone()[0])


def _told(asks: Asks | None) -> tuple[str, list[Any]]:
    return quick.conditions(Outbox, asks.where) if asks is not None else ("TRUE", [])


def _values(theirs: tuple[str, str, str | None], told: list[Any]) -> tuple[Any, ...]:
    return (PRIVACY, *told, *theirs, *OPEN, DRAFT)


def _whole() -> str:
    """All of it in one column: what the driver does for each column of an answer costs more than reading JSON."""
    return f"json_build_array({', '.join(TABLES)}, {NOTICE}, {TOLD})::text"


@cache
def _before(mark: str) -> str:
    return f"SELECT {KNOWN}, {WAITS}".format(mark=mark)


@cache
def _all(mark: str, told: str) -> str:
    return f"SELECT {_whole()} {THEIRS}".format(mark=mark, asks=told)


@cache
def _before_all(mark: str, told: str) -> str:
    return f"SELECT {KNOWN}, {WAITS}, {_whole()} {THEIRS}".format(mark=mark, asks=told)


def _parts(whole: str) -> tuple[dict[str, list[Any] | None], Any, bool]:
    """Each table's columns, None where there is no row; the version of the notice; whether anything was told."""
    *found, notice, told = json.loads(whole)
    parts = {}
    for (table, model), row in zip(TABLES.items(), found, strict=True):
        parts[table] = row and [row[name] for name in quick.columns_of(model)]
    return parts, notice, told


def _know(theirs: tuple[str, str, str | None], asks: Asks | None, whole: str) -> None:
    (app_id, openid, action), (parts, notice, told) = theirs, _parts(whole)
    identity, person = parts["i"], parts["p"]
    quick.know(Identity, {"app_id": app_id, "openid": openid}, identity, limit=1)
    if identity is None or person is None:
        return
    identity_id, person_id = identity[quick.columns_of(Identity).index("id")], person[quick.columns_of(Person).index("id")]
    community_id = person[quick.columns_of(Person).index("community_id")]
    mine = {"community_id": community_id, "person_id": person_id}
    quick.know(Person, {"id": person_id}, person, limit=1)
    quick.know(Dialogue, mine, parts["d"], limit=1)
    if action is not None:
        quick.know(Window, {"community_id": community_id, "identity_id": identity_id, "action": action}, parts["w"], limit=1)
    quick.know(Handover, {**mine, "state__in": OPEN}, parts["h"], order="-id", limit=1)
    if (draft := parts["r"]) is not None:
        draft_id = draft[quick.columns_of(Request).index("id")]
        quick.know(Request, {"community_id": community_id, "id": draft_id}, draft, limit=1)
    if asks is not None and not told:
        quick.know(Outbox, {**mine, **asks.where}, None, order=asks.order, limit=asks.limit)
    newest = {"community_id": community_id, "kind": PRIVACY}
    quick.know(RulesText, newest, None if notice is None else [notice], column="version", order="-version", limit=1)
