"""A running simulator on a free port, and a tiny product that it pushes to."""

import threading
from collections.abc import Callable, Iterator
from http.server import ThreadingHTTPServer
from typing import Any

import pytest

from sim_support import Handler, Product, Sim
from simulator.config import SimulatorConfig
from simulator.server import Running


@pytest.fixture()
def product() -> Iterator[Product]:
    product = Product()
    handler = type("Handler", (Handler,), {"product": product})
    # Many pushes at once must not wait for a place in the queue.
    quick = type("Quick", (ThreadingHTTPServer,), {"request_queue_size": 128})
    server = quick(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    product.port = server.server_port
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield product
    server.shutdown()
    server.server_close()


@pytest.fixture()
def start(product: Product) -> Iterator[Callable[..., Sim]]:
    """Start a simulator with other settings; all are stopped in the end."""
    started: list[Sim] = []

    def begin(**settings: Any) -> Sim:
        usual: dict[str, Any] = {
            "push_url": f"http://127.0.0.1:{product.port}/wechat",
            "push_timeout": 3.0,
            "receipt_delay": 0.05,
            "clock_settle": 0.0,
            "hang_seconds": 0.5,
            "seed": 1,
        }
        config = SimulatorConfig(**usual | settings)
        started.append(Sim(Running(config), config))
        product.config = config
        return started[-1]

    yield begin
    for sim in started:
        sim.http.close()
        sim.running.stop()


@pytest.fixture()
def sim(start: Callable[..., Sim]) -> Sim:
    """The usual one, with short waits."""
    return start()
