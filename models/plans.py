"""The plan of a day while it is being made at the desk, and what residents and workers are asked because of it (D5, D7)."""

from peewee import IntegerField, TextField

from models.base import JsonField, Row, Stateful, UtcField


class PlanDraft(Row):
    """What a coordinator would change in one day; nobody is told of it before it is published.

    `moves` is {"r12": {"worker": 5, "start": 540, "by": "hand"}}: r a request, v a visit, minutes of the local day; `by` is hand
    or plan. `version` counts every change, so that two coordinators can't overwrite each other. States: open, wanted (the
    planner is to fill it), working (it does).
    """

    day = TextField()  # local date, YYYY-MM-DD
    version = IntegerField(default=1)
    moves = JsonField(default=dict)
    ill = JsonField(default=dict)  # {"5": 600}: from which minute on a worker can't go on
    left_out = JsonField(default=dict)  # {"r12": ["papers", 3]}: what the planner could not place, and why
    past = JsonField(default=list)  # earlier moves, ill and left_out, the last change at the end
    said = JsonField(default=dict)  # what the planner told of its last run
    state = TextField(default="open")
    wanted_at = UtcField(null=True)
    lease_until = UtcField(null=True)
    changed_by = TextField(default="")
    changed_at = UtcField(null=True)
    published = IntegerField(default=0)  # the version that was published last

    class Meta:
        indexes = ((("community_id", "day"), True), (("state", "wanted_at"), False))


class Proposal(Stateful):
    """Another time or worker for something that a resident counts on: it becomes true when both have said yes.

    Life cycle: lifecycles.PROPOSAL. Without `visit_id` nothing is promised that could be kept instead.
    """

    request_id = IntegerField()
    visit_id = IntegerField(null=True)
    person_id = IntegerField()
    worker_id = IntegerField()
    starts_at = UtcField()
    minutes = IntegerField()
    price_fen = IntegerField()
    why = TextField(default="")  # ill, moved, time
    resident_at = UtcField(null=True)
    worker_at = UtcField(null=True)
    expires_at = UtcField()
    created_at = UtcField()

    class Meta:
        indexes = ((("community_id", "request_id", "state"), False), (("community_id", "starts_at"), False))
