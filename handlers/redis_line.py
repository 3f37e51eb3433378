"""The line to Redis. Its driver is loaded only where the settings name a Redis: else it would take eight megabytes of each process."""

import sys
from importlib import import_module
from typing import Any


def redis_line(url: str, timeout_s: float, **more: Any) -> Any:
    """A client of the server at `url`, which waits no longer than `timeout_s` for an answer."""
    return import_module("redis").Redis.from_url(url, socket_timeout=timeout_s, socket_connect_timeout=timeout_s, **more)


def redis_fails() -> tuple[type[Exception], ...]:
    """What such a client raises when the server is gone or silent."""
    driver = sys.modules.get("redis")
    return (driver.RedisError,) if driver is not None else ()
