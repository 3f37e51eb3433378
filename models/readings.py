"""What takes longer to understand than an answer may: voices, words to be thought about; and what was misunderstood (C3)."""

from peewee import IntegerField, TextField

from models.base import JsonField, Row, SealedBytes, SealedField, UtcField


class Recording(Row):
    """A voice message: fetched from the platform by the jobs process, kept for a while so that a consultant can listen.

    States: wanted, kept, lost (the platform has it no more, or it is no sound), gone (its time is over).
    """

    person_id = IntegerField()
    line_id = IntegerField()  # the chat line that it belongs to
    media_ids = JsonField()  # the platform's names of it, the clearest first
    state = TextField(default="wanted")
    mime = TextField(default="")
    seconds = IntegerField(default=0)
    data = SealedBytes(null=True)
    why = TextField(null=True)  # why it was lost, for operators
    at = UtcField()

    class Meta:
        indexes = (
            (("community_id", "line_id"), True),
            (("community_id", "person_id", "at"), False),
            (("state", "at"), False),
        )


class Reading(Row):
    """One thing said that is worked by the jobs process, in the person's own order, with calls outside of any transaction.

    Kinds: voice (listened to, then worked as if typed), keep (a voice that a consultant listens to), words (a model is asked),
    behind (typed while a voice of the same person waits), typed (a colleague wrote down what a voice says).
    States: new, working, done, asked (said back, waits for a yes), dropped (the person went on meanwhile), failed.
    """

    person_id = IntegerField()
    kind = TextField()
    state = TextField(default="new")
    push = SealedField()  # the platform's message, as the inbox keeps it
    words = SealedField(null=True)  # what was typed, or heard
    context = TextField(null=True)  # what had been shown, as understanding is told it
    frame = JsonField(null=True)  # how it was read in the end, when not by the rules
    recording_id = IntegerField(null=True)
    reply = SealedField(null=True)
    by = TextField(default="")  # who heard or read it: transcriber, model, or a colleague's name
    attempts = IntegerField(default=0)
    next_at = UtcField()
    lease_until = UtcField(null=True)
    lease = TextField(null=True)
    error = TextField(null=True)
    trace_id = TextField(default="")
    said_at = UtcField()

    class Meta:
        indexes = ((("state", "next_at"), False), (("community_id", "person_id", "state", "id"), False))


class LastHeard(Row):
    """The last words of each person and how they were read, so that a correction or a cry for a person can tell what went wrong."""

    person_id = IntegerField()
    heard_id = IntegerField(null=True)  # if it was kept as misunderstood already
    role = TextField()
    context = TextField(null=True)
    words = SealedField()
    frame = JsonField()
    said_at = UtcField()

    class Meta:
        indexes = ((("community_id", "person_id"), True),)


class Heard(Row):
    """Words that were not, or not rightly, understood; masked, and tied to no person. Staff say what was meant.

    `why` lists other, unsure, corrected, handed_over. States: open, labelled, no_matter.
    """

    mark = TextField()  # the same words in the same place again only count up
    role = TextField()
    context = TextField(null=True)
    words = SealedField()
    frame = JsonField()
    why = JsonField(default=list)
    times = IntegerField(default=1)
    state = TextField(default="open")
    label = JsonField(null=True)  # intent, slots, must_ask, note as staff say
    labelled_by = TextField(default="")
    labelled_at = UtcField(null=True)
    said_at = UtcField()

    class Meta:
        indexes = ((("community_id", "mark"), True), (("community_id", "state", "said_at"), False))
