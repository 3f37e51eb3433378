"""The page of the phones in a real browser, on a simulator with a tiny product behind it (Q2, Q3)."""

import pytest
from playwright.sync_api import Page, expect

from simulator.server import Running
from tests.simulator.sim_support import Product
from tests.simulator_page.hands import follow, heard, phone, say

pytestmark = [pytest.mark.slow, pytest.mark.browser]


def test_follow_tap_and_say(page: Page) -> None:
    """Q2: a newcomer follows, taps a blue sentence once, and what is said stands there as it was said."""
    theirs = follow(page, "王阿姨")
    theirs.locator(".tap", has_text="同意").click()
    heard(theirs, "同意")
    expect(theirs.locator(".tap", has_text="同意")).to_be_disabled()
    say(theirs, "<b>明天</b>")
    heard(theirs, "<b>明天</b>")


def test_voice_picture_place_and_menu(page: Page) -> None:
    """Q2: everything that a phone can send comes back as what it is."""
    theirs = phone(page, "李师傅")
    for way, send, kind in (("照片", "擦干净的灶台", "image"), ("位置", "幸福里南门", "location")):
        theirs.get_by_role("button", name="语音、照片、位置").click()
        theirs.get_by_role("button", name=way, exact=True).click()
        theirs.get_by_role("button", name=send).click()
        heard(theirs, kind)
    expect(theirs.get_by_role("img", name="照片：擦干净的灶台")).to_be_visible()
    expect(theirs.locator(".loc")).to_contain_text("幸福里南门")
    theirs.get_by_role("button", name="语音、照片、位置").click()
    theirs.get_by_role("button", name="语音", exact=True).click()
    theirs.get_by_label("语音里说了什么").fill("我到了")
    theirs.get_by_label("语音里说了什么").press("Enter")
    heard(theirs, "voice")
    expect(theirs.locator(".heard")).to_contain_text("我到了")
    theirs.get_by_role("button", name="回到菜单").click()
    theirs.locator(".menu > div > button").first.click()
    theirs.locator(".menu .pop:not([hidden]) button").first.click()
    expect(theirs.locator(".feed")).to_contain_text("点了菜单")


def test_behind_a_message(page: Page, product: Product) -> None:
    """Q2: the drawer shows the push, plain and encrypted, and pushes it again."""
    theirs = phone(page, "李师傅")
    say(theirs, "今天有什么活")
    heard(theirs, "今天有什么活")
    theirs.locator(".msg.me .b").click()
    expect(page.locator("#wire-body")).to_contain_text("今天有什么活")
    page.get_by_role("button", name="密文").click()
    expect(page.locator("#wire-body")).to_contain_text("msg_signature")
    page.get_by_role("button", name="再推一次").click()
    expect(page.locator("#wire-push")).to_contain_text("推了 2 次")
    assert len({received.fields["MsgId"] for received in product.received}) == 1
    expect(theirs.locator(".msg:not(.me)")).to_have_count(1)
    page.get_by_role("button", name="收起").click()
    expect(page.locator("#wire")).to_be_hidden()


def test_one_more_a_fault_and_the_clock(page: Page) -> None:
    """Q2: a visitor adds themself, breaks the platform and mends it, and turns the clock."""
    page.get_by_role("button", name="再加一人").click()
    page.get_by_label("怎么称呼").press("Enter")
    expect(page.get_by_role("alert")).to_have_text("请写一个称呼，比如 孙阿姨")
    page.get_by_label("怎么称呼").fill("路人")
    page.get_by_label("怎么称呼").press("Enter")
    follow(page, "路人")
    page.get_by_role("button", name="故障：关").click()
    page.get_by_role("button", name="微信连不上").click()
    expect(page.locator("#faults-open")).to_have_text("故障：微信连不上")
    page.locator("#faults-open").click()
    page.get_by_role("button", name="关", exact=True).click()
    expect(page.locator("#faults-open")).to_have_text("故障：关")
    before = page.locator("#now").inner_text()
    page.get_by_role("button", name="+1 小时").click()
    expect(page.locator("#now")).not_to_have_text(before)


