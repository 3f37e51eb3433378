"""What was done and what it costs: shown, confirmed, disputed line by line, paid in cash, closed (F3, G2)."""

from datetime import datetime, timedelta
from typing import Any

from handlers.access import access_visit
from handlers.cards import Card, card
from handlers.catalogue import find_service, task_names
from handlers.complaints import file_complaint, tell_receipt
from handlers.context import FRONT, PEOPLE, Context, Refused, use_case
from handlers.deadlines import drop_deadlines, on_due, set_deadline
from handlers.lifecycle import advance, record
from handlers.notices import completion as _declared
from handlers.parties import is_worker_of
from handlers.ratings import invite_rating
from handlers.series_of import lives_on
from handlers.surveys import plan_survey
from handlers.visit_telling import tell_side
from handlers.words import _, say_minutes, say_yuan
from models.clocks import Deadline
from models.requests import Request
from models.rules.fees import FeeLineTerms, fee_lines
from models.rules.lifecycles import AGREEMENT, REQUEST, VISIT
from models.visits import Agreement, CheckItem, FeeLine, Payment, Visit
from models.voices import Complaint
from models.workers import Worker

AFTER = ("confirmed", "settled", "closed")
completion_text = _declared.completion_text
completion_choices = _declared.completion_choices


def write_completion(ctx: Context, visit: Visit) -> None:
    """After check-out: what was to be done, and the fee by the agreement's lines; asks the resident, starts the clocks."""
    agreement = Agreement.get(Agreement.id == visit.agreement_id)
    done = round((visit.checked_out_at - visit.checked_in_at).total_seconds() / 60)
    here = {"community_id": ctx.community_id, "visit_id": visit.id}
    for position, words in enumerate(_checklist(ctx, visit, agreement), 1):
        CheckItem.create(**here, position=position, words=words, worker_ok=1)
    lines = fee_lines(agreement.terms, done)
    for position, line in enumerate(lines, 1):
        fields = {"code": line.code, "words": line.words, "why": _why(line), "amount_fen": line.amount_fen}
        FeeLine.create(**here, position=position, **fields)
    visit.change(total_fen=sum(line.amount_fen for line in lines))
    tell_side(ctx, visit, "resident", "completion_ready")
    _start_clocks(ctx, visit)


def _why(line: FeeLineTerms) -> str:
    """How the line comes about; where less was worked than agreed, for how long it is charged."""
    if not line.minutes:
        return line.why
    done = say_minutes(line.minutes)
    agreed = _("%(why)s agreed, charged for the %(done)s worked", why=line.why, done=done)
    return agreed if line.why else _("charged for the %(done)s worked", done=done)


def _checklist(ctx: Context, visit: Visit, agreement: Agreement) -> list[str]:
    service = find_service(ctx, visit.service)
    named = task_names()
    extra = [str(named.get(task, task)) for task in agreement.terms.get("tasks", [])]
    usual = list(service.terms.get("checklist", [])) if service is not None else []
    return list(dict.fromkeys([*usual, *extra]))


def _start_clocks(ctx: Context, visit: Visit) -> None:
    rules, about = ctx.settings.visits, ("visit", visit.id)
    whole = timedelta(hours=rules.silent_confirm_hours)
    for n in range(1, rules.confirm_reminders + 1):
        set_deadline(ctx, "confirm_reminder", about, ctx.now + whole * n / (rules.confirm_reminders + 1), key=str(n))
    set_deadline(ctx, "silent_confirm", about, ctx.now + whole)


def list_items(visit: Visit) -> list[CheckItem]:
    """What was to be done, in order."""
    mine = (CheckItem.community_id == visit.community_id) & (CheckItem.visit_id == visit.id)
    return list(CheckItem.select().where(mine).order_by(CheckItem.position))


def list_fee_lines(visit: Visit) -> list[FeeLine]:
    """The lines of the fee, in order."""
    mine = (FeeLine.community_id == visit.community_id) & (FeeLine.visit_id == visit.id)
    return list(FeeLine.select().where(mine).order_by(FeeLine.position))


def payable_fen(visit: Visit) -> int:
    """What is to be paid now, in fen: all lines but the disputed ones."""
    return sum(line.amount_fen for line in list_fee_lines(visit) if line.state != "disputed")


