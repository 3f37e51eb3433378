"""When nobody takes it: what could be otherwise, asked of the resident in one card, one question at a time (D4).

Nothing that the resident has said is loosened without their yes. A question is only asked where it would really find somebody:
matching is asked first, as if it were allowed. The steps are one table; which are taken, in which order, and by how much, are
settings (widening). When none is left, a coordinator goes on.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from handlers.candidates import find_ranked, job_of, supposed
from handlers.catalogue import find_service, service_name
from handlers.channels import quiet_until
from handlers.context import Context
from handlers.deadlines import drop_deadlines, set_deadline
from handlers.free_times import times_for
from handlers.lifecycle import advance, record
from handlers.notices import NOTICES, Telling
from handlers.notices import widening as _notices
from handlers.outbox import not_needed, plain_values, tell
from handlers.quotes import quote_request
from handlers.recommending import most_to_pay
from handlers.team_of import OPEN, budget_of, found_with, is_found, lacking, mates_of, number_of, team_of
from models.messages import Outbox
from models.requests import Request
from models.rules.lifecycles import REQUEST

assert _notices.__name__
LEAD = timedelta(minutes=60)  # what somebody who is asked now needs to be there
SOONEST = timedelta(minutes=30)  # a time nearer than this nobody else can keep
QUARTER = 15
WHOLE_DAY = 24 * 60


@dataclass(frozen=True)
class Loosened:
    """One thing that could be otherwise: which, what the card says of it, and what a yes changes: the request's fields, and
    what is allowed besides (most to pay)."""

    kind: str
    values: dict[str, Any]
    fields: dict[str, Any] = field(default_factory=dict)
    allowed: dict[str, Any] = field(default_factory=dict)


def _farther(ctx: Context, request: Request) -> Iterator[Loosened]:
    """Somebody from further away."""
    service = find_service(ctx, request.service)
    assert service is not None
    for widened in range(request.widened + 1, ctx.settings.offers.max_widen + 1):
        then = supposed(request, widened=widened)
        if len(find_ranked(ctx, then)[0]) >= lacking(request):
            km = -int(-job_of(ctx, then, service).max_km // 1)
            yield Loosened("area", {"km": km}, {"widened": widened})


def _other_time(ctx: Context, request: Request) -> Iterator[Loosened]:
    """Another hour, the nearest of those set first, else the nearest free time; beside it, others to tap on. Another day for what is
    booked by the day. Not where somebody who comes along has the time as wished."""
    if any(is_found(place) or place.state == "offered" for place in mates_of(request)):
        return
    service, wished = find_service(ctx, request.service), _start(request)
    for minutes in ctx.settings.widening.shift_min:
        at = wished + timedelta(minutes=minutes)
        if at < ctx.now + LEAD or (service is not None and service.day_level and minutes % WHOLE_DAY):
            continue
        if len(find_ranked(ctx, supposed(request, starts_at=at))[0]) >= lacking(request):
            yield _then(ctx, request, at)
    for free in sorted(times_for(ctx, request), key=lambda one: abs(one.at - wished)):
        yield _then(ctx, request, free.at)


def _then(ctx: Context, request: Request, at: datetime) -> Loosened:
    apart = timedelta(minutes=max(1, ctx.settings.free_times.apart_min))
    others = [free.at.isoformat() for free in times_for(ctx, request) if abs(free.at - at) >= apart]
    return Loosened("time", {"at": at.isoformat(), "others": others[: ctx.settings.free_times.most - 1]}, {"starts_at": at})


def _start(request: Request) -> datetime:
    at: datetime = request.starts_at
    return at


def _dearer(ctx: Context, request: Request) -> Iterator[Loosened]:
    """Somebody who takes more than was to be spent: the least of those, or as many as are wanted together."""
    most = most_to_pay(ctx, request)
    if most is None:
        return
    prices = [c.price_fen for c in _able(ctx, request)]
    dearer = sorted(price for price in prices if price > most)
    needed = max(1, lacking(request) - (len(prices) - len(dearer)))
    if len(dearer) >= needed:
        price = dearer[needed - 1]
        values = {"price_fen": price, "more_fen": price - (budget_of(request) or 0)}
        yield Loosened("price", values, allowed={"price_fen": price})


def _able(ctx: Context, request: Request) -> list[Any]:
    ranked, found, _job = find_ranked(ctx, request)
    return [found[r.worker_id] for r in ranked]


def _in_two(ctx: Context, request: Request) -> Iterator[Loosened]:
    """Two together, each for half as long, where the work is paid by the hour and long enough."""
    service, minutes = find_service(ctx, request.service), request.minutes or 0
    alone = request.people == 1 and request.team_id is None
    if service is None or service.unit != "hour" or not alone or minutes < ctx.settings.widening.split_from_min:
        return
    half = -(-minutes // (2 * QUARTER)) * QUARTER
    then = supposed(request, people=2, minutes=half)
    if len(find_ranked(ctx, then)[0]) >= 2:
        values = {"minutes": half, "price_fen": quote_request(ctx, then).total_fen}
        yield Loosened("team", values, {"people": 2, "minutes": half})


def _fewer(ctx: Context, request: Request) -> Iterator[Loosened]:
    """Fewer than were to come together: who is found already, is asked, or could be."""
    team, wanted = team_of(request), lacking(request)
    left = len(team) - max(1, wanted - len(_able(ctx, request)))
    if len(team) > 1 and left > 0:
        yield Loosened("fewer", {"team": len(team), "left": left, "others": found_with(request)}, {"people": left})


ONWARD = ("area", "fewer")  # what can be asked again when a yes to it was not enough: further still, fewer still
LATE = ("time", "fewer")  # what can still be asked when nobody else could be there as wished

STEPS: dict[str, Callable[[Context, Request], Iterator[Loosened]]] = {
    "area": _farther,
    "time": _other_time,
    "price": _dearer,
    "team": _in_two,
    "fewer": _fewer,
}


def steps_for(ctx: Context, request: Request) -> list[str]:
    """The steps for its service that are not settled yet: refused is refused, and agreed only goes on for distance and number.
    When the time is past or too near, and it is not wanted at once, nobody further away is of use."""
    w, said = ctx.settings.widening, request.loosened
    settled = {*said.get("refused", []), *(kind for kind in said.get("agreed", []) if kind not in ONWARD)}
    late = _start(request) < ctx.now + (timedelta() if request.extras.get("asap") else SOONEST)
    return [kind for kind in w.services.get(request.service, w.steps) if kind not in settled and (kind in LATE or not late)]


def ask_wider(ctx: Context, request: Request) -> bool:
    """Puts the next question before the resident, who has until its deadline; False: there is none that would help."""
    step = next((found for kind in steps_for(ctx, request) for found in STEPS[kind](ctx, request)), None)
    return step is not None and _put(ctx, request, step)


def ask_fewer(ctx: Context, request: Request) -> bool:
    """Only whether fewer are enough: somebody of those who come together is lost, and it is too late for another."""
    step = next(_fewer(ctx, request), None)
    return step is not None and _put(ctx, request, step)


def _put(ctx: Context, request: Request, step: Loosened) -> bool:
    system = ctx.as_system()
    if request.state in ("offered", "negotiating"):
        advance(system, REQUEST, request, "run_out", reason="nobody left")
    question = {"kind": step.kind, "fields": plain_values(step.fields), "allowed": step.allowed}
    request.change(loosened={**request.loosened, "open": question})
    if step.kind == "fewer" and same_question(request):
        return True
    until = answer_by(ctx)
    set_deadline(system, "wider_unanswered", ("request", request.id), until, asked=step.kind)
    record(system, "request", request.id, "ask_wider", reason=step.kind)
    mark = step.fields.get("people", request.widened)  # asked again it says something new
    tell(
        system, request.person_id, "ask_wider", about=("request", request.id), expires_at=until,
        key=f"ask_wider:{request.id}:{request.version}:{step.kind}:{mark}", request_id=request.id, number=number_of(request),
        service_name=service_name(find_service(ctx, request.service)), starts_at=request.starts_at, kind=step.kind, **step.values,
    )  # fmt: skip
    return True


def same_question(request: Request) -> list[Request]:
    """The other places of its team that wait for the same word on fewer: it is asked once, and the answer is for all of them."""
    question = request.loosened.get("open")
    if not question or question["kind"] != "fewer":
        return []
    return [mate for mate in mates_of(request) if mate.state in OPEN and mate.loosened.get("open") == question]


def without_question(request: Request) -> dict[str, Any]:
    """What is loosened, without the question that is open."""
    return {name: value for name, value in request.loosened.items() if name != "open"}


def take_back_fewer(ctx: Context, request: Request) -> None:
    """Somebody of those who come together is lost: what was asked of the other places counted on them, and is no longer true."""
    for mate in mates_of(request):
        question = mate.loosened.get("open") if mate.state in OPEN else None
        if question and question["kind"] == "fewer":
            _take_back(ctx, mate)


def take_back_question(ctx: Context, request: Request) -> None:
    """Somebody was found for it as it is: what could be otherwise is no longer asked. How many are to come is another matter."""
    question = request.loosened.get("open")
    if question and question["kind"] != "fewer":
        _take_back(ctx, request)


def _take_back(ctx: Context, request: Request) -> None:
    request.change(loosened=without_question(request))
    drop_deadlines(ctx, ("request", request.id), "wider_unanswered", note="no longer true")
    not_needed(ctx, "ask_wider", ("request", request.id))


def answer_by(ctx: Context) -> datetime:
    """How long a question waits; who sleeps is waited for."""
    awake = quiet_until(ctx.settings, ctx.now) or ctx.now
    return awake + timedelta(minutes=ctx.settings.widening.answer_min)


def question_of(ctx: Context, request: Request) -> dict[str, str] | None:
    """What the resident is being asked, since nobody took it: kind and words; None when no question is open (D4)."""
    asked = request.loosened.get("open")
    if not asked or request.state not in ("approved", "matching"):
        return None
    mine = (Outbox.community_id == ctx.community_id) & (Outbox.subject_kind == "request") & (Outbox.subject_id == request.id)
    row = Outbox.select().where(mine & (Outbox.notice == "ask_wider")).order_by(Outbox.id.desc()).first()
    if row is None:
        return None
    words = NOTICES["ask_wider"].words(Telling(row.values, "", ctx.now)).text
    return {"words": words.removeprefix(request.number).lstrip(":： "), "kind": asked["kind"]}
