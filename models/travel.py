"""Ways whose length a routing service was asked for, once for each pair of places."""

from peewee import IntegerField, TextField

from models.base import Row, UtcField


class TravelTime(Row):
    """Minutes from one cell to another (a cell is a place rounded to about a hundred metres). States: wanted, known.

    What is wanted is asked for by the jobs process, outside of any transaction; until then, and where the service does not answer,
    the straight line counts. `asked_at` is when it was wanted or learnt; old rows are cleared.
    """

    from_cell = TextField()
    to_cell = TextField()
    state = TextField(default="wanted")
    minutes = IntegerField(null=True)
    tries = IntegerField(default=0)
    next_at = UtcField()
    asked_at = UtcField()

    class Meta:
        indexes = (
            (("community_id", "from_cell", "to_cell"), True),
            (("state", "next_at"), False),
            (("asked_at",), False),
        )
