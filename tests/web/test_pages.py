"""Every page as a parser sees it, in both languages and for every role: labels, headings, names, landmarks, policy (Q3, Q4, A5)."""

import gzip
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.lively import Lively, signed_in
from tests.web.page_reader import PageReader

# Kilobytes packed: html, css, script; and how many requests a first visit makes.
BUDGET = {"site": (15, 12, 3, 5), "console": (30, 12, 20, 6)}


def each_page(web: Flask, lively: Lively, **cookies: str) -> Iterator[tuple[str, FlaskClient]]:
    stranger, staff = web.test_client(), signed_in(web, "chenjie", **cookies)
    for name, value in cookies.items():
        stranger.set_cookie(f"linli_{name}", value)
    yield from ((page, stranger) for page in (*lively.site(), "/console/sign-in", "/console/nothing"))
    yield from ((page, staff) for page in lively.pages())


ODD = (
    "/console/visits?day=0001-01-01", "/console/visits?day=9999-12-31", "/console/visits?day=x", "/console/requests?state=all&page=0",
    "/console/requests?state=all&page=99999", "/console/requests?state=x&page=-1", "/console/?queue=x&page=²", "/console/find?q=%25",
    "/console/register?person=0", "/console/register?person=x", "/console/workers?state=x", "/console/complaints?state=x",
    "/services?q=%00",
    "/console/requests/46?open=%3Cscript%3E", "/console/sign-in?next=//evil.example", "/look?size=x&theme=y&lang=z", "/services/%2e%2e",
    "/console/requests/99999999999999999999",
)  # fmt: skip


@pytest.mark.parametrize("address", ODD)
def test_odd_addresses_are_answered(address: str, web: Flask) -> None:
    """A5: what nobody would type by hand is answered with a page, too, and gives nothing back unescaped."""
    answer = signed_in(web, "chenjie").get(address)
    assert answer.status_code in (200, 302, 404), answer.status_code
    assert "<script>" not in answer.text and "evil.example" not in answer.headers.get("Location", "")


@pytest.mark.parametrize("cookies", [{}, {"lang": "en", "size": "large"}], ids=["zh", "en-large"])
def test_every_page_is_whole_and_can_be_read_without_eyes(cookies: dict[str, str], web: Flask, lively: Lively) -> None:
    """Q3: labels, one h1, headings in order, unique ids, names of links and drawings, landmarks, the way to the main part."""
    wrong, seen = {}, 0
    for page, client in each_page(web, lively, **cookies):
        answer = client.get(page)
        assert answer.status_code in (200, 404), (page, answer.status_code)
        found, seen = PageReader(answer.text).wrong(), seen + 1
        if found:
            wrong[page] = found
    assert not wrong and seen > 50, wrong


def test_each_page_has_its_language(web: Flask, lively: Lively) -> None:
    """Q4: in English no Chinese but names and what people said; in Chinese no English left over."""
    english = signed_in(web, "chenjie", lang="en").get("/console/register").text
    assert 'lang="en"' in english and "Hand it in" in english
    for page, client in each_page(web, lively):
        words = re.sub(r"<[^>]*>", " ", client.get(page).text)
        left = set(re.findall(r"\b(?:the|you|your|please|with|nobody|waits|request)\b", words, re.IGNORECASE))
        assert not left, (page, left)


def test_every_answer_has_the_strict_policy(web: Flask, lively: Lively) -> None:
    """A5: nothing from outside, nothing inline, no frame, no sniffing; pages of the desk are not kept by the browser."""
    for page, client in each_page(web, lively):
        headers = client.get(page).headers
        policy = headers["Content-Security-Policy"]
        for word in ("default-src 'none'", "script-src 'self'", "style-src 'self'", "form-action 'self'", "base-uri 'none'"):
            assert word in policy, page
        assert "unsafe" not in policy and headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin" and "geolocation=()" in headers["Permissions-Policy"]
        assert not page.startswith("/console") or headers["Cache-Control"] == "no-store", page


def packed(text: bytes) -> float:
    return len(gzip.compress(text, 6)) / 1024


def test_pages_stay_within_their_budget(web: Flask, lively: Lively) -> None:
    """Q3: what a first visit loads, packed: html, sheet, scripts, and how many requests."""
    for page, client in each_page(web, lively):
        html_max, css_max, script_max, most = BUDGET["console" if page.startswith("/console") else "site"]
        text = client.get(page).text
        links = re.findall(r'<(?:link|script)[^>]+(?:href|src)="([^"]+)"', text)
        sprite = ["/static/icons.svg"] if "icons.svg" in text else []
        assert 1 + len(links) + len(sprite) <= most, page
        loaded = {link: packed(client.get(link).data) for link in links}
        assert packed(text.encode()) <= html_max, (page, packed(text.encode()))
        assert sum(kb for link, kb in loaded.items() if ".css" in link) <= css_max, loaded
        assert sum(kb for link, kb in loaded.items() if ".js" in link) <= script_max, loaded


def test_a_long_queue_and_its_refresh_stay_light(web: Flask, lively: Lively) -> None:
    """C4: fifty rows within the budget; a refresh of what has not changed is an empty answer."""
    for _n in range(45):
        lively.desk.request(service="maternity_nurse")
    staff = signed_in(web, "chenjie")
    page = staff.get("/console/").text
    assert page.count('<li class="q') >= 30 and packed(page.encode()) <= BUDGET["console"][0]
    again = re.search(r'hx-get="([^"]+)"', page)
    assert again is not None
    assert staff.get(again[1].replace("&amp;", "&")).status_code == 204


def test_the_stylesheet_may_be_kept_for_ever(web: Flask) -> None:
    """Q3: its address carries a hash of what it holds; without the hash it is not kept."""
    link = re.search(r'href="(/static/linli\.css\?v=[0-9a-f]{12})"', web.test_client().get("/").text)
    assert link is not None
    assert "immutable" in web.test_client().get(link[1]).headers["Cache-Control"]
    assert "immutable" not in web.test_client().get("/static/linli.css").headers.get("Cache-Control", "")


BAD = """<!doctype html><html><head><title></title><meta name="viewport" content="width=device-width, user-scalable=no"></head><body>
<nav></nav><main><h1>A</h1><h3>B</h3><h1>C</h1><p id="x" style="color:red"></p><p id="x" onclick="y()"></p><img src="a.png"><svg></svg>
<input name="q"><button></button><a href="#gone">z</a><a>no</a><a href="https://elsewhere.example/">e</a><form method="post"></form>
<table><tr><th>t</th></tr></table><script>1</script><div></main></body></html>"""


def test_the_reader_sees_what_is_wrong() -> None:
    """Q3: each kind of fault on a page made of faults is found."""
    found = "\n".join(PageReader(BAD).wrong())
    for fault in (
        "no lang", "no title", "enlarge", "not exactly one h1", "from h1 to h3", "id x twice", "style on p", "onclick on p", "no alt",
        "without words", "no label: q", "no name: button", "#gone leads nowhere", "no href", "leads outside", "without its token",
        "th without scope", "script inside", "no main", "nav without a name", "not the way to the main part", "closes div",
    ):  # fmt: skip
        assert fault in found, fault
