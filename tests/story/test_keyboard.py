"""The main journeys at the desk without a mouse, in a real browser: sign in, let a request pass and take it back, answer a complaint;
what sticks covers nothing, what is tapped is large enough (A5, C4, I2, Q3)."""

import re
from collections.abc import Callable

import pyotp
import pytest
from playwright.sync_api import Page, expect

from handlers.settings import load_settings
from models.base import database
from models.crypto import use_data_key
from models.people import Staff
from tests.story.world import World
from tests.tabs import Tabs

pytestmark = [pytest.mark.slow, pytest.mark.browser]
WAIT = 10_000


@pytest.fixture
def house(open_world: Callable[..., World]) -> World:
    """The sample community, with ten seconds to take an approval back."""
    return open_world(messages={"undo_s": 10})


@pytest.fixture
def page(house: World, tabs: Tabs) -> Page:
    """A browser at a desk's width."""
    return tabs.open(1280, 800, locale="zh-CN")


def focused(page: Page) -> str:
    """What has the focus, as one would say it."""
    return str(page.evaluate("(document.activeElement.getAttribute('aria-label') || document.activeElement.innerText || '').trim()"))


def go_to(page: Page, words: str, most: int = 80) -> None:
    """Tab by tab until this has the focus; each stop on the way can be seen and is covered by nothing."""
    for _step in range(most):
        page.keyboard.press("Tab")
        assert page.evaluate(SEEN), f"the focus can't be seen on {focused(page)!r}"
        if focused(page).startswith(words):
            return
    raise AssertionError(f"{words!r} can't be reached by keyboard")


# Inside the window, with an outline or a frame, and nothing lies over its middle.
SEEN = """() => {
  const o = document.activeElement, b = o.getBoundingClientRect(), s = getComputedStyle(o);
  if (o === document.body) return true;
  if (b.width === 0 || b.bottom < 0 || b.top > innerHeight) return false;
  const around = o.closest('.find, .ask') || o, f = getComputedStyle(around);
  const framed = s.outlineStyle !== 'none' || f.outlineStyle !== 'none' || around !== o;
  const x = Math.min(Math.max(b.left + b.width / 2, 1), innerWidth - 1), y = Math.min(Math.max(b.top + b.height / 2, 1), innerHeight - 1);
  const top = document.elementFromPoint(x, y);
  return framed && (top === null || o.contains(top) || top.contains(o));
}"""


def code_now(house: World) -> str:
    use_data_key(load_settings().security.data_key)
    with database.connection_context() if database.is_closed() else database.atomic():
        secret = Staff.get(Staff.login == "chenjie").totp_secret
    return str(pyotp.TOTP(secret).at(house.clock.now()))


def test_a_morning_without_a_mouse(page: Page, house: World) -> None:
    """A5, C4, I2, Q3: password and code, the first request passed and taken back, a complaint answered; all by Tab, Enter and typing."""
    page.goto(f"{house.url}/console/")
    for words in ("chenjie", "linli-demo-chenjie"):
        while page.evaluate("document.activeElement.tagName") != "INPUT" or page.evaluate("document.activeElement.value"):
            page.keyboard.press("Tab")
        page.keyboard.type(words)
    page.keyboard.press("Tab")
    page.keyboard.type(code_now(house))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("陈姐，早上好", timeout=WAIT)
    page.keyboard.press("Tab")
    assert focused(page) == "跳到正文"
    page.keyboard.press("Enter")
    go_to(page, "通过")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="已通过")).to_be_visible(timeout=WAIT)
    go_to(page, "撤回")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("待审核", timeout=WAIT)
    answer_by_keyboard(page, house)


def answer_by_keyboard(page: Page, house: World) -> None:
    """From the first page to the complaint, and a few words."""
    page.goto(f"{house.url}/console/")
    go_to(page, "答复")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/console/complaints/\d+"), timeout=WAIT)
    while page.evaluate("document.activeElement.id") != "answer-words":
        page.keyboard.press("Tab")
    page.keyboard.type("对不起，我马上去问。")
    go_to(page, "发出答复")
    page.keyboard.press("Enter")
    expect(page.locator(".talk")).to_contain_text("对不起，我马上去问。", timeout=WAIT)


def test_a_dialog_by_keyboard(page: Page, house: World) -> None:
    """C4, Q3: a dialog begins at its first field, Escape leaves it and gives the focus back, Enter sends it."""
    page.goto(f"{house.url}/simulator/linli/signin/chenjie")
    page.goto(f"{house.url}/console/requests/46")
    go_to(page, "问一句")
    page.keyboard.press("Enter")
    expect(page.locator("#ask-question")).to_be_focused(timeout=WAIT)
    page.keyboard.press("Escape")
    assert focused(page) == "问一句"
    page.keyboard.press("Enter")
    expect(page.locator("#ask-question")).to_be_focused(timeout=WAIT)
    page.keyboard.type("宝宝多大了？")
    go_to(page, "问何女士", most=4)
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("计时暂停", timeout=WAIT)


