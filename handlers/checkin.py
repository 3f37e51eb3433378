"""Setting out, arriving, leaving: what a worker says at the visit, and what follows (F2)."""

from datetime import datetime, timedelta
from typing import Any

from handlers.access import access_visit
from handlers.alerts import raise_alert, settle_alerts
from handlers.completion import write_completion
from handlers.context import FRONT, Context, Refused, use_case
from handlers.deadlines import drop_deadlines
from handlers.lifecycle import advance, record
from handlers.notices import visits as _declared  # noqa: F401 (declares what is told here)
from handlers.parties import is_worker_of, parties_of
from handlers.visit_ends import watch_the_end
from handlers.visit_telling import tell_side
from handlers.words import _, say_when
from models.people import Address
from models.rules.geo import distance_km
from models.rules.lifecycles import VISIT
from models.visits import Visit

EARLIEST = timedelta(hours=2)  # before the visit begins; earlier is a mistake about the day
WRONG_CODES = 5  # after so many a colleague looks at it
WORKER = ("worker", *FRONT)
BEFORE = ("scheduled", "on_the_way")


def as_worker(ctx: Context, visit_id: int) -> Visit:
    """The visit, for its worker or for staff who note it for them."""
    visit = access_visit(ctx, visit_id)
    if ctx.actor.kind == "person" and not is_worker_of(ctx, visit):
        raise Refused("forbidden", _("That is the worker's to say."), status=403)
    return visit


@use_case(*WORKER)
def set_out(ctx: Context, visit_id: int, *, eta_min: int | None = None, late_min: int | None = None) -> Visit:
    """The worker has set out; the resident is told, with the hour of arrival if it was said.

    `eta_min` counts from now, `late_min` from when they were to be there. Said again it is corrected.
    Refuses too_early (not on the day), not_now.
    """
    visit = as_worker(ctx, visit_id)
    not_too_early(ctx, visit)
    eta = _expected(ctx, visit, eta_min, late_min)
    if visit.state == "on_the_way":
        visit.change(eta_at=eta or visit.eta_at)
    else:
        advance(ctx, VISIT, visit, "set_out", on_way_at=ctx.now, eta_at=eta, worker_coming="yes")
    mark = eta.strftime("%H%M") if eta else ""
    tell_side(ctx, visit, "resident", "visit_on_way", mark=mark, until=visit.ends_at, eta_at=eta)
    return visit


def _expected(ctx: Context, visit: Visit, eta_min: int | None, late_min: int | None) -> datetime | None:
    if eta_min is not None:
        return ctx.now + timedelta(minutes=int(eta_min))
    if late_min is None:
        return None
    start: datetime = visit.starts_at
    return max(start, ctx.now) + timedelta(minutes=int(late_min))


def not_too_early(ctx: Context, visit: Visit) -> None:
    """Refuses (too_early) what is said hours before: a mistake about the day."""
    if visit.starts_at - ctx.now > EARLIEST:
        when = say_when(visit.starts_at, ctx.now)
        raise Refused("too_early", _("This visit is only %(when)s. Please tell me on the day.", when=when))


def check_in(
    ctx: Context, visit_id: int, *, code: str | None = None, lat: str | None = None, lng: str | None = None
) -> Visit:
    """The worker is there: by the resident's four digits, or by a place within visits.checkin_radius_m of the address (F2).

    Staff check in without either. Refuses: wrong_code, too_far, no_point (the address is on no map: the code), too_early,
    not_now. A wrong code is counted even though it is refused; the fifth raises an alert.
    """
    ctx.need(*WORKER)
    visit = _check_in(ctx, visit_id, code=code, lat=lat, lng=lng)
    if visit is not None:
        return visit
    tries = Visit.get(Visit.id == visit_id).code_tries
    raise Refused("wrong_code", _wrong_words(ctx, tries))


def _wrong_words(ctx: Context, tries: int) -> str:
    if tries < WRONG_CODES:
        return _("That is not the code. Please ask the resident once more for the four digits.")
    return _(
        "That is not the code either. A colleague knows and sees to it with both of you; the station: %(phone)s. "
        "You can also send your place (the + sign, then Location).",
        phone=ctx.settings.community.phone,
    )


