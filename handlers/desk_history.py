"""What happened to a thing, in sentences, and what comes by itself and when; for its page at the desk (C6)."""

from typing import Any

from handlers.context import Context
from handlers.lifecycle import list_events
from handlers.verbs import reason_words, verb_words
from handlers.words import _, listed, say_clock, short
from models.clocks import Deadline
from models.plans import Proposal
from models.requests import Offer, Request
from models.rules.lifecycles import REQUEST
from models.visits import Visit
from models.workers import Worker

KINDS = {"cancel": "warn", "reject": "warn", "no_show": "bad", "run_out": "warn", "expire": "warn", "dispute": "bad"}
COMING = 3  # so many of the things to come are shown


def history_of(ctx: Context, request: Request, visit: Visit | None) -> list[dict[str, Any]]:
    """Every step of a request, its offers and its visit, in the order in which they happened; then what is to come."""
    rows = list_events(ctx, "request", request.id)
    about = [("request", request.id)]
    asked: dict[int, str] = {}
    for offer in Offer.select().where(Offer.request_id == request.id):
        rows += list_events(ctx, "offer", offer.id)
        about.append(("offer", offer.id))
        asked[offer.id] = str(offer.terms.get("worker", ""))
    for proposal in Proposal.select().where(Proposal.request_id == request.id):
        rows += list_events(ctx, "proposal", proposal.id)
        about.append(("proposal", proposal.id))
    if visit is not None:
        rows += list_events(ctx, "visit", visit.id)
        about.append(("visit", visit.id))
        asked[-visit.id] = Worker.get(Worker.id == visit.worker_id).called
    rows.sort(key=lambda e: (e.at, e.id))
    told = [_event(e, asked) for e in rows]
    coming = coming_up(ctx, about)
    if told and coming:
        told[-1]["kind"] = "now"
    return told + coming


def coming_up(ctx: Context, about: list[tuple[str, int]]) -> list[dict[str, Any]]:
    """What happens by itself if nobody does anything, the next first."""
    mine = (Deadline.community_id == ctx.community_id) & (Deadline.state == "open")
    found = []
    for kind, subject_id in about:
        theirs = mine & (Deadline.subject_kind == kind) & (Deadline.subject_id == subject_id)
        found += list(Deadline.select().where(theirs & (Deadline.due_at > ctx.now)))
    found = sorted((row for row in found if not _is_moot(row)), key=lambda d: d.due_at)
    said = [{"words": _due_words(d, say_clock(d.due_at, ctx.now)), "at": None, "kind": "next"} for d in found]
    once = {row["words"]: row for row in said if row["words"]}  # of several who are asked at once, the same comes for each
    return list(once.values())[:COMING]


def _is_moot(row: Deadline) -> bool:
    """A request that somebody has promised does not end for want of one; should they fall away, its clock still runs."""
    request = Request.find(row.subject_id) if row.kind == "request_lapsed" else None
    return request is not None and not REQUEST.step(request.state, "expire")


def last_step(ctx: Context, kind: str, subject_id: int) -> str:
    """小林 was quicker: who did the last thing and when, for somebody who comes a moment late; '' where nobody did."""
    rows = [e for e in list_events(ctx, kind, subject_id) if e.actor_kind == "staff"]
    if not rows:
        return ""
    did = did_words(kind, rows[-1].verb)
    return _(
        "%(who)s %(did)s (%(when)s). ", who=rows[-1].actor_called, did=did, when=say_clock(rows[-1].at, ctx.now)
    )


def _due_words(row: Deadline, when: str) -> str:
    """What will be done at that time."""
    known = {
        "review_due": _("Not looked at by %(when)s: it comes up as an alert", when=when),
        "offer_expiry": _("No answer by %(when)s: the next one is asked", when=when),
        "request_lapsed": _("Nobody found by %(when)s: it ends with an apology", when=when),
        "agreement_expiry": _("Not confirmed by both by %(when)s: somebody else is sought", when=when),
        "proposal_expiry": _("Not both said yes by %(when)s: the plan's proposal is off", when=when),
        "visit_evening": _("%(when)s: both sides are reminded", when=when),
        "visit_hour": _("%(when)s: both sides are reminded again", when=when),
        "visit_late": _("Not there by %(when)s: the resident is told", when=when),
        "visit_no_show": _("Not there by %(when)s: somebody else is sought", when=when),
        "confirm_reminder": _("%(when)s: the resident is asked again to confirm", when=when),
        "silent_confirm": _("Not a word by %(when)s: it counts as confirmed", when=when),
        "survey_ask": _("%(when)s: a short survey", when=when),
        "rating_reveal": _("%(when)s: both see each other's stars", when=when),
        "complaint_answer_due": _("No answer by %(when)s: the supervisors are alerted", when=when),
        "complaint_result_due": _("No result by %(when)s: the supervisors are alerted", when=when),
    }
    return known.get(row.kind, "")


def did_words(kind: str, verb: str) -> str:
    """What somebody did, in words that follow their name."""
    said = {
        "submit": _("handed it in"),
        "approve": _("let it pass"),
        "reject": _("did not take it"),
        "ask": _("asked a question"),
        "answer": _("answered"),
        "choose": _("chose a worker"),
        "take": _("took it"),
        "resolve": _("wrote the result"),
        "file": _("came in"),
        "take_back": _("took the approval back"),
        "offer": _("had a worker asked"),
        "withdraw": _("the asking was taken back"),
        "reschedule": _("moved it to another time"),
        "set_out": _("set out"),
        "check_in": _("arrived"),
        "check_out": _("finished"),
        "confirm": _("confirmed what was done"),
        "settle": _("recorded the payment"),
        "no_show": _("nobody came"),
        "replace": _("somebody else comes"),
    }
    return said.get(verb) or verb_words(kind, verb)


def _said_yes(event: Any) -> str:
    """One of those who are asked by the day's plan: staff note it for the resident, who said it on the phone."""
    if (event.subject_kind, event.verb) != ("proposal", "confirm"):
        return ""
    return _("noted that the resident said yes") if event.actor_kind == "staff" else _("said yes")


def _called(worker_ids: list[int]) -> list[str]:
    return [worker.called for worker in map(Worker.find, worker_ids) if worker is not None]


def _event(event: Any, asked: dict[int, str]) -> dict[str, Any]:
    """One line: who did what; by rule, where nobody did."""
    by_rule = event.actor_kind == "system"
    did = _said_yes(event) or did_words(event.subject_kind, event.verb)
    words = did if by_rule or not event.actor_called else _("%(who)s %(did)s", who=event.actor_called, did=did)
    whom = event.data.get("worker", "") or listed(_called(event.data.get("workers", [])))
    if by_rule and event.subject_kind in ("offer", "visit"):
        whom = asked.get(event.subject_id if event.subject_kind == "offer" else -event.subject_id, "")
    said = reason_words(event.reason) if event.reason and not by_rule else ""
    rule = _("by rule") if event.verb == "approve" and by_rule else ""
    return {
        "words": words[:1].upper() + words[1:],
        "at": event.at,
        "detail": " · ".join(filter(None, [whom, rule])),
        "kind": KINDS.get(event.verb, "ok"),
        "quote": short(said, 200),
    }
