"""Stars of both sides for one visit, hidden until both have rated or a week has passed (H1)."""

from datetime import timedelta

from handlers.access import access_visit
from handlers.alerts import raise_alert
from handlers.context import FRONT, PEOPLE, Context, Refused, use_case
from handlers.deadlines import drop_deadlines, on_due, set_deadline
from handlers.lifecycle import record
from handlers.notices import voices as _declared  # noqa: F401 (declares what is told here)
from handlers.parties import is_worker_of, parties_of
from handlers.visit_telling import tell_side
from handlers.words import _, say_day
from models.clocks import Deadline
from models.visits import Visit
from models.voices import Rating
from models.workers import Worker

SERVED = ("finished", "confirmed", "settled", "closed")
PARTS = ("attitude", "skill", "efficiency", "tidiness")
LOW = 2  # so few stars are looked at by a person
RATEABLE_FOR = timedelta(days=60)


def invite_rating(ctx: Context, visit: Visit) -> None:
    """Asks both sides for stars, once each; who has rated already is left alone."""
    for side in ("resident", "worker"):
        if rating_of(visit, side) is None:
            tell_side(ctx, visit, side, "rating_invite")


def rating_of(visit: Visit, side: str) -> Rating | None:
    """What one side (resident, worker) has said about a visit."""
    return Rating.get_or_none(Rating.community_id == visit.community_id, Rating.visit_id == visit.id, Rating.by == side)


@use_case(*PEOPLE, *FRONT)
def rate_visit(
    ctx: Context, visit_id: int, *, stars: int, parts: dict[str, int] | None = None, words: str | None = None
) -> Rating:
    """Stars (1 to 5) of the asker's side, with parts and words if wanted; again within ratings.edit_days changes them (H1).

    Refuses: not_served (the visit has not taken place), bad_stars, too_late. Staff note a resident's stars.
    """
    visit = access_visit(ctx, visit_id)
    if visit.state not in SERVED:
        raise Refused("not_served", _("It can be rated when the visit has taken place."))
    if not 1 <= stars <= 5:
        raise Refused("bad_stars", _("One to five stars, please."), status=400)
    side = "worker" if is_worker_of(ctx, visit) else "resident"
    known = {k: v for k, v in (parts or {}).items() if k in PARTS}
    found = rating_of(visit, side)
    rating = _first(ctx, visit, side, stars, known, words) if found is None else _again(ctx, found, stars, known, words)
    _look_at_low(ctx, visit, rating)
    _reveal_if_both(ctx, visit)
    return rating


def _first(ctx: Context, visit: Visit, side: str, stars: int, parts: dict[str, int], words: str | None) -> Rating:
    rules = ctx.settings.ratings
    visible_at = ctx.now + timedelta(days=rules.reveal_days)
    made = Rating.create(
        community_id=ctx.community_id,
        visit_id=visit.id,
        by=side,
        person_id=visit.person_id,
        worker_id=visit.worker_id,
        stars=stars,
        parts=parts,
        words=words,
        created_at=ctx.now,
        editable_until=ctx.now + timedelta(days=rules.edit_days),
        visible_at=visible_at,
    )
    _count(made, stars, 1)
    set_deadline(ctx, "rating_reveal", ("visit", visit.id), visible_at, key=side, rating_id=made.id)
    record(ctx, "visit", visit.id, "rate", data={"by": side, "stars": stars})
    return made


def _again(ctx: Context, rating: Rating, stars: int, parts: dict[str, int], words: str | None) -> Rating:
    if ctx.now > rating.editable_until:
        raise Refused("too_late", _("It can't be changed any more; the time for that is over."))
    _count(rating, stars - rating.stars, 0)
    rating.change(stars=stars, parts={**rating.parts, **parts}, words=words if words is not None else rating.words)
    return rating


def _count(rating: Rating, more_stars: int, more_ratings: int) -> None:
    """The worker's sums, from the residents' side only."""
    if rating.by == "resident":
        sums = {"stars_sum": Worker.stars_sum + more_stars, "stars_count": Worker.stars_count + more_ratings}
        Worker.update(**sums).where(Worker.id == rating.worker_id).execute()


