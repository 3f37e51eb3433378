"""One clock: the system's, a test's, or the imitated platform's."""

import json
import os
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from handlers.clock import FollowingClock, ManualClock, SystemClock, clock_from, local
from handlers.settings import load_settings


class Platform(BaseHTTPRequestHandler):
    """Answers GET /sandbox/clock with the offset of its server."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        time.sleep(self.server.takes_s)  # type: ignore[attr-defined]
        body = json.dumps({"now": "", "offset": self.server.offset}).encode()  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Says nothing."""


@pytest.fixture
def platform() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Platform)
    server.daemon_threads = True
    server.offset, server.takes_s = 3600.0, 0.0  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def ahead(clock: FollowingClock) -> float:
    return (clock.now() - datetime.now(UTC)).total_seconds()


def until(clock: FollowingClock, seconds: float) -> bool:
    """Whether the clock gets that far ahead within three seconds."""
    end = time.monotonic() + 3
    while abs(ahead(clock) - seconds) > 1:
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def test_nobody_is_told_the_machines_time_before_the_first_answer(platform: ThreadingHTTPServer) -> None:
    """Q1: all that begins at once in a new process asks at once; none of it may run by another day's clock."""
    platform.takes_s = 0.2  # type: ignore[attr-defined]
    clock, told = FollowingClock(f"http://127.0.0.1:{platform.server_port}"), list[float]()
    threads = [threading.Thread(target=lambda: told.append(ahead(clock))) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 5 and all(abs(seconds - 3600) < 1 for seconds in told)


def test_first_answer_is_already_the_platforms_time(platform: ThreadingHTTPServer) -> None:
    clock = clock_from(load_settings(wechat={"api_base_url": f"http://127.0.0.1:{platform.server_port}"}))
    assert isinstance(clock, FollowingClock)
    assert abs(ahead(clock) - 3600) < 1


def test_follows_a_move_and_keeps_it_when_the_other_end_is_silent(platform: ThreadingHTTPServer) -> None:
    clock = FollowingClock(f"http://127.0.0.1:{platform.server_port}")
    clock.now()
    platform.offset = 7200.0  # type: ignore[attr-defined]
    assert until(clock, 7200)
    platform.shutdown()
    platform.server_close()
    time.sleep(0.3)
    assert abs(ahead(clock) - 7200) < 1


def test_follows_in_a_forked_process_too(platform: ThreadingHTTPServer) -> None:
    """gunicorn forks its workers: each must see the visitor move the time on."""
    clock = FollowingClock(f"http://127.0.0.1:{platform.server_port}")
    clock.now()
    platform.offset = 10800.0  # type: ignore[attr-defined]
    child = os.fork()
    if child == 0:
        os._exit(0 if until(clock, 10800) else 1)
    assert os.waitpid(child, 0)[1] == 0


def test_nobody_there_means_system_time() -> None:
    assert abs(ahead(FollowingClock("http://127.0.0.1:9"))) < 1


def test_real_platform_means_system_time_and_follow_url_wins() -> None:
    assert isinstance(clock_from(load_settings()), SystemClock)
    assert isinstance(clock_from(load_settings(clock={"follow_url": "http://other:9000"})), FollowingClock)


def test_manual_clock_moves_only_when_told() -> None:
    start = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
    clock = ManualClock(start)
    assert clock.now() == clock.now() == start
    assert clock.advance(hours=2) == start + timedelta(hours=2)
    clock.set(start)
    assert local(clock.now()).hour == 9
