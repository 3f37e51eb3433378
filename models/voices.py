"""What people say afterwards: ratings, complaints, survey answers (H1, I1, I2, J2)."""

from peewee import BooleanField, IntegerField, TextField

from models.base import JsonField, Row, SealedField, Stateful, UtcField


class Rating(Row):
    """Stars of one side for one visit. Hidden from the other side until `visible_at` (both rated, or 7 days) (H1)."""

    visit_id = IntegerField()
    by = TextField()  # resident, worker
    person_id = IntegerField()
    worker_id = IntegerField()
    stars = IntegerField()
    parts = JsonField(default=dict)  # attitude, skill, efficiency, tidiness
    words = SealedField(null=True)
    created_at = UtcField()
    editable_until = UtcField()
    visible_at = UtcField()
    shown_at = UtcField(null=True)

    class Meta:
        indexes = ((("community_id", "visit_id", "by"), True), (("community_id", "worker_id", "created_at"), False))


class Complaint(Stateful):
    """A complaint and its clocks. Life cycle: lifecycles.COMPLAINT (I1, I2)."""

    number = TextField()
    person_id = IntegerField(null=True)
    by = TextField(default="resident")
    about_kind = TextField(default="")  # visit, worker, agency, staff, platform
    about_id = IntegerField(null=True)
    channel = TextField(default="chat")
    anonymous = BooleanField(default=False)
    reasons = JsonField(default=list)
    words = SealedField()
    assignee_id = IntegerField(null=True)
    received_at = UtcField()
    answer_due_at = UtcField()
    result_due_at = UtcField()
    answered_at = UtcField(null=True)
    closed_at = UtcField(null=True)
    result = SealedField(null=True)
    satisfied = TextField(null=True)
    extended_reason = TextField(null=True)

    class Meta:
        indexes = ((("community_id", "number"), True), (("community_id", "state", "answer_due_at"), False))


class ComplaintLine(Row):
    """One thing said in a complaint, by whom, and whether the complainant sees it."""

    complaint_id = IntegerField()
    by = TextField()
    words = SealedField()
    shown = BooleanField(default=True)
    at = UtcField()

    class Meta:
        indexes = ((("community_id", "complaint_id", "at"), False),)


class SurveyPrompt(Stateful):
    """One asking of a person; never more than one a month (J2). State: waiting, asked, answered, passed."""

    person_id = IntegerField()
    visit_id = IntegerField(null=True)
    survey = TextField()
    survey_version = TextField()
    score = IntegerField(null=True)
    answers = JsonField(default=dict)
    words = SealedField(null=True)
    asked_at = UtcField(null=True)
    answered_at = UtcField(null=True)
    created_at = UtcField()

    class Meta:
        indexes = ((("community_id", "person_id", "created_at"), False),)
