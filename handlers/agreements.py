"""What both sides confirm, word for word, sealed so that a changed word is seen (E2)."""

import secrets
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from handlers.access import access_agreement
from handlers.alerts import raise_alert
from handlers.cancelling import free_slots
from handlers.catalogue import rules_text, task_names
from handlers.clock import local
from handlers.context import FRONT, PEOPLE, Context, Refused, use_case
from handlers.deadlines import drop_deadlines, on_due, set_deadline
from handlers.lifecycle import advance, record
from handlers.notices import agreements as _declared  # noqa: F401 (declares what is told here)
from handlers.outbox import tell
from handlers.parties import is_worker_of, parties_of
from handlers.replacing import look_again, withdraw_accepted, without_worker
from handlers.series_making import begin_series
from handlers.series_words import repeats_in
from handlers.substitutes import begin_replacement
from handlers.team_of import called_of, complete, found_with, names_of, number_of, places_of, team_of
from handlers.team_signing import is_whole, priced_places, proposed_with, standing_agreement
from handlers.visit_clocks import reminders_ahead
from handlers.visits import schedule_visit
from handlers.widening import take_back_fewer
from handlers.words import _, paper_yuan, say_minutes, say_time
from models.clocks import Deadline
from models.messages import Outbox
from models.requests import Offer, Request
from models.rules.lifecycles import AGREEMENT, REQUEST
from models.rules.sealing import fits, seal
from models.visits import Agreement, Visit


@dataclass(frozen=True)
class AgreementView:
    """An agreement as a party reads it under its secret address."""

    number: str
    state: str
    title: str
    text: str
    terms: dict[str, Any]
    resident_at: datetime | None
    worker_at: datetime | None
    seal: str
    whole: bool


@use_case("system")
def propose_agreement(ctx: Context, *, request: Request, offer: Offer) -> Agreement:
    """Puts the terms of an accepted offer before both sides; each confirms or declines within agreements.expire_hours."""
    text = rules_text(ctx, "agreement", "simple", ctx.settings.agreements.text_version)
    terms = {**offer.terms, "number": request.number}
    made = Agreement.create(
        community_id=ctx.community_id,
        state=AGREEMENT.first,
        request_id=request.id,
        person_id=request.person_id,
        worker_id=offer.worker_id,
        number=request.number,
        terms=terms,
        text_code=text.code,
        text_version=text.version,
        text=fill_text(ctx, text.body["text"], terms),
        secret=secrets.token_urlsafe(18),
        expires_at=_expires(ctx, terms),
        created_at=ctx.now,
    )
    record(ctx, "agreement", made.id, "propose", "", made.state, data={"offer": offer.id})
    _set_clocks(ctx, made)
    tell_side(ctx, made, parties_of(made).worker_person_id, "agreement_ready", side="worker", others=found_with(request))
    put_before_resident(ctx, request, made)
    return made


def put_before_resident(ctx: Context, request: Request, agreement: Agreement) -> None:
    """The terms, once for all who come together: as long as somebody is still sought, only who is found is told (D3)."""
    if not complete(request):
        _tell_waiting(ctx, request, agreement)
        return
    waiting = proposed_with(agreement)
    if len(waiting) > 1:
        for one in waiting:
            one.change(expires_at=_expires(ctx, one.terms))
            _set_clocks(ctx, one)
    mark = f":{len(team_of(request))}" if request.team_id is not None else ""
    key = f"agreement_ready:agreement:{agreement.id}:resident{mark}"
    links = [[parties_of(one).worker, link_of(ctx, one)] for one in waiting if len(waiting) > 1]
    tell_side(ctx, agreement, agreement.person_id, "agreement_ready", side="resident", key=key, links=links, **priced_places(request))


def _tell_waiting(ctx: Context, request: Request, agreement: Agreement) -> None:
    team = team_of(request)
    found = names_of([place for place in team if place.state == "negotiating"])
    coming = names_of([place for place in team if place.state in ("agreed", "scheduled")])
    said: dict[str, Any] = {"found": found, "coming": coming, "team": len(team)}
    said |= {"number": number_of(request), "starts_at": request.starts_at}
    tell(ctx, request.person_id, "team_waiting", about=("request", request.id), key=f"team_waiting:agreement:{agreement.id}", **said)


