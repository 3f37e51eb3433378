"""What is told when a visit is done: content and fee, reminders, confirmed, paid (F3, G2)."""

from datetime import datetime, timedelta
from typing import Any

from handlers.cards import Card, card
from handlers.notices import Notice, Telling, Template, register
from handlers.notices.fields import amount, moment, name, thing
from handlers.notices.visits import SAMPLE, core, human
from handlers.words import _, say_when, say_yuan
from models.visits import CheckItem, FeeLine, Visit

SHOWN = 8  # as many items as one bubble holds


def completion_text(visit: Visit) -> str:
    """Items and fee lines of a visit, with what is to be paid."""
    items, fees = _rows(CheckItem, visit), _rows(FeeLine, visit)
    done = "、".join(item.words for item in items if item.worker_ok)[:120]
    lines = [_fee_line(line) for line in fees[:SHOWN]]
    total = sum(line.amount_fen for line in fees if line.state != "disputed")
    parts = [_("Done: %(items)s", items=done)] if done else []
    return "\n".join([*parts, *lines, _("To pay: %(total)s", total=say_yuan(total))])


def _rows(model: Any, visit: Visit) -> list[Any]:
    mine = (model.community_id == visit.community_id) & (model.visit_id == visit.id)
    return list(model.select().where(mine).order_by(model.position))


def _fee_line(line: FeeLine) -> str:
    why = f"（{line.why}）" if line.why else ""
    said = f"{line.words}{why} {say_yuan(line.amount_fen)}"
    return _("%(line)s (waits, somebody looks at it)", line=said) if line.state == "disputed" else said


def completion_choices(visit_id: int) -> tuple[tuple[str, str], ...]:
    """What the resident can say to it."""
    subject = f"visit:{visit_id}"
    return (f"{subject}:confirm", _("All right, I confirm")), (f"{subject}:dispute", _("Something is not right"))


def _text(told: Telling) -> str:
    visit = Visit.find(told["visit_id"])
    return completion_text(visit) if visit is not None else ""


def _ready(told: Telling) -> Card:
    head = _("%(worker)s has finished %(service)s. Please have a look:", **core(told))
    return card(f"{head}\n{_text(told)}", *completion_choices(told["visit_id"]))


def _reminder(told: Telling) -> Card:
    by = say_when(told.when("by_rule_at"), told.now)
    head = _(
        "Is all right with %(service)s by %(worker)s? If you say nothing until %(by)s, it counts as confirmed.",
        by=by,
        **core(told),
    )
    return card(f"{head}\n{_text(told)}", *completion_choices(told["visit_id"]))


def _by_rule(told: Telling) -> Card:
    text = _(
        "%(service)s by %(worker)s now counts as confirmed, because we heard nothing: %(total)s. If something is not right, just say so.",
        total=say_yuan(told["payable_fen"]),
        **core(told),
    )
    return card(
        text,
        (f"visit:{told['visit_id']}:cash", _("Paid in cash")),
        (f"visit:{told['visit_id']}:dispute", _("Something is not right")),
        human(),
    )


def _confirmed(told: Telling) -> Card:
    text = _(
        "%(resident)s has confirmed: %(total)s. Tell me when it is paid.",
        total=say_yuan(told["payable_fen"]),
        **core(told),
    )
    return card(text, (f"visit:{told['visit_id']}:cash", _("Got it in cash")))


def _cash(told: Telling) -> Card:
    paid = say_yuan(told["paid_fen"])
    if told["side"] == "worker":
        return card(
            _(
                "%(resident)s says that %(paid)s was paid in cash. If that is not so, please tell us.",
                paid=paid,
                **core(told),
            )
        )
    return card(
        _("%(worker)s says that you paid %(paid)s in cash. If that is not so, please tell us.", paid=paid, **core(told))
    )


def _fields(told: Telling) -> dict[str, str]:
    visit = Visit.find(told["visit_id"])
    done_at = visit.checked_out_at if visit is not None and visit.checked_out_at else told.now
    return {
        "thing1": thing(told["service_name"]),
        "time2": moment(done_at),
        "name3": name(told["worker"]),
        "amount4": amount(visit.total_fen if visit is not None else told["total_fen"]),
        "thing5": thing(_("Please have a look and confirm")),
    }


def _subscribe_fields(told: Telling) -> dict[str, str]:
    known = _fields(told)
    return {
        "thing1": known["thing1"],
        "date2": known["time2"][:11],
        "amount3": known["amount4"],
        "thing4": known["thing5"],
    }


def _waits(visit_id: int, now: datetime) -> str | None:
    visit = Visit.find(visit_id)
    return None if visit is not None and visit.state == "finished" else "it is confirmed already"


def _unpaid(visit_id: int, now: datetime) -> str | None:
    visit = Visit.find(visit_id)
    return None if visit is not None and visit.state == "confirmed" else "it is paid already"


def _recent(visit_id: int, now: datetime) -> str | None:
    visit = Visit.find(visit_id)
    return None if visit is not None and now - visit.ends_at < timedelta(days=14) else "too long ago"


MONEY = {**SAMPLE, "payable_fen": 1234500, "paid_fen": 1234500, "by_rule_at": "2026-11-27T04:00:00+00:00"}
ASK = Template("completion_confirm", _fields)
register(
    Notice("completion_ready", _ready, ASK, Template("completion_confirm", _subscribe_fields), stale=_waits, sample=MONEY),
    Notice("completion_reminder", _reminder, ASK, stale=_waits, sample=MONEY),
    Notice("completion_by_rule", _by_rule, ASK, stale=_recent, sample=MONEY),
    Notice("completion_confirmed", _confirmed, stale=_unpaid, sample=MONEY),
    Notice("cash_recorded", _cash, urgency="low", stale=_recent, sample=MONEY),
)
