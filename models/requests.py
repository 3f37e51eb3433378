"""Requests, recommendations and offers (C, D)."""

from peewee import IntegerField, TextField

from models.base import JsonField, Row, SealedField, Stateful, UtcField


class Request(Stateful):
    """What a resident asks for. Life cycle: models/rules/lifecycles.REQUEST. Money in fen, times UTC.

    Where several people are to come together (a team), each of them has a request with the first one's id as `team_id`, the
    first one included (handlers/teams.py).
    """

    number = TextField()
    person_id = IntegerField()
    served = TextField(default="")  # who is served, if not the asker
    channel = TextField(default="chat")
    service = TextField(null=True)
    address_id = IntegerField(null=True)
    starts_at = UtcField(null=True)
    minutes = IntegerField(null=True)
    recurrence = TextField(null=True)
    people = IntegerField(default=1)  # how many are to come; in a team, how many it has
    team_id = IntegerField(null=True)  # the first place's request; None: one person comes, or the team is not formed yet
    team_place = IntegerField(default=1)  # 1 to people
    tasks = JsonField(default=list)
    extras = JsonField(default=dict)  # rooms, area_m2, diners, age ... as understood
    budget_min_fen = IntegerField(null=True)
    budget_max_fen = IntegerField(null=True)
    wishes = JsonField(default=dict)  # sex, language, worker_id, not_worker_ids
    words = SealedField(default="")  # what the person said, word for word
    quote = JsonField(null=True)  # lines and total_fen as last shown
    question = TextField(null=True)  # what the coordinator asked back
    reject_reason = TextField(null=True)
    chosen_worker_id = IntegerField(null=True)
    widened = IntegerField(default=0)
    loosened = JsonField(default=dict)  # what the resident was asked when nobody took it, and agreed to (handlers/widening.py)
    submitted_at = UtcField(null=True)
    review_due_at = UtcField(null=True)
    reviewed_by = IntegerField(null=True)
    created_at = UtcField()
    updated_at = UtcField()

    class Meta:
        indexes = (
            (("community_id", "number"), True),
            (("community_id", "person_id", "state"), False),
            (("community_id", "state", "review_due_at"), False),
            (("community_id", "team_id"), False),
        )


class Counter(Row):
    """The last number given of a series, such as request:1125."""

    series = TextField()
    last = IntegerField(default=0)

    class Meta:
        indexes = ((("community_id", "series"), True),)


class Recommendation(Row):
    """One ranked worker for a request, with the parts of the score, so that "why" answers from what decided (D3, D6)."""

    request_id = IntegerField()
    worker_id = IntegerField()
    place = IntegerField()
    score = IntegerField()  # thousandths
    price_fen = IntegerField()
    parts = JsonField()
    facts = JsonField(default=dict)
    made_at = UtcField()

    class Meta:
        indexes = ((("community_id", "request_id", "place"), False),)


class Offer(Stateful):
    """A job offered to one worker until `expires_at`. Life cycle: lifecycles.OFFER. The first acceptance wins (D4)."""

    request_id = IntegerField()
    worker_id = IntegerField()
    terms = JsonField()  # starts_at, minutes, price_fen ... what is on the table now
    turn = TextField(default="worker")  # who must answer: worker, resident, coordinator
    round = IntegerField(default=0)
    decline_reason = TextField(null=True)
    expires_at = UtcField()
    answered_at = UtcField(null=True)
    created_at = UtcField()

    class Meta:
        indexes = (
            (("community_id", "request_id", "state"), False),
            (("community_id", "worker_id", "state"), False),
        )


class Note(Row):
    """A remark of staff on a thing, seen by staff only."""

    subject_kind = TextField()
    subject_id = IntegerField()
    staff_id = IntegerField()
    words = SealedField()
    at = UtcField()

    class Meta:
        indexes = ((("community_id", "subject_kind", "subject_id"), False),)
