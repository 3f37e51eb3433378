"""Why me, why not me: answered from what decided; and a person looks again for whoever asks (D6, PIPL art. 24)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from handlers.access import access_request, not_found
from handlers.alerts import raise_alert
from handlers.candidates import find_ranked
from handlers.catalogue import find_service, service_name
from handlers.context import PEOPLE, Context, use_case
from handlers.lifecycle import record
from handlers.matching import explain, why_not
from handlers.team_of import called_of, names_of, places_of, team_of
from handlers.words import _, say_when
from models.requests import Offer, Recommendation, Request
from models.visits import Visit
from models.workers import Worker, WorkerSkill

GIVEN = ("offered", "negotiating", "agreed", "scheduled", "closed")
SEARCHING = ("approved", "matching", "offered", "negotiating", "agreed", "scheduled")
COMING = ("scheduled", "on_the_way", "in_service")
LOOKS_BACK = timedelta(days=7)
LOOKED_AT, TOLD = 40, 3


@dataclass(frozen=True)
class NotMine:
    """A job that others were asked about and this worker was not: which, and why."""

    request_id: int
    what: str
    why: str


@use_case("worker")
def why_not_me(ctx: Context) -> list[NotMine]:
    """The last jobs of the worker's own services that went to others, each with the reason: somebody was quicker, their place
    in the order that was kept, or the condition that they don't meet. Nothing of the resident is told."""
    mine = (WorkerSkill.community_id == ctx.community_id) & (WorkerSkill.worker_id == ctx.actor.worker_id) & WorkerSkill.active
    services = [skill.service for skill in WorkerSkill.select().where(mine)]
    here = (Request.community_id == ctx.community_id) & Request.state.in_(GIVEN) & Request.service.in_(services)
    recent = here & (Request.created_at > ctx.now - LOOKS_BACK)
    rows = Request.select().where(recent & (Request.person_id != ctx.actor.id)).order_by(Request.id.desc()).limit(LOOKED_AT)
    once = {request.team_id or -request.id: request for request in rows}  # those who come together are one job
    found = ((request, _reason(ctx, request)) for request in once.values())
    return [_not_mine(ctx, request, why) for request, why in found if why][:TOLD]


def _not_mine(ctx: Context, request: Request, why: str) -> NotMine:
    name, when = service_name(find_service(ctx, request.service)), say_when(request.starts_at, ctx.now)  # type: ignore[arg-type]
    return NotMine(request.id, f"{name} {when}", why)


def _reason(ctx: Context, request: Request) -> str:
    """Why it is not theirs; '' where it is, or was theirs to take, or nobody has been asked."""
    theirs = (Offer.community_id == ctx.community_id) & Offer.request_id.in_(places_of(request))
    asked = {offer.worker_id: offer.state for offer in Offer.select().where(theirs).order_by(Offer.id)}
    if ctx.actor.worker_id in asked:
        quicker = _("you were asked too; somebody else was a moment quicker")
        return {"withdrawn": quicker, "expired": _("you were asked; the time to answer was over")}.get(asked[ctx.actor.worker_id], "")
    return _reason_not_asked(ctx, request) if asked else ""


def _reason_not_asked(ctx: Context, request: Request) -> str:
    here = (Recommendation.community_id == ctx.community_id) & (Recommendation.request_id == request.id)
    kept = Recommendation.select().where(here & (Recommendation.worker_id == ctx.actor.worker_id)).first()
    if kept is not None and not _others_first(request, here, kept):
        by_them, by_us = _("you could, too; the resident chose somebody else"), _("you could, too; a colleague asked somebody else")
        return by_them if request.chosen_worker_id else by_us
    if kept is not None:
        all_of_them = Recommendation.select().where(here).count()
        return _("you were place %(place)s of %(all)s who could; those before you were asked first", place=kept.place, all=all_of_them)
    if any(ranked.worker_id == ctx.actor.worker_id for ranked in find_ranked(ctx, request)[0]):
        return ""  # they could, by what is known today; what stood in the way then, nobody kept
    return "、".join(why_not(ctx, request.id, ctx.actor.worker_id or 0))


