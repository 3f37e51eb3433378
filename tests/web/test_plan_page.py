"""The plan of a day in a browser: dragged, checked on the way, taken back, published; and as a list on a phone (D5, Q3)."""

import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from models.requests import Offer
from tests.tabs import Tabs

pytestmark = [pytest.mark.slow, pytest.mark.browser]
TALL, LEFT, TOP, LANE = 1104, 84, 30, 52  # of the drawing, in its own units


@pytest.fixture
def house(web: Flask) -> Iterator[str]:
    """The pages at an address of this machine, at nine in the morning."""
    server = make_server("127.0.0.1", 0, web, threaded=True)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def page(house: str, tabs: Tabs) -> Page:
    """Tomorrow's plan at a desk's width."""
    tab = tabs.open(height=1400, strict=True)
    tab.goto(f"{house}/simulator/linli/signin/chenjie")
    tab.goto(f"{house}/console/plan?day=2026-11-25")
    return tab


def spot(page: Page, row: int, minute: int) -> tuple[float, float]:
    """Where a minute of a row lies on the screen."""
    box, drawn = page.locator("#dayplan").bounding_box(), page.locator("#dayplan")
    assert box is not None
    unit = box["width"] / TALL
    x = LEFT + (minute - int(drawn.get_attribute("data-from") or 0)) * float(drawn.get_attribute("data-scale") or 0)
    return box["x"] + x * unit, box["y"] + (TOP + row * LANE + 22) * unit


def row_of(page: Page, called: str) -> int:
    """Which line is somebody's."""
    return page.locator("#dayplan .who").all_text_contents().index(called)


def drag(page: Page, thing: Any, to: tuple[float, float], say: str) -> None:
    """Drags a thing to a place, reads what the page says on the way, and lets it go."""
    box = thing.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 12)
    page.mouse.down()
    page.mouse.move(to[0] + 20, to[1], steps=6)
    expect(page.locator("#plan-say")).to_contain_text(say)
    page.mouse.up()


def test_dragged_taken_back_and_published(page: Page) -> None:
    """D5: a conflict is said before it is put down and keeps the plan from being published; a step back; then the worker is asked."""
    card = page.locator(".loose-card", has_text="许女士")
    drag(page, card, spot(page, row_of(page, "马姐"), 600), "撞上了")
    expect(page.locator(".notice.bad")).to_contain_text("1 处冲突")
    page.get_by_role("button", name="撤一步").click()
    expect(page.locator(".plan-bar")).to_contain_text("现在的安排")
    drag(page, card, spot(page, row_of(page, "李师傅"), 600), "李师傅 10:00：可以")
    expect(page.locator(".plan-bar")).to_contain_text("1 处改动")
    moved = page.locator("#dayplan .stop.moved")
    expect(moved).to_be_focused()
    for key in ("ArrowRight", "ArrowLeft", "ArrowUp", "ArrowDown", "Escape"):
        page.keyboard.press(key)
    assert not Offer.select().where(Offer.state == "open").exists()
    page.get_by_role("link", name="发布").click()
    page.locator("#publish").get_by_role("button", name="发布").click()
    expect(page.locator(".toast")).to_contain_text("发布了")
    assert [o.terms["resident"] for o in Offer.select().where(Offer.state == "open")] == ["许女士"]
    expect(page.locator("#dayplan .stop.open", has_text="许女士")).to_be_visible()
    two_together(page)
    on_a_phone(page)


def test_what_lies_below_the_window(page: Page) -> None:
    """D5, Q3: held at the edge of a low window, the lines below come; what is said is covered by nothing; a step back keeps the place."""
    page.set_viewport_size({"width": 1440, "height": 640})
    card = page.locator(".loose-card", has_text="许女士")
    box = card.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 12)
    page.mouse.down()
    page.mouse.move(box["x"] + 300, 635, steps=5)
    expect(page.locator("#dayplan .who", has_text="孙师傅")).to_be_in_viewport()
    to = spot(page, row_of(page, "孙师傅"), 600)
    page.mouse.move(to[0] + 20, to[1], steps=3)
    expect(page.locator("#plan-say")).to_contain_text("孙师傅 10:00：可以")
    page.mouse.up()
    moved = page.locator("#dayplan .stop.moved")
    expect(moved).to_be_focused()
    expect(page.locator(".toast")).to_have_class(re.compile(r"\bon\b"))
    page.keyboard.press("ArrowRight")
    expect(page.locator("#plan-say")).to_contain_text("孙师傅 10:15")
    expect(page.locator(".toast")).not_to_have_class(re.compile(r"\bon\b"))
    page.evaluate("scrollTo(0, 0)")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#ghost")).to_be_in_viewport(ratio=0.9)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#dayplan .stop.moved[data-start='615']")).to_be_focused()
    page.keyboard.press("Control+z")
    expect(page.locator("#dayplan .stop.moved[data-start='600']")).to_be_focused()


def two_together(page: Page) -> None:
    """The day after two come together: another time than the first one's is said on the way, put down it moves both, back takes both."""
    tomorrow = page.url
    page.goto(tomorrow.replace("2026-11-25", "2026-11-26"))
    drag(page, page.locator(".loose-card", has_text="第1位"), spot(page, row_of(page, "李师傅"), 540), "李师傅 9:00：可以")
    expect(page.locator(".plan-bar")).to_contain_text("1 处改动")
    drag(page, page.locator(".loose-card", has_text="第2位"), spot(page, row_of(page, "马姐"), 660), "要和李师傅一起去")
    expect(page.locator("#dayplan .stop.moved[data-start='660'][data-team]")).to_have_count(2)
    page.get_by_role("button", name="撤一步").click()
    expect(page.locator(".loose-card")).to_have_count(1)
    page.goto(tomorrow)


def on_a_phone(page: Page) -> None:
    """The same as a list: nothing runs over the edge, and a visit is moved by its panel."""
    page.set_viewport_size({"width": 360, "height": 800})
    page.reload()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    expect(page.locator("#dayplan")).to_be_hidden()
    page.locator(".loose-card", has_text="高先生").get_by_role("link", name="谁能去").click()
    page.locator(".who-could label", has_text="孙师傅").click()
    page.get_by_role("button", name="放进草稿").click()
    expect(page.locator(".stop-line.moved")).to_contain_text("高先生")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