def test_all_afresh(page: Page) -> None:
    """Q2: one button, once asked whether it is meant, takes everything back to the first day."""
    follow(page, "王阿姨")
    page.get_by_role("button", name="从头再来").click()
    page.get_by_role("button", name="先不，接着玩").click()
    expect(phone(page, "王阿姨").locator(".feed")).to_contain_text("您同意吗")
    page.get_by_role("button", name="从头再来").click()
    page.locator("#restart").get_by_role("button", name="从头再来").click()
    expect(phone(page, "王阿姨").get_by_role("button", name="关注公众号")).to_be_visible(timeout=10_000)
    expect(phone(page, "王阿姨").locator(".msg")).to_have_count(0)


def test_the_next_step_follows_the_visitor(page: Page) -> None:
    """Q2: what to try next moves on by itself, whoever does it, and can be put away and taken out again."""
    step = page.locator("#tries-n")
    expect(step).to_have_text("1/19")
    follow(page, "王阿姨")
    expect(step).to_have_text("2/19")
    say(phone(page, "王阿姨"), "您需要什么")
    expect(step).to_have_text("3/19")
    page.get_by_role("button", name="替我写上").click()
    expect(phone(page, "王阿姨").get_by_label("输入消息")).to_have_value("明天下午三点找个保洁，擦玻璃，两小时，预算150")
    say(phone(page, "王阿姨"), "都对吗")
    expect(step).to_have_text("5/19")
    say(phone(page, "王阿姨"), "取消了，要用的时候再说")
    expect(step).to_have_text("3/19")
    page.get_by_role("button", name="收起试试看").click()
    expect(page.locator("#tries")).to_be_hidden()
    page.get_by_role("button", name="试试看", exact=True).click()
    expect(step).to_have_text("3/19")


@pytest.mark.parametrize(("width", "phones"), [(360, 1), (768, 2), (1440, 2), (1920, 3)])
def test_no_sideways_scrolling(page: Page, width: int, phones: int) -> None:
    """Q3: nothing runs over the edge; a narrow screen holds one phone, a wide one three, and the cast changes them."""
    page.set_viewport_size({"width": width, "height": 800})
    page.reload()
    expect(phone(page, "王阿姨")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    expect(page.locator("section.phone")).to_have_count(phones)
    page.locator("#cast").get_by_role("button", name="吴姐").click()
    expect(phone(page, "吴姐")).to_be_visible()
    expect(page.locator("section.phone")).to_have_count(phones)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_long_words_on_the_narrowest_screen(page: Page) -> None:
    """Q3: at 320 pixels neither a long fault, a long name nor a word without a break runs over the edge."""
    page.set_viewport_size({"width": 320, "height": 640})
    page.locator("#faults-open").click()
    page.get_by_role("button", name="收下了，但回话丢了").click()
    page.get_by_role("button", name="收起试试看").click()
    page.get_by_role("button", name="再加一人").click()
    page.get_by_label("怎么称呼").fill("一二三四五六七八九十先生")
    page.get_by_label("怎么称呼").press("Enter")
    theirs = follow(page, "一二三四五六七八九十先生")
    say(theirs, "https://example.com/" + "a" * 90)
    heard(theirs, "https")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert theirs.locator(".feed").evaluate("(feed) => feed.scrollWidth <= feed.clientWidth")


def test_the_row_of_phones_follows_the_room(page: Page) -> None:
    """Q3: without the desk there is room for a third phone; on a narrow screen the one touched last stays."""
    expect(page.locator("section.phone")).to_have_count(2)
    page.get_by_role("button", name="工作台", exact=True).click()
    expect(page.locator("section.phone")).to_have_count(3)
    phone(page, "刘大爷").get_by_label("输入消息").focus()
    page.set_viewport_size({"width": 360, "height": 740})
    expect(page.locator("section.phone")).to_have_count(1)
    expect(phone(page, "刘大爷")).to_be_visible()


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
