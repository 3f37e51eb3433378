"""Notices about a request: passed, rejected, asked back, recommendations, nobody found, cancelled (C4, C7, D3)."""

from datetime import datetime

from handlers.cards import Card, Choice, card
from handlers.notices import register
from handlers.notices.base import Check, Fields, Notice, Telling, Template
from handlers.notices.fields import amount, moment, number, phrase, thing
from handlers.team_words import comes_too, together
from handlers.words import N_, _, say_time, say_when, say_yuan
from models.requests import Request

LONG = {
    "number": "1125-03",
    "service_name": "公共场所保洁维护",
    "starts_at": "2026-11-25T01:00:00+00:00",
    "request_id": 1234567,
}

LONG_WORKER = {
    "id": 1234567,
    "called": "欧阳师傅",
    "grade": "gold",
    "stars": "4.9",
    "why": "来过您家 12 次、评价好（128 个评价）",
    "price_fen": 99999900,
}


def stale_unless(*states: str) -> Check:
    """Why a notice about a request is no longer true: it has moved on."""

    def check(request_id: int, now: datetime) -> str | None:
        request = Request.find(request_id)
        return (
            None if request is not None and request.state in states else f"the request is {request and request.state}"
        )

    return check


def _human() -> Choice:
    return Choice("talk:0:human", _("Find a person to help me"))


def grade_word(code: str) -> str:
    """初级 ... 金牌."""
    return {"junior": _("junior"), "middle": _("middle"), "senior": _("senior"), "gold": _("gold")}.get(code, "")


def _one(worker: dict) -> str:
    stars = f" ★{worker['stars']}" if worker["stars"] else ""
    price = say_yuan(worker["price_fen"])
    return f"{worker['called']} {grade_word(worker['grade'])}{stars} {price}\n  {worker['why']}".rstrip()


def _recommendation(t: Telling) -> Card:
    lines = "\n".join(_one(w) for w in t["workers"])
    ask = [
        Choice(f"request:{t['request_id']}:choose:{w['id']}", _("Ask %(name)s", name=w["called"])) for w in t["workers"]
    ]
    rest = [
        Choice(f"request:{t['request_id']}:any", _("You arrange it")),
        Choice(f"request:{t['request_id']}:why", _("Why these?")),
    ]
    said = {"number": t["number"], "when": say_when(t.when("starts_at"), t.now), "lines": lines}
    if t.get("others"):  # of those who come together some are chosen already
        words = _("%(number)s: together with %(names)s, these could come %(when)s:\n%(lines)s", names=together(t["others"]), **said)
    elif t.get("again"):  # it had passed long ago; somebody could not come
        words = _("I looked for somebody else for %(number)s. These can come %(when)s:\n%(lines)s", **said)
    else:
        words = _("%(number)s has passed. These can come %(when)s:\n%(lines)s", **said)
    return Card(f"{words}{_besides(t)}", tuple(ask + rest))


def _besides(t: Telling) -> str:
    """What must not be passed over in silence: all cost more than was to be spent, or more than one is wanted (C2)."""
    budget, prices = t.get("budget_fen"), [w["price_fen"] for w in t["workers"]]
    lines = []
    if budget is not None and prices and min(prices) > budget:
        each = N_("That is more than your %(budget)s for each; nobody is free for less.")
        words = each if t.get("team") else N_("That is more than your %(budget)s; nobody is free for less.")
        lines.append(_(words, budget=say_yuan(budget)))
    if t.get("team"):
        place, team = t["place"], t["team"]
        lines.append(_("You want %(n)s people. Whom as number %(place)s? You can also leave all of it to us.", n=team, place=place))
    elif t.get("people", 1) > 1:
        lines.append(
            _("You want %(n)s people: please choose the first, a colleague arranges the others with you.", n=t["people"])
        )
    return "".join(f"\n{line}" for line in lines)


def _draft_left(t: Telling) -> Card:
    words = _("Last time we stopped half-way with %(service)s. Shall we go on?", service=t["service_name"])
    draft = f"booking:{t['request_id']}"
    return Card(words, (Choice(f"{draft}:resume", _("Go on")), Choice(f"{draft}:drop", _("Drop it"))))


def _rejected(t: Telling) -> Card:
    words = _("I'm sorry, %(number)s can't be done: %(reason)s", number=t["number"], reason=t["reason"])
    return Card(words, (Choice("menu:0:book", _("Book something")), _human()))


def _question(t: Telling) -> Card:
    words = _("About %(number)s a colleague asks: %(question)s", number=t["number"], question=t["question"])
    return Card(words, (Choice(f"request:{t['request_id']}:answer", _("I'll answer")), _human()))


def _nobody_free(t: Telling) -> Card:
    words = _(
        "%(number)s has passed, but nobody is free at that time just now. A colleague looks further and tells you.",
        number=t["number"],
    )
    return Card(words, (_human(),))


def _nobody_left(t: Telling) -> Card:
    words = _(
        "I'm sorry, those I asked about %(number)s can't come. A colleague looks for somebody now and tells you.",
        number=t["number"],
    )
    return Card(words, (_human(),))


def _later_today(t: Telling) -> Card:
    words = _(
        "For %(number)s somebody else could come %(later)s. Would that suit you?",
        number=t["number"],
        later=say_when(t.when("later_at"), t.now),
    )
    request = f"request:{t['request_id']}"
    then, other = Choice(f"{request}:later", _("Good, then")), Choice(f"{request}:move", _("Another time"))
    return Card(words, (then, other, Choice(f"{request}:cancel", _("Cancel it")), _human()))


