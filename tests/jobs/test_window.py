"""What a jobs process shows of itself to machines (K4)."""

from collections.abc import Iterator
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from handlers.metrics import count_send, expect_jobs
from jobs.shown import Window, open_window
from tests.ports import free_port


@pytest.fixture
def window() -> Iterator[Window]:
    """Of a process whose ticker stands still as soon as `alive` is empty."""
    alive = [True]
    made = open_window("127.0.0.1", free_port(), lambda: bool(alive))
    assert made is not None
    made.alive = alive  # type: ignore[attr-defined]
    yield made
    made.shutdown()
    made.server_close()


def test_figures_and_life(window: Window) -> None:
    """K4: its sends and the failures of its jobs, these from 0 on; whether it ticks; nothing else."""
    count_send("template", 45009)
    expect_jobs(["never_ran"])
    at = f"http://127.0.0.1:{window.server_address[1]}"
    shown = urlopen(f"{at}/metrics").read().decode()
    assert 'linli_sends_total{channel="template",errcode="45009"}' in shown
    assert 'linli_job_runs_total{name="never_ran",outcome="failed"} 0.0' in shown
    assert urlopen(f"{at}/healthz").status == 200
    window.alive.clear()  # type: ignore[attr-defined]
    for path, status in (("healthz", 503), ("console", 404)):
        with pytest.raises(HTTPError) as refused:
            urlopen(f"{at}/{path}")
        assert refused.value.code == status


def test_a_port_that_is_taken_stops_nothing(window: Window) -> None:
    """K4: two processes on one machine have one config.yaml; the work matters more than its figures."""
    assert open_window("127.0.0.1", window.server_address[1], lambda: True) is None
    assert open_window("127.0.0.1", 0, lambda: True) is None
