"""发布: what a draft would change becomes offers and questions, in one transaction; nothing promised is moved without a yes (D5, D7)."""

from collections import Counter, defaultdict
from datetime import date

from handlers.accepting import go_on
from handlers.alerts import raise_alert
from handlers.context import DESK, Context, Refused, use_case
from handlers.deadlines import drop_deadlines
from handlers.lifecycle import advance, record
from handlers.offers import ask_worker
from handlers.plan_check import alone, conflicts
from handlers.plan_day import DAY_MIN, Day, Stop
from handlers.plan_drafts import draft_at, drafted, find_draft, put
from handlers.proposal_ends import drop_proposals
from handlers.proposals import Wish, propose
from handlers.recommending import keep_if_none
from handlers.replacing import look_again, release
from handlers.team_of import found_with
from handlers.visit_telling import tell_side
from handlers.words import _, listed
from models.plans import PlanDraft
from models.requests import Offer, Request
from models.rules.lifecycles import OFFER, REQUEST
from models.visits import Visit
from models.workers import Leave


@use_case(*DESK)
def publish_plan(ctx: Context, day: date, version: int) -> dict[str, int]:
    """Makes the offers and asks the questions of a draft: {"offers", "asked", "searched"}; the same version again does nothing.

    Refuses: nothing (the draft changes nothing), conflicts (somebody would be at two places, or may not go), planning,
    changed_meanwhile; and what an offer refuses, for then all stays as it was.
    """
    before = find_draft(ctx, day)
    if before is not None and before.published == version and version:
        return {"offers": 0, "asked": 0, "searched": 0}
    draft = draft_at(ctx, day, version)
    _may_be_published(ctx, draft)
    planned = drafted(ctx, day, draft)
    moved = [s for s in planned.stops.values() if s.was is not None]
    _no_conflicts(ctx, planned, moved)
    done = Counter[str](offers=0, asked=0, searched=0)
    done += _lose_the_ill(ctx, planned)
    done += _carry(ctx, planned, sorted(moved, key=lambda s: (s.start, s.key)))
    record(ctx, "plan", draft.id, "publish", data={"day": draft.day, "moves": draft.moves, "ill": draft.ill})
    put(ctx, draft, moves={}, ill={}, left_out={}, past=[], said={}, published=version)
    return {"offers": done["offers"], "asked": done["asked"], "searched": done["searched"]}


def _may_be_published(ctx: Context, draft: PlanDraft) -> None:
    if draft.state != "open":
        raise Refused("planning", _("The plan is being worked on. It takes a few seconds."))
    if not draft.moves and not draft.ill:
        raise Refused("nothing", _("There is nothing to publish: the plan changes nothing."))


def _no_conflicts(ctx: Context, day: Day, moved: list[Stop]) -> None:
    wrong = [s.who for s in moved if s.worker_id is not None and (alone(day, s) or conflicts(ctx, day, s, s.worker_id, s.start))]
    if wrong:
        raise Refused("conflicts", _("Not yet: something stands in the way at %(who)s. It is marked in the plan.", who=listed(wrong)))


def _carry(ctx: Context, day: Day, moved: list[Stop]) -> Counter[str]:
    """Each planned thing: an offer where the resident wished just that, else a question to both, one for all who come together."""
    done, asks = Counter[str](), defaultdict[int, list[Wish]](list)
    for stop in moved:
        wish = _question(day, stop)
        if wish is not None:
            asks[stop.team or -stop.request_id].append(wish)
            continue
        request = Request.get(Request.id == stop.request_id)
        found = keep_if_none(ctx.as_system(), request)
        if request.state == "approved":
            advance(ctx.as_system(), REQUEST, request, "recommend", data={"found": found})
        assert stop.worker_id is not None
        ask_worker(ctx, request.id, worker_id=stop.worker_id, reason=_("by the day's plan"))
        done["offers"] += 1
    for wishes in asks.values():
        done["asked"] += len(propose(ctx, wishes))
    return done


