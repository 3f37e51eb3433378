"""Somebody's body is in danger: the nearest carers who are free are called besides 120 and staff; one comes (C5).

They learn the building and what has happened; the door only who comes. Nobody is sent where a carer is no help or in danger
themselves (fire, gas, a burglar): that is for 119 and 110.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from handlers.access import is_staff, not_found, take_turn
from handlers.alerts import raise_alert
from handlers.candidates import Place, documents_of, level_of
from handlers.catalogue import find_service
from handlers.clock import local
from handlers.context import Context, Refused, use_case
from handlers.deadlines import drop_deadlines, set_deadline
from handlers.lifecycle import advance, record
from handlers.notices import carers as _notices
from handlers.outbox import tell
from handlers.words import _
from models.eligible import Wanted, find_eligible
from models.messages import Outbox
from models.people import Address, Person
from models.rules.lifecycles import CARER_CALL
from models.rules.slots import slots_of
from models.talk import CarerCall, Handover
from models.workers import BlockedPair, Worker

assert _notices.__name__
BODY = ("fall", "breathing", "choking", "chest_pain", "stroke", "unconscious", "bleeding", "poison")
A_WHILE = timedelta(minutes=30)  # a carer who has something else to do within this is not free
LIVE = ("asked", "coming")


def call_carers(ctx: Context, handover: Handover, kinds: Iterable[str]) -> int:
    """Calls the nearest carers to whoever raised the alarm, once; how many. 0: none is near and free, we don't know where it
    is, or it is nothing that a carer can help with."""
    kind = next((k for k in kinds if k in BODY), "")
    home = _home_of(ctx, handover.person_id)
    if not kind or home is None or _calls(ctx, handover.id):
        return 0
    nearest = _nearest(ctx, handover.person_id, home)[: ctx.settings.emergency.carers]
    for worker_id in nearest:
        worker = Worker.get(Worker.id == worker_id)
        call = CarerCall.create(
            community_id=ctx.community_id, state=CARER_CALL.first, handover_id=handover.id, person_id=handover.person_id,
            worker_id=worker_id, asked_at=ctx.now,
        )  # fmt: skip
        values = {"call_id": call.id, "kind": kind, "area": home.area, "building": home.building, "worker": worker.called}
        tell(ctx, worker.person_id, "carer_called", about=("carer_call", call.id), **values)
    if nearest:
        record(ctx, "handover", handover.id, "call_carers", data={"workers": nearest})
    return len(nearest)


def _home_of(ctx: Context, person_id: int) -> Address | None:
    mine = (Address.community_id == ctx.community_id) & (Address.person_id == person_id)
    return Address.select().where(mine).order_by(Address.is_default.desc(), Address.used_at.desc()).first()


def _nearest(ctx: Context, person_id: int, home: Address) -> list[int]:
    """Carers by their way to this home, within emergency.radius_m; not who is kept apart from them, nor they themselves."""
    to, most_km = Place.of(ctx, home), ctx.settings.emergency.radius_m / 1000
    away = {row[0]: to.km(row[8], row[9]) for service in ctx.settings.emergency.skills for row in _free(ctx, service)}
    apart = BlockedPair.select().where((BlockedPair.community_id == ctx.community_id) & (BlockedPair.person_id == person_id))
    not_these = {row.worker_id for row in apart}
    themselves = Worker.get_or_none(Worker.community_id == ctx.community_id, Worker.person_id == person_id)
    not_these |= {themselves.id} if themselves is not None else set()
    near = [(km, worker) for worker, km in away.items() if km <= most_km and worker not in not_these]
    return [worker for _km, worker in sorted(near)]


def _free(ctx: Context, code: str) -> list[Any]:
    """Who has this skill and the papers for it, works at this hour, and has nothing else just now."""
    service, here, until = find_service(ctx, code), local(ctx.now), ctx.now + A_WHILE
    if service is None:
        return []
    minute, slots = here.hour * 60 + here.minute, slots_of(ctx.now, until)
    hours, span, day = (minute, minute + 1), (ctx.now, until), here.date().isoformat()
    papers = sorted(documents_of(service))
    return find_eligible(Wanted(ctx.community_id, code, level_of(service), "", papers, day, here.weekday(), hours, span, slots))


def _calls(ctx: Context, handover_id: int, *states: str) -> list[CarerCall]:
    mine = (CarerCall.community_id == ctx.community_id) & (CarerCall.handover_id == handover_id)
    return list(CarerCall.select().where(mine & CarerCall.state.in_(states or tuple(CARER_CALL.states()))))


def _access(ctx: Context, call_id: int) -> tuple[CarerCall, Handover]:
    """A call to the asking worker, and the talk it belongs to; whoever comes is decided by one at a time."""
    call = CarerCall.get_or_none(CarerCall.id == call_id, CarerCall.community_id == ctx.community_id)
    if call is None or not (is_staff(ctx) or call.worker_id == ctx.actor.worker_id):
        raise not_found()
    handover = Handover.get(Handover.id == call.handover_id)
    take_turn(handover)
    return CarerCall.get(CarerCall.id == call_id), handover


@use_case("worker")
def come(ctx: Context, call_id: int) -> str:
    """我马上过去: exactly one comes; the others, the resident and staff are told. Gives the whole address, with the door.

    Refuses: gone (somebody else is on the way), over (it has ended well).
    """
    call, handover = _access(ctx, call_id)
    if call.state != "coming":
        _check_wanted(ctx, call, handover)
        advance(ctx, CARER_CALL, call, "come", answered_at=ctx.now)
        _one_comes(ctx, call, handover)
    home = _home_of(ctx, call.person_id)
    return home.words if home is not None else ""


def _check_wanted(ctx: Context, call: CarerCall, handover: Handover) -> None:
    if _calls(ctx, handover.id, "coming"):
        raise Refused("gone", _("Somebody else is on the way already. Thank you for being there so quickly."))
    if call.state == "off" or handover.state == "closed":
        raise Refused("over", _("It has ended well, you need not go any more. Thank you."))


def _one_comes(ctx: Context, call: CarerCall, handover: Handover) -> None:
    me, person = Worker.get(Worker.id == call.worker_id), Person.get(Person.id == call.person_id)
    _off(ctx, [c for c in _calls(ctx, handover.id, "asked") if c.id != call.id], "taken")
    drop_deadlines(ctx, ("person", handover.person_id), "emergency_open", note="a carer comes")
    tell(ctx.as_system(), person.id, "carer_coming", about=("carer_call", call.id), worker=me.called)
    words = _("%(worker)s is on the way to %(name)s. Please phone both, and write it up afterwards.", worker=me.called, name=person.called)
    raise_alert(ctx, "carer_coming", words, about=("handover", handover.id), key=str(call.id))


@use_case("worker")
def cannot_come(ctx: Context, call_id: int) -> bool:
    """去不了: costs nothing. Who was on the way and can't after all: staff and the resident hear it at once, the others who were called
    are called again, and staff of a higher role are told if nobody takes it. Whether others are being called."""
    call, handover = _access(ctx, call_id)
    was_coming = call.state == "coming"
    if call.state in LIVE:
        advance(ctx, CARER_CALL, call, "decline", answered_at=ctx.now)
    if not was_coming:
        return bool(_calls(ctx, handover.id, *LIVE))
    words = _("%(worker)s can't come after all. Please send somebody.", worker=Worker.get(Worker.id == call.worker_id).called)
    raise_alert(ctx, "carer_coming", words, about=("handover", handover.id), key=f"not {call.id}")
    return _without(ctx.as_system(), call, handover) if handover.state != "closed" else False


def _without(ctx: Context, call: CarerCall, handover: Handover) -> bool:
    """Nobody is on the way any more: as if the alarm were raised now, for all but the one who can't."""
    others = _calls(ctx, handover.id, "off")
    for other in others:
        advance(ctx, CARER_CALL, other, "recall")
        told = Outbox.pick(community_id=ctx.community_id, notice="carer_called", subject_kind="carer_call", subject_id=other.id)
        person_id = Worker.get(Worker.id == other.worker_id).person_id
        again, about = f"carer_called:{other.id}:{other.version}", ("carer_call", other.id)
        tell(ctx, person_id, "carer_called", about=about, key=again, **(told.values if told is not None else {}))
    called, about = Worker.get(Worker.id == call.worker_id).called, ("carer_call", call.id)
    tell(ctx, handover.person_id, "carer_lost", about=about, worker=called, others=len(others))
    every = timedelta(minutes=ctx.settings.handover.emergency_every_min)
    set_deadline(ctx, "emergency_open", ("person", handover.person_id), ctx.now + every)
    return bool(others)


