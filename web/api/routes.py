"""Routes of the API: each calls one handler. Errors come as {code, message, data} with a fitting HTTP status."""

from typing import Any

from apiflask import APIBlueprint

from handlers.agreeing import answer_wider, find_wider
from handlers.api_login import bind_phone_from, open_api_session
from handlers.catalogue import find_service, list_services
from handlers.clock import Clock
from handlers.consents import report_answers, wanted_templates
from handlers.context import Context, Refused, person_actor
from handlers.free_times import free_times
from handlers.matching import choose_worker, let_us_choose, list_recommendations
from handlers.offers import accept_offer, counter_offer, decline_offer, list_my_offers
from handlers.people import add_address, find_me, give_consent, list_addresses, withdraw_consent
from handlers.requests import (
    cancel_request,
    cancel_terms,
    list_my_requests,
    reschedule_request,
    save_draft,
    submit_request,
)
from handlers.settings import Settings
from handlers.visits import list_my_visits
from handlers.words import _
from web.api import schemas, views
from web.api.session import signed_in
from web.ports import context_of, ports

api = APIBlueprint("api", __name__, url_prefix="/api/v1", tag="Linli")


def ok(data: Any = None) -> dict[str, Any]:
    """The envelope of a good answer."""
    return {"code": "ok", "message": "", "data": data}


def make_api(settings: Settings, clock: Clock) -> APIBlueprint:
    """The blueprint; what it needs it takes from the application's ports."""
    return api


@api.post("/login")
@api.input(schemas.Login)
@api.output(schemas.Envelope)
def login(json_data: schemas.Login) -> dict[str, Any]:
    """Signs in with the platform's login code; gives the token for `Authorization: Bearer`."""
    here = ports()
    answer = here.platform.code_to_session(json_data.code)
    token, person = open_api_session(here.settings, here.clock.now(), answer)
    return ok({"token": token, "me": views.show_person(person, person_actor(person).roles)})


@api.get("/me")
@api.output(schemas.Envelope)
@signed_in
def me(ctx: Context) -> dict[str, Any]:
    """Oneself."""
    return ok(views.show_person(find_me(ctx), ctx.actor.roles))


@api.post("/me/consent")
@api.input(schemas.Consent)
@api.output(schemas.Envelope)
@signed_in
def consent(ctx: Context, json_data: schemas.Consent) -> dict[str, Any]:
    """Agrees to the privacy notice, or takes it back."""
    (give_consent if json_data.agree else withdraw_consent)(ctx)
    return ok()


@api.post("/me/phone")
@api.input(schemas.Phone)
@api.output(schemas.Envelope)
@signed_in
def phone(ctx: Context, json_data: schemas.Phone) -> dict[str, Any]:
    """Binds the phone behind the button's code."""
    answer = ports().platform.phone_number(json_data.code, "")
    bind_phone_from(ctx, answer)
    return ok()


@api.get("/me/subscriptions")
@api.output(schemas.Envelope)
@signed_in
def subscriptions(ctx: Context) -> dict[str, Any]:
    """The subscribe templates to ask for at the next tap (wx.requestSubscribeMessage), three at most; often none."""
    return ok({"ask_for": wanted_templates(ctx)})


@api.post("/me/subscriptions")
@api.input(schemas.Subscriptions)
@api.output(schemas.Envelope)
@signed_in
def subscribed(ctx: Context, json_data: schemas.Subscriptions) -> dict[str, Any]:
    """What the popup said for each template; gives how many messages of each are allowed now."""
    return ok({"left": report_answers(ctx, answers=json_data.answers)})


@api.get("/me/addresses")
@api.output(schemas.Envelope)
@signed_in
def addresses(ctx: Context) -> dict[str, Any]:
    """One's own addresses."""
    return ok([views.show_address(a) for a in list_addresses(ctx)])


@api.post("/me/addresses")
@api.input(schemas.NewAddress)
@api.output(schemas.Envelope)
@signed_in
def new_address(ctx: Context, json_data: schemas.NewAddress) -> dict[str, Any]:
    """A new address."""
    return ok(views.show_address(add_address(ctx, words=json_data.words, lat=json_data.lat, lng=json_data.lng)))


@api.get("/services")
@api.output(schemas.Envelope)
def services() -> dict[str, Any]:
    """The catalogue with its public prices; needs no sign-in."""
    return ok([views.show_service(s) for s in list_services(context_of())])


@api.get("/services/<code>")
@api.output(schemas.Envelope)
def service(code: str) -> dict[str, Any]:
    """One kind of service."""
    found = find_service(context_of(), code)
    if found is None:
        raise Refused("not_found", _("There is nothing at this address."), status=404)
    return ok(views.show_service(found))


@api.get("/requests")
@api.output(schemas.Envelope)
@signed_in
def my_requests(ctx: Context) -> dict[str, Any]:
    """One's own requests, newest first."""
    return ok([views.show_request(r) for r in list_my_requests(ctx, open_only=False)])