def _expires(ctx: Context, terms: dict[str, Any]) -> datetime:
    """Not after the beginning of the visit itself."""
    limit = ctx.now + timedelta(hours=ctx.settings.agreements.expire_hours)
    return min(limit, max(datetime.fromisoformat(terms["starts_at"]), ctx.now + timedelta(minutes=10)))


def _set_clocks(ctx: Context, agreement: Agreement) -> None:
    about = ("agreement", agreement.id)
    set_deadline(ctx, "agreement_reminder", about, ctx.now + (agreement.expires_at - ctx.now) / 2)
    set_deadline(ctx, "agreement_expiry", about, agreement.expires_at)


def fill_text(ctx: Context, text: str, terms: dict[str, Any]) -> str:
    """The agreement's text with its {places} filled; a place that nobody knows stays empty rather than break it."""
    return text.format_map(defaultdict(str, _places(ctx, terms)))


def _places(ctx: Context, terms: dict[str, Any]) -> dict[str, str]:
    start = local(datetime.fromisoformat(terms["starts_at"]))
    again = repeats_in(terms)
    when = f"{start.year}年{start.month}月{start.day}日{say_time(start)}" + (_(", from then on %(rule)s", rule=again) if again else "")
    lines = [_line_words(line) for line in terms["lines"]]
    here, rules = ctx.settings.community, ctx.settings.cancel
    named = task_names()
    tasks = "、".join(str(named.get(task, task)) for task in terms.get("tasks", []))
    return {
        "number": terms["number"],
        "resident": terms["resident"],
        "worker": terms["worker"],
        "service": terms["service_name"],
        "service_name": terms["service_name"],
        "when": when,
        "starts_at": when,
        "minutes": say_minutes(terms["minutes"]),
        "length": say_minutes(terms["minutes"]),
        "duration": say_minutes(terms["minutes"]),
        "people": str(terms.get("people", 1)),
        "tasks": tasks or _("as on the list of this service"),
        "price": paper_yuan(terms["price_fen"]),
        "lines": "；".join(lines),
        "area": terms.get("area", ""),
        "building": terms.get("building", ""),
        "place": f"{terms.get('area', '')}{terms.get('building', '')}",
        "community": here.name,
        "phone": here.phone,
        "free_hours": str(rules.free_before_hours),
        "late_percent": str(rules.late_fee_percent),
    }


def _line_words(line: dict[str, Any]) -> str:
    why = f"（{line['why']}）" if line.get("why") else ""
    return f"{line['words']}{why}{paper_yuan(line['amount_fen'])}"


def link_of(ctx: Context, agreement: Agreement) -> str:
    """The secret address under which a party can read it again."""
    return f"{ctx.settings.web.base_url.rstrip('/')}/agreements/{agreement.secret}"


def tell_side(ctx: Context, agreement: Agreement, person_id: int, notice: str, *, side: str, **values: Any) -> None:
    """One notice about an agreement to one side, with its terms; `key` among the values makes it one of its kind."""
    key = values.pop("key", f"{notice}:agreement:{agreement.id}:{side}")
    tell(
        ctx.as_system(),
        person_id,
        notice,
        about=("agreement", agreement.id),
        key=key,
        agreement_id=agreement.id,
        side=side,
        link=link_of(ctx, agreement),
        **{**agreement.terms, **values},
    )


@use_case(*PEOPLE, *FRONT)
def confirm_agreement(ctx: Context, agreement_id: int) -> Agreement:
    """One side says yes; when both have, it is sealed and the visit stands in the calendar (E2).

    The resident says it once for all who come together. Staff confirm for the resident who said so on the phone. The same side
    again changes nothing. Refuses not_now when it ran out or was declined, not_yet while somebody is still sought.
    """
    agreement = access_agreement(ctx, agreement_id)
    side = "worker_at" if is_worker_of(ctx, agreement) else "resident_at"
    if agreement.state == "sealed" or (agreement.state == "proposed" and getattr(agreement, side) is not None):
        return agreement
    _sign(ctx, agreement, side)
    if side == "resident_at":
        for other in proposed_with(agreement):
            if other.id != agreement.id and other.resident_at is None:
                _sign(ctx, other, side)
    return agreement


def _sign(ctx: Context, agreement: Agreement, side: str) -> None:
    if side == "resident_at" and agreement.state == "proposed" and not complete(Request.get(Request.id == agreement.request_id)):
        raise Refused("not_yet", _("Somebody is still sought who comes along. As soon as all are found, I ask you once for all of them."))
    signed: dict[str, Any] = {side: ctx.now}
    advance(ctx, AGREEMENT, agreement, "confirm", data={"side": side}, **signed)
    if agreement.resident_at is not None and agreement.worker_at is not None:
        _seal(ctx, agreement)


