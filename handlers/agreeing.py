"""The resident's word on what could be otherwise: yes and the search goes on, no and the next thing is asked (D4)."""

from datetime import datetime, timedelta
from typing import Any

from handlers.access import access_request
from handlers.agreements import put_before_resident, tell_fewer
from handlers.alerts import raise_alert
from handlers.context import FRONT, Context, Refused, use_case
from handlers.deadlines import drop_deadlines, on_due, set_deadline
from handlers.lifecycle import advance, record
from handlers.matching import ask_for_place, recommend_or_say
from handlers.offering import ask_next, hand_to_staff, nobody_left, was_offered
from handlers.recommending import keep_recommendations, left_to_choose
from handlers.team_of import OPEN, complete, mates_of, team_of
from handlers.team_signing import is_whole, proposed_of
from handlers.teams import fit_team, has_begun
from handlers.widening import ask_wider, question_of, same_question, without_question
from handlers.words import _
from models.clocks import Deadline
from models.requests import Request
from models.rules.lifecycles import REQUEST

OPEN_STATES = ("approved", "matching")


@use_case("resident", *FRONT)
def answer_wider(ctx: Context, request_id: int, *, kind: str, agrees: bool) -> None:
    """Their word on the open question. Yes: it is so from now on, and the search goes on. No: it stays as it was said, and the
    next thing is asked, in the end a coordinator goes on. Refuses a question that is no longer open (not_now)."""
    request = access_request(ctx, request_id)
    question = _open_question(request)
    if question is None or question["kind"] != kind:
        raise Refused("not_now", _("That question is settled already. I tell you as soon as there is news."))
    drop_deadlines(ctx, ("request", request.id), "wider_unanswered", note="answered")
    record(ctx, "request", request.id, "widen" if agrees else "keep", reason=kind)
    if agrees:
        people = _loosen(ctx, request, question)
        go_on_with(ctx, request, people)
    else:
        _next_thing(ctx, request, kind)


@use_case("resident", *FRONT)
def find_wider(ctx: Context, request_id: int) -> dict[str, str] | None:
    """The question that waits for the resident's word: its kind, and its words; None: none does."""
    return question_of(ctx, access_request(ctx, request_id))


def _open_question(request: Request) -> dict[str, Any] | None:
    question: dict[str, Any] | None = request.loosened.get("open")
    return question if request.state in OPEN_STATES else None


def _loosen(ctx: Context, request: Request, question: dict[str, Any]) -> int:
    """What was agreed to is so from now on, for every place that nobody is found for; how many are to come by it."""
    for place in same_question(request):
        place.change(loosened=without_question(place))
    said = without_question(request)
    agreed = [*said.get("agreed", []), question["kind"]]
    fields = dict(question["fields"])
    people = int(fields.pop("people", request.people))
    if "starts_at" in fields:
        fields["starts_at"] = datetime.fromisoformat(fields["starts_at"])
    request.change(loosened={**said, "agreed": agreed, **question["allowed"]}, updated_at=ctx.now)
    for place in (request, *(mate for mate in mates_of(request) if mate.state in OPEN)):
        if "starts_at" in fields:
            set_deadline(ctx, "request_lapsed", ("request", place.id), fields["starts_at"])
        place.change(loosened={**place.loosened, **question["allowed"]}, updated_at=ctx.now, **fields)
    return people


def go_on_with(ctx: Context, request: Request, people: int, whole: dict[str, Any] | None = None) -> None:
    """With as many as are to come by now, the search goes on; or nobody is sought any more, and the terms can be signed. `whole` is the
    budget for all of them (handlers/teams.py:fit_team)."""
    fit_team(ctx, request, people, whole)
    if request.state in OPEN:
        _search_on(ctx.as_system(), request)
        return
    left = team_of(request)
    still = next((place for place in left if place.state in OPEN), None)
    if still is not None:
        recommend_or_say(ctx.as_system(), still)
    waiting = proposed_of(left)
    if waiting and complete(left[0]):
        put_before_resident(ctx.as_system(), Request.get(Request.id == waiting[-1].request_id), waiting[-1])
    elif not waiting and is_whole(left[0]):
        tell_fewer(ctx.as_system(), left[0])


def _search_on(ctx: Context, request: Request) -> None:
    """Where workers were being asked, the next ones are; where nobody could be shown, those who can now are shown."""
    if not was_offered(request):
        recommend_or_say(ctx, request)
        return
    keep_recommendations(ctx, request)
    ask_next(ctx, request)
    for place in mates_of(request):
        if place.state in OPEN and not place.loosened.get("open") and not left_to_choose(place):
            keep_recommendations(ctx, place)
            ask_for_place(ctx, place)


def _next_thing(ctx: Context, request: Request, kind: str) -> None:
    too = same_question(request)
    for place in (request, *too):
        said = without_question(place)
        place.change(loosened={**said, "refused": [*said.get("refused", []), kind]})
    if not ask_wider(ctx, request):
        nobody_left(ctx.as_system(), request)
    for place in too:
        hand_to_staff(ctx.as_system(), place)


@on_due("wider_unanswered", useful_for=timedelta(days=1))
def _unanswered(ctx: Context, row: Deadline) -> None:
    """No word: a coordinator hears of it, who may phone; and the next thing is asked."""
    request = Request.find(row.subject_id)
    question = _open_question(request) if request is not None else None
    if request is None or question is None or question["kind"] != row.data.get("asked"):
        return
    words = _("%(number)s: no answer to our question in the chat. Please phone.", number=request.number)
    raise_alert(ctx, "wider_unanswered", words, about=("request", request.id))
    if question["kind"] == "fewer" and request.starts_at <= ctx.now and any(has_begun(mate) for mate in mates_of(request)):
        _without_them(ctx, [request, *same_question(request)])
    else:
        _next_thing(ctx, request, question["kind"])


def _without_them(ctx: Context, places: list[Request]) -> None:
    """The others are there, or were: that somebody is still sought is not said any more."""
    for place in places:
        advance(ctx, REQUEST, place, "expire", reason="its time has come, the others are there", updated_at=ctx.now)
        drop_deadlines(ctx, ("request", place.id), note="its time has come")
