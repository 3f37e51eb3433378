"""What waits for a person's word, however it was told and whatever was said since (C3, Q2).

Read from what was promised to them (the outbox) and is still true, so that nothing is forgotten when a card scrolls away, when only
a template message could reach them, or when they speak of something else in between.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache

from handlers.candidates import asked_for_this_time
from handlers.cards import Card
from handlers.context import PEOPLE, Context, use_case
from handlers.notices import NOTICES
from handlers.notices.base import Telling
from handlers.phoning import NOT_WORTH_A_CALL
from models.messages import Outbox
from models.opening import Asks
from models.requests import Request

Fresh = Callable[[Outbox], bool]


def _still_to_choose(row: Outbox) -> bool:
    """Those who were shown and have not been asked since: with nobody left there is nothing to choose."""
    request = Request.find(row.subject_id)
    if request is None:
        return False
    asked = asked_for_this_time(request)
    left = [w for w in row.values["workers"] if w["id"] not in asked]  # type: ignore[index]
    setattr(row, "values", {**row.values, "workers": left})  # noqa: B010 (a column of JSON holds a dict)
    return bool(left)


def _always(row: Outbox) -> bool:
    return True


def _searching(row: Outbox) -> bool:
    """The resident has not said yet when somebody else may come."""
    request = Request.find(row.values.get("request_id"))  # type: ignore[attr-defined]
    return request is not None and request.state == "matching" and row.values.get("side") != "worker"  # type: ignore[attr-defined]


def _asked_so(row: Outbox) -> bool:
    """The question that stands is still this one."""
    request = Request.find(row.subject_id)
    return request is not None and (request.loosened.get("open") or {}).get("kind") == row.values["kind"]  # type: ignore[index]


# Which notices ask for an answer, how pressing they are (1 first), and what must still hold besides the notice's own check.
ASKS: dict[str, tuple[int, Fresh]] = {
    "carer_called": (0, _always),
    "door_closed": (0, _always),
    "visit_no_show": (1, _searching),
    "later_today": (1, _searching),
    "ask_wider": (1, _asked_so),
    "door_stayed_closed": (1, _searching),
    "visit_still_on": (1, _always),
    "proposal_resident": (1, _always),
    "proposal_worker": (1, _always),
    "job_offer": (1, _always),
    "counter_offer": (1, _always),
    "agreement_ready": (1, _always),
    "agreement_reminder": (1, _always),
    "request_question": (1, _always),
    "recommendation": (1, _still_to_choose),
    "completion_ready": (1, _always),
    "completion_reminder": (1, _always),
    "completion_confirmed": (1, _always),
    "complaint_result": (2, _always),
    "series_holiday": (2, _always),
    "rating_invite": (3, _always),
    "survey_ask": (3, _always),
}
LOOKS_BACK, MANY = timedelta(days=7), 50
TOLD = ("pending", "sending", "sent", "called")  # and what was let be, since nobody is rung up for it


@lru_cache(maxsize=16)  # a turn asks for the same moment's three times
def asks_at(now: datetime) -> Asks:
    """Which of a person's rows of the outbox may ask for their word at this moment."""
    where = {"notice__in": tuple(ASKS), "state__in": (*TOLD, "skipped"), "created_at__gt": now - LOOKS_BACK, "not_before__le": now}
    return Asks(where, order="-id", limit=MANY)


@use_case(*PEOPLE)
def list_waiting(ctx: Context) -> list[Card]:
    """The cards that wait for this person's answer, the most pressing first and the newer before the older."""
    asks = asks_at(ctx.now)
    found = Outbox.pick_all(community_id=ctx.community_id, person_id=ctx.actor.id, **asks.where, order=asks.order, limit=asks.limit)
    rows = [row for row in found if row.state != "skipped" or row.why == NOT_WORTH_A_CALL]
    newest: dict[tuple[str, int], Outbox] = {}
    for row in rows:
        newest.setdefault((row.subject_kind, row.subject_id or 0), row)
    open_ones = [row for row in newest.values() if _is_open(ctx, row)]
    open_ones.sort(key=lambda row: (ASKS[row.notice][0], -row.id))
    return [NOTICES[row.notice].words(Telling(row.values, ctx.actor.called, ctx.now)) for row in open_ones]


def _is_open(ctx: Context, row: Outbox) -> bool:
    notice = NOTICES[row.notice]
    stale = notice.stale(row.subject_id, ctx.now) if notice.stale is not None and row.subject_id else None
    return stale is None and ASKS[row.notice][1](row)
