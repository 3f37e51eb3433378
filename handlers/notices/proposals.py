"""What is asked because of a day's plan: another worker, another time; and how it ended (D5, D7)."""

from datetime import datetime
from typing import Any

from handlers.cards import Card, card
from handlers.notices import Notice, Telling, Template, register
from handlers.notices.fields import moment, name, number, phrase, thing
from handlers.notices.visits import SAMPLE as OF_VISIT
from handlers.notices.visits import core, recent
from handlers.team_words import names_in, together
from handlers.words import _, say_time, say_when, say_yuan
from models.plans import Proposal
from models.visits import Visit

SAMPLE: dict[str, Any] = {
    "proposal_id": 123456,
    "request_id": 123456,
    "side": "resident",
    "why": "ill",
    "number": "1125-103",
    "service_name": "婴幼儿照护与早期教育陪伴服务（住家）",
    "resident": "欧阳阿姨",
    "worker": "欧阳师傅",
    "worker_before": "上官师傅",
    "starts_at": "2026-11-25T01:00:00+00:00",
    "starts_before": "2026-11-25T03:00:00+00:00",
    "area": "幸福里社区北区二期",
    "price_fen": 1234500,
    "price_before": 1200000,
    "until": "2026-11-25T00:00:00+00:00",
}


def _core(t: Telling) -> dict[str, str]:
    return {
        "number": t["number"],
        "service": t["service_name"],
        "worker": names_in(t) or t["worker"],
        "before": t["worker_before"],
        "resident": t["resident"],
        "area": t["area"],
        "when": say_when(t.when("starts_at"), t.now),
        "was": say_when(t.when("starts_before"), t.now),
        "price": say_yuan(t["price_fen"]),
        "until": say_time(t.when("until")),
    }


def _choices(t: Telling) -> tuple[tuple[str, str], ...]:
    subject = f"proposal:{t['proposal_id']}"
    stands = t["why"] == "moved" and t["side"] == "resident"
    no = (f"{subject}:no", _("Keep it as agreed") if stands else _("No, thank you"))
    other = ((f"request:{t['request_id']}:move", _("Another time")),) if t["side"] == "resident" and not stands else ()
    return (f"{subject}:yes", _("Good, so be it")), *other, no, ("talk:0:human", _("Find a person to help me"))


def _price(t: Telling) -> str:
    """Only where it is another one than was agreed."""
    if t["price_fen"] == t["price_before"]:
        return ""
    return "\n" + _("It would then cost %(price)s.", **_core(t))


def _to_resident(t: Telling) -> Card:
    words = {
        "ill": _(
            "I'm sorry, %(before)s has fallen ill and can't come %(was)s. %(worker)s could come %(when)s for %(service)s.", **_core(t)
        ),
        "moved": _(
            "About %(service)s, %(was)s: could %(worker)s come %(when)s instead? If you'd rather not, all stays as agreed.", **_core(t)
        ),
        "time": _(
            "For %(service)s nobody is free %(was)s. %(worker)s could come %(when)s.", **_core(t)
        ),
    }[t["why"]]
    ask = _("Does that suit you? Please answer by %(until)s.", **_core(t))
    return card(f"{words}{_price(t)}\n{ask}", *_choices(t))


def _to_worker(t: Telling) -> Card:
    words = {
        "ill": _("A colleague has fallen ill. Could you take %(service)s at %(resident)s's, %(area)s, %(when)s, %(price)s?", **_core(t)),
        "moved": _("Could you do %(service)s at %(resident)s's, %(area)s, %(when)s, %(price)s? It stood at %(was)s.", **_core(t)),
        "time": _("Could you do %(service)s at %(resident)s's, %(area)s, %(when)s, %(price)s?", **_core(t)),
    }[t["why"]]
    ask = _("The resident is being asked as well. Please answer by %(until)s.", **_core(t))
    return card(f"{words}\n{ask}", *_choices(t))


def _ask(t: Telling) -> Card:
    return _to_worker(t) if t["side"] == "worker" else _to_resident(t)


def _stays(t: Telling) -> str:
    """Who comes all the same."""
    return str(t["worker_before"]) if not names_in(t) else together(t["before"])


def _off(t: Telling) -> Card:
    """It came to nothing: what stands now is said."""
    if t["side"] == "worker":
        return card(_("%(service)s, %(when)s: it does not come to that after all. Your time is free again, thank you.", **_core(t)))
    if t["why"] == "moved":
        return card(_("%(service)s stays as agreed: %(was)s, %(before)s comes.", **{**_core(t), "before": _stays(t)}))
    return card(
        _("%(service)s, %(when)s: it does not come to that after all. A colleague looks further and tells you.", **_core(t)),
        ("talk:0:human", _("Find a person to help me")),
    )


def _replaced(t: Telling) -> Card:
    words = _(
        "%(service)s at %(resident)s's, %(when)s: somebody else goes there, as agreed with the resident. "
        "You are free then; it doesn't count against you.",
        **core(t),
    )
    return card(words)


def _fields(t: Telling) -> dict[str, str]:
    return {
        "thing1": thing(t["service_name"]),
        "time2": moment(t.when("starts_at")),
        "phrase3": phrase("请您定"),
        "thing4": thing(_("%(worker)s comes; open the chat to answer", worker=names_in(t) or t["worker"])),
        "character_string5": number(t["number"]),
    }


def _reminder_fields(t: Telling) -> dict[str, str]:
    return {
        "thing1": thing(t["service_name"]),
        "time2": moment(t.when("starts_at")),
        "name3": name(t["worker"]),
        "thing4": thing(_("open the chat to answer")),
    }


def _waits(proposal_id: int, now: datetime) -> str | None:
    found = Proposal.find(proposal_id)
    if found is None or found.state != "open":
        return "the proposal is no longer open"
    visit = Visit.find(found.visit_id)
    moved_on = visit is not None and visit.state != "scheduled"
    return "the visit has begun or is off" if moved_on else None


register(
    Notice("proposal_resident", _ask, Template("review_result", _fields), urgency="high", stale=_waits, sample=SAMPLE),
    Notice(
        "proposal_worker", _ask, Template("visit_reminder", _reminder_fields), urgency="high", stale=_waits,
        sample={**SAMPLE, "side": "worker"},
    ),
    Notice("proposal_off", _off, sample={**SAMPLE, "why": "time"}),
    Notice("visit_given_on", _replaced, stale=recent, sample=OF_VISIT),
)  # fmt: skip
