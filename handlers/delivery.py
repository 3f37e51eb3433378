"""Exactly once, outward, as near as the platform allows: claim, plan, send outside any transaction, record (Q1).

A row is claimed by compare-and-set with a lease. What became untrue while waiting is skipped, with the reason kept.
After a crash in mid-send it is repeated with the same client_msg_id where the channel has one, else only if the notice
is harmless twice, else a person phones.
"""

import random
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from peewee import fn

from handlers.cards import Card
from handlers.channels import Plan, message_of, plan_channel
from handlers.clock import SystemClock
from handlers.context import Context, system_actor, transaction
from handlers.handovers import log_line
from handlers.logs import log
from handlers.metrics import count_send
from handlers.notices import NOTICES, Notice, Telling
from handlers.talk import show_card
from handlers.windows import close_windows, give_back_window, use_window
from handlers.words import use_language
from models.base import claimable
from models.messages import CallTask, Outbox, Window
from models.people import Identity, Person

WALL = SystemClock()  # leases run on the machine's own clock: a moved demo clock must not let go of what is being sent


@dataclass(frozen=True)
class Sent:
    """What the platform said. decision: ok, retry, channel (try another), never, quota, ambiguous (answer lost)."""

    decision: str
    code: str = "0"
    words: str = ""
    msgid: str | None = None


class Platform(Protocol):
    """The way out to the platform; bot/wechat has the real one."""

    def send_custom(self, openid: str, message: dict[str, Any]) -> Sent:
        """One customer-service message."""

    def send_template(self, openid: str, template_id: str, fields: dict[str, str], client_msg_id: str) -> Sent:
        """One template message."""


@dataclass(frozen=True)
class Claimed:
    """A row in our hands: what to send, to whom, by which way."""

    row: Outbox
    notice: Notice
    person: Person
    card: Card
    plan: Plan


def telling_of(row: Outbox, person: Person, now: datetime) -> Telling:
    """What the notice's words are made from."""
    return Telling(row.values, person.called, now)


def deliver_one(ctx: Context, platform: Platform) -> bool:
    """Takes the next notice that is due one step on: sent, skipped, put off, or on the call list. False: nothing was due."""
    with transaction():
        row = _claim(ctx)
        if row is None:
            return False
        claimed = _decide(replace(ctx, actor=system_actor(row.community_id)), row)
    if claimed is not None:
        sent = _send(platform, claimed)
        count_send(claimed.plan.channel, sent.code)
        with transaction():
            _record(replace(ctx, actor=system_actor(row.community_id)), claimed, sent)
    return True


def _claim(ctx: Context) -> Outbox | None:
    """The first row that is due and whose person has no earlier one waiting; a row whose sender died comes first."""
    earlier = Outbox.alias()
    blocked = earlier.select().where(
        (earlier.person_id == Outbox.person_id)
        & (earlier.id < Outbox.id)
        & earlier.state.in_(("pending", "sending"))
        & (earlier.next_at <= ctx.now)
    )
    ready = (Outbox.state == "pending") & (Outbox.next_at <= ctx.now) & ~fn.EXISTS(blocked)
    if ctx.clock_held:
        ready &= Outbox.urgency.in_(("high", "emergency"))
    dropped = (Outbox.state == "sending") & (Outbox.lease_until < WALL.now())
    row = claimable(Outbox.select().where(dropped).order_by(Outbox.id).limit(1)).first()
    row = row or claimable(Outbox.select().where(ready).order_by(Outbox.next_at, Outbox.id).limit(1)).first()
    if row is None:
        return None
    was = {"state": row.state, "attempts": row.attempts}
    lease = {
        "lease": secrets.token_hex(8),
        "lease_until": WALL.now() + timedelta(seconds=ctx.settings.messages.lease_s),
    }
    crashed = row.state == "sending"
    if not row.change(where=was, state="sending", attempts=row.attempts + 1, **lease):
        return None
    row.crashed = crashed
    return row


def _decide(ctx: Context, row: Outbox) -> Claimed | None:
    """What to do with a claimed row; None when it was settled without sending."""
    notice, person = NOTICES[row.notice], Person.find(row.person_id)
    why_not = _why_not(ctx, row, notice, person)
    if why_not or person is None:
        row.change(state="skipped", why=why_not, lease=None)
        return None
    with use_language(person.language):
        telling = telling_of(row, person, ctx.now)
        card = notice.words(telling)
        plan = plan_channel(ctx.settings, row, notice, telling, person)
    if row.crashed and row.channel == "custom" and not notice.harmless_twice:
        plan = Plan("call", why="it is not known whether the message arrived")
    return _settle_or_send(ctx, Claimed(row, notice, person, card, plan))


def _why_not(ctx: Context, row: Outbox, notice: Notice, person: Person | None) -> str | None:
    """Looks at the world again: why this is not to be told any more."""
    if person is None:
        return "the person is gone"
    if row.expires_at is not None and row.expires_at < ctx.now:
        return "too late to be of use"
    if notice.opt_out and person.reminders_off:
        return "the person turned reminders off"
    return notice.stale(row.subject_id, ctx.now) if notice.stale is not None and row.subject_id else None


