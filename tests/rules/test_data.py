"""The starting content of a community: complete, believable, and of one mind with the rules and the settings (B1, B4, E2, J1)."""

import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from models.data import load
from models.data.checks import problems
from models.rules.grades import GRADES
from models.rules.pricing import bounded, terms_of

ROOT = Path(__file__).resolve().parents[2]
CODES = (
    "cleaning deep_cleaning hourly nanny maternity_nurse infant_care elder_care personal_care patient_care cooking "
    "health_consult gardening tutoring art_guidance repair public_space"
).split()
TOPICS = (
    "invoice payment refund cancel_policy insurance background_check health_cert hours area address tools contact "
    "join_worker commission payout"
).split()
SERVICES: dict[str, dict[str, Any]] = {entry["code"]: entry for entry in load("service_types")}
TEXTS = {(text["kind"], text["code"]): text["body"] for text in load("texts")}
DEMO = load("demo")
WORKERS = {worker["called"]: worker for worker in DEMO["workers"]}
SETTINGS = yaml.safe_load((ROOT / "config.yaml").read_text("utf-8"))


def test_every_kind_of_service_is_there() -> None:
    """B1: the sixteen kinds, each told in both languages."""
    assert sorted(SERVICES) == sorted(CODES)
    for entry in SERVICES.values():
        assert not [
            key for key in ("name", *"counting short included not_included checklist".split()) if not entry[f"{key}_en"]
        ]
        assert len(entry["included"]) >= 1 and len(entry["not_included"]) >= 1 and len(entry["checklist"]) >= 2


@pytest.mark.parametrize("code", CODES)
def test_a_service_says_what_it_needs(code: str) -> None:
    """B1, A2: skills, papers and ages; whoever cooks, cares or lives in has a health certificate."""
    entry = SERVICES[code]
    assert {"id_verified", "background_check"} <= set(entry["documents"])
    assert [skill["code"] for skill in entry["skills"]] == [code]
    assert all(1 <= skill["level"] <= len(GRADES) for skill in entry["skills"])
    near = {
        "cooking",
        "nanny",
        "hourly",
        "maternity_nurse",
        "infant_care",
        "elder_care",
        "personal_care",
        "patient_care",
    }
    assert ("health_cert" in entry["documents"]) is (code in near | {"health_consult"})
    assert bounded(terms_of(entry), entry["price_fen"]) == entry["price_fen"]


def test_no_everyday_name_means_two_things() -> None:
    """B1, C3: a word that people say leads to one service."""
    names = [name for entry in SERVICES.values() for name in entry["everyday_names"]]
    assert len(names) == len(set(names))


def test_every_topic_has_an_answer() -> None:
    """B4: what understanding calls by a topic is answered, in both languages, without odd words."""
    faq = {entry["code"]: entry for entry in load("faq")}
    assert len(faq) >= 18 and set(TOPICS) <= set(faq)
    asked = [words for entry in faq.values() for words in entry["ask"]]
    assert len(asked) == len(set(asked)) and all(entry["answer_en"] for entry in faq.values())
    assert not re.search("亲|尊敬的|用户|操作失败|系统异常", str(load("faq")) + str(load("texts")))


def test_answers_say_what_the_settings_do() -> None:
    """B4, C7, I2: hours and per cents in what people read are those of the settings."""
    said = {entry["code"]: entry["answer"] for entry in load("faq")}
    rules, cancel, visits = SETTINGS["complaints"], SETTINGS["cancel"], SETTINGS["visits"]
    free, late = f"{cancel['free_before_hours']} 小时", f"{cancel['late_fee_percent']}%"
    answer, result = (
        f"{rules['answer_within_working_hours']} 个工作小时",
        f"{rules['result_within_working_days']} 个工作日",
    )
    service, cancelling, complaints = (
        "".join(TEXTS["rules", code]["items"]) for code in ("service", "cancel", "complaints")
    )
    assert all(part in text for part in (free, late) for text in (said["cancel_policy"], service, cancelling))
    assert all(part in text for part in (answer, result) for text in (service, complaints))
    assert f"迟到 {visits['late_after_min']} 分钟" in service and f"{visits['no_show_after_min']} 分钟没到" in service
    assert f"结束 {visits['address_visible_days']} 天后收回" in TEXTS["privacy", "notice"]["short"]
    assert (
        f"{SETTINGS['matching']['max_km']} 公里" in said["area"] and SETTINGS["community"]["phone"] in said["contact"]
    )


@pytest.mark.parametrize("code", ["simple", "employee", "intermediary"])
def test_an_agreement_holds_what_the_trade_asks_for(code: str) -> None:
    """E2: parties, content, place, term, fee, rights, cancelling, what is returned on day 1, 7 and 30, breach, dispute."""
    body = TEXTS["agreement", code]
    assert set(body["required"]) >= set("parties content place term fee rights cancel return breach dispute".split())
    assert all(body["text"].count(words) >= 1 for words in body["required"].values())
    assert re.search(r"第 1 天.*7 天.*30 天", body["text"]) and "确认后付" in body["text"]
    places = set(re.findall(r"\{(\w+)\}", body["text"]))
    known = (
        "resident worker agency community service tasks area building when length price lines free_hours late_percent"
    )
    assert places <= set(known.split()) and ("agency" in places) is (code != "simple")


