"""Colours by their names: contrast computed in light and dark, so that every word and edge can be seen (Q3)."""

import re
from pathlib import Path

import pytest

CSS = Path(__file__).resolve().parents[2] / "web" / "static" / "css"
STATES = ("info", "warn", "bad", "hold", "calm")
WORDS, EDGES = 4.5, 3.0


def tokens(selector: str) -> dict[str, str]:
    """The colours of one block of the sheet, by name."""
    text = (CSS / "1-tokens.css").read_text("utf-8")
    block = re.search(re.escape(selector) + r" \{(.*?)\n\s*\}", text, re.DOTALL)
    assert block is not None, selector
    return dict(re.findall(r"--([\w-]+): (#[0-9A-Fa-f]{6});", block[1]))


LIGHT = tokens(":root")
DARK = {**LIGHT, **tokens(':root[data-theme="dark"]')}


def light_of(colour: str) -> float:
    """Relative luminance, as WCAG defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """From 1 to 21."""
    bright, dim = sorted((light_of(one), light_of(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def pairs() -> list[tuple[str, str, float]]:
    """What is written or drawn on which ground, and how far apart they must be."""
    grounds = ("page", "card", "sunk")
    found = [(ink, ground, WORDS) for ink in ("ink", "ink-2", "ink-3") for ground in grounds]
    found += [("brand", ground, WORDS) for ground in ("page", "card", "brand-soft")]
    found += [("on-brand", "brand", WORDS), ("on-brand", "brand-deep", WORDS), ("ink-2", "brand-soft", WORDS)]
    found += [(state, ground, WORDS) for state in STATES for ground in (f"{state}-soft", "card")]
    found += [("ink", f"{state}-soft", WORDS) for state in STATES]
    found += [("line-strong", "card", EDGES), ("line-strong", "page", EDGES), ("persimmon", "card", EDGES), ("brand", "sunk", EDGES)]
    return found + [(f"c{n}", "card", EDGES) for n in range(1, 9)]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_and_edges_stand_out(theme: str) -> None:
    """Q3: 4.5 to 1 for words, 3 to 1 for edges and marks, on every ground they stand on."""
    colours = LIGHT if theme == "light" else DARK
    faint = {
        f"{ink} on {ground}": round(contrast(colours[ink], colours[ground]), 2)
        for ink, ground, least in pairs()
        if contrast(colours[ink], colours[ground]) < least
    }
    assert not faint, faint


def test_dark_is_the_same_by_switch_and_by_system() -> None:
    """Q3: the two ways to the dark give the same colours."""
    assert tokens(':root[data-theme="dark"]') == tokens(':root:not([data-theme="light"])')


def test_large_type_is_large() -> None:
    """Q3: 20 px and nothing under 18; targets of 60 px; third words in the colour of second ones."""
    text = (CSS / "1-tokens.css").read_text("utf-8")
    large = re.search(r':root\[data-size="large"\] \{([^}]*)\}', text)
    assert large is not None and "font-size: 125%" in large[1] and "--ink-3: var(--ink-2)" in large[1]
    smallest = min(float(size) for size in re.findall(r"--t-\w+: ([\d.]+)rem", large[1]))
    assert smallest * 20 >= 18
    assert float(re.findall(r"--tap: ([\d.]+)rem", text)[0]) * 20 == 60
