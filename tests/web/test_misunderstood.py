"""Labelling what was misunderstood, at the console (C3, A5, A6)."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from bot.understanding.cli import answer_lines
from handlers.clock import ManualClock
from handlers.settings import Settings
from models.readings import Heard
from tests.web.test_doors import Platform, as_staff, token_on
from web.factory import make_web

EXAMPLES = Path(__file__).parents[1] / "understanding" / "dev.jsonl"


@pytest.fixture
def app(settings: Settings, clock: ManualClock, community: Any) -> Flask:
    return make_web(settings, clock, Platform())


@pytest.fixture
def desk(app: Flask) -> Iterator[FlaskClient]:
    yield as_staff(app, "chenjie")


def first() -> Heard:
    """What came up most often."""
    return Heard.select().order_by(Heard.times.desc()).get()


def send(client: FlaskClient, path: str, **form: Any) -> Any:
    """A form with its token."""
    return client.post(path, data={"csrf_token": token_on(client, "/console/more"), **form})


def test_only_coordinators_see_and_say(app: Flask) -> None:
    """A5: not consultants, not strangers, nobody without the form's token; another community's are not there."""
    heard = first()
    consultant = as_staff(app, "xiaolin")
    for path in ("/console/words", f"/console/words/{heard.id}", "/console/words/export"):
        assert consultant.get(path).status_code == 403
        assert app.test_client().get(path).status_code == 302
    assert "没听懂的话" not in consultant.get("/console/more").text
    assert "没听懂的话" in as_staff(app, "chenjie").get("/console/more").text
    for verb in ("label", "no-matter"):
        path = f"/console/words/{heard.id}/{verb}"
        assert send(consultant, path, intent="help").status_code == 403
        assert as_staff(app, "chenjie").post(path, data={"intent": "help"}).status_code == 400
    heard.change(community_id=99)
    assert as_staff(app, "chenjie").get(f"/console/words/{heard.id}").status_code == 404
    assert Heard.get(Heard.id == heard.id).state == "open"


def test_the_list_and_the_form(desk: FlaskClient) -> None:
    """C3: words, how they were taken, why they are here; the form has every slot of the schema."""
    page = desk.get("/console/words").text
    assert "侬帮我寻个钟点工烧夜饭" in page and "3 次" in page and "没听出来" in page
    form = desk.get(f"/console/words/{first().id}").text
    assert form.count('name="slot-') > 100 and 'value="cleaning"' in form and "想要什么" in form
    assert desk.get("/console/words?state=nonsense&page=zero").status_code == 200


def test_labelling_and_taking_out(desk: FlaskClient) -> None:
    """C3: said what was meant, with everything a form can hold; taken out as examples that understand and score can read."""
    heard = first()
    form = {
        "intent": "request_service",
        "must_ask": ["start"],
        "slot-service": "hourly",
        "slot-tasks": ["cook", "groceries"],
        "slot-people": "2",
        "slot-start": "",
        "slot-date_only": "2026-11-25",
        "slot-part_of_day": "evening",
        "slot-live_in": "yes",
        "slot-available": "no",
        "slot-exclude": "MO，2026-11-27、night",
        "slot-order_no": "A103",
        "slot-choice": "1,3",
        "note": "上海话",
    }
    answer = send(desk, f"/console/words/{heard.id}/label", **form)
    assert answer.status_code == 303 and answer.headers["Location"].startswith("/console/words/")
    kept = Heard.get(Heard.id == heard.id)
    assert kept.state == "labelled" and kept.labelled_by == "陈姐"
    out = desk.get("/console/words/export")
    assert out.headers["Content-Disposition"].startswith('attachment; filename="misunderstood-2026-11-24')
    line = json.loads(out.text)
    assert set(json.loads(EXAMPLES.read_text("utf-8").splitlines()[0])) <= set(line)
    assert line["slots"] == {
        "service": "hourly", "tasks": ["cook", "groceries"], "people": 2, "date_only": "2026-11-25",
        "part_of_day": "evening", "live_in": True,
        "available": False, "exclude": ["MO", "2026-11-27", "night"], "order_no": "A103", "choice": [1, 3],
    }  # fmt: skip
    assert line["must_ask"] == ["start"] and line["note"] == "上海话"
    read = json.loads(next(answer_lines([out.text], now=datetime.fromisoformat(line["now"]))))
    assert read["id"] == line["id"] and read["intent"]


def test_what_does_not_fit_comes_back_marked(desk: FlaskClient) -> None:
    """C3: nothing typed is lost; what is wrong is said beside it."""
    heard = first()
    answer = send(
        desk,
        f"/console/words/{heard.id}/label",
        **{"intent": "cancel", "slot-start": "1999-01-01T10:00", "slot-people": "many", "note": "留着"},
    )
    assert answer.status_code == 422 and answer.text.count("这一项填得不对") == 2
    assert "1999-01-01T10:00" in answer.text and "留着" in answer.text and 'value="many"' in answer.text
    assert Heard.get(Heard.id == heard.id).state == "open"
    assert send(desk, f"/console/words/{heard.id}/label", intent="rob_a_bank").status_code == 422


def test_no_matter(desk: FlaskClient) -> None:
    """C3: small talk is set aside, and is not taken out."""
    heard = first()
    assert send(desk, f"/console/words/{heard.id}/no-matter").status_code == 303
    assert heard.words not in desk.get("/console/words").text
    assert (
        heard.words in desk.get("/console/words?state=no_matter").text and desk.get("/console/words/export").text == ""
    )


def test_strange_words_stay_words(desk: FlaskClient) -> None:
    """A6: what people said is shown, never run."""
    heard = first()
    heard.change(words="<script>alert(1)</script>{{ 7*7 }}")
    for path in ("/console/words", f"/console/words/{heard.id}"):
        page = desk.get(path).text
        assert "<script>alert(1)" not in page and "{{ 7*7 }}" in page