def _question(day: Day, stop: Stop) -> Wish | None:
    """What both sides must be asked; None where the resident wished for just that."""
    assert stop.worker_id is not None and stop.was is not None
    request, at = Request.get(Request.id == stop.request_id), day.moment(stop.start)
    lost = stop.was.worker_id in day.ill and stop.was.start >= day.ill[stop.was.worker_id or 0]
    if stop.visit_id is not None:
        visit = None if lost else Visit.get(Visit.id == stop.visit_id)
        return Wish(request, visit, stop.worker_id, at, "ill" if lost else "moved")
    return Wish(request, None, stop.worker_id, at, "time") if stop.start != stop.was.start else None


def _lose_the_ill(ctx: Context, day: Day) -> Counter[str]:
    """The ill rest: their time is marked, their visits are let go, and what nobody could take is looked for by the usual way."""
    done = Counter[str]()
    for worker_id, at in day.ill.items():
        _mark_away(ctx, day, worker_id, at)
        for stop in day.stops.values():
            stands = stop.was or stop
            if stands.worker_id == worker_id and stands.start >= at:
                done["searched"] += _lose(ctx, stop)
    return done


def _mark_away(ctx: Context, day: Day, worker_id: int, at: int) -> None:
    Leave.create(
        community_id=ctx.community_id, worker_id=worker_id, starts_at=day.moment(at), ends_at=day.moment(DAY_MIN), reason="ill"
    )
    record(ctx, "worker", worker_id, "ill", data={"from": day.moment(at).isoformat()})


def _ask_the_next(ctx: Context, stop: Stop) -> None:
    """What they are just being asked about is asked of the next."""
    mine = (Offer.community_id == ctx.community_id) & (Offer.request_id == stop.request_id)
    for offer in Offer.select().where(mine & (Offer.worker_id == stop.worker_id) & Offer.state.in_(("open", "countered"))):
        advance(ctx.as_system(), OFFER, offer, "withdraw", reason="ill")
        drop_deadlines(ctx, ("offer", offer.id))
        go_on(ctx, offer, "declined")


def _let_proposal_go(ctx: Context, stop: Stop) -> None:
    """They can't take what they were proposed for: what stands stays, for what doesn't somebody else is sought."""
    request = Request.get(Request.id == stop.request_id)
    drop_proposals(ctx, request, "ill")
    if stop.visit_id is None and request.state == "matching":
        look_again(ctx.as_system(), request)


def _lose(ctx: Context, stop: Stop) -> int:
    """One thing of somebody who is ill: a visit's request is open again. 1 where the plan has nobody for it."""
    if stop.state == "asked":
        _ask_the_next(ctx, stop)
    elif stop.state == "proposed" and not stop.key.startswith("v"):
        _let_proposal_go(ctx, stop)
    elif stop.state == "signing":
        _alert(ctx, stop, _("%(who)s, %(what)s: the worker is ill, and the terms are not signed yet. Please look.", **_names(stop)))
        return 1
    elif stop.state in ("promised", "proposed"):
        return _lose_visit(ctx, stop)
    return 0


def _lose_visit(ctx: Context, stop: Stop) -> int:
    visit = Visit.get(Visit.id == stop.visit_id)
    request = release(ctx, visit, "replace", "ill")
    tell_side(ctx, visit, "worker", "visit_worker_off")
    if stop.was is not None:
        return 0
    tell_side(ctx, visit, "resident", "visit_worker_cant", others=found_with(request))
    look_again(ctx.as_system(), request)
    _alert(ctx, stop, _("%(who)s, %(what)s: the worker is ill, and the plan found nobody else. Please look.", **_names(stop)))
    return 1


def _alert(ctx: Context, stop: Stop, words: str) -> None:
    raise_alert(ctx, "ill_unplaced", words, about=("request", stop.request_id))


def _names(stop: Stop) -> dict[str, str]:
    return {"who": stop.who, "what": stop.what}
