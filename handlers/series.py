"""A recurring service, as its two sides and staff handle it: one left out, a pause, going on, the end (C8).

One date is moved or given up as any other visit is: it has a request of its own (handlers/requests.py, handlers/visits.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from handlers.alerts import settle_alerts
from handlers.cancelling import cancel_request, clear_the_way, terms_now
from handlers.catalogue import find_service, service_name
from handlers.clock import SHANGHAI
from handlers.context import DESK, FRONT, PEOPLE, Context, Refused, use_case
from handlers.deadlines import drop_deadlines
from handlers.lifecycle import advance, record
from handlers.matching import recommend_or_say
from handlers.series_making import end_if_over, extend, new_request, place, tell_both_of
from handlers.series_of import LIVE, access_series, live_series_of, paused_on, rows_of
from handlers.series_words import repeat_words
from handlers.words import _, say_date, say_when, say_yuan
from models.requests import Request
from models.rules.lifecycles import AGREEMENT, REQUEST, SERIES
from models.rules.recurring import day_of
from models.series import Series, SeriesDate
from models.visits import Agreement, Visit
from models.workers import Worker

BEFORE = ("scheduled", "on_the_way")
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class OneDate:
    """One date of a series: its row, when it is by now, the request and the visit that stand for it, and its state in a code."""

    row: SeriesDate
    starts_at: datetime
    request: Request | None
    visit: Visit | None
    state: str


@dataclass(frozen=True)
class SeriesView:
    """A series as its sides see it; `coming` are the dates on which somebody is to come, soonest first."""

    series: Series
    service: str
    words: str
    worker: str
    dates: list[OneDate]
    coming: list[OneDate]


@use_case(*PEOPLE)
def list_my_series(ctx: Context) -> list[SeriesView]:
    """The asker's recurring services that go on, as resident or as worker, the newest first."""
    mine = Series.person_id == ctx.actor.id
    if ctx.actor.worker_id is not None:
        mine |= Series.worker_id == ctx.actor.worker_id
    here = (Series.community_id == ctx.community_id) & Series.state.in_(LIVE)
    return [view_of(ctx, row) for row in Series.select().where(here & mine).order_by(Series.id.desc())]


def view_of(ctx: Context, series: Series) -> SeriesView:
    """A series with its dates."""
    first, agreement = Request.get(Request.id == series.request_id), Agreement.get(Agreement.id == series.agreement_id)
    dates = sorted((_date(series, row) for row in rows_of(series)), key=lambda one: one.starts_at)
    coming = [d for d in dates if d.starts_at > ctx.now and d.request is not None and d.request.state not in REQUEST.final]
    words = repeat_words(series.rule, series.first_at, int(agreement.terms["minutes"]))
    worker = Worker.get(Worker.id == series.worker_id).called
    return SeriesView(series, service_name(find_service(ctx, first.service)), words, worker, dates, coming)


def _date(series: Series, row: SeriesDate) -> OneDate:
    request = Request.find(row.request_id) if row.request_id else None
    if request is None or row.state != "visit":
        return OneDate(row, row.starts_at, request, None, row.state)
    mine = (Visit.community_id == series.community_id) & (Visit.request_id == request.id)
    visit = Visit.select().where(mine).order_by(Visit.id.desc()).first()
    state = visit.state if visit is not None and request.state in ("scheduled", "closed") else request.state
    return OneDate(row, request.starts_at, request, visit, state)


def say_series(ctx: Context, view: SeriesView) -> str:
    """日常保洁，每周二、四上午9点，每次2小时，李师傅; and the next visits."""
    series = view.series
    head = _("%(service)s, %(rule)s, %(worker)s.", service=view.service, rule=view.words, worker=view.worker)
    lines = [head, _pause_words(ctx, series)]
    if series.last_day:
        lines.append(_("It ends after %(day)s.", day=say_date(at_day(date.fromisoformat(series.last_day)), ctx.now)))
    lines += [say_when(one.starts_at, ctx.now) for one in view.coming[:4]]
    return "\n".join(line for line in lines if line)


