"""Receipts: the platform tells later how a message ended (TEMPLATESENDJOBFINISH, subscribe_msg_sent_event).

They come in bursts of tens of thousands: an ordinary one is a single statement that an index serves. One that comes before
its sending is recorded is kept and found again. One that says "failed" sends the notice on its way anew.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from handlers.channels import close_way
from handlers.context import Context, system_actor, transaction
from handlers.logs import log
from models.base import locked
from models.messages import Outbox
from models.people import Identity
from models.sending import EarlyReceipt

GOOD = "success"
UNMATCHED = timedelta(minutes=10)  # how long a receipt without its message is looked at again
KEPT = timedelta(days=7)  # of messages that are not ours: another system of the same account

# What a status holds -> (the way is closed to them, how long until the next try, by another way)
FAILURES: tuple[tuple[str, bool, timedelta, bool], ...] = (
    ("block", True, timedelta(0), True),  # they take no template messages
    ("freq", False, timedelta(hours=1), False),  # too many to this person
    ("system", False, timedelta(minutes=11), False),  # the platform's own; its memory of the id lasts 10 minutes
    ("", False, timedelta(0), True),
)


def take_receipt(ctx: Context, *, msgid: str, status: str) -> None:
    """One receipt; the same one again changes nothing."""
    if not msgid or not msgid.isascii() or len(msgid) > 40:
        return
    good = status.strip().lower().startswith(GOOD)
    known = (Outbox.msgid == msgid) & (Outbox.state == "sent")
    if Outbox.update(receipt=status[:80]).where(known).execute():
        if not good:
            _failed(ctx, known, status)
        return
    if not Outbox.select(Outbox.id).where(Outbox.msgid == msgid).exists():
        EarlyReceipt.insert(community_id=0, msgid=msgid, status=status[:80], at=ctx.now).on_conflict_ignore().execute()


def _failed(ctx: Context, known: Any, status: str) -> None:
    """Sends it on its way anew; the same receipt at the same moment, on another machine, finds that done."""
    with transaction():
        row = locked(Outbox.select().where(known)).first()
        if row is not None:
            _send_anew(ctx, row, status)


def _send_anew(ctx: Context, row: Outbox, status: str) -> None:
    """It did not arrive: again by the same way after a while, once; else by the next way."""
    closes, wait, other = next(rule[1:] for rule in FAILURES if rule[0] in status.lower())
    log.warning("receipt.failed", outbox=row.id, status=status)
    here = replace(ctx, actor=system_actor(row.community_id))
    if closes:
        _close(here, row, status)
    again = row.rounds == 0 and not other and (row.expires_at is None or ctx.now + wait < row.expires_at)
    refused = row.refused_channels if again else [*row.refused_channels, row.channel or "template"]
    next_at = ctx.now + wait if again else ctx.now
    row.change(
        state="pending",
        msgid=None,
        sent_at=None,
        next_at=next_at,
        attempts=0,
        rounds=row.rounds + 1,
        refused_channels=refused,
        error=status[:300],
    )


def _close(ctx: Context, row: Outbox, status: str) -> None:
    mine = (Identity.community_id == row.community_id) & (Identity.person_id == row.person_id)
    until = ctx.now + timedelta(days=ctx.settings.messages.closed_way_days)
    for identity in Identity.select().where(mine & (Identity.app_id == ctx.settings.wechat.app_id)):
        close_way(identity, row.channel or "template", until, status[:80])


def take_early(ctx: Context, msgid: str) -> None:
    """A sending has just been recorded: its receipt may have come before."""
    early = EarlyReceipt.get_or_none(EarlyReceipt.msgid == msgid)
    if early is not None:
        EarlyReceipt.delete().where(EarlyReceipt.id == early.id).execute()
        take_receipt(ctx, msgid=msgid, status=early.status)


def match_early(ctx: Context) -> int:
    """Receipts that crossed their own sending's record on another machine: matched now. Says how many."""
    young = EarlyReceipt.select().where(EarlyReceipt.at > ctx.now - UNMATCHED)
    known = young.join(Outbox, on=(Outbox.msgid == EarlyReceipt.msgid)).limit(200)
    found = list(known)
    for early in found:
        with transaction():
            take_early(ctx, early.msgid)
    return len(found)
