"""Everything that runs by the clock and belongs to no single thing, as one table: name, how often, what, and for how long
after its time it is of use. handlers/job_runs.py runs each slot once, however many processes tick.
"""

from datetime import timedelta

from handlers.context import Context
from handlers.housekeeping import clear_old_rows
from handlers.job_runs import Job, run_due
from handlers.series_making import extend_all

SCHEDULE = (
    Job("clear_old_rows", timedelta(hours=6), clear_old_rows, timedelta(hours=6), in_pieces=True),
    Job("extend_series", timedelta(days=1), extend_all, timedelta(days=1)),
)


def run_due_jobs(ctx: Context) -> int:
    """Runs every job whose slot has come and that nobody has run yet; says how many ran."""
    return sum(run_due(ctx, job) for job in SCHEDULE)
