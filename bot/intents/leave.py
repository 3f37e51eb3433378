"""A worker's days off and hours: 明天请假, 我病了, 明天不请假了, 以后周日休息 (F4), and the visits that this touches (D7)."""

import re
from datetime import date, datetime, time, timedelta

from bot.actions import Chosen, action
from bot.intents import intent
from bot.intents.common import human
from bot.intents.series_time import day_in
from bot.turn import Turn, moment
from handlers.cards import Card, card
from handlers.clock import SHANGHAI, local
from handlers.own_leave import (
    Leave,
    drop_leave,
    give_up_in_leave,
    keep_in_leave,
    list_my_leave,
    mark_of,
    visits_in_leave,
)
from handlers.visits import current_visit, visit_line
from handlers.words import _, listed, say_day, say_when
from handlers.workers import note_free_time, set_leave

A_DAY = timedelta(days=1)
BACK = re.compile(
    r"(不|别|甭)(用|要)?(再)?(请|休|歇).{0,2}假?了|取消.{0,4}(请假|休假|休息|假)|假.{0,3}(不请|不休|取消|销)|销假|又能(干|来|接|去|做)了?|病好了"
)
STANDING = re.compile(
    r"(?<![点分半刻])以后|往后|今后|平时|平常|长期|每(天|周|个)|天天|都(不|休)|只(有|能)?.{0,4}(有空|能干|干|接)|(上|下)午都"
)
HOURS = re.compile(
    r"(中午|午饭|午休|吃饭).{0,6}(歇|休息|睡)|最多.{0,4}(干|做|接).{0,6}(小时|钟头|单|个)|(几点|多晚|多早).{0,3}(以后|以前|之后|之前)不(接|干)"
)
SOMEBODY_ELSE = re.compile(  # a resident, or one of their own family
    r"老人|客户|雇主|孩子|娃|儿子|女儿|闺女|孙子|孙女|大爷|爷爷|奶奶|大娘|叔|伯|婶|姨|妈|爸|爹|婆|公公|老公|外公|老伴|爱人|对象|先生|女士|太太|他|她|家里"
)
ILL = re.compile(rf"^(?!.*({SOMEBODY_ELSE.pattern})).{{0,8}}(病了|生病|发(高)?烧|发热|起不来床|住院|阳了)")
WHEN_OFF = re.compile(r"(什么时候|啥时候|哪几?天|几号).{0,4}(休息|请假|休假|歇|放假)|我(请了|的).{0,4}假(吗|呢|$)")


@intent("set_availability")
def availability(turn: Turn) -> Card:
    """明天请假, 周五下午有空."""
    if BACK.search(turn.text):
        return works_after_all(turn)
    if WHEN_OFF.search(turn.text):
        return when_off(turn)
    if turn.slot("recurrence") or STANDING.search(turn.text):
        return usual_hours(turn)
    stretch = stretch_of(turn)
    if stretch is None:
        return card(_("Which day, and from when to when? For example: tomorrow afternoon off."), human())
    if turn.slot("available"):
        return usual_hours(turn)
    return leave_over(turn, *stretch)


def usual_hours(turn: Turn) -> Card:
    """以后周日休息, 晚上也能干: a colleague changes the hours; nothing is taken for a day off."""
    note_free_time(turn.ctx, words=turn.text)
    return card(_("Good to know, thank you. Your usual hours count; a colleague adds this."), human())


def leave_over(turn: Turn, starts_at: datetime, ends_at: datetime) -> Card:
    """Nothing is offered then; what is promised for that time is asked about at once."""
    sick = ILL.search(turn.text) or ("sick" in turn.slot("reason", []) and not SOMEBODY_ELSE.search(turn.text))
    reason = "ill" if sick else ""  # as the day's plan keeps it
    leave = set_leave(turn.ctx, starts_at=starts_at, ends_at=ends_at, reason=reason)
    noted = _off(turn, starts_at, ends_at)
    touched = visits_in_leave(turn.ctx, leave.id)
    if not touched:
        return card(noted)
    lines = "\n".join(visit_line(turn.ctx, v) for v in touched)
    words = _(
        "%(noted)s\nBut these are promised for that time:\n%(lines)s\nCan't you go? Then we look for somebody else at once.",
        noted=noted,
        lines=lines,
    )
    mark = mark_of(leave)
    can = (f"leave:{leave.id}:stays:{mark}", _("I do go there"))
    return card(words, (f"leave:{leave.id}:give_up:{mark}", _("I can't, look for somebody")), can, human())


def _off(turn: Turn, starts_at: datetime, ends_at: datetime) -> str:
    if ends_at - starts_at == A_DAY and local(starts_at).time() == time():
        return _("Noted: off all day %(day)s. Nothing is offered to you then.", day=say_day(starts_at, turn.ctx.now))
    start, end = _ends_of(turn, starts_at, ends_at)
    return _("Noted: off from %(start)s to %(end)s. Nothing is offered to you then.", start=start, end=end)


