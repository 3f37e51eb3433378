"""What is said of a recurring service: 这周二不用来了, 暂停两周, 从下个月起不做了, 恢复 (C8).

Only somebody who has one is heard so; everybody else's words go on to the intents. Nothing is done before a yes, but going on.
"""

import re
from datetime import date

from bot.actions import Chosen, action, find_on_card
from bot.dialogues.orders import start_cancel_one
from bot.intents.common import human
from bot.intents.leave import this_visit
from bot.intents.series_time import day_in, moment_in, move_in, pause_in, start_in
from bot.turn import Turn
from handlers.cards import Card, card
from handlers.clock import local
from handlers.proposals import ask_to_move
from handlers.requests import list_my_requests
from handlers.series import (
    OneDate,
    SeriesView,
    answer_holiday,
    at_day,
    change_costs,
    end_series,
    find_series,
    list_my_series,
    pause_series,
    resume_series,
    say_series,
)
from handlers.visits import list_my_visits
from handlers.words import _, listed, say_date, say_when

RESUME = re.compile(r"恢复|重新(开始|来)|(接着|继续)(来|做|上门|服务)|不(暂)?停了")
PAUSE = re.compile(r"暂停|先(别|不)来|停(?=[\d一二两俩三四五六七八九十半]|个|到)|先停|歇(?=[\d一二两俩三四五六七八九十半]|个)")
END = re.compile(
    r"(以后|往后|今后|后面|再也|长期).{0,4}(不用?|别|甭)再?(来|做|要|干|上门)|(起|开始).{0,3}不用?再?(来|做|要|干)"
    r"|不(做|干|续)了|以后的?(都|全)?取消|(都|全部?|所有的?)取消|取消(以后|全部|所有)"
)
SKIP = re.compile(r"(不用?|不必|甭|别)再?(来|做|上门)|取消|来不了|去不了|来不成|去不成|请.{0,2}假")
ANOTHER_RULE = re.compile(
    r"(改|换|调|挪)(成|到|为|在)?每(周|星期|礼拜|天|月|隔)|每(周|星期|礼拜).{1,3}(改|换|调)|(改|加|减|换)(成|到|为)?每次.{1,4}(小时|钟头)"
    r"|(以后|往后|今后).{0,4}([两俩三二]个?|多).{0,2}(人|位|师傅)来"
)
HOLIDAY = re.compile(r"(元旦|春节|过年|除夕|清明|五一|端午|中秋|国庆|放假|节假日|过节).{0,6}来(吗|不|么|嘛|啊|呀|$)")
MOVE = re.compile(r"改到|改成|改在|挪到|换到|换成|调到")
SINCE = re.compile(r"起|开始|从|到|至")
ASKS = re.compile(r"(吗|么|嘛)[?？]?$|怎么|为什么|为啥|是不是|还没")
HEARD = ("cancel", "decline_job", "reschedule", "counter_offer", "other", "request_service", "set_availability", "help", "no", "faq", "yes")
ANSWERED = (("offer", "accept"), ("agreement", "confirm"), ("proposal", "yes"))  # 不做了 to one of these answers it
LONGEST = 40  # whoever tells a longer story means more than this


def series_said(turn: Turn) -> Card | None:
    """The answer, where the words are surely about a recurring service of theirs; else None."""
    if turn.frame.intent not in HEARD or len(turn.text) > LONGEST:
        return None
    if ASKS.search(turn.text) and not (HOLIDAY.search(turn.text) or ANOTHER_RULE.search(turn.text)):
        return None
    if find_on_card(turn, *ANSWERED) is not None:
        return None
    read = next((read for words, read in READERS if words.search(turn.text)), None)
    mine = list_my_series(turn.ctx) if read is not None else []
    named = [view for view in mine if view.worker in turn.text or view.service in turn.text] or mine
    return read(turn, named) if read is not None and named else None


def _resume(turn: Turn, mine: list[SeriesView]) -> Card | None:
    paused = [view for view in mine if view.series.state == "paused"]
    return _which(turn, paused, "resume", "") if paused else None


def _pause(turn: Turn, mine: list[SeriesView]) -> Card | None:
    since, until = pause_in(turn.text, turn.ctx.now)
    if until is None and _day(turn) is not None and not SINCE.search(turn.text):
        return _skip(turn, mine)  # 明天先别来: that one day
    return _which(turn, mine, "pause_ask", f"{since.isoformat()}_{until.isoformat() if until else ''}")


