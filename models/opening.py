"""What every turn of the talk asks first, asked at once: where the database is far, each question costs more than its answer.

What is found is known to the transaction, as though it had been asked one after the other; nobody who asks notices.
"""

from functools import cache
from typing import Any

from models import quick
from models.catalogue import RulesText
from models.connection import database
from models.messages import Window
from models.people import Identity, Person
from models.talk import Dialogue, Handover

WAITING = ("new", "processing")  # of the inbox
OPEN = ("waiting", "talking")  # of the hand-overs
PRIVACY = "privacy"

TABLES = {"i": Identity, "p": Person, "d": Dialogue, "w": Window, "h": Handover}
JOINS = """FROM "identity" i JOIN "person" p ON p.id = i.person_id
LEFT JOIN "dialogue" d ON d.community_id = p.community_id AND d.person_id = p.id
LEFT JOIN "window" w ON w.community_id = i.community_id AND w.identity_id = i.id AND w.action = {mark}
LEFT JOIN "handover" h ON h.community_id = p.community_id AND h.person_id = p.id AND h.state IN ({mark}, {mark})
WHERE i.app_id = {mark} AND i.openid = {mark} ORDER BY h.id DESC LIMIT 1"""
NOTICE = '(SELECT max(version) FROM "rules_text" r WHERE r.community_id = i.community_id AND r.kind = {mark})'


def look_before(account: str, key: str, user_key: str) -> tuple[bool, bool]:
    """Of a push: whether it is known, and whether an earlier one of the same sender still waits."""
    mark = database.obj.param
    known = f'EXISTS (SELECT 1 FROM "inbox" WHERE account = {mark} AND key = {mark})'
    waits = f'EXISTS (SELECT 1 FROM "inbox" WHERE user_key = {mark} AND state IN ({mark}, {mark}))'
    row = database.obj.execute_sql(f"SELECT {known}, {waits}", (account, key, user_key, *WAITING)).fetchone()
    return bool(row[0]), bool(row[1])


def foresee(app_id: str, openid: str, action: str | None) -> None:
    """Person, talk, window of this `action`, hand-over and newest privacy notice of an account of the platform.

    Only where the database is far: beside us, one after the other costs as much.
    """
    if not (database.obj.far and database.in_transaction()):
        return
    values = (PRIVACY, action, *OPEN, app_id, openid)
    row = database.obj.execute_sql(_statement(database.obj.param), values).fetchone()
    if row is not None:
        _know(app_id, openid, action, _parts(row))


@cache
def _statement(mark: str) -> str:
    columns = [f'{table}."{name}"' for table, model in TABLES.items() for name in quick.columns_of(model)]
    return f"SELECT {', '.join(columns)}, {NOTICE} {JOINS}".format(mark=mark)


def _parts(row: Any) -> dict[str, Any]:
    """Each table's columns; the version of the notice as "n"."""
    at, parts = 0, {"n": row[-1:]}
    for table, model in TABLES.items():
        width = len(quick.columns_of(model))
        parts[table], at = row[at : at + width], at + width
    return parts


def _know(app_id: str, openid: str, action: str | None, parts: dict[str, Any]) -> None:
    place = {table: quick.columns_of(TABLES[table]).index("id") for table in "ip"}
    identity_id, person_id = parts["i"][place["i"]], parts["p"][place["p"]]
    community_id = parts["p"][quick.columns_of(Person).index("community_id")]
    theirs = {"community_id": community_id, "person_id": person_id}
    quick.know(Identity, {"app_id": app_id, "openid": openid}, parts["i"], limit=1)
    quick.know(Person, {"id": person_id}, parts["p"], limit=1)
    quick.know(Dialogue, theirs, parts["d"], limit=1)
    if action is not None:
        quick.know(Window, {"community_id": community_id, "identity_id": identity_id, "action": action}, parts["w"], limit=1)
    quick.know(Handover, {**theirs, "state__in": OPEN}, parts["h"], order="-id", limit=1)
    notice = {"community_id": community_id, "kind": PRIVACY}
    quick.know(RulesText, notice, parts["n"], column="version", order="-version", limit=1)
