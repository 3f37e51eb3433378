"""Who can do a job and in which order: bounded, declared, the same for the same facts (D1, D2, D6)."""

import inspect
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules import ranking
from models.rules.ranking import FULL, Candidate, Job, Scale, parts_of, rank, why_not

PAPERS = frozenset({"id_verified"})
JOB = Job("cleaning", PAPERS, budget_max_fen=15000)
WEIGHTS = {
    "rating": 30,
    "same_household": 20,
    "distance": 15,
    "price": 10,
    "response": 10,
    "fair_share": 10,
    "newcomer": 5,
}
LI = Candidate(1, True, PAPERS, True, True, False, 1.2, 8000, stars_sum=1043, stars_count=213, sex="m", age=52)
CANDIDATES = st.builds(
    Candidate,
    worker_id=st.integers(1, 60),
    skilled=st.sampled_from([True, True, True, False]),
    documents=st.sampled_from([PAPERS, PAPERS, PAPERS | {"health_cert"}, frozenset()]),
    free=st.sampled_from([True, True, False]),
    works_then=st.just(True),
    blocked=st.sampled_from([False, False, True]),
    km=st.floats(0, 8),
    price_fen=st.integers(0, 40000),
    stars_sum=st.integers(0, 2000),
    stars_count=st.integers(0, 400),
    same_household=st.integers(0, 9),
    offers_seen=st.integers(0, 50),
    offers_answered=st.integers(0, 60),
    jobs_30d=st.integers(0, 80),
    sex=st.sampled_from(["f", "m"]),
    age=st.one_of(st.none(), st.integers(18, 75)),
    languages=st.sampled_from([frozenset(), frozenset({"普通话"})]),
)
MANY = st.lists(CANDIDATES, max_size=15, unique_by=lambda c: c.worker_id)


@pytest.mark.parametrize(
    ("job", "worker", "code"),
    [
        ({}, {"skilled": False}, "no_skill"),
        ({"level": 3}, {"level": 2}, "no_skill"),
        ({"documents": PAPERS | {"health_cert"}}, {}, "papers"),
        ({}, {"good_standing": False}, "standing"),
        ({}, {"serves_area": False}, "not_area"),
        ({"ages": (18, 50)}, {}, "age_limit"),
        ({"ages": (18, 60)}, {"age": None}, "age_limit"),
        ({}, {"works_then": False}, "not_working"),
        ({}, {"free": False}, "busy"),
        ({}, {"km": 5.1}, "too_far"),
        ({}, {"blocked": True}, "blocked"),
        ({"not_workers": frozenset({1})}, {}, "blocked"),
        ({"sex": "f"}, {}, "sex_wish"),
        ({"language": "四川话"}, {}, "language_wish"),
        ({"minutes": 120}, {"minutes_day": 480}, "day_full"),
        ({"minutes": 120}, {"minutes_week": 2800}, "week_full"),
    ],
)
def test_each_condition_alone_rules_out_and_is_named(job: dict, worker: dict, code: str) -> None:
    """D1, D6: 李师傅 passes but for one thing, and that one is said."""
    assert why_not(JOB, LI) == []
    assert why_not(replace(JOB, **job), replace(LI, **worker)) == [code]
    assert rank(replace(JOB, **job), [replace(LI, **worker)], WEIGHTS, Scale()) == []


def test_limits_themselves_pass() -> None:
    """D1: exactly at the limit is inside."""
    edge = replace(LI, km=5.0, minutes_day=420, minutes_week=2760, level=2, age=60)
    assert why_not(replace(JOB, level=2, ages=(18, 60), minutes=120), edge) == []


@given(found=MANY)
def test_only_those_who_can_in_one_order(found: list[Candidate]) -> None:
    """D1, D2: never somebody who can't, everybody who can; how the list was shuffled means nothing."""
    ranked = rank(JOB, found, WEIGHTS, Scale())
    assert {r.worker_id for r in ranked} == {c.worker_id for c in found if not why_not(JOB, c)}
    assert ranked == rank(JOB, sorted(found, key=lambda c: -c.price_fen), WEIGHTS, Scale())
    assert ranked == sorted(ranked, key=lambda r: (-r.score, r.worker_id))


@given(c=CANDIDATES, most=st.integers(0, 50), km=st.floats(0, 10))
def test_parts_are_bounded_and_say_which_way_they_speak(c: Candidate, most: int, km: float) -> None:
    """D2: every part lies between 0 and 1000 whatever the facts, so that no part can do more than its weight."""
    scale = Scale(most_jobs=most, max_km=km)
    parts = parts_of(JOB, c, scale)
    assert set(parts) == set(WEIGHTS) and all(0 <= points <= FULL for points in parts.values())
    able = replace(c, skilled=True, documents=PAPERS, free=True, works_then=True, blocked=False, km=min(c.km, 5.0))
    (ranked,) = rank(JOB, [able], WEIGHTS, scale)
    assert 0 <= ranked.score <= FULL
    assert {p.speaks for p in ranked.parts} <= {"for", "against", "neutral"}
    assert all(p.speaks != "against" for p in ranked.parts if p.code in ("newcomer", "same_household"))


@given(found=MANY, more=st.integers(1, 500))
def test_a_better_rating_never_ranks_lower(found: list[Candidate], more: int) -> None:
    """D2: the same number of ratings with more stars never loses a place."""
    for place, r in enumerate(rank(JOB, found, WEIGHTS, Scale())):
        better = [replace(c, stars_sum=c.stars_sum + more) if c.worker_id == r.worker_id else c for c in found]
        assert [x.worker_id for x in rank(JOB, better, WEIGHTS, Scale())].index(r.worker_id) <= place


def test_few_ratings_weigh_little() -> None:
    """D2: one five-star rating does not beat two hundred of 4.9, and one bad one does not end somebody."""
    one_good = replace(LI, worker_id=2, stars_sum=5, stars_count=1)
    one_bad = replace(LI, worker_id=3, stars_sum=1, stars_count=1)
    rating = {c.worker_id: parts_of(JOB, c, Scale())["rating"] for c in (LI, one_good, one_bad)}
    assert rating[1] > rating[2] > rating[3] > 500


@given(c=CANDIDATES, sex=st.sampled_from(["f", "m", ""]), age=st.integers(18, 75))
def test_no_protected_trait_is_a_score(c: Candidate, sex: str, age: int) -> None:
    """D2: who somebody is changes nothing where nothing was asked for."""
    assert parts_of(JOB, c, Scale()) == parts_of(JOB, replace(c, sex=sex, age=age, languages=frozenset()), Scale())
    scoring = "".join(inspect.getsource(f) for f in (parts_of, ranking._rating, ranking.response_of, ranking._price))
    assert not any(f"c.{trait}" in scoring for trait in ("sex", "age", "languages"))


@given(found=MANY, code=st.sampled_from(sorted(WEIGHTS)))
def test_the_parts_explain_the_score(found: list[Candidate], code: str) -> None:
    """D6: what is told as the reason is what decided; a weight of 0 takes a part out of both."""
    weights = {**WEIGHTS, code: 0}
    for r in rank(JOB, found, weights, Scale()):
        assert code not in {p.code for p in r.parts}
        assert r.score == sum(p.points * weights[p.code] for p in r.parts) // sum(weights.values())
