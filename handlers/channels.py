"""Which way a notice may go at this moment: the cheapest that is allowed (Q1, wechat.md sections 2 and 3).

Order: customer-service message inside an open window (official account, then mini-program), template message to a
follower, subscribe message where the person has allowed one, the staff's call list. The passive reply is taken earlier, while a
push is being answered (digest.fold_into_reply). A way is used only for the account that the openid belongs to.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from handlers.clock import SHANGHAI
from handlers.consents import left_of
from handlers.gates import URGENT, Rest, gate_of, may_call
from handlers.logs import log
from handlers.notices import Notice, Telling
from handlers.notices.base import Template
from handlers.settings import Settings
from handlers.templates import misfits, render_fields
from handlers.windows import best_window
from handlers.words import N_
from models.messages import Outbox
from models.people import Identity, Person
from models.sending import ApiGate, ClosedWay

NEAR = ("until", "starts_at", "eta_at", "answer_due_at")  # values of a notice that say by when it is of use
MARGIN = timedelta(hours=1)


@dataclass(frozen=True)
class Plan:
    """What to do with one notice now: send by `channel`, wait until `wait_until`, or put it on the call list.

    `api` is the platform's call that it uses. `pace`: the wait is a moment, for the platform's pace; nothing is written.
    """

    channel: str
    api: str = ""
    identity: Identity | None = None
    window_id: int | None = None
    template_id: str = ""
    fields: dict[str, str] | None = None
    wait_until: datetime | None = None
    why: str = ""
    pace: bool = False
    held: bool = False
    gate: ApiGate | None = None


@dataclass(frozen=True)
class Case:
    """What the ways look at."""

    settings: Settings
    row: Outbox
    notice: Notice
    telling: Telling
    closed: frozenset[tuple[int, str]]


def identities(person: Person) -> list[Identity]:
    """The person's accounts on the official account and the mini-program, the last used first."""
    mine = (Identity.community_id == person.community_id) & (Identity.person_id == person.id)
    return list(Identity.select().where(mine).order_by(Identity.seen_at.desc()))


def quiet_until(settings: Settings, now: datetime) -> datetime | None:
    """The end of the quiet hours if now is in them (Q1)."""
    start, end = settings.messages.quiet_from, settings.messages.quiet_to
    local = now.astimezone(SHANGHAI)
    over_midnight = start > end
    quiet = (start <= local.time() or local.time() < end) if over_midnight else start <= local.time() < end
    if not quiet:
        return None
    day = local.date() + timedelta(days=1 if over_midnight and local.time() >= start else 0)
    return datetime.combine(day, end, SHANGHAI)


def plan_channel(settings: Settings, row: Outbox, notice: Notice, telling: Telling, person: Person) -> Plan:
    """The way for this notice at this moment."""
    accounts = identities(person)
    morning = quiet_until(settings, telling.now)
    if morning is not None and _can_wait(settings, row, notice, telling, accounts, morning):
        return Plan("wait", wait_until=morning, why="quiet hours")
    case = Case(settings, row, notice, telling, _closed(person, accounts, telling.now))
    return _allowed(case, accounts) or Plan("call", why=_why_call(accounts))


def _can_wait(
    settings: Settings, row: Outbox, notice: Notice, telling: Telling, accounts: list[Identity], morning: datetime
) -> bool:
    """Whether a notice stays for the morning: high ones only if nobody is awake and nothing is missed by it."""
    if notice.urgency != "high":
        return notice.urgency != "emergency"
    awake = timedelta(minutes=settings.messages.awake_min)
    if any(i.seen_at is not None and telling.now - i.seen_at <= awake for i in accounts):
        return False
    limits = [telling.when(name) for name in NEAR if isinstance(telling.get(name), str)]
    limits += [row.expires_at] if row.expires_at is not None else []
    return not any(telling.now < limit < morning + MARGIN for limit in limits)


def _closed(person: Person, accounts: list[Identity], now: datetime) -> frozenset[tuple[int, str]]:
    ids = [i.id for i in accounts]
    mine = (ClosedWay.community_id == person.community_id) & ClosedWay.identity_id.in_(ids) & (ClosedWay.until > now)
    rows = ClosedWay.select(ClosedWay.identity_id, ClosedWay.channel).where(mine).tuples()
    return frozenset(rows) if ids else frozenset()


