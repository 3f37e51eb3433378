"""Words of danger: the emergency numbers first, then people (C5)."""

from collections.abc import Iterable
from datetime import timedelta

from handlers.alerts import raise_alert, settle_alerts
from handlers.cards import Card, card
from handlers.carers import BODY, call_carers, call_off_carers
from handlers.contact import phone_of
from handlers.context import PEOPLE, Context, use_case
from handlers.deadlines import drop_deadlines, on_due, set_deadline
from handlers.handovers import ask_for_person, give_back, open_handover, open_handover_of
from handlers.words import N_, _, short
from models.clocks import Alert, Deadline
from models.people import Person
from models.talk import Handover

# What to call first for each kind of danger that understanding tells apart; what is not here calls for all three.
NUMBERS = {
    **dict.fromkeys(BODY, ("120",)),
    **dict.fromkeys(("fire", "gas", "trapped"), ("119",)),
    **dict.fromkeys(("intruder", "missing_person"), ("110",)),
    "self_harm": ("120", "110"),
}
HIGHER = ("consultant", "supervisor", "admin")  # who is told when nobody has taken it, one after the other
CALL = {
    "120": N_('Please call <a href="tel:120">120</a> (ambulance) now.'),
    "119": N_('Please leave the place and call <a href="tel:119">119</a> (fire) now.'),
    "110": N_('Please call <a href="tel:110">110</a> (police) now.'),
}


def numbers_for(kinds: Iterable[str]) -> list[str]:
    """The numbers to call, each once; all three when the kind of danger is not known."""
    found = list(dict.fromkeys(number for kind in kinds for number in NUMBERS.get(kind, ())))
    return found or list(CALL)


@use_case(*PEOPLE)
def raise_alarm(ctx: Context, *, words: str, kinds: Iterable[str]) -> Card:
    """Somebody is in danger (C5): an alert, a hand-over and the nearest carers at once; the card begins with the numbers, as links."""
    handover, known = ask_for_person(ctx, reason=words, emergency=True), list(kinds)
    lines = [_(CALL[number]) for number in numbers_for(known)]
    set_deadline(ctx, "emergency_open", ("person", ctx.actor.id or 0), ctx.now + _step(ctx))
    if call_carers(ctx.as_system(), handover, known):
        lines.append(_("I'm calling the carers near you, too."))
    return card("\n".join([*lines, _then(ctx)]), ("talk:0:safe", _("It's all right, nobody is in danger")))


def _step(ctx: Context) -> timedelta:
    return timedelta(minutes=ctx.settings.handover.emergency_every_min)


def _then(ctx: Context) -> str:
    """What comes next; a call is promised only to a number that we have."""
    me, phone = Person.get(Person.id == ctx.actor.id), ctx.settings.community.phone
    if phone_of(me):
        return _("Our colleagues see this at once and call you. The station: %(phone)s.", phone=phone)
    return _(
        "Our colleagues see this at once and answer here. Please send your phone number, and where it is, so that they can "
        "call. The station: %(phone)s.",
        phone=phone,
    )


def alarm_of(ctx: Context, handover: Handover | None) -> Alert | None:
    """The alarm that a hand-over is about, as long as it is open."""
    if handover is None:
        return None
    mine = (Alert.community_id == ctx.community_id) & (Alert.kind == "emergency") & (Alert.state == "open")
    about = (Alert.subject_kind == "handover") & (Alert.subject_id == handover.id)
    return Alert.select().where(mine & about).order_by(Alert.id).first()


@use_case(*PEOPLE)
def call_off_alarm(ctx: Context, *, words: str) -> None:
    """没事了: the alarm is over for the one who raised it; a colleague is still asked to make sure of it."""
    handover = open_handover(ctx)
    if handover is None or alarm_of(ctx, handover) is None:
        return
    settle_alerts(ctx, "emergency", ("handover", handover.id))
    drop_deadlines(ctx, ("person", handover.person_id), "emergency_open", note="all is well")
    call_off_carers(ctx, handover.id)
    give_back(ctx, handover.id)
    me = Person.get(Person.id == ctx.actor.id)
    said = _("%(name)s says that all is well: %(words)s Please ask once more.", name=me.called or _("Somebody"), words=short(words, 40))
    raise_alert(ctx, "emergency_over", said, about=("handover", handover.id))


@on_due("emergency_open", useful_for=timedelta(hours=1))
def _nobody_has_it(ctx: Context, row: Deadline) -> None:
    """Nobody has taken it: before staff once more, a role higher each time (C5)."""
    handover, times = open_handover_of(ctx, row.subject_id), int(row.data.get("times", 0)) + 1
    if handover is None or handover.state != "waiting" or alarm_of(ctx, handover) is None:
        return
    person = Person.find(row.subject_id)
    words = _(
        "Nobody has taken it for %(minutes)s minutes: %(name)s is in danger.",
        minutes=int((ctx.now - handover.due_at).total_seconds()) // 60,  # type: ignore[operator]
        name=person.called if person and person.called else _("Somebody"),
    )
    owner = HIGHER[min(times, len(HIGHER)) - 1]
    raise_alert(ctx, "emergency_open", words, about=("handover", handover.id), owner=owner, key=str(times))
    if times < ctx.settings.handover.emergency_times:
        set_deadline(ctx, "emergency_open", ("person", row.subject_id), ctx.now + _step(ctx), times=times)