def _seal(ctx: Context, agreement: Agreement) -> None:
    """Both have confirmed: request agreed and scheduled, the visit made, both told, the clocks stopped."""
    advance(ctx, AGREEMENT, agreement, "seal", seal=seal(agreement.terms, agreement.text))
    drop_deadlines(ctx, ("agreement", agreement.id), note="sealed")
    request = Request.get(Request.id == agreement.request_id)
    advance(ctx.as_system(), REQUEST, request, "agree", updated_at=ctx.now)
    advance(ctx.as_system(), REQUEST, request, "schedule", updated_at=ctx.now)
    visit = schedule_visit(ctx.as_system(), agreement=agreement)
    said = {"visit_id": visit.id, "reminders": reminders_ahead(ctx, visit)}
    sides = parties_of(agreement)
    tell_side(ctx, agreement, sides.worker_person_id, "booking_confirmed", side="worker", others=found_with(request), **said)
    if is_whole(request):
        tell_side(ctx, agreement, sides.resident_id, "booking_confirmed", side="resident", **said, **priced_places(request))
    begin_series(ctx.as_system(), request, agreement)


def tell_fewer(ctx: Context, request: Request) -> None:
    """To the resident who agreed to fewer, where all who are left have been signed with: who comes, when, and for how much in all
    now (D3); as the booking, where that they never heard, since it was not whole before."""
    team = team_of(request)
    agreement = standing_agreement(team[-1])
    if agreement is None:
        return
    visit = Visit.pick(community_id=ctx.community_id, agreement_id=agreement.id)
    said = {"visit_id": visit.id, "reminders": reminders_ahead(ctx, visit)} if visit is not None else {}
    notice = "team_fewer" if _heard_of(request) else "booking_confirmed"
    key = f"{notice}:agreement:{agreement.id}:resident:{len(team)}"
    people = {"number": number_of(team[0]), "team": len(team)}
    tell_side(ctx, agreement, agreement.person_id, notice, side="resident", key=key, **said, **people, **priced_places(team[0]))


def _heard_of(request: Request) -> bool:
    """Whether the resident has been told that they come, any of them."""
    mine = (Agreement.community_id == request.community_id) & Agreement.request_id.in_(places_of(request))
    told = (Outbox.community_id == request.community_id) & (Outbox.notice == "booking_confirmed") & (Outbox.subject_kind == "agreement")
    told &= (Outbox.person_id == request.person_id) & Outbox.subject_id.in_([one.id for one in Agreement.select().where(mine)])
    return bool(Outbox.select().where(told).exists())


@use_case(*PEOPLE, *FRONT)
def decline_agreement(ctx: Context, agreement_id: int, *, reason: str = "") -> Agreement:
    """One side says no: nothing is signed, the worker's time is free again, the search goes on, the other side is told.

    The resident's no is for all who come together and for whom they have not said yes before.
    """
    agreement = access_agreement(ctx, agreement_id)
    if is_worker_of(ctx, agreement):
        _drop(ctx, agreement, reason or "declined")
        request = Request.get(Request.id == agreement.request_id)
        begin_replacement(ctx, request, agreement.worker_id, "drop")
        tell_side(ctx, agreement, agreement.person_id, "agreement_declined", side="resident", others=found_with(request))
        _search_on(ctx, [agreement])
        return agreement
    off = _off_with(agreement)
    for one in off:
        _drop(ctx, one, reason or "declined")
        tell_side(ctx, one, parties_of(one).worker_person_id, "agreement_declined", side="worker")
    _search_on(ctx, off)
    return agreement


def _off_with(agreement: Agreement) -> list[Agreement]:
    """What the resident's no to these terms is for."""
    return [agreement, *(one for one in proposed_with(agreement) if one.id != agreement.id and one.resident_at is None)]


@use_case("resident")
def who_is_refused(ctx: Context, agreement_id: int) -> list[str]:
    """What those are called who would not come if the resident said no to these terms."""
    return [called_of(one.worker_id) for one in _off_with(access_agreement(ctx, agreement_id))]


