"""At the door: set out, there, the four digits or the place, nobody opens, done (F2, G4)."""

import re

from bot.actions import Chosen, action, bare, run_choice
from bot.around import around
from bot.dialogues.base import Aside, Begin, DialogueTable, End, Next, Stay, Step, begin, declare
from bot.intents.common import human
from bot.turn import Turn
from handlers.cards import Card, card
from handlers.context import Refused
from handlers.replacing import take_later
from handlers.visits import (
    check_in,
    check_out,
    current_visit,
    find_visit,
    lost_visit,
    not_at_home,
    open_door,
    report_closed_door,
    set_out,
    visit_card,
    work_longer,
)
from handlers.words import _, say_time, say_when

BEFORE = ("scheduled", "on_the_way")
DOOR_CODE = re.compile(r"\d{4}", re.ASCII)
# 没人开门, 敲门没人应, 我在门口站了半小时了, 门锁着进不去
CLOSED = re.compile(
    r"没(有)?人(开门|在家|应|理|答应|接)|(家里?|屋里)没(有)?人|(敲|叫|按|拍).{0,5}(没|不)(有|见)?(人|应|动静|反应|开)"
    r"|(不|没|未)(给)?(我)?开门|(开|叫)不(开|了)门|门(口|外|前).{0,6}(站|等|蹲)了|(站|等)在?.{0,3}门(口|外)|门(是)?(锁|关)着|进不(去|了)(门|屋)?|敲不开"
)


@action("visit", "set_out")
def on_the_way(turn: Turn, chosen: Chosen) -> Card:
    """出发了, 堵车晚二十分钟: the resident hears when."""
    visit = set_out(turn.ctx, chosen.id, eta_min=turn.slot("eta_min"), late_min=turn.slot("late_min"))
    here = (f"visit:{chosen.id}:check_in", _("I'm here"))
    if turn.slot("late_min") is not None and visit.eta_at is not None:
        at = say_time(visit.eta_at)
        return card(_("Good, the resident knows that you are there at about %(at)s. Take care on the way.", at=at), here)
    return card(
        _("Good, the resident knows. When you arrive, send your place or the resident's four digits."),
        here,
    )


@action("visit", "check_in")
def arrive(turn: Turn, chosen: Chosen) -> Card:
    """到了: by place, or by the resident's four digits; 到了,没人开门 says more."""
    if turn.inbound.place is not None:
        return _checked_in(turn, chosen.id, lat=turn.inbound.place.lat, lng=turn.inbound.place.lng)
    if CLOSED.search(turn.text):
        return closed_door(turn, chosen.id)
    return begin(turn, Begin("checkin", "code", {"visit_id": chosen.id}))


def door_code(turn: Turn) -> Card | None:
    """Four digits alone from a worker whose visit is on: the code at the door, said without 到了 first."""
    said = bare(turn.text)
    visit = current_visit(turn.ctx) if turn.ctx.actor.worker_id is not None and DOOR_CODE.fullmatch(said) else None
    if visit is None or visit.state not in BEFORE or visit.worker_id != turn.ctx.actor.worker_id:
        worker = turn.ctx.actor.worker_id is not None
        return no_visit(turn) if worker and DOOR_CODE.fullmatch(said) and lost_visit(turn.ctx) else None
    return _checked_in(turn, visit.id, code=said)


def _checked_in(turn: Turn, visit_id: int, **by: str) -> Card:
    check_in(turn.ctx, visit_id, **by)
    return card(
        _("Checked in. Your place is looked at only when you check in and out.\nWhen everything is done, tell me."),
        (f"visit:{visit_id}:check_out", _("Done")),
    )


def closed_door(turn: Turn, visit_id: int) -> Card:
    """敲门没人: noted as there; the resident and a colleague hear it; the four digits can still be sent."""
    until = report_closed_door(turn.ctx, visit_id)
    if turn.talk.name != "checkin":
        turn.talk.park(turn.ctx.now)
        turn.talk.open("checkin", "code", {"visit_id": visit_id})
    return card(
        _(
            "Noted: you are at the door, that counts as come. I'm asking the resident, and a colleague phones. "
            "Please wait until %(until)s; when the door opens, send me the four digits.",
            until=say_time(until),
        ),
        (f"visit:{visit_id}:check_in", _("The door is open")),
        human(),
    )


def says_closed(turn: Turn) -> Card | None:
    """敲门没人, without having said 到了: about the visit that is on now; None where there is none."""
    visit = current_visit(turn.ctx) if "worker" in turn.ctx.actor.roles else None
    if visit is None or visit.state not in BEFORE:
        return None
    return closed_door(turn, visit.id)


