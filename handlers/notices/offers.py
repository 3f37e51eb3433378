"""Notices about offers: to the worker who is asked, and to the resident about another condition (D4, E1)."""

from datetime import datetime, timedelta

from handlers.cards import Card, Choice, card
from handlers.notices import register
from handlers.notices.base import Check, Notice, Telling, Template
from handlers.notices.fields import amount, moment, span, thing
from handlers.notices.progress import progress_of
from handlers.series_words import each_time, repeats_in, rule_words
from handlers.team_words import along
from handlers.words import N_, _, say_range, say_time, say_yuan
from models.requests import Offer

LONG = {
    "offer_id": 1234567,
    "number": "1125-03",
    "service": "public_space",
    "service_name": "公共场所保洁维护",
    "starts_at": "2026-11-25T01:00:00+00:00",
    "minutes": 480,
    "tasks": ["range_hood", "windows"],
    "price_fen": 99999900,
    "lines": [],
    "area": "幸福里第一住宅小区东区",
    "building": "13号楼",
    "resident": "欧阳阿姨",
    "worker": "欧阳师傅",
    "until": "2026-11-24T01:47:00+00:00",
}


def _open(turn: str) -> Check:
    def check(offer_id: int, now: datetime) -> str | None:
        offer = Offer.find(offer_id)
        if offer is None or offer.state not in ("open", "countered"):
            return "the offer is closed"
        return None if offer.turn == turn else "the other side has answered meanwhile"

    return check


def _what(t: Telling) -> str:
    start = t.when("starts_at")
    when = say_range(start, start + timedelta(minutes=int(t["minutes"])), t.now)
    again = repeats_in(t.values)
    more = _("\n%(rule)s, from then on", rule=again) if again else ""
    return f"{t['service_name']}\n{when}{more}\n{t['area']}{t['building']}"


def _changed(t: Telling) -> str:
    """Why they are asked about something that they have taken already."""
    return _("Fewer come than was planned, so the price is another. Please say once more whether you come.") if t.get("changed") else ""


def _offer(t: Telling) -> Card:
    words = _(
        "%(worker)s, %(resident)s would like you:\n%(what)s\nYou get %(price)s\n"
        "Please answer by %(until)s. Saying no doesn't count against you.",
        worker=t["worker"],
        resident=t["resident"],
        what=f"{_what(t)}\n{along(t)}{_changed(t)}".strip(),
        price=each_time(t.values, say_yuan(t["price_fen"])),
        until=say_time(t.when("until")),
    )
    offer = t["offer_id"]
    return Card(
        words,
        (
            Choice(f"offer:{offer}:accept", _("Take it")),
            Choice(f"offer:{offer}:decline", _("Can't make it")),
            Choice(f"offer:{offer}:counter", _("Another time or price")),
        ),
    )


def _counter(t: Telling) -> Card:
    words = _(
        "%(worker)s would come, but like this:\n%(what)s\n%(price)s\nIs that all right? Please answer by %(until)s.",
        worker=t["worker"],
        what=_what(t),
        price=each_time(t.values, say_yuan(t["price_fen"])),
        until=say_time(t.when("until")),
    )
    offer = t["offer_id"]
    return Card(
        words,
        (
            Choice(f"offer:{offer}:counter_yes", _("All right")),
            Choice(f"offer:{offer}:counter_no", _("Ask somebody else")),
        ),
    )


def _withdrawn(t: Telling) -> Card:
    number = t["number"]
    words = {
        "cancelled": _(
            "%(number)s was cancelled by the resident. You need not answer any more, thank you.", number=number
        ),
        "moved": _(
            "%(number)s: the resident needs another time. You need not answer any more, thank you.", number=number
        ),
        "lapsed": _("%(number)s: its time has come, nobody goes any more. Thank you all the same.", number=number),
    }
    taken = _("%(number)s has been given to somebody else. Thank you; it doesn't count against you.", number=number)
    return card(words.get(t.get("why", ""), taken))


def _refused(t: Telling) -> Card:
    return card(
        _(
            "%(number)s: the resident would rather keep their terms. Thank you; it doesn't count against you.",
            number=t["number"],
        )
    )


def _together(t: Telling) -> str:
    """（2位一起）: the first to go where there is no room."""
    return _(" (%(n)s together)", n=t["team"]) if t.get("team") else ""


def _offer_fields(t: Telling) -> dict[str, str]:
    start = t.when("starts_at")
    again = rule_words(t.get("recurrence", ""), start)  # first: it is what must not be cut off
    return {
        "thing1": thing(f"{again} {t['service_name']}{_together(t)}".strip()),
        "time2": span(start, start + timedelta(minutes=min(int(t["minutes"]), 720))),
        "thing3": thing(t["area"]),
        "amount4": amount(t["price_fen"]),
        "time5": moment(t.when("until")),
    }


register(
    Notice(
        "job_offer", _offer, Template("job_offer", _offer_fields), urgency="high", stale=_open("worker"), sample=LONG
    ),
    Notice(
        "counter_offer",
        _counter,
        progress_of(N_("awaits your word"), N_("They propose something else")),
        urgency="high",
        stale=_open("resident"),
        sample=LONG,
    ),
    Notice("offer_withdrawn", _withdrawn, urgency="low", sample={**LONG, "why": "cancelled"}),
    Notice("counter_refused", _refused, sample=LONG),
)