@api.post("/requests")
@api.input(schemas.NewRequest)
@api.output(schemas.Envelope)
@signed_in
def new_request(ctx: Context, json_data: schemas.NewRequest) -> dict[str, Any]:
    """Asks for a service; it goes to review at once."""
    fields = json_data.model_dump(exclude_none=True)
    draft = save_draft(ctx, None, channel="miniprogram", **fields)
    return ok(views.show_request(submit_request(ctx, draft.id)))


@api.get("/requests/<int:request_id>/recommendations")
@api.output(schemas.Envelope)
@signed_in
def recommendations(ctx: Context, request_id: int) -> dict[str, Any]:
    """The best few workers, and why."""
    return ok([views.show_recommendation(r) for r in list_recommendations(ctx, request_id)])


@api.post("/requests/<int:request_id>/choice")
@api.input(schemas.Choice)
@api.output(schemas.Envelope)
@signed_in
def choice(ctx: Context, request_id: int, json_data: schemas.Choice) -> dict[str, Any]:
    """Chooses a worker, or leaves it to us."""
    if json_data.worker_id is None:
        let_us_choose(ctx, request_id)
    else:
        choose_worker(ctx, request_id, worker_id=json_data.worker_id)
    return ok()


@api.get("/requests/<int:request_id>/times")
@api.output(schemas.Envelope)
@signed_in
def times(ctx: Context, request_id: int) -> dict[str, Any]:
    """The nearest times at which somebody could come, soonest first; POST .../time takes one."""
    return ok([{"starts_at": views.moment(free.at), "workers": list(free.called)} for free in free_times(ctx, request_id)])


@api.get("/requests/<int:request_id>/question")
@api.output(schemas.Envelope)
@signed_in
def question(ctx: Context, request_id: int) -> dict[str, Any]:
    """What could be otherwise, since nobody takes it: kind and words; null when nothing is asked."""
    return ok(find_wider(ctx, request_id))


@api.post("/requests/<int:request_id>/question")
@api.input(schemas.Word)
@api.output(schemas.Envelope)
@signed_in
def word(ctx: Context, request_id: int, json_data: schemas.Word) -> dict[str, Any]:
    """Yes, and the search goes on; or no, and it stays as it was said."""
    answer_wider(ctx, request_id, kind=json_data.kind, agrees=json_data.agrees)
    return ok()


@api.get("/requests/<int:request_id>/cancel")
@api.output(schemas.Envelope)
@signed_in
def cancel_rules(ctx: Context, request_id: int) -> dict[str, Any]:
    """What cancelling would cost now."""
    terms = cancel_terms(ctx, request_id)
    return ok({"fee_fen": terms.fee_fen, "free": terms.free, "words": terms.words})


@api.post("/requests/<int:request_id>/cancel")
@api.input(schemas.Reason)
@api.output(schemas.Envelope)
@signed_in
def cancel(ctx: Context, request_id: int, json_data: schemas.Reason) -> dict[str, Any]:
    """Cancels."""
    cancel_request(ctx, request_id, reason=json_data.reason)
    return ok()


@api.post("/requests/<int:request_id>/time")
@api.input(schemas.NewTime)
@api.output(schemas.Envelope)
@signed_in
def move(ctx: Context, request_id: int, json_data: schemas.NewTime) -> dict[str, Any]:
    """Moves to another time."""
    return ok(views.show_request(reschedule_request(ctx, request_id, starts_at=json_data.starts_at)))


@api.get("/visits")
@api.output(schemas.Envelope)
@signed_in
def visits(ctx: Context) -> dict[str, Any]:
    """The caller's visits of the next days."""
    return ok([views.show_visit(v) for v in list_my_visits(ctx)])


@api.get("/offers")
@api.output(schemas.Envelope)
@signed_in
def offers(ctx: Context) -> dict[str, Any]:
    """Jobs waiting for the calling worker's answer."""
    return ok([views.show_offer(o) for o in list_my_offers(ctx)])


@api.post("/offers/<int:offer_id>/accept")
@api.output(schemas.Envelope)
@signed_in
def accept(ctx: Context, offer_id: int) -> dict[str, Any]:
    """Takes the job; the first acceptance wins."""
    accept_offer(ctx, offer_id)
    return ok()


@api.post("/offers/<int:offer_id>/decline")
@api.input(schemas.Reason)
@api.output(schemas.Envelope)
@signed_in
def decline(ctx: Context, offer_id: int, json_data: schemas.Reason) -> dict[str, Any]:
    """Leaves the job; it costs nothing."""
    decline_offer(ctx, offer_id, reason=json_data.reason or None)
    return ok()


@api.post("/offers/<int:offer_id>/counter")
@api.input(schemas.Counter)
@api.output(schemas.Envelope)
@signed_in
def counter(ctx: Context, offer_id: int, json_data: schemas.Counter) -> dict[str, Any]:
    """Would come on another condition."""
    counter_offer(ctx, offer_id, **json_data.model_dump(exclude_none=True))
    return ok()