@use_case(*WORKER)
def _check_in(ctx: Context, visit_id: int, *, code: str | None, lat: str | None, lng: str | None) -> Visit | None:
    """The visit when it has begun; None when the code was wrong (counted, so nothing may be rolled back)."""
    visit = as_worker(ctx, visit_id)
    if visit.state not in BEFORE:
        raise Refused("not_now", _("That can't be done any more at this point."), state=visit.state)
    not_too_early(ctx, visit)
    if code is not None and code.strip() != visit.code:
        _count_wrong(ctx, visit)
        return None
    by = _how(ctx, visit, code, lat, lng)
    place = f"{lat},{lng}" if lat is not None and lng is not None else None
    _begin(ctx, visit, by, place)
    return visit


def _count_wrong(ctx: Context, visit: Visit) -> None:
    visit.change(code_tries=visit.code_tries + 1)
    record(ctx, "visit", visit.id, "wrong_code", data={"tries": visit.code_tries})
    if visit.code_tries >= WRONG_CODES:
        sides = parties_of(visit)
        words = _(
            "%(worker)s has sent a wrong code %(n)s times at %(resident)s's.",
            worker=sides.worker,
            n=visit.code_tries,
            resident=sides.resident,
        )
        raise_alert(ctx, "wrong_code", words, about=("visit", visit.id))


def _how(ctx: Context, visit: Visit, code: str | None, lat: str | None, lng: str | None) -> str:
    """code, place or staff: what proves that the worker is there; refuses when nothing does."""
    if code is not None:
        return "code"
    if lat is not None and lng is not None:
        _near_enough(ctx, visit, lat, lng)
        return "place"
    if ctx.actor.kind == "staff":
        return "staff"
    raise Refused("code_needed", _("Please send the resident's four digits, or your place."), status=400)


def _near_enough(ctx: Context, visit: Visit, lat: str, lng: str) -> None:
    home = Address.find(visit.address_id)
    if home is None or not home.lat or not home.lng:
        raise Refused("no_point", _("This address is on no map yet. Please send the resident's four digits."))
    metres = distance_km(lat, lng, home.lat, home.lng) * 1000
    if metres > ctx.settings.visits.checkin_radius_m:
        away = round(metres, -2)
        raise Refused(
            "too_far",
            _(
                "That is about %(m)s metres away. Please send the resident's four digits when you are there.",
                m=int(away),
            ),
        )


def _begin(ctx: Context, visit: Visit, by: str, place: str | None) -> None:
    fields: dict[str, Any] = {"checked_in_at": ctx.now, "checked_in_by": by, "place_in": place, "worker_coming": "yes"}
    advance(ctx, VISIT, visit, "check_in", data={"by": by}, **fields)
    drop_deadlines(ctx, ("visit", visit.id), note="checked in")
    settle_alerts(ctx, "door_closed", ("visit", visit.id))
    watch_the_end(ctx, visit)
    tell_side(ctx, visit, "resident", "visit_started", until=visit.ends_at, at=ctx.now)


@use_case(*WORKER)
def check_out(ctx: Context, visit_id: int, *, lat: str | None = None, lng: str | None = None) -> Visit:
    """做完了: the resident is shown what was done and what it costs, and asked to confirm (F2, F3). Refuses not_checked_in, not_now."""
    visit = as_worker(ctx, visit_id)
    place = f"{lat},{lng}" if lat is not None and lng is not None else None
    if visit.state in BEFORE and visit.starts_at - ctx.now <= EARLIEST:
        raise Refused("not_checked_in", _("You are not checked in yet. First the resident's four digits, then you are done."))
    advance(ctx, VISIT, visit, "check_out", checked_out_at=ctx.now, place_out=place)
    drop_deadlines(ctx, ("visit", visit.id), "visit_ends", "visit_not_ended", note="done")
    write_completion(ctx, visit)
    return visit


@use_case(*WORKER)
def add_progress(ctx: Context, visit_id: int, *, words: str) -> None:
    """A word from the worker to the resident while the visit goes on. Refuses not_now, missing."""
    visit = as_worker(ctx, visit_id)
    if visit.state != "in_service":
        raise Refused("not_now", _("That can't be done any more at this point."), state=visit.state)
    if not words.strip():
        raise Refused("missing", _("Please write something first."), status=400)
    record(ctx, "visit", visit.id, "progress")
    tell_side(ctx, visit, "resident", "visit_word", mark=ctx.trace_id, until=visit.ends_at, words=words.strip()[:200])