def completion_card(ctx: Context, visit: Visit) -> Card:
    """What was done and what it costs, line by line; with the choices as long as it waits for the resident (F3)."""
    text = completion_text(visit)
    if visit.state != "finished" or is_worker_of(ctx, visit):
        return card(text)
    return card(text, *completion_choices(visit.id))


@use_case(*PEOPLE, *FRONT)
def tick_item(ctx: Context, visit_id: int, position: int, ok: bool) -> CheckItem:
    """One side ticks one item for itself, done or not, until it is confirmed. Refuses not_found, not_now."""
    visit = access_visit(ctx, visit_id)
    if visit.state in AFTER:
        raise Refused("not_now", _("That can't be done any more at this point."), state=visit.state)
    item = next((i for i in list_items(visit) if i.position == position), None)
    if item is None:
        raise Refused("not_found", _("I can't find that one among yours."), status=404)
    ticked: dict[str, Any] = {"worker_ok" if is_worker_of(ctx, visit) else "resident_ok": int(ok)}
    item.change(**ticked)
    return item


def _as_resident(ctx: Context, visit_id: int) -> Visit:
    """The visit, for its resident or for staff who note it for them."""
    visit = access_visit(ctx, visit_id)
    if is_worker_of(ctx, visit) and visit.person_id != ctx.actor.id:
        raise Refused("forbidden", _("That is the resident's to say."), status=403)
    return visit


@use_case("resident", *FRONT)
def confirm_completion(ctx: Context, visit_id: int) -> Visit:
    """The resident confirms content and fee (staff note it for them); the worker is told. Again changes nothing.

    Refuses: not_now (not finished yet), forbidden (the worker can't confirm for the resident).
    """
    visit = _as_resident(ctx, visit_id)
    if visit.state not in AFTER:
        _confirm(ctx, visit, "staff" if ctx.actor.kind == "staff" else "resident")
    return visit


def _confirm(ctx: Context, visit: Visit, by: str) -> None:
    advance(ctx, VISIT, visit, "confirm", data={"by": by}, confirmed_by=by, confirmed_at=ctx.now)
    here = (FeeLine.community_id == ctx.community_id) & (FeeLine.visit_id == visit.id)
    FeeLine.update(state="confirmed").where(here & (FeeLine.state == "proposed")).execute()
    mine = (CheckItem.community_id == ctx.community_id) & (CheckItem.visit_id == visit.id)
    if by != "rule":
        CheckItem.update(resident_ok=1).where(mine & CheckItem.resident_ok.is_null()).execute()
    drop_deadlines(ctx, ("visit", visit.id), "confirm_reminder", "silent_confirm", note=f"confirmed by {by}")
    tell_side(ctx, visit, "worker", "completion_confirmed", payable_fen=payable_fen(visit))
    _settle_if_paid(ctx, visit)


@use_case("resident", *FRONT)
def dispute_line(ctx: Context, visit_id: int, *, position: int | None = None, words: str = "") -> Complaint:
    """One line or one item is not right: it waits and a person looks at it, the rest goes on (F3).

    `position` names the line of the fee; else it is found by the words. Makes a complaint about the visit, with a receipt.
    Where nothing is named the whole waits for a word: who has objected is not silent, so no rule confirms it.
    """
    visit = _as_resident(ctx, visit_id)
    if not _mark(ctx, visit, position, words):
        drop_deadlines(ctx, ("visit", visit.id), "confirm_reminder", "silent_confirm", note="the resident objected")
    said = words.strip() or _("Something about the fee is not right.")
    complaint = file_complaint(ctx, words=said, about=("visit", visit.id), reasons=["fee"], person_id=visit.person_id)
    tell_receipt(ctx, complaint)
    return complaint


def _mark(ctx: Context, visit: Visit, position: int | None, words: str) -> bool:
    """Marks the lines and items that are meant; False when none is."""
    lines = [
        n for n in list_fee_lines(visit) if n.position == position or (position is None and _names(words, n.words))
    ]
    for line in lines:
        if line.state == "proposed":
            line.change(state="disputed")
            record(ctx, "visit", visit.id, "dispute", data={"line": line.position})
    items = [item for item in list_items(visit) if _names(words, item.words)]
    for item in items:
        item.change(resident_ok=0)
    return bool(lines or items)


def _names(words: str, thing: str) -> bool:
    """Whether the words speak of this line or item: whole, or by its first three signs."""
    return bool(words) and (thing in words or (len(thing) >= 3 and thing[:3] in words))


