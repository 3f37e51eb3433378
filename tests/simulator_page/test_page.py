"""The page of the phones in a real browser, on a simulator with a tiny product behind it (Q2, Q3)."""

import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect, sync_playwright

from simulator.config import SimulatorConfig
from simulator.server import Running
from tests.simulator.sim_support import Handler, Product, Received

pytestmark = [pytest.mark.slow, pytest.mark.browser]
ASKS = '您同意吗？\n<a href="weixin://bizmsgmenu?msgmenucontent=同意&msgmenuid=yes">同意</a>'


def answer(received: Received) -> Any:
    """Greets who follows, and gives back what is said."""
    if received.fields.get("Event") == "subscribe":
        return {"Content": ASKS}
    return {"Content": f"听到了：{received.fields.get('Content', received.fields['MsgType'])}"}


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
    """The page at a desk's width; an error of its scripts fails the test."""
    wrong: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        tab = browser.new_page(viewport={"width": 1440, "height": 900})
        tab.on("pageerror", lambda error: wrong.append(str(error)))
        tab.goto(f"{running.url}/simulator/")
        yield tab
        browser.close()
    assert not wrong, wrong


def phone(page: Page, who: str) -> Locator:
    """Somebody's phone."""
    return page.locator(f"section.phone[aria-label='{who}的手机']")


def follow(page: Page, who: str) -> Locator:
    """Somebody follows and has been greeted; their phone."""
    theirs = phone(page, who)
    theirs.get_by_role("button", name="关注公众号").click()
    expect(theirs.locator(".feed")).to_contain_text("您同意吗")
    return theirs


def say(theirs: Locator, words: str) -> None:
    """Somebody types and sends with the keyboard."""
    theirs.get_by_label("输入消息").fill(words)
    theirs.get_by_label("输入消息").press("Enter")


def test_follow_tap_and_say(page: Page) -> None:
    """Q2: a newcomer follows, taps a blue sentence once, and what is said stands there as it was said."""
    theirs = follow(page, "王阿姨")
    theirs.locator(".tap", has_text="同意").click()
    expect(theirs.locator(".feed")).to_contain_text("听到了：同意")
    expect(theirs.locator(".tap", has_text="同意")).to_be_disabled()
    say(theirs, "<b>明天</b>")
    expect(theirs.locator(".feed")).to_contain_text("听到了：<b>明天</b>")


def test_voice_picture_place_and_menu(page: Page) -> None:
    """Q2: everything that a phone can send comes back as what it is."""
    theirs = phone(page, "李师傅")
    for send, kind in (("照片：厨房", "image"), ("位置：幸福里南门", "location")):
        theirs.get_by_role("button", name="更多：语音、照片、位置").click()
        theirs.get_by_role("button", name=send).click()
        expect(theirs.locator(".feed")).to_contain_text(f"听到了：{kind}")
    theirs.get_by_role("button", name="更多：语音、照片、位置").click()
    theirs.get_by_label("语音里说什么").fill("我到了")
    theirs.get_by_label("语音里说什么").press("Enter")
    expect(theirs.locator(".heard")).to_contain_text("我到了")
    theirs.get_by_role("button", name="回到菜单").click()
    theirs.locator(".menu .one > button").first.click()
    theirs.locator(".pop.on button").first.click()
    expect(theirs.locator(".feed")).to_contain_text("点了菜单")


def test_behind_a_message(page: Page, product: Product) -> None:
    """Q2: the drawer shows the push, plain and encrypted, and pushes it again."""
    theirs = phone(page, "李师傅")
    say(theirs, "今天有什么活")
    expect(theirs.locator(".feed")).to_contain_text("听到了")
    theirs.locator(".msg.me .b").click()
    expect(page.locator("#wire-body")).to_contain_text("今天有什么活")
    page.get_by_role("button", name="密文").click()
    expect(page.locator("#wire-body")).to_contain_text("msg_signature")
    page.get_by_role("button", name="再推一次").click()
    expect(page.locator("#wire-push")).to_contain_text("推了 2 次")
    assert len({received.fields["MsgId"] for received in product.received}) == 1
    page.get_by_role("button", name="收起").click()
    expect(page.locator("#wire")).to_be_hidden()


def test_one_more_a_fault_and_the_clock(page: Page) -> None:
    """Q2: a visitor adds themself, breaks the platform and mends it, and turns the clock."""
    page.get_by_role("button", name="再加一人").click()
    page.get_by_label("怎么称呼").fill("路人")
    page.get_by_label("怎么称呼").press("Enter")
    follow(page, "路人")
    page.get_by_role("button", name="故障：关").click()
    page.get_by_role("button", name="微信连不上").click()
    expect(page.locator("#faults-open")).to_have_text("故障：微信连不上")
    before = page.locator("#now").inner_text()
    page.get_by_role("button", name="+1 小时").click()
    expect(page.locator("#now")).not_to_have_text(before)


def test_a_server_that_is_gone(page: Page, running: Running) -> None:
    """Q2: the page says so calmly, and words that could not be handed over stay where they were typed."""
    theirs = phone(page, "李师傅")
    expect(theirs).to_be_visible()
    page.route("**/simulator/api/**", lambda route: route.abort())
    expect(page.locator("#away")).to_be_visible()
    say(theirs, "接")
    expect(theirs.get_by_label("输入消息")).to_have_value("接")
    page.unroute("**/simulator/api/**")
    expect(page.locator("#away")).to_be_hidden()


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_no_sideways_scrolling(page: Page, width: int) -> None:
    """Q3: nothing runs over the edge; a narrow screen holds one phone, and the cast changes it."""
    page.set_viewport_size({"width": width, "height": 800})
    page.reload()
    expect(phone(page, "王阿姨")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    expect(page.locator("section.phone")).to_have_count(1 if width == 360 else 2)
    page.locator("#cast").get_by_role("button", name="赵大姐").click()
    expect(phone(page, "赵大姐")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
