"""Exactly once, outward, as near as the platform allows: claim, plan, send outside any transaction, record (Q1).

What became untrue while waiting is skipped, with the reason kept. Where the answer was lost (also by a crash in mid-send), a
template message is repeated with the same client_msg_id, which the platform sends once; any other is repeated once, with
the same reference, and only if the notice is harmless twice; else a person phones.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from handlers.cards import Card
from handlers.channels import Plan, close_way, plan_channel
from handlers.claiming import FREE, claim, let_follow
from handlers.consents import end_consent, give_back_consent, use_consent
from handlers.context import REFUSALS, Context, system_actor, transaction
from handlers.digest import doubt_taken, gather, mark_taken, may_go_again, once_more, settle_taken, telling_of, why_not
from handlers.gates import count_call, next_day, next_minute, note_answer, note_limit
from handlers.handovers import note_delivered
from handlers.logs import bound, log
from handlers.metrics import count_send
from handlers.notices import NOTICES, Notice
from handlers.phoning import put_on_call_list
from handlers.platform import Platform, Sent
from handlers.receipts import take_early
from handlers.talk import show_card
from handlers.windows import close_windows, give_back_window, use_window
from handlers.words import N_, _, use_language
from models.base import locked
from models.messages import Outbox
from models.people import Person

__all__ = ["DONE", "HELD", "NOTHING", "Claimed", "Outcome", "Platform", "Sent", "call", "record", "take_next"]

NOTHING, HELD, DONE = range(3)
MISTAKE_WAITS = timedelta(minutes=10)  # what fails by a mistake of ours must not stand before all others
SAME_ID = timedelta(minutes=9)  # the platform knows a client_msg_id for 10
REST_SPREAD_S = 20  # rows that waited for a call that rests don't all come back at once
UNSURE = N_("it is not known whether the message arrived")


@dataclass(frozen=True)
class Claimed:
    """A row in our hands: what to send, to whom, by which way, and which others go in the same message."""

    row: Outbox
    notice: Notice
    person: Person
    card: Card
    plan: Plan
    taken: list[Outbox] = field(default_factory=list)


class _TooFast(Exception):
    """The platform's pace: the row stays as it was."""


@dataclass
class Outcome:
    """What came of a call. `row` is kept as it was claimed: where the writing down is undone, it is written down anew."""

    claimed: Claimed
    sent: Sent
    row: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.row = dict(self.claimed.row.__data__)


def take_next(ctx: Context) -> tuple[int, Claimed | None]:
    """Claims the next notice that is due, inside a transaction. NOTHING: none is due or the pace is reached; HELD: its way rests
    (others may have to wait, too); DONE: settled without sending, or, with a second part, it is to be sent now by `call`."""
    row: Outbox | None = None
    try:
        with transaction():
            row = claim(ctx)
            if row is None:
                return NOTHING, None
            claimed = _decide(_of(ctx, row), row)
    except _TooFast:
        return NOTHING, None
    except REFUSALS:
        raise
    except Exception:
        if row is None:
            raise
        log.exception("delivery.undecided", outbox=row.id)
        _put_off(ctx, row)
        return DONE, None
    return (HELD if row.held else DONE), claimed


def _put_off(ctx: Context, row: Outbox) -> None:
    """The claim was undone. Also one whose sender had died is put off: it would come first again at once, before all others."""
    found = Outbox.get(Outbox.id == row.id)
    if found.attempts != row.attempts - 1:  # somebody else has it by now
        return
    was = {"state": found.state, "attempts": found.attempts}
    if found.change(where=was, state="pending", next_at=ctx.now + MISTAKE_WAITS, **FREE) and row.crashed and found.channel is not None:
        _remember_unsure(ctx, found)


def call(platform: Platform, claimed: Claimed) -> Outcome:
    """The call itself, outside of any transaction."""
    row, channel, began = claimed.row, claimed.plan.channel, time.perf_counter()
    with bound(trace_id=row.trace_id):
        sent = _send(platform, claimed)
        seconds = time.perf_counter() - began
        beside = {"beside": [other.trace_id for other in claimed.taken]} if claimed.taken else {}
        log.info(
            "notice.call", notice=row.notice, outbox=row.id, reference=reference_of(row), channel=channel, errcode=sent.code,
            came=sent.decision, ms=round(seconds * 1000, 1), **beside,
        )  # fmt: skip
    count_send(channel, sent.code, seconds)
    return Outcome(claimed, sent)


def record(ctx: Context, outcome: Outcome) -> None:
    """Writes down what came of a call, inside a transaction. Rows first and the call's gate last, as when claiming: many are at
    the gate, and would wait for each other crosswise."""
    claimed, here = outcome.claimed, _of(ctx, outcome.claimed.row)
    claimed.row.__data__ = dict(outcome.row)
    _close_row(here, claimed, outcome.sent)
    let_follow(here, claimed.row)
    _note_gate(here, claimed.plan, outcome.sent)


