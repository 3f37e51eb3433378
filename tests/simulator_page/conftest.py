"""The page of the phones at a desk's width, on a simulator with a tiny product behind it."""

import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer

import pytest
from playwright.sync_api import Page, sync_playwright

from simulator.config import SimulatorConfig
from simulator.server import Running
from tests.simulator.sim_support import Handler, Product
from tests.simulator_page.hands import answer


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
def page(running: Running, chromium: str) -> Iterator[Page]:
    """The page at a desk's width; an error of its scripts fails the test, and so does a request to anywhere else."""
    wrong: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        tab = browser.new_page(viewport={"width": 1440, "height": 900})
        tab.on("pageerror", lambda error: wrong.append(str(error)))
        tab.on("request", lambda asked: None if _is_near(asked.url, running.url) else wrong.append(asked.url))
        tab.goto(f"{running.url}/simulator/")
        yield tab
        browser.close()
    assert not wrong, wrong


def _is_near(url: str, here: str) -> bool:
    return url.startswith((f"{here}/", "data:", "about:"))
