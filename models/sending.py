"""What we know of the platform's own moods: calls that rest, receipts that came early, ways that are closed to somebody."""

from peewee import IntegerField, TextField

from models.base import Row, UtcField


class ApiGate(Row):
    """One call of one account: what is used of its day, when the next may leave, and until when it rests.

    Shared by all processes; belongs to no community (community_id is 0).
    """

    app_id = TextField()
    api = TextField()
    day = TextField(default="")  # in Shanghai; `used` counts within it
    used = IntegerField(default=0)
    next_free = UtcField(null=True)
    failures = IntegerField(default=0)  # in a row
    held_at = UtcField(null=True)
    held_until = UtcField(null=True)
    held_why = TextField(null=True)

    class Meta:
        indexes = ((("app_id", "api"), True),)


class EarlyReceipt(Row):
    """A receipt of a message whose sending is not recorded yet; found again when it is."""

    msgid = TextField(unique=True)
    status = TextField()
    at = UtcField()

    class Meta:
        indexes = ((("at",), False),)


class ClosedWay(Row):
    """A way that the platform says is closed to one account of a person, such as templates that they block."""

    identity_id = IntegerField()
    channel = TextField()
    until = UtcField()
    why = TextField(default="")

    class Meta:
        indexes = ((("community_id", "identity_id", "channel"), True), (("until",), False))