# Words outside the window, controls under 44 px (36 in tables of the desk on a wide screen), and words cut off in their box.
SMALL = """(least) => [...document.querySelectorAll('main a.btn, main button, main summary, .tabbar a, .tools .btn, .choice')]
  .filter(o => { const b = o.getBoundingClientRect(); return b.width && (b.height < least - 0.5 || b.width < 24); })
  .map(o => o.innerText.trim() + ' ' + Math.round(o.getBoundingClientRect().height))"""
CUT = """() => [...document.querySelectorAll('main h1, main h2, main h3, .btn, .pill, .clock b, .clock span span, .tile b, .tile .p, .tag')]
  .filter(o => { const b = o.getBoundingClientRect(); return b.width && !o.closest('.scroll-x')
    && (b.right > innerWidth + 1 || o.scrollWidth > o.clientWidth + 2) && getComputedStyle(o).display !== 'inline'; })
  .map(o => o.innerText.trim())"""
PAGES = (
    "/", "/services", "/services/maternity_nurse", "/how", "/complain", "/privacy", "/console/", "/console/requests/46", "/console/visits",
    "/console/workers", "/console/workers/1", "/console/workers/new", "/console/complaints/1", "/console/residents/11", "/console/register",
    "/console/calls", "/console/sign-in", "/console/more", "/console/health", "/console/words", "/console/words/1",
)  # fmt: skip


@pytest.mark.parametrize("width, size, lang", [
    (320, "normal", "zh_CN"), (360, "normal", "en"), (360, "large", "zh_CN"), (768, "large", "zh_CN"), (1024, "normal", "en"),
    (1440, "normal", "zh_CN"),
])  # fmt: skip
def test_nothing_is_cut_off_and_targets_are_large(width: int, size: str, lang: str, page: Page, house: World) -> None:
    """Q3, Q4: from 320 px on, in large type and in English: nothing scrolls sideways, no word is cut, targets are large."""
    page.set_viewport_size({"width": width, "height": 740})
    page.goto(f"{house.url}/simulator/linli/signin/chenjie")
    kept = {"linli_size": size, "linli_lang": lang}
    page.context.add_cookies([{"name": name, "value": value, "url": house.url} for name, value in kept.items()])
    wrong = {}
    for path in PAGES:
        page.goto(house.url + path)
        least = 60 if size == "large" else 44 if width <= 900 else 36
        found = page.evaluate(CUT) + (page.evaluate(SMALL, least))
        sideways = page.evaluate("document.documentElement.scrollWidth") - width
        if found or sideways > 0:
            wrong[path] = (sideways, found)
    assert not wrong, wrong


def test_the_bar_at_the_end_covers_nothing(page: Page, house: World) -> None:
    """Q3: scrolled to its end, a request's page shows its whole history above the action bar and the tab bar."""
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 740})
        page.goto(f"{house.url}/simulator/linli/signin/chenjie")
        page.goto(f"{house.url}/console/requests/46")
        page.locator(".tl li").last.scroll_into_view_if_needed()
        page.evaluate("document.querySelector('.actbar').scrollIntoView({block: 'end'})")
        last, bar = page.locator(".tl li").last.bounding_box(), page.locator(".actbar").bounding_box()
        assert last and bar and last["y"] + last["height"] <= bar["y"] + 1, (width, last, bar)


def test_it_works_without_its_script(house: World, tabs: Tabs) -> None:
    """Q3: forms post, links lead, a dialog comes open from the server, large type is kept by the server."""
    page = tabs.open(java_script_enabled=False)
    page.goto(f"{house.url}/simulator/linli/signin/chenjie")
    page.goto(f"{house.url}/console/requests/46")
    page.get_by_role("link", name="不受理").click()
    page.locator("dialog[open] textarea").fill("那天没有师傅")
    page.locator("dialog[open] button").click()
    expect(page.locator("main")).to_contain_text("没有受理", timeout=WAIT)
    page.get_by_role("button", name="大字").click()
    assert page.locator("html").get_attribute("data-size") == "large" and "/console/requests/46" in page.url


def test_papers_print_black_on_white(page: Page, house: World) -> None:
    """Q3, E2: on paper there are no menus, buttons or bars, the ground is white, what was folded is open."""
    page.emulate_media(media="print")
    for path in ("/how", "/privacy", "/services/cleaning", "/"):
        page.goto(house.url + path)
        assert not page.locator(".tools, .danger-bar, .site-top nav, .toast").locator("visible=true").count(), path
        assert not page.locator("main button, main form").locator("visible=true").count(), path
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)", path
    assert page.get_by_text("怎么付钱？").is_visible() and page.get_by_text("现在付现金").is_visible()
