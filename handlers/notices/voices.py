"""What is told about ratings, complaints and surveys (H1, I1, I2, J2)."""

from datetime import datetime, timedelta
from typing import Any

from handlers.cards import Card, card
from handlers.notices import Notice, Telling, Template, register
from handlers.notices.fields import moment, name, number, phrase, thing
from handlers.notices.visits import SAMPLE as VISIT_SAMPLE
from handlers.notices.visits import core, human
from handlers.words import N_, _, say_when
from models.rules.codes import plain_number
from models.visits import Visit
from models.voices import Complaint, ComplaintLine, Rating, SurveyPrompt

COMPLAINT: dict[str, Any] = {
    "complaint_id": 0,
    "number": "投1124-101",
    "line_id": 0,
    "staff": "欧阳小林老师",
    "answer_due_at": "2026-11-24T09:00:00+00:00",
}


def _stars(told: Telling, subject: str) -> list[tuple[str, str]]:
    """One to five, so that a typed number is the number of stars."""
    return [(f"{subject}:{n}", "★" * n) for n in range(1, 6)]


def _invite(told: Telling) -> Card:
    subject = f"visit:{told['visit_id']}:rate"
    if told["side"] == "worker":
        return card(
            _(
                "How was it at %(resident)s's? One tap is enough; they see it only after they have rated too.",
                **core(told),
            ),
            *_stars(told, subject),
        )
    return card(
        _("How was %(worker)s (%(service)s)? One tap is enough, and it helps the neighbours.", **core(told)),
        *_stars(told, subject),
    )


def _invite_fields(told: Telling) -> dict[str, str]:
    return {
        "thing1": thing(told["service_name"]),
        "name2": name(told["worker"]),
        "time3": moment(told.when("starts_at")),
        "thing4": thing(_("One word is enough")),
    }


def _no_rating_yet(visit_id: int, now: datetime) -> str | None:
    visit = Visit.find(visit_id)
    return None if visit is not None and now - visit.ends_at < timedelta(days=14) else "too long ago to ask"


def _shown(told: Telling) -> Card:
    rating = Rating.find(told["rating_id"])
    words = rating.words if rating is not None else None
    stars = "★" * int(rating.stars if rating is not None else told["stars"])
    if words:
        return card(_("%(resident)s gave you %(stars)s: %(words)s", stars=stars, words=words, **core(told)))
    return card(_("%(resident)s gave you %(stars)s. Thank you for your work.", stars=stars, **core(told)))


def _line(told: Telling) -> str:
    """What was said is personal and stays where it is kept encrypted; it is looked up when it is sent."""
    line = ComplaintLine.find(told["line_id"])
    return str(line.words) if line is not None else ""


def _receipt(told: Telling) -> Card:
    when = say_when(told.when("answer_due_at"), told.now)
    text = _(
        "Your complaint has the number %(number)s. A person answers by %(when)s.", number=told["number"], when=when
    )
    return card(text, (f"complaint:{told['complaint_id']}:more", _("Add something")), human())


def _answer(told: Telling) -> Card:
    text = _(
        "About your complaint %(number)s, %(staff)s says: %(words)s",
        number=told["number"],
        staff=told["staff"],
        words=_line(told),
    )
    return card(text, (f"complaint:{told['complaint_id']}:more", _("Add something")), human())


def _result(told: Telling) -> Card:
    text = _(
        "The result of your complaint %(number)s: %(words)s\nIs that all right?",
        number=told["number"],
        words=_line(told),
    )
    subject = f"complaint:{told['complaint_id']}"
    return card(text, (f"{subject}:accept", _("All right, thank you")), (f"{subject}:reopen", _("Not satisfied")))


def _late(told: Telling) -> Card:
    text = _(
        "I'm sorry, your complaint %(number)s takes longer than we promised. The supervisor has it now.",
        number=told["number"],
    )
    return card(text, human())


def _complaint_fields(word: str, hint: str) -> Template:
    def fields(told: Telling) -> dict[str, str]:
        complaint = Complaint.find(told["complaint_id"])
        return {
            "character_string1": number(plain_number(told["number"])),
            "thing2": thing(_("What you told us") if complaint is None else complaint.words),
            "phrase3": phrase(_(word)),
            "time4": moment(told.now),
            "thing5": thing(_(hint)),
        }

    return Template("complaint_progress", fields)


def _still_open(complaint_id: int, now: datetime) -> str | None:
    complaint = Complaint.find(complaint_id)
    return None if complaint is not None and complaint.state in ("received", "handling") else "it is settled meanwhile"


def _resolved(complaint_id: int, now: datetime) -> str | None:
    complaint = Complaint.find(complaint_id)
    return (
        None if complaint is not None and complaint.state == "resolved" else "they have answered, or it is open again"
    )


def _survey(told: Telling) -> Card:
    return card(told["question"], *_stars(told, f"survey:{told['prompt_id']}:score"))


def _survey_fields(told: Telling) -> dict[str, str]:
    return {
        "thing1": thing(told["service_name"]),
        "name2": name(told["worker"]),
        "time3": moment(told.when("until")),
        "thing4": thing(_("One question, one tap")),
    }


def _asked(prompt_id: int, now: datetime) -> str | None:
    prompt = SurveyPrompt.find(prompt_id)
    return None if prompt is not None and prompt.state == "asked" else "it is answered"


register(
    Notice(
        "rating_invite",
        _invite,
        Template("rating_invite", _invite_fields),
        stale=_no_rating_yet,
        opt_out=True,
        sample=VISIT_SAMPLE,
    ),
    Notice("rating_shown", _shown, urgency="low", sample={**VISIT_SAMPLE, "rating_id": 0, "stars": 5}),
    Notice(
        "complaint_receipt",
        _receipt,
        _complaint_fields(N_("received"), N_("A person answers you")),
        stale=_still_open,
        sample=COMPLAINT,
    ),
    Notice(
        "complaint_answer",
        _answer,
        _complaint_fields(N_("being handled"), N_("There is an answer for you")),
        sample=COMPLAINT,
    ),
    Notice(
        "complaint_result",
        _result,
        _complaint_fields(N_("has a result"), N_("Please say whether it is all right")),
        stale=_resolved,
        sample=COMPLAINT,
    ),
    Notice(
        "complaint_late",
        _late,
        _complaint_fields(N_("being handled"), N_("The supervisor has it now")),
        stale=_still_open,
        sample=COMPLAINT,
    ),
    Notice(
        "survey_ask",
        _survey,
        Template("survey_invite", _survey_fields),
        urgency="low",
        stale=_asked,
        opt_out=True,
        sample={
            "prompt_id": 123456,
            "question": "好" * 120,
            "service_name": "婴幼儿照护",
            "worker": "欧阳师傅",
            "until": "2026-11-30T10:00:00+00:00",
        },
    ),
)
