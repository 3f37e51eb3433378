"""The page of the phones at a desk's width, on a simulator with a tiny product behind it."""

import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer

import pytest
from playwright.sync_api import Page

from simulator.config import SimulatorConfig
from simulator.server import Running
from tests.simulator.sim_support import Handler, Product
from tests.simulator_page.hands import answer
from tests.tabs import Tabs


@pytest.fixture
def product() -> Iterator[Product]:
    """The tiny product, listening."""
    made = Product(answer=answer)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Handler,), {"product": made}))
    server.daemon_threads = True
    made.port = server.server_port
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture
def running(product: Product) -> Iterator[Running]:
    """The simulator, pushing to the tiny product."""
    config = SimulatorConfig(push_url=f"http://127.0.0.1:{product.port}/wechat", clock_settle=0.0, push_timeout=1.0)
    product.config = config
    made = Running(config)
    yield made
    made.stop()


@pytest.fixture
def page(running: Running, tabs: Tabs) -> Page:
    """The page at a desk's width; a request to anywhere else fails the test."""
    tab = tabs.open(near=running.url)
    tab.goto(f"{running.url}/simulator/")
    return tab
