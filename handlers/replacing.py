"""A visit that will not be: what hung on it is let go, and the search for somebody else begins (D7, F2)."""

from datetime import datetime, time, timedelta
from typing import Any

from handlers.access import access_request
from handlers.alerts import raise_alert
from handlers.cancelling import free_slots
from handlers.candidates import find_ranked
from handlers.clock import local
from handlers.context import FRONT, Context, Refused, use_case
from handlers.deadlines import drop_deadlines, set_deadline
from handlers.lifecycle import advance, record
from handlers.matching import recommend
from handlers.nobody import tell_nobody
from handlers.outbox import tell
from handlers.proposal_ends import drop_proposals
from handlers.recommending import keep_recommendations
from handlers.series_of import lives_on
from handlers.substitutes import begin_replacement
from handlers.team_of import OPEN, is_found, lacking, mates_of, number_of, team_of
from handlers.widening import SOONEST, ask_fewer, ask_wider, take_back_fewer
from handlers.words import _
from models.requests import Offer, Request
from models.rules.lifecycles import AGREEMENT, OFFER, REQUEST, VISIT
from models.visits import Agreement, Visit

LEAD = timedelta(minutes=60)  # what somebody who is asked now needs to be there
HALF_HOUR = 1800
LATEST = time(18)  # later on a day nobody else begins; then another day is the resident's to say
GIVEN_UP = timedelta(days=1)  # a search without a time ends after so long, with an apology


def withdraw_accepted(ctx: Context, request_id: int, reason: str) -> None:
    """The accepted offer of a request no longer holds."""
    taken = (Offer.community_id == ctx.community_id) & (Offer.request_id == request_id) & (Offer.state == "accepted")
    for offer in Offer.select().where(taken):
        advance(ctx.as_system(), OFFER, offer, "withdraw", reason=reason)


def without_worker(request: Request, worker_id: int) -> dict[str, Any]:
    """The request's wishes, with this worker among those who are not asked again."""
    not_again = {*request.wishes.get("not_worker_ids", []), worker_id}
    return {**request.wishes, "not_worker_ids": sorted(not_again)}


def release(ctx: Context, visit: Visit, verb: str, reason: str, *, not_again: bool = True) -> Request:
    """Ends a visit by `verb` (replace, no_show, no_access) with agreement, offer and booked time; its request is looked for again.

    The request comes back in state matching, without this worker unless they did nothing wrong (`not_again` False: they are
    asked first); who is told what is the caller's.
    """
    advance(ctx, VISIT, visit, verb, reason=reason)
    drop_deadlines(ctx, ("visit", visit.id), note=reason)
    free_slots(ctx, f"visit:{visit.id}")
    agreement = Agreement.find(visit.agreement_id)
    if agreement is not None and agreement.state == "sealed" and not lives_on(agreement):
        advance(ctx.as_system(), AGREEMENT, agreement, "end", reason=reason)
    withdraw_accepted(ctx, visit.request_id, reason)
    request = Request.get(Request.id == visit.request_id)
    drop_proposals(ctx, request, reason)
    again = {**request.wishes, "worker_id": visit.worker_id}
    wishes = without_worker(request, visit.worker_id) if not_again else again
    if not_again:
        begin_replacement(ctx, request, visit.worker_id, verb, visit.id)
    advance(ctx.as_system(), REQUEST, request, "rematch", reason=reason, wishes=wishes, updated_at=ctx.now)
    take_back_fewer(ctx, request)
    return request


def look_again(ctx: Context, request: Request) -> bool:
    """Looks for somebody else for a request that is back in matching; whether somebody can be offered to the resident.

    Those of the warm list who are still eligible and free come first, in its order; the resident agrees with a tap.
    A time that is past or too near is not changed unasked: the resident hears when somebody could still come today (D7).
    Nobody: a coordinator is alerted and the resident told.
    """
    at = _next_start(ctx, request)
    if at != request.starts_at and comes_with_others(request):
        if ask_fewer(ctx, request):
            return True
    elif at is not None and at == request.starts_at:
        if recommend(ctx.as_system(), request.id) or ask_wider(ctx, Request.get(Request.id == request.id)):
            return True
    else:
        later = later_today(ctx, request)
        if later is not None:
            key = f"later_today:{request.id}:{request.version}"
            values = {"number": number_of(request), "request_id": request.id, "starts_at": request.starts_at, "later_at": later}
            tell(ctx, request.person_id, "later_today", about=("request", request.id), key=key, **values)
            return True
    tell_nobody(ctx, request, "nobody_left")
    return False


