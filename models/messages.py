"""What comes in, what goes out, and what the platform allows at the moment (Q1, RELIABILITY section 3)."""

from peewee import SQL, IntegerField, TextField

from models.base import JsonField, Row, SealedField, UtcField

ZERO = [SQL("DEFAULT 0")]  # a column that came later: rows of before have none of it


class Inbox(Row):
    """A push of the platform, known by (account, key). States: new, processing, done, dead."""

    account = TextField()
    key = TextField()
    user_key = TextField()  # order is kept per sender
    body = SealedField()
    state = TextField()
    attempts = IntegerField(default=0)
    next_at = UtcField()
    lease_until = UtcField(null=True)
    lease = TextField(null=True)
    reply = SealedField(null=True)
    error = TextField(null=True)
    trace_id = TextField(default="")
    trace = JsonField(null=True)
    received_at = UtcField()

    class Meta:
        indexes = ((("account", "key"), True), (("state", "next_at"), False), (("user_key", "state", "id"), False))


class Outbox(Row):
    """One notice to one person, written with the change it tells of.

    States: pending, sending, sent, skipped (no longer true, or not wanted), called (on the staff's call list),
    dead (it failed until it was of no use any more).
    """

    person_id = IntegerField()
    notice = TextField()
    values = JsonField(default=dict)
    subject_kind = TextField(default="")
    subject_id = IntegerField(null=True)
    effect_key = TextField(unique=True)
    urgency = TextField(default="normal")  # low, normal, high, emergency
    state = TextField(default="pending")
    not_before = UtcField()
    expires_at = UtcField(null=True)
    attempts = IntegerField(default=0)
    next_at = UtcField()
    lease_until = UtcField(null=True)
    lease = TextField(null=True)
    channel = TextField(null=True)
    refused_channels = JsonField(default=list)
    msgid = TextField(null=True)
    error = TextField(null=True)
    why = TextField(null=True)  # why skipped or called, in words for staff
    trace_id = TextField(default="")
    created_at = UtcField()
    sent_at = UtcField(null=True)
    receipt = TextField(null=True)  # what the platform said later of its arrival
    rounds = IntegerField(constraints=ZERO, default=0)  # how often a receipt sent it on its way anew
    unsure = IntegerField(constraints=ZERO, default=0)  # how often the answer was lost after the request had left
    unsure_since = UtcField(null=True)

    class Meta:
        indexes = (
            (("state", "urgency", "next_at"), False),
            (("community_id", "person_id", "state", "next_at"), False),
            (("community_id", "subject_kind", "subject_id"), False),
            (("msgid",), False),
            (("lease_until",), False),
        )


class Window(Row):
    """What one action of a person allows us to send without asking (wechat.md section 2)."""

    identity_id = IntegerField()
    action = TextField()  # a row of the table in handlers/windows.py
    opened_at = UtcField()
    until = UtcField()
    allowance = IntegerField()
    used = IntegerField(default=0)
    used_at = UtcField(null=True)

    class Meta:
        indexes = ((("community_id", "identity_id", "until"), False), (("until",), False))


class CallTask(Row):
    """Somebody whom staff should phone, because no message may or can reach them. States: open, done, dropped."""

    person_id = IntegerField()
    outbox_id = IntegerField(null=True, unique=True)
    words = SealedField()
    why = TextField()
    state = TextField(default="open")
    due_at = UtcField()
    opened_at = UtcField()
    done_at = UtcField(null=True)
    done_by = IntegerField(null=True)
    outcome = TextField(null=True)

    class Meta:
        indexes = ((("community_id", "state", "due_at"), False),)


class PlatformToken(Row):
    """The one access token of an account, refreshed by one process at a time."""

    app_id = TextField(unique=True)
    token = SealedField(null=True)
    expires_at = UtcField(null=True)
    lease_until = UtcField(null=True)
    asked_at = UtcField(null=True)  # when one was last asked for; nobody asks again at once
    forced_at = UtcField(null=True)  # when a new one was last forced: the platform allows that 20 times a day


class SubscribeConsent(Row):
    """How many subscribe messages of one template a person has still allowed.

    One tap of theirs is told twice: by the mini-program itself and by the platform's event. What each of the two has told
    is counted, so that the second of them adds nothing.
    """

    identity_id = IntegerField()
    template = TextField()
    left = IntegerField(default=0)
    by_page = IntegerField(constraints=ZERO, default=0)
    by_event = IntegerField(constraints=ZERO, default=0)
    asked_at = UtcField(null=True)

    class Meta:
        indexes = ((("community_id", "identity_id", "template"), True),)
