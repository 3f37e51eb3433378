"""Prices from the public standard, in whole fen, each line explained (B1, G1, E1)."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.data import load
from models.rules.pricing import Quote, bounded, quote, range_of, terms_of

SERVICES = {entry["code"]: terms_of(entry) for entry in load("service_types")}


def price(code: str, **more: Any) -> Quote:
    return quote(SERVICES[code], **more)


@pytest.mark.parametrize(
    ("code", "asked", "yuan", "why"),
    [
        ("cleaning", {"minutes": 120}, 80, "two hours"),
        ("cleaning", {"minutes": 60}, 80, "two hours at least"),
        ("cleaning", {"minutes": 150}, 100, "two and a half"),
        ("cleaning", {"minutes": 120, "people": 2}, 160, "two people"),
        (
            "cleaning",
            {"minutes": 120, "tasks": ["range_hood", "windows"]},
            110,
            "a range hood costs extra, windows don't",
        ),
        ("cleaning", {"minutes": 120, "tasks": ["range_hood", "range_hood"]}, 110, "said twice, done once"),
        ("cleaning", {"minutes": 120, "tasks": ["ac_clean"], "extras": {"quantity": 3}}, 260, "three machines"),
        ("deep_cleaning", {"extras": {"area_m2": 90}}, 720, "ninety square metres"),
        ("deep_cleaning", {"extras": {"area_m2": 90}, "people": 3}, 720, "the flat is no larger when three come"),
        ("deep_cleaning", {"extras": {"area_m2": 10}}, 240, "thirty square metres at least"),
        ("cooking", {"minutes": 300}, 52, "a visit, however long"),
        ("patient_care", {"extras": {"duration_days": 3}}, 750, "three days"),
        ("maternity_nurse", {}, 10800, "a unit where no days are said"),
        ("maternity_nurse", {"extras": {"duration_days": 26}}, 10800, "26 days are one unit"),
        ("maternity_nurse", {"extras": {"duration_days": 30}}, 10800, "a month as people say it"),
        ("maternity_nurse", {"extras": {"duration_days": 42}}, 16200, "42 days are one and a half"),
        ("maternity_nurse", {"extras": {"duration_days": 52}}, 21600, "52 days are two"),
        ("nanny", {"extras": {"duration_days": 60}}, 11000, "two months"),
    ],
)
def test_what_things_cost(code: str, asked: dict[str, Any], yuan: int, why: str) -> None:
    """B1, G1: the units of the trade."""
    assert price(code, **asked).total_fen == yuan * 100, why


def test_a_broken_month_has_its_own_line() -> None:
    """B1: beyond whole months the monthly price / 26 for each day, and never more than another month."""
    lines = price("nanny", extras={"duration_days": 40}).lines
    assert [(line.unit, line.quantity, line.amount_fen) for line in lines] == [
        ("month", 100, 550000),
        ("day", 1000, 550000 * 10 // 26),
    ]
    assert price("nanny", extras={"duration_days": 58}).total_fen == 1100000


CODES = st.sampled_from(sorted(SERVICES))
ASKED = st.fixed_dictionaries(
    {
        "minutes": st.one_of(st.none(), st.integers(1, 1440)),
        "people": st.integers(0, 5),
        "tasks": st.lists(
            st.sampled_from(["range_hood", "ac_clean", "windows", "faucet", "nothing_known"]), max_size=3
        ),
        "extras": st.fixed_dictionaries(
            {},
            optional={
                "duration_days": st.integers(1, 400),
                "area_m2": st.integers(1, 500),
                "quantity": st.integers(1, 9),
            },
        ),
    }
)


@given(code=CODES, asked=ASKED, own=st.integers(0, 3_000_000))
def test_every_quote_adds_up_and_keeps_to_the_public_range(code: str, asked: dict[str, Any], own: int) -> None:
    """G1, E1: whole fen, the lines make the total, and no worker's price leaves the public range."""
    found = price(code, unit_fen=own, **asked)
    assert found.total_fen == sum(line.amount_fen for line in found.lines) > 0
    assert all(isinstance(line.amount_fen, int) and line.amount_fen > 0 for line in found.lines)
    assert all(line.amount_fen - line.quantity * line.unit_fen // 100 in range(line.quantity) for line in found.lines)
    low, high = range_of(SERVICES[code], **asked)
    assert low <= found.total_fen <= high


@given(code=CODES, asked=ASKED, more=st.sampled_from(["minutes", "duration_days", "area_m2", "quantity"]))
def test_more_never_costs_less(code: str, asked: dict[str, Any], more: str) -> None:
    """G1: another hour, day, square metre or piece never makes it cheaper."""
    larger = {**asked, "extras": dict(asked["extras"])}
    if more == "minutes":
        larger["minutes"] = (asked["minutes"] or SERVICES[code].usual_minutes) + 30
    elif more in asked["extras"]:
        larger["extras"][more] += 1
    assert price(code, **larger).total_fen >= price(code, **asked).total_fen


@given(fen=st.integers(-100, 10**7))
def test_a_price_is_brought_into_the_range(fen: int) -> None:
    """E1: outside of the public range a coordinator must agree, so nothing by itself goes there."""
    service = replace(SERVICES["cleaning"], price_min_fen=3500, price_max_fen=4500)
    found = bounded(service, fen)
    assert 3500 <= found <= 4500 and (found == fen or not 3500 <= fen <= 4500)


@given(code=CODES, asked=ASKED, people=st.integers(2, 6))
def test_the_parts_of_a_team_are_the_whole(code: str, asked: dict[str, Any], people: int) -> None:
    """D3, G1: what each of a team gets adds up to the whole price, but for less than a fen a line and head, left to the resident."""
    whole = price(code, **{**asked, "people": people})
    part = price(code, **{**asked, "people": people, "share": people})
    assert 0 <= whole.total_fen - people * part.total_fen < people * len(whole.lines)
    assert part.total_fen == sum(line.amount_fen for line in part.lines)
