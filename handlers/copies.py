"""The safe copy of a community, and putting it back: nothing that was sent is sent again, nothing late is sent at all."""

from datetime import datetime
from pathlib import Path

from handlers.context import transaction
from models.base import database
from models.clocks import Deadline
from models.copies import CopyDamaged, read_copy, write_copy
from models.messages import Outbox


def back_up(file: Path) -> None:
    """Copies the database while it is in use, at one moment, and checks the copy."""
    if file.exists():
        raise SystemExit(f"{file} exists already; name another file.")
    try:
        write_copy(database.obj, file)
    except CopyDamaged as damaged:
        raise SystemExit(f"The copy is damaged: {damaged}") from None


def restore_from(file: Path, now: datetime) -> None:
    """Puts a copy back. Notices and deadlines whose time passed meanwhile are closed with a record, not sent again."""
    if not file.exists():
        raise SystemExit(f"{file} does not exist.")
    try:
        read_copy(database.obj, file)
    except CopyDamaged as damaged:
        raise SystemExit(f"{file} is not a whole copy of a database of this kind: {damaged}") from None
    with transaction():
        Outbox.update(state="skipped", why="restored from a copy").where(
            Outbox.state.in_(("pending", "sending")) & (Outbox.next_at < now)
        ).execute()
        Deadline.update(state="skipped", note="restored from a copy", closed_at=now).where(
            (Deadline.state == "open") & (Deadline.due_at < now)
        ).execute()
