"""The state of a conversation: the open dialogue, the card last shown, who is with a person, what was said."""

from peewee import BooleanField, IntegerField, TextField

from models.base import JsonField, Row, SealedField, Stateful, UtcField


class Dialogue(Row):
    """Where a person stands in the talk with the bot: at most one open dialogue, and one draft parked beside it."""

    person_id = IntegerField()
    name = TextField(default="")
    step = TextField(default="")
    data = JsonField(default=dict)
    parked = JsonField(null=True)  # a draft left half-way: {"name", "step", "data", "at"}
    card = JsonField(default=list)  # choices last shown: [{"id", "words"}]
    context = TextField(default="")  # "pushed": the card last shown came by itself
    updated_at = UtcField()

    class Meta:
        indexes = ((("community_id", "person_id"), True),)


class Handover(Stateful):
    """A person waits for, or talks with, a consultant; the bot is silent meanwhile (B5). lifecycles.HANDOVER."""

    person_id = IntegerField()
    reason = TextField(default="")
    staff_id = IntegerField(null=True)
    opened_at = UtcField()
    due_at = UtcField()
    taken_at = UtcField(null=True)
    closed_at = UtcField(null=True)

    class Meta:
        indexes = ((("community_id", "state", "due_at"), False), (("community_id", "person_id", "state"), False))


class ChatLine(Row):
    """One thing said between a person and us (bot or staff), kept for hand-overs and disputes."""

    person_id = IntegerField()
    mine = BooleanField()  # True: the person said it
    by = TextField(default="bot")
    kind = TextField(default="text")
    words = SealedField()
    media = TextField(null=True)
    at = UtcField()

    class Meta:
        indexes = ((("community_id", "person_id", "at"), False),)


class CarerCall(Stateful):
    """A carer who was called to somebody in danger: asked, coming, declined or off (C5). Life cycle: lifecycles.CARER_CALL."""

    handover_id = IntegerField()
    person_id = IntegerField()
    worker_id = IntegerField()
    asked_at = UtcField()
    answered_at = UtcField(null=True)

    class Meta:
        indexes = ((("community_id", "handover_id", "worker_id"), True),)
