"""A recurring service: one agreement, and each of its dates as a row of its own (C8)."""

from peewee import IntegerField, TextField

from models.base import Row, Stateful, UtcField


class Series(Stateful):
    """What repeats, by one sealed agreement. Life cycle: lifecycles.SERIES. Days are local dates, YYYY-MM-DD.

    Its first visit belongs to the request that was handed in; each later one has a request of its own, so that one can be moved,
    left out or looked for anew like any other.
    """

    request_id = IntegerField()
    agreement_id = IntegerField()
    person_id = IntegerField()
    worker_id = IntegerField()
    number = TextField()
    rule = TextField()  # RRULE body, as models/rules/recurrence.py reads it
    first_at = UtcField()
    last_day = TextField(default="")  # the last day on which somebody comes; "" without an end
    paused_from = TextField(default="")
    paused_to = TextField(default="")  # the first day on which somebody comes again; "" until somebody says so
    looked_to = UtcField()  # up to here every date has its row
    created_at = UtcField()

    class Meta:
        indexes = (
            (("community_id", "request_id"), True),
            (("community_id", "agreement_id"), False),
            (("community_id", "person_id", "state"), False),
            (("community_id", "worker_id", "state"), False),
            (("state", "looked_to"), False),
        )


class SeriesDate(Row):
    """One date of a series. States: visit (it has its request), paused, skipped, holiday (the resident is asked), unplaced
    (the worker can't; staff look), ended."""

    series_id = IntegerField()
    starts_at = UtcField()
    state = TextField()
    why = TextField(default="")
    request_id = IntegerField(null=True)

    class Meta:
        indexes = ((("community_id", "series_id", "starts_at"), True), (("community_id", "request_id"), False))
