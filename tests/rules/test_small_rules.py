"""Slots, numbers, distances, fees, seals, spread: small rules that much hangs on (C7, D1, D6, E2, F2, F3)."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from models.rules.cancel import cancel_rule
from models.rules.codes import complaint_number, easily_guessed, plain_number, request_number, visit_code
from models.rules.fairness import gini
from models.rules.fees import fee_lines
from models.rules.geo import distance_km, travel_minutes
from models.rules.grades import GRADES, rank_of
from models.rules.sealing import fits, seal
from models.rules.slots import QUARTER_S, slots_of

NINE = datetime(2026, 11, 25, 9, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(lambda moment: moment.replace(tzinfo=UTC))
LENGTHS = st.integers(1, 600).map(lambda minutes: timedelta(minutes=minutes))


def test_touching_appointments_share_nothing() -> None:
    """D1: nine to ten and ten to eleven are two; half an hour for the way takes two quarters more."""
    hour = timedelta(hours=1)
    assert not set(slots_of(NINE, NINE + hour)) & set(slots_of(NINE + hour, NINE + 2 * hour))
    assert len(slots_of(NINE, NINE + hour)) == 4 and len(slots_of(NINE, NINE + hour, 30)) == 6
    with pytest.raises(ValueError):
        slots_of(NINE, NINE)


@example(NINE + timedelta(minutes=8, microseconds=1), NINE, timedelta(minutes=1), timedelta(minutes=1), 21)
@given(a=MOMENTS, b=MOMENTS, long=LENGTHS, short=LENGTHS, way=st.integers(0, 60))
def test_who_overlaps_shares_a_quarter(a: datetime, b: datetime, long: timedelta, short: timedelta, way: int) -> None:
    """D1: whatever overlaps, or leaves no time for the way, shares a quarter, so that the unique key refuses it."""
    one, other = slots_of(a, a + long, way), slots_of(b, b + short, way)
    buffer = timedelta(minutes=way)
    if a < b + short + buffer and b < a + long + buffer:
        assert set(one) & set(other)
    assert one == sorted(set(one))
    assert one[0] * QUARTER_S <= a.timestamp() and (one[-1] + 1) * QUARTER_S >= (a + long + buffer).timestamp()


def test_numbers_that_are_read_aloud() -> None:
    """C3, I2: a request's and a complaint's number."""
    assert request_number(date(2026, 11, 25), 3) == "1125-03" and request_number(date(2026, 1, 5), 120) == "0105-120"
    assert complaint_number(date(2026, 11, 24), 1) == "投1124-01"
    assert plain_number("投1124-01").isascii()


@given(token=st.integers(0, 2**64))
def test_a_code_is_four_digits_and_not_easy(token: int) -> None:
    """F2: what the resident reads out at the door."""
    code = visit_code(token)
    assert len(code) == 4 and code.isdecimal() and code.isascii() and not easily_guessed(code)


def test_codes_keep_their_spread() -> None:
    """F2: only the easy ones are left out, and no other code becomes likely."""
    codes = [visit_code(token) for token in range(10_000)]
    assert len(set(codes)) == 10_000 - 24 and max(codes.count(visit_code(n)) for n in (0, 1234, 4321)) <= 3
    assert all(map(easily_guessed, ("0000", "9999", "1234", "0123", "6789", "9876", "3210")))
    assert not any(map(easily_guessed, ("1122", "2026", "1357", "9012")))


POINTS = st.tuples(st.floats(-80, 80), st.floats(-180, 180))


@given(a=POINTS, b=POINTS, c=POINTS)
def test_distances_are_distances(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> None:
    """D2: the same both ways, nothing to the same place, never longer than by way of a third."""
    assert distance_km(*a, *b) == pytest.approx(distance_km(*b, *a))
    assert distance_km(*a, *a) == 0
    assert distance_km(*a, *b) <= distance_km(*a, *c) + distance_km(*c, *b) + 1e-6


def test_known_distances_and_ways() -> None:
    """D2: the station to a flat in the next estate; minutes are rounded up."""
    assert distance_km("39.9042", "116.4074", "39.9210", "116.4150") == pytest.approx(1.98, abs=0.02)
    assert [travel_minutes(km) for km in (0, 0.01, 1, 5)] == [0, 1, 7, 33]


@pytest.mark.parametrize(("hours_before", "fee"), [(48, 0), (4, 0), (3.99, 1600), (0, 1600), (-1, 1600)])
def test_cancelling_costs_what_was_said(hours_before: float, fee: int) -> None:
    """C7: free until four hours before, also in the very minute; then a fifth."""
    rule = cancel_rule(8000, NINE, NINE - timedelta(hours=hours_before), 4, 20)
    assert (rule.fee_fen, rule.free_until) == (fee, NINE - timedelta(hours=4))


@given(total=st.integers(0, 10**8), now=MOMENTS, percent=st.integers(0, 100))
def test_a_cancel_fee_stays_below_the_price(total: int, now: datetime, percent: int) -> None:
    """C7: whole fen, and never above the stated part."""
    fee = cancel_rule(total, NINE, now, 4, percent).fee_fen
    assert isinstance(fee, int) and 0 <= fee * 100 <= total * percent


def agreed(minutes: int, amount: int, unit: str = "hour") -> dict[str, Any]:
    line = {"code": "service", "unit": unit, "words": "日常保洁", "why": "¥40 一小时 × 2", "amount_fen": amount}
    hood = {"code": "range_hood", "unit": "piece", "words": "油烟机", "amount_fen": 3000}
    return {"minutes": minutes, "lines": [line, hood]}


@pytest.mark.parametrize(
    ("done", "fen", "why"),
    [
        (120, 8000, "as agreed"),
        (180, 8000, "longer without a word costs nothing more"),
        (105, 7000, "a quarter less"),
        (92, 7000, "the quarter that was begun counts"),
        (1, 1000, "one quarter"),
        (0, 8000, "check-in and check-out together say nothing of the work"),
    ],
)
def test_the_fee_follows_the_quarters(done: int, fen: int, why: str) -> None:
    """F3: shorter work is charged less; the extra is what was agreed."""
    service, hood = fee_lines(agreed(120, 8000), done)
    assert (service.amount_fen, hood.amount_fen) == (fen, 3000), why
    assert (service.minutes > 0) == (fen < 8000) and hood.minutes == 0, "what is said of it beside the price"


@given(minutes=st.integers(1, 1440), amount=st.integers(0, 10**7), done=st.integers(0, 3000))
def test_a_fee_never_grows_by_itself(minutes: int, amount: int, done: int) -> None:
    """F3: never above what was agreed, never below what was worked; and what is not sold by the hour is not cut."""
    service, _hood = fee_lines(agreed(minutes, amount), done)
    assert isinstance(service.amount_fen, int) and 0 <= service.amount_fen <= amount
    assert not done or service.amount_fen >= amount * min(done, minutes) // minutes
    assert fee_lines(agreed(minutes, amount, "visit"), done)[0].amount_fen == amount


WORDS = st.text(max_size=20)
TERMS = st.dictionaries(WORDS, st.one_of(WORDS, st.integers(), st.booleans(), st.lists(WORDS, max_size=3)), max_size=6)


@given(terms=TERMS, text=WORDS, key=WORDS)
def test_a_seal_fits_only_what_was_sealed(terms: dict[str, Any], text: str, key: str) -> None:
    """E2: the same whatever the order and after storing; another word, term or seal breaks it."""
    stamp = seal(terms, text)
    stored = json.loads(json.dumps(dict(reversed(terms.items()))))
    assert len(stamp) == 64 and fits(stamp, stored, text)
    assert not fits(stamp, terms, text + "。") and not fits(stamp, {**terms, key: "changed by somebody else"}, text)
    assert not fits("", terms, text) and not fits("改过", terms, text)


def test_what_has_no_one_form_is_not_sealed() -> None:
    """E2: a number that is none can't be written down the same way twice."""
    with pytest.raises(ValueError):
        seal({"price_fen": float("nan")}, "")


@given(values=st.lists(st.integers(0, 100), max_size=20))
def test_the_spread_lies_between_none_and_all(values: list[int]) -> None:
    """D6: 0 when all have the same, whoever is named first, below 1."""
    assert -1e-9 <= gini(values) < 1
    assert gini(values) == pytest.approx(gini(sorted(values, reverse=True)))
    assert gini([7] * len(values)) == pytest.approx(0)
    assert gini([0, 0, 0, 40]) == pytest.approx(0.75)


def test_grades_go_up() -> None:
    """H3: 初级, 中级, 高级, 金牌; what is unknown counts as the first."""
    assert [rank_of(grade) for grade in GRADES] == [0, 1, 2, 3] and rank_of("?") == 0