def comes_with_others(request: Request) -> bool:
    """Whether others of a team come at its time all the same, so that it can't be another."""
    return any(is_found(place) for place in mates_of(request))


def later_today(ctx: Context, request: Request) -> datetime | None:
    """When somebody else could still come today; None: nobody, of which a coordinator hears. The wished time stays as it is.

    Where nobody comes of several who were to, it is a time for all of them. Without a word of the resident the search ends
    after a day.
    """
    for place in _sought(request):
        wait_for_word(ctx, place)
    _none_again(ctx, request)
    at = _next_start(ctx, request)
    if at is not None and _anybody(ctx, request, at):
        return at
    words = _("Too late today for somebody else at %(number)s.", number=request.number)
    raise_alert(ctx, "nobody_free", words, about=("request", request.id), key=str(request.version))
    return None


def wait_for_word(ctx: Context, request: Request) -> None:
    """The resident says when; without a word it ends after a day, with an apology."""
    set_deadline(ctx, "request_lapsed", ("request", request.id), ctx.now + GIVEN_UP)


def _anybody(ctx: Context, request: Request, at: datetime) -> bool:
    then = Request.get(Request.id == request.id)  # a copy, as if it were wished then; it is not kept
    setattr(then, "starts_at", at)  # noqa: B010 (a column of UTC time holds a moment)
    return len(find_ranked(ctx, then)[0]) >= lacking(request)


def _sought(request: Request) -> list[Request]:
    """This place and those others of its team for which somebody is sought."""
    return [place for place in team_of(request) if place.id == request.id or place.state in OPEN]


def _none_again(ctx: Context, request: Request) -> None:
    """Whoever is lost to one place of a team is not asked for another of it, at another time either."""
    places = _sought(request)
    lost = sorted({one for place in places for one in place.wishes.get("not_worker_ids", [])})
    for place in places if len(places) > 1 else []:
        place.change(wishes={**place.wishes, "not_worker_ids": lost}, updated_at=ctx.now)


@use_case("resident", *FRONT)
def take_later(ctx: Context, request_id: int) -> Request:
    """The resident agrees to later today, for all who are sought: those who can come then are recommended, one place after the
    other. Refuses not_now, too_late."""
    request = access_request(ctx, request_id)
    if request.state != "matching":
        raise Refused("not_now", _("That one is settled already, nobody needs to be chosen any more."))
    at = _next_start(ctx, request)
    if at is None:
        raise Refused("too_late", _("It is too late for today. Which other day would suit you?"))
    for place in _sought(request):
        _move(ctx, place, at)
        if place.id != request.id:
            keep_recommendations(ctx, place)
    if not recommend(ctx.as_system(), request.id):
        tell_nobody(ctx, request, "nobody_left")
    return request


def _next_start(ctx: Context, request: Request) -> datetime | None:
    """When somebody else could begin: as wished if that can still be kept, else the next half hour of today, else None."""
    wished: datetime = request.starts_at
    if wished >= ctx.now + SOONEST:
        return wished
    earliest = (ctx.now + LEAD).timestamp()
    at = datetime.fromtimestamp(-(-earliest // HALF_HOUR) * HALF_HOUR, ctx.now.tzinfo)
    same_day = local(at).date() == local(wished).date()
    return at if same_day and local(at).time() <= LATEST else None


def _move(ctx: Context, request: Request, at: datetime) -> None:
    request.change(starts_at=at, updated_at=ctx.now)
    record(ctx.as_system(), "request", request.id, "later", data={"starts_at": at.isoformat()})
    set_deadline(ctx, "request_lapsed", ("request", request.id), at)
