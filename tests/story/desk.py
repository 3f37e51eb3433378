"""小陈 at the desk: a signed-in browser without a screen, that reads pages and sends their forms."""

import re

import requests

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Desk:
    """A session at the console."""

    def __init__(self, url: str, login: str = "chenjie") -> None:
        self.url = url
        self.browser = requests.Session()
        answer = self.browser.get(f"{url}/simulator/linli/signin/{login}", timeout=10)
        assert answer.status_code == 200, answer.text[:500]

    def read(self, path: str) -> str:
        """A page's HTML."""
        answer = self.browser.get(f"{self.url}{path}", timeout=20)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text[:800]}"
        return answer.text

    def send(self, path: str, form_on: str, **fields: str) -> str:
        """Sends a form that stands on the page `form_on`; gives the page that follows."""
        token = TOKEN.search(self.read(form_on))
        assert token, f"no form on {form_on}"
        answer = self.browser.post(f"{self.url}{path}", data={"csrf_token": token.group(1), **fields}, timeout=20)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text[:800]}"
        return answer.text