@use_case("worker")
def say_how_it_stands(ctx: Context, call_id: int, *, words: str) -> None:
    """路上了, 到了, 人扶起来了: what the carer who comes writes stands before staff at once. Refuses not_now whoever else."""
    call, handover = _access(ctx, call_id)
    if call.state != "coming":
        raise Refused("not_now", _("It has ended well, you need not go any more. Thank you."))
    names = {"worker": Worker.get(Worker.id == call.worker_id).called, "name": Person.get(Person.id == call.person_id).called}
    said = _("%(worker)s, who goes to %(name)s, writes: %(words)s", **names, words=words[:100])
    raise_alert(ctx, "carer_coming", said, about=("handover", handover.id), key=f"{call.id}:{words[:40]}")
    record(ctx, "carer_call", call.id, "report")


def call_off_carers(ctx: Context, handover_id: int) -> None:
    """It has ended well: who was called, or is on the way, hears it."""
    _off(ctx, _calls(ctx, handover_id, *LIVE), "safe")


def _off(ctx: Context, calls: list[CarerCall], why: str) -> None:
    for call in calls:
        advance(ctx.as_system(), CARER_CALL, call, "call_off", reason=why)
        worker = Worker.get(Worker.id == call.worker_id)
        tell(ctx.as_system(), worker.person_id, "carer_not_needed", about=("carer_call", call.id), why=why)