def no_visit(turn: Turn) -> Card:
    """There is none; or it was given away because nobody checked in, which is said (F2)."""
    lost = lost_visit(turn.ctx) if "worker" in turn.ctx.actor.roles else None
    if lost is not None and lost.state == "no_access":
        return card(_("Nobody opened there, and you need not wait any longer. It does not count against you."), human())
    if lost is not None:
        late = turn.ctx.settings.visits.no_show_after_min
        words = _(
            "The visit %(when)s was given up after %(minutes)s minutes without a check-in. If you are there, "
            "a colleague sees to it at once.",
            when=say_when(lost.starts_at, turn.ctx.now),
            minutes=late,
        )
        return card(words, human())
    return card(_("You have no visit at the moment."), ("menu:0:today", _("My jobs")), human())


def _ask_code(turn: Turn) -> Card:
    return card(
        _("Please send the four digits that the resident has, or send your place (the + sign, then Location)."),
        (f"visit:{turn.data['visit_id']}:no_answer", _("Nobody opens")),
    )


@action("visit", "no_answer")
def no_answer(turn: Turn, chosen: Chosen) -> Card:
    """没人开门, by a tap."""
    return closed_door(turn, chosen.id)


def _take_code(turn: Turn) -> Next:
    if turn.inbound.place is not None:
        where = turn.inbound.place
        return End(_checked_in(turn, turn.data["visit_id"], lat=where.lat, lng=where.lng))
    if CLOSED.search(turn.text):
        return Aside(closed_door(turn, turn.data["visit_id"]))
    code = "".join(c for c in turn.text if c.isdigit())
    if len(code) != 4:
        return None if turn.frame.intent not in ("arrived", "other", "yes") else Stay()
    return End(_checked_in(turn, turn.data["visit_id"], code=code))


declare(
    DialogueTable(
        "checkin",
        {"code": Step(_ask_code, _take_code, personal=True)},
        lambda turn: card(_("All right. Write 'arrived' when you are there.")),
        over=lambda turn: find_visit(turn.ctx, turn.data["visit_id"]).state not in BEFORE,
    )
)


@action("visit", "check_out")
def finish(turn: Turn, chosen: Chosen) -> Card:
    """做完了; before 到了 the four digits come first."""
    try:
        visit = check_out(turn.ctx, chosen.id)
    except Refused as refused:
        if refused.code != "not_checked_in":
            raise
        return begin(turn, Begin("checkin", "code", {"visit_id": chosen.id}, note=refused.words))
    return visit_card(turn.ctx, visit)


@action("visit", "longer")
def longer(turn: Turn, chosen: Chosen) -> Card:
    """还要一会儿."""
    work_longer(turn.ctx, chosen.id)
    return card(_("Good, take your time. Tell me when it is done."), (f"visit:{chosen.id}:check_out", _("Done")))


@action("visit", "opens")
def opens(turn: Turn, chosen: Chosen) -> Card:
    """在家,马上开门."""
    open_door(turn.ctx, chosen.id)
    return card(_("Good, I've told them. Please have the four digits at hand."))


@action("visit", "not_home")
def not_home(turn: Turn, chosen: Chosen) -> Card:
    """不在家: the worker need not wait; another time is asked for."""
    visit = not_at_home(turn.ctx, chosen.id)
    request = f"request:{visit.request_id}"
    return card(
        _("I've told them, they need not wait. Another time? About the way that was for nothing a colleague talks with you."),
        (f"{request}:move", _("Another time")),
        (f"{request}:cancel", _("Cancel it")),
        human(),
    )


AWAY = re.compile(r"不在|没在|在外面|在外边|出(去|门)了|忘了|回不(来|去)|赶不(回|到)")
AT_HOME = re.compile(r"在家|在呢|在的|马上|就来|来了|开门|这就|没听见|没听到|等(一下|一会|会儿|等)|^在$")


@around("visit", "opens")
def _asked_to_open(turn: Turn, subject: Chosen, shown: Card) -> Card | None:
    """我不在家, 马上来开."""
    if AWAY.search(turn.text):
        return run_choice(turn, Chosen("visit", subject.id, "not_home"))
    if AT_HOME.search(turn.text):
        return run_choice(turn, Chosen("visit", subject.id, "opens"))
    return None


@action("request", "later")
def later(turn: Turn, chosen: Chosen) -> Card:
    """今天晚些时候可以: who can come then follows in the same reply."""
    take_later(turn.ctx, chosen.id)
    return card(_("Good, later today."))
