"""Whether this process can do its work: the database answers, its schema is today's, Redis (if set) answers."""

from peewee import PeeweeException

from handlers.metrics import set_up
from handlers.redis_line import redis_fails, redis_line
from handlers.settings import Settings
from models.base import database
from models.schema import pending

UNUSED = "not used"


def is_ready(settings: Settings) -> tuple[bool, dict[str, str]]:
    """(ready, what each part says). Without Redis we go on, more slowly: it is told, and does not make us unready."""
    parts = {"database": _database(), "redis": _redis(settings.redis.url)}
    for name, said in parts.items():
        if said != UNUSED:  # what is not used is not down
            set_up(name, said == "ok")
    return parts["database"] == "ok", parts


def _database() -> str:
    try:
        database.execute_sql("SELECT 1")
        waiting = pending(database)
    except PeeweeException as refusal:
        return f"does not answer: {type(refusal).__name__}"
    return f"needs migrations: {', '.join(waiting)}" if waiting else "ok"


def _redis(url: str) -> str:
    if not url:
        return UNUSED
    try:
        redis_line(url, 1).ping()
    except redis_fails() as refusal:
        return f"does not answer: {type(refusal).__name__}"
    return "ok"
