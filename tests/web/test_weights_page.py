"""The page on which weights are tried and set, as a browser without scripts uses it (D2, D6, A5, Q3)."""

import re

from flask import Flask

from models.people import CommunitySetting
from tests.web.lively import signed_in, token_of
from tests.web.page_reader import PageReader

TRIED = "/console/weights?rating=100&same_household=0&distance=0&price=0&response=0&fair_share=0&newcomer=0"


def test_tried_asked_again_and_set_without_a_script(web: Flask) -> None:
    """D2, D6, Q3: a form asks, the answer has figures, named drawings and tables; a second step asks why; then it counts."""
    admin = signed_in(web, "admin")
    page = admin.get(TRIED)
    read = PageReader(page.text)
    assert not read.wrong() and "会好些" in page.text and "会差些" in page.text
    drawn = [e.attrs["aria-label"] for e in read.find("svg") if "chart" in (e.attrs.get("class") or "")]
    assert len(drawn) == 6 and page.text.count('class="table"') == 3
    again = re.search(r'href="(\?[^"]*open=set)#set"', page.text)
    assert again is not None and "<dialog" in page.text
    asked = admin.get("/console/weights" + again[1].replace("&amp;", "&")).text
    form = asked.split('<dialog id="set"')[1].split("</dialog>")[0]
    assert form.startswith(' aria-labelledby="set-h" open') and "评分 30 → 100" in form
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    answer = admin.post("/console/weights", data={**fields, "reason": "居民要好评的"}, follow_redirects=True)
    assert "换好了" in answer.text and "居民要好评的" in answer.text and "恢复原来的" in answer.text
    assert CommunitySetting.get().values["rating"] == 100
    late = admin.post("/console/weights", data={**fields, "rating": "50", "reason": "再改改"})
    assert late.status_code == 409 and "再改改" in late.text


def test_a_coordinator_may_try_and_is_offered_no_button_that_refuses(web: Flask) -> None:
    """A5: the same figures, no dialog, and a word on who sets them; the form refuses in words when it is sent all the same."""
    chen = signed_in(web, "chenjie")
    page = chen.get(TRIED).text
    assert "<dialog" not in page and "换权重要管理员来" in page and "会好些" in page
    assert chen.post("/console/weights", data={"csrf_token": token_of(chen), "rating": "9", "reason": "x"}).status_code == 403


def test_what_was_typed_wrong_stands_there_with_its_word(web: Flask) -> None:
    """Q3: the field keeps what was typed and says what to write; today's weights are shown meanwhile."""
    page = signed_in(web, "admin").get("/console/weights?rating=abc&price=10").text
    assert 'value="abc"' in page and "请写 0 到 100 的整数" in page and "现在这套的样子" in page and "会好些" not in page


def test_how_work_is_spread_is_for_all_at_the_front(web: Flask) -> None:
    """D6: every consultant reads it; only who may try weights is led there."""
    page = signed_in(web, "xiaolin").get("/console/workers/spread").text
    assert "活的不匀程度" in page and "李师傅" in page and "/console/weights" not in page
    assert "/console/weights" in signed_in(web, "chenjie").get("/console/workers/spread").text
