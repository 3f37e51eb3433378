"""What is to happen at a time, and what has happened: deadlines, runs of jobs, events."""

from peewee import IntegerField, TextField

from models.base import JsonField, Row, UtcField


class Deadline(Row):
    """Something that falls due. `kind` names its row in jobs/reminders.py or a handler's table. States: open, done, skipped."""

    kind = TextField()
    key = TextField()  # unique with kind: such as visit:12:evening
    subject_kind = TextField()
    subject_id = IntegerField()
    due_at = UtcField()
    data = JsonField(default=dict)
    state = TextField(default="open")
    closed_at = UtcField(null=True)
    note = TextField(null=True)

    class Meta:
        indexes = (
            (("kind", "key"), True),
            (("state", "due_at"), False),
            (("community_id", "subject_kind", "subject_id"), False),
        )


class JobRun(Row):
    """One slot of one job: the unique key is what makes it run once, however many processes tick."""

    job = TextField()
    slot = UtcField()
    started_at = UtcField()
    outcome = TextField(default="")

    class Meta:
        indexes = ((("job", "slot"), True),)


class Event(Row):
    """What happened to a thing: who, when, from which state to which, why. Only added, never changed (C6)."""

    subject_kind = TextField()
    subject_id = IntegerField()
    verb = TextField()
    from_state = TextField(default="")
    to_state = TextField(default="")
    actor_kind = TextField()
    actor_id = IntegerField(null=True)
    actor_called = TextField(default="")
    reason = TextField(null=True)
    data = JsonField(default=dict)
    trace_id = TextField(default="")
    at = UtcField()

    class Meta:
        indexes = ((("community_id", "subject_kind", "subject_id", "at"), False), (("community_id", "at"), False))


class Alert(Row):
    """Something staff should look at, with an owner and a plan to follow. States: open, done (K4 in its first form)."""

    kind = TextField()
    key = TextField(unique=True)
    subject_kind = TextField(default="")
    subject_id = IntegerField(null=True)
    owner = TextField(default="coordinator")  # a role
    words = TextField()
    state = TextField(default="open")
    at = UtcField()
    closed_at = UtcField(null=True)
    closed_by = IntegerField(null=True)

    class Meta:
        indexes = ((("community_id", "state", "at"), False),)