def _of(ctx: Context, row: Outbox) -> Context:
    """The same moment, in the row's community."""
    return replace(ctx, actor=system_actor(row.community_id))


def _decide(ctx: Context, row: Outbox) -> Claimed | None:
    """What to do with a claimed row; None when it was settled without sending."""
    person = Person.find(row.person_id)
    if row.crashed and row.channel is not None:
        _remember_unsure(ctx, row)
    why = why_not(ctx.now, row, person)
    if why is not None or person is None:
        late = row.error is not None and row.expires_at is not None and row.expires_at < ctx.now
        row.change(state="dead" if late else "skipped", why=why, **FREE)
        log.info("notice.dropped", trace_id=row.trace_id, notice=row.notice, outbox=row.id, why=why)
        return None
    notice = NOTICES[row.notice]
    with use_language(person.language):
        telling = telling_of(row, person, ctx.now)
        card = notice.words(telling)
        plan = _plan(ctx, row, notice, telling, person)
        taken: list[Outbox] = []
        if plan.channel == "custom":
            card, taken = gather(ctx, row, person, card)
            doubtful = any(one.unsure for one in (row, *taken))
            card = once_more(card, _("Once more, in case it did not arrive:")) if doubtful else card
    return _settle_or_send(ctx, Claimed(row, notice, person, card, plan, taken))


def _remember_unsure(ctx: Context, row: Outbox) -> None:
    """The answer to this row's last call is not known."""
    if row.channel == "template":
        row.change(unsure_since=row.unsure_since or ctx.now)
    else:
        row.change(unsure=row.unsure + 1)
        doubt_taken(row)


def _plan(ctx: Context, row: Outbox, notice: Notice, telling: Any, person: Person) -> Plan:
    if row.unsure_since is not None and ctx.now - row.unsure_since > SAME_ID:
        row.change(unsure=row.unsure + 1, unsure_since=None, rounds=row.rounds + 1)
    if not may_go_again(row):
        return Plan("call", why=UNSURE)
    return plan_channel(ctx.settings, row, notice, telling, person)


def _settle_or_send(ctx: Context, claimed: Claimed) -> Claimed | None:
    row, plan = claimed.row, claimed.plan
    if plan.pace:
        raise _TooFast
    if plan.channel == "call":
        put_on_call_list(ctx, row, claimed.card, plan.why)
        log.info("notice.phone", trace_id=row.trace_id, notice=row.notice, outbox=row.id, why=plan.why)
        return None
    if plan.channel == "wait" or not _use_up(ctx, plan):
        until = plan.wait_until or ctx.now
        if plan.held:
            until += timedelta(seconds=random.uniform(0, REST_SPREAD_S))
        row.change(state="pending", next_at=until, attempts=row.attempts - 1, **FREE, why=plan.why)
        row.held = plan.held
        return None
    row.change(channel=plan.channel)
    mark_taken(claimed.taken, row)
    return claimed


def _use_up(ctx: Context, plan: Plan) -> bool:
    """Takes what the way costs; False when somebody else was quicker."""
    assert plan.identity is not None
    if plan.window_id is not None and not use_window(plan.window_id, ctx.now):
        return False
    if plan.channel == "subscribe" and not use_consent(plan.identity, plan.template_id):
        return False
    assert plan.gate is not None
    count_call(ctx.settings, plan.gate, ctx.now)
    return True


def reference_of(row: Outbox) -> str:
    """By what a message is known to the platform: the same for a repeat, another one after a receipt that it failed."""
    return f"ob{row.id}-{row.rounds}"


def _send(platform: Platform, claimed: Claimed) -> Sent:
    plan, row = claimed.plan, claimed.row
    assert plan.identity is not None
    app_id, openid, fields = plan.identity.app_id, plan.identity.openid, plan.fields or {}
    ways: dict[str, Callable[[], Sent]] = {
        "custom": lambda: platform.send_custom(app_id, openid, claimed.card, reference_of(row)),
        "template": lambda: platform.send_template(app_id, openid, plan.template_id, fields, reference_of(row)),
        "subscribe": lambda: platform.send_subscribe(app_id, openid, plan.template_id, fields),
    }
    try:
        return ways[plan.channel]()
    except Exception as failure:  # a mistake of ours must not stop the others' messages
        log.exception("delivery.failed", outbox=row.id)
        return Sent("ours", type(failure).__name__, str(failure))


