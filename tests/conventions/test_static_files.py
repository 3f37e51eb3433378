"""Static files: what is made is what its sources give; what comes from others is untouched and listed; no icon is missing."""

import hashlib
import re
import runpy

from sources import ROOT

STATIC = ROOT / "web" / "static"
VENDOR = STATIC / "vendor"
TEMPLATES = ROOT / "web" / "templates"


def test_the_sheet_and_the_icons_are_what_their_sources_give() -> None:
    """`make css` and `make icons` would change nothing."""
    for file, make in runpy.run_path(str(STATIC / "make_static.py"))["MADE"].values():
        assert (STATIC / file).read_text("utf-8") == make(), f"{file}: run `make css icons`"


def listed() -> dict[str, str]:
    """File -> sha256, as vendor/README.md lists them."""
    return dict(re.findall(r"^\| `([^`]+)` \| `([0-9a-f]{64})` \|$", (VENDOR / "README.md").read_text("utf-8"), re.MULTILINE))


def test_what_comes_from_others_is_untouched_and_listed() -> None:
    """Every file under vendor/ has its row with its sum, and every row its file."""
    here = {
        str(f.relative_to(VENDOR)): hashlib.sha256(f.read_bytes()).hexdigest()
        for f in VENDOR.rglob("*")
        if f.is_file() and f != VENDOR / "README.md"
    }
    assert here == listed()


def test_each_package_is_named_with_its_licence() -> None:
    """Name, version, package, licence, integrity; and the licence itself lies beside the files."""
    text = (VENDOR / "README.md").read_text("utf-8")
    for folder in (f for f in VENDOR.iterdir() if f.is_dir()):
        name, version = folder.name.rsplit("-", 1)
        row = rf"(?im)^\| {name} \| {re.escape(version)} \| `[\w.-]+` \| [^|]+ \| `sha512-[\w+/=]+` \|"
        assert re.search(row, text), folder.name
        assert (folder / "LICENSE").exists(), folder.name


def test_every_icon_that_a_template_names_is_in_the_sheet() -> None:
    """An icon that is missing would be an empty square."""
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons.svg").read_text("utf-8")))
    texts = "\n".join(f.read_text("utf-8") for f in TEMPLATES.rglob("*.html"))
    asked = set(re.findall(r'icon\("([\w-]+)"\)', texts))
    asked |= set(re.findall(r'"/console/\w*", "([\w-]+)", _\(', texts)) | set(re.findall(r'"icon": "([\w-]+)"', texts))
    table = re.search(r"service_icons = \{(.*?)\}", texts, re.DOTALL)
    assert table is not None
    asked |= set(re.findall(r': "([\w-]+)"', table[1]))
    assert len(asked) > 30 and asked <= drawn, asked - drawn


def test_the_sheet_uses_nothing_that_old_phones_lack() -> None:
    """No nesting, color-mix, light-dark or oklch; nothing from outside; no italics."""
    sheet = (STATIC / "linli.css").read_text("utf-8")
    assert not re.search(r"color-mix|light-dark\(|oklch|@import|url\((?!data:)|italic", sheet)
    assert not re.search(r"\{[^{}]*\n\s*&", sheet)
