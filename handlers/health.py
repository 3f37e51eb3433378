"""Whether this process can do its work: the database answers, its schema is today's, a jobs process runs, Redis (if set) answers."""

from peewee import PeeweeException

from handlers.alive import SILENT, silent_for
from handlers.metrics import set_up
from handlers.redis_line import redis_fails, redis_line
from handlers.settings import Settings
from models.base import database
from models.schema import pending

UNUSED, UNKNOWN = "not used", "not known"


def is_ready(settings: Settings) -> tuple[bool, dict[str, str]]:
    """(ready, what each part says). Without Redis we go on, more slowly, and without a jobs process pushes are still answered:
    both are told, and don't make us unready."""
    database_says = _database()
    ready = database_says == "ok"
    # One that hangs is asked once: whoever asks how we are has little patience.
    parts = {"database": database_says, "jobs": _jobs() if ready else UNKNOWN, "redis": _redis(settings.redis.url)}
    for name, said in parts.items():
        _show(name, said)
    return ready, parts


def measure_redis(settings: Settings) -> None:
    """Only whether Redis answers, as a figure: for a process whose other parts somebody else shows."""
    _show("redis", _redis(settings.redis.url))


def _show(name: str, said: str) -> None:
    if said not in (UNUSED, UNKNOWN):  # what is not used is not down
        set_up(name, said == "ok")


def _database() -> str:
    try:
        database.execute_sql("SELECT 1")
        waiting = pending(database)
    except PeeweeException as refusal:
        return f"does not answer: {type(refusal).__name__}"
    return f"needs migrations: {', '.join(waiting)}" if waiting else "ok"


def _jobs() -> str:
    try:
        silent = silent_for()
    except PeeweeException:
        return UNKNOWN
    if silent is None:
        return "does not run"
    return "ok" if silent < SILENT else f"not heard of for {int(silent.total_seconds())} s"


def _redis(url: str) -> str:
    if not url:
        return UNUSED
    try:
        redis_line(url, 1).ping()
    except redis_fails() as refusal:
        return f"does not answer: {type(refusal).__name__}"
    return "ok"
