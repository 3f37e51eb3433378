"""What is needed at once is offered at once to everybody who fits and is near; staff know of it in any case (C5, D4)."""

from datetime import timedelta

from handlers.alerts import raise_alert
from handlers.catalogue import find_service, service_name
from handlers.context import Context
from handlers.lifecycle import advance
from handlers.offering import expiry_of, is_urgent, make_one_offer
from handlers.outbox import tell
from handlers.recommending import affordable, keep_recommendations
from handlers.words import _, say_when
from models.requests import Request
from models.rules.lifecycles import REQUEST

METRES = 1000


def tell_staff(ctx: Context, request: Request) -> None:
    """Somebody wants help at once: a coordinator looks at it before everything else."""
    if is_urgent(ctx, request):
        words = _("%(number)s is urgent, for %(when)s.", number=request.number, when=say_when(request.starts_at, ctx.now))
        raise_alert(ctx, "urgent_request", words, about=("request", request.id))


def ask_all_near(ctx: Context, request: Request) -> bool:
    """Asks all who fit within emergency.radius_m at once, with less time to answer; the first to accept has it. The resident
    is told how many. False: it is not urgent, or nobody is so near; then it goes its usual way."""
    if not is_urgent(ctx, request):
        return False
    most_km = ctx.settings.emergency.radius_m / METRES
    near = [r for r in affordable(ctx, request, keep_recommendations(ctx, request)) if float(r.facts["km"]) <= most_km]
    if not near:
        return False
    advance(ctx, REQUEST, request, "recommend", data={"found": len(near)})
    for row in near:
        make_one_offer(ctx, request, row.worker_id)
    values = {"number": request.number, "n": len(near), "until": ctx.now + timedelta(minutes=expiry_of(ctx, request))}
    name = service_name(find_service(ctx, request.service))
    tell(ctx, request.person_id, "asking_near", about=("request", request.id), service_name=name, starts_at=request.starts_at, **values)
    return True