def _look_at_low(ctx: Context, visit: Visit, rating: Rating) -> None:
    if rating.by == "resident" and rating.stars <= LOW:
        sides = parties_of(visit)
        values = {"resident": sides.resident, "worker": sides.worker, "stars": rating.stars, "number": visit.number}
        words = _("%(resident)s gave %(worker)s %(stars)s stars (%(number)s).", **values)
        raise_alert(ctx, "low_rating", words, about=("visit", visit.id), owner="supervisor")


def _reveal_if_both(ctx: Context, visit: Visit) -> None:
    """Both have rated: nobody can answer the other's stars with their own any more, so they are shown."""
    both = [rating_of(visit, side) for side in ("resident", "worker")]
    if None in both:
        return
    drop_deadlines(ctx, ("visit", visit.id), "rating_reveal", note="both have rated")
    for rating in both:
        _show(ctx, visit, rating)


def _show(ctx: Context, visit: Visit, rating: Rating | None) -> None:
    if rating is None or rating.shown_at is not None:
        return
    rating.change(visible_at=ctx.now, shown_at=ctx.now)
    if rating.by == "resident":
        tell_side(ctx, visit, "worker", "rating_shown", rating_id=rating.id, stars=rating.stars)


@on_due("rating_reveal", useful_for=timedelta(days=60))
def _reveal(ctx: Context, row: Deadline) -> None:
    """A week after: shown although the other side said nothing."""
    visit = Visit.find(row.subject_id)
    if visit is not None:
        _show(ctx, visit, Rating.find(row.data["rating_id"]))


@use_case(*PEOPLE)
def my_rating(ctx: Context, visit_id: int) -> Rating | None:
    """The stars that the asker gave for a visit; None: none yet."""
    return _own(ctx, access_visit(ctx, visit_id))


def visit_to_rate(ctx: Context, visit: Visit) -> str:
    """Which visit is meant, in words: 李师傅11月23日(周一)那次."""
    sides = parties_of(visit)
    other = sides.resident if is_worker_of(ctx, visit) else sides.worker
    return _("%(name)s, %(day)s", name=other, day=say_day(visit.starts_at, ctx.now))


SHOWN_TO_WORKER = 3


@use_case("worker")
def ratings_of_me(ctx: Context) -> str:
    """我的评价: a worker's mean, how many, and the last words that may be seen by now (H1)."""
    me = Worker.get(Worker.id == ctx.actor.worker_id)
    if not me.stars_count:
        return _("Nobody has rated you yet. It comes with the first visits.")
    head = _(
        "%(stars)s of 5 stars, from %(count)s ratings.",
        stars=f"{me.stars_sum / me.stars_count:.1f}",
        count=me.stars_count,
    )
    mine = (Rating.community_id == ctx.community_id) & (Rating.worker_id == me.id) & (Rating.by == "resident")
    seen = mine & Rating.shown_at.is_null(False)
    rows = Rating.select().where(seen).order_by(Rating.id.desc()).limit(SHOWN_TO_WORKER)
    lines = [f"{'★' * r.stars} {say_day(r.created_at, ctx.now)} {r.words or ''}".rstrip() for r in rows]
    wait = _("What residents say you see when both have rated, or after %(days)s days.", days=ctx.settings.ratings.reveal_days)
    return "\n".join([head, *lines, wait])


def last_rateable(ctx: Context) -> Visit | None:
    """The visit that the asker means by stars: the last one served, first of those they have not rated yet."""
    mine = Visit.person_id == ctx.actor.id
    if ctx.actor.worker_id is not None:
        mine |= Visit.worker_id == ctx.actor.worker_id
    recent = (Visit.community_id == ctx.community_id) & Visit.state.in_(SERVED)
    recent &= Visit.starts_at > ctx.now - RATEABLE_FOR
    visits = list(Visit.select().where(recent & mine).order_by(Visit.starts_at.desc()).limit(10))
    return next((v for v in visits if _own(ctx, v) is None), None) or next(
        (v for v in visits if _editable(ctx, v)), None
    )


def _own(ctx: Context, visit: Visit) -> Rating | None:
    return rating_of(visit, "worker" if is_worker_of(ctx, visit) else "resident")


def _editable(ctx: Context, visit: Visit) -> bool:
    rating = _own(ctx, visit)
    return rating is not None and rating.editable_until >= ctx.now
