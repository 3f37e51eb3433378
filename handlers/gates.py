"""Whether a call of the platform may be made now: its day's number, its pace, and whether it rests (RELIABILITY F9, F10).

One row for each call of each account, shared by all processes. A call rests after failures in a row (then one call tries),
until midnight where the day's number is used up (45009), until the next minute where it was too fast (45011). All by the
one clock, so that a moved demo clock ends a rest; a clock that was moved back ends it too.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from handlers.clock import local
from handlers.context import transaction
from handlers.settings import Settings
from handlers.words import N_
from models.base import others_may_act
from models.sending import ApiGate

LONGEST_REST = timedelta(hours=26)
URGENT = ("emergency", "high")
AHEAD = timedelta(seconds=1)  # how far the even pace may run ahead: so many may leave at once
ROUNDING = timedelta(milliseconds=1)  # moments are kept in whole milliseconds
QUOTA_SPREAD_S = 600  # not everybody comes back at the stroke of midnight


@dataclass(frozen=True)
class Rest:
    """Not now: when again, and why. `long`: for hours, so another way is better for what is urgent. `pace`: for a moment."""

    until: datetime
    why: str
    long: bool = False
    pace: bool = False


def gate_of(app_id: str, api: str) -> ApiGate:
    """The row of a call; made at its first use."""
    row = ApiGate.get_or_none(ApiGate.app_id == app_id, ApiGate.api == api)
    if row is None:
        ApiGate.insert(community_id=0, app_id=app_id, api=api).on_conflict_ignore().execute()
        row = ApiGate.get(ApiGate.app_id == app_id, ApiGate.api == api)
    return row


def day_of(now: datetime) -> str:
    """The day in which the platform counts: Shanghai's."""
    return local(now).date().isoformat()


def per_day(settings: Settings, api: str) -> int | None:
    """How many of a call the platform takes in a day; None for a call that is not counted."""
    return getattr(settings.quotas, f"{api}_per_day", None)


def used_today(row: ApiGate, now: datetime) -> int:
    """How many have left today."""
    return row.used if row.day == day_of(now) else 0


def rest_of(row: ApiGate, now: datetime) -> Rest | None:
    """The rest that a call is in."""
    if row.held_until is None or row.held_at is None or not (row.held_at <= now + ROUNDING and now < row.held_until):
        return None
    return Rest(row.held_until, row.held_why or "", long=row.held_until - row.held_at > timedelta(minutes=5))


def may_call(settings: Settings, row: ApiGate, urgency: str, now: datetime) -> Rest | None:
    """None when a message may leave by this call now; the last tenths of a day's number are kept for what is urgent."""
    resting = rest_of(row, now)
    if resting is not None:
        return resting
    limit, used = per_day(settings, row.api), used_today(row, now)
    kept = 100 if urgency in URGENT else settings.quotas.slow_from_percent
    if limit is not None and used >= limit * kept // 100:
        full, kept_back = N_("the day's number is used up"), N_("the rest of the day's number is kept for what is urgent")
        why = full if used >= limit else kept_back
        return Rest(next_day(now), why, long=True)
    if row.next_free is not None and now + AHEAD < row.next_free <= now + timedelta(minutes=1):
        return Rest(now + AHEAD / 2, N_("the pace that the platform allows"), pace=True)
    return None


def count_call(settings: Settings, row: ApiGate, now: datetime) -> None:
    """One message leaves: counts it, and moves the pace on. A call that tried after a rest keeps the others waiting."""
    day, step = day_of(now), timedelta(minutes=1) / settings.quotas.each_per_min
    begin = row.next_free if row.next_free is not None and now < row.next_free <= now + timedelta(minutes=1) else now
    one_more = ApiGate.used + 1 if others_may_act() else row.used + 1  # the plain number is in words once (models/shapes.py)
    fields = {"day": day, "used": one_more if row.day == day else 1, "next_free": begin + step}
    if row.failures >= settings.wechat.breaker_failures:
        fields |= _rest(now, settings.wechat.breaker_rest_s, row.held_why or "")
    ApiGate.update(**fields).where(ApiGate.id == row.id).execute()


def _rest(now: datetime, seconds: float, why: str) -> dict[str, Any]:
    return {"held_at": now, "held_until": now + timedelta(seconds=seconds), "held_why": why}


def next_day(now: datetime) -> datetime:
    """Shortly after the next midnight in Shanghai, when the platform counts anew."""
    tomorrow = local(now).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return tomorrow + timedelta(seconds=random.uniform(1, QUOTA_SPREAD_S))


def next_minute(now: datetime) -> datetime:
    """Shortly after the minute is over."""
    return now.replace(second=0, microsecond=0) + timedelta(minutes=1, seconds=random.uniform(0, 5))


def note_answer(settings: Settings, app_id: str, api: str, now: datetime, *, failed: bool, why: str = "") -> None:
    """A call was answered, or not: so many failures in a row, and it rests."""
    if not failed:
        mine = (ApiGate.app_id == app_id) & (ApiGate.api == api) & (ApiGate.failures > 0)
        ApiGate.update(failures=0, held_at=None, held_until=None, held_why=None).where(mine).execute()
        return
    row = gate_of(app_id, api)
    with transaction():
        ApiGate.update(failures=ApiGate.failures + 1).where(ApiGate.id == row.id).execute()
        if row.failures + 1 >= settings.wechat.breaker_failures:
            row.change(**_rest(now, settings.wechat.breaker_rest_s, why))


def note_limit(app_id: str, api: str, now: datetime, until: datetime, why: str) -> None:
    """The platform said that it is enough for now (45009, 45011): believed until then."""
    gate_of(app_id, api).change(held_at=now, held_until=min(until, now + LONGEST_REST), held_why=why, failures=0)
