"""The question to the resident when nobody takes it: one card, one concrete thing, a yes, a no and a person (D4)."""

from datetime import datetime

from handlers.cards import Card, Choice
from handlers.clock import local
from handlers.notices import register
from handlers.notices.base import Notice, Telling, Template
from handlers.notices.fields import moment, number, phrase, thing
from handlers.notices.requests import LONG
from handlers.team_words import together
from handlers.words import N_, _, say_minutes, say_time, say_when, say_yuan
from models.requests import Request


def _stale(request_id: int, now: object) -> str | None:
    """Answered, or somebody was found otherwise."""
    request = Request.find(request_id)
    if request is None or request.state not in ("approved", "matching"):
        return f"the request is {request and request.state}"
    return None if request.loosened.get("open") else "the question is answered"


def _area(t: Telling) -> str:
    return _("%(number)s: nobody near you is free. May it be somebody from further away, within %(km)s km?", number=t["number"], km=t["km"])


def _time(t: Telling) -> str:
    wished, at = t.when("starts_at"), t.when("at")
    then = say_time(at) if local(wished).date() == local(at).date() else say_when(at, t.now)
    words = N_("%(number)s: nobody can come %(wished)s. Would %(then)s be all right too?")
    return _(words, number=t["number"], wished=say_when(wished, t.now), then=then)


def _price(t: Telling) -> str:
    return _(
        "%(number)s: somebody can still come, for %(price)s in all, %(more)s more than you said. Is that all right?",
        number=t["number"], price=say_yuan(t["price_fen"]), more=say_yuan(t["more_fen"]),
    )  # fmt: skip


def _team(t: Telling) -> str:
    return _(
        "%(number)s: nobody is free for so long. Two could come together, for %(length)s, about %(price)s in all. Is that all right?",
        number=t["number"], length=say_minutes(t["minutes"]), price=say_yuan(t["price_fen"]),
    )  # fmt: skip


def _fewer(t: Telling) -> str:
    said = {"number": t["number"], "n": t["team"], "left": t["left"]}
    if t.get("others"):
        words = N_("%(number)s: %(names)s can come; for %(n)s together nobody more is free. Is it all right with %(left)s?")
        return _(words, names=together(t["others"]), **said)
    return _("%(number)s: for %(n)s together not enough are free then. Is it all right with %(left)s?", **said)


WORDS = {"area": _area, "time": _time, "price": _price, "team": _team, "fewer": _fewer}
# What else can be tapped beside yes and no, where the question is of this kind.
ALSO = {"time": ("move",), "fewer": ("move", "cancel")}
SAID = {"move": N_("Another time"), "cancel": N_("Cancel it")}


def _stamp(at: str) -> int:
    return int(datetime.fromisoformat(at).timestamp())


def _ask(t: Telling) -> Card:
    request, kind = f"request:{t['request_id']}", t["kind"]
    choices = [Choice(f"{request}:wider_yes:{kind}", _("Yes, that's fine")), Choice(f"{request}:wider_no:{kind}", _("No, rather not"))]
    if kind == "time":
        choices += [Choice(f"{request}:at:{_stamp(at)}", say_when(datetime.fromisoformat(at), t.now)) for at in t.get("others") or []]
    choices += [Choice(f"{request}:{verb}", _(SAID[verb])) for verb in ALSO.get(kind, ())]
    return Card(WORDS[kind](t), (*choices, Choice("talk:0:human", _("Find a person to help me"))))


def _fields(t: Telling) -> dict[str, str]:
    return {
        "thing1": thing(t["service_name"] or _("home service")),
        "time2": moment(t.when("starts_at")),
        "phrase3": phrase("待您答复"),
        "thing4": thing(_("open the chat to answer")),
        "character_string5": number(t["number"]),
    }


register(
    Notice(
        "ask_wider",
        _ask,
        Template("review_result", _fields),
        urgency="high",
        stale=_stale,
        sample={**LONG, "kind": "time", "at": "2026-12-25T09:30:00+00:00", "others": ["2026-12-26T01:00:00+00:00"]},
    ),
)