def _drop(ctx: Context, agreement: Agreement, reason: str) -> None:
    advance(ctx, AGREEMENT, agreement, "drop", reason=reason)
    drop_deadlines(ctx, ("agreement", agreement.id), note=reason)
    free_slots(ctx, f"request:{agreement.request_id}")
    withdraw_accepted(ctx, agreement.request_id, reason)


def _search_on(ctx: Context, agreements: list[Agreement]) -> None:
    """Back to matching, without the workers with whom it came to nothing; one place after the other."""
    back = []
    for agreement in agreements:
        request = Request.get(Request.id == agreement.request_id)
        wishes = without_worker(request, agreement.worker_id)
        advance(ctx.as_system(), REQUEST, request, "run_out", wishes=wishes, updated_at=ctx.now)
        take_back_fewer(ctx, request)
        back.append(request)
    look_again(ctx, min(back, key=lambda place: int(place.team_place)))


@on_due("agreement_reminder", useful_for=timedelta(hours=6))
def _remind(ctx: Context, row: Deadline) -> None:
    """Half of the time is over: whoever has not answered is asked once more."""
    agreement = Agreement.find(row.subject_id)
    if agreement is None or agreement.state != "proposed":
        return
    sides = parties_of(agreement)
    if agreement.resident_at is None and _speaks(agreement):
        tell_side(ctx, agreement, sides.resident_id, "agreement_reminder", side="resident")
    if agreement.worker_at is None:
        tell_side(ctx, agreement, sides.worker_person_id, "agreement_reminder", side="worker")


def _speaks(agreement: Agreement) -> bool:
    """The resident is reminded once, and only of what they can answer: when all are found, by the first of them."""
    first = next((one for one in proposed_with(agreement) if one.resident_at is None), agreement)
    return first.id == agreement.id and complete(Request.get(Request.id == agreement.request_id))


@on_due("agreement_expiry", useful_for=timedelta(days=7))
def _expire(ctx: Context, row: Deadline) -> None:
    """Not confirmed by both in time: back to matching, both told, a coordinator alerted (E2)."""
    agreement = Agreement.find(row.subject_id)
    if agreement is None or agreement.state != "proposed":
        return
    if _still_sought(ctx, agreement):
        return
    over = [one for one in proposed_with(agreement) if one.id == agreement.id or one.expires_at <= ctx.now]
    for one in over:
        _drop(ctx, one, "ran out")
        tell_side(ctx, one, parties_of(one).worker_person_id, "agreement_lapsed", side="worker")
    names = [parties_of(one).worker for one in over]
    tell_side(ctx, agreement, agreement.person_id, "agreement_lapsed", side="resident", names=names)
    words = _("%(number)s: not both have confirmed in time. The search goes on.", number=agreement.number)
    raise_alert(ctx, "agreement_lapsed", words, about=("agreement", agreement.id))
    _search_on(ctx, over)


def _still_sought(ctx: Context, agreement: Agreement) -> bool:
    """Somebody who comes along is still sought: the resident could not answer yet, so the time to answer does not run."""
    waits = agreement.worker_at is not None and not complete(Request.get(Request.id == agreement.request_id))
    if not waits or datetime.fromisoformat(agreement.terms["starts_at"]) <= ctx.now:
        return False
    agreement.change(expires_at=_expires(ctx, agreement.terms))
    _set_clocks(ctx, agreement)
    return True


def read_agreement(secret: str) -> AgreementView:
    """An agreement under its secret address, with a check of its seal; `whole` is False when a word was changed.

    Refuses not_found. Whoever has the address is a party.
    """
    found = Agreement.get_or_none(Agreement.secret == secret)
    if found is None:
        raise Refused("not_found", _("There is no agreement under this address."), status=404)
    whole = found.seal is None or fits(found.seal, found.terms, found.text)
    title = _("Agreement %(number)s", number=found.number)
    return AgreementView(
        found.number,
        found.state,
        title,
        found.text,
        found.terms,
        found.resident_at,
        found.worker_at,
        found.seal or "",
        whole,
    )


@use_case(*PEOPLE)
def list_my_agreements(ctx: Context) -> list[Agreement]:
    """Agreements to which the asker is a party, newest first."""
    mine = Agreement.person_id == ctx.actor.id
    if ctx.actor.worker_id is not None:
        mine |= Agreement.worker_id == ctx.actor.worker_id
    return list(
        Agreement.select().where((Agreement.community_id == ctx.community_id) & mine).order_by(Agreement.id.desc())
    )
