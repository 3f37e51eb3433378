"""The safe copy of a community, and putting it back: nothing that was sent is sent again, nothing late is sent at all."""

from contextlib import suppress
from datetime import datetime
from pathlib import Path

from peewee import PeeweeException

from handlers.alive import JOB as ALIVE
from handlers.alive import jobs_run
from handlers.clock import SystemClock
from handlers.context import transaction
from handlers.leading import JOB as LEASE
from handlers.vitals import COPY
from models.base import database
from models.clocks import Deadline, JobRun
from models.copies import CopyDamaged, key_fits, read_copy, write_copy
from models.messages import Outbox
from models.schema import applied


def back_up(file: Path) -> None:
    """Copies the database while it is in use, at one moment, and checks the copy. Under its name the file is there whole or not at
    all, and nobody else may read it. SystemExit with words where it can't be done."""
    if file.exists():
        raise SystemExit(f"{file} exists already; name another file.")
    if not applied(database):
        raise SystemExit("There is nothing of Linli in this database: look at database.url. No copy was made.")
    half = file.with_name(f"{file.name}.part")
    try:
        half.unlink(missing_ok=True)
        half.touch(0o600)
        write_copy(database.obj, half)
        half.rename(file)
    except CopyDamaged as damaged:
        raise SystemExit(f"The copy is damaged: {damaged}") from None
    except OSError as failure:
        raise SystemExit(f"{file}: {failure.strerror}. No copy was made.") from None
    finally:
        for ending in ("", "-journal", "-wal", "-shm"):  # with what SQLite lays beside it
            half.with_name(half.name + ending).unlink(missing_ok=True)
    _note_copy()


def _note_copy() -> None:
    """For whoever watches that copies are taken; not worth failing for."""
    now = SystemClock().now()
    with suppress(PeeweeException), transaction():
        JobRun.create(community_id=0, job=COPY, slot=now, started_at=now, outcome="done")


def restore_from(file: Path, now: datetime) -> str:
    """Puts a copy back; says in words what came of it. Notices and deadlines whose time passed meanwhile are closed with a record, not
    sent again. SystemExit with words where it can't be done; not under a running jobs process, which would go on sending."""
    if not file.is_file():
        raise SystemExit(f"{file} does not exist, or is no file.")
    if _in_use():
        raise SystemExit("A jobs process runs on this database. Stop web and jobs first: what is there now will be replaced.")
    try:
        read_copy(database.obj, file)
    except CopyDamaged as damaged:
        raise SystemExit(f"{file} is not a whole copy of a database of this kind: {damaged}") from None
    with transaction():
        JobRun.delete().where(JobRun.job.in_((ALIVE, LEASE))).execute()  # who worked there does not work here
        notices = Outbox.update(state="skipped", why="restored from a copy").where(
            Outbox.state.in_(("pending", "sending")) & (Outbox.next_at < now)
        )
        deadlines = Deadline.update(state="skipped", note="restored from a copy", closed_at=now).where(
            (Deadline.state == "open") & (Deadline.due_at < now)
        )
        closed = f"{notices.execute()} notices and {deadlines.execute()} deadlines whose time has passed were closed"
    if not key_fits():
        raise SystemExit(f"Restored; {closed}. But security.data_key does not open it: set the key that the copy was written with.")
    return f"Restored; {closed}. Compare `python app.py counts` with those noted when the copy was taken."


def _in_use() -> bool:
    try:
        return jobs_run()
    except PeeweeException:  # an empty database
        return False