def _other_rule(turn: Turn, mine: list[SeriesView]) -> Card | None:
    """改成每周三, 以后两个人来: another agreement, that a colleague makes with both sides; nothing of this one is moved for it."""
    words = _(
        "It stands so:\n%(series)s\nTo have it otherwise from now on, a colleague arranges it with the other side. One date I move myself.",
        series=say_series(turn.ctx, mine[0]),
    )
    return card(words, human())


def _on_holidays(turn: Turn, mine: list[SeriesView]) -> Card | None:
    """元旦还来吗: each public holiday is asked about when it is near (handlers/series_making.py)."""
    stands = say_series(turn.ctx, mine[0])
    return card(_("A visit that falls on a public holiday I ask you about beforehand.\n%(series)s", series=stands), human())


def _end(turn: Turn, mine: list[SeriesView]) -> Card | None:
    return _which(turn, mine, "end_ask", start_in(turn.text, turn.ctx.now).isoformat())


def _which(turn: Turn, mine: list[SeriesView], verb: str, arg: str) -> Card:
    """Does it with the only one, or asks which."""
    if len(mine) == 1:
        return ACTS[verb](turn, Chosen("series", mine[0].series.id, verb, arg))
    choices = [(f"series:{view.series.id}:{verb}:{arg}", title(turn, view)) for view in mine[:10]]
    return card(_("Which one do you mean?"), *choices)


def title(turn: Turn, view: SeriesView) -> str:
    """A series in one line, for a choice."""
    return _("%(service)s, %(rule)s, %(worker)s.", service=view.service, rule=view.words, worker=view.worker).rstrip("。.")


def _skip(turn: Turn, mine: list[SeriesView]) -> Card | None:
    """One day is named: its visit, if there is one; else when somebody comes is said."""
    day = _day(turn)
    if day is None:
        return None
    found = _on(mine, day)
    if found is None:
        return _no_date(turn, mine, day)
    view, one = found
    if _is_worker(turn, view):  # 请假, and 不请假了, is about all of that day (bot/intents/leave.py)
        return None if "假" in turn.text else _give_up(turn, one)
    return start_cancel_one(turn, one.request.id) if one.request is not None else None


def _day(turn: Turn) -> date | None:
    stated = turn.slot("ref_date") or turn.slot("date_only")
    return date.fromisoformat(stated) if stated else day_in(turn.text, turn.ctx.now)


def _on(mine: list[SeriesView], day: date) -> tuple[SeriesView, OneDate] | None:
    return next(((view, one) for view in mine for one in view.coming if local(one.starts_at).date() == day), None)


def _no_date(turn: Turn, mine: list[SeriesView], day: date) -> Card | None:
    """Words about a day without a visit of the series may be about something else: only 不用来了 is surely about it."""
    if turn.frame.intent in ("request_service", "set_availability", "other") or _something_else_on(turn, day):
        return None
    said = "\n".join(say_series(turn.ctx, view) for view in mine[:2])
    words = _("Nobody is to come on %(day)s. It stands so:\n%(series)s", day=say_date(at_day(day), turn.ctx.now), series=said)
    return card(words, human())


def _something_else_on(turn: Turn, day: date) -> bool:
    """Whether a single request or job of theirs is on that day: then it is the one that is meant."""
    mine = [*list_my_requests(turn.ctx), *list_my_visits(turn.ctx, days=60)]
    return any(thing.starts_at and local(thing.starts_at).date() == day for thing in mine)


def _is_worker(turn: Turn, view: SeriesView) -> bool:
    return turn.ctx.actor.worker_id == view.series.worker_id and turn.ctx.actor.id != view.series.person_id


def _give_up(turn: Turn, one: OneDate) -> Card | None:
    if one.visit is None:
        return None
    return this_visit(turn, one.visit.id, one.starts_at)


def _move(turn: Turn, mine: list[SeriesView]) -> Card | None:
    """The worker would rather come at another time; a resident's words are read by 改时间 itself."""
    day, slots = move_in(turn.text, turn.ctx.now)
    found = _on([view for view in mine if _is_worker(turn, view)], day) if day is not None else None
    if found is None or found[1].visit is None:
        return None
    at = moment_in(slots, found[1].starts_at)
    if at is None:
        return card(_("To which day and hour? Say both days in one sentence, and I'll ask the resident."), human())
    ask_to_move(turn.ctx, found[1].visit.id, starts_at=at)
    when = say_when(at, turn.ctx.now)
    return card(_("I ask whether %(when)s suits them. Until they say yes it stays as agreed.", when=when))


