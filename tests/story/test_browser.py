"""The story in a real browser: two phones and the desk on one page, by hand (C1-C4, D3, D4, E2, F1-F3, H1, J2, Q2)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.story.processes import Processes
from tests.story.world import World
from tests.tabs import Tabs

pytestmark = [pytest.mark.slow, pytest.mark.browser]
WAIT = 20_000


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Processes]:
    """All processes, on the morning of a working day."""
    made = Processes(tmp_path)
    made.start("simulator")
    made.set_clock("2026-11-24T09:30:00+08:00")
    made.command("seed")
    made.start("serve")
    made.start("jobs")
    yield made
    made.stop()


@pytest.fixture
def page(house: Processes, tabs: Tabs) -> Page:
    """The page of the phones at a desk's width."""
    tab = tabs.open()
    tab.goto(f"{house.web}/simulator/")
    return tab


def phone(page: Page, who: str) -> Any:
    """Somebody's phone."""
    return page.locator(f"section.phone[aria-label='{who}的手机']")


def see(page: Page, who: str, words: str) -> None:
    """Somebody sees these words on their phone."""
    expect(phone(page, who).locator(".feed")).to_contain_text(words, timeout=WAIT)


def say(page: Page, who: str, words: str, then: str) -> None:
    """Somebody types, and sees what comes."""
    phone(page, who).get_by_label("输入消息").fill(words)
    phone(page, who).get_by_role("button", name="发送").click()
    see(page, who, then)


def tap(page: Page, who: str, words: str, then: str) -> None:
    """Somebody taps a line of a card, and sees what comes."""
    phone(page, who).locator(".tap:not([disabled])", has_text=words).last.click(timeout=WAIT)
    see(page, who, then)


@pytest.mark.long
def test_the_story_by_hand(page: Page) -> None:
    """C1-C4, D3, D4, E2, F1-F3, H1, J2: from the first follow to the survey, as README's five minutes have it."""
    phone(page, "王阿姨").get_by_role("button", name="关注公众号").click(timeout=WAIT)
    see(page, "王阿姨", "您同意吗")
    tap(page, "王阿姨", "同意", "您需要什么")
    say(page, "王阿姨", "明天下午三点找个保洁，擦玻璃，两小时，预算150", "上门到哪里")
    say(page, "王阿姨", "幸福里3号楼2单元501，王阿姨", "都对吗")
    tap(page, "王阿姨", "对，就这样", "交上去了")
    approve(page)
    see(page, "王阿姨", "都能来")
    tap(page, "王阿姨", "请李师傅", "已经去问了")
    see(page, "李师傅", "新任务邀请")
    say(page, "李师傅", "接", "接好了")
    say(page, "李师傅", "确认", "确认好了")
    see(page, "王阿姨", "就这样定下来吗")
    say(page, "王阿姨", "同意", "约好了")
    page.get_by_role("button", name="接着会发生").click(timeout=WAIT)
    page.locator("#moments-list").get_by_role("button", name="前一晚的提醒").click(timeout=WAIT)
    see(page, "王阿姨", "提醒您一声")
    behind(page)
    the_visit(page)
    afresh(page)


def the_visit(page: Page) -> None:
    """The rest by the page's own next steps: each waits for the one before, writes the words, and moves the clock."""
    step(page, 12).click()
    see(page, "王阿姨", "您的上门码是")
    for number, who, then in (
        (13, "李师傅", "好，那边知道您出发了"),
        (14, "李师傅", "签到好了"),
        (15, "李师傅", "等王阿姨确认"),
        (16, "王阿姨", "确认好了"),
        (17, "王阿姨", "现金已付"),
    ):
        step(page, number).click()
        phone(page, who).get_by_role("button", name="发送").click()
        see(page, who, then)
    expect(page.locator("#tries-n")).to_have_text("18/19", timeout=WAIT)
    tap(page, "王阿姨", "★★★★★", "5 星")
    step(page, 19).click()
    see(page, "王阿姨", "满意度")
    expect(page.locator("#tries-what")).to_contain_text("一单走完了", timeout=WAIT)


def afresh(page: Page) -> None:
    """One button, and it is the first morning: nobody has heard anything, and the desk beside is signed in."""
    page.get_by_role("button", name="从头再来").click()
    with page.expect_navigation(timeout=60_000):
        page.locator("#restart").get_by_role("button", name="从头再来").click()
    expect(phone(page, "王阿姨").get_by_role("button", name="关注公众号")).to_be_visible(timeout=WAIT)
    expect(page.locator("#now")).to_contain_text("9:30", timeout=WAIT)
    expect(page.frame_locator("iframe[name=desk]").locator("h1")).to_contain_text("陈姐", timeout=WAIT)
    expect(page.locator("#moments-open")).to_be_visible(timeout=WAIT)
    assert page.locator("#cast .count").count() == 0
    assert page.locator(".msg, .tpl, .sys").count() == 0


def step(page: Page, number: int) -> Any:
    """The button of the next step, once it is this one."""
    expect(page.locator("#tries-n")).to_have_text(f"{number}/19", timeout=WAIT)
    return page.locator("#tries-do")


def approve(page: Page) -> None:
    """陈姐, on the desk beside the phones, lets it pass."""
    desk = page.frame_locator("iframe[name=desk]")
    desk.locator("a[href='/console/requests']").last.click(timeout=WAIT)
    row = desk.locator("li.q", has_text="王阿姨").first
    row.get_by_role("button", name="通过").click(timeout=WAIT)


def behind(page: Page) -> None:
    """What stands behind a message: the push, the steps with their milliseconds, the window."""
    phone(page, "王阿姨").locator(".msg.me .b").last.click()
    expect(page.locator("#wire-body")).to_contain_text("<Content>", timeout=WAIT)
    steps = page.locator("#wire-steps")
    for words in ("验签通过", "认出：王阿姨，一句话", "记一笔：约定", "记下要告诉李师傅的事", "回话：两边都确认"):
        expect(steps).to_contain_text(words, timeout=WAIT)
    page.get_by_role("button", name="密文").click()
    expect(page.locator("#wire-body")).to_contain_text("msg_signature", timeout=WAIT)
    page.get_by_role("button", name="收起这句话背后").click()


def test_nothing_runs_over_the_edge(world: World, tabs: Tabs) -> None:
    """Q3: at a phone's, a tablet's and a desk's width no page scrolls sideways, and every page has one h1 and a language."""
    paths = (
        "/console/", "/console/requests/46", "/console/visits", "/console/plan", "/console/weights", "/console/workers/1", "/",
        "/services/cleaning", "/simulator/",
    )  # fmt: skip
    for width in (360, 768, 1440):
        tab = tabs.open(width, 800)
        tab.goto(f"{world.url}/simulator/linli/signin/chenjie")
        for path in paths:
            tab.goto(world.url + path)
            assert tab.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
            assert tab.evaluate("document.documentElement.lang") == "zh-CN"
            assert path == "/simulator/" or tab.locator("h1").count() == 1, path