def _ends_of(turn: Turn, starts_at: datetime, ends_at: datetime) -> tuple[str, str]:
    """The first and the last of it, in words: whole days by their names, else to the hour."""
    if local(starts_at).time() == local(ends_at).time() == time():
        return say_day(starts_at, turn.ctx.now), say_day(ends_at - A_DAY, turn.ctx.now)
    return say_when(starts_at, turn.ctx.now), say_when(ends_at, turn.ctx.now)


def _span(turn: Turn, leave: Leave) -> str:
    first, last = _ends_of(turn, leave.starts_at, leave.ends_at)
    return first if first == last else _("%(start)s to %(end)s", start=first, end=last)


@action("leave", "give_up")
def give_up(turn: Turn, chosen: Chosen) -> Card:
    """去不了: all of them are looked for anew, and each resident hears it."""
    if give_up_in_leave(turn.ctx, chosen.id, chosen.arg) > 1:
        return card(_("Thank you for saying so in time. You need not go to any of them; we look for others. Take care."))
    return card(_("Thank you for saying so in time. You are free then; we look for somebody else."))


@action("leave", "stays")
def stays(turn: Turn, chosen: Chosen) -> Card:
    """还是去: what was promised stays, besides that nothing new is offered."""
    keep_in_leave(turn.ctx, chosen.id, chosen.arg)
    return card(_("Good, those stay as agreed. Nothing new is offered to you in that time."))


def ill(turn: Turn) -> Card | None:
    """我病了: today, or the day that is named, with what is promised for it. Nothing today: is it the next visit that is meant?"""
    if "worker" not in turn.ctx.actor.roles:
        return None
    today = datetime.combine(local(turn.ctx.now).date(), time(), SHANGHAI)
    stretch, visit = _named(turn), current_visit(turn.ctx)
    if stretch is None and visit is not None and visit.starts_at >= today + A_DAY:
        return this_visit(turn, visit.id, visit.starts_at)
    return leave_over(turn, *(stretch or (today, today + A_DAY)))


def this_visit(turn: Turn, visit_id: int, starts_at: datetime) -> Card:
    """Whether they mean that they can't come to this one."""
    return card(
        _("Do you mean the visit on %(when)s? Then we look for somebody else at once.", when=say_when(starts_at, turn.ctx.now)),
        (f"visit:{visit_id}:give_up", _("Yes, I can't come")),
        (f"visit:{visit_id}:stays", _("No, I'm coming")),
    )


def _named(turn: Turn) -> tuple[datetime, datetime] | None:
    """The time that is named, also in words that are no wish and no leave by themselves (明天病了)."""
    day = day_in(turn.text, turn.ctx.now)
    whole = (datetime.combine(day, time(), SHANGHAI), datetime.combine(day + A_DAY, time(), SHANGHAI)) if day else None
    return stretch_of(turn) or whole


def works_after_all(turn: Turn) -> Card:
    """明天不请假了: what was noted for that time is taken back."""
    stretch, mine = _named(turn), list_my_leave(turn.ctx)
    if stretch is None and len(mine) == 1:
        stretch = (mine[0].starts_at, mine[0].ends_at)
    if stretch is None and mine:
        return when_off(turn, _("Which day do you take back? For example: I do work tomorrow."))
    if stretch is None or not drop_leave(turn.ctx, starts_at=stretch[0], ends_at=stretch[1]):
        return card(_("No leave is noted for that time; you are asked as usual."), ("menu:0:today", _("My jobs")))
    return card(_("Good, the leave is taken back; you are asked as usual again."), ("menu:0:today", _("My jobs")))


def when_off(turn: Turn, then: str = "") -> Card:
    """我哪几天休息: the leave that lies ahead."""
    mine = list_my_leave(turn.ctx)
    if not mine:
        return card(_("No leave is noted. To take some, say for example: tomorrow afternoon off."))
    days = listed(_span(turn, one) for one in mine[:6])
    return card(_("Your leave: %(days)s. %(then)s", days=days, then=then).rstrip(), human())


PART_HOURS = {
    "early_morning": (0, 6),
    "morning": (6, 12),
    "noon": (11, 14),
    "afternoon": (12, 18),
    "evening": (17, 24),
    "night": (20, 24),
}


def stretch_of(turn: Turn) -> tuple[datetime, datetime] | None:
    """The stretch of time that a message names, or None when it is vague."""
    if turn.slot("start"):
        start = moment(turn.slot("start"))
        end = moment(turn.slot("end")) if turn.slot("end") else datetime.combine(start.date(), time(23, 59), SHANGHAI)
        return start, end
    since = str(turn.slot("not_before", ""))
    if "T" in since:  # 今天下午四点以后有事
        return moment(since), datetime.combine(moment(since).date(), time(23, 59), SHANGHAI)
    first = turn.slot("date_only") or turn.slot("date_from")
    if not first:
        return None
    start = datetime.combine(date.fromisoformat(first), time(), SHANGHAI)
    last = date.fromisoformat(turn.slot("date_to") or first)
    if turn.slot("part_of_day"):
        hours = PART_HOURS[turn.slot("part_of_day")]
        return start + timedelta(hours=hours[0]), start + timedelta(hours=hours[1])
    return start, datetime.combine(last + A_DAY, time(), SHANGHAI)
