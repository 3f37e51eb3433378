"""What falls due by itself, as one table: every kind of deadline and what it is for.

A new reminder is a deadline set by a handler (`set_deadline`), a function marked `@on_due(kind)` there, and its row here;
a test holds the two together.
"""

from handlers.deadlines import DUE

REMINDERS: dict[str, str] = {
    "agreement_expiry": "an agreement that was not confirmed goes back to matching",
    "agreement_reminder": "the side that has not confirmed is reminded",
    "complaint_answer_due": "no answer yet: escalation",
    "complaint_result_due": "no result yet: escalation",
    "complaint_warn": "a limit of a complaint comes near",
    "confirm_reminder": "please confirm what was done",
    "door_closed": "nobody opened in all the time: the worker may go",
    "draft_left": "a wish that was left half-way is offered again, once",
    "emergency_open": "nobody has taken somebody in danger: staff are told again, a role higher",
    "handover_due": "nobody has taken the talk yet",
    "handover_silent": "the bot speaks again after a long silence",
    "offer_expiry": "no answer: the next worker",
    "proposal_expiry": "not both agreed to what the plan proposed: it stays as it was",
    "rating_reveal": "ratings are shown",
    "request_lapsed": "its time came without a worker",
    "review_due": "a request waits too long for its review",
    "series_ahead": "the next visits of a recurring service are made",
    "silent_confirm": "silence confirms by rule, and says so",
    "survey_ask": "the survey",
    "visit_ends": "the work's time is over: the worker is asked whether it is done",
    "visit_evening": "the evening before, both sides",
    "visit_hour": "an hour before, both sides",
    "visit_late": "late: the resident is told, staff are alerted",
    "visit_no_show": "not come: a replacement is sought",
    "visit_not_ended": "still no word that the work is done: staff are alerted",
    "visit_on_way": "the worker is asked to say that they set out",
}


def undeclared() -> set[str]:
    """Kinds that a handler answers and this table does not name, and the other way round."""
    return set(DUE) ^ set(REMINDERS)
