"""Setting a community up, and its safe copy: starting content, backup, restore."""

import sqlite3
from datetime import datetime
from pathlib import Path

from handlers.catalogue import load_catalogue
from handlers.context import transaction
from handlers.settings import Settings
from models.base import database
from models.clocks import Deadline
from models.messages import Outbox
from models.people import Community


def community_of(settings: Settings) -> Community:
    """The community that these settings describe; made at the first call."""
    here = settings.community
    found = Community.get_or_none(Community.slug == here.slug)
    if found is not None:
        return found
    with transaction():
        made = Community.create(
            community_id=0,
            slug=here.slug,
            name=here.name,
            phone=here.phone,
            address=here.address,
            lat=str(here.lat),
            lng=str(here.lng),
        )
        made.change(community_id=made.id)
    return made


def load_content(settings: Settings) -> Community:
    """The community with its service types, FAQ and rules texts; what staff changed is left as it is."""
    community = community_of(settings)
    with transaction():
        load_catalogue(community.id)
    return community


def back_up(file: Path) -> None:
    """Copies the SQLite database while it is in use, page by page, and checks the copy."""
    if file.exists():
        raise SystemExit(f"{file} exists already; name another file.")
    with sqlite3.connect(str(database.database)) as source, sqlite3.connect(str(file)) as copy:
        source.backup(copy)
        verdict = copy.execute("PRAGMA integrity_check").fetchone()[0]
    if verdict != "ok":
        raise SystemExit(f"The copy is damaged: {verdict}")


def restore_from(file: Path, now: datetime) -> None:
    """Puts a copy back. Notices and deadlines whose time passed meanwhile are closed with a record, not sent again (F17)."""
    if not file.exists():
        raise SystemExit(f"{file} does not exist.")
    target = str(database.database)
    database.close()
    with sqlite3.connect(str(file)) as source, sqlite3.connect(target) as copy:
        source.backup(copy)
    with transaction():
        Outbox.update(state="skipped", why="restored from a copy").where(
            Outbox.state.in_(("pending", "sending")) & (Outbox.next_at < now)
        ).execute()
        Deadline.update(state="skipped", note="restored from a copy", closed_at=now).where(
            (Deadline.state == "open") & (Deadline.due_at < now)
        ).execute()
