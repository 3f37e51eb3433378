"""Figures for Prometheus. Handlers, doors and jobs say what happened by these verbs; /metrics shows the sums.

With PROMETHEUS_MULTIPROC_DIR set all processes of a machine are added up. What an alert asks for is there from the start, as 0:
Prometheus sees a rise only from one look to the next, and would miss the first of its kind.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from functools import cache
from typing import Any

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from handlers.logs import log


def _make_folder() -> None:
    """Where the processes put their figures down; the first one makes it."""
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    if not folder:
        return
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as failure:
        raise SystemExit(f"PROMETHEUS_MULTIPROC_DIR, {folder}, can't be made: {failure.strerror}.") from None
    if not os.access(folder, os.W_OK):
        raise SystemExit(f"PROMETHEUS_MULTIPROC_DIR, {folder}, can't be written to by this user.")


_make_folder()
METRICS_TYPE = CONTENT_TYPE_LATEST
# Kinds of pushes come from outside: no more than this many become series of their own.
MAX_KINDS = 60

_pushes = Counter("linli_pushes", "Pushes taken from the platform", ["kind", "outcome"])
_answers = Histogram(
    "linli_answer_seconds",
    "From a push to its answer",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 2.5, 3.5, 4.5, 5),
)
_sends = Counter("linli_sends", "Messages handed to the platform, by channel and its answer", ["channel", "errcode"])
_send_seconds = Histogram("linli_send_seconds", "How long a call that sends took", ["channel"])
_jobs = Counter("linli_job_runs", "Runs of the clock's jobs", ["name", "outcome"])
_job_seconds = Histogram("linli_job_seconds", "How long a job ran", ["name"])
_tokens = Counter("linli_token_refreshes", "Access tokens asked for", ["account", "outcome"])
_outbox = Gauge("linli_outbox_messages", "Messages in the outbox", ["state"], multiprocess_mode="mostrecent")
_outbox_age = Gauge(
    "linli_outbox_age_seconds", "How long the oldest message has been due", multiprocess_mode="mostrecent"
)
_dead = Gauge("linli_dead_letters", "What nobody could deliver or work on", ["queue"], multiprocess_mode="mostrecent")
_windows = Gauge(
    "linli_windows_open", "Reply windows with messages left, by action", ["action"], multiprocess_mode="mostrecent"
)
_api_used = Gauge(
    "linli_api_used", "Calls of the platform made today", ["account", "api"], multiprocess_mode="mostrecent"
)
_api_limit = Gauge("linli_api_limit", "Calls that the day allows", ["account", "api"], multiprocess_mode="mostrecent")
_api_rests = Gauge("linli_api_resting", "Whether a call rests", ["account", "api"], multiprocess_mode="mostrecent")
_token_left = Gauge(
    "linli_token_seconds_left", "How long the access token is good", ["account"], multiprocess_mode="mostrecent"
)
_copy_age = Gauge(
    "linli_copy_age_seconds", "How long ago the database was copied last", multiprocess_mode="mostrecent"
)
_inbox = Gauge(
    "linli_inbox_messages", "Stored pushes that wait, or are dead", ["state"], multiprocess_mode="mostrecent"
)
_parts = Gauge("linli_up", "Whether a part that we lean on answers", ["part"], multiprocess_mode="mostrecent")

_kinds: set[str] = set()
_hooks: dict[str, Callable[[], None]] = {}


def count_push(kind: str, outcome: str) -> None:
    """One push: its message type or event, and new, repeat, later, forged, refused or failed."""
    _push(_known(kind), outcome).inc()


@cache
def _push(kind: str, outcome: str) -> Any:
    return _pushes.labels(kind, outcome)  # looked up once for each pair, of which there are few


def _known(kind: str) -> str:
    if kind not in _kinds and (len(_kinds) >= MAX_KINDS or len(kind) > 40):
        return "other"
    _kinds.add(kind)
    return kind


def expect_refusals() -> None:
    """A web process: refused and forged pushes are counted from 0 on."""
    for outcome in ("refused", "forged"):
        _push(_known("unknown"), outcome)


def expect_jobs(names: Iterable[str]) -> None:
    """A jobs process: failures of these jobs are counted from 0 on."""
    for name in names:
        _jobs.labels(name, "failed")


def time_answer() -> AbstractContextManager[Any]:
    """Times the answer to one push."""
    return _answers.time()  # type: ignore[no-any-return]


def count_send(channel: str, errcode: int | str, seconds: float | None = None) -> None:
    """One send by `channel`: the platform's errcode (0 is good), or a word such as timeout."""
    _sends.labels(channel, str(errcode)).inc()
    if seconds is not None:
        _send_seconds.labels(channel).observe(seconds)


def count_job(job: str, outcome: str, seconds: float | None = None) -> None:
    """One run of a job: ok, failed or skipped (another process had it)."""
    _jobs.labels(job, outcome).inc()
    if seconds is not None:
        _job_seconds.labels(job).observe(seconds)


def count_token_refresh(account: str, outcome: str) -> None:
    """One access token asked for, for an app id: ok, or the platform's errcode."""
    _tokens.labels(account, outcome).inc()


def set_outbox(by_state: Mapping[str, int], oldest_due_s: float) -> None:
    """How many messages stand in each state, and how long the oldest has been due."""
    for state, count in by_state.items():
        _outbox.labels(state).set(count)
    _outbox_age.set(oldest_due_s)


def set_dead(by_queue: Mapping[str, int]) -> None:
    """How much lies in inbox and outbox that nobody could work on or deliver."""
    for queue, count in by_queue.items():
        _dead.labels(queue).set(count)


def set_windows(by_action: Mapping[str, int]) -> None:
    """How many reply windows are open, by what opened them."""
    for action, count in by_action.items():
        _windows.labels(action).set(count)


def set_api(account: str, api: str, used: int, limit: int, *, resting: bool) -> None:
    """What is used of a call's day, and whether it rests; a limit of 0 is none."""
    _api_used.labels(account, api).set(used)
    _api_limit.labels(account, api).set(limit)
    _api_rests.labels(account, api).set(int(resting))


def set_token(account: str, seconds_left: float) -> None:
    """How long an account's access token is still good."""
    _token_left.labels(account).set(seconds_left)


def set_copy_age(seconds: float) -> None:
    """How long ago `backup` made a copy."""
    _copy_age.set(seconds)


def set_inbox(by_state: Mapping[str, int]) -> None:
    """How many stored pushes wait, are being worked, or are dead."""
    for state, count in by_state.items():
        _inbox.labels(state).set(count)


def set_up(part: str, up: bool) -> None:
    """Whether a part (database, redis, jobs) answers."""
    _parts.labels(part).set(1 if up else 0)


def before_render(name: str, hook: Callable[[], None]) -> None:
    """Has `hook` set its gauges each time that the figures are asked for; the same name replaces the one before."""
    _hooks[name] = hook


def render_metrics() -> bytes:
    """All figures in Prometheus' text form (METRICS_TYPE). A database that is away takes its own figures only."""
    for name, hook in list(_hooks.items()):
        try:
            hook()
        except Exception as failure:  # whoever watches us needs the other figures just then
            log.error("metrics.hook", hook=name, error=f"{type(failure).__name__}: {failure}")
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    return generate_latest(registry)


def forget_process(pid: int) -> None:
    """Takes a process that has ended out of the live figures (gunicorn's child_exit)."""
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        mark_process_dead(pid)