def _pause_words(ctx: Context, series: Series) -> str:
    if series.state != "paused":
        return ""
    if not series.paused_to:
        return _("It pauses until you ask for it again.")
    return _("It pauses; it goes on from %(day)s.", day=say_date(at_day(date.fromisoformat(series.paused_to)), ctx.now))


def at_day(day: date) -> datetime:
    """The middle of a local day, to be said."""
    return datetime.combine(day, time(12), SHANGHAI)


@use_case(*PEOPLE, *FRONT)
def series_of_request(ctx: Context, request_id: int) -> int:
    """The series that goes on and of which a request is one date; 0 for a single request."""
    request = Request.pick(id=request_id, community_id=ctx.community_id)
    series = live_series_of(request) if request is not None else None
    return series.id if series is not None else 0


@use_case(*PEOPLE, *FRONT)
def find_series(ctx: Context, series_id: int) -> SeriesView:
    """One series of the asker's own. Refuses not_found."""
    return view_of(ctx, access_series(ctx, series_id))


@use_case(*PEOPLE, *FRONT)
def change_costs(ctx: Context, series_id: int, *, since: date, until: date | None = None) -> str:
    """What pausing or ending from `since` (up to the day before `until`) would cost now, in words; "" where it is free."""
    series = access_series(ctx, series_id)
    fee = sum(_fee(ctx, series, one.request) for one in _between(ctx, series, since, until) if one.request is not None)
    return _("It is close to the next visit: that one costs %(fee)s.", fee=say_yuan(fee)) if fee else ""


def _fee(ctx: Context, series: Series, request: Request) -> int:
    """By the rule of cancelling, in fen; a worker who stops costs the resident nothing."""
    return 0 if _by_worker(ctx, series) else terms_now(ctx, request).fee_fen


def _by_worker(ctx: Context, series: Series) -> bool:
    return ctx.actor.kind == "person" and ctx.actor.worker_id == series.worker_id and ctx.actor.id != series.person_id


def _between(ctx: Context, series: Series, since: date, until: date | None) -> list[OneDate]:
    """The dates to come in these days on which nothing has begun yet."""
    found = []
    for row in rows_of(series):
        one = _date(series, row)
        day = day_of(one.starts_at)
        open_yet = one.request is None or REQUEST.step(one.request.state, "cancel") is not None
        begun = one.visit is not None and one.request is not None and one.request.state == "scheduled" and one.visit.state not in BEFORE
        if since <= day and (until is None or day < until) and one.starts_at > ctx.now and open_yet and not begun:
            found.append(one)
    return found


@use_case("resident", *FRONT)
def leave_out(ctx: Context, series_id: int, *, day: date, reason: str = "") -> None:
    """这周二不用来了: this one date is cancelled by its own rules, the others stay. Refuses no_date, not_now."""
    series = access_series(ctx, series_id)
    one = next(iter(_between(ctx, series, day, day + A_DAY)), None)
    if one is None:
        raise Refused("no_date", _("Nobody is to come on that day."))
    if one.request is not None:
        cancel_request(ctx, one.request.id, reason=reason)
    one.row.change(state="skipped")


@use_case(*PEOPLE, *FRONT)
def pause_series(ctx: Context, series_id: int, *, since: date, until: date | None = None) -> None:
    """暂停两周: nobody comes from `since` to the day before `until` (None: until somebody says 恢复). Refuses bad_time, not_now."""
    series = access_series(ctx, series_id)
    if until is not None and until <= max(since, day_of(ctx.now)):
        raise Refused("bad_time", _("The day on which it goes on must come after the day from which it pauses."), status=400)
    until_day = until.isoformat() if until is not None else ""
    advance(ctx, SERIES, series, "pause", paused_from=since.isoformat(), paused_to=until_day)
    _take_out(ctx, series, _between(ctx, series, since, until), "paused")
    _come_again(ctx, series)
    _tell_change(ctx, series, "pause", since, until)


def _come_again(ctx: Context, series: Series) -> None:
    """Dates that were paused and are not (any more): their visits are made."""
    ahead = [row for row in rows_of(series) if row.state == "paused" and row.starts_at > ctx.now]
    place(ctx.as_system(), series, [row for row in ahead if not paused_on(series, row.starts_at)])