def test_english_stands_beside_chinese() -> None:
    """Q4: rules, notice and questions in English as complete as in Chinese."""
    for (kind, code), body in TEXTS.items():
        if kind == "rules":
            assert len(body["items"]) == len(body["items_en"]) and body["title_en"], code
    assert TEXTS["privacy", "notice"]["long"].count("\n") + 1 == 5
    assert all(f"\n{n}. " in "\n" + TEXTS["privacy", "notice"]["long_en"] for n in range(1, 6))
    survey = TEXTS["survey", "after_visit"]
    assert survey["question_en"] and all(question["question_en"] for question in survey["more"])


def qualified(worker: dict[str, Any], code: str, day: int) -> bool:
    """Whether a sample worker has skill, level, age and papers for a service, so many days from today."""
    entry, papers = SERVICES[code], worker["documents"]
    held = {paper["kind"] for paper in papers if paper["valid_from_days"] <= day <= paper["valid_to_days"]}
    level = max((skill["level"] for skill in worker["skills"] if skill["service"] == code), default=0)
    young, old = entry["ages"]
    fits = young <= 2026 - worker["born"] - 1 and 2026 - worker["born"] <= old
    return level >= entry["skills"][0]["level"] and set(entry["documents"]) <= held and fits


@pytest.mark.parametrize("code", CODES)
def test_the_sample_community_can_do_everything(code: str) -> None:
    """B1, D1: for each kind of service somebody is there today, at a price inside the public range."""
    able = [worker for worker in DEMO["workers"] if qualified(worker, code, 0)]
    assert able
    for worker in able:
        (own,) = [skill["price_fen"] for skill in worker["skills"] if skill["service"] == code]
        assert bounded(terms_of(SERVICES[code]), own) == own, worker["called"]


def test_the_sample_people_are_believable() -> None:
    """A1, A2: ten workers, three consultants, residents; ids that the simulated phones know; coordinates of one place."""
    assert len(WORKERS) == 10 and sum("consultant" in person["roles"] for person in DEMO["staff"]) >= 3
    everybody = [*DEMO["workers"], *DEMO["residents"]]
    assert all(len(person["openid"]) == 28 for person in everybody)
    assert len({person["openid"] for person in everybody}) == len(everybody)
    here = SETTINGS["community"]
    assert all(abs(float(p["lat"]) - here["lat"]) + abs(float(p["lng"]) - here["lng"]) < 0.05 for p in everybody)
    for worker in DEMO["workers"]:
        assert worker["grade"] in GRADES and 3 <= worker["stars_sum"] / worker["stars_count"] <= 5
        assert worker["offers_answered"] <= worker["offers_seen"] and worker["hours"][0] < worker["hours"][1]


def test_the_sample_visits_could_have_been() -> None:
    """D1, H1: each by somebody who can, inside their hours, nobody in two places; words that suit the service."""
    visits = [*DEMO["history"], *DEMO["coming"]]
    residents = {person["called"] for person in DEMO["residents"]}
    assert len(DEMO["history"]) >= 40 and min(visit["days"] for visit in DEMO["history"]) <= -50
    for visit in visits:
        worker, start = WORKERS[visit["worker"]], visit["hour"] * 60
        assert visit["resident"] in residents and qualified(worker, visit["service"], max(0, visit["days"])), visit
        assert worker["hours"][0] <= start and start + visit["minutes"] <= worker["hours"][1], visit
        assert set(visit["tasks"]) <= set(SERVICES[visit["service"]]["tasks"]), visit
        if "油烟机" in visit.get("words", ""):
            assert "range_hood" in visit["tasks"]
    assert all(visit["days"] < 0 and 1 <= visit["stars"] <= 5 for visit in DEMO["history"])
    for one in visits:
        for other in visits:
            if one is not other and (one["worker"], one["days"]) == (other["worker"], other["days"]):
                gap = abs(one["hour"] - other["hour"]) * 60
                assert gap >= (one if one["hour"] < other["hour"] else other)["minutes"] + 30, (one, other)


@pytest.mark.parametrize(
    ("name", "spoil", "told"),
    [
        ("service_types", lambda rows: rows[0].pop("checklist"), "cleaning: lacks checklist"),
        ("service_types", lambda rows: rows[0].update(unit="week"), "cleaning: unit week is none of"),
        ("service_types", lambda rows: rows[0].update(price_fen=40.5), "whole numbers, please; prices in fen"),
        ("service_types", lambda rows: rows[0].update(price_fen=10), "outside of the public range"),
        ("service_types", lambda rows: rows[0].update(ages=[60, 18]), "the lower first"),
        ("service_types", lambda rows: rows[0].update(included_en=[]), "not the same number"),
        ("service_types", lambda rows: rows.append(rows[0]), "cleaning stands there 2 times"),
        ("faq", lambda rows: rows[0].update(answer="长" * 121), "longer than 120"),
        ("faq", lambda rows: rows[0].update(more=1), "nothing else"),
        ("texts", lambda rows: rows[0].update(version=2026.11), "version (in quotes)"),
    ],
)
def test_a_slip_in_a_file_is_told_in_words(name: str, spoil: Any, told: str) -> None:
    """B1: whoever adds a block hears what it lacks."""
    content = deepcopy(load(name))
    assert problems(name, content) == []
    spoil(content)
    assert any(told in line for line in problems(name, content)), problems(name, content)