def _lapsed(t: Telling) -> Card:
    if t.get("coming"):
        words = _("I'm sorry, nobody else could be found for %(number)s in time.", number=t["number"])
        return Card(f"{words}{comes_too({'others': t['coming']})}", (_human(),))
    words = _("I'm sorry, nobody could be found for %(number)s in time. Shall we try another time?", number=t["number"])
    return Card(words, (Choice("menu:0:book", _("Book something")), _human()))


def _asking_next(t: Telling) -> Card:
    name = t["worker"]
    words = {
        "expired": _("%(name)s has not answered in time. I'm asking the next one and tell you at once.", name=name),
        "unanswered": _(
            "The time to answer %(name)s is over. I'm asking the next one and tell you at once.", name=name
        ),
    }
    declined = _("%(worker)s can't make it this time. I'm asking the next one and tell you at once.", worker=name)
    return card(words.get(t.get("why", ""), declined))


def _asking_near(t: Telling) -> Card:
    words = _(
        "%(number)s has passed. Since it is urgent I'm asking all who fit near you at once (%(n)s). You hear from me by %(until)s.",
        number=t["number"], n=t["n"], until=say_time(t.when("until")),
    )  # fmt: skip
    return card(words, ("talk:0:human", _("Find a person to help me")))


def _moved(t: Telling) -> Card:
    words = _(
        "You need not go to %(number)s, %(when)s: the resident would like %(new)s instead. If you are wanted then, I'll ask you.",
        number=t["number"],
        when=say_when(t.when("starts_at"), t.now),
        new=say_when(t.when("new_starts_at"), t.now),
    )
    return card(words)


def _lapsed_worker(t: Telling) -> Card:
    when = say_when(t.when("starts_at"), t.now)
    return card(
        _("You need not go to %(number)s, %(when)s: not both have confirmed it in time.", number=t["number"], when=when)
    )


def _cancelled(t: Telling) -> Card:
    words = _("%(number)s, %(when)s, is cancelled.", number=t["number"], when=say_when(t.when("starts_at"), t.now))
    return card(f"{words} {t['reason']}".strip())


def _result(word: str, hint: str = N_("open the chat to answer")) -> Fields:
    def fields(t: Telling) -> dict[str, str]:
        return {
            "thing1": thing(t.get("service_name", "") or _("home service")),
            "time2": moment(t.when("starts_at") if t.get("starts_at") else t.now),
            "phrase3": phrase(word),
            "thing4": thing(_(hint)),
            "character_string5": number(t["number"]),
        }

    return fields


def _cancel_fields(t: Telling) -> dict[str, str]:
    return {
        "thing1": thing(t["number"]),
        "time2": moment(t.when("starts_at")),
        "thing3": thing(t.get("reason") or _("plans have changed")),
        "amount4": amount(t.get("fee_fen", 0)),
        "thing5": thing(_("to book again just say so")),
    }


def _off_fields(t: Telling) -> dict[str, str]:
    """The same template for a worker who need not go."""
    return {**_cancel_fields(t), "thing5": thing(_("thank you, we ask you again"))}


def _found_fields(t: Telling) -> dict[str, str]:
    return _result("另找到人" if t.get("again") else "已通过")(t)


SOUGHT = Template("review_result", _result("还在找人", N_("a colleague looks further")))
register(
    Notice(
        "recommendation",
        _recommendation,
        Template("review_result", _found_fields),
        stale=stale_unless("matching", "approved"),
        sample={
            **LONG,
            "workers": [LONG_WORKER] * 3,
        },
    ),
    Notice(
        "request_rejected",
        _rejected,
        Template("review_result", _result("未通过")),
        sample={**LONG, "reason": "好" * 300},
    ),
    Notice(
        "request_question",
        _question,
        Template("review_result", _result("需补充")),
        stale=stale_unless("needs_info"),
        sample={**LONG, "question": "好" * 300},
    ),
    Notice("draft_left", _draft_left, urgency="low", stale=stale_unless("draft"), opt_out=True, sample=LONG),
    Notice("nobody_free", _nobody_free, SOUGHT, stale=stale_unless("matching", "approved"), sample=LONG),
    Notice("nobody_left", _nobody_left, SOUGHT, stale=stale_unless("matching", "approved"), sample=LONG),
    Notice(
        "later_today",
        _later_today,
        Template("review_result", _result("换时间")),
        urgency="high",
        stale=stale_unless("matching"),
        sample={**LONG, "later_at": "2026-11-25T09:00:00+00:00"},
    ),
    Notice("request_lapsed", _lapsed, Template("review_result", _result("没找到人", N_("open the chat for another time"))), sample=LONG),
    Notice(
        "asking_next",
        _asking_next,
        urgency="low",
        stale=stale_unless("offered"),
        sample={**LONG, "worker": "欧阳师傅", "why": "unanswered"},
    ),
    Notice(
        "asking_near",
        _asking_near,
        Template("review_result", _result("已通过")),
        urgency="high",
        stale=stale_unless("offered"),
        sample={**LONG, "n": 20, "until": "2026-11-25T00:33:00+00:00"},
    ),
    Notice(
        "request_moved",
        _moved,
        Template("booking_cancelled", _off_fields),
        sample={**LONG, "new_starts_at": "2026-12-25T10:30:00+00:00"},
    ),
    Notice("request_lapsed_worker", _lapsed_worker, Template("booking_cancelled", _off_fields), sample=LONG),
    Notice(
        "request_cancelled",
        _cancelled,
        Template("booking_cancelled", _cancel_fields),
        sample={**LONG, "service": "cleaning", "reason": "好" * 200, "fee_fen": 99999900},
    ),
)
