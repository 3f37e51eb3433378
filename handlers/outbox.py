"""Writing what must be told: an outbox row in the same transaction as the change it tells of (Q1)."""

from datetime import datetime, timedelta
from typing import Any

from handlers.bell import ring
from handlers.context import Context
from handlers.notices import NOTICES
from handlers.words import _
from models.messages import Outbox
from models.people import Person


def plain_values(values: dict[str, Any]) -> dict[str, Any]:
    """Values as they are kept: moments as ISO 8601."""
    return {k: v.isoformat() if isinstance(v, datetime) else v for k, v in values.items()}


def tell(
    ctx: Context,
    person_id: int,
    notice: str,
    *,
    about: tuple[str, int] | None = None,
    key: str | None = None,
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
    **values: Any,
) -> None:
    """Promises one notice to one person. `key` makes it one of its kind: the same key again changes nothing.

    Without `key` it is made from the notice, its subject and the person. `about` is (kind, id) of the thing it is about.
    """
    declared = NOTICES[notice]
    kind, subject_id = about or ("", 0)
    effect = key or f"{notice}:{kind}:{subject_id}:{person_id}"
    start = not_before or ctx.now
    Outbox.insert(
        community_id=ctx.community_id,
        person_id=person_id,
        notice=notice,
        values=plain_values(values),
        subject_kind=kind,
        subject_id=subject_id or None,
        effect_key=f"{ctx.community_id}:{effect}",
        urgency=declared.urgency,
        state="pending",
        not_before=start,
        next_at=start,
        expires_at=expires_at or start + timedelta(days=3),
        trace_id=ctx.trace_id,
        created_at=ctx.now,
    ).on_conflict_ignore().execute()
    ctx.told.add(person_id)
    ring("outbox")
    ctx.did(lambda: _("to be told: %(who)s, %(notice)s", who=_called(person_id), notice=notice))


def _called(person_id: int) -> str:
    person = Person.find(person_id)
    return person.called if person is not None and person.called else f"#{person_id}"


def take_unsent(ctx: Context, notice: str, about: tuple[str, int], *, due: bool = False) -> bool:
    """Takes back a notice that still waits for its hour (`due`: also one that is to leave just now and has not); False when
    it has left, or was never promised."""
    mine = (Outbox.community_id == ctx.community_id) & (Outbox.notice == notice)
    mine &= (Outbox.subject_kind == about[0]) & (Outbox.subject_id == about[1])
    waiting = mine & (Outbox.state == "pending")
    if not due:
        waiting &= Outbox.next_at > ctx.now
    return bool(Outbox.update(state="skipped", why="taken back").where(waiting).execute())


def not_needed(ctx: Context, notice: str, about: tuple[str, int]) -> bool:
    """Takes back a notice that nobody has begun to send; False when it has left or leaves just now, or was never promised."""
    mine = (Outbox.community_id == ctx.community_id) & (Outbox.notice == notice)
    mine &= (Outbox.subject_kind == about[0]) & (Outbox.subject_id == about[1]) & (Outbox.state == "pending")
    return bool(Outbox.update(state="skipped", why="not needed any more").where(mine).execute())


def hold_back(ctx: Context, about: tuple[str, int]) -> None:
    """What was promised just now about a thing waits until it can't be taken back any more (messages.undo_s)."""
    until = ctx.now + timedelta(seconds=ctx.settings.messages.undo_s)
    Outbox.update(not_before=until, next_at=until).where(_just_promised(ctx, about, ctx.now)).execute()


def take_back(ctx: Context, about: tuple[str, int], since: datetime) -> bool:
    """Takes back what was promised about a thing since then. False: something has gone out, and nothing was taken back."""
    mine = _just_promised(ctx, about, since)
    if Outbox.select().where(mine & (Outbox.state != "pending")).exists():
        return False
    Outbox.update(state="skipped", why="taken back").where(mine).execute()
    return True


def _just_promised(ctx: Context, about: tuple[str, int], since: datetime) -> Any:
    here = (Outbox.community_id == ctx.community_id) & (Outbox.created_at >= since)
    return here & (Outbox.subject_kind == about[0]) & (Outbox.subject_id == about[1])
