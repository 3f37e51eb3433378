"""Complaints: a number at once, a person within hours, a result within days; the clocks are kept (I1, I2)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from handlers.access import access_complaint, access_visit
from handlers.alerts import raise_alert
from handlers.clock import local
from handlers.complaint_about import go_on_confirming, meant_visit, stop_confirming
from handlers.context import FRONT, PEOPLE, Context, Refused, use_case
from handlers.deadlines import drop_deadlines, on_due, set_deadline
from handlers.lifecycle import advance, list_events, record
from handlers.notices import voices as _declared  # noqa: F401 (declares what is told here)
from handlers.numbers import next_number
from handlers.outbox import tell
from handlers.words import N_, _, say_when
from models.clocks import Deadline
from models.rules.codes import complaint_number
from models.rules.lifecycles import COMPLAINT
from models.rules.workdays import add_working_days, add_working_minutes
from models.voices import Complaint, ComplaintLine

OPEN = ("received", "handling")
STATES = {
    "received": N_("Complaint %(number)s is with us; a person answers by %(answer)s."),
    "handling": N_("Complaint %(number)s is being worked on; it is settled by %(result)s."),
    "resolved": N_("Complaint %(number)s has a result. Are you satisfied with it?"),
    "closed": N_("Complaint %(number)s is closed."),
}


@use_case(*PEOPLE, *FRONT)
def file_complaint(
    ctx: Context,
    *,
    words: str,
    about: tuple[str, int] | None = None,
    reasons: Sequence[str] = (),
    anonymous: bool = False,
    channel: str = "chat",
    person_id: int | None = None,
) -> Complaint:
    """Takes a complaint and starts its clocks: answer in working hours, result in working days (I1).

    About which visit is found by the words where it is sure, and that visit is not confirmed by silence meanwhile (F3).
    `person_id` is for staff who note what somebody said on the phone. Refuses missing (no words), not_found (not their visit).
    """
    if not words.strip():
        raise Refused("missing", _("What happened? Say it in your own words."), status=400)
    if about is None and ctx.actor.kind == "person":
        meant = meant_visit(ctx, words)
        about = ("visit", meant.id) if meant is not None else None
    if about is not None and about[0] == "visit":
        access_visit(ctx, about[1])
        stop_confirming(ctx, about[1])
    answer_due, result_due = _limits(ctx)
    day = local(ctx.now).date()
    made = Complaint.create(
        community_id=ctx.community_id,
        state=COMPLAINT.first,
        number=complaint_number(day, next_number(ctx, f"complaint:{day:%m%d}")),
        person_id=ctx.actor.id if ctx.actor.kind == "person" else person_id,
        by="worker" if _is_by_worker(ctx, about) else "resident",
        about_kind=about[0] if about else "",
        about_id=about[1] if about else None,
        channel=channel,
        anonymous=anonymous,
        reasons=list(reasons),
        words=words.strip(),
        received_at=ctx.now,
        answer_due_at=answer_due,
        result_due_at=result_due,
    )
    record(ctx, "complaint", made.id, "file", "", made.state)
    _start_clocks(ctx, made)
    said = _(
        "New complaint %(number)s, to be answered by %(when)s.", number=made.number, when=say_when(answer_due, ctx.now)
    )
    raise_alert(ctx, "complaint_new", said, about=("complaint", made.id), owner="supervisor")
    return made


def _is_by_worker(ctx: Context, about: tuple[str, int] | None) -> bool:
    if ctx.actor.worker_id is None:
        return False
    return about is None or about[0] != "visit" or access_visit(ctx, about[1]).worker_id == ctx.actor.worker_id


def _limits(ctx: Context) -> tuple[datetime, datetime]:
    rules, here = ctx.settings.complaints, ctx.settings.community
    minutes = rules.answer_within_working_hours * 60
    return (
        add_working_minutes(ctx.now, minutes, here.opens_at, here.closes_at),
        add_working_days(ctx.now, rules.result_within_working_days, here.closes_at),
    )


def _start_clocks(ctx: Context, complaint: Complaint) -> None:
    about = ("complaint", complaint.id)
    warn = timedelta(minutes=ctx.settings.complaints.warn_before_min)
    limits: dict[str, datetime] = {"answer": complaint.answer_due_at, "result": complaint.result_due_at}
    for limit, due in limits.items():
        set_deadline(ctx, "complaint_warn", about, due - warn, key=limit, limit=limit)
        set_deadline(ctx, f"complaint_{limit}_due", about, due)


def _alert(ctx: Context, complaint: Complaint, kind: str, words: str, key: str = "") -> None:
    mark = f"{key}{complaint.version}"
    raise_alert(ctx, kind, words, about=("complaint", complaint.id), owner="supervisor", key=mark)


def _is_kept(complaint: Complaint, limit: str) -> bool:
    """Whether what this limit asks for has happened."""
    return complaint.state not in OPEN or (limit == "answer" and complaint.answered_at is not None)


@on_due("complaint_warn", useful_for=timedelta(hours=4))
def _warn(ctx: Context, row: Deadline) -> None:
    """Shortly before a limit: whoever works on it is warned."""
    complaint = Complaint.find(row.subject_id)
    if complaint is not None and not _is_kept(complaint, row.data["limit"]):
        words = _("Complaint %(number)s: the limit is near.", number=complaint.number)
        _alert(ctx, complaint, "complaint_warn", words, row.data["limit"])


@on_due("complaint_answer_due", useful_for=timedelta(days=7))
def _answer_due(ctx: Context, row: Deadline) -> None:
    """Nobody has answered in time: the supervisor is alerted, the complainant told honestly."""
    complaint = Complaint.find(row.subject_id)
    if complaint is not None and not _is_kept(complaint, "answer"):
        _alert(
            ctx,
            complaint,
            "complaint_answer_late",
            _("Complaint %(number)s has no answer in time.", number=complaint.number),
        )
        _tell(ctx, complaint, "complaint_late", mark=f"answer{complaint.version}")


@on_due("complaint_result_due", useful_for=timedelta(days=14))
def _result_due(ctx: Context, row: Deadline) -> None:
    """No result in time: the supervisor is alerted, the complainant told honestly."""
    complaint = Complaint.find(row.subject_id)
    if complaint is not None and not _is_kept(complaint, "result"):
        _alert(
            ctx,
            complaint,
            "complaint_result_late",
            _("Complaint %(number)s has no result in time.", number=complaint.number),
        )
        _tell(ctx, complaint, "complaint_late", mark=f"result{complaint.version}")


def _tell(ctx: Context, complaint: Complaint, notice: str, *, mark: str = "", **values: Any) -> None:
    """Tells the complainant, if we know how to reach them."""
    if complaint.person_id is not None:
        fields = {"complaint_id": complaint.id, "number": complaint.number, **values}
        key = f"{notice}:complaint:{complaint.id}:{mark}"
        tell(ctx.as_system(), complaint.person_id, notice, about=("complaint", complaint.id), key=key, **fields)


def tell_receipt(ctx: Context, complaint: Complaint) -> None:
    """The receipt as a notice, for complaints that did not come in the chat itself."""
    _tell(ctx, complaint, "complaint_receipt", answer_due_at=complaint.answer_due_at)


def _add_line(ctx: Context, complaint: Complaint, words: str, *, shown: bool = True) -> ComplaintLine:
    if not words.strip():
        raise Refused("missing", _("Please write something first."), status=400)
    by = ctx.actor.called if ctx.actor.kind == "staff" else "complainant"
    if ctx.actor.kind == "staff" and _said_last(complaint, by, words.strip()):
        raise Refused("said_already", _("That has been sent already; it need not be sent twice."))
    fields = {"complaint_id": complaint.id, "by": by, "words": words.strip(), "shown": shown, "at": ctx.now}
    return ComplaintLine.create(community_id=ctx.community_id, **fields)


def _said_last(complaint: Complaint, by: str, words: str) -> bool:
    """Whether these very words were the last thing said: a form sent twice."""
    mine = (ComplaintLine.community_id == complaint.community_id) & (ComplaintLine.complaint_id == complaint.id)
    last = ComplaintLine.select().where(mine).order_by(ComplaintLine.id.desc()).first()
    return last is not None and last.by == by and last.words == words


@use_case(*FRONT)
def answer_complaint(ctx: Context, complaint_id: int, *, words: str) -> Complaint:
    """A person answers; it reaches the complainant. Refuses missing, not_now (it has a result already)."""
    complaint = access_complaint(ctx, complaint_id)
    line = _add_line(ctx, complaint, words)
    advance(
        ctx,
        COMPLAINT,
        complaint,
        "answer",
        answered_at=complaint.answered_at or ctx.now,
        assignee_id=complaint.assignee_id or ctx.actor.id,
    )
    drop_deadlines(ctx, ("complaint", complaint.id), "complaint_answer_due", note="answered")
    _tell(ctx, complaint, "complaint_answer", mark=str(line.id), line_id=line.id, staff=ctx.actor.called)
    return complaint


@use_case(*FRONT)
def resolve_complaint(ctx: Context, complaint_id: int, *, result: str) -> Complaint:
    """The result; the complainant says whether that is all right. Refuses missing, not_now."""
    complaint = access_complaint(ctx, complaint_id)
    line = _add_line(ctx, complaint, result)
    answered = complaint.answered_at or ctx.now
    advance(ctx, COMPLAINT, complaint, "resolve", result=result.strip(), answered_at=answered)
    drop_deadlines(ctx, ("complaint", complaint.id), note="resolved")
    _tell(ctx, complaint, "complaint_result", mark=str(line.id), line_id=line.id, staff=ctx.actor.called)
    return complaint


@use_case(*PEOPLE, *FRONT)
def accept_result(ctx: Context, complaint_id: int, *, satisfied: bool) -> Complaint:
    """The complainant's word on the result, satisfied or not; either way it is closed. To go on: reopen_complaint."""
    complaint = access_complaint(ctx, complaint_id)
    advance(ctx, COMPLAINT, complaint, "accept", satisfied="yes" if satisfied else "no", closed_at=ctx.now)
    if complaint.about_kind == "visit" and complaint.about_id is not None:
        go_on_confirming(ctx, complaint.about_id)
    if not satisfied:
        words = _("Complaint %(number)s was closed, but they are not satisfied.", number=complaint.number)
        _alert(ctx, complaint, "complaint_unsatisfied", words)
    return complaint