def _close_row(ctx: Context, claimed: Claimed, sent: Sent) -> None:
    """Closes the row with the lease it was claimed under; a lease that was lost meanwhile leaves it to its new owner."""
    row = claimed.row
    if sent.decision == "channel" and sent.code == "43101" and row.unsure:
        sent = replace(sent, decision="ok")  # the one before has used the consent: it arrived
    if sent.decision == "ok":
        _record_sent(ctx, claimed, sent)
        return
    if locked(Outbox.select(Outbox.lease).where(Outbox.id == row.id)).scalar() != row.lease:
        return
    if sent.decision != "ambiguous":
        _give_back(claimed.plan)
    AFTER.get(sent.decision, _try_later)(ctx, claimed, sent)


def _note_gate(ctx: Context, plan: Plan, sent: Sent) -> None:
    assert plan.identity is not None
    app_id = plan.identity.app_id
    if sent.decision in ("quota", "slow"):
        until = next_day(ctx.now) if sent.decision == "quota" else next_minute(ctx.now)
        note_limit(app_id, plan.api, ctx.now, until, sent.told())
    elif sent.decision != "ours" and (sent.failed or plan.gate is None or plan.gate.failures):
        note_answer(ctx.settings, app_id, plan.api, ctx.now, failed=sent.failed, why=sent.told())


def _give_back(plan: Plan) -> None:
    """What the way cost, since nothing was sent."""
    if plan.window_id is not None:
        give_back_window(plan.window_id)
    if plan.channel == "subscribe" and plan.identity is not None:
        give_back_consent(plan.identity, plan.template_id)


def _record_sent(ctx: Context, claimed: Claimed, sent: Sent) -> None:
    row = claimed.row
    closed = {"state": "sent", "sent_at": ctx.now, "msgid": sent.msgid, **FREE, "error": None, "unsure_since": None}
    if not row.change(where={"lease": row.lease}, **closed):
        return
    settle_taken(ctx.now, claimed.taken, row)
    if sent.msgid is not None:
        take_early(ctx, sent.msgid)
    show_card(ctx, row.person_id, claimed.card)
    note_delivered(ctx, row.person_id, claimed.card.text)


def _other_channel(ctx: Context, claimed: Claimed, sent: Sent) -> None:
    """Not by this way: what we believed of it is put right, and the next way is taken at once."""
    row, plan = claimed.row, claimed.plan
    assert plan.identity is not None
    if plan.channel == "custom":
        close_windows(plan.identity, ctx.now)
    if sent.code == "43004":
        plan.identity.change(follows=False)
    if sent.code == "43101":
        end_consent(plan.identity, plan.template_id)
    if sent.code == "48002":
        until = ctx.now + timedelta(days=ctx.settings.messages.closed_way_days)
        close_way(plan.identity, plan.channel, until, sent.told())
    _next_way(ctx, row, plan, sent)


def _next_way(ctx: Context, row: Outbox, plan: Plan, sent: Sent) -> None:
    refused = [*row.refused_channels, plan.channel]
    row.change(state="pending", next_at=ctx.now, refused_channels=refused, **FREE, error=sent.told())


def _phone(ctx: Context, claimed: Claimed, sent: Sent) -> None:
    put_on_call_list(ctx, claimed.row, claimed.card, sent.told())
    claimed.row.change(error=sent.told())


def _unsure(ctx: Context, claimed: Claimed, sent: Sent) -> None:
    _remember_unsure(ctx, claimed.row)
    if not may_go_again(claimed.row):
        put_on_call_list(ctx, claimed.row, claimed.card, UNSURE)
    else:
        _try_later(ctx, claimed, sent)


def _wait_for_limit(ctx: Context, claimed: Claimed, sent: Sent) -> None:
    """Too many for now: planned again at once, so that what is urgent finds another way and the rest waits; no try is lost."""
    row = claimed.row
    row.change(state="pending", next_at=ctx.now, attempts=row.attempts - 1, **FREE, error=sent.told())


def _try_later(ctx: Context, claimed: Claimed, sent: Sent) -> None:
    """By the ladder, with jitter, so that many failures don't come back at once; what would come too late is phoned."""
    row, messages = claimed.row, ctx.settings.messages
    if row.urgency == "emergency" and sent.decision != "ambiguous":
        _next_way(ctx, row, claimed.plan, sent)
        return
    ladder = messages.retry_ladder_s
    step = ladder[min(row.attempts, len(ladder)) - 1]
    again_at = ctx.now + timedelta(seconds=step * random.uniform(0.3, 1.0))
    too_late = row.expires_at is not None and again_at >= row.expires_at
    if row.attempts >= messages.max_tries or too_late:
        _phone(ctx, claimed, sent)
        return
    row.change(state="pending", next_at=again_at, **FREE, error=sent.told())


AFTER: dict[str, Callable[[Context, Claimed, Sent], None]] = {
    "channel": _other_channel,
    "never": _phone,
    "ambiguous": _unsure,
    "quota": _wait_for_limit,
    "slow": _wait_for_limit,
}
