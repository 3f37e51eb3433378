"""What is told about agreements: ready to confirm, signed by both, come to nothing (E2)."""

from datetime import datetime, timedelta
from typing import Any

from handlers.cards import Card, card
from handlers.notices import Notice, Telling, Template, register
from handlers.notices.fields import amount, moment, name, thing
from handlers.notices.progress import progress_of
from handlers.series_words import days_in, each_time
from handlers.team_of import complete, found_with
from handlers.team_words import along, comes_too, each_of, names_in, price_in, together, total_in
from handlers.words import N_, _, say_minutes, say_when, say_yuan
from models.people import Address
from models.requests import Request
from models.visits import Agreement, Visit

SAMPLE: dict[str, Any] = {
    "agreement_id": 123456,
    "visit_id": 123456,
    "side": "resident",
    "link": "https://linli.example.com/agreements/abcdefghijklmnopqrstuvwx",
    "number": "1125-103",
    "service": "infant_care",
    "service_name": "婴幼儿照护与早期教育陪伴服务（住家）",
    "starts_at": "2026-11-25T01:00:00+00:00",
    "minutes": 1440,
    "people": 3,
    "tasks": ["deep_cleaning"],
    "price_fen": 1234500,
    "lines": [],
    "area": "幸福里社区北区二期",
    "building": "18号楼",
    "resident": "欧阳阿姨",
    "worker": "欧阳师傅",
}


def _other(told: Telling) -> str:
    if told["side"] == "worker":
        return str(told["resident"])
    return names_in(told) or str(told["worker"])


def _core(told: Telling) -> dict[str, str]:
    again = days_in(told.values)
    when = say_when(told.when("starts_at"), told.now)
    return {
        "service": told["service_name"],
        "name": _other(told),
        "when": _("%(when)s (%(rule)s)", when=when, rule=again) if again else when,
        "minutes": each_time(told.values, say_minutes(told["minutes"])),
        "price": each_time(told.values, price_in(told) or say_yuan(told["price_fen"])),
        "link": each_of(told.get("links")) or told["link"],
    }


def _choices(told: Telling) -> tuple[tuple[str, str], ...]:
    subject = f"agreement:{told['agreement_id']}"
    return (f"{subject}:confirm", _("I confirm")), (f"{subject}:decline", _("I don't agree"))


def _along(told: Telling) -> str:
    """Who comes along, looked up when it is read: somebody may have been found since, or lost."""
    agreement = Agreement.find(told.get("agreement_id")) if told.get("team") else None
    request = Request.find(agreement.request_id) if agreement is not None else None
    return along(told) if request is None else along({**told.values, "others": found_with(request)})


def _ready(told: Telling) -> Card:
    text = _(
        "%(service)s with %(name)s: %(when)s, %(minutes)s, %(price)s.\nThe whole agreement: %(link)s\nShall it be so?",
        **_core(told),
    )
    return card(f"{_along(told)}{text}", *_choices(told))


def _again(told: Telling) -> Card:
    text = _(
        "The agreement still waits for your word: %(service)s with %(name)s, %(when)s, %(price)s.\nTo read: %(link)s",
        **_core(told),
    )
    return card(text, *_choices(told))


def _door(told: Telling) -> str:
    """The door number, looked up when it is sent, and only for who has the job (E3)."""
    visit = Visit.find(told.get("visit_id"))
    home = Address.find(visit.address_id) if visit is not None else None
    return str(home.door or "") if home is not None else ""


# What is said of the reminders that are still to come (handlers/visit_clocks.py: reminders_ahead).
REMINDED = {
    "both": N_("You're reminded the evening before and an hour before."),
    "hour": N_("You're reminded an hour before."),
    "": "",
}


def _reminded(told: Telling) -> str:
    words = REMINDED[told.get("reminders", "both")]
    return _(words) if words else ""


def _booked(told: Telling) -> Card:
    if told["side"] == "worker":
        where = f"{told['area']}{told['building']}{_door(told)}"
        words = _(
            "It is settled: %(service)s at %(name)s's, %(when)s, %(minutes)s, %(price)s. Place: %(where)s.",
            where=where,
            **_core(told),
        )
        return card(f"{_along(told)}{words}\n{_reminded(told)}".strip())
    words = _("It is settled: %(name)s comes %(when)s for %(service)s, %(minutes)s, %(price)s.", **_core(told))
    return card(f"{words}\n{_reminded(told)}{_('You pay when it is done.')}")