@use_case(*PEOPLE, *FRONT)
def reopen_complaint(ctx: Context, complaint_id: int, *, words: str) -> Complaint:
    """Not satisfied: once more, with new limits, by the supervisor (I2). Refuses reopened_already, not_now."""
    complaint = access_complaint(ctx, complaint_id)
    if any(event.verb == "reopen" for event in list_events(ctx, "complaint", complaint.id)):
        raise Refused(
            "reopened_already", _("It has been looked at twice. The supervisor will call you, or call the station.")
        )
    _add_line(ctx, complaint, words)
    answer_due, result_due = _limits(ctx)
    limits: dict[str, Any] = {"answer_due_at": answer_due, "result_due_at": result_due, "answered_at": None}
    advance(ctx, COMPLAINT, complaint, "reopen", satisfied=None, **limits)
    _start_clocks(ctx, complaint)
    _alert(ctx, complaint, "complaint_reopened", _("Complaint %(number)s is open again.", number=complaint.number))
    return complaint


@use_case(*PEOPLE, *FRONT)
def add_to_complaint(ctx: Context, complaint_id: int, *, words: str) -> ComplaintLine:
    """Something more from the complainant, or a colleague's remark that the complainant does not see. Refuses not_now when closed."""
    complaint = access_complaint(ctx, complaint_id)
    if complaint.state == "closed":
        raise Refused("not_now", _("This complaint is closed. Shall I take a new one?"))
    return _add_line(ctx, complaint, words, shown=ctx.actor.kind != "staff")


@use_case(*PEOPLE)
def list_my_complaints(ctx: Context) -> list[Complaint]:
    """The asker's own, newest first."""
    mine = (Complaint.community_id == ctx.community_id) & (Complaint.person_id == ctx.actor.id)
    return list(Complaint.select().where(mine).order_by(Complaint.id.desc()))


def complaint_words(ctx: Context, complaint: Complaint) -> str:
    """Where a complaint stands, in plain words."""
    return _(
        STATES[complaint.state],
        number=complaint.number,
        answer=say_when(complaint.answer_due_at, ctx.now),
        result=say_when(complaint.result_due_at, ctx.now),
    )
