"""The visits of a recurring service: made for some weeks ahead, each a visit of its own; every day the next ones (C8).

A date is looked at once: its row is unique. Where the worker can't, both hear it and staff have it before them; a public holiday
is asked about (settings.recurring).
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from peewee import IntegrityError

from handlers.alerts import raise_alert
from handlers.clock import local
from handlers.context import Context, transaction
from handlers.deadlines import on_due, set_deadline
from handlers.facts import facts_of
from handlers.free_times import hindrance
from handlers.lifecycle import advance, record
from handlers.notices import series as _declared  # noqa: F401 (declares what is told here)
from handlers.numbers import next_request_number
from handlers.outbox import tell
from handlers.parties import called_service, parties_of
from handlers.series_of import LIVE, pattern_of, paused_on, rows_of, rule_of
from handlers.visit_clocks import set_visit_clocks
from handlers.words import _, listed, say_date
from models.base import hold
from models.clocks import Deadline
from models.requests import Request
from models.rules.codes import visit_code
from models.rules.lifecycles import AGREEMENT, REQUEST, SERIES, VISIT
from models.rules.recurring import ASK, SKIP, at_holiday, day_of
from models.rules.slots import slots_of
from models.series import Series, SeriesDate
from models.visits import Agreement, Visit
from models.workers import BookedSlot, Worker

SHARED = (
    "person_id", "served", "channel", "service", "address_id", "minutes", "people", "tasks", "budget_max_fen", "words", "quote",
)  # fmt: skip


class Unplaced(Exception):
    """The worker can't come on this date; said is why."""


def begin_series(ctx: Context, request: Request, agreement: Agreement) -> Series | None:
    """Both have signed: the first visit is the request's own, the others of the coming weeks are made. None: it does not repeat."""
    rule = rule_of(request)
    if not rule:
        return None
    here, first = ctx.community_id, datetime.fromisoformat(agreement.terms["starts_at"])
    series = Series.create(
        community_id=here, state=SERIES.first, request_id=request.id, agreement_id=agreement.id, person_id=request.person_id,
        worker_id=agreement.worker_id, number=agreement.number, rule=rule, first_at=first, looked_to=first, created_at=ctx.now,
    )  # fmt: skip
    SeriesDate.create(community_id=here, series_id=series.id, starts_at=first, state="visit", request_id=request.id)
    record(ctx, "series", series.id, "begin", "", series.state, data={"agreement": agreement.id})
    extend(ctx, series)
    return series


def extend_all(ctx: Context) -> None:
    """Once a day: every series that goes on is looked at in a transaction of its own, so that one can't hold up the others."""
    ahead = ctx.now + timedelta(days=ctx.settings.recurring.horizon_days)
    due = Series.state.in_(LIVE) & (Series.looked_to < ahead)
    for row in Series.select(Series.id, Series.community_id).where(due):
        set_deadline(ctx.in_community(row.community_id), "series_ahead", ("series", row.id), ctx.now)


@on_due("series_ahead", useful_for=timedelta(days=2))
def _ahead(ctx: Context, row: Deadline) -> None:
    hold(f"series:{row.subject_id}")
    series = Series.find(row.subject_id)
    if series is None or series.state not in LIVE:
        return
    if series.state == "paused" and series.paused_to and series.paused_to <= day_of(ctx.now).isoformat():
        advance(ctx, SERIES, series, "resume", paused_from="", paused_to="")
    extend(ctx, series)


def extend(ctx: Context, series: Series) -> None:
    """Makes the visits from where it was looked to up to the horizon; tells what could not be made; ends what has no more."""
    before: datetime = series.looked_to
    until = max(ctx.now + timedelta(days=ctx.settings.recurring.horizon_days), before)
    if not series.change(where={"looked_to": before}, looked_to=until):
        return
    new = [_new_row(ctx, series, at) for at in pattern_of(series).dates(before, until)]
    made = [row for row in new if row is not None]
    place(ctx, series, [row for row in made if row.state == "visit"])
    _ask_holidays(ctx, series, [row for row in made if row.state == "holiday"])
    end_if_over(ctx, series)


def _new_row(ctx: Context, series: Series, at: datetime) -> SeriesDate | None:
    """A date's row; None where somebody has made it already."""
    wish = at_holiday(at, ctx.settings.recurring.holidays)
    state = "paused" if paused_on(series, at) else {ASK: "holiday", SKIP: "skipped"}.get(wish, "visit")
    mine = {"community_id": ctx.community_id, "series_id": series.id, "starts_at": at}
    why = "holiday" if state == "skipped" else ""
    done = list(SeriesDate.insert(**mine, state=state, why=why).on_conflict_ignore().returning(SeriesDate.id).execute())
    return SeriesDate.get(*(getattr(SeriesDate, name) == value for name, value in mine.items())) if done else None


def place(ctx: Context, series: Series, rows: Sequence[SeriesDate]) -> list[SeriesDate]:
    """Makes the visit of each of these dates; those that can't be are told to both and put before staff, and returned."""
    unplaced = [row for row in rows if not _placed(ctx, series, row)]
    if unplaced:
        _tell_unplaced(ctx, series, unplaced)
    return unplaced


def _placed(ctx: Context, series: Series, row: SeriesDate) -> bool:
    """Whether the visit is made; if not, the reason is kept with the date, and nothing else of it stays."""
    try:
        with transaction():
            request = new_request(ctx, series, row)
            why = _cant(ctx, series, request)
            if why:
                raise Unplaced(why)
            _visit(ctx, series, request)
            row.change(state="visit", why="", request_id=request.id)
            return True
    except Unplaced as unplaced:
        row.change(state="unplaced", why=str(unplaced))
    except IntegrityError:  # somebody else has booked the worker's time in this very moment
        row.change(state="unplaced", why="busy")
    return False


