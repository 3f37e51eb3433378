"""What is told before and during a visit: reminders, on the way, arrived, late, not come, replaced (F1, F2)."""

from datetime import datetime, timedelta
from typing import Any

from handlers.cards import Card, card
from handlers.notices import Notice, Telling, Template, register
from handlers.notices.fields import moment, name, thing
from handlers.notices.progress import progress_of
from handlers.team_words import along, comes_too, each_of, names_in, together
from handlers.words import N_, _, say_range, say_time, say_when
from models.people import Address
from models.visits import Visit

SAMPLE: dict[str, Any] = {
    "visit_id": 0,
    "request_id": 123456,
    "side": "worker",
    "number": "1125-103",
    "service_name": "婴幼儿照护与早期教育陪伴服务（住家）",
    "starts_at": "2026-11-25T01:00:00+00:00",
    "ends_at": "2026-11-25T04:00:00+00:00",
    "eta_at": "2026-11-25T01:25:00+00:00",
    "worker": "欧阳师傅",
    "resident": "欧阳阿姨",
    "area": "幸福里社区北区二期",
    "building": "18号楼",
    "total_fen": 1234500,
}
HUMAN = "talk:0:human"


def core(told: Telling) -> dict[str, str]:
    """The words that most notices of a visit need."""
    return {
        "service": told["service_name"],
        "worker": names_in(told) or told["worker"],
        "resident": told["resident"],
        "when": say_when(told.when("starts_at"), told.now),
        "range": say_range(told.when("starts_at"), told.when("ends_at"), told.now),
    }


def human() -> tuple[str, str]:
    """The way to a person."""
    return HUMAN, _("Find a person to help me")


def _place(told: Telling, *, door: bool) -> str:
    """Where; the door only to the worker, shortly before (E3)."""
    visit = Visit.find(told["visit_id"])
    home = Address.find(visit.address_id) if visit is not None and door else None
    near = f"{told['area']}{told['building']}"
    return f"{near}{home.door or ''}" if home is not None else near


def _code(told: Telling) -> str:
    """The digits; where several come together, whose they are."""
    rows = [Visit.find(one) for one in told.get("visits") or [told["visit_id"]]]
    codes = [row.code if row is not None else "0000" for row in rows]
    return each_of(zip(told["names"], codes, strict=True)) if told.get("visits") else codes[0]


def _coming(told: Telling) -> tuple[tuple[str, str], ...]:
    subject = f"visit:{told['visit_id']}"
    return (f"{subject}:coming", _("Good, as agreed")), (f"{subject}:cant", _("It won't work"))


def _evening(told: Telling) -> Card:
    if told["side"] == "worker":
        where = _place(told, door=False)
        text = _(
            "A reminder: %(range)s, %(service)s at %(resident)s's, %(where)s. Will you be there?",
            where=where,
            **core(told),
        )
        return card(f"{along(told)}{text}", *_coming(told))
    text = _("A reminder: %(worker)s comes %(range)s for %(service)s. Will somebody be at home?", **core(told))
    return card(text, *_coming(told))


def _hour(told: Telling) -> Card:
    start = say_time(told.when("starts_at"))
    if told["side"] == "worker":
        where = _place(told, door=True)
        text = _(
            "At %(start)s: %(service)s at %(resident)s's, %(where)s. Tell me when you set out.",
            start=start,
            where=where,
            **core(told),
        )
        return card(
            f"{along(told)}{text}",
            (f"visit:{told['visit_id']}:set_out", _("I've set out")),
            (f"visit:{told['visit_id']}:cant", _("It won't work")),
        )
    text = _(
        "%(worker)s comes at %(start)s for %(service)s. Your code for the door is %(code)s; please tell it when they are there.",
        start=start,
        code=_code(told),
        **core(told),
    )
    return card(text, *_coming(told))


def _set_out(told: Telling) -> Card:
    start = say_time(told.when("starts_at"))
    text = _("It's time for %(resident)s's at %(start)s. Have you set out?", start=start, **core(told))
    return card(
        text,
        (f"visit:{told['visit_id']}:set_out", _("I've set out")),
        (f"visit:{told['visit_id']}:cant", _("It won't work")),
    )


def _on_way(told: Telling) -> Card:
    if told.get("eta_at"):
        at = say_time(told.when("eta_at"))
        return card(
            _(
                "%(worker)s has set out and is with you at about %(at)s. Your code: %(code)s.",
                at=at,
                code=_code(told),
                **core(told),
            )
        )
    return card(_("%(worker)s has set out. Your code for the door: %(code)s.", code=_code(told), **core(told)))


def _started(told: Telling) -> Card:
    at = say_time(told.when("at"))
    return card(
        _(
            "%(worker)s is there and began at %(at)s. When it is done, you see what was done and what it costs.",
            at=at,
            **core(told),
        )
    )


def _progress(told: Telling) -> Card:
    return card(_("%(worker)s says: %(words)s", words=told["words"], **core(told)))


def _late(told: Telling) -> Card:
    if told["side"] == "worker":
        text = _(
            "%(resident)s is waiting since %(start)s. Please say how it stands.",
            start=say_time(told.when("starts_at")),
            **core(told),
        )
        subject = f"visit:{told['visit_id']}"
        return card(
            text,
            (f"{subject}:set_out", _("I'm on my way")),
            (f"{subject}:check_in", _("I'm here")),
            (f"{subject}:cant", _("It won't work")),
        )
    if told.get("eta_at"):
        at = say_time(told.when("eta_at"))
        return card(
            _("I'm sorry, %(worker)s is late and expects to be with you at about %(at)s.", at=at, **core(told)), human()
        )
    return card(
        _("I'm sorry, %(worker)s is not with you yet. A colleague is calling them and tells you.", **core(told)),
        human(),
    )


