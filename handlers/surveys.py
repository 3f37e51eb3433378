"""One question some days after a visit, and never too often (J2)."""

from datetime import timedelta

from handlers.access import access_survey
from handlers.alerts import raise_alert
from handlers.catalogue import rules_text
from handlers.context import FRONT, Context, Refused, use_case
from handlers.deadlines import on_due, set_deadline
from handlers.lifecycle import advance
from handlers.notices import voices as _declared  # noqa: F401 (declares what is told here)
from handlers.outbox import tell
from handlers.parties import called_service, parties_of
from handlers.words import _
from models.clocks import Deadline
from models.rules.lifecycles import SURVEY
from models.visits import Visit
from models.voices import SurveyPrompt

LOW = 2
ANSWERABLE_FOR = timedelta(days=7)  # what the invitation says


def plan_survey(ctx: Context, visit: Visit) -> SurveyPrompt | None:
    """Plans one question surveys.after_days after closing; None when this person was asked (or is to be) within the month."""
    since = ctx.now - timedelta(days=ctx.settings.surveys.min_days_between)
    theirs = (SurveyPrompt.community_id == ctx.community_id) & (SurveyPrompt.person_id == visit.person_id)
    if SurveyPrompt.select().where(theirs & (SurveyPrompt.created_at > since)).exists():
        return None
    text = rules_text(ctx, "survey", "after_visit")
    fields = {"survey": text.code, "survey_version": text.version, "created_at": ctx.now}
    made = SurveyPrompt.create(
        community_id=ctx.community_id, person_id=visit.person_id, visit_id=visit.id, state=SURVEY.first, **fields
    )
    due = ctx.now + timedelta(days=ctx.settings.surveys.after_days)
    set_deadline(ctx, "survey_ask", ("survey", made.id), due)
    return made


@on_due("survey_ask", useful_for=timedelta(days=7))
def _ask(ctx: Context, row: Deadline) -> None:
    prompt = SurveyPrompt.find(row.subject_id)
    if prompt is None or prompt.state != "waiting":
        return
    visit = Visit.find(prompt.visit_id)
    text = rules_text(ctx, "survey", prompt.survey, prompt.survey_version)
    advance(ctx, SURVEY, prompt, "ask", asked_at=ctx.now)
    tell(
        ctx,
        prompt.person_id,
        "survey_ask",
        about=("survey", prompt.id),
        prompt_id=prompt.id,
        question=text.body["question"],
        service_name=called_service(ctx, visit.service) if visit else "",
        worker=parties_of(visit).worker if visit else "",
        until=ctx.now + ANSWERABLE_FOR,
    )


@use_case("resident", *FRONT)
def answer_survey(ctx: Context, prompt_id: int, *, score: int | None = None, words: str | None = None) -> SurveyPrompt:
    """The score (1 to 5), and a word afterwards if wanted; a low one is looked at by a person (J2).

    Refuses: not_found, bad_score, not_now (it was not asked yet).
    """
    prompt = access_survey(ctx, prompt_id)
    if score is not None and not 1 <= score <= 5:
        raise Refused("bad_score", _("A number from 1 to 5, please."), status=400)
    advance(
        ctx,
        SURVEY,
        prompt,
        "answer",
        score=score if score is not None else prompt.score,
        words=words if words is not None else prompt.words,
        answered_at=ctx.now,
    )
    if prompt.score is not None and prompt.score <= LOW:
        said = _("The survey after a visit was answered with %(score)s of 5.", score=prompt.score)
        raise_alert(ctx, "low_survey", said, about=("survey", prompt.id), owner="supervisor")
    return prompt


def open_prompt(ctx: Context) -> SurveyPrompt | None:
    """The question that the asker has not answered yet, if there is one."""
    mine = (SurveyPrompt.community_id == ctx.community_id) & (SurveyPrompt.person_id == ctx.actor.id)
    recent = (SurveyPrompt.state == "asked") & (SurveyPrompt.asked_at > ctx.now - ANSWERABLE_FOR)
    return SurveyPrompt.select().where(mine & recent).order_by(SurveyPrompt.id.desc()).first()