def _allowed(case: Case, accounts: list[Identity]) -> Plan | None:
    """The first way that may be used now; else the wait for the one that is free first. None: there is no way at all."""
    rests: list[Rest] = []
    for plan in _ways(case, accounts):
        app_id = plan.identity.app_id if plan.identity is not None else ""
        gate = gate_of(app_id, plan.api)
        rest = may_call(case.settings, gate, case.row.urgency, case.telling.now)
        if rest is None:
            return replace(plan, gate=gate)
        rests.append(rest)
    return _wait(case, rests) if rests else None


def _wait(case: Case, rests: list[Rest]) -> Plan | None:
    soonest = min(rests, key=lambda rest: rest.until)
    late = case.row.expires_at is not None and soonest.until >= case.row.expires_at
    urgent = case.row.urgency in URGENT and soonest.long
    if late or urgent or (case.row.urgency == "emergency" and not soonest.pace):
        return Plan("call", why=soonest.why)
    return Plan("wait", wait_until=soonest.until, why=soonest.why, pace=soonest.pace, held=True)


def _ways(case: Case, accounts: list[Identity]) -> Iterator[Plan]:
    """In their order. A template message whose answer was lost goes again as the very same one, or not at all."""
    unsure = case.row.channel if case.row.unsure_since is not None else None
    for channel, way in WAYS:
        if unsure not in (None, channel):
            continue
        for identity in accounts:
            if channel not in case.row.refused_channels and (identity.id, channel) not in case.closed:
                plan = way(case, identity)
                if plan is not None:
                    yield replace(plan, channel=channel, identity=identity)


def _is_official(case: Case, identity: Identity) -> bool:
    return bool(identity.app_id == case.settings.wechat.app_id)


def _by_window(case: Case, identity: Identity) -> Plan | None:
    if _is_official(case, identity) and not identity.follows:
        return None
    window = best_window(identity, case.telling.now)
    return Plan("custom", "custom", window_id=window.id) if window is not None else None


def _by_template(case: Case, identity: Identity) -> Plan | None:
    if not (_is_official(case, identity) and identity.follows):
        return None
    return _filled(case, case.notice.template, case.settings.wechat.templates, "template")


def _by_subscribe(case: Case, identity: Identity) -> Plan | None:
    official = _is_official(case, identity)
    account = case.settings.wechat if official else case.settings.miniprogram
    plan = _filled(case, case.notice.subscribe, account.subscribe_templates, "bizsend" if official else "subscribe")
    return plan if plan is not None and left_of(identity, plan.template_id) > 0 else None


def _filled(case: Case, template: Template | None, ids: dict[str, str], api: str) -> Plan | None:
    """A template with its fields; one that the platform would refuse is our mistake: it is logged, and another way is taken."""
    template_id = ids.get(template.name, "") if template is not None else ""
    if template is None or not template_id:
        return None
    fields = render_fields(template, case.telling)
    wrong = misfits(fields)
    if wrong:
        log.error("template.misfit", notice=case.notice.code, template=template.name, wrong=wrong)
        return None
    return Plan(api, api, template_id=template_id, fields=fields)


Way = Callable[[Case, Identity], Plan | None]
WAYS: tuple[tuple[str, Way], ...] = (("custom", _by_window), ("template", _by_template), ("subscribe", _by_subscribe))


def _why_call(accounts: list[Identity]) -> str:
    if not accounts:
        return N_("no WeChat account")
    return N_("no message is allowed now") if any(i.follows for i in accounts) else N_("does not follow the account")


def close_way(identity: Identity, channel: str, until: datetime, why: str) -> None:
    """The platform says that this way to somebody is closed; it is not tried again for a while."""
    fields = {"until": until, "why": why}
    ClosedWay.insert(
        community_id=identity.community_id, identity_id=identity.id, channel=channel, **fields
    ).on_conflict(
        conflict_target=(ClosedWay.community_id, ClosedWay.identity_id, ClosedWay.channel), update=fields
    ).execute()
