"""What a visitor's hands do on the page of the phones."""

from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.simulator.sim_support import Received

ASKS = '您同意吗？\n<a href="weixin://bizmsgmenu?msgmenucontent=同意&msgmenuid=yes">同意</a>'


def answer(received: Received) -> Any:
    """The tiny product: greets who follows, and gives back what is said."""
    if received.fields.get("Event") == "subscribe":
        return {"Content": ASKS}
    return {"Content": f"听到了：{received.fields.get('Content', received.fields['MsgType'])}"}


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


def heard(theirs: Locator, words: str) -> None:
    """The tiny product's answer to these words has come."""
    expect(theirs.locator(".feed")).to_contain_text(f"听到了：{words}")