def new_request(ctx: Context, series: Series, row: SeriesDate, state: str = "scheduled") -> Request:
    """The request of one date, as the first one was."""
    first = Request.get(Request.id == series.request_id)
    extras = {name: value for name, value in first.extras.items() if name != "asap"}
    made = Request.create(
        community_id=ctx.community_id, state=state, number=next_request_number(ctx, local(row.starts_at).date()),
        starts_at=row.starts_at, extras=extras, wishes=_wishes(first, series), chosen_worker_id=series.worker_id,
        submitted_at=ctx.now, created_at=ctx.now, updated_at=ctx.now, **{name: getattr(first, name) for name in SHARED},
    )  # fmt: skip
    record(ctx, "request", made.id, "repeat", "", made.state, data={"series": series.id})
    set_deadline(ctx, "request_lapsed", ("request", made.id), made.starts_at)
    return made


def _wishes(first: Request, series: Series) -> dict[str, object]:
    """Whom they would like, for this date: whoever comes to the others first; what ruled somebody out of the first one is over."""
    kept = {name: value for name, value in first.wishes.items() if name not in ("not_worker_ids", "worker_name", "same_worker")}
    return {**kept, "worker_id": series.worker_id}


def _cant(ctx: Context, series: Series, request: Request) -> str:
    """Why the worker can't come then: gone, standing (of their agency), busy (another job, or leave), papers, or what of their day
    stands in the way (hours, the way from the visit before, the break, the caps); "" where they can."""
    facts, job = facts_of(ctx, request, [series.worker_id])
    worker, known = Worker.find(series.worker_id), facts.get(series.worker_id)
    if worker is None or worker.state != "active" or known is None:
        return "gone"
    if not known.good_standing:
        return "standing"
    if not known.free:
        return "busy"
    if not job.documents <= known.documents:
        return "papers"
    return hindrance(ctx, request, worker.id)


def _visit(ctx: Context, series: Series, request: Request) -> Visit:
    """The visit of one date under the one agreement; a unique key refuses time that the worker has given to another."""
    agreement = Agreement.get(Agreement.id == series.agreement_id)
    start: datetime = request.starts_at
    end = start + timedelta(minutes=int(agreement.terms["minutes"]))
    visit = Visit.create(
        community_id=ctx.community_id, state=VISIT.first, request_id=request.id, agreement_id=agreement.id,
        person_id=series.person_id, worker_id=series.worker_id, number=request.number, service=request.service,
        address_id=request.address_id, starts_at=start, ends_at=end, code=visit_code(secrets.randbelow(10_000)),
        total_fen=int(agreement.terms["price_fen"]), created_at=ctx.now,
    )  # fmt: skip
    mine = {"community_id": ctx.community_id, "worker_id": series.worker_id, "holder": f"visit:{visit.id}"}
    slots = slots_of(start, end, ctx.settings.matching.buffer_min)
    BookedSlot.insert_many([{**mine, "slot": slot} for slot in slots]).execute()
    record(ctx, "visit", visit.id, "schedule", "", visit.state, data={"agreement": agreement.id, "series": series.id})
    set_visit_clocks(ctx, visit)
    return visit


def tell_both_of(
    ctx: Context, series: Series, notice: str, key: str, *, sides: Sequence[str] = ("resident", "worker"), **values: Any
) -> None:
    """One notice about a series to one or both sides."""
    who = parties_of(series)
    first = Request.get(Request.id == series.request_id)
    for side in sides:
        tell(
            ctx.as_system(), who.resident_id if side == "resident" else who.worker_person_id, notice, about=("series", series.id),
            key=f"{notice}:series:{series.id}:{side}:{key}", side=side, series_id=series.id, number=series.number,
            service_name=called_service(ctx, first.service), resident=who.resident, worker=who.worker, **values,
        )  # fmt: skip


def _tell_unplaced(ctx: Context, series: Series, rows: Sequence[SeriesDate]) -> None:
    days = [row.starts_at.isoformat() for row in rows]
    tell_both_of(ctx, series, "series_unplaced", days[0], days=days)
    who = parties_of(series)
    words = _(
        "%(worker)s can't come to %(resident)s on %(days)s (%(number)s, a recurring service). Please find somebody for it.",
        worker=who.worker, resident=who.resident, number=series.number,
        days=listed(say_date(row.starts_at, ctx.now) for row in rows),
    )  # fmt: skip
    raise_alert(ctx.as_system(), "series_unplaced", words, about=("request", series.request_id), key=days[0])


def _ask_holidays(ctx: Context, series: Series, rows: Sequence[SeriesDate]) -> None:
    if rows:
        days = [row.starts_at.isoformat() for row in rows]
        tell_both_of(ctx, series, "series_holiday", days[0], sides=("resident",), days=days)


def end_if_over(ctx: Context, series: Series) -> None:
    """No date is to come any more, and the last one is past: the series and its agreement come to their end."""
    if series.state not in LIVE or not pattern_of(series).ends(series.looked_to):
        return
    if all(_past(ctx, row) for row in rows_of(series)):
        advance(ctx.as_system(), SERIES, series, "end", reason="done")
        agreement = Agreement.get(Agreement.id == series.agreement_id)
        if agreement.state == "sealed":
            advance(ctx.as_system(), AGREEMENT, agreement, "end", reason="done")


def _past(ctx: Context, row: SeriesDate) -> bool:
    request = Request.find(row.request_id) if row.request_id else None
    if request is None:
        return row.state not in ("holiday", "unplaced", "paused") or row.starts_at <= ctx.now
    return request.state in REQUEST.final
