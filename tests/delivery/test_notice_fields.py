"""Every notice at its longest legal values fits its template, by our own rules and by the imitated platform's (Q1, Q4)."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.tables import FILES
from handlers.notices import NOTICES, Notice
from handlers.notices.fields import fit, name, number, phrase, thing
from handlers.settings import Settings
from handlers.templates import KINDS, carriers, check_notices, compare_templates, misfits, render_fields, sample_of
from handlers.words import use_language
from simulator.fields import KINDS as THEIRS
from simulator.fields import fits

TEMPLATES = {
    t["template_id"]: [f["key"] for f in t["fields"]]
    for t in json.loads((Path(__file__).parents[2] / "simulator" / "data" / "templates.json").read_text("utf-8"))
}


def ours() -> list[Notice]:
    """Notices of the product, not of tests; importing the tables is what declares them."""
    assert FILES
    return [n for n in NOTICES.values() if not n.code.startswith(("post_", "test_"))]


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_notice_fits_its_templates(settings: Settings, community: Any, language: str) -> None:
    """Q1: at its longest legal values, for people of either language: the very fields, none too long, none of a wrong kind."""
    seen = 0
    with use_language(language):
        for notice in ours():
            for section, key, template in carriers(notice):
                template_id = getattr(getattr(settings, section), key)[template.name]
                fields = render_fields(template, sample_of(notice))
                assert list(fields) == TEMPLATES[template_id], notice.code
                assert not misfits(fields), notice.code
                assert all(fits(k, v) for k, v in fields.items()), (notice.code, fields)
                seen += 1
    assert seen > 20 and check_notices(settings) == []


@pytest.mark.parametrize("kind", sorted(THEIRS))
def test_our_rules_are_never_looser_than_the_platforms(kind: str) -> None:
    """Q1: what we let through the platform takes, for each kind of field."""
    samples = [
        "", "好", "好" * 5, "好" * 6, "好" * 10, "好" * 11, "好" * 20, "好" * 21, "a", "a" * 20, "a" * 21, "a b", "1", "1" * 32, "1" * 33,
        "-1.5", "1.2.3", "¥90.00", "90.00元", "90.00元元", "2026年11月25日 09:00", "2026年13月25日 09:00", "2026-11-25", "09:00", "24:00",
        "2026年11月25日 09:00~12:00", "2026-02-30", "京A12345", "010-0000 0000", "+86-0766-66888866", "一\n二", "投1124", "!?", "王 阿姨",
        "王1",
    ]  # fmt: skip
    for value in samples:
        if KINDS[kind][0](value):
            assert fits(f"{kind}1", value), (kind, value)
    assert kind in KINDS


@given(st.text(max_size=60))
def test_whatever_stands_in_it_fits(text: str) -> None:
    """Q1: names, things, phrases and numbers made of any words are what the platform takes."""
    fields = {"thing1": thing(text), "name2": name(text), "phrase3": phrase(text), "character_string4": number(text)}
    assert not misfits({k: v for k, v in fields.items() if k != "name2"})
    assert len(fields["name2"]) <= 20


def test_short_by_meaning() -> None:
    """Q3: brackets go first, then whole clauses, then signs with …; a figure or a Latin word is not cut in two."""
    assert fit("婴幼儿照护与早期教育陪伴服务（住家，全天）", 20) == "婴幼儿照护与早期教育陪伴服务"
    assert fit("油烟机没擦干净，而且迟到了半个小时还不打招呼", 20) == "油烟机没擦干净，而且迟到了半个小时还不…"
    assert fit("厨房和卫生间都没擦干净，地也没拖就走了真不像话", 20) == "厨房和卫生间都没擦干净"
    assert fit("一二三四五六七八九十一二三四五六 1125-103", 20) == "一二三四五六七八九十一二三四五六"
    assert fit("Please say if it will not work for you", 20) == "Please say if it"
    assert name("Alexander Maximilian Longname") == "Alexander Maximilian" and name("王1 2阿姨") == "王 阿姨"
    assert thing("  ") == "无" and number("投1124-101") == "1124-101"


def test_differences_are_said_in_words(settings: Settings, community: Any) -> None:
    """Q1: a template that is gone, a field more, a field less: each says which, and what to do."""
    theirs = {template_id: list(keys) for template_id, keys in TEMPLATES.items()}
    ids = settings.wechat.templates
    del theirs[ids["job_offer"]]
    theirs[ids["visit_reminder"]] = ["thing1", "time2", "name3", "thing9"]
    found = compare_templates(settings, {("wechat", "templates"): theirs})
    text = "\n".join(found)
    assert "wechat.templates.job_offer: the account has no template with the id" in text
    assert "a field thing9, which visit_hour does not fill" in text and "visit_hour fills thing4" in text
    assert len(found) == len(set(found))