@action("series", "pause_ask")
def pause_asked(turn: Turn, chosen: Chosen) -> Card:
    """暂停: says which visits fall out, and asks for a yes."""
    since, until = _days_of(turn, chosen.arg)
    view = find_series(turn.ctx, chosen.id)
    out = _falling_out(turn, view, since, until)
    values = {"since": _say(turn, since), "until": _say(turn, until) if until else "", "out": out}
    if until is None:
        words = _("From %(since)s nobody comes, until you ask for it again.%(out)s Shall it be so?", **values)
    else:
        words = _("From %(since)s nobody comes; it goes on from %(until)s.%(out)s Shall it be so?", **values)
    return _asked(turn, view, words, since, until, (f"series:{chosen.id}:pause_yes:{chosen.arg}", _("Yes, pause it")))


def _asked(turn: Turn, view: SeriesView, words: str, since: date, until: date | None, yes: tuple[str, str]) -> Card:
    turn.talk.close()
    costs = change_costs(turn.ctx, view.series.id, since=since, until=until)
    return card(f"{costs}{words}", yes, (f"series:{view.series.id}:stays", _("No, leave it as it was")), human())


def _falling_out(turn: Turn, view: SeriesView, since: date, until: date | None) -> str:
    in_it = [(local(one.starts_at).date(), one.starts_at) for one in view.coming]
    days = [at for day, at in in_it if since <= day and (until is None or day < until)]
    if not days:
        return ""
    return _(" (it concerns %(days)s)", days=listed(say_date(at, turn.ctx.now) for at in days[:6]))


def _say(turn: Turn, day: date) -> str:
    return say_date(at_day(day), turn.ctx.now)


def _days_of(turn: Turn, arg: str) -> tuple[date, date | None]:
    """2026-12-01_2026-12-15 as two days; the second may be open, and today stands for what is not said."""
    since, until = (_day_said(part) for part in f"{arg}_".split("_")[:2])
    return since or local(turn.ctx.now).date(), until


def _day_said(words: str) -> date | None:
    try:
        return date.fromisoformat(words)
    except ValueError:
        return None


@action("series", "pause_yes")
def pause(turn: Turn, chosen: Chosen) -> Card:
    """好，先停."""
    since, until = _days_of(turn, chosen.arg)
    pause_series(turn.ctx, chosen.id, since=since, until=until)
    if until is not None:
        return card(_("Good, it pauses and goes on from %(until)s by itself. The other side is told.", until=_say(turn, until)))
    return card(_("Good, it pauses. Say 恢复 when it shall go on. The other side is told."))


@action("series", "end_ask")
def end_asked(turn: Turn, chosen: Chosen) -> Card:
    """以后都不来了: says from when, and asks for a yes."""
    since, _until = _days_of(turn, chosen.arg)
    view = find_series(turn.ctx, chosen.id)
    out = _falling_out(turn, view, since, None)
    words = _("From %(since)s nobody comes any more.%(out)s Shall it be so?", since=_say(turn, since), out=out)
    return _asked(turn, view, words, since, None, (f"series:{chosen.id}:end_yes:{since.isoformat()}", _("Yes, end it")))


@action("series", "end_yes")
def end(turn: Turn, chosen: Chosen) -> Card:
    """好，不做了."""
    since, _until = _days_of(turn, chosen.arg)
    end_series(turn.ctx, chosen.id, since=since)
    return card(_("Good, from %(since)s nobody comes any more. The other side is told. Thank you.", since=_say(turn, since)))


@action("series", "resume")
def resume(turn: Turn, chosen: Chosen) -> Card:
    """恢复: at once, the next visits are said."""
    view = resume_series(turn.ctx, chosen.id)
    return card(_("Good, it goes on.\n%(series)s", series=say_series(turn.ctx, view)))


@action("series", "holiday_yes")
def holiday_yes(turn: Turn, chosen: Chosen) -> Card:
    """照常来."""
    if not answer_holiday(turn.ctx, chosen.id, come=True):
        return card(_("That is settled already."), human())
    return card(_("Good, noted. The visit stands like the others; if the worker can't, you hear it."))


@action("series", "holiday_no")
def holiday_no(turn: Turn, chosen: Chosen) -> Card:
    """那天不来了."""
    if not answer_holiday(turn.ctx, chosen.id, come=False):
        return card(_("That is settled already."), human())
    return card(_("Good, nobody comes then. The other dates stay as they are."))


@action("series", "stays")
def stays(turn: Turn, chosen: Chosen) -> Card:
    """都照原来的."""
    return card(_("Good, everything stays as it is."))


ACTS = {"resume": resume, "pause_ask": pause_asked, "end_ask": end_asked}
READERS = (
    (HOLIDAY, _on_holidays),
    (ANOTHER_RULE, _other_rule),
    (RESUME, _resume),
    (END, _end),
    (PAUSE, _pause),
    (MOVE, _move),
    (SKIP, _skip),
)
