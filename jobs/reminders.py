"""What falls due by itself, as one table: the kinds of deadline and in which handler each is answered.

A new reminder is a deadline set by a handler (`set_deadline`), a function marked `@on_due(kind)`, and its row here; a
test holds the two together.
"""

from handlers import agreements, complaints, completion, matching, offers, ratings, requests, surveys, visits
from handlers.deadlines import DUE

REMINDERS: dict[str, str] = {}

HOMES = (agreements, complaints, completion, matching, offers, ratings, requests, surveys, visits)


def undeclared() -> set[str]:
    """Kinds that a handler answers and this table does not name, and the other way round."""
    return set(DUE) ^ set(REMINDERS)