def _no_show(told: Telling) -> Card:
    if told["side"] == "worker":
        return card(
            _("The visit %(when)s counts as not come. If you were there, please tell us.", **core(told)), human()
        )
    if told.get("others"):
        words = _("I'm very sorry: %(worker)s did not come, and you pay nothing for it. A colleague calls you.", **core(told))
        return card(f"{words}{comes_too(told)}", human())
    request = f"request:{told['request_id']}"
    ways = ((f"{request}:move", _("Another time")), (f"{request}:cancel", _("Cancel it")), human())
    if not told.get("later_at"):
        return card(
            _(
                "I'm very sorry: %(worker)s did not come. You pay nothing. Shall somebody else come at another time? "
                "A colleague calls you.",
                **core(told),
            ),
            *ways,
        )
    later = say_when(told.when("later_at"), told.now)
    words = _(
        "I'm very sorry: %(worker)s did not come. You pay nothing. Somebody else could still come %(later)s. Would that suit you?",
        later=later,
        **core(told),
    )
    return card(words, (f"{request}:later", _("Good, then")), *ways)


def _worker_cant(told: Telling) -> Card:
    words = _("I'm sorry, %(worker)s can't come %(when)s. We look for somebody else at once and tell you.", **core(told))
    return card(f"{words}{comes_too(told)}")


def _worker_off(told: Telling) -> Card:
    return card(_("As you told us, you are free again %(when)s; somebody else goes there.", **core(told)))


def _fewer_with(told: Telling) -> Card:
    """Somebody who was to come along does not, and nobody is sought instead: they may say no, too."""
    who = together([_("you"), *told["others"]]) if told["others"] else _("you alone")
    words = _("%(when)s at %(resident)s's: fewer come than was planned, %(who)s. Time and price stay.", who=who, **core(told))
    return card(words, *_coming(told))


def _resident_cant(told: Telling) -> Card:
    return card(
        _("%(resident)s says that %(when)s may not work. You hear from me as soon as it is decided.", **core(told))
    )


def _reminder_fields(told: Telling) -> dict[str, str]:
    hint = _("Please say if it won't work") if told["side"] == "worker" else _("Please be at home")
    return {
        "thing1": thing(told["service_name"]),
        "time2": moment(told.when("starts_at")),
        "name3": name(names_in(told) or told["worker"]),
        "thing4": thing(hint),
    }


def not_begun(visit_id: int, now: datetime) -> str | None:
    """Why what is told before a visit is no longer true."""
    visit = Visit.find(visit_id)
    if visit is None or visit.state not in ("scheduled", "on_the_way"):
        return "the visit has begun or is off"
    return None


def _ahead(visit_id: int, now: datetime) -> str | None:
    visit = Visit.find(visit_id)
    come = visit is None or visit.starts_at <= now
    return not_begun(visit_id, now) or ("the visit's time has come" if come else None)


def going_on(visit_id: int, now: datetime) -> str | None:
    """Why what is told during a visit is no longer true."""
    visit = Visit.find(visit_id)
    return None if visit is not None and visit.state == "in_service" else "the visit is over or off"


def recent(visit_id: int, now: datetime) -> str | None:
    """Why what is told after something went wrong is of no use any more."""
    visit = Visit.find(visit_id)
    return None if visit is not None and now - visit.starts_at < timedelta(days=2) else "too long ago"


REMINDER = Template("visit_reminder", _reminder_fields)


register(
    Notice("visit_evening", _evening, REMINDER, REMINDER, stale=_ahead, opt_out=True, sample=SAMPLE),
    Notice("visit_hour", _hour, REMINDER, REMINDER, urgency="high", stale=_ahead, opt_out=True, sample=SAMPLE),
    Notice("visit_set_out", _set_out, REMINDER, urgency="high", stale=_ahead, opt_out=True, sample=SAMPLE),
    Notice(
        "visit_on_way",
        _on_way,
        progress_of(N_("on the way"), N_("Please be at home")),
        urgency="high",
        stale=not_begun,
        sample=SAMPLE,
    ),
    Notice(
        "visit_started",
        _started,
        progress_of(N_("begun"), N_("You see the fee when it is done")),
        stale=going_on,
        sample={**SAMPLE, "at": "2026-11-25T01:02:00+00:00"},
    ),
    Notice("visit_word", _progress, stale=going_on, sample={**SAMPLE, "words": "好" * 200}),
    Notice(
        "visit_late",
        _late,
        progress_of(N_("late"), N_("A colleague calls and tells you"), N_("Please say how it stands")),
        urgency="high",
        stale=not_begun,
        sample=SAMPLE,
    ),
    Notice(
        "visit_no_show",
        _no_show,
        progress_of(N_("not come"), N_("A colleague calls you"), N_("Please say how it stands")),
        urgency="high",
        stale=recent,
        sample={**SAMPLE, "later_at": "2026-11-25T09:00:00+00:00"},
    ),
    Notice(
        "visit_worker_cant",
        _worker_cant,
        progress_of(N_("changed"), N_("We look for somebody else")),
        urgency="high",
        stale=recent,
        sample=SAMPLE,
    ),
    Notice("visit_worker_off", _worker_off, stale=recent, sample=SAMPLE),
    Notice(
        "visit_fewer_with",
        _fewer_with,
        progress_of(N_("fewer come"), N_("Time and price stay the same")),
        stale=not_begun,
        sample={**SAMPLE, "others": ["欧阳师傅"]},
    ),
    Notice(
        "visit_resident_cant",
        _resident_cant,
        progress_of(N_("may change"), N_("You hear as soon as it is decided")),
        stale=not_begun,
        sample=SAMPLE,
    ),
)
