"""The page of the phones where things go wrong, without a mouse, and in figures (Q2, Q3)."""

import gzip
import threading
import time
from typing import Any

import pytest
from playwright.sync_api import Page, Response, expect

from simulator.server import Running
from tests.simulator.sim_support import Product, Received
from tests.simulator_page.hands import answer, heard, phone, say

pytestmark = [pytest.mark.slow, pytest.mark.browser]
# LOOK of the pages: what a first visit may weigh, in bytes as sent with gzip.
MOST = {"html": 30_000, "css": 12_000, "js": 25_000}
FILES = 8


def test_retries_are_shown(page: Page, product: Product) -> None:
    """Q2: a push that is refused twice is pushed again under the visitor's eyes, and the drawer counts the times."""
    tries: list[str] = []
    open_now = threading.Event()

    def busy(received: Received) -> Any:
        tries.append(received.fields["MsgId"])
        return answer(received) if open_now.is_set() else (503, "busy")

    product.answer = busy
    theirs = phone(page, "李师傅")
    say(theirs, "接")
    expect(theirs.locator(".on-way")).to_contain_text("重试")
    open_now.set()
    heard(theirs, "接")
    expect(theirs.locator(".on-way")).to_have_count(0)
    theirs.locator(".msg.me .b").click()
    expect(page.locator("#wire-push")).to_contain_text(f"推了 {len(tries)} 次")
    expect(page.locator("#wire-body .try-n").first).to_contain_text("HTTP 503")
    assert len(set(tries)) == 1


def test_no_answer_at_all(page: Page, product: Product) -> None:
    """Q2: a product that is silent three times leaves the platform's grey sentence, and the words are marked as not arrived."""
    product.answer = lambda received: time.sleep(1.5) or "success"
    theirs = phone(page, "李师傅")
    say(theirs, "接")
    expect(theirs.locator(".sys")).to_contain_text("该公众号提供的服务出现故障", timeout=15_000)
    expect(theirs.locator(".on-way")).to_contain_text("没送到")
    theirs.locator(".msg.me .b").click()
    expect(page.locator("#wire-result")).to_have_class("nok")
    expect(page.locator("#wire-body")).to_contain_text("没有回音")


def test_without_a_mouse(page: Page) -> None:
    """Q3: by keyboard alone: say something, walk to what was said, look behind it, and come back to where one was."""
    theirs = phone(page, "李师傅")
    say(theirs, "接")
    heard(theirs, "接")
    say(theirs, "到了")
    heard(theirs, "到了")
    page.keyboard.press("Shift+Tab")  # back to the menu
    page.keyboard.press("Shift+Tab")  # the chat: one stop, on what came last
    expect(theirs.get_by_role("button", name="看这句话背后").last).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator("#wire-what")).to_be_focused()
    expect(page.locator("#wire-what")).to_contain_text("到了")
    page.keyboard.press("Escape")
    expect(page.locator("#wire")).to_be_hidden()
    expect(theirs.get_by_role("button", name="看这句话背后").nth(2)).to_be_focused()
    page.get_by_role("button", name="故障：关").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="微信连不上")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="故障：关")).to_be_focused()


def test_everything_has_a_name(page: Page) -> None:
    """Q3: one h1, a language, no id twice, and a name on all that can be pressed or written in."""
    expect(phone(page, "李师傅")).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    assert page.locator("h1").count() == 1
    ids = page.evaluate("Array.from(document.querySelectorAll('[id]'), (one) => one.id)")
    assert len(ids) == len(set(ids))
    nameless = page.evaluate(
        """Array.from(document.querySelectorAll('button, a[href], input, textarea')).filter((one) => one.checkVisibility() &&
           !(one.textContent.trim() || one.getAttribute('aria-label') || (one.labels && one.labels.length))).map((one) => one.outerHTML)"""
    )
    assert nameless == []


def test_still_for_who_wants_it(page: Page) -> None:
    """Q3: nothing moves for people who asked their system for that."""
    page.emulate_media(reduced_motion="reduce")
    page.get_by_role("button", name="看王阿姨的手机").click()
    moving = page.evaluate("document.getAnimations().filter((one) => one.playState === 'running').length")
    assert moving == 0


def test_what_the_first_visit_weighs(page: Page, running: Running) -> None:
    """Q3: eight files at most, and each kind within its budget."""
    got: list[Response] = []
    browser = page.context.browser
    assert browser
    first = browser.new_page()
    first.on("response", lambda one: got.append(one))
    first.goto(f"{running.url}/simulator/")
    expect(phone(first, "李师傅")).to_be_visible()
    files = [one for one in got if "/api/" not in one.url and "/linli/" not in one.url]
    kinds = {"html": 0, "css": 0, "js": 0}
    for one in files:
        kind = one.url.rpartition(".")[2] if "/static/" in one.url else "html"
        kinds[kind] += len(gzip.compress(one.body()))
    first.close()
    assert len(files) <= FILES, [one.url for one in files]
    assert {kind: size for kind, size in kinds.items() if size > MOST[kind]} == {}