def _fewer(told: Telling) -> Card:
    """Fewer come than was agreed with before: who is left, when, and what it is in all now."""
    said = {**_core(told), "number": told["number"], "n": told["team"]}
    words = _("%(number)s: then it is %(n)s: %(name)s, %(when)s, %(price)s.", **said)
    return card(f"{words}{_('You pay when it is done.')}")


def _declined(told: Telling) -> Card:
    if told["side"] == "worker":
        return card(
            _(
                "%(name)s did not agree to the terms for %(when)s. Your time is free again; it doesn't count against you.",
                **_core(told),
            )
        )
    words = _(
        "I'm sorry, %(name)s can't take %(when)s after all. Nothing is signed. We look for somebody else at once.", **_core(told)
    )
    return card(f"{words}{comes_too(told)}")


def _lapsed(told: Telling) -> Card:
    if told["side"] == "worker":
        return card(
            _("Not both sides confirmed %(when)s in time, so it is off. Your time is free again.", **_core(told))
        )
    return card(
        _(
            "Not both sides confirmed %(when)s with %(name)s in time. We look for somebody again and tell you.",
            **_core(told),
        )
    )


def _booked_fields(told: Telling) -> dict[str, str]:
    start = told.when("starts_at")
    return {
        "thing1": thing(told["service_name"]),
        "time2": moment(start),
        "name3": name(names_in(told) or told["worker"]),
        "thing4": thing(told["area"] or told["building"]),
        "amount5": amount(total_in(told) or told["price_fen"]),
    }


def _booked_subscribe(told: Telling) -> dict[str, str]:
    both = told.get("reminders", "both") == "both"
    hint = _("You're reminded the evening before") if both else _("Please be at home")
    return {**{k: v for k, v in _booked_fields(told).items() if k != "amount5"}, "thing4": thing(hint)}


def _reminder_fields(told: Telling) -> dict[str, str]:
    return {
        "thing1": thing(told["service_name"]),
        "time2": moment(told.when("starts_at")),
        "name3": name(names_in(told) or told["worker"]),
        "thing4": thing(_("Please confirm the agreement")),
    }


def _waiting(told: Telling) -> Card:
    """Some of those who come together are found, the others are sought."""
    missing = told["team"] - len(told["found"]) - len(told["coming"])
    said = {"number": told["number"], "names": together([*told["coming"], *told["found"]]), "n": missing}
    words = _("%(number)s: %(names)s has taken it; %(n)s more is still sought. As soon as all are found I ask you once for all.", **said)
    return card(words, ("talk:0:human", _("Find a person to help me")))


def _searching(request_id: int, now: datetime) -> str | None:
    request = Request.find(request_id)
    return "all are found" if request is None or complete(request) else None


def _waits(agreement_id: int, now: datetime) -> str | None:
    found = Agreement.find(agreement_id)
    return None if found is not None and found.state == "proposed" else "the agreement is no longer open"


def _stands(agreement_id: int, now: datetime) -> str | None:
    found = Agreement.find(agreement_id)
    if found is None or found.state != "sealed":
        return "the agreement no longer stands"
    ends = datetime.fromisoformat(found.terms["starts_at"]) + timedelta(minutes=int(found.terms["minutes"]))
    return "the visit is over" if ends < now else None


REMIND = Template("visit_reminder", _reminder_fields)
OFF = progress_of(N_("not signed"), N_("We look for somebody else"), N_("Your time is free again"))
register(
    Notice("agreement_ready", _ready, REMIND, urgency="high", stale=_waits, sample=SAMPLE),
    Notice(
        "team_waiting", _waiting, stale=_searching, urgency="low",
        sample={**SAMPLE, "team": 3, "found": ["欧阳师傅"], "coming": ["上官师傅"]},
    ),
    Notice("agreement_reminder", _again, REMIND, stale=_waits, sample=SAMPLE),
    Notice(
        "booking_confirmed",
        _booked,
        Template("booking_confirmed", _booked_fields),
        Template("booking_confirmed", _booked_subscribe),
        stale=_stands,
        sample=SAMPLE,
    ),
    Notice(
        "team_fewer",
        _fewer,
        Template("booking_confirmed", _booked_fields),
        Template("booking_confirmed", _booked_subscribe),
        stale=_stands,
        sample={**SAMPLE, "team": 2, "together": [["欧阳师傅", 1234500], ["上官师傅", 1234500]]},
    ),
    Notice("agreement_declined", _declined, OFF, sample=SAMPLE),
    Notice("agreement_lapsed", _lapsed, OFF, sample=SAMPLE),
)
