"""Tabs of a real browser for tests of pages: one browser serves all tests of a process, and no tab shares anything with another."""

from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

POLICY = "Content Security Policy"


class Tabs:
    """Opens tabs, and keeps what went wrong in any of them: it fails the test at its end."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.wrong: list[str] = []
        self.opened: list[BrowserContext] = []

    def open(self, width: int = 1440, height: int = 900, *, strict: bool = False, near: str = "", **options: Any) -> Page:
        """A tab that nobody has used. Wrong are an error of a script and what the policy forbids; if `strict` every error in the
        console; with `near` each request that goes somewhere else than to this address."""
        self.opened.append(self.browser.new_context(viewport={"width": width, "height": height}, **options))
        tab = self.opened[-1].new_page()
        tab.on("pageerror", lambda error: self.wrong.append(str(error)))
        tab.on("console", lambda message: self._said(message, strict))
        if near:
            tab.on("request", lambda asked: None if _is_near(asked.url, near) else self.wrong.append(asked.url))
        return tab

    def _said(self, message: ConsoleMessage, strict: bool) -> None:
        if POLICY in message.text or (strict and message.type == "error"):
            self.wrong.append(message.text)

    def close(self) -> None:
        """Closes them, and tells what was wrong."""
        for context in self.opened:
            context.close()
        assert not self.wrong, self.wrong


def _is_near(url: str, here: str) -> bool:
    return url.startswith((f"{here}/", "data:", "about:"))