def _others_first(request: Request, here: Any, kept: Recommendation) -> bool:
    """Whether one of those who were asked stands before them in the order that was kept, and none behind was asked instead."""
    theirs = (Offer.community_id == request.community_id) & (Offer.request_id == request.id)
    asked = [offer.worker_id for offer in Offer.select().where(theirs)]
    places = [row.place for row in Recommendation.select().where(here & Recommendation.worker_id.in_(asked))]
    return bool(places) and max(places) < kept.place


@use_case("resident")
def why_this_one(ctx: Context) -> tuple[int, str] | None:
    """The resident's own latest request that somebody was asked about or has taken, and why that worker; None: there is none."""
    mine = (Request.community_id == ctx.community_id) & (Request.person_id == ctx.actor.id) & Request.state.in_(SEARCHING)
    request = Request.select().where(mine).order_by(Request.id.desc()).first()
    if request is None:
        return None
    theirs = (Offer.community_id == ctx.community_id) & (Offer.request_id == request.id)
    live = Offer.state.in_(("open", "countered", "accepted"))
    offer = Offer.select().where(theirs & live).order_by(Offer.id.desc()).first()
    return request.id, explain(ctx, request.id, offer.worker_id if offer is not None else None)


@dataclass(frozen=True)
class Named:
    """A worker whom the resident names when asking why: who, whether they can be asked, and the reason in words."""

    worker_id: int
    called: str
    can_come: bool
    words: str


@use_case("resident")
def why_named(ctx: Context, request_id: int, text: str) -> Named | None:
    """凭啥马姐排第一, 为什么没有孙师傅: why somebody whom these words name is among those who can come, at which place, or that they can't.

    What stands in the way of somebody is theirs: of that nothing is told. None: nobody of ours is named, or the only one who is meant
    is not plain.
    """
    request = access_request(ctx, request_id)
    mine = (Worker.community_id == ctx.community_id) & (Worker.state == "active")
    named = [one for one in Worker.select().where(mine) if one.called in text]
    if len(named) != 1:
        return None
    who, name, ranked = named[0].id, named[0].called, [row.worker_id for row in find_ranked(ctx, request)[0]]
    if who not in ranked:
        return Named(who, name, False, _("%(name)s can't come at that time.", name=name))
    place = _("%(name)s is place %(place)s of %(all)s who can come.", name=name, place=ranked.index(who) + 1, all=len(ranked))
    return Named(who, name, True, f"{explain(ctx, request_id, who)}\n{place}")


@use_case("resident")
def whom_asked(ctx: Context) -> tuple[int, list[str]] | None:
    """The resident's own latest request that somebody is asked about or has taken, and what they are called; None: there is none."""
    mine = (Request.community_id == ctx.community_id) & (Request.person_id == ctx.actor.id) & Request.state.in_(SEARCHING)
    request = Request.select().where(mine).order_by(Request.id.desc()).first()
    if request is None:
        return None
    team = team_of(request)
    coming = Visit.select().where(
        (Visit.community_id == ctx.community_id) & Visit.request_id.in_([place.id for place in team]) & Visit.state.in_(COMING)
    )
    names = names_of(team) or [called_of(visit.worker_id) for visit in coming.order_by(Visit.id)]
    return (request.id, names) if names else None


@use_case(*PEOPLE)
def ask_to_look_again(ctx: Context, request_id: int) -> None:
    """A person looks again at whom this went to: a coordinator is alerted, once for each who asks. Refuses who has nothing to
    do with it (not_found)."""
    request = Request.get_or_none(Request.id == request_id, Request.community_id == ctx.community_id)
    skilled = request is not None and WorkerSkill.get_or_none(
        WorkerSkill.community_id == ctx.community_id,
        WorkerSkill.service == request.service,
        WorkerSkill.worker_id == (ctx.actor.worker_id or 0),
    )
    if request is None or not (request.person_id == ctx.actor.id or skilled):
        raise not_found()
    names = {"name": ctx.actor.called, "number": request.number}
    words = _("%(name)s asks that a person looks again at who was chosen for %(number)s. Please tell them.", **names)
    raise_alert(ctx, "look_again", words, about=("request", request.id), key=str(ctx.actor.id))
    record(ctx, "request", request.id, "look_again")
