"""A page as a parser sees it: what stands open, headings, ids, labels, names; to be asked what is wrong with it (Q3)."""

import itertools
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset("area base br col hr img input link meta source wbr circle path rect line use".split())
FIELDS = ("input", "select", "textarea")
NAMED_BY = ("aria-label", "aria-labelledby", "title")


@dataclass
class Element:
    """One element with its attributes, the words inside, and what it stands in."""

    tag: str
    attrs: dict[str, str]
    within: list["Element"]
    words: str = ""
    hidden_words: str = ""
    children: list["Element"] = field(default_factory=list)

    def inside(self, tag: str) -> bool:
        """Whether it stands in such an element."""
        return any(e.tag == tag for e in self.within)

    def name(self) -> str:
        """What a screen reader would say: its label or its words."""
        return next((self.attrs[a] for a in NAMED_BY if self.attrs.get(a)), "") or self.words.strip()


class PageReader(HTMLParser):
    """Reads one page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[Element] = []
        self.all: list[Element] = []
        self.broken: list[str] = []
        self.feed(html)
        self.broken += [f"<{e.tag}> is not closed" for e in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = Element(tag, {k: v or "" for k, v in attrs}, list(self.open))
        self.all.append(made)
        if self.open:
            self.open[-1].children.append(made)
        if tag not in VOID:
            self.open.append(made)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open[-1].tag != tag:
            self.broken.append(f"</{tag}> at {self.getpos()} closes {self.open[-1].tag if self.open else 'nothing'}")
            return
        self.open.pop()

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.words += data

    def find(self, *tags: str) -> list[Element]:
        """Elements of these kinds, in their order."""
        return [e for e in self.all if e.tag in tags]

    def wrong(self) -> list[str]:
        """Everything that a person who can't see, or has no mouse, would stumble over."""
        checks = (_whole, _head, _headings, _ids, _labels, _names, _pictures, _tables, _inline, _landmarks)
        return [words for check in checks for words in check(self)]


def _whole(page: PageReader) -> list[str]:
    return page.broken


def _head(page: PageReader) -> list[str]:
    html, found = page.find("html")[0], []
    if html.attrs.get("lang") not in ("zh-CN", "en"):
        found.append("no lang")
    titles = [t for t in page.find("title") if not t.inside("svg")]
    if len(titles) != 1 or not titles[0].words.strip():
        found.append("no title")
    views = [m.attrs["content"] for m in page.find("meta") if m.attrs.get("name") == "viewport"]
    if len(views) != 1 or "user-scalable" in views[0] or "maximum-scale" in views[0]:
        found.append("viewport must allow to enlarge")
    return found


def _headings(page: PageReader) -> list[str]:
    levels = [(int(h.tag[1]), h.words.strip()) for h in page.find("h1", "h2", "h3", "h4") if not h.inside("dialog")]
    found = [] if [n for n, _w in levels].count(1) == 1 else ["not exactly one h1"]
    if levels and levels[0][0] != 1:
        found.append(f"begins with {levels[0]}")
    steps = itertools.pairwise(levels)
    found += [f"{words!r} skips from h{before} to h{after}" for (before, _w), (after, words) in steps if after > before + 1]
    return found + [f"empty h{n}" for n, words in levels if not words]


def _ids(page: PageReader) -> list[str]:
    ids = [e.attrs["id"] for e in page.all if "id" in e.attrs]
    found = [f"id {i} twice" for i in sorted({i for i in ids if ids.count(i) > 1})]
    for element in page.all:
        for attr in ("for", "aria-describedby", "aria-labelledby"):
            found += [f"{attr}={i} leads nowhere" for i in element.attrs.get(attr, "").split() if i not in ids]
        target = element.attrs.get("href", "")
        if element.tag == "a" and target.startswith("#") and target[1:] not in ids:
            found.append(f"link to {target} leads nowhere")
    return found


def _labels(page: PageReader) -> list[str]:
    labelled = {label.attrs.get("for") for label in page.find("label") if label.words.strip()}
    found = []
    for one in page.find(*FIELDS):
        if one.attrs.get("type") in ("hidden", "submit"):
            continue
        if one.attrs.get("id") not in labelled and not any(one.attrs.get(a) for a in NAMED_BY):
            found.append(f"no label: {one.attrs.get('name')}")
    found += [f"no legend: {f.attrs.get('id')}" for f in page.find("fieldset") if "legend" not in [c.tag for c in f.children]]
    return found


def _names(page: PageReader) -> list[str]:
    """Each link, button and summary says what it does; forms post or lead somewhere of our own."""
    found = [f"no name: {e.tag} {e.attrs}" for e in page.find("a", "button", "summary") if not e.name()]
    found += [f"no href: {e.words!r}" for e in page.find("a") if not e.attrs.get("href")]
    found += [f"leads outside: {e.attrs['href']}" for e in page.find("a") if "://" in e.attrs.get("href", "")]
    posts = [f for f in page.find("form") if f.attrs.get("method", "").lower() == "post"]
    tokens = [e for e in page.find("input") if e.attrs.get("name") == "csrf_token"]
    return found + (["a form without its token"] if len(posts) != len(tokens) else [])


def _pictures(page: PageReader) -> list[str]:
    found = [f"no alt: {i.attrs.get('src')}" for i in page.find("img") if "alt" not in i.attrs]
    for svg in page.find("svg"):
        # A drawing is one picture, or (with links in it, each with its own words) a named group.
        told = svg.attrs.get("role") in ("img", "group") and svg.attrs.get("aria-label")
        if svg.attrs.get("aria-hidden") != "true" and not told:
            found.append(f"a drawing without words: {svg.attrs.get('class')}")
    return found


def _tables(page: PageReader) -> list[str]:
    return [f"th without scope: {th.words!r}" for th in page.find("th") if th.attrs.get("scope") not in ("col", "row")]


def _inline(page: PageReader) -> list[str]:
    """Nothing that the policy forbids."""
    found = [f"style on {e.tag}" for e in page.all if "style" in e.attrs]
    found += [f"{a} on {e.tag}" for e in page.all for a in e.attrs if a.startswith("on") or a.startswith("hx-on")]
    found += ["script inside" for s in page.find("script") if "src" not in s.attrs or s.words.strip()]
    found += ["style inside"] * len(page.find("style"))
    return found


def _landmarks(page: PageReader) -> list[str]:
    found = [] if len(page.find("main")) == 1 and page.find("main")[0].attrs.get("id") == "main" else ["no main"]
    body = page.find("body")[0]
    first = body.children[0]
    if first.tag != "a" or first.attrs.get("href") != "#main":
        found.append("the first thing is not the way to the main part")
    for tag in ("nav", "aside"):
        names = [e.attrs.get("aria-label", "") for e in page.find(tag)]
        found += [f"{tag} without a name"] * names.count("")
        found += [f"two {tag} called {n}" for n in sorted(set(names)) if n and names.count(n) > 1]
    return found