def _settle_or_send(ctx: Context, claimed: Claimed) -> Claimed | None:
    row, plan = claimed.row, claimed.plan
    if plan.channel == "wait":
        row.change(state="pending", next_at=plan.wait_until, attempts=row.attempts - 1, lease=None, why=plan.why)
        return None
    if plan.channel == "call":
        put_on_call_list(ctx, row, claimed.card, plan.why)
        return None
    if plan.window_id is not None:
        use_window(Window.get(Window.id == plan.window_id))
    row.change(channel=plan.channel)
    return claimed


def _send(platform: Platform, claimed: Claimed) -> Sent:
    plan = claimed.plan
    openid = plan.identity.openid if plan.identity is not None else ""
    try:
        if plan.channel == "custom":
            return platform.send_custom(openid, message_of(claimed.card))
        return platform.send_template(openid, plan.template_id, plan.fields or {}, f"ob{claimed.row.id}")
    except Exception as failure:  # a mistake of ours must not stop the others' messages
        log.exception("delivery.failed", outbox=claimed.row.id)
        return Sent("retry", type(failure).__name__, str(failure))


def _record(ctx: Context, claimed: Claimed, sent: Sent) -> None:
    """Closes the row with the lease it was claimed under; a lease that was lost meanwhile leaves it to its new owner."""
    row = claimed.row
    if Outbox.get(Outbox.id == row.id).lease != row.lease:
        return
    if sent.decision == "ok":
        row.change(state="sent", sent_at=ctx.now, msgid=sent.msgid, lease=None, error=None)
        show_card(ctx, row.person_id, claimed.card)
        log_line(ctx, row.person_id, words=claimed.card.text, mine=False)
    elif sent.decision == "channel":
        _other_channel(ctx, claimed, sent)
    elif sent.decision == "ambiguous" and claimed.plan.channel == "custom" and not claimed.notice.harmless_twice:
        put_on_call_list(ctx, row, claimed.card, "it is not known whether the message arrived")
    elif sent.decision == "never" or row.attempts >= ctx.settings.messages.max_tries:
        put_on_call_list(ctx, row, claimed.card, f"{sent.code} {sent.words}"[:200])
    else:
        _try_later(ctx, claimed, sent)


def _other_channel(ctx: Context, claimed: Claimed, sent: Sent) -> None:
    row, plan = claimed.row, claimed.plan
    if plan.channel == "custom" and plan.identity is not None:
        close_windows(plan.identity, ctx.now)
    if sent.code == "43004" and plan.identity is not None:
        plan.identity.change(follows=False)
    row.change(
        state="pending",
        next_at=ctx.now,
        refused_channels=[*row.refused_channels, plan.channel],
        lease=None,
        error=f"{sent.code} {sent.words}"[:300],
    )


def _try_later(ctx: Context, claimed: Claimed, sent: Sent) -> None:
    """Full jitter between half and whole of the ladder's step, so that many failures don't come back at once."""
    row = claimed.row
    ladder = ctx.settings.messages.retry_ladder_s
    step = ladder[min(row.attempts, len(ladder)) - 1]
    wait = timedelta(seconds=step * random.uniform(0.5, 1.0))
    if claimed.plan.window_id is not None and sent.decision != "ambiguous":
        give_back_window(claimed.plan.window_id)
    row.change(state="pending", next_at=ctx.now + wait, lease=None, error=f"{sent.code} {sent.words}"[:300])


def put_on_call_list(ctx: Context, row: Outbox, card: Card, why: str) -> None:
    """Nothing is allowed, or nothing worked: staff phone, with the words to say (Q1)."""
    within = timedelta(hours=ctx.settings.messages.call_list_within_hours)
    due = min(ctx.now + within, row.expires_at or ctx.now + within)
    CallTask.insert(
        community_id=row.community_id,
        person_id=row.person_id,
        outbox_id=row.id,
        words=card.text,
        why=why,
        due_at=due,
        opened_at=ctx.now,
    ).on_conflict_ignore().execute()
    row.change(state="called", why=why, lease=None)


FOLD_LIMIT = 480  # characters of one bubble that an old reader still takes in


def fold_into_reply(ctx: Context, person_id: int, card: Card) -> Card:
    """Puts what this very message causes to be told to the same person into the reply itself: it costs nothing (Q1)."""
    mine = (Outbox.community_id == ctx.community_id) & (Outbox.person_id == person_id) & (Outbox.state == "pending")
    rows = Outbox.select().where(mine & (Outbox.trace_id == ctx.trace_id) & (Outbox.next_at <= ctx.now))
    person = Person.get(Person.id == person_id)
    for row in rows.order_by(Outbox.id):
        told = NOTICES[row.notice].words(telling_of(row, person, ctx.now))
        if card.choices or len(card.text) + len(told.text) > FOLD_LIMIT:
            break
        card = card.then(told)
        row.change(state="sent", channel="passive", sent_at=ctx.now)
    return card


def take_receipt(ctx: Context, *, msgid: str, status: str) -> None:
    """The platform tells how a template message ended; a failed one goes on by another way."""
    row = Outbox.get_or_none(Outbox.msgid == msgid, Outbox.state == "sent") if msgid else None
    if row is None or status.startswith("success"):
        return
    if "user block" in status:
        Identity.update(follows=False).where(Identity.person_id == row.person_id).execute()
    row.change(
        state="pending",
        msgid=None,
        next_at=ctx.now,
        refused_channels=[*row.refused_channels, row.channel or "template"],
        error=status[:300],
    )
