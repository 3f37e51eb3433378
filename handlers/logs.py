"""Structured logs, one line an event, with one id through a push, its handler, its outbox rows and sends.

Personal data does not get in: whatever looks like a phone number, an identity number or an openid is masked in every
value, also of lines that libraries write (A6).
"""

import logging
import re
import sys
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

import structlog

log: Any = structlog.get_logger("linli")

_PHONE = re.compile(r"(?<!\d)(1[3-9]\d)[ -]?\d{4}[ -]?(\d{4})(?!\d)")
_ID_NUMBER = re.compile(
    r"(?<!\d)([1-9]\d{5})(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![\dXx])"
)
_OPENID = re.compile(r"(?<![\w-])(o[\w-]{5})[\w-]{18}([\w-]{4})(?![\w-])", re.ASCII)
# Most values are none of these, which is seen at one look: a line is written for every push.
_MAY_BE_ONE = re.compile(r"\d[\d -]{9,}[\dXx]|o[A-Za-z0-9_-]{27}")
_SHORTEST = 11
_MASKS = ((_ID_NUMBER, r"\1************"), (_PHONE, r"\1****\2"), (_OPENID, r"\1…\2"))


def mask(text: str) -> str:
    """The text with phone numbers, identity numbers and openids made unreadable."""
    if len(text) < _SHORTEST or not _MAY_BE_ONE.search(text):
        return text
    for pattern, shown in _MASKS:
        text = pattern.sub(shown, text)
    return text


def mask_values(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: masks every value of an event, however deep."""
    return {key: _masked(value) for key, value in event.items()}


def _masked(value: Any) -> Any:
    if isinstance(value, bool | float | None):
        return value
    if isinstance(value, int):
        shown = mask(str(value))
        return value if shown == str(value) else shown
    if isinstance(value, dict):
        return {mask(str(key)): _masked(part) for key, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_masked(part) for part in value]
    return mask(str(value))


def bind(**values: Any) -> None:
    """Adds values to every line that this thread logs from here on; `bind(trace_id=...)` begins a push or a job."""
    structlog.contextvars.bind_contextvars(**values)


def begin(**values: Any) -> None:
    """A new piece of work in this thread: what the one before it has bound is forgotten, and these values are bound."""
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(**values)


@contextmanager
def bound(**values: Any) -> Iterator[None]:
    """Like `bind`, but only within it."""
    with structlog.contextvars.bound_contextvars(**values):
        yield


_as_json = False


def is_json() -> bool:
    """Whether this process's lines are for machines."""
    return _as_json


def configure_logging(json: bool = True, level: str = "info") -> None:
    """Sets up this process's logs on standard error: JSON lines for machines, or short lines for people.

    Lines of gunicorn, APScheduler and the other libraries go the same way, and are masked alike.
    """
    global _as_json
    _as_json = json
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        mask_values,
    ]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=_last_steps(json)))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # Their chatter at info tells an operator nothing.
    for name in ("apscheduler", "urllib3", "werkzeug", "tzlocal"):
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def _last_steps(json: bool) -> list[Any]:
    render = structlog.processors.JSONRenderer(ensure_ascii=False) if json else structlog.dev.ConsoleRenderer()
    # Masked once more at the very end: a library's own arguments are put into its line only there.
    return [structlog.stdlib.ProcessorFormatter.remove_processors_meta, mask_values, render]