@use_case(*PEOPLE, *FRONT)
def record_cash(ctx: Context, visit_id: int, *, amount_fen: int | None = None) -> Payment:
    """Cash was paid, as worker, resident or staff say; recorded once, whoever says it first (G2).

    Settles and closes the visit when it is confirmed; before, the payment waits for the confirmation. Refuses not_now (the
    visit is not finished), bad_amount.
    """
    visit = access_visit(ctx, visit_id)
    if visit.state not in ("finished", *AFTER):
        raise Refused("not_now", _("It can be paid when the visit is done."))
    amount = payable_fen(visit) if amount_fen is None else amount_fen
    if amount < 0:
        raise Refused("bad_amount", _("How much was it? An amount in yuan, please."), status=400)
    by = "worker" if is_worker_of(ctx, visit) else ctx.actor.kind.replace("person", "resident")
    fields = {"method": "cash", "amount_fen": amount, "recorded_by": by, "at": ctx.now}
    new = Payment.insert(community_id=ctx.community_id, visit_id=visit.id, key="cash", **fields).on_conflict_ignore()
    new.execute()
    _settle_if_paid(ctx, visit)
    return Payment.get(Payment.community_id == ctx.community_id, Payment.visit_id == visit.id)


def payment_of(visit: Visit) -> Payment | None:
    """What was paid for a visit, or None."""
    return Payment.get_or_none(Payment.community_id == visit.community_id, Payment.visit_id == visit.id)


def _settle_if_paid(ctx: Context, visit: Visit) -> None:
    payment = payment_of(visit)
    if visit.state != "confirmed" or payment is None:
        return
    system = ctx.as_system()
    advance(system, VISIT, visit, "settle", data={"amount_fen": payment.amount_fen, "by": payment.recorded_by})
    other = "resident" if payment.recorded_by == "worker" else "worker"
    tell_side(ctx, visit, other, "cash_recorded", paid_fen=payment.amount_fen)
    _close(system, visit)


def _close(ctx: Context, visit: Visit) -> None:
    """All is done: visit, agreement and request are closed; stars and, some days later, one question."""
    advance(ctx, VISIT, visit, "close")
    agreement = Agreement.get(Agreement.id == visit.agreement_id)
    if agreement.state == "sealed" and not lives_on(agreement):
        advance(ctx, AGREEMENT, agreement, "end", reason="done")
    request = Request.get(Request.id == visit.request_id)
    if request.state == "scheduled":
        advance(ctx, REQUEST, request, "close", updated_at=ctx.now)
    Worker.update(jobs_done=Worker.jobs_done + 1).where(Worker.id == visit.worker_id).execute()
    invite_rating(ctx, visit)
    plan_survey(ctx, visit)


@on_due("confirm_reminder", useful_for=timedelta(hours=12))
def _remind(ctx: Context, row: Deadline) -> None:
    """The resident has said nothing yet: asked again, and told what follows from silence."""
    visit = Visit.find(row.subject_id)
    if visit is None or visit.state != "finished":
        return
    done_at: datetime = visit.checked_out_at
    _ask_again(ctx, visit, done_at + timedelta(hours=ctx.settings.visits.silent_confirm_hours))


def _ask_again(ctx: Context, visit: Visit, by_rule: datetime) -> None:
    visit.change(confirm_asked=visit.confirm_asked + 1)
    tell_side(ctx, visit, "resident", "completion_reminder", mark=str(visit.confirm_asked), by_rule_at=by_rule)


@on_due("silent_confirm", useful_for=timedelta(days=30))
def _by_rule(ctx: Context, row: Deadline) -> None:
    """Silence for so long counts as confirmed, and is said openly (F3). A reminder that could not be sent is made up for first."""
    visit, rules = Visit.find(row.subject_id), ctx.settings.visits
    if visit is None or visit.state != "finished":
        return
    if visit.confirm_asked < rules.confirm_reminders:
        again_at = ctx.now + timedelta(hours=rules.silent_confirm_hours) / (rules.confirm_reminders + 1)
        set_deadline(ctx, "silent_confirm", ("visit", visit.id), again_at)
        _ask_again(ctx, visit, again_at)
        return
    _confirm(ctx, visit, "rule")
    tell_side(ctx, visit, "resident", "completion_by_rule", payable_fen=payable_fen(visit))


def say_payable(visit: Visit) -> str:
    """What is to be paid, in words."""
    return say_yuan(payable_fen(visit))