def _take_out(ctx: Context, series: Series, dates: Sequence[OneDate], state: str) -> None:
    """These dates are off: their visits, booked time and clocks are taken back, each at the fee of its own."""
    for one in dates:
        if one.request is not None:
            fee = _fee(ctx, series, one.request)
            clear_the_way(ctx, one.request, reason=state)
            advance(ctx, REQUEST, one.request, "cancel", reason=state, data={"fee_fen": fee}, updated_at=ctx.now)
            drop_deadlines(ctx, ("request", one.request.id), note=state)
        if one.row.state != "skipped":
            one.row.change(state=state)


def _tell_change(ctx: Context, series: Series, verb: str, since: date | None, until: date | None = None) -> None:
    """The other side hears it; both, where staff said it for them."""
    by = "" if ctx.actor.kind != "person" else "worker" if _by_worker(ctx, series) else "resident"
    sides = [side for side in ("resident", "worker") if side != by]
    values = {"since": at_day(since) if since else None, "until": at_day(until) if until else None}
    tell_both_of(ctx, series, "series_changed", f"{verb}:{series.version}:{since}", sides=sides, verb=verb, **values)


@use_case(*PEOPLE, *FRONT)
def resume_series(ctx: Context, series_id: int) -> SeriesView:
    """恢复: from now on as before; the visits of the coming weeks are made anew. Refuses not_now where it does not pause."""
    series = access_series(ctx, series_id)
    advance(ctx, SERIES, series, "resume", paused_from="", paused_to="")
    _come_again(ctx, series)
    extend(ctx.as_system(), series)
    view = view_of(ctx, series)
    _tell_change(ctx, series, "resume", day_of(view.coming[0].starts_at) if view.coming else None)
    return view


@use_case(*PEOPLE, *FRONT)
def end_series(ctx: Context, series_id: int, *, since: date) -> None:
    """从下个月起不做了: from `since` nobody comes any more; what was before stays as it is. Refuses not_now."""
    series = access_series(ctx, series_id)
    if series.state not in LIVE:
        raise Refused("not_now", _("That can't be done any more at this point."), state=series.state)
    _take_out(ctx, series, _between(ctx, series, since, None), "ended")
    series.change(last_day=(since - A_DAY).isoformat())
    if since <= day_of(ctx.now) or not view_of(ctx, series).coming:
        _end_now(ctx, series)
    else:
        record(ctx, "series", series.id, "end_from", data={"since": since.isoformat()})
    _tell_change(ctx, series, "end", since)


def _end_now(ctx: Context, series: Series) -> None:
    advance(ctx, SERIES, series, "end")
    agreement = Agreement.get(Agreement.id == series.agreement_id)
    if agreement.state == "sealed":
        advance(ctx.as_system(), AGREEMENT, agreement, "end", reason="series ended")


@use_case("resident", *FRONT)
def answer_holiday(ctx: Context, series_id: int, *, come: bool) -> int:
    """The resident's word on the holidays that were asked about: somebody comes, or nobody. How many dates it was; 0: none is open."""
    series = access_series(ctx, series_id)
    asked = [row for row in rows_of(series) if row.state == "holiday" and row.starts_at > ctx.now]
    place(ctx.as_system(), series, [row for row in asked if come and not paused_on(series, row.starts_at)])
    for row in asked:
        if not come or paused_on(series, row.starts_at):
            row.change(state="paused" if come else "skipped", why="holiday")
    end_if_over(ctx.as_system(), series)
    return len(asked)


@use_case(*DESK)
def seek_for_date(ctx: Context, series_id: int, *, row_id: int) -> Request:
    """Somebody else is looked for, for one date on which the worker can't come. Refuses no_date."""
    series = access_series(ctx, series_id)
    row = next((r for r in rows_of(series) if r.id == row_id and r.state == "unplaced" and r.starts_at > ctx.now), None)
    if row is None:
        raise Refused("no_date", _("Nobody is to come on that day."))
    request = new_request(ctx, series, row, state="approved")
    row.change(state="visit", request_id=request.id)
    if not any(r.state == "unplaced" and r.starts_at > ctx.now for r in rows_of(series)):
        settle_alerts(ctx, "series_unplaced", ("request", series.request_id))
    recommend_or_say(ctx, request)
    return request
